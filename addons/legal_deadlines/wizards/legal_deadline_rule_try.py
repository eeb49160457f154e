from markupsafe import Markup

from odoo import api, fields, models

from .. import engine
from ..engine import request
from ..models.legal_deadline_rule import UNITS


class LegalDeadlineRuleTry(models.TransientModel):
    """Computes a date by a rule and keeps nothing, to see whether the rule is right."""

    _name = "legal.deadline.rule.try"
    _description = "Try a Deadline Rule"

    _gdpr_none = "transient, keeps no date"

    rule_id = fields.Many2one("legal.deadline.rule", required=True)
    trigger = fields.Char(related="rule_id.trigger_text")
    long_stop = fields.Char(related="rule_id.long_stop")
    reviewed = fields.Boolean(related="rule_id.reviewed")
    event_date = fields.Date(
        string="Day of the Event", default=fields.Date.context_today
    )
    event_time = fields.Char(string="At", help="For periods of hours: 14:30.")
    pronounced_on = fields.Date()
    jurisdiction_id = fields.Many2one(
        "legal.jurisdiction",
        default=lambda self: self.env.company.legal_jurisdiction_id,
    )
    # the length of a period, not of a column
    # pylint: disable-next=attribute-deprecated
    length = fields.Integer(string="Other Period", help="0: the period of the rule.")
    unit = fields.Selection(UNITS)
    answer = fields.Html(compute="_compute_answer", sanitize=False)
    problem = fields.Text(compute="_compute_answer")
    doubts = fields.Text(compute="_compute_answer")

    @api.depends(
        "rule_id", "event_date", "event_time", "pronounced_on", "jurisdiction_id",
        "length", "unit",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_answer(self):
        deadlines = self.env["legal.deadline"]
        for question in self:
            question.answer = question.problem = question.doubts = False
            if not (question.rule_id and question.event_date):
                continue
            try:
                result = question._result()
            except engine.DeadlineError as error:
                question.problem = deadlines._engine_error(error)
                continue
            steps, doubts = deadlines._engine_lines(result)
            question.answer = question._answer_html(result, steps)
            question.doubts = "\n".join(doubts) or False

    def _result(self):
        return self.rule_id._compute_date(
            self.event_date,
            self.jurisdiction_id.code or "",
            length=self.length,
            unit=self.unit or "",
            event_time=request.read_time(self.event_time),
            pronounced=self.pronounced_on or None,
            local_holidays=self.jurisdiction_id._local_holidays(),
        )

    def _answer_html(self, result, steps):
        deadlines = self.env["legal.deadline"]
        show, own = deadlines._engine_show(), result.moment or result.date
        head = Markup("<p><strong>%s</strong></p>") % show(own)
        if result.safe != own:
            head += Markup("<p>%s</p>") % self.env._(
                "Safe whatever a court thinks: %s", show(result.safe)
            )
        return head + deadlines._explanation_html(steps)
