from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .gdpr_request import CLOSED

RULE = "EU-GDPR-12"
#: a question holds the clock only when it is asked without delay; how long that is,
#: no article says: a week
PROMPT = timedelta(days=7)


class GdprRequest(models.Model):
    """The month of art. 12(3) GDPR: one entry of the deadline engine.

    It is counted from receipt. What a question held it moves the day from which it is
    counted; what was is on the deadline's control sheets.
    """

    _inherit = "gdpr.request"

    clock_id = fields.Many2one(
        "legal.deadline",
        string="Deadline",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    clock_problem = fields.Char(
        string="Why There Is No Deadline", readonly=True, copy=False
    )
    date_due = fields.Date(
        related="clock_id.date_deadline", store=True, string="Answer by", index=True
    )
    days_left = fields.Integer(compute="_compute_days_left")
    # sudo: who may read the request need have no role in deadlines
    clock_unchecked = fields.Boolean(
        string="Second Look Missing",
        compute="_compute_clock_unchecked",
        compute_sudo=True,
    )
    # sudo: who reported it sees how long it waited, and not the letters
    paused_days = fields.Integer(compute="_compute_paused_days", compute_sudo=True)
    extended_on = fields.Datetime(readonly=True, copy=False)
    extension_reason = fields.Text(readonly=True, copy=False)

    @api.depends("date_due")
    def _compute_days_left(self):
        today = fields.Date.context_today(self)
        for request in self:
            due = request.date_due
            request.days_left = (due - today).days if due else 0

    @api.depends("clock_id.state")
    def _compute_clock_unchecked(self):
        for request in self:
            request.clock_unchecked = request.clock_id.state == "done_unchecked"

    @api.depends("letter_ids.answered_on", "letter_ids.sent_on", "letter_ids.holds")
    def _compute_paused_days(self):
        for request in self:
            request.paused_days = request._paused().days

    def _clock_sudo(self):
        # sudo: the officer need have no role in matters; the clock has no matter
        return self.sudo().clock_id

    def _clock_owner(self):
        """Who is warned: the officer if he has a role in the firm, else a partner."""
        owner = self.owner_id
        if owner and owner.has_group("legal_crm.group_assistant"):
            return owner
        return self.company_id._gdpr_people("legal_crm.group_partner")[:1]

    def _start_clock(self):
        """Enter the deadline; where it cannot be computed the request says why: a
        request is taken in all the same."""
        self.ensure_one()
        keeper = self._clock_owner()
        try:
            with self.env.cr.savepoint():
                # sudo: whoever reports a request, as somebody on the web, starts the
                # clock
                clock = (
                    self.env["legal.deadline"]
                    .sudo()
                    .with_company(self.company_id)
                    ._start_clock(
                        self,
                        RULE,
                        self.received_on,
                        name=self.env._("Data subject request %s", self.name),
                        user_id=keeper.id or self.env.uid,
                        company_id=self.company_id.id,
                    )
                )
                values = {"clock_id": clock.id, "clock_problem": False}
        except UserError as error:
            values = {"clock_problem": str(error)}
        self._unlocked().write(values)

    def action_start_clock(self):
        """Once more, after what was missing was entered."""
        for request in self:
            request._need_officer()
            if not request.clock_id and request.state not in CLOSED:
                request._start_clock()

    def _paused(self):
        """How long questions held the clock; none twice where two overlapped.

        :return: timedelta, in whole days
        """
        self.ensure_one()
        spans = sorted(
            (letter.sent_on.date(), letter.answered_on.date())
            for letter in self.letter_ids
            if letter.holds and letter.sent_on and letter.answered_on
        )
        total, last = timedelta(), None
        for begin, end in spans:
            begin = max(begin, last) if last else begin
            if end > begin:
                total += end - begin
                last = end
        return total

    def _recount(self, reason):
        """Compute the deadline anew after a pause, or a corrected day of receipt.

        :param reason: stands on the control sheet of the deadline
        """
        for request in self:
            clock = request._clock_sudo()
            if not clock or clock.state not in ("open", "provisional"):
                continue
            start = clock._day_of(request.received_on, clock.jurisdiction_id)
            start += request._paused()
            if start != clock.trigger_date:
                clock._change({"trigger_date": start}, reason)

    def _extend(self, reason):
        """Two further months (art. 12(3) GDPR), told within the first.

        :param reason: what the person is told
        :raises UserError: too late, twice, no reason, or the letter was not sent
        """
        self.ensure_one()
        self._need_officer()
        self._need_state(
            "received", "identity", "clarification", "collecting", "review"
        )
        if not (reason or "").strip():
            raise UserError(
                self.env._("Say why it takes longer: the person has to be told.")
            )
        clock = self._clock_sudo()
        if not clock:
            raise UserError(self.env._("There is no deadline to extend."))
        if self.extended_on:
            raise UserError(self.env._("It was extended already: there is no third."))
        letters = self.letter_ids.filtered(
            lambda letter: letter.kind == "extension" and letter.sent_on
        )
        if not letters:
            raise UserError(
                self.env._(
                    "Send the letter with the reasons first (“Letter”, “Extension”). "
                    "An extension of which the person was not told is none."
                )
            )
        told = min(
            clock._day_of(letter.sent_on, clock.jurisdiction_id) for letter in letters
        )
        # the day of today counts as well: nobody extends what has run out
        if max(told, fields.Date.context_today(self)) > clock.date_deadline:
            raise UserError(
                self.env._(
                    "The first month is over: it could be extended until %s only.",
                    clock.date_deadline,
                )
            )
        clock._extend_clock("2month", reason.strip())
        self._unlocked().write(
            {"extended_on": fields.Datetime.now(), "extension_reason": reason.strip()}
        )

    def _finish_clock(self, what):
        """The request is closed, and the deadline is done. What one person alone stands
        for, as a refusal, another one looks at.
        """
        for request in self:
            clock = request._clock_sudo()
            if clock and clock.state in ("open", "provisional"):
                clock._close_clock(what, request.prepared_by_id, request.released_by_id)
                if clock.state == "done_unchecked":
                    request._ask_for_check()

    def _strike_clock(self, what):
        """Nobody waits for an answer any more."""
        for request in self:
            clock = request._clock_sudo()
            if clock and clock.state in ("open", "provisional"):
                clock._strike_clock(what)

    def _ask_for_check(self):
        """Tell another officer; where there is none, a partner."""
        company = self.company_id
        officers = company._gdpr_people() - self.env.user
        partners = company._gdpr_people("legal_crm.group_partner") - self.env.user
        for user in (officers or partners)[:1]:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.with_context(lang=user.lang).env._(
                    "Look at the refusal, and check it"
                ),
                user_id=user.id,
            )

    def action_check_end(self):
        """Somebody else has looked at the refusal that went out.

        :raises AccessError: neither officer nor partner
        :raises UserError: nothing waits for it, or it is one's own
        """
        for request in self:
            request._need_releaser()
            request.check_access("read")
            if not request.clock_unchecked:
                raise UserError(self.env._("Nothing waits for a check here."))
            request._clock_sudo().action_check()
            # sudo: what was to be done is done, whoever was asked
            request.sudo().activity_unlink(["mail.mail_activity_data_todo"])
