from odoo import api, fields, models


class LegalDeadlineReason(models.TransientModel):
    """Asks why a date is struck, opened again, or not in order."""

    _name = "legal.deadline.reason"
    _description = "Reason"

    _gdpr_none = "transient, gone within hours"

    deadline_ids = fields.Many2many("legal.deadline", string="Dates", required=True)
    action = fields.Selection(
        [("cancel", "Strike"), ("return", "Not in Order"), ("reopen", "Open Again")],
        required=True,
    )
    reason = fields.Char()
    is_last = fields.Boolean(compute="_compute_is_last")
    needs_lawyer = fields.Boolean(compute="_compute_is_last")
    last_confirmed = fields.Boolean(string="The matter stays without a date")

    @api.depends("deadline_ids", "action")
    def _compute_is_last(self):
        for wizard in self:
            wizard.is_last = wizard.action == "cancel" and any(
                wizard.deadline_ids.mapped("is_last")
            )
            wizard.needs_lawyer = (
                wizard.action != "return" and wizard.deadline_ids._needs_lawyer()
            )

    def action_apply(self):
        self.ensure_one()
        deadlines = self.deadline_ids
        if self.action == "cancel":
            deadlines._cancel(self.reason, self.last_confirmed)
        elif self.action == "return":
            deadlines._return_to_open(self.reason)
        else:
            deadlines._reopen(self.reason)
        return {"type": "ir.actions.act_window_close"}
