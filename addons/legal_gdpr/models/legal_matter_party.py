from odoo import api, models


class LegalMatterParty(models.Model):
    """A restricted party stands in its matter, without name, address or number."""

    _inherit = "legal.matter.party"

    def _restricted_here(self):
        """The parties whose contact this user must not see."""
        if self.env["res.partner"]._may_see_restricted():
            return self.browse()
        # sudo: the flag alone
        return self.filtered(
            lambda party: party.sudo().partner_id.gdpr_restricted
            or party.sudo().contact_id.gdpr_restricted
        )

    @api.depends("partner_id.gdpr_restricted", "contact_id.gdpr_restricted")
    @api.depends_context("uid")
    def _compute_reach(self):
        blocked = self._restricted_here()
        blocked.email = blocked.phone = False
        return super(LegalMatterParty, self - blocked)._compute_reach()

    @api.depends("partner_id.gdpr_restricted")
    @api.depends_context("uid")
    def _compute_display_name(self):
        blocked = self._restricted_here()
        for party in blocked:
            party.display_name = self.env._(
                "%(name)s (%(role)s)",
                name=party.partner_id.display_name,
                role=party.role_id.name or "",
            )
        blocked._hide_names()
        return super(LegalMatterParty, self - blocked)._compute_display_name()


class LegalMatter(models.Model):
    _inherit = "legal.matter"

    @api.depends("party_ids.partner_id.gdpr_restricted")
    @api.depends_context("uid")
    def _compute_copy_references(self):
        """The number a restricted party gave stands without its name."""
        blocked = self.filtered(lambda matter: matter.party_ids._restricted_here())
        for matter in blocked:
            kinds = dict(
                matter.reference_ids._fields["kind"]._description_selection(self.env)
            )
            matter.copy_references = [
                {"value": value, "label": kinds.get(group[0].kind, "")}
                for value, group in matter.reference_ids.grouped("value").items()
                if group[0].kind != "number"
            ]
        return super(LegalMatter, self - blocked)._compute_copy_references()
