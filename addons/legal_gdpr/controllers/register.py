from odoo import http
from odoo.http import content_disposition, request

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Register(http.Controller):
    @http.route(
        "/gdpr/register.xlsx", type="http", auth="user", methods=["GET"], readonly=True
    )
    def register(self):
        """The register of the user's current firm, for whoever has its menu."""
        activities = request.env["gdpr.processing.activity"]
        activities._need_register()
        content = activities._register_xlsx(request.env.company)
        return request.make_response(
            content,
            headers=[
                ("Content-Type", _XLSX),
                ("Content-Disposition", content_disposition("register.xlsx")),
                ("Cache-Control", "private, no-store"),
            ],
        )
