from odoo import api, fields, models
from odoo.exceptions import (
    AccessError,
    ConcurrencyError,
    LockError,
    UserError,
    ValidationError,
)
from odoo.tools import email_normalize

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

KINDS = [
    ("access", "Access (Art. 15)"),
    ("rectification", "Rectification (Art. 16)"),
    ("erasure", "Erasure (Art. 17)"),
    ("restriction", "Restriction (Art. 18)"),
    ("portability", "Portability (Art. 20)"),
    ("objection", "Objection (Art. 21)"),
    ("withdrawal", "Withdrawal of consent (Art. 7(3))"),
]
CHANNELS = [
    ("mail", "E-mail"),
    ("letter", "Letter"),
    ("portal", "Portal"),
    ("web", "Web form"),
    ("phone", "Phone"),
]
STATES = [
    ("received", "Received"),
    ("identity", "Identity asked"),
    ("clarification", "Clarification asked"),
    ("collecting", "Collecting"),
    ("review", "Review"),
    ("released", "Answer Released"),
    ("answered", "Answered"),
    ("refused", "Refused"),
    ("withdrawn", "Withdrawn"),
]
CLOSED = ("answered", "refused", "withdrawn")
#: written by the steps alone, whatever comes over RPC
GUARDED = {
    "name", "state", "state_before", "clock_id", "clock_problem", "extended_on",
    "extension_reason", "identity_state", "identity_method", "identity_by_id",
    "identity_on", "mandate_by_id", "mandate_on", "prepared_by_id", "prepared_on",
    "released_by_id", "released_on", "closed_on", "refusal_code", "refusal_text",
    "reviewer_ids", "origin_token", "reported_by_id", "company_id", "forgotten_on",
    "communication_id", "subject_id", "erasure_state", "erased_count",
    "kept_count", "refused_count", "certificate_id",
}  # fmt: skip
GUARDED_NEW = GUARDED - {"company_id"}
#: what the request is about; it stands once the answer is released
INTAKE = {
    "kind", "channel", "received_on", "text", "requester_name", "requester_email",
    "requester_address", "partner_id", "lang", "subject_id", "for_other",
    "representative_name", "representative_email", "representative_address",
}  # fmt: skip


