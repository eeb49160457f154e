from odoo import api, fields, models
from odoo.tools import email_normalize

from odoo.addons.legal_crm.tools import names

KINDS = [
    ("name", "Name"),
    ("email", "E-mail"),
    ("phone", "Phone"),
    ("address", "Address"),
    ("birth_date", "Date of birth"),
    ("account", "Bank account"),
    ("number", "Number (client, tax, register)"),
]


class GdprSubjectIdentifier(models.Model):
    """One thing by which a person is recognised: a name, an address, a number.

    ``key`` is its comparable form; an e-mail address that is none has its own text for
    a key, so that a malformed one is still found letter by letter.
    """

    _name = "gdpr.subject.identifier"
    _description = "Identifier of a Data Subject"
    _order = "kind, id"
    _rec_name = "value"

    _gdpr_data = {
        "value": "identifies the person",
        "key": "the same, comparable",
        "subject_id": "the person",
    }

    subject_id = fields.Many2one(
        "gdpr.subject", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(KINDS, required=True, default="email")
    value = fields.Char(required=True)
    key = fields.Char(compute="_compute_key", store=True)
    source = fields.Selection(
        [("given", "Given by the person"), ("found", "Found in our data")],
        required=True,
        default="given",
        readonly=True,
    )
    confirmed = fields.Boolean(
        default=True, help="Somebody made sure that it is this person's."
    )

    @api.depends("kind", "value")
    def _compute_key(self):
        for identifier in self:
            identifier.key = self._key_of(identifier.kind, identifier.value)

    @api.model
    def _key_of(self, kind, value):
        """The comparable form of ``value``; never raises."""
        value = (value or "").strip()
        if kind == "name":
            return names.fold(value)
        if kind == "email":
            return email_normalize(value) or value.casefold()
        if kind == "phone":
            return "".join(char for char in value if char.isdigit()).lstrip("0")
        return "".join(char for char in value.casefold() if char.isalnum())
