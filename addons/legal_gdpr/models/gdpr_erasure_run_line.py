from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK


class GdprErasureRunLine(models.Model):
    """A record that is due, and what became of it. Read with the record itself."""

    _name = "gdpr.erasure.run.line"
    _description = "Record Due for Erasure"
    _inherit = ["legal.document.wall", "gdpr.named.record"]
    _order = "run_id, id"
    _log_access = False

    _gdpr_none = "numbers, codes and dates; the reason names a rule, a hold or an error"

    run_id = fields.Many2one("gdpr.erasure.run", required=True, ondelete="cascade")
    res_model = fields.Char(string="Technical Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Number", model_field="res_model", required=True, readonly=True
    )
    # none: somebody chose this one record
    rule_id = fields.Many2one("gdpr.retention.rule", readonly=True, ondelete="restrict")
    action = fields.Selection(
        [
            ("delete", "Delete"),
            ("redact", "Take the people out"),
            ("empty", "Empty fields"),
        ],
        required=True,
        readonly=True,
    )
    field_names = fields.Char(string="Technical Fields", readonly=True)
    fields_label = fields.Char(string="Fields", compute="_compute_fields_label")
    due_on = fields.Date(string="May Go From", readonly=True)
    must_on = fields.Date(string="Has to Go By", readonly=True)
    state = fields.Selection(
        [("pending", "Waiting"), ("done", "Destroyed"), ("kept", "Stayed")],
        required=True,
        readonly=True,
        default="pending",
    )
    reason = fields.Char(string="Why It Stayed", readonly=True)
    hold_ids = fields.Many2many(
        "gdpr.legal.hold",
        string="Held By",
        readonly=True,
        help="What kept it when its turn came: it comes up again when they end.",
    )

    _pending_idx = models.Index("(run_id, id) WHERE state = 'pending'")
    _record_unique = models.UniqueIndex(
        "(run_id, res_model, res_id)", "The record is in the list already."
    )

    def _field_list(self):
        return (self.field_names or "").split(",") if self.field_names else []

    @api.depends("res_model", "field_names")
    @api.depends_context("lang")
    def _compute_fields_label(self):
        for line in self:
            model = self.env.get(line.res_model)
            known = model._fields if model is not None else {}
            line.fields_label = ", ".join(
                known[name].get_description(self.env, ["string"])["string"]
                if name in known
                else name
                for name in line._field_list()
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
        rows = [
            (record_id, verdict.may_on, verdict.must_on)
            for record_id, verdict in verdicts.items()
            if verdict.may_go(today) and verdict.rules
        ]
        if rows:
            # past the ORM: a list may be as long as the table. What another rule
            # listed before the server was killed stays under that rule.
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO gdpr_erasure_run_line
                           (run_id, res_model, rule_id, action, state,
                            res_id, due_on, must_on)
                    SELECT %s, %s, %s, %s, 'pending', * FROM
                           unnest(%s::int[], %s::date[], %s::date[])
                        ON CONFLICT DO NOTHING
                    """,
                    run.id,
                    rule.model,
                    rule.id,
                    rule.final_action,
                    *([row[column] for row in rows] for column in range(3)),
                )
            )
            run.invalidate_recordset(["line_ids", "line_count"], flush=False)

    def _destroy(self, run):
        """Destroy the records of these lines, of one kind, rule, action and fields."""
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
                    run.kind,
                    rule=first.rule_id,
                    run_id=run.id,
                    fields=first._field_list(),
                )
            )
        self._settle(reasons)
        kept = self.filtered(lambda line: reasons[line.res_id])
        if kept and model is not None:
            kept._note_holds(model, first.action)

    def _settle(self, reasons):
        """Write what became of the lines; past the ORM, which writes a hundred at a
        time. :param reasons: {id of the record: why it stayed, or None}"""
        self.flush_recordset()
        for reason, lines in self.grouped(lambda r: reasons[r.res_id]).items():
            self.env.cr.execute(
                SQL(
                    "UPDATE gdpr_erasure_run_line SET state = %s, reason = %s "
                    "WHERE id = ANY(%s)",
                    "kept" if reason else "done",
                    reason or None,
                    lines.ids,
                )
            )
        self.invalidate_recordset(["state", "reason"], flush=False)

    def _note_holds(self, model, action):
        """Which holds kept these: their release brings them up again."""
        there = model.browse(self.mapped("res_id")).exists()
        holding = self.env["gdpr.erasure"]._holding(there, action)
        for line in self._legal_unlocked():
            line.hold_ids = [Command.set(sorted(holding.get(line.res_id, ())))]

    def action_open_record(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }
