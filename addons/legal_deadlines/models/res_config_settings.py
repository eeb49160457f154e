from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    legal_jurisdiction_id = fields.Many2one(
        related="company_id.legal_jurisdiction_id", readonly=False
    )
    legal_deadline_check_entries = fields.Boolean(
        related="company_id.legal_deadline_check_entries", readonly=False
    )
