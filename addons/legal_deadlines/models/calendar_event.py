from odoo import fields, models


class CalendarEvent(models.Model):
    """Hearings. One that is moved takes the dates counted back from it along, after a
    person has looked."""

    _inherit = "calendar.event"

    legal_is_hearing = fields.Boolean(
        string="Hearing", help="Before a court or an authority, at its place."
    )
    deadline_ids = fields.One2many(
        "legal.deadline", "event_id", string="Counted Back from Here"
    )

    # what the view of all dates asks for: what is to come in some matter
    _legal_coming_idx = models.Index("(stop) WHERE matter_id IS NOT NULL")
    # rows of that view are read by its own numbers
    _legal_agenda_idx = models.Index("((id * 4 + 1)) WHERE matter_id IS NOT NULL")

    def write(self, vals):
        result = super().write(vals)
        if "start" in vals or "start_date" in vals:
            # sudo: dates hang on it that the one who moves it may not read
            self.sudo().deadline_ids._tell_stale()
        return result