class GdprRequest(models.Model):
    """A request of a data subject, from its receipt to the answer.

    Who may do what: anybody with a role reports one and sees those he reported, the
    officer works on it, a second person (the officer's colleague or a partner)
    releases it. Lawyers whom the review concerns read it.
    """

    _name = "gdpr.request"
    _description = "Data Subject Request"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "closed_on desc, date_due, id desc"

    _gdpr_data = {
        "requester_name": "the person",
        "requester_email": "the person's address",
        "requester_address": "the person's address",
        "partner_id": "the person's contact",
        "representative_name": "who asks for the person",
        "representative_email": "address of who asks for the person",
        "representative_address": "address of who asks for the person",
        "text": "what the person wrote",
        "subject_id": "the person",
        "communication_id": "the mail of the person",
        "owner_id": "employee of the firm",
        "reported_by_id": "employee of the firm",
        "identity_by_id": "employee of the firm",
        "identity_note": "free text",
        "mandate_by_id": "employee of the firm",
        "prepared_by_id": "employee of the firm",
        "released_by_id": "employee of the firm",
        "reviewer_ids": "employees of the firm",
        "refusal_text": "free text",
        "extension_reason": "free text",
    }
    _access_exempt = (
        "its clock has no matter; a mail it came from is read by its own rule"
    )

    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, default="/"
    )
    kind = fields.Selection(KINDS, required=True, default="access", tracking=True)
    channel = fields.Selection(CHANNELS, required=True, default="mail")
    received_on = fields.Datetime(
        required=True,
        default=fields.Datetime.now,
        tracking=True,
        help="When it came to the firm, whoever opened it: the month runs from it.",
    )
    text = fields.Text(string="What Was Asked")
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="received",
        copy=False,
        tracking=True,
        index=True,
        group_expand=True,
    )
    state_before = fields.Char(readonly=True, copy=False)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    communication_id = fields.Many2one(
        "legal.communication",
        string="Came with",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    requester_name = fields.Char(string="Name")
    requester_email = fields.Char(string="E-mail")
    requester_address = fields.Text(string="Address")
    partner_id = fields.Many2one(
        "res.partner", string="Contact", index="btree_not_null", ondelete="set null"
    )
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(), string="Language"
    )
    subject_id = fields.Many2one(
        "gdpr.subject",
        string="Data Subject",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    owner_id = fields.Many2one(
        "res.users",
        string="Officer",
        default=lambda self: self._default_owner(),
        tracking=True,
        index="btree_not_null",
        domain="[('share', '=', False)]",
    )
    reported_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    closed_on = fields.Datetime(readonly=True, copy=False)
    forgotten_on = fields.Datetime(readonly=True, copy=False)
    origin_token = fields.Char(
        readonly=True, copy=False, index="btree_not_null", groups="base.group_system"
    )

    _order_idx = models.Index("(closed_on DESC, date_due, id DESC)")
    _name_unique = models.UniqueIndex("(name)", "This number was given already.")

    @api.model
    def _default_owner(self):
        officers = self.env.company._gdpr_people()
        return officers & self.env.user or officers[:1]

    @api.depends("name")
    def _compute_display_name(self):
        for request in self:
            new = request.name in (False, "/")
            request.display_name = self.env._("New Request") if new else request.name

    # -- guards ------------------------------------------------------------------------

    def _is_unlocked(self):
        return self.env.context.get("legal_unlock") is UNLOCK

    def _unlocked(self):
        """These requests for a write of guarded fields, after everything was asked.

        As superuser: the step asked who may take it, and a step of a partner must not
        fail on the rights of the officer.
        """
        # sudo: see above
        return self.sudo()._legal_unlocked()

    @api.model_create_multi
    def create(self, vals_list):
        if not self._is_unlocked():
            vals_list = [
                {key: value for key, value in vals.items() if key not in GUARDED_NEW}
                for vals in vals_list
            ]
        sequence = self.env["ir.sequence"].sudo()  # sudo: the next number
        for vals in vals_list:
            vals["name"] = sequence.next_by_code("gdpr.request")
            vals.setdefault("reported_by_id", self.env.uid)
            partner = self.env["res.partner"].browse(vals.get("partner_id"))
            if partner:
                vals.setdefault("requester_name", partner.name)
                vals.setdefault("requester_email", partner.email)
                vals.setdefault("lang", partner.lang)
        # a default that came in the context decides nothing
        plain = {
            key: value
            for key, value in self.env.context.items()
            if not key.startswith("default_") or key[len("default_") :] not in GUARDED
        }
        # keys have to go: the whole context is given
        # pylint: disable-next=context-overridden
        requests = super(GdprRequest, self.with_context(plain)).create(vals_list)
        for request in requests:
            request._start()
        return requests.with_env(self.env)

    def write(self, vals):
        if not self._is_unlocked():
            if GUARDED & vals.keys():
                raise UserError(
                    self.env._(
                        "This is changed with the buttons of the request: they ask "
                        "what has to be asked, and keep what was."
                    )
                )
            if INTAKE & vals.keys() and any(
                request.state in ("released", *CLOSED) for request in self
            ):
                raise UserError(
                    self.env._(
                        "The answer is released: what was asked, by whom and when, "
                        "stays as it is."
                    )
                )
            if {
                "partner_id", "requester_email", "requester_address", "requester_name",
                "for_other", "representative_email", "representative_address",
                "representative_name",
            } & vals.keys():  # fmt: skip
                # an address that nobody looked at: the check begins anew
                self._identity_open_again(vals)
        result = super().write(vals)
        if "received_on" in vals and not self._is_unlocked():
            self._recount(self.env._("The day of receipt was corrected."))
        return result

    @api.constrains("received_on")
    def _check_received_on(self):
        for request in self:
            if request.received_on > fields.Datetime.now():
                raise ValidationError(
                    self.env._("A request is not received in the future.")
                )

    @api.constrains("requester_email", "representative_email")
    def _check_email(self):
        for request in self:
            for email in (request.requester_email, request.representative_email):
                if email and not email_normalize(email):
                    raise ValidationError(
                        self.env._(
                            "“%s” is no e-mail address. Correct it, or leave it empty "
                            "and answer by letter.",
                            email,
                        )
                    )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "A request is not deleted: it is proof that it was answered. Who it "
                "was is forgotten by itself after three years."
            )
        )

    def unlink(self):
        # mail.thread deletes the messages first: ask before, not half-way
        if self:
            self._unlink_never()
        return super().unlink()

    def _is_officer(self):
        return self.env.su or self.env.user.has_group("legal_gdpr.group_dpo")

    def _need_officer(self):
        """:raises AccessError: the user is not the data protection officer"""
        if not self._is_officer():
            raise AccessError(
                self.env._("The data protection officer takes this step.")
            )
        self.check_access("write")

    def _lock_or_retry(self):
        """Two press the same button at once: the second reads what the first did."""
        try:
            self.lock_for_update()
        except LockError as error:
            raise ConcurrencyError(str(error)) from error

    def _need_state(self, *states):
        """Lock the rows, and make sure where they stand.

        :raises UserError: the request is elsewhere
        """
        for request in self:
            request._lock_or_retry()
            request.invalidate_recordset(["state"])
            if request.state not in states:
                raise UserError(
                    self.env._(
                        "%(number)s is “%(state)s”: this step comes at another time.",
                        number=request.name,
                        state=dict(
                            self._fields["state"]._description_selection(self.env)
                        )[request.state],
                    )
                )

    def _start(self):
        """The clock, the officer's activity."""
        self.ensure_one()
        self._start_clock()
        self._remind_owner()

    def _remind_owner(self):
        self.ensure_one()
        if not self.owner_id:
            return
        # sudo: whoever reports it, the officer is told
        self.sudo().activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.date_due or fields.Date.context_today(self),
            summary=self.env._("Answer %s", self.name),
            user_id=self.owner_id.id,
        )
        # answers to our letters arrive in the thread: he hears of them
        self.sudo().message_subscribe(self.owner_id.partner_id.ids)
