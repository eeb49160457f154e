from odoo import api, fields, models


class LegalCommunication(models.Model):
    """What was served, and whether its dates are in the calendar.

    BGH II ZB 23/17: first the calendar, then the mark in the file. So nobody sets the
    mark: it follows from the calendar.
    """

    _inherit = "legal.communication"

    deadline_ids = fields.One2many(
        "legal.deadline", "communication_id", string="Deadlines"
    )
    deadline_mark = fields.Selection(
        [("entered", "Entered, Not Yet Checked"), ("noted", "Deadline Noted")],
        compute="_compute_deadline_mark",
        search="_search_deadline_mark",
    )

    @api.depends(
        "deadline_ids.state",
        "deadline_ids.needs_entry_check",
        "deadline_ids.entry_checked_by_id",
    )
    def _compute_deadline_mark(self):
        for communication in self:
            deadlines = communication.deadline_ids.filtered(
                lambda d: d.state != "cancelled"
            )
            communication.deadline_mark = deadlines and (
                "entered" if deadlines._needs_entry_check() else "noted"
            )

    def _search_deadline_mark(self, operator, value):
        if operator != "in":
            return NotImplemented
        live = [("state", "!=", "cancelled")]
        unchecked = [
            *live,
            ("needs_entry_check", "=", True),
            ("entry_checked_by_id", "=", False),
        ]
        domains = {
            False: [("deadline_ids", "not any", live)],
            "entered": [("deadline_ids", "any", unchecked)],
            "noted": [
                ("deadline_ids", "any", live),
                ("deadline_ids", "not any", unchecked),
            ],
        }
        return fields.Domain.OR(domains[mark] for mark in value if mark in domains)

    def action_new_deadline(self):
        """“Served on”: the dialog with what was served filled in."""
        self.ensure_one()
        return self.env["legal.deadline"]._action_enter(
            default_matter_id=self.matter_id.id,
            default_communication_id=self.id,
        )

    def action_new_follow_up(self):
        self.ensure_one()
        return self.env["legal.deadline"]._action_enter(
            default_matter_id=self.matter_id.id,
            default_communication_id=self.id,
            default_kind="follow_up",
        )
