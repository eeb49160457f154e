from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL

#: records that are judged in one transaction
BATCH = 1000
#: so many are judged while the officer waits; more are in the background
AT_ONCE = 1000


class GdprErasureRunLook(models.Model):
    """How far a run has looked at the records of one kind."""

    _name = "gdpr.erasure.run.look"
    _description = "Records Looked At"
    _order = "run_id, id"
    _log_access = False

    _gdpr_none = "numbers"

    run_id = fields.Many2one(
        "gdpr.erasure.run", required=True, readonly=True, index=True, ondelete="cascade"
    )
    res_model = fields.Char(string="Technical Model", required=True, readonly=True)
    rule_ids = fields.Many2many("gdpr.retention.rule", readonly=True)
    total = fields.Integer(string="Period Over", readonly=True)
    looked_count = fields.Integer(string="Looked At", readonly=True)
    last_id = fields.Integer(string="Up to Number", readonly=True)
    ended = fields.Boolean(readonly=True)

    def _model(self):
        self.ensure_one()
        # sudo: what is due is due, whoever looks; the lines have the wall
        return self.env[self.res_model].sudo().with_context(active_test=False)

    def _over(self, today):
        """The domain of records whose period is over by one of the rules."""
        retention = self.env["gdpr.retention"]
        return Domain.OR(retention._sieve(rule, today) for rule in self.rule_ids)

    def _next(self, batch, today):
        """The next records to be looked at, in the order of their numbers."""
        return self._model().search(
            self._over(today) & Domain("id", ">", self.last_id),
            order="id",
            limit=batch,
        )

    def _look_at(self, records, today):
        """List those that may go, each under the first rule that says so."""
        run, retention = self.run_id, self.env["gdpr.retention"]
        if "company_id" in records._fields:
            records.fetch(["company_id"])
            records = records.filtered(
                lambda r: not r.company_id or r.company_id == run.company_id
            )
        by_rule, rest = {}, records
        for rule in self.rule_ids:
            by_rule[rule] = retention._candidates(
                rest.browse(), rule, today, Domain("id", "in", rest.ids)
            )
            rest -= by_rule[rule]
        verdicts = retention._judge(records - rest)
        for rule, some in by_rule.items():
            self.env["gdpr.erasure.run.line"]._note(
                run, rule, {i: verdicts[i] for i in sorted(some.ids)}, today
            )


