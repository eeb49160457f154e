from odoo import models
from odoo.exceptions import UserError

from odoo.addons.legal_crm.models.legal_access_mixin import LegalAccessMixin


class PortalShare(models.TransientModel):
    """What has readers of its own is not opened to others by a link."""

    _inherit = "portal.share"

    def action_send_mail(self):
        record = self.resource_ref
        if isinstance(record, LegalAccessMixin) and record._access_needs_role():
            raise UserError(
                self.env._(
                    "“%s” belongs to the law firm's files and is not shared by a link. "
                    "Write a mail from the matter.",
                    record.display_name,
                )
            )
        return super().action_send_mail()
