from odoo import fields, models


class GdprMeasure(models.Model):
    """A technical or organisational measure (art. 32 GDPR)."""

    _name = "gdpr.measure"
    _description = "Security Measure"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "kind, name"

    _gdpr_data = {"owner_id": "employee of the firm"}

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [("technical", "Technical"), ("organisational", "Organisational")],
        required=True,
        default="organisational",
    )
    description = fields.Text(translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    owner_id = fields.Many2one(
        "res.users", string="Responsible", domain="[('share', '=', False)]"
    )
