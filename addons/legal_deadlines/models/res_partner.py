from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    jurisdiction_id = fields.Many2one(
        "legal.jurisdiction",
        help="Where a court or an authority sits: its holidays decide about deadlines.",
    )
