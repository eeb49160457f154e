from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    legal_initials = fields.Char(
        string="Initials",
        help="The lawyer's short sign, as it stands in matter numbers.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + ["legal_initials"]

    def _legal_initials(self):
        """The user's sign: the given one, else the first letters of the name."""
        self.ensure_one()
        if self.legal_initials:
            return self.legal_initials
        words = [word for word in (self.name or "").replace("-", " ").split() if word]
        return "".join(word[0] for word in words if word[0].isalpha()).upper()[:4]
