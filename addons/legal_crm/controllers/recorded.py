from odoo import http
from odoo.http import request

from odoo.addons.web.controllers.binary import Binary
from odoo.addons.web.controllers.report import ReportController


def _shows_no_document(_controller, _rule, args):
    """Whether a picture or file may be read from a replica: nothing is recorded then.

    A document of a matter is an attachment; pictures of people and companies, which
    every page shows, are fields of other models.
    """
    model = args.get("model") or request.httprequest.args.get("model")
    return bool(model) and model in ("res.partner", "res.users", "res.company")


def _never(_controller, _rule, _args):
    return False


class RecordedBinary(Binary):
    """Downloads are recorded, so these routes write."""

    @http.route(readonly=_shows_no_document)
    def content_common(self, *args, **kwargs):
        return super().content_common(*args, **kwargs)

    @http.route(readonly=_shows_no_document)
    def content_image(self, *args, **kwargs):
        return super().content_image(*args, **kwargs)


class RecordedReport(ReportController):
    """Printing is recorded, so this route writes."""

    @http.route(readonly=_never)
    def report_routes(self, *args, **kwargs):
        return super().report_routes(*args, **kwargs)
