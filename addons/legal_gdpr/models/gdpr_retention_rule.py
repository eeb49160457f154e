import ast

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

from ..tools.period import PeriodError, end_of_period

UNITS = [("day", "Days"), ("month", "Months"), ("year", "Years")]
#: what an approved rule says does not change: a new version replaces it
FROZEN = {
    "code", "version", "model_id", "domain", "country_id", "source", "minimum",
    "minimum_unit", "maximum", "maximum_unit", "trigger", "anchor", "block_at_once",
    "final_action", "state", "approved_by_id", "approved_on", "replaced_by_id",
}  # fmt: skip


class GdprRetentionRule(models.Model):
    """How long a kind of record is kept, by which law, and what then happens to it.

    The event that starts the period is a field of the record (``date_closed``) or the
    latest date of its children (``child_ids.date_closed``): ``trigger`` is the path.
    """

    _name = "gdpr.retention.rule"
    _description = "Retention Rule"
    _inherit = "mail.thread"
    _order = "country_id, code, version desc"

    _gdpr_data = {"approved_by_id": "employee who approved the rule"}

    code = fields.Char(required=True, index=True)
    name = fields.Char(required=True, translate=True, tracking=True)
    version = fields.Integer(required=True, default=1, readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "Approved"), ("replaced", "Replaced")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    model_id = fields.Many2one(
        "ir.model",
        string="Kind of Record",
        required=True,
        ondelete="cascade",
        domain=[("transient", "=", False), ("abstract", "=", False)],
    )
    model = fields.Char(string="Technical Model", related="model_id.model", store=True)
    domain = fields.Char(
        string="Which Records", default="[]", help="All records of the kind if empty."
    )
    country_id = fields.Many2one(
        "res.country",
        help="The rule holds for offices of this country; empty: for all.",
    )
    source = fields.Char(string="Law", required=True, tracking=True)
    source_checked = fields.Selection(
        [("yes", "Checked"), ("partly", "Partly checked"), ("no", "Not checked")],
        string="Text of the Law",
        required=True,
        default="no",
        help="Whether somebody compared the rule with the text of the law.",
    )
    minimum = fields.Integer(required=True, tracking=True)
    minimum_unit = fields.Selection(UNITS, required=True, default="year")
    maximum = fields.Integer(
        help="When the record must be gone at the latest; 0: the law names no such day."
    )
    maximum_unit = fields.Selection(UNITS, required=True, default="year")
    trigger = fields.Char(
        string="Counted from",
        required=True,
        help="The field with the day, or the path to it: date_closed, "
        "child_ids.date_closed. Of several days the latest counts.",
    )
    anchor = fields.Selection(
        [
            ("exact", "The very day"),
            ("calendar_year", "End of the calendar year"),
            ("fiscal_year", "End of the business year"),
        ],
        required=True,
        default="exact",
    )
    block_at_once = fields.Boolean(
        string="Block Meanwhile",
        help="From the event on the record is only kept for the law, and blocked for "
        "daily work.",
    )
    final_action = fields.Selection(
        [("delete", "Delete"), ("redact", "Take the people out")],
        string="In the End",
        required=True,
        default="delete",
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    replaced_by_id = fields.Many2one("gdpr.retention.rule", readonly=True, copy=False)
    note = fields.Text()

    _version_unique = models.UniqueIndex(
        "(code, version)", "This version of the rule is there already."
    )

    @api.depends("code", "version", "name")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = f"{rule.name} ({rule.source})"

    # -- what a rule may say ---------------------------------------------------------

    @api.constrains("minimum", "minimum_unit", "maximum", "maximum_unit")
    def _check_periods(self):
        for rule in self:
            try:
                least = end_of_period(
                    fields.Date.to_date("2001-01-01"), rule.minimum, rule.minimum_unit
                )
                most = end_of_period(
                    fields.Date.to_date("2001-01-01"), rule.maximum, rule.maximum_unit
                )
            except PeriodError as error:
                raise ValidationError(rule._say_period(error)) from error
            if rule.maximum and most < least:
                raise ValidationError(
                    self.env._(
                        "“%s” would have to be gone before it may go: the longest "
                        "period is shorter than the shortest one.",
                        rule.name,
                    )
                )

    def _say_period(self, error):
        """Why a period cannot be counted, for whoever typed it in."""
        if error.code == "negative":
            return self.env._(
                "“%s”: a period is not negative. Enter 0 if the record may go at once.",
                self.name,
            )
        if error.code == "late":
            return self.env._(
                "“%s”: the period ends after the year 9999. Enter a shorter one.",
                self.name,
            )
        return self.env._(
            "“%s”: say in what the period is counted, and from which day it begins.",
            self.name,
        )

    @api.constrains("model_id", "domain", "trigger")
    def _check_paths(self):
        for rule in self:
            if self.env["gdpr.erasure.guard"]._is_technical(rule.model):
                raise ValidationError(
                    self.env._(
                        "“%s” belongs to the system itself: no period is set for it.",
                        rule.model_id.name,
                    )
                )
            rule._trigger_field()
            try:
                # sudo: whether the condition can be searched for, not what it finds
                self.env[rule.model].sudo()._search(rule._own_domain(), limit=1)
            except Exception as error:  # whatever somebody typed into the field
                raise ValidationError(
                    self.env._(
                        "“%(rule)s”: these records cannot be searched for: %(error)s",
                        rule=rule.name,
                        error=error,
                    )
                ) from error

    def _own_domain(self):
        """The rule's own condition. :raises ValueError, SyntaxError: it is none"""
        self.ensure_one()
        return Domain(ast.literal_eval(self.domain or "[]"))

    def _trigger_field(self):
        """The field with the day; :raises ValidationError: the path leads nowhere."""
        self.ensure_one()
        model = self.env.get(self.model)
        field = None
        for name in (self.trigger or "").split("."):
            field = model._fields.get(name) if model is not None else None
            if field is None or not field.store and field.type != "one2many":
                field = None
                break
            model = self.env[field.comodel_name] if field.relational else None
        if field is None or field.type not in ("date", "datetime"):
            raise ValidationError(
                self.env._(
                    "“%(path)s” is no stored date of “%(model)s”. The trigger names a "
                    "date field, or the path to one.",
                    path=self.trigger,
                    model=self.model_id.name,
                )
            )
        if field.name == "write_date":
            raise ValidationError(
                self.env._(
                    "The day of the last change says nothing of when a period began: "
                    "each new spelling of a name would start it anew."
                )
            )
        return field

    # -- versions --------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            # what only approval may say is not said by a context either
            ours = self._approval_fields() | {"model"}
            self = self._without_defaults(ours)
            vals_list = [
                {k: v for k, v in vals.items() if k not in ours}
                | {"state": "draft", "version": vals.get("version") or 1}
                for vals in vals_list
            ]
        return super().create(vals_list)

    @api.model
    def _approval_fields(self):
        return {"state", "approved_by_id", "approved_on", "replaced_by_id"}

    def write(self, vals):
        self._refuse_computed(vals, {"model"})
        if self.env.context.get("legal_unlock") is not UNLOCK:
            if self._approval_fields() & vals.keys():
                raise UserError(
                    self.env._("A rule is approved and replaced with its buttons.")
                )
            if FROZEN & vals.keys() and self.filtered(lambda r: r.state != "draft"):
                raise UserError(
                    self.env._(
                        "An approved rule is not changed: records were judged by it. "
                        "Make a new version."
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _keep_approved(self):
        if self.filtered(lambda rule: rule.state != "draft"):
            raise UserError(
                self.env._(
                    "An approved rule is kept: the erasure journal names it. Make a "
                    "new version instead."
                )
            )

    def action_approve(self):
        """Let the rule count; the version before it is replaced.

        :raises UserError: the user is no data-protection officer
        """
        if not self.env.user.has_group("legal_gdpr.group_dpo"):
            raise UserError(
                self.env._(
                    "Retention rules are approved by the data protection officer."
                )
            )
        for rule in self.filtered(lambda r: r.state == "draft"):
            before = self.search([("code", "=", rule.code), ("state", "=", "approved")])
            before._legal_unlocked().write(
                {"state": "replaced", "replaced_by_id": rule.id}
            )
            rule._legal_unlocked().write(
                {
                    "state": "approved",
                    "approved_by_id": self.env.uid,
                    "approved_on": fields.Datetime.now(),
                }
            )
        return True

    def action_new_version(self):
        """A draft beside the approved rule, which counts until it is approved."""
        self.ensure_one()
        latest = self.search([("code", "=", self.code)], order="version desc", limit=1)
        draft = self._legal_unlocked().copy(
            {"name": self.name, "version": latest.version + 1, "state": "draft"}
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "view_mode": "form",
        }
