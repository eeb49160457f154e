from odoo import models


class CalendarAttendee(models.Model):
    """No invitation or reminder about a matter reaches a colleague it is closed to."""

    _inherit = "calendar.attendee"

    def _should_notify_attendee(self, notify_author=False):
        return (
            super()._should_notify_attendee(notify_author=notify_author)
            and not self._legal_closed()
        )

    def _legal_closed(self):
        """Whether the appointment is closed to the colleague who was invited."""
        self.ensure_one()
        attendee_sudo = self.sudo()  # whether it is closed, for whoever opens the link
        event_sudo = attendee_sudo.event_id
        return bool(
            event_sudo.matter_id
            and event_sudo._legal_shut_out_users(attendee_sudo.partner_id)
        )
