from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..models.legal_deadline import RUNNING
from ..models.legal_deadline_list import EARLY

#: more days than this are no list to work with, and no paper
_MOST_DAYS = 92


class LegalDeadlinePrint(models.TransientModel):
    """Chooses what stands on the daily control list or the weekly list.

    What was due before and is not done comes first, and what nobody has checked; what
    is done or cancelled stays visible, struck through (BGH, VI ZB 15/15).
    """

    _name = "legal.deadline.print"
    _description = "Print the List of Dates"

    _gdpr_none = "transient, gone within hours"

    span = fields.Selection(
        [("day", "One Day"), ("week", "A Week"), ("days", "Other Days")],
        string="For",
        required=True,
        default="day",
    )
    date_from = fields.Date(
        string="From", required=True, default=fields.Date.context_today
    )
    date_to = fields.Date(
        string="Until",
        compute="_compute_date_to",
        precompute=True,
        store=True,
        readonly=False,
        required=True,
    )
    scope = fields.Selection(
        [("all", "Whole Firm"), ("team", "Department"), ("lawyer", "One Colleague")],
        string="Whose",
        required=True,
        default="all",
    )
    team_id = fields.Many2one("legal.team", string="Department")
    user_id = fields.Many2one(
        "res.users",
        string="Colleague",
        domain=[("share", "=", False)],
        default=lambda self: self.env.user,
    )
    with_follow_ups = fields.Boolean(string="With Follow-Ups", default=True)
    with_events = fields.Boolean(string="With Appointments", default=True)
    count = fields.Integer(string="Dates", compute="_compute_count")

    @api.depends("span", "date_from")
    def _compute_date_to(self):
        for wizard in self:
            first = wizard.date_from or fields.Date.context_today(wizard)
            if wizard.span == "day":
                wizard.date_to = first
            elif wizard.span == "week":
                # what is left of the week; on a weekend the next one
                wizard.date_to = first + timedelta(days=6 - first.weekday())
            else:
                wizard.date_to = max(wizard.date_to or first, first)

    @api.depends(
        "date_from",
        "date_to",
        "scope",
        "team_id",
        "user_id",
        "with_follow_ups",
        "with_events",
    )
    def _compute_count(self):
        for wizard in self:
            wizard.count = self.env["legal.deadline"].search_count(
                wizard._domain()
            ) + self.env["calendar.event"].search_count(wizard._event_domain())

    @api.onchange("span")
    def _onchange_span(self):
        if self.span == "week" and self.date_from:
            self.date_from -= timedelta(days=self.date_from.weekday())

    def action_next_day(self):
        """The list of the next working day, as it is printed in the evening before."""
        self.ensure_one()
        day = self.env.company._legal_office().after(self.date_from)
        self.write({"span": "day", "date_from": day})
        return {
            "type": "ir.actions.act_window",
            "name": self._description,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    # -- which -----------------------------------------------------------------------

    def _people(self):
        """The colleagues whose dates are asked for; None: everybody's."""
        if self.scope == "team":
            return self.team_id.member_ids | self.team_id.leader_id
        return self.user_id if self.scope == "lawyer" else None

    def _base_domain(self):
        domain = Domain("company_id", "in", self.env.companies.ids)
        if not self.with_follow_ups:
            domain &= Domain("kind", "=", "deadline")
        people = self._people()
        if people is not None:
            mine = Domain("user_id", "in", people.ids)
            mine |= Domain("deputy_id", "in", people.ids)
            if self.scope == "team":
                mine |= Domain("team_id", "=", self.team_id.id)
            domain &= mine
        return domain

    def _domain(self):
        """Dates of these days, and from before what is not done or not checked."""
        self.ensure_one()
        first, last = self.date_from, self.date_to
        if not first or not last:
            return Domain.FALSE
        within = Domain("date_deadline", ">=", first)
        within &= Domain("date_deadline", "<=", last)
        before = Domain("date_deadline", "<", first)
        before &= Domain("state", "in", [*RUNNING, "done_unchecked"])
        return self._base_domain() & (within | before)

    def _event_domain(self):
        self.ensure_one()
        if not self.with_events or not self.date_from or not self.date_to:
            return Domain.FALSE
        domain = self.env["legal.deadline.list"]._event_domain(
            self.date_from, self.date_to
        )
        domain &= Domain("matter_id.company_id", "in", self.env.companies.ids)
        people = self._people()
        if people is not None:
            domain &= Domain("user_id", "in", people.ids) | Domain(
                "partner_ids", "in", people.partner_id.ids
            )
        return domain

    def _deadlines(self):
        return self.env["legal.deadline"].search(
            self._domain(), order="date_deadline, id"
        )

    def _events(self):
        return self.env["calendar.event"].search(self._event_domain(), order="start")

    def _early(self):
        """Early warnings of these days, of deadlines that still have to be met."""
        domain = Domain("date", ">=", self.date_from)
        domain &= Domain("date", "<=", self.date_to) & Domain("kind", "in", EARLY)
        domain &= Domain("deadline_id.state", "in", RUNNING)
        domain &= Domain("deadline_id", "any", self._base_domain())
        return self.env["legal.deadline.warning"].search(domain, order="date, id")

    def _unseen(self):
        """How many dates of the whole firm the user may not read.

        Whoever prints the firm's list must know that it is not complete. Of one
        colleague's list it is not said: it would tell whose secret matter it is.
        """
        self.ensure_one()
        if self.scope != "all":
            return 0
        deadlines, events = self.env["legal.deadline"], self.env["calendar.event"]
        # sudo: how many there are, nothing of them
        return (
            deadlines.sudo().search_count(self._domain())
            - deadlines.search_count(self._domain())
            + events.sudo().search_count(self._event_domain())
            - events.search_count(self._event_domain())
        )

    # -- what stands on the paper ------------------------------------------------------

    def _sections(self):
        """What is printed: list of (title, rows), see ``legal.deadline.list``."""
        self.ensure_one()
        lists = self.env["legal.deadline.list"]
        today = fields.Date.context_today(self)
        rows = lists._deadline_rows(self._deadlines(), today)
        overdue = [row for row in rows if row.overdue]
        others = [row for row in rows if not row.overdue]
        before = [row for row in others if row.day < self.date_from]
        within = [row for row in others if row.day >= self.date_from]
        within += [
            row._replace(day=max(row.day, self.date_from))
            for row in lists._event_rows(self._events())
        ]
        sections = [
            (self.env._("Overdue"), overdue),
            (
                self.env._("Due before, and still open"),
                [row for row in before if not row.struck],
            ),
            (
                self.env._("Done, and not checked yet"),
                [row for row in before if row.struck],
            ),
            (self.env._("Early warnings"), lists._warning_rows(self._early())),
        ]
        sections = [section for section in sections if section[1]]
        for day in range((self.date_to - self.date_from).days + 1):
            date = self.date_from + timedelta(days=day)
            found = sorted(
                (row for row in within if row.day == date), key=lambda row: row.place
            )
            if found or self.span == "day" or date.weekday() < 5:
                sections.append((lists._day_title(date), found))
        return sections

    def _title(self):
        if self.span == "day":
            return self.env._("Control list of the day")
        if self.span == "week":
            return self.env._("List of the week")
        return self.env._("List of dates")

    def _whose(self):
        if self.scope == "team":
            return self.team_id.display_name
        return self.user_id.name if self.scope == "lawyer" else self.env._("Whole firm")

    def _access_printed(self):
        """Whose print it is, for the log of access: the matters on the paper."""
        return (
            self._deadlines().matter_id
            | self._events().matter_id
            | self._early().matter_id
        )

    def _check(self):
        """:raises UserError: the days or the people are missing or make no sense"""
        self.ensure_one()
        if self.date_to < self.date_from:
            raise UserError(
                self.env._("The last day lies before the first one: change “Until”.")
            )
        if (self.date_to - self.date_from).days >= _MOST_DAYS:
            raise UserError(
                self.env._(
                    "A list of more than %s days is not printed. Choose fewer days, or "
                    "export the list of deadlines.",
                    _MOST_DAYS,
                )
            )
        if self.scope == "team" and not self.team_id:
            raise UserError(self.env._("Choose the department."))
        if self.scope == "lawyer" and not self.user_id:
            raise UserError(self.env._("Choose the colleague."))

    def action_print(self):
        self._check()
        return self.env.ref("legal_deadlines.action_report_list").report_action(
            self, config=False
        )
