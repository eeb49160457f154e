from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.each_alone import each_alone
from .gdpr_breach import OPEN, TIMES

RULE = "EU-GDPR-33"
LIMIT = timedelta(hours=72)
#: hours after awareness at which the officers are told again
REMINDERS = (24, 48, 60, 70)


class GdprBreach(models.Model):
    """The times of an incident, its 72 hours, and the reminders.

    Art. 33(1) GDPR with Reg. 1182/71: the hour of awareness is not counted, holidays do
    not extend it. ``target_on`` is the stricter aim of the firm, 72 hours after the
    minute. Switzerland knows no number of hours: "as soon as possible".
    """

    _inherit = "gdpr.breach"

    occurred_on = fields.Datetime(
        string="Happened on", copy=False, help="When it began; empty: not known."
    )
    detected_on = fields.Datetime(
        string="Noticed on", required=True, default=fields.Datetime.now, copy=False
    )
    aware_on = fields.Datetime(
        string="Firm Aware since",
        copy=False,
        help="When the firm was reasonably certain that personal data is concerned. "
        "The 72 hours run from it.",
    )
    processor_informed_on = fields.Datetime(string="Told by the Processor on")
    time_ids = fields.One2many("gdpr.breach.time", "breach_id", string="Corrections")
    clock_id = fields.Many2one(
        "legal.deadline",
        string="Deadline",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    clock_problem = fields.Char(
        string="Why There Is No Deadline", readonly=True, copy=False
    )
    due_on = fields.Datetime(
        string="Notify by",
        compute="_compute_due_on",
        store=True,
        compute_sudo=True,  # the deadline is read by people with a role alone
        index="btree_not_null",
        help="72 hours from the full hour after awareness (Art. 33(1) GDPR).",
    )
    target_on = fields.Datetime(
        string="Our Own Target",
        compute="_compute_target_on",
        store=True,
        help="72 hours after the very minute of awareness: stricter than the law.",
    )
    hours_left = fields.Float(compute="_compute_hours_left")
    is_late = fields.Boolean(
        string="Overdue", compute="_compute_hours_left", search="_search_is_late"
    )
    reminded_hours = fields.Integer(readonly=True, copy=False, aggregator=None)
    next_reminder_on = fields.Datetime(
        compute="_compute_next_reminder_on", store=True, index="btree_not_null"
    )

    @api.depends("aware_on", "regime", "clock_id.moment_deadline")
    def _compute_due_on(self):
        for breach in self:
            due = breach.clock_id.moment_deadline
            if not due and breach.aware_on and breach.regime == "gdpr":
                # a drill has no entry in the calendar; nor has one without an office
                hour = breach.aware_on.replace(minute=0, second=0, microsecond=0)
                whole = hour == breach.aware_on
                due = (hour if whole else hour + timedelta(hours=1)) + LIMIT
            due_on = due if breach.regime == "gdpr" else False
            breach.due_on = due_on

    @api.depends("aware_on", "due_on")
    def _compute_target_on(self):
        for breach in self:
            # the night in which the clock goes forward: the deadline is the earlier one
            due = breach.due_on
            breach.target_on = due and min(breach.aware_on + LIMIT, due)

    @api.depends("due_on", "state", "decision", "first_sent_on")
    def _compute_hours_left(self):
        now = fields.Datetime.now()
        for breach in self:
            runs = breach.due_on and breach._clock_runs()
            left = (breach.due_on - now).total_seconds() / 3600 if runs else 0
            breach.hours_left = left
            breach.is_late = left < 0

    def _search_is_late(self, operator, value):
        if operator != "in" or list(value) != [True]:
            return NotImplemented
        return [
            ("state", "in", ("reported", "assessing", "decided")),
            ("decision", "!=", "not_notify"),
            ("first_sent_on", "=", False),
            ("due_on", "<", fields.Datetime.now()),
        ]

    @api.depends("aware_on", "reminded_hours", "state", "decision", "first_sent_on")
    def _compute_next_reminder_on(self):
        for breach in self:
            later = [h for h in REMINDERS if h > breach.reminded_hours]
            runs = later and breach.aware_on and breach._clock_runs()
            breach.next_reminder_on = (
                breach.aware_on + timedelta(hours=later[0]) if runs else False
            )

    def _clock_runs(self):
        """Whether the authority still waits for a first notification."""
        self.ensure_one()
        return (
            self.state in ("reported", "assessing", "decided")
            and self.decision != "not_notify"
            and not self.first_sent_on
        )

    # -- times -------------------------------------------------------------------------

    @api.constrains(*TIMES)
    def _check_times(self):
        now = fields.Datetime.now()
        for breach in self:
            for name in TIMES:
                if breach[name] and breach[name] > now:
                    raise ValidationError(
                        self.env._(
                            "“%s” lies in the future. Enter when it was, not when it "
                            "will be.",
                            self._fields[name]._description_string(self.env),
                        )
                    )
            start = breach.occurred_on
            if start and breach.aware_on < start:
                raise ValidationError(
                    self.env._(
                        "The firm cannot have been aware of it before it happened. "
                        "Correct one of the two times."
                    )
                )
            if start and breach.detected_on < start:
                raise ValidationError(
                    self.env._(
                        "Nobody can have noticed it before it happened. Correct one "
                        "of the two times."
                    )
                )
            told = breach.processor_informed_on
            if start and told and told < start:
                raise ValidationError(
                    self.env._(
                        "The processor cannot have told of it before it happened. "
                        "Correct one of the two times."
                    )
                )

    def _correct_times(self, times, reason):
        """Correct when something was; the deadline follows.

        :param times: {name of TIMES: naive UTC datetime or False}
        :param reason: kept beside the old and the new time
        :raises UserError: no reason, or no such time
        :raises ValidationError: the times contradict each other
        """
        self.ensure_one()
        self._need_officer()
        self._need_state(*OPEN)
        changed = {
            name: value
            for name, value in times.items()
            if name in TIMES and (value or False) != self[name]
        }
        if not changed:
            return
        if not (reason or "").strip():
            raise UserError(
                self.env._("Say why the time is another one: the authority may ask.")
            )
        if not changed.get("aware_on", True) or not changed.get("detected_on", True):
            raise UserError(
                self.env._("When it was noticed, and since when we know, is needed.")
            )
        notes = [
            {
                "breach_id": self.id,
                "field": name,
                "before": self[name],
                "after": value,
                "reason": reason.strip(),
                "user_id": self.env.uid,
            }
            for name, value in changed.items()
        ]
        self._unlocked().write(changed)
        self._unlocked().env["gdpr.breach.time"].create(notes)
        if "aware_on" in changed:
            self._recount(reason.strip())

    def action_times(self):
        return self._step("times", self.env._("Correct Times"))

    # -- the deadline ------------------------------------------------------------------

    def _start(self):
        """A report came in: the clock, and the officers."""
        self.ensure_one()
        self._start_clock()
        owner = self.owner_id or self.company_id._gdpr_people()[:1]
        if owner:
            # sudo: whoever reports it, the officer is told
            self.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=fields.Date.context_today(self),
                summary=self._marked(self.env._("Assess %s", self.name)),
                user_id=owner.id,
            )
        self._tell_officers(self.env._("%s was reported", self.display_name))

    def _marked(self, text):
        """A drill says so in every line that somebody could read alone."""
        return self.env._("DRILL: %s", text) if self.is_drill else text

    def _tell_officers(self, text):
        self.ensure_one()
        people = self.company_id._gdpr_people().partner_id
        # sudo: whoever reports it, the officers are told
        self.sudo().message_notify(
            partner_ids=people.ids,
            subject=self._marked(text),
            body=self._marked(text),
        )

    def _start_clock(self):
        """Enter the deadline; what cannot be computed is said, the report is taken in
        all the same. A drill, and Switzerland, has none."""
        self.ensure_one()
        if self.is_drill or self.regime != "gdpr" or self.clock_id:
            return
        owner = self.owner_id
        if not owner or not owner.has_group("legal_crm.group_assistant"):
            owner = self.company_id._gdpr_people("legal_crm.group_partner")[:1]
        try:
            with self.env.cr.savepoint():
                # sudo: whoever reports, starts the clock
                clock = (
                    self.env["legal.deadline"]
                    .sudo()
                    .with_company(self.company_id)
                    ._start_clock(
                        self,
                        RULE,
                        self.aware_on,
                        name=self.env._("Notify the authority: %s", self.name),
                        user_id=owner.id or self.env.uid,
                        company_id=self.company_id.id,
                    )
                )
                values = {"clock_id": clock.id, "clock_problem": False}
        except UserError as error:
            values = {"clock_problem": str(error)}
        self._unlocked().write(values)

    def action_start_clock(self):
        """Once more, after what was missing was entered."""
        for breach in self:
            breach._need_officer()
            if breach._clock_runs():
                breach._start_clock()

    def _recount(self, reason):
        """The deadline anew, after awareness was corrected."""
        self.ensure_one()
        # a reminder of the new hours comes again
        if self._clock_runs():
            self._unlocked().write({"reminded_hours": 0})
        clock = self._clock_sudo()
        if not clock:
            return self._start_clock()
        if clock.state not in ("open", "provisional"):
            return None
        place = clock.jurisdiction_id
        clock._change(
            {
                "trigger_date": clock._day_of(self.aware_on, place),
                "trigger_time": clock._moment_at(self.aware_on, place).strftime(
                    "%H:%M:%S"
                ),
            },
            reason,
        )
        return None

    def _clock_sudo(self):
        # sudo: the officer need have no role in matters; the clock has no matter
        return self.sudo().clock_id

    def _finish_clock(self, what):
        clock = self._clock_sudo()
        if clock and clock.state in ("open", "provisional"):
            clock._close_clock(what, self.env.user, self.env["res.users"])

    # -- reminders ---------------------------------------------------------------------

    @api.model
    def _cron_remind(self):
        """Tell the officers at 24, 48, 60 and 70 hours, each once.

        Where the server was down, the latest hour alone is told. One that fails stops
        no other, and comes again.
        """
        due = self.search(
            [("next_reminder_on", "<=", fields.Datetime.now())], order="due_on, id"
        )
        each_alone(due, lambda breach: breach._remind())

    def _remind(self):
        self.ensure_one()
        self.lock_for_update()
        passed = fields.Datetime.now() - self.aware_on
        hours = max(
            (h for h in REMINDERS if timedelta(hours=h) <= passed),
            default=0,
        )
        if not self._clock_runs() or hours <= self.reminded_hours:
            return
        self._unlocked().write({"reminded_hours": hours})
        self._note("reminded", "reminded_hours", str(hours))
        if self.regime == "gdpr":
            text = self.env._(
                "%(hours)s of 72 hours have passed: %(incident)s",
                hours=hours,
                incident=self.display_name,
            )
        else:
            text = self.env._(
                "%(hours)s hours have passed, and nobody has decided: %(incident)s",
                hours=hours,
                incident=self.display_name,
            )
        self._tell_officers(text)


class GdprBreachTime(models.Model):
    """A time of an incident that was corrected, and why."""

    _name = "gdpr.breach.time"
    _description = "Corrected Time of an Incident"
    _order = "breach_id, id"
    _rec_name = "field"

    _gdpr_data = {"user_id": "employee of the firm", "reason": "free text"}
    _access_exempt = "is read with its incident"

    breach_id = fields.Many2one(
        "gdpr.breach", required=True, readonly=True, index=True, ondelete="cascade"
    )
    field = fields.Selection(
        [
            ("occurred_on", "Happened on"),
            ("detected_on", "Noticed on"),
            ("aware_on", "Firm Aware since"),
            ("processor_informed_on", "Told by the Processor on"),
        ],
        string="What",
        required=True,
        readonly=True,
    )
    before = fields.Datetime(readonly=True)
    after = fields.Datetime(readonly=True)
    reason = fields.Text(required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Who", readonly=True)
    create_date = fields.Datetime(string="When")

    @api.model_create_multi
    def create(self, vals_list):
        self.env["gdpr.breach"]._need_unlock(self)
        return super().create(vals_list)

    def write(self, vals):
        self.env["gdpr.breach"]._need_unlock(self)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was corrected, and why, is kept."))
