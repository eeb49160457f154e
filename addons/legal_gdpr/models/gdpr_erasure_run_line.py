from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK


class GdprErasureRunLine(models.Model):
    """A record that is due, and what became of it. Read with the record itself."""

    _name = "gdpr.erasure.run.line"
    _description = "Record Due for Erasure"
    _inherit = ["legal.document.wall", "gdpr.named.record"]
    _order = "run_id, id"
    _log_access = False

    _gdpr_none = "numbers, codes and dates; the reason names a rule, a hold or an error"

    run_id = fields.Many2one(
        "gdpr.erasure.run", required=True, index=True, ondelete="cascade"
    )
    res_model = fields.Char(string="Technical Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Number", model_field="res_model", required=True, readonly=True
    )
    rule_id = fields.Many2one(
        "gdpr.retention.rule", required=True, readonly=True, ondelete="restrict"
    )
    action = fields.Selection(
        [("delete", "Delete"), ("redact", "Take the people out")],
        required=True,
        readonly=True,
    )
    due_on = fields.Date(string="May Go From", readonly=True)
    must_on = fields.Date(string="Has to Go By", readonly=True)
    state = fields.Selection(
        [("pending", "Waiting"), ("done", "Destroyed"), ("kept", "Stayed")],
        required=True,
        readonly=True,
        default="pending",
        index=True,
    )
    reason = fields.Char(string="Why It Stayed", readonly=True)

    _record_unique = models.UniqueIndex(
        "(run_id, res_model, res_id)", "The record is in the list already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            self._refuse()
        return super().create(vals_list)

    def write(self, vals):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            self._refuse()
        return super().write(vals)

    def _refuse(self):
        raise UserError(self.env._("The list of a run is made by the system."))

    @api.model
    def _note(self, run, rule, verdicts, today):
        """Add those that may go to the list of ``run``."""
        # sudo: the run writes its own list
        lines = self.sudo().with_context(legal_unlock=UNLOCK)
        return lines.create(
            [
                {
                    "run_id": run.id,
                    "res_model": rule.model,
                    "res_id": record_id,
                    "rule_id": rule.id,
                    "action": rule.final_action,
                    "due_on": verdict.may_on,
                    "must_on": verdict.must_on,
                }
                for record_id, verdict in verdicts.items()
                if verdict.may_go(today) and verdict.rules
            ]
        )

    def _destroy(self, run):
        """Destroy the records of these lines, of one kind, rule and action."""
        first = self[0]
        model = self.env.get(first.res_model)
        reasons = dict.fromkeys(
            self.mapped("res_id"), self.env._("Not there any more.")
        )
        if model is not None:
            there = model.browse(self.mapped("res_id")).exists()
            reasons.update(
                self.env["gdpr.erasure"]._destroy(
                    there,
                    first.action,
                    "retention",
                    rule=first.rule_id,
                    run_id=run.id,
                )
            )
        unlocked = self.with_context(legal_unlock=UNLOCK)
        for line in unlocked:
            reason = reasons[line.res_id]
            line.write({"state": "kept" if reason else "done", "reason": reason})

    def action_open_record(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }
