from odoo import api, fields, models
from odoo.exceptions import ValidationError


class LegalPartnerName(models.Model):
    """Another name of a contact, and when it was in use."""

    _name = "legal.partner.name"
    _description = "Other Name"
    _order = "date_to desc, id"

    _gdpr_data = {
        "name": "other name of the contact",
        "partner_id": "the contact",
        "note": "remark on the name",
    }

    partner_id = fields.Many2one(
        "res.partner", string="Contact", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(required=True)
    kind = fields.Selection(
        [
            ("birth", "Birth name"),
            ("former", "Former name"),
            ("trade", "Trade name"),
            ("transliteration", "Transliteration"),
            ("alias", "Also known as"),
        ],
        required=True,
        default="former",
    )
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="Until")
    note = fields.Char()

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for name in self:
            if name.date_from and name.date_to and name.date_to < name.date_from:
                raise ValidationError(
                    self.env._(
                        "The name “%s” ends before it begins. Correct one of the "
                        "dates.",
                        name.name,
                    )
                )
