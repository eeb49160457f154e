from odoo import api, fields, models


class LegalCommunicationProposal(models.Model):
    """A matter where a waiting mail may belong, and why."""

    _name = "legal.communication.proposal"
    _description = "Filing Proposal"
    _inherit = "legal.access.mixin"
    _order = "communication_id, score desc, id"

    _gdpr_none = "points at a communication and a matter, says nothing of its own"

    communication_id = fields.Many2one(
        "legal.communication", required=True, index=True, ondelete="cascade"
    )
    matter_id = fields.Many2one(
        "legal.matter", required=True, index=True, ondelete="cascade"
    )
    score = fields.Float(digits=(3, 2), help="0 to 1: how sure the system is.")
    evidence = fields.Char(help="Codes of what was found, comma separated.")
    detail = fields.Char()
    reason = fields.Char(compute="_compute_reason")
    matter_state = fields.Selection(related="matter_id.state", string="Matter State")

    @api.depends("evidence", "detail")
    def _compute_reason(self):
        for proposal in self:
            proposal.reason = proposal.communication_id._evidence_text(
                proposal.evidence, proposal.detail
            )

    @api.depends("matter_id", "score", "access_list_id")
    @api.depends_context("uid")
    def _compute_display_name(self):
        for proposal in self:
            proposal.display_name = (
                f"{proposal.matter_id.display_name} ({proposal.score:.0%})"
            )
        self._hide_names()

    def action_file(self):
        """File the mail here. One click in the queue."""
        for proposal in self:
            proposal.communication_id._file_to(proposal.matter_id)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_reject(self):
        """Not this matter: the proposal goes, the mail waits on."""
        communications = self.communication_id
        communications.check_access("write")
        # sudo: proposals are the system's notes, nobody edits them directly
        self.sudo().unlink()
        communications._sync_access_lists()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
