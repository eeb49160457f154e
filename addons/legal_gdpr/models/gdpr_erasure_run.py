import hashlib
import json

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

#: records judged, or destroyed, in one transaction
BATCH = 500
#: who stops a run waits so long for the batch that is at work
PATIENCE = "30s"
STATES = [
    ("draft", "New"),
    ("simulating", "Looking"),
    ("simulated", "To Be Approved"),
    ("approved", "Approved"),
    ("running", "Running"),
    ("done", "Done"),
    ("stopped", "Stopped"),
]


class GdprErasureRun(models.Model):
    """What is due by the retention rules: looked for, approved, destroyed.

    Looking changes nothing but the list. The approval is for that very list (a hash of
    its lines); each line is judged once more when its turn comes. A run that was killed
    goes on with the lines that are left.
    """

    _name = "gdpr.erasure.run"
    _description = "Erasure Run"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"

    _gdpr_data = {
        "user_id": "employee who made the list",
        "approved_by_id": "employee who approved it",
    }

    name = fields.Char(required=True, default=lambda self: self._default_name())
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, copy=False, tracking=True
    )
    rule_ids = fields.Many2many(
        "gdpr.retention.rule",
        string="Only These Rules",
        domain=[("state", "=", "approved")],
        help="Empty: all approved rules.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users", string="List Made By", readonly=True, copy=False
    )
    simulated_on = fields.Datetime(string="List Made On", readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    digest = fields.Char(string="Hash of the List", readonly=True, copy=False)
    ended_on = fields.Datetime(readonly=True, copy=False)
    line_ids = fields.One2many("gdpr.erasure.run.line", "run_id", copy=False)
    # counted without the wall: how many, not which
    line_count = fields.Integer(string="Records", compute="_compute_counts")
    done_count = fields.Integer(string="Destroyed", compute="_compute_counts")
    kept_count = fields.Integer(string="Stayed", compute="_compute_counts")
    hidden_count = fields.Integer(
        string="Only Their Readers See", compute="_compute_counts"
    )
    progress = fields.Float(compute="_compute_counts")

    @api.model
    def _default_name(self):
        return self.env._(
            "Due on %s", self.env["legal.deadline"]._show_day(fields.Date.today())
        )

    @api.depends("line_ids.state")
    def _compute_counts(self):
        # sudo: numbers alone
        rows = (
            self.env["gdpr.erasure.run.line"]
            .sudo()
            ._read_group([("run_id", "in", self.ids)], ["run_id", "state"], ["__count"])
        )
        counts = {}
        for run, state, count in rows:
            counts.setdefault(run.id, {})[state] = count
        seen = dict(
            self.env["gdpr.erasure.run.line"]._read_group(
                [("run_id", "in", self.ids)], ["run_id"], ["__count"]
            )
        )
        for run in self:
            found = counts.get(run.id, {})
            run.line_count = sum(found.values())
            run.done_count = found.get("done", 0)
            run.kept_count = found.get("kept", 0)
            run.hidden_count = run.line_count - seen.get(run, 0)
            ended = run.done_count + run.kept_count
            run.progress = 100 * ended / run.line_count if run.line_count else 0

    # -- who may do what ---------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        allowed = {"name", "rule_ids", "company_id"}
        return super().create(
            [{n: v for n, v in vals.items() if n in allowed} for vals in vals_list]
        )

    @api.model
    def default_get(self, fields_list):
        found = super().default_get(fields_list)
        return found | ({"state": "draft"} if "state" in found else {})

    def write(self, vals):
        free = {"name", "rule_ids", "company_id", "activity_ids", "message_ids"}
        if self.env.context.get("legal_unlock") is not UNLOCK and set(vals) - free:
            raise UserError(self.env._("The buttons of the run keep count of this."))
        if {"rule_ids", "company_id"} & set(vals) and any(
            run.state != "draft" for run in self
        ):
            raise UserError(self.env._("The list is made already: begin a new run."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _keep_what_ran(self):
        if self.filtered(lambda r: r.state not in ("draft", "simulating", "simulated")):
            raise UserError(
                self.env._("A run that was approved is kept: the journal names it.")
            )

    def _unlocked(self):
        return self._legal_unlocked()

    def _check_officer(self):
        self.check_access("write")
        if not self.env.user.has_group("legal_gdpr.group_dpo"):
            raise UserError(
                self.env._("Runs are the business of the data protection officer.")
            )

    def _check_state(self, *states):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for run in self:
            if run.state not in states:
                raise UserError(
                    self.env._(
                        "“%(run)s” is in the state “%(state)s”.",
                        run=run.name,
                        state=labels[run.state],
                    )
                )

    # -- the list ----------------------------------------------------------------------

    def _count_digest(self):
        """SHA-256 over the lines in their order: what exactly is approved."""
        self.env["gdpr.erasure.run.line"].flush_model()
        digest = hashlib.sha256()
        cr = self.env.cr
        cr.execute(
            SQL(
                """SELECT id, res_model, res_id, rule_id, action, field_names
                     FROM gdpr_erasure_run_line WHERE run_id = %s ORDER BY id""",
                self.id,
            )
        )
        while rows := cr.fetchmany(10_000):
            for row in rows:
                digest.update(json.dumps(row).encode())
        return digest.hexdigest()

    # -- approving ---------------------------------------------------------------------

    def action_approve(self):
        """Somebody else than who made the list stands for it.

        :raises UserError: the same person, more records than the ceiling, or a list
            that is not the one that was shown
        """
        self._check_officer()
        for run in self:
            run._lock_or_raise()
            run._check_state("simulated")
            if run.company_id.gdpr_four_eyes and run.user_id == self.env.user:
                raise UserError(
                    self.env._(
                        "You made the list yourself: another officer has to approve it."
                    )
                )
            if not run.line_count:
                raise UserError(self.env._("Nothing is due: there is nothing to do."))
            ceiling = run.company_id.gdpr_run_ceiling
            if run.line_count > ceiling:
                raise UserError(
                    self.env._(
                        "%(count)s records are due, and one run takes %(ceiling)s at "
                        "most. Choose fewer rules, or raise the ceiling in the "
                        "settings if you have looked why there are so many.",
                        count=run.line_count,
                        ceiling=ceiling,
                    )
                )
            if run._count_digest() != run.digest:
                raise UserError(
                    self.env._("The list is not the one that was made. Make it anew.")
                )
            run._unlocked().write(
                {
                    "state": "approved",
                    "approved_by_id": self.env.uid,
                    "approved_on": fields.Datetime.now(),
                }
            )
        return True

    # -- running -----------------------------------------------------------------------

    def action_run(self):
        """Begin, or go on after a stop: in the background, batch by batch."""
        self._check_officer()
        for run in self:
            run._lock_or_raise()
            run._check_state("approved", "stopped")
            if run._count_digest() != run.digest:
                raise UserError(
                    self.env._("The list is not the one that was approved.")
                )
            run._unlocked().write({"state": "running"})
        # sudo: starts the scheduled action
        self.env.ref("legal_gdpr.cron_erasure_run").sudo()._trigger()
        return True

    def action_stop(self):
        """Stop after the batch that is at work; a list that is half made is dropped."""
        self._check_officer()
        for run in self:
            run._wait_for_lock()
            run._check_state("running", "simulating")
            looking = run.state == "simulating"
            run._unlocked().write({"state": "draft" if looking else "stopped"})
        # sudo: the scheduled action drops the half of a list
        self.env.ref("legal_gdpr.cron_erasure_run").sudo()._trigger()
        return True

    def _lock_or_raise(self):
        if not self.try_lock_for_update():
            raise UserError(
                self.env._("The run is at work just now. Try again in a moment.")
            )
        self.invalidate_recordset()

    def _wait_for_lock(self):
        """Until the batch that is at work has ended: between two batches nobody's
        click is quick enough."""
        try:
            with self.env.cr.savepoint():
                self.env.cr.execute(SQL("SET LOCAL lock_timeout = %s", PATIENCE))
                self.env.cr.execute(
                    SQL(
                        "SELECT FROM gdpr_erasure_run WHERE id = ANY(%s) FOR UPDATE",
                        self.ids,
                    ),
                    log_exceptions=False,
                )
                self.env.cr.execute("SET LOCAL lock_timeout TO DEFAULT")
        except psycopg2.errors.LockNotAvailable:
            self._lock_or_raise()
        self.invalidate_recordset()

    @api.model
    def _cron_run(self, batch=BATCH):
        """Go on with what runs. Killed anywhere, the next call finds what is left."""
        if not self._cron_look():
            return
        cron = self.env["ir.cron"]
        running = self.search([("state", "=", "running")], order="id")
        # sudo: numbers alone
        left = self.env["gdpr.erasure.run.line"].sudo()
        cron._commit_progress(
            remaining=left.search_count(
                [("run_id", "in", running.ids), ("state", "=", "pending")]
            )
            # somebody had it under his lock
            + self.search_count([("state", "=", "simulating")])
        )
        for run in running:
            while run.state == "running":
                if not run.try_lock_for_update():
                    break
                run.invalidate_recordset()
                if run.state != "running":
                    break  # somebody stopped it meanwhile
                try:
                    with self.env.cr.savepoint():
                        ended = run.with_company(run.company_id)._run_batch(batch)
                except UserError as error:
                    # no disk, no key: nothing of the batch was destroyed
                    run._stop_for(error)
                    ended = 0
                if not cron._commit_progress(ended):
                    return

    def _stop_for(self, error):
        """Stop, and tell whoever approved why."""
        self.ensure_one()
        self._unlocked().write({"state": "stopped"})
        reason = str(error.args[0] if error.args else error)
        self.message_post(body=reason)
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("An erasure run stopped: see why, then go on"),
            user_id=(self.approved_by_id or self.user_id or self.env.user).id,
        )

    def _run_batch(self, batch=BATCH):
        """Destroy the next lines. :return: how many lines came to an end"""
        self.ensure_one()
        # sudo: what was approved is done, whoever may read it
        lines = self.env["gdpr.erasure.run.line"].sudo()
        pending = [("run_id", "=", self.id), ("state", "=", "pending")]
        first = lines.search(pending, order="id", limit=1)
        if not first:
            self._unlocked().write({"state": "done", "ended_on": fields.Datetime.now()})
            return 0
        # of the same kind as the first one: they are destroyed together
        found = lines.search(
            [
                *pending,
                ("res_model", "=", first.res_model),
                ("rule_id", "=", first.rule_id.id),
                ("action", "=", first.action),
                ("field_names", "=", first.field_names),
            ],
            order="id",
            limit=batch,
        )
        found._destroy(self)
        return len(found)
