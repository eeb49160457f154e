from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

from .gdpr_adequacy import REGIMES

MECHANISMS = [
    ("adequacy", "Adequacy decision (Art. 45)"),
    ("scc", "Standard contractual clauses (Art. 46(2)(c))"),
    ("bcr", "Binding corporate rules (Art. 47)"),
    ("code", "Code of conduct or certification (Art. 46(2)(e), (f))"),
    ("derogation", "Derogation (Art. 49)"),
]
MODULES = [
    ("1", "Module 1: controller to controller"),
    ("2", "Module 2: controller to processor"),
    ("3", "Module 3: processor to processor"),
    ("4", "Module 4: processor to controller"),
]
DEROGATIONS = [
    ("a", "(a) Explicit consent"),
    ("b", "(b) Contract with the person"),
    ("c", "(c) Contract in the interest of the person"),
    ("d", "(d) Public interest"),
    ("e", "(e) Legal claims"),
    ("f", "(f) Vital interests"),
    ("g", "(g) Public register"),
]
GUARDED = {"state", "due_told"}
#: what the notices say of a transfer
TOLD = {
    "state", "processing_ids", "processor_id", "recipient_id", "country_id",
    "mechanism", "adequacy_id",
}  # fmt: skip


class GdprTransfer(models.Model):
    """Personal data that goes to a third country, and what lets it (art. 44 ff. GDPR).

    Whether it may go today is computed, and never entered: an invalidated decision or
    a day that passed turns it red at once.
    """

    _name = "gdpr.transfer"
    _description = "Transfer to a Third Country"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "gdpr.due.mixin",
        "gdpr.register.side",
    ]
    _register_field = "processing_ids"
    _order = "country_id, name, id"

    _gdpr_data = {
        "recipient_id": "the recipient",
        "owner_id": "employee of the firm",
        "assessment": "free text",
        "derogation_reason": "free text",
    }

    name = fields.Char(string="About", required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    owner_id = fields.Many2one(
        "res.users", string="Responsible", domain="[('share', '=', False)]"
    )
    regime = fields.Selection(
        REGIMES,
        string="Law",
        required=True,
        default=lambda self: (
            "fadp" if self.env.company.country_id.code == "CH" else "gdpr"
        ),
    )
    exporter_id = fields.Many2one(
        "gdpr.processor",
        string="Exporter",
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: the firm itself. A processor that passes data on is the exporter.",
    )
    processor_id = fields.Many2one(
        "gdpr.processor",
        string="Recipient (Processor)",
        index="btree_not_null",
        ondelete="restrict",
    )
    recipient_id = fields.Many2one(
        "res.partner",
        string="Other Recipient",
        index="btree_not_null",
        ondelete="restrict",
    )
    country_id = fields.Many2one("res.country", required=True, tracking=True)
    processing_ids = fields.Many2many(
        "gdpr.processing.activity",
        "gdpr_transfer_activity_rel",
        string="Processing Activities",
    )
    data_categories = fields.Char(string="Categories of Data")
    mechanism = fields.Selection(MECHANISMS, required=True, tracking=True)
    adequacy_id = fields.Many2one(
        "gdpr.adequacy",
        string="Decision",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('regime', '=', regime)]",
        tracking=True,
    )
    condition = fields.Text(related="adequacy_id.condition")
    condition_checked_on = fields.Date(
        string="Condition Seen on",
        help="When somebody looked whether the recipient is one for whom the decision "
        "holds, as in the list of the Data Privacy Framework.",
    )
    scc_module = fields.Selection(MODULES, string="Module", tracking=True)
    derogation = fields.Selection(DEROGATIONS, string="Art. 49(1)", tracking=True)
    derogation_reason = fields.Text(string="Why It Applies")
    valid_from = fields.Date(tracking=True)
    valid_until = fields.Date(tracking=True)
    assessment = fields.Text(
        string="Transfer Impact Assessment",
        help="Law and practice of the country, and what is done about it (C-311/18).",
    )
    assessment_on = fields.Date(string="Assessed on", tracking=True)
    subject_notice = fields.Boolean(
        string="People Told",
        help="The notices to the people name the country and the safeguard "
        "(Art. 13(1)(f) GDPR).",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("active", "Active"), ("ended", "Ended")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    compliance = fields.Selection(
        [("compliant", "Compliant"), ("non_compliant", "Not compliant")],
        compute="_compute_compliance",
        search="_search_compliance",
    )
    problem = fields.Text(string="What Is Wrong", compute="_compute_compliance")

    _dates = models.Constraint(
        "CHECK (valid_until IS NULL OR valid_from IS NULL "
        "OR valid_until >= valid_from)",
        "The transfer ends before it begins. Correct one of the two days.",
    )

    # -- whether it may go -------------------------------------------------------------

    @api.depends(
        "mechanism", "country_id", "regime", "adequacy_id.state",
        "adequacy_id.valid_from", "adequacy_id.valid_until", "adequacy_id.country_id",
        "adequacy_id.country_group_id", "adequacy_id.condition",
        "condition_checked_on", "scc_module", "derogation", "derogation_reason",
        "valid_from", "valid_until", "assessment", "assessment_on",
        "processor_id.state",
    )  # fmt: skip
    def _compute_compliance(self):
        for transfer in self:
            found = transfer._problems()
            transfer.problem = "\n".join(found)
            transfer.compliance = "non_compliant" if found else "compliant"

    def _search_compliance(self, operator, value):
        if operator != "in":
            return NotImplemented
        # few dozens: as the compute says, and nothing that could differ from it
        found = self.search([("state", "!=", False)]).filtered(
            lambda t: t.compliance in value
        )
        return [("id", "in", found.ids)]

    def _problems(self):
        """Why the data must not go there today: a list of sentences."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        found = []
        if self.valid_from and self.valid_from > today:
            found.append(self.env._("The safeguard does not hold yet."))
        if self.valid_until and self.valid_until < today:
            found.append(self.env._("The safeguard ended on %s.", self.valid_until))
        if self.mechanism == "adequacy":
            found += self._problems_adequacy(today)
        elif self.mechanism == "scc" and not self.scc_module:
            found.append(self.env._("Say which module of the clauses was agreed."))
        elif self.mechanism == "derogation" and not (
            self.derogation and (self.derogation_reason or "").strip()
        ):
            found.append(
                self.env._("A derogation needs its letter in Art. 49(1), and why.")
            )
        if self.mechanism in ("scc", "bcr", "code") and not (
            (self.assessment or "").strip()
            and self.assessment_on
            and self.assessment_on <= today
        ):
            found.append(
                self.env._("The law of the country was not assessed (C-311/18).")
            )
        return found

    def _problems_adequacy(self, today):
        decision = self.adequacy_id
        if not decision:
            return [self.env._("Say on which adequacy decision it rests.")]
        if decision.state == "invalidated":
            return [
                self.env._(
                    "%(decision)s was invalidated on %(day)s.",
                    decision=decision.display_name,
                    day=decision.invalidated_on,
                )
            ]
        if decision.state == "draft":
            return [
                self.env._(
                    "%s is a draft: compare it with the official text and confirm it.",
                    decision.display_name,
                )
            ]
        if not decision._covers(self.country_id, self.regime, today):
            return [
                self.env._(
                    "%(decision)s does not hold for %(country)s today.",
                    decision=decision.display_name,
                    country=self.country_id.name,
                )
            ]
        if decision.condition and not self.condition_checked_on:
            return [
                self.env._(
                    "The decision holds for some recipients alone: see whether this "
                    "is one, and enter when you looked."
                )
            ]
        return []

    @api.constrains("name", "processor_id", "recipient_id", "exporter_id")
    def _check_recipient(self):
        for transfer in self:
            if bool(transfer.processor_id) == bool(transfer.recipient_id):
                raise ValidationError(
                    self.env._("Name one recipient: a processor, or somebody else.")
                )
            if transfer.exporter_id and transfer.exporter_id == transfer.processor_id:
                raise ValidationError(
                    self.env._(
                        "Nobody transfers data to himself: exporter and recipient are "
                        "the same."
                    )
                )

    @api.constrains("assessment_on", "condition_checked_on")
    def _check_days(self):
        today = fields.Date.context_today(self)
        for transfer in self:
            for day in (transfer.assessment_on, transfer.condition_checked_on):
                if day and day > today:
                    raise ValidationError(
                        self.env._("Enter when it was assessed, not when it will be.")
                    )

    # -- in the register and the notices -----------------------------------------------

    def _in_words(self):
        """The recipient, its country and the safeguard (art. 13(1)(f), 30(1)(e))."""
        self.ensure_one()
        names = dict(self._fields["mechanism"]._description_selection(self.env))
        safeguard = names[self.mechanism]
        if self.mechanism == "adequacy" and self.adequacy_id:
            safeguard = f"{safeguard}, {self.adequacy_id.display_name}"
        return self.env._(
            "%(recipient)s, %(country)s: %(safeguard)s",
            recipient=self.processor_id.name or self.recipient_id.name,
            country=self.country_id.name,
            safeguard=safeguard,
        )

    def _mark_notices(self):
        """Notices name the transfers: they may say something else by now."""
        self.env["gdpr.notice"]._mark_outdated(
            self.env._("Transfer: %s", ", ".join(self.mapped("name")))
        )

    # -- guards and steps --------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            self = self._without_defaults(GUARDED)
            vals_list = [
                {key: value for key, value in vals.items() if key not in GUARDED}
                | {"state": "draft"}
                for vals in vals_list
            ]
        return super().create(vals_list)

    def write(self, vals):
        if self.env.context.get("legal_unlock") is not UNLOCK and (
            GUARDED & vals.keys()
        ):
            raise UserError(
                self.env._("A transfer is activated and ended with its buttons.")
            )
        result = super().write(vals)
        if TOLD & vals.keys():
            self._mark_notices()
        return result

    @api.ondelete(at_uninstall=False)
    def _keep_used(self):
        if any(transfer.state != "draft" for transfer in self):
            raise UserError(
                self.env._("A transfer that was active is ended, not deleted.")
            )

    def _need_officer(self):
        if not self.env.su and not self.env.user.has_group("legal_gdpr.group_dpo"):
            raise AccessError(
                self.env._("The data protection officer takes this step.")
            )

    def _unlocked(self):
        return self._legal_unlocked()

    def _due_write(self, vals):
        return self._unlocked().write(vals)

    def action_activate(self):
        """:raises UserError: nothing lets the data go there"""
        self._need_officer()
        self._begin_step("draft", "ended")
        for transfer in self:
            found = transfer._problems()
            if found:
                raise UserError(
                    self.env._(
                        "“%(name)s” may not begin. %(problems)s",
                        name=transfer.name,
                        problems=" ".join(found),
                    )
                )
        self._unlocked().write({"state": "active"})

    def action_end(self):
        self._need_officer()
        self._begin_step("active")
        self._unlocked().write({"state": "ended"})

    @api.model
    def _due_domain(self):
        return [("state", "=", "active")]

    def _due(self):
        self.ensure_one()
        if self.state != "active" or self.compliance == "compliant":
            return []
        sentence = self.env._(
            "Stop or repair the transfer %(name)s: %(problem)s",
            name=self.name,
            problem=self.problem.replace("\n", " "),
        )
        # told once for each trouble: the day is that on which it was seen
        seen = (self.due_told or {}).get(self.problem)
        day = fields.Date.to_date(seen) or fields.Date.context_today(self)
        return [(self.problem, day, sentence)]


class GdprProcessingActivity(models.Model):
    """The transfers of an activity, as the register and the notices name them."""

    _inherit = "gdpr.processing.activity"

    transfer_ids = fields.Many2many(
        "gdpr.transfer",
        "gdpr_transfer_activity_rel",
        "gdpr_processing_activity_id",
        "gdpr_transfer_id",
        string="Transfers",
        groups="legal_gdpr.group_dpo,legal_crm.group_partner,legal_crm.group_auditor",
    )

    @api.model
    def _content_fields(self):
        names = super()._content_fields()
        place = names.index("transfer_text")
        return names[:place] + ["transfer_ids"] + names[place:]

    def _transfers(self):
        texts = super()._transfers()
        # sudo: who reads the register or a notice is told where the data goes
        for activity in self.sudo():
            running = activity.transfer_ids.filtered(lambda t: t.state == "active")
            texts[activity.id] = [t._in_words() for t in running] + texts[activity.id]
        return texts


class GdprProcessor(models.Model):
    _inherit = "gdpr.processor"

    transfer_ids = fields.One2many("gdpr.transfer", "processor_id", string="Transfers")
