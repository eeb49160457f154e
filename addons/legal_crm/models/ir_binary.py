from odoo import SUPERUSER_ID, models
from odoo.http import Stream

from .legal_access_mixin import LegalAccessMixin


class GuardedStream(Stream):
    """A file of a matter: not kept by proxies, and asked for again each time.

    With a token in its address, or a fingerprint, core lets it be stored for everybody
    or for a year; it would be shown after the matter was closed to somebody.
    """

    def get_response(self, *args, **kwargs):
        self.public = False
        kwargs |= {"immutable": False, "max_age": 0}
        return super().get_response(*args, **kwargs)


class IrBinary(models.AbstractModel):
    """What is part of a matter is opened with rights, not with tokens."""

    _inherit = "ir.binary"

    def _find_record(
        self,
        xmlid=None,
        res_model="ir.attachment",
        res_id=None,
        access_token=None,
        field=None,
    ):
        if access_token:
            record = self._legal_guarded(xmlid, res_model, res_id)
            if record and not (
                record._name == "ir.attachment"
                and record._legal_link_was_sent(access_token)
            ):
                access_token = None
        return super()._find_record(xmlid, res_model, res_id, access_token, field)

    def _legal_guarded(self, xmlid, res_model, res_id):
        """The record asked for, if it belongs to a matter, else None."""
        record = None
        if xmlid:
            record = self.env.ref(xmlid, False)
        elif res_id is not None and res_model in self.env:
            record = self.env[res_model].browse(res_id).exists()
        if not record:
            return None
        if record._name == "ir.attachment":
            return record if record._legal_owners()[record.id] else None
        if isinstance(record, LegalAccessMixin) and record._access_needs_role():
            return record
        return None

    def _record_to_stream(self, record, field_name):
        stream = super()._record_to_stream(record, field_name)
        guarded = (
            record._legal_owners()[record.id]
            if record._name == "ir.attachment"
            else isinstance(record, LegalAccessMixin) and record._access_needs_role()
        )
        if guarded and self.env.uid != SUPERUSER_ID:
            stream.__class__ = GuardedStream
        return stream
