from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    legal_jurisdiction_id = fields.Many2one(
        "legal.jurisdiction",
        string="Office Place",
        help="Where this colleague works, if not at the firm's seat.",
    )
