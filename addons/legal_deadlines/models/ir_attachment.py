from odoo import models
from odoo.exceptions import UserError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK


class IrAttachment(models.Model):
    """A receipt stays as it is: it is the proof that a deadline was met."""

    _inherit = "ir.attachment"

    def _check_locked(self):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            locked = self.env["legal.deadline"]._locked_receipt_ids(self.ids)
            if locked:
                # before its name is told
                self.browse(min(locked)).check_access("read")
                raise UserError(
                    self.env._(
                        "“%s” proves that a deadline was met: it is neither changed "
                        "nor deleted.",
                        # sudo: the name of a file the caller is trying to change
                        self.sudo().browse(min(locked)).name,
                    )
                )
        return super()._check_locked()
