from odoo import api, models


class LegalMatterParty(models.Model):
    _inherit = "legal.matter.party"

    @api.depends("partner_id.gdpr_restricted", "contact_id.gdpr_restricted")
    @api.depends_context("uid")
    def _compute_reach(self):
        """A restricted party stands in the matter, without address or number."""
        # sudo: the flag alone
        blocked = self.filtered(
            lambda party: party.sudo().partner_id.gdpr_restricted
            or party.sudo().contact_id.gdpr_restricted
        )
        if blocked and blocked.env["res.partner"]._may_see_restricted():
            blocked = self.browse()
        blocked.email = blocked.phone = False
        return super(LegalMatterParty, self - blocked)._compute_reach()
