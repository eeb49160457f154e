import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..engine import warning_days
from .legal_deadline import RUNNING

_logger = logging.getLogger(__name__)

#: what decides when somebody is warned, and who
_PLANNED_BY = {
    "date_deadline",
    "user_id",
    "warning_days",
    "state",
    "kind",
    "rule_id",
    "extension_query_on",
    "company_id",
}
ACTIVITY_TYPE = "legal_deadlines.activity_type_deadline"


class LegalDeadline(models.Model):
    """When somebody is warned of a deadline, and how he says that he has seen it.

    - early: the days before of the deadline, else of its rule, else of the firm;
      moved back to a working day at the office of who is responsible. What lies in
      the past when a deadline is entered is warned of at once.
    - day: on its day; if nobody works at the office then, also on the working day
      before.
    - overdue: the day after, and again each working day until it is done.
    - query: when the court has not answered a request for an extension.

    A follow-up has no early warnings. A warning that was told stays, as history.
    """

    _inherit = "legal.deadline"

    warnings_stale = fields.Boolean(
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="Holidays or settings changed: the warnings are planned again.",
    )
    warning_state = fields.Selection(
        [
            ("open", "To Be Acknowledged"),
            ("acknowledged", "Acknowledged"),
        ],
        string="Warning",
        compute="_compute_warning_state",
        search="_search_warning_state",
    )

    _stale_idx = models.Index("(id) WHERE warnings_stale")

    @api.depends("warning_date_ids.state")
    def _compute_warning_state(self):
        rows = self.env["legal.deadline.warning"]._read_group(
            [
                ("deadline_id", "in", self.ids),
                ("state", "in", ("open", "acknowledged")),
            ],
            ["deadline_id", "state"],
        )
        found = {}
        for deadline, state in rows:
            if found.get(deadline.id) != "open":
                found[deadline.id] = state
        for deadline in self:
            deadline.warning_state = found.get(deadline.id, False)

    def _search_warning_state(self, operator, value):
        if operator != "in" or list(value) != ["open"]:
            return NotImplemented
        return [("warning_date_ids", "any", [("state", "=", "open")])]

    @api.constrains("warning_days")
    def _check_warning_days(self):
        self.env["legal.deadline.warning"]._check_days(self.mapped("warning_days"))

    # -- planning --------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        deadlines = super().create(vals_list)
        deadlines._plan_warnings()
        return deadlines

    def write(self, vals):
        responsible = {}
        if "user_id" in vals:
            responsible = {deadline.id: deadline.user_id for deadline in self.sudo()}
        result = super().write(vals)
        if not _PLANNED_BY.isdisjoint(vals):
            changed = self.sudo().filtered(
                lambda d: d.id in responsible and d.user_id != responsible[d.id]
            )
            self._plan_warnings(told_again=changed)
        return result

    def _plan_warnings(self, told_again=None):
        """Make the warnings fit the deadlines; what was told stays as history.

        The number of queries does not depend on how many deadlines there are.

        Who changes thousands one by one sets ``legal_warnings_later`` in the context:
        the scheduled action then does this for all of them, within ten minutes.

        :param told_again: those that have a new responsible person, who was told
            nothing yet
        """
        # sudo: warnings are the system's, whoever enters or changes a deadline
        deadlines = self.sudo()
        told_again = (told_again or self.browse()).sudo()
        if not deadlines:
            return
        if self.env.context.get("legal_warnings_later") and not told_again:
            later = deadlines.filtered(lambda d: d.state in RUNNING)
            later._mark_warnings_stale([("id", "in", later.ids)])
            deadlines -= later
        warnings = self.env["legal.deadline.warning"].sudo()
        rows = warnings.search([("deadline_id", "in", deadlines.ids)])
        by_deadline = rows.grouped("deadline_id")
        offices = self.env["res.users"]._legal_offices(
            [(d.user_id, d.company_id) for d in deadlines]
        )
        now = fields.Datetime.now()
        dropped, closed, values = warnings.browse(), warnings.browse(), []
        for deadline in deadlines:
            office = offices[deadline.user_id.id, deadline.company_id.id]
            old = by_deadline.get(deadline, warnings)
            stay = warnings
            if deadline.state in RUNNING:
                stay = old.filtered(
                    lambda w, d=deadline: w.date_deadline == d.date_deadline
                    and w.state != "closed"
                    and not (d in told_again and w.state != "planned")
                )
            wanted = deadline._wanted_warnings(office, office.today(now), stay)
            keep = stay.filtered(
                lambda w, wanted=wanted: w.state != "planned"
                or (w.kind, w.date) in wanted
            )
            gone = old - keep
            dropped |= gone.filtered(lambda w: w.state == "planned")
            closed |= gone.filtered(lambda w: w.state == "open")
            if deadline in told_again:
                closed |= gone.filtered(lambda w: w.state == "acknowledged")
            for warning in keep.filtered(lambda w: w.state == "planned"):
                warning.next_on = office.at(warning.date, deadline._warning_hour())
            there = {(w.kind, w.date) for w in keep}
            values += [
                {
                    "deadline_id": deadline.id,
                    "matter_id": deadline.matter_id.id,
                    "date_deadline": deadline.date_deadline,
                    "kind": kind,
                    "date": date,
                    "next_on": office.at(date, deadline._warning_hour()),
                }
                for kind, date in sorted(wanted - there)
            ]
        dropped.unlink()
        closed.write({"state": "closed", "next_on": False})
        warnings.flush_model()  # before new ones take the place of closed ones
        warnings.create(values)
        ended = deadlines.filtered(lambda d: d.state not in RUNNING)
        (ended | told_again)._unlink_warning_activities()

    def _wanted_warnings(self, office, today, told):
        """What this deadline should warn of from now on.

        :param office: the office of who is responsible
        :param told: its warnings of this date that were told or are planned
        :return: set of (kind, date)
        """
        self.ensure_one()
        if self.state not in RUNNING or not self.date_deadline:
            return set()
        end = self.date_deadline
        by_kind = {kind: set() for kind in ("early", "day", "overdue", "query")}
        planned = {kind: set() for kind in by_kind}
        for warning in told:
            by_kind[warning.kind].add(warning.date)
            if warning.state == "planned":
                planned[warning.kind].add(warning.date)
        if end < today:
            running = planned["overdue"] | {d for d in by_kind["overdue"] if d >= today}
            return {("overdue", date) for date in running or {today}}
        # what is planned stays planned: those of an office that was closed for long
        wanted = {("overdue", fields.Date.add(end, days=1))}
        wanted |= {("overdue", date) for date in planned["overdue"] if date > end}
        wanted |= _from_today(
            "day", {end, office.on_or_before(end)}, today, by_kind["day"]
        )
        if self.kind == "follow_up" or end == today:
            early = set()
        else:
            days = (fields.Date.subtract(end, days=n) for n in self._early_days())
            early = {office.on_or_before(day) for day in days}
            early -= {end, office.on_or_before(end)}  # the day warns then
        wanted |= _from_today("early", early, today, by_kind["early"])
        if self.state == "provisional" and self.extension_query_on:
            asked = {office.on_or_before(self.extension_query_on)}
            wanted |= _from_today("query", asked, today, by_kind["query"])
        return wanted

    @api.model
    def _early_dates_of(self, date, text, user, company):
        """The days on which ``user`` would be warned before ``date``, in order.

        :param text: as "7, 1"; one that cannot be read gives none
        """
        try:
            days = warning_days.parse(text)
        except warning_days.InvalidWarningDays:
            return []
        pair = (user.sudo(), company.sudo())  # sudo: where a colleague works
        office = self.env["res.users"]._legal_offices([pair])[user.id, company.id]
        today = fields.Date.context_today(self)
        dates = {
            office.on_or_before(fields.Date.subtract(date, days=number))
            for number in days
        }
        return sorted({max(day, today) for day in dates if date > today})

    def _early_days(self):
        """The days before: of the deadline, else of its rule, else of the firm."""
        self.ensure_one()
        for text in (
            self.warning_days,
            self.rule_id.warning_days,
            self.company_id.legal_deadline_warning_days,
        ):
            if text:
                try:
                    return warning_days.parse(text)
                except warning_days.InvalidWarningDays:
                    continue  # an old value; better warned by the next than not at all
        return ()

    def _warning_hour(self):
        return self.company_id.legal_deadline_warning_hour

    @api.model
    def _mark_warnings_stale(self, domain):
        """The warnings of these running deadlines are planned again soon.

        A holiday or a setting may concern every deadline of the firm: too many for
        the one who changes it to wait for.
        """
        self.flush_model()
        # sudo: also of deadlines that the writer may not see
        query = self.sudo()._search([*domain, ("state", "in", RUNNING)])
        self.env.cr.execute(
            SQL(
                "UPDATE legal_deadline SET warnings_stale = true WHERE id IN %s",
                query.subselect(),
            )
        )
        self.invalidate_model(["warnings_stale"])

    @api.model
    def _plan_stale_warnings(self, limit=500):
        """Plan the warnings of some of the marked deadlines again.

        :return: how many were planned, and how many could not be: these keep the
            warnings that they have
        """
        deadlines = self.search([("warnings_stale", "=", True)], limit=limit)
        deadlines = deadlines.try_lock_for_update(allow_referencing=True)
        if not deadlines:
            return 0, 0
        failed = deadlines._plan_warnings_safely()
        self.env.cr.execute(
            SQL(
                "UPDATE legal_deadline SET warnings_stale = false WHERE id IN %s",
                tuple(deadlines.ids),
            )
        )
        deadlines.invalidate_recordset(["warnings_stale"])
        return len(deadlines), failed

    def _plan_warnings_safely(self):
        """Plan; one that fails stops no other. :return: how many failed"""
        try:
            with self.env.cr.savepoint():
                self._plan_warnings()
        except psycopg2.OperationalError:
            raise  # the database refuses for now: tried again from the beginning
        except Exception:
            if len(self) > 1:
                return sum(deadline._plan_warnings_safely() for deadline in self)
            _logger.exception("Warnings of deadline %s could not be planned", self.id)
            return 1
        return 0

    # -- acknowledging ---------------------------------------------------------

    def action_acknowledge(self):
        """The reader has seen the warning; nobody further is told of it.

        :raises UserError: there is none, or it went to others only
        """
        self.check_access("read")
        for deadline in self:
            if not deadline._acknowledge():
                raise UserError(deadline._why_not_acknowledged())
        return True

    def _acknowledge(self):
        """:return: whether the user could acknowledge a warning of this deadline"""
        self.ensure_one()
        # sudo: warnings are the system's; who was told was looked at here
        warnings = self.sudo().warning_date_ids.filtered(lambda w: w.state == "open")
        user = self.env.user
        told = warnings.notice_ids.user_id
        if not warnings or user not in told | self.user_id | self.deputy_id:
            return False
        warnings._lock_or_retry()
        warnings.write(
            {
                "state": "acknowledged",
                "acknowledged_by_id": user.id,
                "acknowledged_on": fields.Datetime.now(),
                "next_on": False,
            }
        )
        self._unlink_warning_activities()
        self._record("acknowledged")
        return True

    def _why_not_acknowledged(self):
        # sudo: see above
        if not self.sudo().warning_date_ids.filtered(lambda w: w.state == "open"):
            return self.env._("There is no warning to acknowledge.")
        return self.env._(
            "The warning did not go to you. Whoever is responsible or stands in "
            "acknowledges it, or one of those who were told."
        )

    def _unlink_warning_activities(self):
        if not self:
            return
        # sudo: the activities of everybody who was told, made by the system
        activities_sudo = self.env["mail.activity"].sudo()
        activities_sudo.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", self._warning_activity_type().id),
                ("automated", "=", True),
            ]
        ).unlink()

    @api.model
    def _warning_activity_type(self):
        # sudo: a type, the same for everybody
        return self.env.ref(ACTIVITY_TYPE).sudo()

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Who is warned does not follow: he would get all further mail of it."""
        if self.env.context.get("legal_deadline_warning"):
            return True
        return super().message_subscribe(partner_ids, subtype_ids)


def _from_today(kind, dates, today, told):
    """Set of (kind, date) for what lies ahead; what was missed is warned of today.

    :param told: the dates of this kind for which a warning is there already
    """
    ahead = {date for date in dates if date >= today}
    missed = dates - ahead
    found = {(kind, date) for date in ahead | (missed & told)}
    if missed and not any(date >= max(missed) for date in told if date <= today):
        found.add((kind, today))
    elif missed:
        # one that was made for what had been missed, and is still to be told
        found |= {(kind, date) for date in told if max(missed) <= date <= today}
    return found


class LegalDeadlineRule(models.Model):
    _inherit = "legal.deadline.rule"

    @api.constrains("warning_days")
    def _check_warning_days(self):
        self.env["legal.deadline.warning"]._check_days(self.mapped("warning_days"))


class LegalDeadlineWarning(models.Model):
    _inherit = "legal.deadline.warning"

    @api.model
    def _check_days(self, texts):
        """:raises ValidationError: one of the texts is no list of days before"""
        for text in texts:
            try:
                warning_days.parse(text)
            except warning_days.InvalidWarningDays as error:
                raise ValidationError(
                    self.env._(
                        "“%(part)s” is no number of days from 0 to %(most)s. Write the "
                        "days before the deadline with commas between them, as 7, 1.",
                        part=error.part,
                        most=warning_days.LONGEST,
                    )
                ) from error
