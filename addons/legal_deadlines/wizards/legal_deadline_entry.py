from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.legal_deadline import KINDS, RUNNING
from ..models.legal_deadline_rule import DIRECTIONS, UNITS


class LegalDeadlineEntry(models.TransientModel):
    """Enter a date: what was served and when; the computed date shows before saving."""

    _name = "legal.deadline.entry"
    _description = "New Date"
    _inherit = "legal.deadline.question"

    _gdpr_none = "transient, gone within hours"

    #: handed over to the deadline as they are
    _PASSED = (
        "kind name matter_id communication_id event_id rule_id regime length unit"
        " direction options trigger_date trigger_time pronounced_on court_id"
        " jurisdiction_id manual_reason user_id deputy_id team_id warning_days note"
        " previous_id previous_link"
    ).split()

    kind = fields.Selection(KINDS, required=True, default="deadline")
    matter_id = fields.Many2one("legal.matter")
    communication_id = fields.Many2one("legal.communication", string="What Was Served")
    event_id = fields.Many2one("calendar.event", string="Hearing")
    previous_id = fields.Many2one("legal.deadline", string="Follows")
    previous_link = fields.Selection(
        [("trigger", "Counted from the Same Event"), ("date", "Counted from Its End")],
    )
    by_hand = fields.Boolean(
        string="The Court Set a Date", help="The date is known and not computed."
    )
    rule_id = fields.Many2one("legal.deadline.rule")
    name = fields.Char(
        string="What",
        compute="_compute_from_rule",
        store=True,
        compute_sudo=False,
        readonly=False,
    )
    regime = fields.Char(
        compute="_compute_from_rule", store=True, compute_sudo=False, readonly=False
    )
    # the length of a period, not of a column
    # pylint: disable-next=attribute-deprecated
    length = fields.Integer(
        string="Period",
        compute="_compute_from_rule",
        store=True,
        compute_sudo=False,
        readonly=False,
    )
    unit = fields.Selection(
        UNITS,
        compute="_compute_from_rule",
        store=True,
        compute_sudo=False,
        readonly=False,
    )
    direction = fields.Selection(
        DIRECTIONS,
        compute="_compute_from_rule",
        store=True,
        compute_sudo=False,
        readonly=False,
    )
    options = fields.Char(
        compute="_compute_from_rule", store=True, compute_sudo=False, readonly=False
    )
    rule_length = fields.Integer(related="rule_id.length")
    rule_long_stop = fields.Char(related="rule_id.long_stop")
    rule_trigger = fields.Char(related="rule_id.trigger_text")
    rule_note = fields.Char(related="rule_id.note_text", string="Note on the Rule")
    rule_source = fields.Char(related="rule_id.source", string="Law")
    rule_reviewed = fields.Boolean(related="rule_id.reviewed")
    trigger_date = fields.Date(
        string="Served On",
        compute="_compute_trigger_date",
        store=True,
        compute_sudo=False,
        readonly=False,
    )
    trigger_time = fields.Char(string="At", help="As 14:30, for periods of hours.")
    pronounced_on = fields.Date()
    court_id = fields.Many2one(
        "res.partner",
        string="Court or Authority",
        compute="_compute_court_id",
        store=True,
        compute_sudo=False,
        readonly=False,
    )
    jurisdiction_id = fields.Many2one(
        "legal.jurisdiction",
        string="Holidays of",
        compute="_compute_jurisdiction_id",
        store=True,
        compute_sudo=False,
        readonly=False,
        help="Where the court or authority sits.",
    )
    date_deadline = fields.Date(string="Date by Hand")
    manual_reason = fields.Char(string="Why This Date")
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        compute="_compute_people",
        store=True,
        compute_sudo=False,
        readonly=False,
    )
    deputy_id = fields.Many2one("res.users", string="Deputy")
    team_id = fields.Many2one(
        "legal.team",
        string="Department",
        compute="_compute_people",
        store=True,
        compute_sudo=False,
        readonly=False,
    )
    warning_days = fields.Char(
        string="Early Warnings",
        compute="_compute_warning_days",
        store=True,
        compute_sudo=False,
        readonly=False,
    )
    note = fields.Text()

    answer_date = fields.Date(string="Date", compute="_compute_answer")
    answer_moment = fields.Datetime(string="Hour", compute="_compute_answer")
    answer_law_date = fields.Date(string="Date by Law", compute="_compute_answer")
    answer_differs = fields.Boolean(compute="_compute_answer")
    explanation = fields.Html(compute="_compute_answer", sanitize=False)
    warning_text = fields.Text(compute="_compute_answer")
    problem = fields.Text(compute="_compute_answer")
    early_text = fields.Char(string="Warned On", compute="_compute_early_text")
    already_text = fields.Text(compute="_compute_already_text")
    absence_text = fields.Text(compute="_compute_absence_text")
    line_ids = fields.One2many(
        "legal.deadline.entry.line",
        "entry_id",
        string="What Follows",
        compute="_compute_line_ids",
        store=True,
        compute_sudo=False,
        readonly=False,
    )

    # -- what follows from what was chosen -----------------------------------------

    @api.depends("rule_id", "kind")
    def _compute_from_rule(self):
        for entry in self:
            rule = entry.rule_id
            for name in self._RULE_FIELDS:
                entry[name] = rule[name] if rule else False
            if rule:
                entry.name = rule.name
            elif not entry.name:
                entry.name = (
                    self.env._("Follow-up") if entry.kind == "follow_up" else False
                )

    @api.depends("communication_id", "event_id")
    def _compute_trigger_date(self):
        for entry in self:
            source = entry.event_id.start or entry.communication_id.date
            if source:
                entry.trigger_date = self._day_of(source, entry.jurisdiction_id)

    @api.depends("matter_id", "communication_id")
    def _compute_court_id(self):
        for entry in self:
            courts = (
                entry.communication_id.partner_ids
                | entry.matter_id.party_ids.partner_id
            ).filtered(lambda partner: partner._legal_jurisdiction())
            entry.court_id = entry.court_id or courts[:1]

    @api.depends("court_id")
    def _compute_jurisdiction_id(self):
        for entry in self:
            entry.jurisdiction_id = (
                entry.court_id._legal_jurisdiction() or entry.jurisdiction_id
            )

    @api.depends("matter_id")
    def _compute_people(self):
        for entry in self:
            entry.user_id = entry.matter_id.lawyer_id or self.env.user
            entry.team_id = entry.matter_id.team_id

    @api.depends("rule_id", "kind")
    def _compute_warning_days(self):
        for entry in self:
            if entry.kind == "follow_up":
                entry.warning_days = False
            else:
                entry.warning_days = (
                    entry.rule_id.warning_days
                    or self.env.company.legal_deadline_warning_days
                )

    @api.depends("rule_id", "kind", "by_hand", "trigger_date")
    def _compute_line_ids(self):
        """The chain: what is counted from the same event, or from the end of this.

        What is counted from an event that is still to come is entered when it comes.
        """
        for entry in self:
            wanted = [
                (self.env["legal.deadline.rule"]._for(following.next_code, day), link)
                for following in entry.rule_id.next_ids
                for day, link in [(entry.trigger_date, following.link)]
                if entry._wants_computing() and link != "event"
            ]
            wanted = [(rule, link) for rule, link in wanted if rule]
            if [(line.rule_id, line.link) for line in entry.line_ids] == wanted:
                continue  # what was ticked off stays so
            entry.line_ids = [(5,)] + [
                (0, 0, {"rule_id": rule.id, "link": link}) for rule, link in wanted
            ]

    @api.onchange("communication_id")
    def _onchange_communication_id(self):
        if self.communication_id.matter_id:
            self.matter_id = self.communication_id.matter_id

    # -- the answer, before anything is saved --------------------------------------

    @api.depends(
        "kind",
        "by_hand",
        "rule_id",
        "regime",
        "length",
        "unit",
        "direction",
        "options",
        "trigger_date",
        "trigger_time",
        "pronounced_on",
        "jurisdiction_id",
        "date_deadline",
    )
    def _compute_answer(self):
        deadline = self.env["legal.deadline"]
        today = fields.Date.context_today(self)
        for entry in self:
            entry.answer_date = entry.answer_moment = entry.answer_law_date = False
            entry.explanation = entry.warning_text = entry.problem = False
            entry.answer_differs = False
            if not entry._wants_computing():
                entry.answer_date = entry.date_deadline
                continue
            if not (entry.rule_id and entry.trigger_date):
                continue
            try:
                result = entry._ask(today)
            except UserError as error:
                entry.problem = str(error)
                continue
            answer = self._answer_vals(result)
            steps, doubts = deadline._engine_lines(result)
            entry.answer_date = answer["date_deadline"]
            entry.answer_moment = answer["moment_deadline"]
            entry.answer_law_date = answer["date_computed"]
            entry.answer_differs = answer["date_computed"] != answer["date_deadline"]
            entry.explanation = deadline._explanation_html(steps)
            entry.warning_text = "\n".join(doubts) or False

    def _wants_computing(self):
        return self.kind == "deadline" and not self.by_hand

    @api.depends("answer_date", "warning_days", "user_id", "kind")
    def _compute_early_text(self):
        show = self.env["legal.deadline"]._show_day
        for entry in self:
            entry.early_text = ", ".join(map(show, entry._early_dates()))

    def _early_dates(self):
        """The days on which somebody will be warned before the date."""
        if not (self.answer_date and self.user_id) or self.kind == "follow_up":
            return []
        company = self.matter_id.company_id or self.env.company
        return self.env["legal.deadline"]._early_dates_of(
            self.answer_date, self.warning_days, self.user_id, company
        )

    @api.depends("answer_date", "warning_days", "user_id", "deputy_id", "kind")
    def _compute_absence_text(self):
        for entry in self:
            days = [*entry._early_dates(), entry.answer_date]
            entry.absence_text = self.env["legal.deadline"]._absence_text(
                entry.user_id, entry.deputy_id, days
            )

    @api.depends("matter_id", "rule_id", "trigger_date", "answer_date")
    def _compute_already_text(self):
        """The same date entered twice is a mistake, or a second look: say so."""
        for entry in self:
            twins = self.env["legal.deadline"]
            if entry.matter_id and entry.answer_date and entry.rule_id:
                twins = twins.search(
                    [
                        ("matter_id", "=", entry.matter_id.id),
                        ("rule_id.code", "=", entry.rule_id.code),
                        ("state", "in", (*RUNNING, "done_unchecked", "done")),
                        "|",
                        ("trigger_date", "=", entry.trigger_date),
                        ("date_deadline", "=", entry.answer_date),
                    ]
                )
            entry.already_text = (
                self.env._(
                    "This is in the calendar already: %s.",
                    ", ".join(
                        f"{twin.name} ({twin._show_day(twin.date_deadline)})"
                        for twin in twins
                    ),
                )
                if twins
                else False
            )

    # -- saving --------------------------------------------------------------------

    def _deadline_vals(self):
        vals = {}
        for name in self._PASSED:
            value = self[name]
            vals[name] = value.id if hasattr(value, "_ids") else value
        if not self._wants_computing():
            for name in (*self._RULE_FIELDS, "trigger_date", "trigger_time"):
                vals.pop(name)
            vals |= {"rule_id": self.rule_id.id, "date_deadline": self.date_deadline}
        return {name: value for name, value in vals.items() if value}

    def action_enter(self):
        """Save the date and what follows from it."""
        self.ensure_one()
        if self.problem:
            raise UserError(self.problem)
        if self._wants_computing() and not self.rule_id:
            raise UserError(
                self.env._("Choose the rule, or say that the court set a date.")
            )
        deadline = self.env["legal.deadline"].create(self._deadline_vals())
        self.line_ids._enter(deadline)
        return {
            "type": "ir.actions.act_window",
            "res_model": "legal.deadline",
            "res_id": deadline.id,
            "view_mode": "form",
        }