class GdprErasureRun(models.Model):
    """Looking what is due: batch by batch, and on from there when it was killed.

    Few records are looked at while the officer waits. How far it has come is kept
    beside the run and not on it: the batch holds the run's lock, and who wants to stop
    it waits for that lock without a conflict.
    """

    _inherit = "gdpr.erasure.run"

    look_ids = fields.One2many(
        "gdpr.erasure.run.look", "run_id", readonly=True, copy=False
    )
    look_total = fields.Integer(string="To Be Looked At", compute="_compute_look")
    looked_count = fields.Integer(string="Looked At", compute="_compute_look")
    look_progress = fields.Float(string="Looked Through", compute="_compute_look")

    @api.depends("look_ids.total", "look_ids.looked_count")
    def _compute_look(self):
        for run in self:
            run.look_total = sum(run.look_ids.mapped("total"))
            run.looked_count = sum(run.look_ids.mapped("looked_count"))
            total = run.look_total
            run.look_progress = 100 * run.looked_count / total if total else 0

    def action_simulate(self):
        """Make the list of what is due, anew. Nothing else is changed.

        Of much it is made in the background: the run is in the state ``simulating``
        meanwhile.
        """
        self._check_officer()
        for run in self:
            run._lock_or_raise()
            run._check_state("draft", "simulated")
            run._begin_looking()
            if run._is_little():
                run._simulate()
            else:
                # sudo: starts the scheduled action
                self.env.ref("legal_gdpr.cron_erasure_run").sudo()._trigger()
        return True

    def _rules(self):
        # sudo: all rules count, whoever looks
        rules = self.env["gdpr.retention.rule"].sudo()
        chosen = self.rule_ids.sudo() or rules.search([("state", "=", "approved")])
        return chosen.filtered(
            lambda rule: rule.state == "approved" and rule.model in self.env
        )

    def _forget_list(self):
        """Neither a list, nor how far one was made."""
        for table in "gdpr_erasure_run_line", "gdpr_erasure_run_look":
            self.env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE run_id = ANY(%s)",
                    SQL.identifier(table),
                    self.ids,
                )
            )
        self.env["gdpr.erasure.run.line"].invalidate_model()
        self.env["gdpr.erasure.run.look"].invalidate_model()
        self.invalidate_recordset(["line_ids", "look_ids"], flush=False)

    def _begin_looking(self):
        """The rules are those of this moment, also if it goes on tomorrow."""
        self.ensure_one()
        self._forget_list()
        # sudo: the run keeps count of itself
        self.env["gdpr.erasure.run.look"].sudo().create(
            [
                {
                    "run_id": self.id,
                    "res_model": model,
                    "rule_ids": [Command.set(rules.ids)],
                }
                for model, rules in self._rules().grouped("model").items()
            ]
        )
        self._unlocked().write(
            {
                "state": "simulating",
                "user_id": self.env.uid,
                "simulated_on": False,
                "digest": False,
                "approved_by_id": False,
                "approved_on": False,
            }
        )

    def _is_little(self):
        """Whether there is so little that the officer may wait for it."""
        left = AT_ONCE
        today = fields.Date.context_today(self)
        # sudo: see _rules
        for look in self.look_ids.sudo():
            left -= look._model().search_count(look._over(today), limit=left + 1)
            if left < 0:
                return False
        return True

    def _simulate(self):
        """The whole list in this transaction."""
        if self.state != "simulating":
            self._begin_looking()
        for _batch in self._look():
            pass

    def _look(self, batch=BATCH):
        """Judge what the rules' periods are over for, batch by batch.

        :return: a generator of (how many were looked at, how many are left). Each time
            the caller may commit: the next call, in whatever process, goes on from
            there. It ends early if somebody stopped the run, or holds its lock.
        """
        self.ensure_one()
        if not self._still_looking():
            return
        # of what belongs to no firm in particular, the run's firm has to say
        run = self.with_company(self.company_id)
        today = fields.Date.context_today(run)
        # sudo: see _rules, and the run keeps count of itself
        looks = run.look_ids.sudo().filtered(lambda look: not look.ended)
        for look in looks:
            if not look.total:
                look.total = look._model().search_count(look._over(today))
        yield 0, run.look_total - run.looked_count
        for look in looks:
            # not there any more: it was stopped, and begun anew
            while run._still_looking() and look.exists():
                found = look._next(batch, today)
                if not found:
                    look.ended = True
                    break
                look._look_at(found, today)
                count = look.looked_count + len(found)
                look.write(
                    {
                        "last_id": found[-1].id,
                        "looked_count": count,
                        # more have come since they were counted
                        "total": max(look.total, count),
                    }
                )
                run.env.flush_all()
                run.env.invalidate_all()
                yield len(found), run.look_total - run.looked_count
            else:
                return
        run._unlocked().write(
            {
                "state": "simulated",
                "simulated_on": fields.Datetime.now(),
                "digest": run._count_digest(),
            }
        )
        yield 0, 0

    def _still_looking(self):
        """Lock it, until the caller commits."""
        if not self.try_lock_for_update():
            return False
        self.invalidate_recordset(["state"])
        return self.state == "simulating"

    @api.model
    def _cron_look(self, batch=BATCH):
        """Go on with the lists that are being made. :return: whether there is time"""
        cron = self.env["ir.cron"]
        self._forget_stopped()
        for run in self.search([("state", "=", "simulating")], order="id"):
            steps = run._look(batch)
            while True:
                try:
                    with self.env.cr.savepoint():
                        step = next(steps, None)
                except UserError as error:
                    run._give_up_looking(error)
                    step = None
                if not step:
                    break
                done, left = step
                # one for the list itself, which is closed in the end
                if not cron._commit_progress(done, remaining=left + 1):
                    return False
            run._say_list_is_made()
        self._forget_stopped()
        return True

    @api.model
    def _forget_stopped(self):
        """Whoever stops it cannot do this: he does not see yet what the batch for which
        he waited has written."""
        stopped = self.search([("state", "=", "draft"), ("look_ids", "!=", False)])
        stopped.try_lock_for_update()._forget_list()

    def _give_up_looking(self, error):
        self._forget_list()
        self._unlocked().write({"state": "draft"})
        self.message_post(body=str(error.args[0] if error.args else error))

    def _say_list_is_made(self):
        """To whoever wanted it: he may be elsewhere by now."""
        if self.state != "simulated":
            return
        texts = self.with_context(lang=self.user_id.lang).env
        self.user_id._bus_send(
            "simple_notification",
            {
                "type": "success",
                "message": texts._(
                    "“%(run)s”: the list is made, %(count)s records are due.",
                    run=self.name,
                    count=self.line_count,
                ),
            },
        )
