from odoo import fields, models


class LegalDeadlineWarning(models.Model):
    """One warning of a deadline: on which day, and who was told."""

    _name = "legal.deadline.warning"
    _description = "Deadline Warning"
    _inherit = "legal.access.mixin"
    _order = "date, id"
    _access_role_always = True

    _gdpr_data = {"acknowledged_by_id": "employee of the firm"}

    deadline_id = fields.Many2one(
        "legal.deadline", required=True, index=True, ondelete="cascade"
    )
    matter_id = fields.Many2one(
        "legal.matter", index="btree_not_null", ondelete="restrict", readonly=True
    )
    date = fields.Date(required=True)
    kind = fields.Selection(
        [
            ("early", "Early Warning"),
            ("day", "The Day"),
            ("overdue", "Overdue"),
            ("query", "Query"),
        ],
        required=True,
    )
    acknowledged_by_id = fields.Many2one("res.users", readonly=True)
    acknowledged_on = fields.Datetime(readonly=True)
