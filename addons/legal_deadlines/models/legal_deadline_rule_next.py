from odoo import api, fields, models
from odoo.exceptions import ValidationError

LINKS = [
    ("trigger", "Counted from the Same Event"),
    ("date", "Counted from Its End"),
    ("event", "Counted from an Event of Its Own"),
]


class LegalDeadlineRuleNext(models.Model):
    """What follows a deadline: appeal, then its grounds, then the reply.

    ``next_code`` is a code, not a rule: which version holds is known only when the
    event is (``legal.deadline.rule._for``). ``link`` says from where the next one is
    counted; ``event``: from something that is still to happen, as ``note`` says.
    """

    _name = "legal.deadline.rule.next"
    _description = "Deadline That Follows"
    _order = "rule_id, sequence, id"

    _gdpr_none = "rules of law"

    rule_id = fields.Many2one(
        "legal.deadline.rule", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    next_code = fields.Char(string="Followed By", required=True, help="A rule's code.")
    next_rule_id = fields.Many2one(
        "legal.deadline.rule",
        string="Rule Today",
        compute="_compute_next_rule_id",
        help="The version that holds today.",
    )
    link = fields.Selection(
        LINKS, string="Counted From", required=True, default="trigger"
    )
    note = fields.Char()

    _next_uniq = models.Constraint(
        "UNIQUE (rule_id, next_code)", "That deadline follows already."
    )

    @api.depends("next_code")
    def _compute_next_rule_id(self):
        today = fields.Date.context_today(self)
        rules = self.env["legal.deadline.rule"].search(
            [
                ("code", "in", [line.next_code for line in self if line.next_code]),
                "|",
                ("date_from", "=", False),
                ("date_from", "<=", today),
            ],
            order="date_from ASC NULLS FIRST",
        )
        current = {rule.code: rule for rule in rules}  # the latest version wins
        for line in self:
            line.next_rule_id = current.get(line.next_code, rules.browse())

    @api.constrains("next_code", "rule_id")
    def _check_next_code(self):
        codes = self.mapped("next_code")
        # A catalogue rule may come after the one it follows.
        rules = self.env["legal.deadline.rule"].with_context(active_test=False)
        known = set(rules.search([("code", "in", codes)]).mapped("code"))
        known |= set(rules._catalogue())
        for line in self:
            if line.next_code == line.rule_id.code:
                raise ValidationError(
                    self.env._("%s cannot follow itself.", line.next_code)
                )
            if line.next_code not in known:
                rules._found(line.next_code)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._clean(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._clean(vals))

    @api.model
    def _clean(self, vals):
        if vals.get("next_code"):
            vals = {**vals, "next_code": vals["next_code"].strip().upper()}
        return vals


class LegalDeadlineRule(models.Model):
    _inherit = "legal.deadline.rule"

    next_ids = fields.One2many(
        "legal.deadline.rule.next", "rule_id", string="Followed By", copy=True
    )
