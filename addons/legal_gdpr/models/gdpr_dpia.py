from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

#: the nine criteria of the guidelines WP 248 rev. 01, III.B.a
CRITERIA = (
    "criterion_scoring",
    "criterion_automated",
    "criterion_monitoring",
    "criterion_sensitive",
    "criterion_scale",
    "criterion_matching",
    "criterion_vulnerable",
    "criterion_technology",
    "criterion_rights",
)
#: so many criteria, and an assessment is proposed (WP 248: "in most cases")
PROPOSED_FROM = 2
STATES = [
    ("screening", "Screening"),
    ("not_needed", "Not Needed"),
    ("draft", "In Progress"),
    ("submitted", "To Be Validated"),
    ("validated", "Signed"),
    ("review", "To Be Reviewed"),
    ("replaced", "Replaced"),
]
#: in these the content can still be written
OPEN = ("screening", "draft")
#: in these it was signed, or decided, and does not change
FIXED = ("not_needed", "validated", "review", "replaced")
#: the buttons keep count of these
GUARDED = {
    "state", "revision", "previous_id", "author_ids", "submitted_by_id",
    "validated_by_id", "validated_on", "digest", "signed_content", "review_reason",
    "officer_opinion_by_id", "officer_opinion_on", "consultation_needed",
    "consulted_on", "consultation_answer", "screened_by_id", "screened_on",
}  # fmt: skip
#: who writes these does not write the assessment
_NOT_CONTENT = {
    "officer_opinion", "owner_id", "message_ids", "activity_ids", "message_follower_ids"
}  # fmt: skip


