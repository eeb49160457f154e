from odoo import fields, models


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    legal_is_hearing = fields.Boolean(
        string="Hearing", help="Before a court or an authority, at its place."
    )

    # what the view of all dates asks for: what is to come in some matter
    _legal_coming_idx = models.Index("(stop) WHERE matter_id IS NOT NULL")
