from odoo import http
from odoo.http import request

from .privacy import _HEADERS


class Preferences(http.Controller):
    """The preference page works without a login, by the signed link alone."""

    @http.route(
        "/privacy/preferences/<string:token>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        website=True,
        sitemap=False,
    )
    def preferences(self, token, **values):
        """GET shows and changes nothing: scanners of mails open every link. POST notes
        one decision, agreed or withdrawn, each with one click."""
        preferences = request.env["gdpr.preferences"]
        whose = preferences._read(token)
        if not whose:
            response = request.render(
                "legal_gdpr.privacy_preferences_over", {}, status=410
            )
        else:
            lang = request.env.lang
            changed = False
            if request.httprequest.method == "POST":
                purpose, choice = values.get("purpose") or "", values.get("choice")
                if purpose.isdecimal() and choice in ("give", "withdraw"):
                    changed = preferences._choose(
                        whose,
                        lang,
                        int(purpose[:9]),
                        choice == "give",
                        values.get("text") or "",
                    )
            response = request.render(
                "legal_gdpr.privacy_preferences",
                {"rows": preferences._rows(whose, lang), "changed": changed},
            )
        response.headers.update(dict(_HEADERS))
        return response
