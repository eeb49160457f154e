from odoo import http
from odoo.exceptions import UserError, ValidationError
from odoo.http import request
from odoo.tools import email_normalize

FILES, BYTES = 3, 5 * 1024 * 1024
TYPES = {
    b"%PDF": ("application/pdf", ".pdf"),
    b"\x89PNG": ("image/png", ".png"),
    b"\xff\xd8\xff": ("image/jpeg", ".jpg"),
}
_HEADERS = [
    ("Cache-Control", "private, no-store"),
    ("X-Robots-Tag", "noindex"),
    ("Referrer-Policy", "no-referrer"),
]


class Privacy(http.Controller):
    """What people outside see: the form, and the link to their answer.

    The form says the same to everybody: not whether somebody is known.
    """

    @http.route(
        "/privacy/request", type="http", auth="public", website=True, sitemap=True
    )
    def form(self, **values):
        """GET shows the form; POST takes a request in.

        A field that only programs fill in ends in the same thanks, and nothing else.
        """
        if request.httprequest.method != "POST":
            return self._form({})
        if values.get("website"):
            return request.render("legal_gdpr.privacy_thanks", {})
        kinds = request.env["gdpr.request"]._public_kinds()
        given = {
            "kind": values.get("kind"),
            "requester_name": (values.get("name") or "").strip()[:200],
            "requester_email": email_normalize(values.get("email") or "") or "",
            "text": (values.get("text") or "").strip()[:10000],
            "lang": request.env.lang,
        }
        errors = []
        if given["kind"] not in dict(kinds):
            errors.append(request.env._("Choose what you ask for."))
        if not given["requester_name"]:
            errors.append(request.env._("Enter your name."))
        if not given["requester_email"]:
            errors.append(request.env._("Enter an e-mail address that we can answer."))
        files, problem = self._files()
        if problem:
            errors.append(problem)
        if errors:
            return self._form(values, errors)
        user = request.env.user
        try:
            request.env["gdpr.request"]._receive_from_outside(
                given,
                files,
                request.httprequest.remote_addr,
                user.partner_id if not user._is_public() else None,
            )
        except (UserError, ValidationError) as error:
            return self._form(values, [str(error)])
        return request.render("legal_gdpr.privacy_thanks", {})

    def _form(self, values, errors=()):
        user = request.env.user
        mine = request.env["gdpr.request"]
        if not user._is_public():
            # sudo: the number and the state of one's own requests
            mine = mine.sudo().search(
                [("partner_id", "=", user.partner_id.id), ("channel", "=", "portal")]
            )
            values = {
                "name": user.name, "email": user.email, **values
            }  # fmt: skip
        return request.render(
            "legal_gdpr.privacy_form",
            {
                "kinds": request.env["gdpr.request"]._public_kinds(),
                "values": values,
                "errors": errors,
                "mine": mine,
                "files": FILES,
            },
        )

    def _files(self):
        """([(name, bytes, type)], problem or None): few, small, of known kinds."""
        uploads = [f for f in request.httprequest.files.getlist("files") if f.filename]
        if len(uploads) > FILES:
            return [], request.env._("At most %s files, please.", FILES)
        files, total = [], 0
        for number, upload in enumerate(uploads, 1):
            content = upload.read(BYTES + 1)
            total += len(content)
            kind = next(
                (t for head, t in TYPES.items() if content[:4].startswith(head)), 0
            )
            if not kind:
                return [], request.env._("Only PDF, PNG and JPEG files, please.")
            if total > BYTES:
                return [], request.env._("The files are larger than 5 MB together.")
            files.append((f"attachment {number}{kind[1]}", content, kind[0]))
        return files, None

    @http.route("/my/privacy", type="http", auth="user", website=True)
    def portal(self, **values):
        return request.redirect("/privacy/request")

    @http.route(
        "/privacy/answer/<string:token>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        website=True,
        sitemap=False,
    )
    def answer(self, token, **values):
        """GET shows a page: a scanner of mails fetches nothing. POST gives the file."""
        export_sudo = request.env["gdpr.export"]._by_token(token)
        if not export_sudo or export_sudo._is_over():
            response = request.render("legal_gdpr.privacy_answer_over", {}, status=410)
        elif request.httprequest.method == "GET":
            response = request.render(
                "legal_gdpr.privacy_answer", {"export": export_sudo}
            )
        else:
            name = export_sudo.attachment_id.name
            response = request.make_response(
                export_sudo._hand_over(),
                headers=[
                    ("Content-Type", "application/zip"),
                    ("Content-Disposition", http.content_disposition(name)),
                ],
            )
        response.headers.update(dict(_HEADERS))
        return response
