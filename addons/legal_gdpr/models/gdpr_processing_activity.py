from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.fields import Command

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

ROLES = [("controller", "Controller"), ("processor", "Processor")]
#: Art. 6(1) GDPR
BASES = [
    ("a", "Consent (Art. 6(1)(a))"),
    ("b", "Contract (Art. 6(1)(b))"),
    ("c", "Legal obligation (Art. 6(1)(c))"),
    ("d", "Vital interests (Art. 6(1)(d))"),
    ("e", "Public task (Art. 6(1)(e))"),
    ("f", "Legitimate interests (Art. 6(1)(f))"),
]
#: Art. 9(2) GDPR
SPECIAL_BASES = [
    ("a", "Explicit consent (Art. 9(2)(a))"),
    ("b", "Employment and social security law (Art. 9(2)(b))"),
    ("c", "Vital interests (Art. 9(2)(c))"),
    ("d", "Members of a foundation or association (Art. 9(2)(d))"),
    ("e", "Made public by the person (Art. 9(2)(e))"),
    ("f", "Legal claims (Art. 9(2)(f))"),
    ("g", "Substantial public interest (Art. 9(2)(g))"),
    ("h", "Health care, working capacity (Art. 9(2)(h))"),
    ("i", "Public health (Art. 9(2)(i))"),
    ("j", "Archives, research, statistics (Art. 9(2)(j))"),
]
STATES = [
    ("draft", "Draft"),
    ("approved", "Approved"),
    ("replaced", "Replaced"),
    ("ended", "Ended"),
]
#: stored, and never entered
_COMPUTED = {"special", "criminal"}


