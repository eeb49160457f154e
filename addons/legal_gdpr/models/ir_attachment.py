from odoo import models
from odoo.exceptions import UserError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK


class IrAttachment(models.Model):
    """What was sent to the authority, and what proves an audit or a test, stays."""

    _inherit = "ir.attachment"

    def _check_locked(self):
        super()._check_locked()
        if not self.ids or self.env.context.get("legal_unlock") is UNLOCK:
            return
        # sudo: whether there is one, and nothing of it
        filings = self.env["gdpr.breach.filing"].sudo()
        if filings.search_count([("attachment_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "This was sent to the authority: the file is neither changed nor "
                    "deleted."
                )
            )
        for name in ("gdpr.processor.audit", "gdpr.measure.test"):
            lines = self.env[name].sudo()  # sudo: as above
            if lines.search_count([("attachment_ids", "in", self.ids)], limit=1):
                raise UserError(
                    self.env._(
                        "This file is the evidence of an audit or a test: it is "
                        "neither changed nor deleted."
                    )
                )
