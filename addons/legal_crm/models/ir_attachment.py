from odoo import models
from odoo.exceptions import UserError

from .legal_access_mixin import UNLOCK

_LOCKED_FIELDS = {
    "name",
    "raw",
    "datas",
    "db_datas",
    "store_fname",
    "checksum",
    "mimetype",
    "type",
    "url",
    "res_model",
    "res_id",
    "res_field",
    "public",
    "access_token",
}


class IrAttachment(models.Model):
    """A document that is part of a file stays as it is, whoever asks."""

    _inherit = "ir.attachment"

    def _check_locked(self):
        if self.env.context.get("legal_unlock") is UNLOCK:
            return
        locked = self.env["legal.communication"]._locked_attachment_ids(self.ids)
        if locked:
            # before its name is told
            self.browse(min(locked)).check_access("read")
            raise UserError(
                self.env._(
                    "“%s” belongs to a filed communication: it is neither changed nor "
                    "deleted.",
                    # sudo: the name of a file the caller is trying to change
                    self.sudo().browse(min(locked)).name,
                )
            )

    def write(self, vals):
        if _LOCKED_FIELDS & set(vals):
            self._check_locked()
        return super().write(vals)

    def unlink(self):
        self._check_locked()
        return super().unlink()