class LegalDeadlineEntryLine(models.TransientModel):
    """A deadline that follows from the one entered, to be entered along with it."""

    _name = "legal.deadline.entry.line"
    _description = "Deadline That Follows"
    _inherit = "legal.deadline.question"

    _gdpr_none = "transient, gone within hours"

    entry_id = fields.Many2one(
        "legal.deadline.entry", required=True, ondelete="cascade"
    )
    include = fields.Boolean(default=True)
    rule_id = fields.Many2one("legal.deadline.rule", required=True)
    link = fields.Selection(
        [("trigger", "From the Same Event"), ("date", "From Its End")],
        required=True,
        default="trigger",
    )

    date = fields.Date(compute="_compute_date")
    problem = fields.Char(compute="_compute_date")

    @api.depends(
        "rule_id",
        "link",
        "entry_id.trigger_date",
        "entry_id.answer_date",
        "entry_id.pronounced_on",
        "entry_id.jurisdiction_id",
    )
    def _compute_date(self):
        deadline = self.env["legal.deadline"]
        for line in self:
            line.date = line.problem = False
            entry, rule = line.entry_id, line.rule_id
            event = entry.trigger_date if line.link == "trigger" else entry.answer_date
            if not (rule and event):
                continue
            draft = deadline.new(
                {
                    **self._from_rule(rule),
                    "rule_id": rule.id,
                    "trigger_date": event,
                    "pronounced_on": entry.pronounced_on,
                    "jurisdiction_id": entry.jurisdiction_id.id,
                }
            )
            try:
                line.date = self._answer_vals(draft._ask())["date_deadline"]
            except UserError as error:
                line.problem = str(error)

    def _enter(self, deadline):
        """Create the chosen ones, each as a successor of ``deadline``."""
        vals_list = [
            {
                "rule_id": line.rule_id.id,
                "previous_id": deadline.id,
                "previous_link": line.link,
                "matter_id": deadline.matter_id.id,
                "communication_id": deadline.communication_id.id,
                "court_id": deadline.court_id.id,
                "jurisdiction_id": deadline.jurisdiction_id.id,
                "pronounced_on": deadline.pronounced_on,
                "user_id": deadline.user_id.id,
                "deputy_id": deadline.deputy_id.id,
                "team_id": deadline.team_id.id,
                "trigger_date": deadline.trigger_date
                if line.link == "trigger"
                else deadline.date_deadline,
            }
            for line in self
            if line.include
        ]
        return self.env["legal.deadline"].create(vals_list)
