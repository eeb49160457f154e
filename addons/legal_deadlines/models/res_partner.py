from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    jurisdiction_id = fields.Many2one(
        "legal.jurisdiction",
        help="Where a court or an authority sits: its holidays decide about deadlines.",
    )

    def _legal_jurisdiction(self):
        """Whose holidays count for this court or authority, or a chamber of it."""
        partner = self
        while partner and not partner.jurisdiction_id:
            partner = partner.parent_id
        return partner.jurisdiction_id
