from odoo import models


class LegalMatter(models.Model):
    """What reaches people by itself, and ends when a matter is closed to them."""

    _inherit = "legal.matter"

    def _shut_out(self, users):
        result = super()._shut_out(users)
        # sudo: see the hook; also what the one who raises the wall cannot read
        events_sudo = self.env["calendar.event"].sudo().with_context(active_test=False)
        events_sudo.search([("matter_id", "in", self.ids)])._legal_let_go(users)
        self.env["ir.attachment"]._legal_new_tokens(self)
        return result
