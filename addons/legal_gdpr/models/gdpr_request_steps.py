from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

REFUSALS = [
    ("identity", "Identity cannot be established (Art. 12(2))"),
    ("unfounded", "Manifestly unfounded (Art. 12(5))"),
    ("excessive", "Excessive, in particular repetitive (Art. 12(5))"),
    ("secrecy", "Professional secrecy (§ 29(1) BDSG and its like)"),
    ("kept", "The law or legal claims demand that it is kept (Art. 17(3))"),
    ("nothing", "There is no data of the person"),
    ("right", "The right does not apply to this processing"),
]
#: to whom one complains, where the firm did not enter its own
AUTHORITIES = {
    "DE": "Der oder die Landesbeauftragte für den Datenschutz am Sitz der Kanzlei "
    "(§ 40 BDSG)",
    "FR": "Commission nationale de l’informatique et des libertés (CNIL), "
    "3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07, www.cnil.fr",
    "CH": "Eidgenössischer Datenschutz- und Öffentlichkeitsbeauftragter (EDÖB), "
    "Feldeggweg 1, 3003 Bern, www.edoeb.admin.ch",
    "AT": "Österreichische Datenschutzbehörde, Barichgasse 40-42, 1030 Wien, "
    "www.dsb.gv.at",
}


class GdprRequest(models.Model):
    """From state to state: each step is a method, and asks what it needs."""

    _inherit = "gdpr.request"

    letter_ids = fields.One2many("gdpr.request.letter", "request_id", string="Letters")
    question_open = fields.Boolean(
        compute="_compute_question_open",
        compute_sudo=True,  # whether, and not what was asked
    )
    prepared_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    prepared_on = fields.Datetime(readonly=True, copy=False)
    released_by_id = fields.Many2one(
        "res.users",
        string="Answer Released By",
        readonly=True,
        copy=False,
        tracking=True,
    )
    released_on = fields.Datetime(
        string="Answer Released On", readonly=True, copy=False
    )
    refusal_code = fields.Selection(
        REFUSALS, string="Refused Because", readonly=True, copy=False, tracking=True
    )
    refusal_text = fields.Text(readonly=True, copy=False)

    @api.depends("letter_ids.sent_on", "letter_ids.answered_on", "letter_ids.kind")
    def _compute_question_open(self):
        for request in self:
            request.question_open = bool(request._open_questions())

    def _open_questions(self, kind=None):
        kinds = (kind,) if kind else ("identity", "clarification")
        return self.letter_ids.filtered(
            lambda letter: letter.kind in kinds
            and letter.sent_on
            and not letter.answered_on
        )

    def _authority(self):
        """The supervisory authority: the firm's own text, else that of its country."""
        company = self.company_id
        return company.gdpr_authority or AUTHORITIES.get(company.country_id.code, "")

    def _show_due(self, lang):
        self.ensure_one()
        return format_date(self.env, self.date_due, lang_code=lang) or ""

    # -- questions ---------------------------------------------------------------------

    def _letter_sent(self, letter):
        """What follows from a letter that went out."""
        self.ensure_one()
        if letter.kind in ("identity", "clarification"):
            before = self.state_before or self.state
            if self.state in ("identity", "clarification"):
                before = self.state_before
            self._unlocked().write({"state": letter.kind, "state_before": before})
        elif letter.kind == "answer":
            self._close("answered", self.env._("Answered, %s", self.name))
        elif letter.kind == "refusal":
            self._finish_clock(self.env._("Refused, %s", self.name))
        elif letter.kind == "notice":
            letter.notice_id._told(letter)

    def _ask(self, kind, text=""):
        """Draft a question; it counts from the moment it is sent.

        :param kind: identity or clarification
        :return: the letter
        """
        self.ensure_one()
        self._need_officer()
        self._need_state(
            "received", "identity", "clarification", "collecting", "review"
        )
        if kind == "clarification" and not (text or "").strip():
            raise UserError(self.env._("Write what you ask the person."))
        return self.env["gdpr.request.letter"]._draft(self, kind, text)

    def _answered(self, kind=None):
        """The answer to the open question came: the clock runs on.

        :raises UserError: nothing was asked
        """
        self.ensure_one()
        letters = self._open_questions(kind)
        if not letters:
            raise UserError(self.env._("No question is open."))
        letters._legal_unlocked().write({"answered_on": fields.Datetime.now()})
        if self.state in ("identity", "clarification") and not self._open_questions():
            state = self.state_before or "received"
            if state == "received" and self.identity_state == "settled":
                state = "collecting"
            self._unlocked().write({"state": state, "state_before": False})
        if any(letter.holds for letter in letters):
            self._recount(
                self.env._(
                    "The clock stood still while a question was open (EDPB 01/2022)."
                )
            )

    def action_answer_came(self):
        for request in self:
            request._need_officer()
            request._need_state("identity", "clarification", "collecting", "review")
            request._answered()

    # -- collecting and review ---------------------------------------------------------

    def _take_subject(self):
        """The data subject of the request, with what the person gave to be known by."""
        self.ensure_one()
        if self.subject_id:
            return self.subject_id
        subject = self.env["gdpr.subject"].create(
            {
                "name": self.requester_name,
                "partner_id": self.partner_id.id,
                "lang": self.lang,
                "company_id": self.company_id.id,
                "identifier_ids": [
                    (0, 0, {"kind": kind, "value": value})
                    for kind, value in (
                        ("name", self.requester_name),
                        ("email", self.requester_email),
                        ("address", self.requester_address),
                    )
                    if value
                ],
            }
        )
        self._unlocked().write({"subject_id": subject.id})
        return subject

    def action_collect(self):
        """Look for the person everywhere, and propose what is told."""
        for request in self:
            request._need_officer()
            request._need_state("received", "collecting", "review")
            request._need_identity()
            subject = request._take_subject()
            self.env["gdpr.finder"]._find(subject)
            # sudo: what lies behind walls is proposed as well; its readers decide
            subject.sudo().item_ids._propose(request.kind)
            request._unlocked().write({"state": "collecting"})

    def action_review(self):
        """Hand the findings to those who may read them."""
        for request in self:
            request._need_officer()
            request._need_state("collecting", "review")
            request._need_identity()
            if not request.subject_id:
                raise UserError(self.env._("Collect first."))
            request._unlocked().write({"state": "review", "prepared_by_id": False})
            request._call_reviewers()

    def action_prepare(self):
        """The officer is ready: somebody else looks at it, and releases it."""
        for request in self:
            request._need_officer()
            request._need_state("collecting", "review")
            request._need_identity()
            request._check_decided()
            request._unlocked().write(
                {
                    "state": "review",
                    "prepared_by_id": self.env.uid,
                    "prepared_on": fields.Datetime.now(),
                }
            )

    def _may_release(self):
        return self.env.user.has_groups("legal_gdpr.group_dpo,legal_crm.group_partner")

    def _need_releaser(self):
        if not self._may_release():
            raise AccessError(
                self.env._("A partner or another officer releases the answer.")
            )

    def action_release(self):
        """By a second person: the answer may go out.

        :raises AccessError: neither officer nor partner
        :raises UserError: not prepared, by the same person, or findings are open
        """
        for request in self:
            request._need_releaser()
            request.check_access("read")
            request._need_state("review")
            if not request.prepared_by_id:
                raise UserError(self.env._("The officer has not prepared it yet."))
            if request.prepared_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "You prepared this answer. Somebody else looks at it and "
                        "releases it."
                    )
                )
            request._need_identity()
            request._check_decided()
            request._unlocked().write(
                {
                    "state": "released",
                    "released_by_id": self.env.uid,
                    "released_on": fields.Datetime.now(),
                }
            )
            request._released()

    def _released(self):
        """Hook: do what was asked, now that two people stand behind it."""
        self.ensure_one()
        if self.kind in ("access", "portability"):
            # sudo: the export is the officer's, whoever releases it
            self.env["gdpr.export"].sudo()._start(self)

    def action_send_back(self):
        """Whoever should release it does not: the officer works on."""
        for request in self:
            request._need_releaser()
            request._need_state("review")
            request._unlocked().write({"prepared_by_id": False, "prepared_on": False})

    # -- the end -----------------------------------------------------------------------

    def _close(self, state, what):
        self.ensure_one()
        if state == "withdrawn":
            self._strike_clock(what)
        else:
            self._finish_clock(what)
        self._unlocked().write({"state": state, "closed_on": fields.Datetime.now()})
        # sudo: what was to be done is done, whoever closed it
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    def _refuse(self, code, text):
        """Refuse, with the reason and the way to complain (art. 12(4) GDPR).

        :param code: of REFUSALS
        :return: the letter, to be sent
        :raises UserError: no reason
        """
        self.ensure_one()
        self._need_officer()
        self._need_state(
            "received", "identity", "clarification", "collecting", "review"
        )
        if code not in dict(REFUSALS) or not (text or "").strip():
            raise UserError(
                self.env._("A refusal needs its reason, and a text for the person.")
            )
        self._unlocked().write(
            {
                "refusal_code": code,
                "refusal_text": text.strip(),
                "prepared_by_id": self.env.uid,
                "state": "refused",
                "closed_on": fields.Datetime.now(),
            }
        )
        # sudo: see _close
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])
        return self.env["gdpr.request.letter"]._draft(self, "refusal", text)

    def _withdraw(self, reason):
        """The person does not want it any more."""
        self.ensure_one()
        self._need_officer()
        self._need_state(
            "received", "identity", "clarification", "collecting", "review", "released"
        )
        if not (reason or "").strip():
            raise UserError(self.env._("Say how the person withdrew the request."))
        self._unlocked().write({"prepared_by_id": self.env.uid})
        self._close("withdrawn", self.env._("Withdrawn, %s", self.name))
        self.message_post(body=reason.strip())

    # -- buttons -----------------------------------------------------------------------

    def _step(self, step, title):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "gdpr.request.step",
            "view_mode": "form",
            "target": "new",
            "context": {"default_request_id": self.id, "default_step": step},
        }

    def action_identity(self):
        return self._step("identity", self.env._("Check the Identity"))

    def action_letter(self):
        return self._step("letter", self.env._("Letter"))

    def action_extend(self):
        return self._step("extend", self.env._("Extend by Two Months"))

    def action_refuse(self):
        return self._step("refuse", self.env._("Refuse"))

    def action_withdraw(self):
        return self._step("withdraw", self.env._("Withdrawn by the Person"))

    def action_answer(self):
        """The letter that answers."""
        self._need_officer()
        self._need_state("released")
        letter = self.env["gdpr.request.letter"]._draft(self, "answer")
        return letter._open()
