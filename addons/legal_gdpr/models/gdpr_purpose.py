from odoo import fields, models


class GdprPurpose(models.Model):
    """For what one writes to people who need not be written to: a newsletter, an
    invitation."""

    _name = "gdpr.purpose"
    _description = "Purpose of Contacting"
    _order = "sequence, name"

    _gdpr_none = "names of purposes"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="By which programs name it.")
    sequence = fields.Integer(default=50)
    description = fields.Text(
        translate=True, help="As the person reads it on the preference page."
    )
    needs_consent = fields.Boolean(
        default=True,
        help="Without it one may write until the person objects (Art. 21 GDPR).",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    activity_id = fields.Many2one(
        "gdpr.processing.activity",
        string="Processing Activity",
        index="btree_not_null",
        ondelete="restrict",
    )
    text_ids = fields.One2many("gdpr.consent.text", "purpose_id", string="Texts")

    _code_unique = models.UniqueIndex(
        "(company_id, code)", "Another purpose has this code."
    )
