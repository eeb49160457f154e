from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, LockError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from .legal_deadline import RUNNING

#: how far back a control looks for what was struck since the one before
_LOOK_BACK = 14


class LegalDeadlineControl(models.Model):
    """The evening control: one person goes through all deadlines of the day.

    BGH, II ZB 9/15, VI ZB 15/15, I ZR 150/18: at the end of each working day somebody
    checks independently that every deadline of the day is dealt with, those struck
    from the calendar included. One control per firm and day. Who recorded something
    does not confirm it himself. A closed control is not changed or deleted.
    """

    _name = "legal.deadline.control"
    _description = "Evening Control"
    _order = "date desc, id desc"

    _gdpr_data = {
        "started_by_id": "employee of the firm",
        "closed_by_id": "employee of the firm",
        "note": "free text",
    }

    date = fields.Date(required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed"), ("missing", "Not Done")],
        required=True,
        default="open",
        readonly=True,
    )
    started_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    started_on = fields.Datetime(readonly=True)
    closed_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    closed_on = fields.Datetime(readonly=True)
    note = fields.Text(string="Remark", readonly=True)
    open_text = fields.Text(
        string="Open",
        readonly=True,
        help="What was open when it was closed: numbers of matters only.",
    )
    line_ids = fields.One2many(
        "legal.deadline.control.line", "control_id", string="Dates"
    )
    line_count = fields.Integer(string="Dates in All", compute="_compute_counts")
    undecided_count = fields.Integer(string="Undecided", compute="_compute_counts")
    not_ok_count = fields.Integer(string="Not in Order", compute="_compute_counts")
    unseen_count = fields.Integer(
        string="Not Readable by Me",
        compute="_compute_counts",
        help="Of matters that you may not read. Somebody who may decides on them.",
    )

    _day_uniq = models.UniqueIndex(
        "(company_id, date)", "There is an evening control of that day already."
    )

    @api.depends("line_ids.finding")
    @api.depends_context("uid")
    def _compute_counts(self):
        lines = self.env["legal.deadline.control.line"]
        domain = [("control_id", "in", self.ids)]
        # sudo: how many there are, nothing of them
        counts = {
            (control.id, finding): count
            for control, finding, count in lines.sudo()._read_group(
                domain, ["control_id", "finding"], ["__count"]
            )
        }
        seen = {
            control.id: count
            for control, count in lines._read_group(domain, ["control_id"], ["__count"])
        }
        for control in self:
            of_finding = {
                finding: counts.get((control.id, finding), 0)
                for finding in ("ok", "not_ok", False)
            }
            control.line_count = sum(of_finding.values())
            control.undecided_count = of_finding[False]
            control.not_ok_count = of_finding["not_ok"]
            control.unseen_count = control.line_count - seen.get(control.id, 0)

    @api.depends("date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for control in self:
            day = format_date(self.env, control.date, date_format="EEE dd.MM.yyyy")
            control.display_name = self.env._("Evening control %s", day)

    def _readable_lines(self):
        """The lines that the user may read, in the order of the day."""
        self.ensure_one()
        return self.env["legal.deadline.control.line"].search(
            [("control_id", "=", self.id)]
        )

    # -- starting ----------------------------------------------------------------------

    def action_start(self):
        """Open today's control; the first one of the firm begins it.

        The button stands above the list and passes what is ticked there: of no matter.
        """
        self._check_may_control()
        today = fields.Date.context_today(self)
        control = self.search(
            [("date", "=", today), ("company_id", "=", self.env.company.id)]
        )
        if not control:
            control = self._start(today, self.env.company)
        if control.state == "open":
            control._collect()
        return {
            "type": "ir.actions.act_window",
            "name": control.display_name,
            "res_model": self._name,
            "res_id": control.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    @api.model
    def _check_may_control(self):
        """:raises AccessError: the user is no assistant or lawyer"""
        if not (self.env.su or self.env.user.has_group("legal_crm.group_assistant")):
            raise AccessError(
                self.env._("Only assistants and lawyers do the evening control.")
            )

    @api.model
    def _start(self, day: date, company, state="open"):
        """Make the control of ``day``.

        :raises ConcurrencyError: somebody else did in the same moment; the server
            tries again and finds that one
        """
        person = self.env.uid if state == "open" else None
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO legal_deadline_control
                   (date, company_id, state, started_by_id, started_on,
                    create_uid, write_uid, create_date, write_date)
                   VALUES (%s, %s, %s, %s, %s, %s, %s, now(), now())
                   ON CONFLICT (company_id, date) DO NOTHING RETURNING id""",
                day,
                company.id,
                state,
                person,
                fields.Datetime.now() if person else None,
                self.env.uid,
                self.env.uid,
            )
        )
        if not rows:
            raise ConcurrencyError(f"the control of {day} was begun meanwhile")
        return self.browse(rows[0][0])

    def _previous(self):
        """The control before this one, or none."""
        self.ensure_one()
        return self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("date", "<", self.date),
                ("date", ">=", self.date - timedelta(days=_LOOK_BACK)),
                ("state", "!=", "missing"),
            ],
            limit=1,
        )

    # -- which dates -------------------------------------------------------------------

    def action_refresh(self):
        """Take in what became due, was struck or entered since it was begun."""
        self.ensure_one()
        self.check_access("write")
        self._check_open()
        self._collect()

    def _collect(self):
        """Add a line for each deadline that belongs to this control and has none.

        Of the whole firm, whoever begins it: the lines are read by the readers of
        their matters. A line that was decided is asked again when its deadline is open
        anew, or due on another day.

        :return: how many lines are new or are asked again
        """
        self.ensure_one()
        self._lock_or_retry()
        # sudo: the control is complete or it is none; each line keeps its readers
        control = self.sudo()
        deadlines = control.env["legal.deadline"].search(
            control._domain(), order="date_deadline, id"
        )
        lines = {line.deadline_id: line for line in control.line_ids}
        asked = 0
        new = []
        for deadline in deadlines:
            line = lines.pop(deadline, None)
            if line:
                asked += line._refresh()
            else:
                new.append(control._line_values(deadline))
        for line in lines.values():  # moved to another day since then
            asked += line._refresh()
        if new:
            # The row is touched, so that whoever began to collect before this was
            # committed does not see old lines: his lock fails, and he is served again.
            self.env.execute_query(
                SQL(
                    "UPDATE legal_deadline_control SET write_date = now() "
                    "WHERE id = %s",
                    self.id,
                )
            )
        control.line_ids._add(new)
        self.invalidate_recordset(["line_ids"])
        return asked + len(new)

    def _domain(self):
        """Deadlines that belong to this control; follow-ups can wait for a day."""
        since, first = self._since()
        due = Domain("date_deadline", ">=", first)
        due &= Domain("date_deadline", "<=", self.date)
        overdue = Domain("date_deadline", "<", first) & Domain("state", "in", RUNNING)
        struck = Domain("done_on", ">=", since) | Domain("cancelled_on", ">=", since)
        unchecked = Domain("state", "=", "done_unchecked")
        entry = Domain("needs_entry_check", "=", True)
        entry &= Domain("entry_checked_by_id", "=", False)
        entry &= Domain("state", "in", RUNNING)
        domain = Domain("company_id", "=", self.company_id.id)
        domain &= Domain("kind", "=", "deadline")
        return domain & (due | overdue | struck | unchecked | entry)

    def _since(self):
        """(moment, day) from which on things belong to this control.

        What was struck after the last control was closed, and what fell on days without
        one (a weekend), nobody has seen yet.
        """
        before = self._previous()
        lists = self.env["legal.deadline.list"].with_context(
            tz=self.company_id._legal_office().zone
        )
        if not before:
            return lists._start(self.date), self.date
        moment = before.closed_on or before.started_on
        return (
            min(moment, lists._start(self.date)),
            min(before.date + timedelta(days=1), self.date),
        )

    def _line_values(self, deadline):
        return {
            "control_id": self.id,
            "deadline_id": deadline.id,
            "matter_id": deadline.matter_id.id,
            **self.env["legal.deadline.control.line"]._values_of(deadline, self.date),
        }

    # -- the days without one ----------------------------------------------------------

    @api.model
    def _cron_missing_days(self):
        """Write down the working days on which nobody did the control."""
        companies = self.env["res.company"].search([("active", "=", True)])
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            self._note_missing_days(company)
            cron._commit_progress(1)

    @api.model
    def _note_missing_days(self, company):
        """Note the working days since the last control that have none.

        Before the first control of a firm nothing is missing: it begins with it.
        """
        lists = self.with_context(tz=company._legal_office().zone)
        yesterday = fields.Date.context_today(lists) - timedelta(days=1)
        last = self.search([("company_id", "=", company.id)], limit=1)
        if not last or last.date >= yesterday:
            return
        first = last.date + timedelta(days=1)
        for day in company._legal_office().working_days(first, yesterday):
            self._start(day, company, state="missing")

    # -- locks -------------------------------------------------------------------------

    def _lock_or_retry(self):
        """Lock these controls, or let the server try the whole request again."""
        try:
            self.lock_for_update()
        except LockError as error:
            raise ConcurrencyError(str(error)) from error

    def _share(self):
        """Hold these controls open until the transaction ends.

        Several people decide on lines at once; nobody closes meanwhile. Of one that was
        closed since the transaction began, the database says so, and the server tries
        again.
        """
        if self:
            self.env.execute_query(
                SQL(
                    "SELECT id FROM legal_deadline_control WHERE id IN %s FOR SHARE",
                    tuple(self.ids),
                )
            )
        self.invalidate_recordset(["state"])

    def _check_open(self):
        """:raises UserError: one of these is closed"""
        for control in self:
            if control.state != "open":
                raise UserError(
                    self.env._("%s is closed and stays as it is.", control.display_name)
                )
