from odoo import api, fields, models
from odoo.exceptions import UserError


class LegalDeadlineDone(models.TransientModel):
    """Record a deadline as done: what was sent, when, and the proof of it."""

    _name = "legal.deadline.done"
    _description = "Done"

    _gdpr_none = "transient, gone within hours"

    deadline_ids = fields.Many2many("legal.deadline", string="Deadlines", required=True)
    needs_evidence = fields.Boolean(compute="_compute_situation")
    is_last = fields.Boolean(compute="_compute_situation")
    is_late = fields.Boolean(compute="_compute_is_late")
    matter_id = fields.Many2one("legal.matter", compute="_compute_situation")
    what = fields.Char(
        string="What Was Sent",
        help="Which document, to whom, how: “Grounds of appeal to the court, by beA”.",
    )
    sent_on = fields.Datetime(default=fields.Datetime.now)
    communication_id = fields.Many2one(
        "legal.communication",
        string="Sent With",
        help="The entry in the file with which it went out. Its documents are the "
        "receipt.",
    )
    receipt_ids = fields.Many2many(
        "ir.attachment",
        "legal_deadline_done_receipt_rel",
        "wizard_id",
        "attachment_id",
        string="Receipts",
    )
    follow_up_date = fields.Date(
        string="Follow-Up On", help="So that the matter does not stay without a date."
    )
    last_confirmed = fields.Boolean(string="The matter stays without a date")

    @api.depends("deadline_ids")
    def _compute_situation(self):
        for wizard in self:
            deadlines = wizard.deadline_ids
            wizard.needs_evidence = "deadline" in deadlines.mapped("kind")
            wizard.is_last = any(deadlines.mapped("is_last"))
            wizard.matter_id = deadlines.matter_id[:1]

    @api.depends("sent_on", "deadline_ids")
    def _compute_is_late(self):
        for wizard in self:
            wizard.is_late = any(
                wizard.sent_on and deadline._is_late(wizard.sent_on)
                for deadline in wizard.deadline_ids
            )

    def action_apply(self):
        self.ensure_one()
        deadlines = self.deadline_ids
        if self.follow_up_date:
            self._new_follow_up()
        confirmed = self.last_confirmed
        if not self.needs_evidence:
            return self._close(deadlines._record_follow_up_done(confirmed))
        if "follow_up" in deadlines.mapped("kind") or len(deadlines.matter_id) > 1:
            raise UserError(
                self.env._("Record the dates of one matter and one kind at once.")
            )
        return self._close(
            deadlines._record_done(
                self.what,
                self.sent_on,
                self.receipt_ids,
                self.communication_id,
                confirmed,
            )
        )

    def _new_follow_up(self):
        first = self.deadline_ids[:1]
        self.env["legal.deadline"].create(
            {
                "kind": "follow_up",
                "name": self.env._("Follow-up: %s", first.name),
                "matter_id": first.matter_id.id,
                "user_id": first.user_id.id,
                "deputy_id": first.deputy_id.id,
                "date_deadline": self.follow_up_date,
            }
        )

    @api.model
    def _close(self, _result):
        return {"type": "ir.actions.act_window_close"}
