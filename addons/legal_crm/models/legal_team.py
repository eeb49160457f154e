from odoo import fields, models


class LegalTeam(models.Model):
    """People who work on matters together, and stand in for each other."""

    _name = "legal.team"
    _description = "Legal Team"
    _order = "sequence, name, id"
    _check_company_auto = True

    _gdpr_data = {
        "leader_id": "employee of the firm",
        "member_ids": "employees of the firm",
    }

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    leader_id = fields.Many2one("res.users", string="Head")
    member_ids = fields.Many2many("res.users", string="Members")
    color = fields.Integer()
