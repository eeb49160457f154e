from odoo import fields, models


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    legal_is_hearing = fields.Boolean(
        string="Hearing", help="Before a court or an authority, at its place."
    )

    # what the view of all dates asks for: what is to come in some matter
    _legal_coming_idx = models.Index("(stop) WHERE matter_id IS NOT NULL")
    # rows of that view are read by its own numbers
    _legal_agenda_idx = models.Index("((id * 4 + 1)) WHERE matter_id IS NOT NULL")
