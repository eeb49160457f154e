from odoo import api, models

from ..tools.rubrum import rubrum


class LegalMatter(models.Model):
    """The parties, and what follows from them: client, opponent, rubrum."""

    _inherit = "legal.matter"

    @api.depends(
        "party_ids.partner_id",
        "party_ids.side",
        "party_ids.role_id",
        "party_ids.sequence",
        "party_ids.date_to",
    )
    def _compute_principals(self):
        for matter in self:
            matter.client_id = matter._principals("own")[:1].partner_id
            matter.opponent_id = matter._principals("adverse")[:1].partner_id

    def _principals(self, side):
        """The parties of the dispute itself on one side, present ones first."""
        self.ensure_one()
        return self.party_ids.filtered(
            lambda p: p.side == side and p.role_id.principal and p.partner_id
        ).sorted(lambda p: (bool(p.date_to), p.sequence, p._origin.id or 0))

    def _inverse_client_id(self):
        self._set_principal("client_id", "own", "legal_crm.role_client")

    def _inverse_opponent_id(self):
        self._set_principal("opponent_id", "adverse", "legal_crm.role_opponent")

    def _set_principal(self, field, side, role_xmlid):
        """Keep the party list in step with a client or opponent chosen directly."""
        role = self.env.ref(role_xmlid)
        for matter in self:
            partner, principals = matter[field], matter._principals(side)
            if not partner or partner in principals.partner_id:
                continue
            if len(principals) == 1:
                principals.partner_id = partner
                continue
            self.env["legal.matter.party"].create(
                {
                    "matter_id": matter.id,
                    "partner_id": partner.id,
                    "role_id": role.id,
                    "side": side,
                }
            )

    @api.depends(
        "party_ids.partner_id.name",
        "party_ids.partner_id.is_company",
        "party_ids.side",
        "party_ids.role_id.principal",
        "party_ids.sequence",
        "party_ids.date_to",
        "client_id.name",
        "opponent_id.name",
        "type_id.name",
        "name_manual",
        "company_id.legal_rubrum_separator",
    )
    def _compute_name(self):
        for matter in self:
            if matter.name_manual and matter.name:
                continue
            proposal = matter._propose_name()
            # On a form being edited nobody's text is replaced by nothing.
            if proposal or not matter.name:
                matter.name = proposal

    def _propose_name(self):
        """The rubrum as the parties give it, e.g. “Meier ./. Müller GmbH”."""
        self.ensure_one()
        sides = {}
        for side, field in (("own", "client_id"), ("adverse", "opponent_id")):
            partners = self._principals(side).partner_id or self[field]
            sides[side] = [(p.name or "", p.is_company) for p in partners]
        company = self.company_id
        return rubrum(
            sides["own"],
            sides["adverse"],
            separator=company.legal_rubrum_separator or "./.",
            others=company.legal_rubrum_others or "u. a.",
            subject=self.type_id.name or "",
        )

    def action_propose_name(self):
        """Take the proposed rubrum again, and follow the parties from now on."""
        for matter in self:
            matter.name_manual = False
            matter.name = matter._propose_name()
