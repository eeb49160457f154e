from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.legal_deadline_rule import UNITS


class LegalDeadlineChange(models.TransientModel):
    """Change what a date is computed from; see what moves; apply what one accepts."""

    _name = "legal.deadline.change"
    _description = "Change a Date"

    _gdpr_none = "transient, gone within hours"

    _NAMES = (
        "rule_id length unit trigger_date trigger_time pronounced_on court_id"
        " jurisdiction_id manual_reason"
    ).split()

    deadline_ids = fields.Many2many("legal.deadline", string="Dates", required=True)
    deadline_id = fields.Many2one("legal.deadline", compute="_compute_deadline_id")
    kind = fields.Selection(related="deadline_id.kind", related_sudo=False)
    rule_id = fields.Many2one(
        "legal.deadline.rule",
        compute="_compute_given",
        store=True,
        compute_sudo=False,
        readonly=False,
    )
    # the length of a period, not of a column
    # pylint: disable-next=attribute-deprecated
    length = fields.Integer(
        string="Period",
        compute="_compute_period",
        store=True,
        compute_sudo=False,
        readonly=False,
    )
    unit = fields.Selection(
        UNITS, compute="_compute_period", store=True, compute_sudo=False, readonly=False
    )
    trigger_date = fields.Date(
        string="Served On",
        compute="_compute_given",
        store=True,
        compute_sudo=False,
        readonly=False,
    )
    trigger_time = fields.Char(
        string="At",
        compute="_compute_given",
        store=True,
        compute_sudo=False,
        readonly=False,
    )
    pronounced_on = fields.Date(
        compute="_compute_given", store=True, compute_sudo=False, readonly=False
    )
    court_id = fields.Many2one(
        "res.partner",
        compute="_compute_given",
        store=True,
        compute_sudo=False,
        readonly=False,
    )
    jurisdiction_id = fields.Many2one(
        "legal.jurisdiction",
        string="Holidays of",
        compute="_compute_given",
        store=True,
        compute_sudo=False,
        readonly=False,
    )
    date_deadline = fields.Date(
        string="Date by Hand",
        compute="_compute_given",
        store=True,
        compute_sudo=False,
        readonly=False,
    )
    manual_reason = fields.Char(
        string="Why This Date",
        compute="_compute_given",
        store=True,
        compute_sudo=False,
        readonly=False,
    )
    reason = fields.Char(string="Reason for the Change")
    needs_lawyer = fields.Boolean(compute="_compute_deadline_id")
    problem = fields.Text(compute="_compute_line_ids", store=True, compute_sudo=False)
    line_ids = fields.One2many(
        "legal.deadline.change.line",
        "wizard_id",
        string="What Would Move",
        compute="_compute_line_ids",
        store=True,
        compute_sudo=False,
        readonly=False,
    )

    has_problem = fields.Boolean(compute="_compute_has_problem")

    @api.depends("line_ids.problem")
    def _compute_has_problem(self):
        for wizard in self:
            wizard.has_problem = any(wizard.line_ids.mapped("problem"))

    @api.depends("deadline_ids")
    def _compute_deadline_id(self):
        for wizard in self:
            wizard.deadline_id = wizard.deadline_ids[:1]
            wizard.needs_lawyer = wizard.deadline_ids._needs_lawyer()

    @api.depends("deadline_ids")
    def _compute_given(self):
        for wizard in self:
            deadline = wizard.deadline_ids[:1]
            for name in (
                "rule_id trigger_date trigger_time pronounced_on court_id"
                " jurisdiction_id manual_reason"
            ).split():
                wizard[name] = deadline[name]
            moved_to = self.env.context.get("legal_new_trigger")
            if moved_to and wizard.deadline_ids:
                wizard.trigger_date = moved_to
            wizard.date_deadline = (
                deadline.date_deadline if not deadline._origin.result else False
            )

    @api.depends("rule_id", "deadline_ids")
    def _compute_period(self):
        for wizard in self:
            deadline, rule = wizard.deadline_ids[:1], wizard.rule_id
            same = rule == deadline.rule_id
            wizard.length = deadline.length if same else rule.length
            wizard.unit = deadline.unit if same else rule.unit

    def _vals(self):
        """What was changed in the dialog, as values of the deadline."""
        deadline = self.deadline_ids._origin[:1]
        vals = {}
        for name in self._NAMES:
            value = self[name]
            if (value or False) != (deadline[name] or False):
                vals[name] = value.id if hasattr(value, "_ids") else value
        if self.rule_id != deadline.rule_id:
            taken = deadline._from_rule(self.rule_id)
            if self.length:
                taken |= {"length": self.length, "unit": self.unit}
            vals |= taken
        typed = self.date_deadline
        if typed and typed != deadline.date_deadline:
            vals["date_deadline"] = typed
        if not typed and deadline.manual_reason and "date_deadline" not in vals:
            vals.pop("manual_reason", None)
        return vals

    @api.depends(
        "deadline_ids",
        "rule_id",
        "length",
        "unit",
        "trigger_date",
        "trigger_time",
        "pronounced_on",
        "jurisdiction_id",
        "date_deadline",
        "manual_reason",
    )
    def _compute_line_ids(self):
        for wizard in self:
            wizard.problem = False
            lines = [(5,)]
            deadline = wizard.deadline_ids._origin[:1]
            try:
                moves = deadline._moves(wizard._vals()) if deadline else []
            except UserError as error:
                wizard.problem = str(error)
                moves = []
            for moved, vals, problem in moves:
                lines.append(
                    (
                        0,
                        0,
                        {
                            "deadline_id": moved.id,
                            "date_before": moved.date_deadline,
                            "date_after": vals.get(
                                "date_deadline", moved.date_deadline
                            ),
                            "problem": problem,
                            "accept": not problem,
                        },
                    )
                )
            wizard.line_ids = lines

    def action_apply(self):
        """Apply what was accepted, the first of the chain first."""
        self.ensure_one()
        deadline = self.deadline_ids[:1]
        accepted = self.line_ids.filtered("accept").deadline_id
        moves = deadline._moves(self._vals())
        chosen = [
            (moved, vals)
            for moved, vals, problem in moves
            if moved in accepted and not problem
        ]
        if not chosen:
            raise UserError(self.env._("Nothing was chosen, nothing is changed."))
        for moved, vals in chosen:
            asked = {n: v for n, v in vals.items() if n in moved._changeable()}
            moved._change(asked, self.reason)
        return {"type": "ir.actions.act_window_close"}


class LegalDeadlineChangeLine(models.TransientModel):
    """One date that would move: old beside new."""

    _name = "legal.deadline.change.line"
    _description = "Date That Would Move"

    _gdpr_none = "transient, gone within hours"

    wizard_id = fields.Many2one(
        "legal.deadline.change", required=True, ondelete="cascade"
    )
    deadline_id = fields.Many2one("legal.deadline", required=True)
    name = fields.Char(related="deadline_id.name", related_sudo=False, string="What")
    date_before = fields.Date(string="Until Now")
    date_after = fields.Date(string="New")
    problem = fields.Char()
    accept = fields.Boolean(default=True)
