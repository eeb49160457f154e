from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

#: Art. 28(3) GDPR: what the contract has to say
CLAUSES = [
    ("0", "Subject, duration, nature and purpose, data and people (sentence 1)"),
    ("a", "(a) Only on documented instructions, also for transfers"),
    ("b", "(b) Staff bound to confidentiality"),
    ("c", "(c) Security of processing (Art. 32)"),
    ("d", "(d) Conditions for sub-processors"),
    ("e", "(e) Help with the rights of the people"),
    ("f", "(f) Help with Art. 32 to 36"),
    ("g", "(g) Deletion or return at the end"),
    ("h", "(h) Proof and audits"),
]
SECRECY = [
    ("brao", "§ 43e BRAO"),
    ("stgb", "§ 203 StGB"),
    ("art321", "Art. 321 StGB (CH)"),
    ("other", "Other law"),
]
GUARDED = {"state", "activated_on", "ended_on", "due_told"}


class GdprProcessor(models.Model):
    """Who processes personal data for the firm (art. 28 GDPR, § 43e BRAO).

    Not active without the gate: a valid contract that says all that art. 28(3) asks,
    the secrecy undertaking, and the measures.
    """

    _name = "gdpr.processor"
    _description = "Processor"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "gdpr.due.mixin",
        "gdpr.register.side",
    ]
    _register_field = "activity_area_ids"
    _order = "name"
    _parent_store = True

    _gdpr_data = {
        "partner_id": "the processor",
        "owner_id": "employee of the firm",
        "service": "free text",
        "measures": "free text",
        "objection_reason": "free text",
        "contract_file_ids": "the contract",
    }
    _access_exempt = "its files are its contract, documents of the processor"

    name = fields.Char(required=True, tracking=True)
    service = fields.Text(help="What it does for the firm.")
    partner_id = fields.Many2one(
        "res.partner", string="Contact", index="btree_not_null", ondelete="restrict"
    )
    parent_id = fields.Many2one(
        "gdpr.processor",
        string="Sub-Processor of",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("gdpr.processor", "parent_id", string="Sub-Processors")
    state = fields.Selection(
        [("draft", "Draft"), ("active", "Active"), ("ended", "Ended")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    # tracked: the days of an earlier time stay in the chatter
    activated_on = fields.Date(readonly=True, copy=False, tracking=True)
    ended_on = fields.Date(readonly=True, copy=False, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    country_id = fields.Many2one("res.country")
    owner_id = fields.Many2one(
        "res.users", string="Responsible", domain="[('share', '=', False)]"
    )
    activity_area_ids = fields.Many2many(
        "gdpr.processing.activity",
        "gdpr_processor_activity_rel",
        "processor_id",
        "processing_id",
        string="Processing Activities",
    )
    # -- the contract ------------------------------------------------------------------
    contract_from = fields.Date(string="Contract since", tracking=True, copy=False)
    contract_until = fields.Date(
        string="Contract until",
        tracking=True,
        copy=False,
        help="Empty: until it is ended by notice.",
    )
    contract_file_ids = fields.Many2many(
        "ir.attachment",
        "gdpr_processor_contract_rel",
        string="Contract",
        copy=False,
    )
    clause_ids = fields.One2many(
        "gdpr.processor.clause", "processor_id", string="Content of the Contract"
    )
    instruction_ids = fields.One2many(
        "gdpr.processor.instruction", "processor_id", string="Instructions"
    )
    secrecy_on = fields.Date(
        string="Bound to Secrecy on",
        tracking=True,
        copy=False,
        help="In text form, with the penalties (§ 43e(3) BRAO, § 203 StGB).",
    )
    secrecy_law = fields.Selection(SECRECY, string="Secrecy under", default="brao")
    measures = fields.Text(
        string="Measures of the Processor",
        help="Art. 32 GDPR: what it does to keep the data safe, or where it says so.",
    )
    measure_ids = fields.Many2many("gdpr.measure", string="Our Measures")
    # -- audits ------------------------------------------------------------------------
    audit_months = fields.Integer(
        string="Audit Every (Months)", default=12, required=True, aggregator=None
    )
    audit_ids = fields.One2many("gdpr.processor.audit", "processor_id", string="Audits")
    next_audit_on = fields.Date(compute="_compute_next_audit_on", store=True)
    # -- announcement of a sub-processor -----------------------------------------------
    announced_on = fields.Date(tracking=True, copy=False)
    objection_until = fields.Date(string="Object by", tracking=True, copy=False)
    objection = fields.Selection(
        [("open", "To be decided"), ("none", "No objection"), ("objected", "Objected")],
        default="open",
        tracking=True,
        copy=False,
    )
    objection_reason = fields.Text(copy=False)
    # -- what is wrong -----------------------------------------------------------------
    missing = fields.Text(string="Missing for Activation", compute="_compute_missing")
    contract_expired = fields.Boolean(
        compute="_compute_overdue", search="_search_contract_expired"
    )
    audit_overdue = fields.Boolean(
        compute="_compute_overdue", search="_search_audit_overdue"
    )
    objection_overdue = fields.Boolean(
        compute="_compute_overdue", search="_search_objection_overdue"
    )

    _audit_months_positive = models.Constraint(
        "CHECK (audit_months > 0)",
        "Audits come once a month at the most: enter 1 or more.",
    )
    _contract_dates = models.Constraint(
        "CHECK (contract_until IS NULL OR contract_from IS NULL "
        "OR contract_until >= contract_from)",
        "The contract ends before it begins. Correct one of the two days.",
    )
    _objection_dates = models.Constraint(
        "CHECK (objection_until IS NULL OR announced_on IS NULL "
        "OR objection_until >= announced_on)",
        "The time for an objection ends before the announcement. Correct one of the "
        "two days.",
    )

    @api.depends("audit_ids.date", "audit_months", "contract_from")
    def _compute_next_audit_on(self):
        for processor in self:
            last = max(
                filter(None, processor.audit_ids.mapped("date")),
                default=processor.contract_from,
            )
            cycle = relativedelta(months=processor.audit_months)
            processor.next_audit_on = last + cycle if last else False

    @api.depends(
        "state", "contract_until", "next_audit_on", "objection", "objection_until"
    )
    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for processor in self:
            runs = processor.state == "active"
            until, audit = processor.contract_until, processor.next_audit_on
            processor.contract_expired = bool(runs and until and until < today)
            processor.audit_overdue = bool(runs and audit and audit < today)
            day = processor.objection_until
            processor.objection_overdue = bool(
                processor.state != "ended"
                and processor.parent_id
                and processor.objection == "open"
                and day
                and day < today
            )

    def _search_contract_expired(self, operator, value):
        return self._search_past("contract_until", operator, value)

    def _search_audit_overdue(self, operator, value):
        return self._search_past("next_audit_on", operator, value)

    def _search_past(self, name, operator, value):
        if operator != "in" or list(value) != [True]:
            return NotImplemented
        today = fields.Date.context_today(self)
        return [("state", "=", "active"), (name, "<", today)]

    def _search_objection_overdue(self, operator, value):
        if operator != "in" or list(value) != [True]:
            return NotImplemented
        return [
            ("state", "!=", "ended"),
            ("parent_id", "!=", False),
            ("objection", "=", "open"),
            ("objection_until", "<", fields.Date.context_today(self)),
        ]

    # -- the gate ----------------------------------------------------------------------

    def _gate(self):
        """What is missing before it may be active: a list of sentences."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        found = self._gate_content()
        if not self.contract_from or self.contract_from > today:
            found.insert(0, self.env._("The contract has not begun."))
        if self.contract_until and self.contract_until < today:
            found.insert(0, self.env._("The contract has ended."))
        if self.parent_id and self.objection == "objected":
            found.append(self.env._("The firm objected to it."))
        return found

    def _gate_content(self):
        """What has to stay as long as it is active; days pass by themselves."""
        found = []
        open_clauses = self.clause_ids.filtered(lambda clause: not clause.agreed)
        absent = dict(CLAUSES).keys() - set(self.clause_ids.mapped("code"))
        if open_clauses or absent:
            found.append(
                self.env._(
                    "The contract does not say all that Art. 28(3) GDPR asks: %s of 9 "
                    "points are open.",
                    len(open_clauses) + len(absent),
                )
            )
        if not self.secrecy_on or self.secrecy_on > fields.Date.context_today(self):
            found.append(
                self.env._("Nobody bound it to secrecy (§ 43e BRAO, § 203 StGB).")
            )
        if not (self.measures or "").strip() and not self.measure_ids:
            found.append(self.env._("Its measures (Art. 32 GDPR) are not described."))
        return found

    @api.depends(
        "contract_from", "contract_until", "clause_ids.agreed", "secrecy_on",
        "measures", "measure_ids", "objection", "parent_id",
    )  # fmt: skip
    def _compute_missing(self):
        for processor in self:
            processor.missing = "\n".join(processor._gate())

    @api.constrains("secrecy_on", "measures", "measure_ids", "clause_ids")
    def _check_gate_kept(self):
        for processor in self:
            if processor.state == "active" and processor._gate_content():
                raise ValidationError(
                    self.env._(
                        "“%(name)s” is active, and needs what let it become so: "
                        "%(missing)s End it first.",
                        name=processor.name,
                        missing=" ".join(processor._gate_content()),
                    )
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
        """:raises UserError: something of the gate is missing"""
        self._need_officer()
        self._begin_step("draft")
        for processor in self:
            missing = processor._gate()
            if missing:
                raise UserError(
                    self.env._(
                        "“%(name)s” cannot be active yet. %(missing)s",
                        name=processor.name,
                        missing=" ".join(missing),
                    )
                )
            processor._unlocked().write(
                {
                    "state": "active",
                    "activated_on": fields.Date.context_today(processor),
                    "ended_on": False,
                }
            )

    def action_end(self):
        """No data goes there any more.

        :raises UserError: a sub-processor still works for it
        """
        self._need_officer()
        self._begin_step("active")
        for processor in self:
            if processor.child_ids.filtered(lambda child: child.state == "active"):
                raise UserError(
                    self.env._(
                        "Sub-processors of “%s” are still active. End them first.",
                        processor.name,
                    )
                )
        self._unlocked().write(
            {"state": "ended", "ended_on": fields.Date.context_today(self)}
        )

    def action_draft(self):
        self._need_officer()
        self._begin_step("ended")
        self._unlocked().write({"state": "draft"})

    # -- guards ------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        unlocked = self.env.context.get("legal_unlock") is UNLOCK
        if not unlocked:
            self = self._without_defaults(GUARDED)
        for vals in vals_list:
            if not unlocked:
                for name in GUARDED:
                    vals.pop(name, None)
                vals["state"] = "draft"
            vals.setdefault(
                "clause_ids", [(0, 0, {"code": code}) for code, _name in CLAUSES]
            )
        processors = super().create(vals_list)
        processors._check_same_firm()
        return processors

    def write(self, vals):
        unlocked = self.env.context.get("legal_unlock") is UNLOCK
        if not unlocked and GUARDED & vals.keys():
            raise UserError(
                self.env._("A processor is activated and ended with its buttons.")
            )
        if vals.get("parent_id"):
            self._check_tree(self.browse(vals["parent_id"]))
        return super().write(vals)

    def _check_tree(self, parent):
        """Before the database says it in its own words."""
        # sudo: the tree is whole, whatever the user may read of it
        path = (parent.sudo().parent_path or "").split("/")
        for processor in self:
            if processor == parent:
                raise ValidationError(
                    self.env._("“%s” cannot be its own sub-processor.", processor.name)
                )
            if str(processor.id) in path:
                raise ValidationError(
                    self.env._(
                        "“%(parent)s” is already a sub-processor of “%(name)s”: the "
                        "other way round it would be a circle.",
                        parent=parent.name,
                        name=processor.name,
                    )
                )

    @api.constrains("parent_id", "company_id")
    def _check_same_firm(self):
        for processor in self:
            if processor.parent_id and (
                processor.parent_id.company_id != processor.company_id
            ):
                raise ValidationError(
                    self.env._("A sub-processor belongs to the same firm.")
                )

    @api.ondelete(at_uninstall=False)
    def _keep_used(self):
        if self.filtered(lambda processor: processor.activated_on):
            raise UserError(
                self.env._("A processor that was active is ended, not deleted.")
            )

    # -- what falls due ----------------------------------------------------------------

    @api.model
    def _due_domain(self):
        return [("state", "!=", "ended")]

    def _due(self):
        self.ensure_one()
        found = []
        if self.contract_expired:
            found.append(
                (
                    "contract",
                    self.contract_until,
                    self.env._(
                        "The contract with %(name)s has ended. Activities concerned: "
                        "%(activities)s",
                        name=self.name,
                        activities=", ".join(self.activity_area_ids.mapped("name"))
                        or self.env._("none"),
                    ),
                )
            )
        if self.audit_overdue:
            found.append(
                (
                    "audit",
                    self.next_audit_on,
                    self.env._("Audit %s: it is overdue", self.name),
                )
            )
        if self.parent_id and self.objection == "open" and self.objection_until:
            found.append(
                (
                    "objection",
                    self.objection_until,
                    self.env._(
                        "Object to the sub-processor %s, or let it be", self.name
                    ),
                )
            )
        return found


class GdprProcessingActivity(models.Model):
    _inherit = "gdpr.processing.activity"

    processor_problem = fields.Text(
        string="Trouble with Processors",
        compute="_compute_processor_problem",
        search="_search_processor_problem",
        compute_sudo=True,  # who reads the register sees what is wrong with it
    )

    @api.depends("processor_ids.state", "processor_ids.contract_until")
    def _compute_processor_problem(self):
        for activity in self:
            found = []
            for processor in activity.processor_ids:
                if processor.state != "active":
                    found.append(self.env._("%s is not active.", processor.name))
                elif processor.contract_expired:
                    found.append(
                        self.env._("The contract with %s has ended.", processor.name)
                    )
            activity.processor_problem = "\n".join(found)

    def _search_processor_problem(self, operator, value):
        if operator not in ("in", "not in") or list(value) != [False]:
            return NotImplemented
        today = fields.Date.context_today(self)
        # sudo: as the field says
        bad = (
            self.env["gdpr.processor"]
            .sudo()
            .search(["|", ("state", "!=", "active"), ("contract_until", "<", today)])
        )
        wrong = "in" if operator == "not in" else "not in"
        return [("processor_ids", wrong, bad.ids)]
