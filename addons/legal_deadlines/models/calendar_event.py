from odoo import fields, models


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    deadline_ids = fields.One2many(
        "legal.deadline", "event_id", string="Counted Back from Here"
    )
