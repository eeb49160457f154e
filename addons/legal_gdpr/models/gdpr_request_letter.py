from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

from .gdpr_request_clock import PROMPT

KINDS = [
    ("acknowledgement", "Acknowledgement"),
    ("identity", "Question of identity"),
    ("clarification", "Question what is meant"),
    ("extension", "Extension"),
    ("answer", "Answer"),
    ("refusal", "Refusal"),
    ("lifted", "Restriction lifted"),
    ("notice", "Notice to a recipient"),
]
QUESTIONS = ("identity", "clarification")
_GUARDED = {"request_id", "kind", "sent_on", "sent_by_id", "sent_how", "answered_on",
            "attachment_id", "notice_id", "email_to"}  # fmt: skip


class GdprRequestLetter(models.Model):
    """A letter of a request: drafted in the person's language, sent, kept as PDF.

    A question holds the clock from the day it went out until its answer, when it was
    asked without delay (``holds``).
    """

    _name = "gdpr.request.letter"
    _description = "Letter of a Data Subject Request"
    _order = "request_id, id"
    _rec_name = "subject"

    _gdpr_data = {
        "subject": "what it is about",
        "body": "what was written to the person",
        "email_to": "address of the person",
        "attachment_id": "the letter as it was sent",
        "request_id": "the person's request",
        "sent_by_id": "employee of the firm",
    }

    _access_exempt = "its file is the letter, a document of the request"

    request_id = fields.Many2one(
        "gdpr.request", required=True, readonly=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    lang = fields.Char(readonly=True)
    subject = fields.Char(required=True)
    body = fields.Html(sanitize_style=True)
    notice_id = fields.Many2one(
        "gdpr.request.notice", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    email_to = fields.Char(string="To", readonly=True)
    sent_on = fields.Datetime(readonly=True)
    sent_by_id = fields.Many2one("res.users", readonly=True)
    sent_how = fields.Selection(
        [("email", "E-mail"), ("post", "By post")], readonly=True
    )
    answered_on = fields.Datetime(string="Answer Came on", readonly=True)
    holds = fields.Boolean(
        compute="_compute_holds",
        store=True,
        string="Holds the Clock",
        help="A question asked within a week of receipt.",
    )
    attachment_id = fields.Many2one(
        "ir.attachment", string="As Sent", readonly=True, ondelete="restrict"
    )

    @api.depends("kind", "sent_on", "request_id.received_on")
    def _compute_holds(self):
        for letter in self:
            letter.holds = (
                letter.kind in QUESTIONS
                and bool(letter.sent_on)
                and letter.sent_on - letter.request_id.received_on <= PROMPT
            )

    # -- guards ------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            raise AccessError(
                self.env._("Letters are made with the buttons of the request.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            if _GUARDED & vals.keys():
                raise UserError(
                    self.env._("A letter is sent with its button, which notes it.")
                )
            if any(letter.sent_on for letter in self):
                raise UserError(self.env._("A letter that was sent stays as it is."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _keep_sent(self):
        if any(letter.sent_on for letter in self):
            raise UserError(self.env._("A letter that was sent stays as it is."))

    # -- drafting ----------------------------------------------------------------------

    @api.model
    def _draft(self, request, kind, text="", notice=None):
        """A letter of ``kind`` in the language of whoever gets it.

        :param text: what the officer adds: the question, the reasons
        :return: the letter, not yet sent
        """
        lang = request.lang or request.company_id.partner_id.lang or self.env.lang
        spoken = self.with_context(lang=lang)
        titles = dict(spoken._fields["kind"]._description_selection(spoken.env))
        body = spoken.env["ir.qweb"]._render(
            "legal_gdpr.letter_body",
            {
                "doc": request.with_context(lang=lang),
                "kind": kind,
                "text": (text or "").strip(),
                "notice": notice and notice.with_context(lang=lang),
                "authority": request._authority(),
                "days": request._show_due(lang),
            },
            lang=lang,
        )
        return (
            self._legal_unlocked()
            .create(
                {
                    "request_id": request.id,
                    "kind": kind,
                    "lang": lang,
                    "subject": f"{request.name}: {titles[kind]}",
                    "body": body,
                    "notice_id": notice.id if notice else False,
                    "email_to": notice.email if notice else request.answer_email,
                }
            )
            .with_env(self.env)
        )

    # -- sending -----------------------------------------------------------------------

    def action_send(self):
        """By e-mail, to the address the request says at this moment."""
        self._send("email")

    def action_sent_by_post(self):
        """It was printed and posted today."""
        self._send("post")

    def action_print(self):
        return self.env.ref("legal_gdpr.action_report_letter").report_action(self)

    def _send(self, how):
        """Send, keep the PDF, note it in the request.

        :raises UserError: sent already; no address; nobody checked who asks
        """
        for letter in self:
            request = letter.request_id
            request._need_officer()
            request._lock_or_retry()
            letter.invalidate_recordset(["sent_on"])
            if letter.sent_on:
                raise UserError(self.env._("This letter was sent already."))
            letter._check_may_go()
            to = letter.notice_id.email if letter.notice_id else request.answer_email
            if how == "email" and not to:
                raise UserError(
                    self.env._(
                        "There is no e-mail address. Print the letter, post it, and "
                        "note it with “Posted”."
                    )
                )
            # sudo: the file belongs to the request, read with it
            file_sudo = (
                self.env["ir.attachment"]
                .sudo()
                .create(
                    {
                        "name": letter._file_name(),
                        "raw": letter._pdf(),
                        "mimetype": "application/pdf",
                        "res_model": request._name,
                        "res_id": request.id,
                    }
                )
            )
            letter._legal_unlocked().write(
                {
                    "sent_on": fields.Datetime.now(),
                    "sent_by_id": self.env.uid,
                    "sent_how": how,
                    "email_to": to if how == "email" else False,
                    "attachment_id": file_sudo.id,
                }
            )
            enclosed = file_sudo | letter._enclosures_sudo()
            request.message_post(
                body=letter.body or Markup(),
                subject=letter.subject,
                message_type="comment" if how == "email" else "notification",
                subtype_xmlid="mail.mt_note",
                attachment_ids=enclosed.ids,
                outgoing_email_to=to if how == "email" else False,
            )
            request._letter_sent(letter)

    def _enclosures_sudo(self):
        """What goes with the letter."""
        # sudo: a file of the request, which the officer reads
        attachments = self.env["ir.attachment"].sudo()
        if self.kind == "answer":
            attachments |= self.request_id.sudo().certificate_id
        return attachments

    def _check_may_go(self):
        """What tells something of the person goes to a checked address only."""
        self.ensure_one()
        request = self.request_id
        if self.kind == "answer":
            request._need_identity()
            request._need_state("released")
        if self.kind == "refusal":
            request._need_state("refused")

    def _file_name(self):
        self.ensure_one()
        return f"{self.subject.replace('/', '-').replace(':', '')}.pdf"

    def _pdf(self):
        self.ensure_one()
        # sudo: the letter its officer wrote, in a form that a report may read
        content, _kind = (
            self.env["ir.actions.report"]
            .sudo()
            .with_context(lang=self.lang)
            ._render_qweb_pdf("legal_gdpr.report_letter", self.ids)
        )
        return content

    def _open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
