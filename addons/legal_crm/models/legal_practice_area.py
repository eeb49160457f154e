from odoo import fields, models


class LegalPracticeArea(models.Model):
    _name = "legal.practice.area"
    _description = "Practice Area"
    _order = "sequence, name, id"

    _gdpr_none = "the firm's own list of fields of law, names nobody"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(help="Short form, may be part of the matter number.")
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    type_ids = fields.One2many(
        "legal.matter.type", "practice_area_id", string="Matter Types"
    )

    _code_unique = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL",
        "A practice area with this code exists already.",
    )
