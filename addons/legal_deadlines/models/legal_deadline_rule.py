from odoo import api, fields, models
from odoo.exceptions import UserError

UNITS = [
    ("day", "Days"),
    ("werktag", "Working Days"),
    ("week", "Weeks"),
    ("month", "Months"),
    ("halfmonth", "Half Months"),
    ("quarter", "Quarters"),
    ("halfyear", "Half Years"),
    ("year", "Years"),
    ("hour", "Hours"),
]
DIRECTIONS = [("forward", "After the Event"), ("backward", "Before the Event")]
#: what the date follows from: a change of it has to be reviewed again
COMPUTING = ("regime", "length", "unit", "direction", "options", "long_stop")


class LegalDeadlineRule(models.Model):
    """A deadline of the law: how long, from what, by which law it is counted.

    The rules of the catalogue come with the suite (``_catalogue``), a firm corrects
    them and adds its own. Lawyers write them; nobody deletes one, for deadlines point
    at it.
    """

    _name = "legal.deadline.rule"
    _description = "Deadline Rule"
    _order = "code, date_from desc, id"
    _rec_names_search = ["code", "name", "name_en", "source"]

    _gdpr_data = {"reviewed_by_id": "lawyer of the firm"}

    code = fields.Char(required=True, index=True)
    name = fields.Char(required=True, help="As lawyers of that country call it.")
    name_en = fields.Char(string="English Name")
    active = fields.Boolean(default=True)
    date_from = fields.Date(
        string="Holds From",
        help="The law changed: for events from that day on this version is taken.",
    )
    regime = fields.Char(
        string="Law of Counting", required=True, help="The law of counting, as DE-ZPO."
    )
    # the length of a period, not of a column
    # pylint: disable-next=attribute-deprecated
    length = fields.Integer(help="0: the law gives none, a judge sets it.")
    unit = fields.Selection(UNITS, required=True, default="day")
    direction = fields.Selection(DIRECTIONS, required=True, default="forward")
    options = fields.Char(help="What the computation is told beside the period.")
    long_stop = fields.Char(
        string="At the Latest",
        help="How long after pronouncement it ends, or with first= begins, at the "
        "latest: 5month, first=5month.",
    )
    trigger = fields.Char(string="Counted From")
    nature = fields.Char(help="Notfrist, statutory, judicial ...")
    statutory = fields.Boolean(
        default=True, help="Set by the law, not by a judge or a contract."
    )
    extendable = fields.Char()
    source = fields.Char(required=True, string="Law")
    note = fields.Text()
    reviewed = fields.Boolean(
        copy=False, help="Whether a lawyer of this firm has compared it with the law."
    )
    reviewed_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, ondelete="restrict"
    )
    reviewed_on = fields.Date(readonly=True, copy=False)
    warning_days = fields.Char(
        string="Early Warnings",
        help="Days before the deadline, as 7, 1. Empty: those of the firm.",
    )
    period = fields.Char(compute="_compute_period")

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(date_from, '0001-01-01')) WHERE active",
        "There is a rule of that code from that day on already.",
    )

    @api.depends("length", "unit", "direction")
    @api.depends_context("lang")
    def _compute_period(self):
        deadlines = self.env["legal.deadline"]
        for rule in self:
            rule.period = deadlines._period_text(rule.length, rule.unit, rule.direction)

    @api.depends("code", "name", "name_en", "regime")
    @api.depends_context("lang")
    def _compute_display_name(self):
        lang = (self.env.lang or "en")[:2]
        for rule in self:
            own = "fr" if (rule.regime or "").startswith("FR-") else "de"
            name = f"{rule.code or ''} {rule.name or ''}".strip()
            if rule.name_en and lang != own:
                name = f"{name} ({rule.name_en})"
            rule.display_name = name

    # -- reviewed ----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(
            [self._reviewed_vals(self._clean(vals)) for vals in vals_list]
        )

    def write(self, vals):
        vals = self._clean(vals)
        if "reviewed" in vals:
            return super().write(self._reviewed_vals(vals))
        vals.pop("reviewed_by_id", None)
        vals.pop("reviewed_on", None)
        changed = self.filtered(lambda rule: rule.reviewed and rule._computes_as(vals))
        result = super().write(vals)
        if changed:
            super(LegalDeadlineRule, changed).write(
                self._reviewed_vals({"reviewed": False})
            )
        return result

    @api.model
    def _clean(self, vals):
        """Codes are written one way, so that a file that names one finds it."""
        vals = dict(vals)
        if vals.get("code"):
            vals["code"] = vals["code"].strip().upper()
        return vals

    def _computes_as(self, vals):
        """Whether ``vals`` change what the date follows from."""
        self.ensure_one()
        return any(
            name in vals and (vals[name] or False) != (self[name] or False)
            for name in (*COMPUTING, "date_from")
        )

    @api.model
    def _reviewed_vals(self, vals):
        """``vals`` with who reviewed it and when, which nobody gives from outside."""
        done = bool(vals.get("reviewed"))
        return {
            **vals,
            "reviewed": done,
            "reviewed_by_id": done and self.env.uid,
            "reviewed_on": done and fields.Date.context_today(self),
        }

    def action_reviewed(self):
        self.check_access("write")
        return self.write({"reviewed": True})

    def action_not_reviewed(self):
        self.check_access("write")
        return self.write({"reviewed": False})

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "A rule is not deleted, for deadlines were computed by it. Archive it: "
                "it is not offered any more."
            )
        )