class GdprDpia(models.Model):
    """One revision of the impact assessment of a processing activity (art. 35 GDPR).

    ``screening`` (nine criteria) -> ``not_needed`` with its reason, or ``draft`` (the
    CNIL's method: context, principles, risks, action plan, opinions) ->
    ``submitted`` -> ``validated`` by somebody who neither wrote it nor gave the
    officer's opinion. From then on its content does not change: a new revision is made
    beside it.

    Who may do what: partners and the data protection officer write and validate, the
    officer alone gives his opinion, the auditor reads.
    """

    _name = "gdpr.dpia"
    _description = "Impact Assessment"
    _inherit = ["mail.thread", "mail.activity.mixin", "gdpr.computed.mixin"]
    _order = "id desc"

    _gdpr_data = {
        "owner_id": "employee of the firm",
        "author_ids": "employees who wrote it",
        "screened_by_id": "employee who screened",
        "submitted_by_id": "employee who submitted it",
        "validated_by_id": "employee who validated it",
        "officer_opinion_by_id": "data protection officer",
        "signed_content": "names of who answers for measures",
    }

    processing_id = fields.Many2one(
        "gdpr.processing.activity",
        string="Processing Activity",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", related="processing_id.company_id", store=True, index=True
    )
    revision = fields.Integer(required=True, default=1, readonly=True, copy=False)
    previous_id = fields.Many2one(
        "gdpr.dpia", string="Revision Before", readonly=True, copy=False
    )
    state = fields.Selection(
        STATES,
        required=True,
        default="screening",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    owner_id = fields.Many2one(
        "res.users",
        string="Responsible",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        tracking=True,
    )

    # -- screening -------------------------------------------------------------------

    criterion_scoring = fields.Boolean(
        string="Evaluation or scoring",
        help="People are rated, profiled, or their behaviour is predicted.",
    )
    criterion_automated = fields.Boolean(
        string="Automated decision with legal or similar effect",
        help="A program decides something that concerns people seriously.",
    )
    criterion_monitoring = fields.Boolean(
        string="Systematic monitoring",
        help="People are observed or watched, also in publicly accessible places.",
    )
    criterion_sensitive = fields.Boolean(
        string="Sensitive or highly personal data",
        help="Art. 9 and 10 GDPR: health, criminal convictions and the like, or what "
        "is confidential by its nature, such as files of clients.",
    )
    criterion_scale = fields.Boolean(
        string="Large scale",
        help="Many people, much data, a long time, or a large area. Recital 91: not "
        "the clients of a single lawyer.",
    )
    criterion_matching = fields.Boolean(
        string="Matching or combining of data sets",
        help="Data collected for different purposes is put together in a way people "
        "do not expect.",
    )
    criterion_vulnerable = fields.Boolean(
        string="Vulnerable people",
        help="Children, employees, patients, asylum seekers: who cannot easily agree "
        "or object.",
    )
    criterion_technology = fields.Boolean(
        string="New technology, or an old one used in a new way",
        help="Language models, recognition of faces, connected devices.",
    )
    criterion_rights = fields.Boolean(
        string="Keeps people from a right, a service or a contract",
        help="The processing decides whether somebody gets something.",
    )
    criteria_count = fields.Integer(
        string="Criteria Met", compute="_compute_criteria", store=True
    )
    proposed = fields.Boolean(
        string="Assessment Proposed", compute="_compute_criteria", store=True
    )
    not_needed_reason = fields.Text(
        string="Why No Assessment Is Made",
        help="Art. 5(2) GDPR: the decision is to be justified, with two criteria or "
        "more also against them.",
    )
    screened_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    screened_on = fields.Datetime(readonly=True, copy=False)

    # -- context ---------------------------------------------------------------------

    context_overview = fields.Text(
        string="Overview",
        help="What the processing is for, who is responsible, what binds it.",
    )
    context_data = fields.Text(
        string="Data",
        help="Which data, of whom, who receives it, how long it is kept.",
    )
    context_process = fields.Text(
        string="Course", help="From collection to deletion, step by step."
    )
    context_assets = fields.Text(
        string="Supporting Assets",
        help="Programs, devices, networks, people and paper it rests on.",
    )
    answer_ids = fields.One2many("gdpr.dpia.answer", "dpia_id", copy=False)
    risk_ids = fields.One2many("gdpr.dpia.risk", "dpia_id", copy=False)
    action_ids = fields.One2many("gdpr.dpia.action", "dpia_id", copy=False)
    overdue_count = fields.Integer(
        string="Measures Overdue",
        compute="_compute_overdue_count",
        search="_search_overdue_count",
    )

    # -- opinions --------------------------------------------------------------------

    officer_opinion = fields.Text(
        string="Opinion of the Officer",
        help="Art. 35(2) GDPR: the advice of the data protection officer.",
    )
    officer_opinion_by_id = fields.Many2one(
        "res.users", string="Given By", readonly=True, copy=False
    )
    officer_opinion_on = fields.Datetime(string="Given On", readonly=True, copy=False)
    subjects_asked = fields.Selection(
        [("yes", "Asked"), ("no", "Not asked")],
        string="Data Subjects",
        help="Art. 35(9) GDPR: where appropriate, their views are sought.",
    )
    subjects_opinion = fields.Text(string="What They Said")
    subjects_why_not = fields.Text(string="Why They Were Not Asked")

    # -- signature -------------------------------------------------------------------

    author_ids = fields.Many2many(
        "res.users",
        "gdpr_dpia_author_rel",
        "dpia_id",
        "user_id",
        string="Written By",
        readonly=True,
        copy=False,
    )
    submitted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    validated_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    validated_on = fields.Datetime(string="Signed On", readonly=True, copy=False)
    digest = fields.Char(string="Hash of the Content", readonly=True, copy=False)
    signed_content = fields.Text(
        readonly=True, copy=False, export_string_translation=False
    )
    review_on = fields.Date(
        string="Review Due",
        tracking=True,
        default=lambda self: fields.Date.add(fields.Date.today(), years=3),
    )
    review_reason = fields.Text(string="Why It Is Reviewed", readonly=True, copy=False)

    # -- art. 36 ---------------------------------------------------------------------

    consultation_needed = fields.Boolean(
        readonly=True,
        copy=False,
        help="Art. 36(1) GDPR: the risk stays high after all measures, so the "
        "authority is asked before the processing begins.",
    )
    consulted_on = fields.Date(string="Authority Asked On", readonly=True, copy=False)
    consultation_answer = fields.Text(
        string="Answer of the Authority", readonly=True, copy=False
    )

    _revision_unique = models.UniqueIndex(
        "(processing_id, revision)", "This revision of the assessment is there already."
    )
    _review_idx = models.Index("(review_on) WHERE state = 'validated'")

    # -- computes --------------------------------------------------------------------

    @api.depends("processing_id", "revision")
    def _compute_display_name(self):
        for dpia in self:
            dpia.display_name = self.env._(
                "%(activity)s, revision %(number)s",
                activity=dpia.processing_id.name or "",
                number=dpia.revision,
            )

    @api.depends(*CRITERIA)
    def _compute_criteria(self):
        for dpia in self:
            dpia.criteria_count = sum(bool(dpia[name]) for name in CRITERIA)
            dpia.proposed = dpia.criteria_count >= PROPOSED_FROM

    @api.depends("action_ids.overdue")
    def _compute_overdue_count(self):
        for dpia in self:
            dpia.overdue_count = len(dpia.action_ids.filtered("overdue"))

    def _search_overdue_count(self, operator, value):
        if operator not in (">", ">=") or value not in (0, 1):
            return NotImplemented
        return [("action_ids", "any", [("overdue", "=", True)])]

    # -- what may be written ---------------------------------------------------------

    def _unlocked(self):
        return self._legal_unlocked()

    def _is_unlocked(self):
        return self.env.context.get("legal_unlock") is UNLOCK

    @api.model
    def default_get(self, fields_list):
        # a default of the caller's context says nothing about what only buttons say
        found = super().default_get(fields_list)
        if not self._is_unlocked():
            for name in (GUARDED | {"officer_opinion"}) & found.keys():
                del found[name]
            for name, value in (("state", "screening"), ("revision", 1)):
                if name in fields_list:
                    found[name] = value
        return found

    @api.model_create_multi
    def create(self, vals_list):
        if not self._is_unlocked():
            vals_list = [
                {
                    n: v
                    for n, v in vals.items()
                    if n not in GUARDED | {"officer_opinion"}
                }
                for vals in vals_list
            ]
            vals_list = self._next_revisions(vals_list)
        dpias = super().create(vals_list)
        dpias._note_author()
        return dpias

    @api.model
    def _next_revisions(self, vals_list):
        """A second assessment of an activity begins as its next revision."""
        wanted = [
            vals["processing_id"] for vals in vals_list if "processing_id" in vals
        ]
        if len(wanted) != len(set(wanted)):
            raise UserError(self._one_at_a_time())
        others = self.search([("processing_id", "in", wanted)])
        if others:
            raise UserError(self._one_at_a_time())
        return vals_list

    @api.model
    def _one_at_a_time(self):
        return self.env._(
            "There is an assessment of this activity already. Open it; a signed one is "
            "continued with “New Revision”."
        )

    def write(self, vals):
        if self._is_unlocked():
            return super().write(vals)
        if GUARDED & vals.keys():
            raise UserError(
                self.env._(
                    "This is changed with the buttons of the assessment: they ask what "
                    "has to be asked, and keep what was."
                )
            )
        content = vals.keys() - _NOT_CONTENT
        if content:
            self._check_open()
        if "officer_opinion" in vals:
            self._check_opinion()
        result = super().write(vals)
        if content:
            self._note_author()
        if "officer_opinion" in vals:
            self._unlocked().write(
                {
                    "officer_opinion_by_id": self.env.uid,
                    "officer_opinion_on": fields.Datetime.now(),
                }
            )
        return result

    def _check_open(self):
        """:raises UserError: the content is submitted or signed"""
        for dpia in self:
            if dpia.state == "submitted":
                raise UserError(
                    self.env._(
                        "“%s” waits to be validated. Take it back to work on it.",
                        dpia.display_name,
                    )
                )
            if dpia.state in FIXED:
                raise UserError(
                    self.env._(
                        "“%s” is signed and does not change. Make a new revision.",
                        dpia.display_name,
                    )
                )

    def _check_opinion(self):
        if any(dpia.state not in ("draft", "submitted") for dpia in self):
            raise UserError(
                self.env._("An opinion is given on an assessment that is in progress.")
            )
        if not self.env.user.has_group("legal_gdpr.group_dpo"):
            raise UserError(
                self.env._("The opinion is the data protection officer's own.")
            )

    def _note_author(self):
        """Who wrote any of it does not validate it."""
        if self.env.uid == SUPERUSER_ID:
            return
        new = self.filtered(lambda dpia: self.env.user not in dpia.author_ids)
        if new:
            new._unlocked().write({"author_ids": [fields.Command.link(self.env.uid)]})

    @api.ondelete(at_uninstall=False)
    def _keep_decided(self):
        if self.filtered(lambda d: d.state not in OPEN or d.previous_id):
            raise UserError(
                self.env._("What was decided or signed is kept: it is the proof.")
            )
