from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

from .gdpr_request_steps import AUTHORITIES

RISKS = [
    ("unlikely", "A risk to people is unlikely"),
    ("risk", "A risk to people"),
    ("high", "A high risk to people"),
]
DECISIONS = [("notify", "Notify the authority"), ("not_notify", "Do not notify")]
PERSONS = [
    ("tell", "Tell the people (Art. 34)"),
    ("exempt", "An exception applies"),
    ("not_needed", "Not needed: no high risk"),
]
#: Art. 34(3) GDPR; § 29(1) BDSG; Art. 24(5) FADP
GROUNDS = [
    ("unintelligible", "The data is unintelligible (Art. 34(3)(a))"),
    ("averted", "The high risk was averted afterwards (Art. 34(3)(b))"),
    ("effort", "Disproportionate effort: public notice instead (Art. 34(3)(c))"),
    ("secrecy", "Secrets of others or professional secrecy outweigh"),
]


class GdprBreach(models.Model):
    """From report to closing. The score supports; the officer decides, and says why."""

    _inherit = "gdpr.breach"

    risk = fields.Selection(
        RISKS, string="Risk as Judged", readonly=True, copy=False, tracking=True
    )
    decision = fields.Selection(DECISIONS, readonly=True, copy=False, tracking=True)
    decision_reason = fields.Text(
        string="Why So Decided", readonly=True, copy=False, tracking=True
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    decided_on = fields.Datetime(readonly=True, copy=False)
    persons_decision = fields.Selection(
        PERSONS, string="People", readonly=True, copy=False, tracking=True
    )
    persons_ground = fields.Selection(
        GROUNDS, string="Exception", readonly=True, copy=False
    )
    persons_reason = fields.Text(
        string="Why the People Are Not Told", readonly=True, copy=False
    )
    journal_ids = fields.One2many(
        "gdpr.breach.journal",
        "breach_id",
        string="What Was Known When",
        readonly=True,
        groups="legal_gdpr.group_dpo,legal_crm.group_auditor",
    )

    @api.model
    def _need_unlock(self, records):
        """:raises UserError: not called by one of the steps"""
        if records.env.context.get("legal_unlock") is not UNLOCK:
            raise UserError(
                self.env._("This is written by the steps of the incident alone.")
            )

    def _authority(self):
        """The supervisory authority: the firm's own text, else that of its country."""
        # sudo: address of the authority in the settings of the firm
        company = self.company_id.sudo()
        return company.gdpr_authority or AUTHORITIES.get(company.country_id.code, "")

    # -- steps -------------------------------------------------------------------------

    def action_report(self):
        """The button of the short form: it is saved by now, and says so."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.env._("Thank you"),
                "message": self.env._(
                    "%s is with the data protection officer. Do not delete or repair "
                    "anything yet.",
                    self.name,
                ),
                "next": {
                    "type": "ir.actions.act_window",
                    "res_model": self._name,
                    "res_id": self.id,
                    "views": [[False, "form"]],
                },
            },
        }

    def action_new_report(self):
        """The button of the list: the short form, as from the menu."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "legal_gdpr.gdpr_breach_action_report"
        )

    def action_assess(self):
        for breach in self:
            breach._need_officer()
            breach._need_state("reported")
            breach._unlocked().write(
                {"state": "assessing", "owner_id": breach.owner_id.id or self.env.uid}
            )

    def _need_seen(self, seen):
        """:raises UserError: somebody decided since ``seen`` was decided"""
        self.ensure_one()
        self._need_state("assessing", "decided", "notified")
        self.invalidate_recordset(["decided_on", "decided_by_id"])
        if (self.decided_on or False) != (seen or False):
            raise UserError(
                self.env._(
                    "%(user)s decided on %(number)s meanwhile. Close this dialog, read "
                    "the decision, and press “Decide Anew” if you see it otherwise.",
                    user=self.decided_by_id.name,
                    number=self.name,
                )
            )

    def _decide(
        self, risk, decision, reason, persons=None, ground=None, persons_reason=None
    ):
        """The decision of the officer, with its reasons. It may be made anew as long as
        nothing is closed: what the authority or the people were told stays.

        :param risk: of RISKS
        :param decision: of DECISIONS
        :param persons: of PERSONS
        :param ground: of GROUNDS, with ``persons_reason``, for an exception
        :raises UserError: something is missing, or contradicts the judged risk
        """
        self.ensure_one()
        self._need_officer()
        self._need_state("assessing", "decided", "notified")
        reason = (reason or "").strip()
        persons_reason = (persons_reason or "").strip()
        persons = persons or ("tell" if risk == "high" else "not_needed")
        if risk not in dict(RISKS) or decision not in dict(DECISIONS):
            raise UserError(
                self.env._("Say how high the risk is, and what you decide.")
            )
        if persons not in dict(PERSONS):
            raise UserError(self.env._("Say whether the people are told."))
        if not reason:
            raise UserError(
                self.env._("Say why: the authority may ask for it (Art. 33(5) GDPR).")
            )
        self._check_decision(risk, decision)
        if persons == "not_needed" and risk == "high":
            raise UserError(
                self.env._(
                    "At a high risk the people are told, unless an exception applies: "
                    "choose one of the two."
                )
            )
        if persons == "exempt" and not (ground in dict(GROUNDS) and persons_reason):
            raise UserError(
                self.env._("An exception needs its ground, and the reason in words.")
            )
        exempt = persons == "exempt"
        state = self.state if self.state == "notified" else "decided"
        self._unlocked().write(
            {
                "state": state,
                "risk": risk,
                "decision": decision,
                "decision_reason": reason,
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
                "persons_decision": persons,
                "persons_ground": ground if exempt else False,
                "persons_reason": persons_reason if exempt else False,
            }
        )
        self._note("decided", "decision", decision)
        if decision == "not_notify":
            self._finish_clock(
                self.env._("Not notified, with reasons kept: %s", self.name)
            )
        elif not self.first_sent_on and self._clock_sudo().state not in (
            "open",
            "provisional",
        ):
            # it was decided otherwise before: the hours are those from awareness
            self._unlocked().write({"clock_id": False})
            self._start_clock()

    def _check_decision(self, risk, decision):
        """Notifying is always allowed; not notifying has its limits."""
        if decision == "notify":
            return
        if self.first_sent_on:
            raise UserError(
                self.env._(
                    "The authority was notified already. Send a supplementary or final "
                    "filing that says what you found."
                )
            )
        if self.regime == "gdpr" and risk != "unlikely":
            raise UserError(
                self.env._(
                    "Only where a risk to people is unlikely, the authority is not "
                    "notified (Art. 33(1) GDPR)."
                )
            )
        if self.regime == "fadp" and risk == "high":
            raise UserError(
                self.env._(
                    "At a high risk the FDPIC is notified as soon as possible "
                    "(Art. 24(1) FADP)."
                )
            )

    def _close(self, note):
        """Nothing is left to do.

        :param note: what came of it; required where no final filing was sent
        :raises UserError: undecided, a filing or a person is open
        """
        self.ensure_one()
        self._need_officer()
        self._need_state("decided", "notified")
        note = (note or "").strip()
        if self.decision == "notify" and not self.first_sent_on:
            raise UserError(
                self.env._("The authority was not notified yet. Send the filing first.")
            )
        if self.filing_ids.filtered(lambda filing: filing.state == "draft"):
            raise UserError(
                self.env._("There is a filing that was not sent. Send or delete it.")
            )
        final = self.filing_ids.filtered(lambda filing: filing.kind == "final")
        if self.decision == "notify" and not final and not note:
            raise UserError(
                self.env._(
                    "No final filing was sent. Send it, or say why none is needed."
                )
            )
        if self.persons_decision == "tell" and not self.person_ids:
            raise UserError(
                self.env._("The people are to be told: enter who, how and when.")
            )
        if self.person_ids.filtered(lambda person: person.state == "open"):
            raise UserError(
                self.env._("Some people were neither told nor exempted yet.")
            )
        self._unlocked().write(
            {
                "state": "closed",
                "closed_on": fields.Datetime.now(),
                "closing_note": note,
            }
        )
        # sudo: what was to be done is done, whoever closed it
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    def _reopen(self, reason):
        """:raises UserError: no reason"""
        self.ensure_one()
        self._need_officer()
        self._need_state("closed")
        if not (reason or "").strip():
            raise UserError(self.env._("Say what came up."))
        state = "notified" if self.first_sent_on else "assessing"
        self._unlocked().write({"state": state, "closed_on": False})
        self.message_post(body=reason.strip())

    # -- buttons -----------------------------------------------------------------------

    def _step(self, step, title, **defaults):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self._marked(title),
            "res_model": "gdpr.breach.step",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_breach_id": self.id,
                "default_step": step,
                **{f"default_{name}": value for name, value in defaults.items()},
            },
        }

    def action_decide(self):
        return self._step("decide", self.env._("Decide"))

    def action_close(self):
        return self._step("close", self.env._("Close"))

    def action_reopen(self):
        return self._step("reopen", self.env._("Open Again"))

    def action_file(self):
        """Draft the next filing: the first is the initial one."""
        self.ensure_one()
        return self.env["gdpr.breach.filing"]._draft(self)._open()

    def action_file_final(self):
        self.ensure_one()
        return self.env["gdpr.breach.filing"]._draft(self, "final")._open()