class GdprProcessingActivity(models.Model):
    """One processing activity of the register (art. 30 GDPR), in one version.

    An approved version does not change: a new one is drafted beside it, and replaces it
    with its approval.
    """

    _name = "gdpr.processing.activity"
    _description = "Processing Activity"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "role, name, version desc"

    _gdpr_data = {
        "owner_id": "employee of the firm",
        "approved_by_id": "employee who approved it",
        "changed_by_id": "employee who wrote it",
        "joint_controller_ids": "who decides with the firm",
        "client_ids": "for whom the firm processes",
    }

    code = fields.Char(required=True, index=True, copy=False)
    name = fields.Char(required=True, translate=True, tracking=True)
    version = fields.Integer(required=True, default=1, readonly=True, copy=False)
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, copy=False, tracking=True
    )
    role = fields.Selection(ROLES, required=True, default="controller", tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    owner_id = fields.Many2one(
        "res.users", string="Responsible", domain="[('share', '=', False)]"
    )
    purposes = fields.Text(translate=True, tracking=True)
    legal_basis = fields.Selection(BASES, tracking=True)
    second_basis = fields.Selection(BASES, string="Further Legal Basis", tracking=True)
    law = fields.Char(translate=True, help="The articles behind the basis: § 50 BRAO.")
    balancing_test = fields.Text(
        translate=True,
        help="Which interest, why the processing is needed for it, and why the "
        "interests of the people do not outweigh it (Art. 6(1)(f) GDPR).",
    )
    person_category_ids = fields.Many2many(
        "gdpr.person.category", string="Data Subjects"
    )
    data_category_ids = fields.Many2many("gdpr.data.category", string="Categories")
    special = fields.Boolean(
        string="Special Categories", compute="_compute_sensitive", store=True
    )
    criminal = fields.Boolean(
        string="Criminal Data", compute="_compute_sensitive", store=True
    )
    special_basis = fields.Selection(
        SPECIAL_BASES, string="Basis of Art. 9", tracking=True
    )
    criminal_basis = fields.Char(
        string="Basis of Art. 10",
        translate=True,
        tracking=True,
        help="The law that allows data on convictions and offences to be processed.",
    )
    source_text = fields.Text(
        string="Sources",
        translate=True,
        help="Where data comes from that the person did not give (Art. 14(2)(f)).",
    )
    automated = fields.Text(
        string="Automated Decisions",
        translate=True,
        help="Empty: none, and no profiling (Art. 22 GDPR).",
    )
    recipient_category_ids = fields.Many2many(
        "gdpr.recipient.category", string="Recipients"
    )
    processor_ids = fields.Many2many(
        "gdpr.processor",
        "gdpr_processor_activity_rel",
        "processing_id",
        "processor_id",
        string="Processors",
        groups="legal_gdpr.group_dpo,legal_crm.group_partner,legal_crm.group_auditor",
    )
    transfer_text = fields.Text(
        string="Third Countries",
        translate=True,
        help="Transfers to third countries or international organisations, and their "
        "safeguards. Empty: none.",
    )
    retention_rule_ids = fields.Many2many(
        "gdpr.retention.rule",
        string="Retention Rules",
        domain="[('state', '!=', 'replaced')]",
    )
    retention_text = fields.Text(string="Time Limits", translate=True)
    measure_ids = fields.Many2many(
        "gdpr.measure",
        "gdpr_measure_activity_rel",
        "processing_id",
        "measure_id",
        string="Measures",
        groups="legal_gdpr.group_dpo,legal_crm.group_partner,legal_crm.group_auditor",
    )
    measure_text = fields.Text(string="Further Measures", translate=True)
    joint_controller_ids = fields.Many2many(
        "res.partner",
        "gdpr_activity_joint_rel",
        string="Joint Controllers",
        help="Who decides on purposes and means together with the firm (Art. 26).",
    )
    client_ids = fields.Many2many(
        "res.partner",
        "gdpr_activity_client_rel",
        string="Controllers",
        help="For whom the firm processes the data (Art. 30(2)(a) GDPR).",
    )
    field_map_ids = fields.Many2many(
        "gdpr.field.map",
        "gdpr_activity_field_rel",
        "processing_id",
        "field_id",
        string="Fields",
        groups="legal_gdpr.group_dpo,legal_crm.group_auditor",
        help="Which fields of the personal data map it processes.",
    )
    field_count = fields.Integer(
        string="Number of Fields",
        compute="_compute_field_count",
        groups="legal_gdpr.group_dpo,legal_crm.group_auditor",
    )
    changed_by_id = fields.Many2one(
        "res.users",
        string="Written by",
        readonly=True,
        copy=False,
        help="Who changed the draft last: somebody else approves it.",
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    replaced_by_id = fields.Many2one(
        "gdpr.processing.activity", readonly=True, copy=False
    )
    ended_on = fields.Date(readonly=True, copy=False)

    _version_unique = models.UniqueIndex(
        "(company_id, code, version)", "This version is there already."
    )
    _approved_unique = models.UniqueIndex(
        "(company_id, code) WHERE state = 'approved'",
        "Another version of this activity is approved already.",
    )

    @api.depends("data_category_ids.special", "data_category_ids.criminal")
    def _compute_sensitive(self):
        for activity in self:
            categories = activity.data_category_ids
            activity.special = any(categories.mapped("special"))
            activity.criminal = any(categories.mapped("criminal"))

    @api.depends("field_map_ids")
    def _compute_field_count(self):
        for activity in self:
            activity.field_count = len(activity.field_map_ids)

    @api.depends("name", "version", "state")
    def _compute_display_name(self):
        for activity in self:
            activity.display_name = (
                f"{activity.name} ({activity.version})"
                if activity.version > 1 or activity.state in ("replaced", "ended")
                else activity.name
            )

    # -- what stands still ------------------------------------------------------

    @api.model
    def _approval_fields(self):
        """What only the buttons say."""
        return {
            "version", "state", "changed_by_id", "approved_by_id", "approved_on",
            "replaced_by_id", "ended_on",
        }  # fmt: skip

    @api.model
    def _content_fields(self):
        """What an approved version says, in the order of the register: hook."""
        return [
            "name", "code", "role", "company_id", "purposes", "legal_basis",
            "second_basis", "law", "balancing_test", "person_category_ids",
            "data_category_ids", "special_basis", "criminal_basis", "source_text",
            "automated", "recipient_category_ids", "processor_ids", "transfer_text",
            "retention_rule_ids", "retention_text", "measure_ids", "measure_text",
            "joint_controller_ids", "client_ids", "field_map_ids",
        ]  # fmt: skip

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            # what only the buttons may say is not said by a context either
            ours = self._approval_fields() | _COMPUTED
            self = self._without_defaults(ours)
            vals_list = [
                {k: v for k, v in vals.items() if k not in ours}
                | {"changed_by_id": self.env.uid}
                for vals in vals_list
            ]
        vals_list = [
            vals if vals.get("code") else {**vals, "code": self._free_code()}
            for vals in vals_list
        ]
        return super().create(vals_list)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if "code" in fields_list and not values.get("code"):
            values["code"] = self._free_code()
        return values

    @api.model
    def _free_code(self):
        # sudo: a free number, whatever firm the others are of
        taken = self.sudo().search([("code", "=like", "VT-%")]).mapped("code")
        numbers = [int(code[3:]) for code in taken if code[3:].isdigit()]
        return f"VT-{max(numbers, default=0) + 1:02}"

    def write(self, vals):
        self._refuse_computed(vals, _COMPUTED)
        if self.env.context.get("legal_unlock") is not UNLOCK:
            if self._approval_fields() & vals.keys():
                raise UserError(
                    self.env._(
                        "An activity is approved, replaced and ended with its buttons."
                    )
                )
            said = vals.keys() & set(self._content_fields())
            if said and self.filtered(lambda activity: activity.state != "draft"):
                raise UserError(
                    self.env._(
                        "An approved version of the register is not changed. Press "
                        "“New Version”, change the draft and have it approved."
                    )
                )
            if said:
                vals = {**vals, "changed_by_id": self.env.uid}
        return super().write(vals)

    def update_field_translations(self, field_name, translations, *args, **kwargs):
        """A wording in another language is a change like any other."""
        said = field_name in self._content_fields()
        if said and self.env.context.get("legal_unlock") is not UNLOCK:
            # goes through write, which refuses for an approved version
            self.write({field_name: self[field_name]})
        return super().update_field_translations(
            field_name, translations, *args, **kwargs
        )

    def _changed_aside(self):
        """What they say changed through the other side of a relation.

        :raises UserError: one of them was approved
        """
        if self.env.context.get("legal_unlock") is UNLOCK:
            return
        # sudo: all of them, whatever firm they are of
        for activity in self.sudo():
            if activity.state != "draft":
                raise UserError(
                    self.env._(
                        "“%s” was approved, and what the register says of it is not "
                        "changed. Press “New Version” there, change the draft and have "
                        "it approved.",
                        activity.name,
                    )
                )
        # sudo: who wrote the draft does not approve it
        self.sudo()._legal_unlocked().write({"changed_by_id": self.env.uid})

    @api.ondelete(at_uninstall=False)
    def _keep_approved(self):
        if self.filtered(lambda activity: activity.state != "draft"):
            raise UserError(
                self.env._(
                    "What was approved is kept: the register says what was processed "
                    "when. End the activity instead."
                )
            )

    # -- the way of a version ----------------------------------------------------------

    def _need_approver(self):
        user = self.env.user
        if not (
            user.has_group("legal_gdpr.group_dpo")
            or user.has_group("legal_crm.group_partner")
        ):
            raise AccessError(
                self.env._(
                    "The register is approved by a partner or by the data protection "
                    "officer."
                )
            )

    def _take(self):
        """Nobody else decides on these at the same time.

        :raises UserError: somebody just does
        """
        try:
            # sudo: the lock only, for a partner who reads the register
            self.sudo().lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is deciding on this activity at this moment. Reload "
                    "the page and look at what was decided."
                )
            ) from error
        self.invalidate_recordset(["state", "approved_by_id", "changed_by_id"])

    def action_approve(self):
        """Let the drafts be the register; the versions before them are replaced.

        :raises AccessError: neither a partner nor the officer
        :raises UserError: something is missing, it was written by the same person, or
            somebody else has just decided
        """
        self._need_approver()
        self.check_access("read")
        self._take()
        for activity in self:
            activity._check_approvable()
        # sudo: partners approve and do not write; both was asked above
        for activity in self.sudo()._legal_unlocked():
            before = activity.search(
                [
                    ("company_id", "=", activity.company_id.id),
                    ("code", "=", activity.code),
                    ("state", "=", "approved"),
                ]
            )
            before.write({"state": "replaced", "replaced_by_id": activity.id})
            # the index of the one approved version: the old one goes first
            before.flush_recordset()
            activity.write(
                {
                    "state": "approved",
                    "approved_by_id": self.env.uid,
                    "approved_on": fields.Datetime.now(),
                }
            )
            activity._after_approval(before)
        return True

    def _after_approval(self, before):
        """Hook: an activity counts from now on, instead of ``before`` (may be empty).

        Runs as superuser.
        """

    def _check_approvable(self):
        """:raises UserError: the draft cannot be approved by this user as it is"""
        self.ensure_one()
        if self.state != "draft":
            who = self.approved_by_id.name
            raise UserError(
                self.env._(
                    "“%(activity)s” was approved by %(user)s meanwhile. Reload the "
                    "page.",
                    activity=self.name,
                    user=who,
                )
                if self.state == "approved" and who
                else self.env._("“%s” is no draft any more.", self.name)
            )
        # sudo: partners do not read the map, which counts as well
        lacking = [text for must, text in self.sudo()._gaps() if must]
        if lacking:
            raise UserError(
                self.env._(
                    "“%(activity)s” cannot be approved yet:\n%(gaps)s",
                    activity=self.name,
                    gaps="\n".join(f"– {text}" for text in lacking),
                )
            )
        if self.company_id.gdpr_four_eyes and self.changed_by_id == self.env.user:
            raise UserError(
                self.env._(
                    "You wrote “%s” yourself: a second person approves it.", self.name
                )
            )

    def action_new_version(self):
        """A draft beside the approved version, which counts until it is approved."""
        self.ensure_one()
        draft = self._draft_of()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "view_mode": "form",
        }

    def _draft_of(self):
        """The draft of the next version: the one that is there, or a new one."""
        self.ensure_one()
        versions = self.search(
            [("company_id", "=", self.company_id.id), ("code", "=", self.code)],
            order="version desc",
        )
        draft = versions.filtered(lambda version: version.state == "draft")[:1]
        if draft:
            return draft
        self.check_access("write")
        return (
            self._legal_unlocked()
            .copy(
                {
                    "name": self.name,
                    "code": self.code,
                    "version": versions[0].version + 1,
                    "state": "draft",
                    "changed_by_id": self.env.uid,
                    "processor_ids": [Command.set(self.processor_ids.ids)],
                }
            )
            # the key to guarded writes stays here
            .with_env(self.env)
        )

    def action_end(self):
        """The firm does not do this any more; the register keeps that it did."""
        self.check_access("write")
        self._take()
        if self.filtered(lambda activity: activity.state != "approved"):
            raise UserError(
                self.env._("Only what was approved can end. Delete a draft instead.")
            )
        self._legal_unlocked().write(
            {"state": "ended", "ended_on": fields.Date.context_today(self)}
        )
        self.sudo()._after_end()  # sudo: as after an approval
        return True

    def _after_end(self):
        """Hook: these activities ended. Runs as superuser."""
