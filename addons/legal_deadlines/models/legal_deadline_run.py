from datetime import timedelta

from odoo import api, fields, models

KEEP = timedelta(days=92)
#: how often people are told of the same trouble
TELL_AGAIN = timedelta(hours=24)
#: a warning that waits longer than this is not only waiting for its turn
STUCK = timedelta(hours=1)


class LegalDeadlineRun(models.Model):
    """A run of the reminders, and whether they run at all.

    A run that was killed has no end. Nothing in here names a matter or a person.
    """

    _name = "legal.deadline.run"
    _description = "Run of the Reminders"
    _order = "id desc"

    _gdpr_none = "times and numbers only"

    job = fields.Selection(
        [
            ("remind", "Reminders"),
            ("digest", "Morning Mail"),
            ("watch", "Watch"),
        ],
        required=True,
        readonly=True,
    )
    date = fields.Datetime(string="Begun", required=True, readonly=True)
    ended_on = fields.Datetime(string="Ended", readonly=True)
    told = fields.Integer(string="Sent", readonly=True)
    failed = fields.Integer(readonly=True)
    left = fields.Integer(readonly=True, aggregator=None)
    trouble = fields.Selection(
        lambda self: list(self._troubles().items()), string="Found", readonly=True
    )
    alarmed = fields.Boolean(string="People Were Told", readonly=True)

    _job_idx = models.Index("(job, ended_on DESC) WHERE ended_on IS NOT NULL")

    @api.model
    def _troubles(self):
        """What can be wrong, the worst first: code to name."""
        return {
            "late": self.env._("The reminders do not run"),
            "stuck": self.env._("Warnings cannot be sent"),
            "mail": self.env._("Mails do not get out"),
            "nobody": self.env._("Nobody can be told"),
        }

    # -- a run writes down what it does ----------------------------------------

    @api.model
    def _begin(self, job):
        run = self.create({"job": job, "date": fields.Datetime.now()})
        self.env["ir.cron"]._commit_progress()
        return run

    def _count(self, told=0, failed=0):
        self.told += told
        self.failed += failed

    def _end(self, left=0):
        self.write({"ended_on": fields.Datetime.now(), "left": left})

    @api.autovacuum
    def _gc_runs(self):
        old = self.search([("date", "<", fields.Datetime.now() - KEEP)], limit=10_000)
        old.unlink()
        return len(old), 0

    # -- the monitor -----------------------------------------------------------

    @api.model
    def _find_trouble(self):
        """The worst that is wrong now: a code of ``_troubles``, or False."""
        now = fields.Datetime.now()
        if now - self._last_run() > self._patience():
            return "late"
        warnings = self.env["legal.deadline.warning"]
        waiting = warnings._due_domain(now - STUCK)
        failed = [("error", "!=", False), ("next_on", "!=", False)]
        if warnings.search_count(waiting, limit=1) or warnings.search_count(
            failed, limit=1
        ):
            return "stuck"
        if self.env["mail.mail"].search_count(
            [("model", "=", "legal.deadline.notice"), ("state", "=", "exception")],
            limit=1,
        ):
            return "mail"
        if warnings.search_count(
            [("nobody", "=", True), ("state", "=", "open")], limit=1
        ):
            return "nobody"
        return False

    @api.model
    def _cron(self):
        return self.env.ref("legal_deadlines.cron_deadline_remind", False)

    @api.model
    def _last_run(self):
        """When the reminders last came to an end; before the first run, since when
        they are installed."""
        last = self.search(
            [("job", "=", "remind"), ("ended_on", "!=", False)],
            order="ended_on desc",
            limit=1,
        )
        cron = self._cron()
        return last.ended_on or (cron and cron.create_date) or fields.Datetime.now()

    @api.model
    def _patience(self):
        """How old the last run may be: two intervals, and ten minutes."""
        cron = self._cron()
        if not cron or cron.interval_type not in ("minutes", "hours"):
            return timedelta(days=2) if cron else timedelta(0)
        interval = timedelta(**{cron.interval_type: cron.interval_number})
        return 2 * interval + timedelta(minutes=10)

    @api.model
    def _trouble_text(self, trouble):
        """What is wrong and what to do, in the language of the context."""
        match trouble:
            case "late":
                last = fields.Datetime.context_timestamp(self, self._last_run())
                return self.env._(
                    "Nobody is reminded of deadlines: the reminders have not run since "
                    "%s. Work with the printed list of deadlines, and have the "
                    "administrator see whether the scheduled actions run.",
                    f"{last:%Y-%m-%d %H:%M}",
                )
            case "stuck":
                return self.env._(
                    "Some warnings of deadlines could not be sent for an hour. Work "
                    "with the printed list of deadlines, and have the administrator "
                    "look at the runs of the reminders and at the log of the server."
                )
            case "mail":
                return self.env._(
                    "Some warnings of deadlines did not get out as mail; their "
                    "activities are there. The administrator sees why under “Mail of "
                    "matters”."
                )
            case "nobody":
                return self.env._(
                    "A warning went to the partners, and none of them may read the "
                    "deadline. Name a deputy, or somebody who may read the matter."
                )
        return ""

    @api.model
    def get_state(self):
        """Whether the reminders run, for the sign in everybody's menu bar.

        :return: dict ``trouble`` (a code, or False) and ``message``; names nobody
        """
        if not self.env.user._is_internal():
            return {"trouble": False, "message": ""}
        # sudo: whether it works is for everybody to know; no record is told
        runs_sudo = self.sudo()
        trouble = runs_sudo._find_trouble()
        return {"trouble": trouble, "message": runs_sudo._trouble_text(trouble)}

    @api.model
    def _cron_watch(self):
        """Tell partners and administrators by mail that something is wrong."""
        run = self._begin("watch")
        trouble = self._find_trouble()
        run.trouble = trouble
        if trouble and not self._alarmed_lately(trouble):
            run._alarm()
        run._end()
        self.env["ir.cron"]._commit_progress()

    @api.model
    def _alarmed_lately(self, trouble):
        return bool(
            self.search_count(
                [
                    ("job", "=", "watch"),
                    ("trouble", "=", trouble),
                    ("alarmed", "=", True),
                    ("date", ">", fields.Datetime.now() - TELL_AGAIN),
                ],
                limit=1,
            )
        )

    def _alarm(self):
        self.ensure_one()
        groups = self.env.ref("legal_crm.group_partner") | self.env.ref(
            "base.group_system"
        )
        users = self.env["res.users"].search([("all_group_ids", "in", groups.ids)])
        mails = []
        for user in users.filtered("email"):
            run = self.with_context(lang=user.lang, tz=user.tz)
            mails.append(
                {
                    "subject": run.env._("Reminders of deadlines: trouble"),
                    "body_html": run._trouble_text(self.trouble),
                    "recipient_ids": [fields.Command.link(user.partner_id.id)],
                    "email_from": user.company_id.email_formatted
                    or self.env.user.email_formatted,
                    "auto_delete": True,
                }
            )
        self.env["mail.mail"].create(mails)
        self.write({"alarmed": True, "told": len(mails)})
