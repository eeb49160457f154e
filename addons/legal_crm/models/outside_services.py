from odoo import api, models
from odoo.tools import str2bool


class PublisherWarrantyContract(models.AbstractModel):
    """The weekly report of names, users and applications to Odoo's publisher."""

    _inherit = "publisher_warranty.contract"

    _gdpr_none = "stores nothing"

    def update_notification(self, cron_mode=True):
        if not self.env["ir.config_parameter"]._legal_outside_services():
            return True
        return super().update_notification(cron_mode=cron_mode)


class MailIceServer(models.Model):
    """Calls in Discuss ask public servers for the way through a firewall."""

    _inherit = "mail.ice.server"

    _gdpr_none = "technical addresses"

    @api.model
    def _get_ice_servers(self):
        if not self.env["ir.config_parameter"]._legal_outside_services():
            # Never an empty list: the browser would then ask public servers by itself.
            return self._get_local_ice_servers() or [{"urls": "stun:localhost"}]
        return super()._get_ice_servers()


class IrConfigParameter(models.Model):
    _inherit = "ir.config_parameter"

    _gdpr_none = "technical settings"

    @api.model
    def _legal_outside_services(self):
        """Whether the firm allows services outside the house. No unless it says so."""
        value = self.sudo().get_param("legal_crm.outside_services")  # one own setting
        return str2bool(value or "False", False)
