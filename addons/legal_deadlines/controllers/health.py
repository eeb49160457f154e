from odoo import http
from odoo.http import request


class DeadlineHealth(http.Controller):
    @http.route(
        "/legal/deadlines/health",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        readonly=True,
    )
    def health(self):
        """For the firm's own monitoring: 200 while people are reminded, else 503.

        Says what kind of trouble there is; no name, no number of a matter.
        """
        # sudo: asked without a sign-in; a code comes out, no record
        trouble = request.env["legal.deadline.run"].sudo()._find_trouble()
        return request.make_json_response(
            {"reminders": trouble or "ok"},
            headers=[("Cache-Control", "no-store")],
            status=503 if trouble else 200,
        )
