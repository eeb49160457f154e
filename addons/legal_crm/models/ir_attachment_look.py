from odoo import SUPERUSER_ID, api, models
from odoo.http import request

from .legal_access_look import writing
from .legal_access_mixin import UNLOCK

_CONTENT = {"raw", "datas", "db_datas", "index_content"}
#: Pictures up to this size are shown in a list or beside a name; larger ones are read.
_THUMBNAIL = 512


class IrAttachment(models.Model):
    """A document of a matter that somebody takes out is recorded."""

    _inherit = "ir.attachment"

    def _log_download(self):
        if self.env.uid == SUPERUSER_ID:
            return
        log = self.env["legal.access.log"]
        matters = log._matters_of(self)
        if matters:
            log._log_once("download", self.browse(list(matters)))

    def _to_http_stream(self):
        thumbnail = self.env.context.get("legal_thumbnail") is UNLOCK
        if not thumbnail and not self._goes_on():
            self._log_download()
        return super()._to_http_stream()

    def _goes_on(self):
        """Whether a program that reads a file piece by piece asks for the next piece.

        Its first request was recorded a moment ago; hundreds of entries for one PDF
        would hide the others.
        """
        if not request or not request.httprequest.range:
            return False
        return self.env["legal.access.log"]._recently("download", self)

    @writing
    def read(self, fields=None, load="_classic_read"):
        rows = super().read(fields, load=load)
        self._log_content_read(fields)
        return rows

    @writing
    def web_read(self, specification):
        return super().web_read(specification)

    @api.model
    def search_read(self, domain=None, fields=None, *args, **kwargs):
        rows = super().search_read(domain, fields, *args, **kwargs)
        self.browse([row["id"] for row in rows])._log_content_read(fields)
        return rows

    def _log_content_read(self, fields):
        wanted = _CONTENT & set(fields or _CONTENT)
        if self.env.context.get("bin_size"):
            wanted -= {"datas", "raw", "db_datas"}  # the client gets the size alone
        if wanted and not self.env.su:
            self._log_download()

    def export_data(self, fields_to_export):
        data = super().export_data(fields_to_export)
        self.env["legal.access.log"]._log_by_matter("export", self)
        return data


class IrBinary(models.AbstractModel):
    _inherit = "ir.binary"

    def _get_image_stream_from(
        self, record, field_name="raw", *args, width=0, height=0, **kwargs
    ):
        if 0 < max(width, height) <= _THUMBNAIL:
            record = record.with_context(legal_thumbnail=UNLOCK)
        return super()._get_image_stream_from(
            record, field_name, *args, width=width, height=height, **kwargs
        )
