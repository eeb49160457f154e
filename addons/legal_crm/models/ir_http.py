from werkzeug.exceptions import NotFound

from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _auth_method_calendar(cls):
        """The link of an invitation stops working for a colleague who is shut out.

        Core's page shows the appointment to whoever holds the link, signed in or not.
        """
        result = super()._auth_method_calendar()
        token = request.httprequest.args.get("token", "")
        # sudo: core found the same invitation; here it is only refused
        attendees_sudo = request.env["calendar.attendee"].sudo()
        attendee = attendees_sudo.search([("access_token", "=", token)], limit=1)
        if attendee and attendee._legal_closed():
            raise NotFound()
        return result
