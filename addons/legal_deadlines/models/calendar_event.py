from odoo import fields, models


class CalendarEvent(models.Model):
    """A hearing that is moved takes the dates counted back from it along, after a
    person has looked."""

    _inherit = "calendar.event"

    deadline_ids = fields.One2many(
        "legal.deadline", "event_id", string="Counted Back from Here"
    )

    def write(self, vals):
        result = super().write(vals)
        if "start" in vals or "start_date" in vals:
            # sudo: dates hang on it that the one who moves it may not read
            self.sudo().deadline_ids._tell_stale()
        return result
