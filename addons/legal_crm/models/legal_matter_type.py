from odoo import fields, models

ACCESS_POLICIES = [
    ("firm", "Whole firm"),
    ("team", "Team only"),
    ("restricted", "Restricted: team only, name hidden elsewhere"),
]


class LegalMatterType(models.Model):
    _name = "legal.matter.type"
    _description = "Matter Type"
    _order = "sequence, name, id"

    _gdpr_none = "the firm's own list of kinds of matters, names nobody"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(help="Short form, may be part of the matter number.")
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    practice_area_id = fields.Many2one("legal.practice.area", index="btree_not_null")
    contentious = fields.Boolean(
        help="There is another side: a matter of this type opens only when it is "
        "named.",
    )
    access_policy = fields.Selection(
        ACCESS_POLICIES,
        string="Who May Read",
        help="Proposed for new matters of this type. Empty: the firm's default.",
    )
