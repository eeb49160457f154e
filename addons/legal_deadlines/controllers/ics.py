from odoo import http
from odoo.http import request


class LegalIcsController(http.Controller):
    """Calendar programs fetch somebody's dates here, with nothing but the link."""

    @http.route(
        "/legal/ics/<string:token>.ics",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
    )
    def calendar(self, token):
        """The calendar; 304 if the program has it already, 404 for every other link.

        There is no date of last change to ask for: what a wall took out of a calendar
        has none. The mark (ETag) is that of the whole text.
        """
        content = request.env["legal.ics.feed"]._fetch_calendar(token)
        if content is None:
            return request.make_response("Not Found", status=404)
        response = request.make_response(
            content,
            headers=[
                ("Content-Type", "text/calendar; charset=utf-8"),
                ("Content-Disposition", 'inline; filename="dates.ics"'),
                ("Cache-Control", "private, no-cache"),
                ("X-Robots-Tag", "noindex"),
                ("Referrer-Policy", "no-referrer"),
            ],
        )
        response.add_etag()
        return response.make_conditional(request.httprequest.environ)
