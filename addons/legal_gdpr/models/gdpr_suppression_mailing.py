from odoo import models

from odoo.addons.legal_crm.models.legal_erasing import is_erasing


class GdprSuppression(models.Model):
    _inherit = "gdpr.suppression"

    def _among(self, addresses):
        """:return: those of these e-mail addresses whose owner objected"""
        # sudo: whether anybody objected is asked by whatever sends
        if not addresses or not self.sudo().search_count([], limit=1):
            return set()
        tokens = {
            token: address
            for address in set(addresses)
            for token in self._tokens("email", address)
        }
        # sudo: as above
        found = self.sudo().search([("token", "in", list(tokens))])
        return {tokens[token] for token in found.mapped("token")}


class MailBlacklist(models.Model):
    """An address that is erased from Odoo's list stays on the keyed one."""

    _inherit = "mail.blacklist"

    def unlink(self):
        if is_erasing(self):
            self.env["gdpr.suppression"]._suppress(
                "email", self.filtered("active").mapped("email")
            )
        return super().unlink()
