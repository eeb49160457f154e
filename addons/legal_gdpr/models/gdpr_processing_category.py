from odoo import fields, models

#: whose notice tells of the processing (``gdpr.notice``)
AUDIENCES = [
    ("client", "Clients"),
    ("third", "Opponents and third parties (Art. 14)"),
    ("applicant", "Applicants"),
    ("website", "Website and contacts"),
    ("staff", "Staff"),
]


class GdprProcessingCategory(models.AbstractModel):
    """A closed list of the register: one says the same thing in the same words."""

    _name = "gdpr.processing.category"
    _description = "Category of the Register"
    _order = "sequence, name"

    _gdpr_none = "names of categories"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, index=True)
    sequence = fields.Integer(default=50)
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "This code is there already.")


class GdprPersonCategory(models.Model):
    _name = "gdpr.person.category"
    _description = "Category of Data Subjects"
    _inherit = "gdpr.processing.category"

    _gdpr_none = "names of categories"

    audience = fields.Selection(
        AUDIENCES,
        string="Notice",
        help="In which notice these people read of it (Art. 13, 14 GDPR).",
    )


class GdprDataCategory(models.Model):
    _name = "gdpr.data.category"
    _description = "Category of Personal Data"
    _inherit = "gdpr.processing.category"

    _gdpr_none = "names of categories"

    special = fields.Boolean(
        string="Special Category", help="Art. 9 GDPR: needs a legal basis of its own."
    )
    criminal = fields.Boolean(
        string="Criminal Convictions", help="Art. 10 GDPR: only where a law allows it."
    )


class GdprRecipientCategory(models.Model):
    _name = "gdpr.recipient.category"
    _description = "Category of Recipients"
    _inherit = "gdpr.processing.category"

    _gdpr_none = "names of categories"
