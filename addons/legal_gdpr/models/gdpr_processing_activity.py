from odoo import fields, models

ROLES = [("controller", "Controller"), ("processor", "Processor")]
#: Art. 6(1) GDPR
BASES = [
    ("a", "Consent (Art. 6(1)(a))"),
    ("b", "Contract (Art. 6(1)(b))"),
    ("c", "Legal obligation (Art. 6(1)(c))"),
    ("d", "Vital interests (Art. 6(1)(d))"),
    ("e", "Public task (Art. 6(1)(e))"),
    ("f", "Legitimate interests (Art. 6(1)(f))"),
]
STATES = [
    ("draft", "Draft"),
    ("approved", "Approved"),
    ("replaced", "Replaced"),
    ("ended", "Ended"),
]


class GdprProcessingActivity(models.Model):
    """One processing activity of the register (art. 30 GDPR), in one version.

    An approved version does not change: a new one is drafted beside it, and replaces it
    with its approval.
    """

    _name = "gdpr.processing.activity"
    _description = "Processing Activity"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "role, name, version desc"

    _gdpr_data = {
        "owner_id": "employee of the firm",
        "approved_by_id": "employee who approved it",
    }

    code = fields.Char(required=True, index=True, copy=False)
    name = fields.Char(required=True, translate=True, tracking=True)
    version = fields.Integer(required=True, default=1, readonly=True, copy=False)
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, copy=False, tracking=True
    )
    role = fields.Selection(ROLES, required=True, default="controller", tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    owner_id = fields.Many2one(
        "res.users", string="Responsible", domain="[('share', '=', False)]"
    )
    purposes = fields.Text(translate=True, tracking=True)
    legal_basis = fields.Selection(BASES, tracking=True)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    replaced_by_id = fields.Many2one(
        "gdpr.processing.activity", readonly=True, copy=False
    )

    _version_unique = models.UniqueIndex(
        "(company_id, code, version)", "This version is there already."
    )
