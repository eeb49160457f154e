from odoo import http
from odoo.http import request

from odoo.addons.calendar.controllers.main import CalendarController


class LegalCalendarController(CalendarController):
    """Core lets in whoever holds the link of a call; a colleague also needs the right
    to read the matter. Guests from outside were given the link on purpose."""

    def _legal_closed(self, token):
        # sudo: the link names the appointment; whether it is closed decides here
        event_sudo = (
            request.env["calendar.event"]
            .sudo()
            .search([("access_token", "=", token)], limit=1)
        )
        user = request.env.user
        return bool(
            event_sudo.matter_id
            and not user._is_public()
            and event_sudo._legal_shut_out_users(user.partner_id)
        )

    @http.route()
    def calendar_join_meeting(self, token, **kwargs):
        if self._legal_closed(token):
            return request.not_found()
        return super().calendar_join_meeting(token, **kwargs)

    @http.route()
    def calendar_join_videocall(self, access_token):
        if self._legal_closed(access_token):
            return request.not_found()
        return super().calendar_join_videocall(access_token)
