import werkzeug

from odoo import models
from odoo.exceptions import AccessDenied
from odoo.http import Response, request

#: reached while the suite is closed: to sign in, and what its page is made of
_OPEN = (
    "/web/login", "/web/session/", "/web/static/", "/web/assets/", "/web/health",
    "/web/database/", "/web/binary/company_logo", "/web/webclient/translations",
)  # fmt: skip


class IrHttp(models.AbstractModel):
    """After a restore without a replay, nobody but administrators comes in."""

    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        path = request.httprequest.path
        if not path.startswith(_OPEN) and cls._gdpr_shuts_out(path):
            if request.dispatcher.routing_type != "http":
                raise AccessDenied(request.env["ir.http"]._gdpr_closed_text())
            page = request.env["ir.qweb"]._render("legal_gdpr.closed_page", {})
            # without a code of its own, so that no other page is put in its place
            raise werkzeug.exceptions.HTTPException(
                response=Response(page, status=503, mimetype="text/html")
            )
        return super()._pre_dispatch(rule, args)

    @classmethod
    def _gdpr_shuts_out(cls, path):
        # sudo: the state of the list of erasures
        if not request.env["gdpr.erasure.replay"].sudo()._is_closed():
            return False
        # the web client's own route asks nobody who it is, and sends him to sign in
        uid = request.env.uid or request.session.uid
        if not uid:
            return not (path == "/" or path.startswith(("/odoo", "/web")))
        # sudo: whether it is an administrator
        return not request.env["res.users"].sudo().browse(uid)._is_system()

    def _gdpr_closed_text(self):
        return self.env._(
            "A backup was restored, and what had been deleted since is not deleted "
            "again yet. Until the administrator has done that, nobody can work here."
        )


class ResUsers(models.Model):
    _inherit = "res.users"

    def _check_credentials(self, credential, env):
        """Closed for programs as well, which do not come through a page."""
        result = super()._check_credentials(credential, env)
        # sudo: the state of the list of erasures
        closed = self.env["gdpr.erasure.replay"].sudo()._is_closed()
        if closed and not self.env.user._is_system():
            raise AccessDenied(self.env["ir.http"]._gdpr_closed_text())
        return result
