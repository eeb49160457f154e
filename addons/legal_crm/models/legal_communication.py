from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import html2plaintext, plaintext2html

CHANNELS = [
    ("email", "E-mail"),
    ("phone", "Phone"),
    ("meeting", "Meeting"),
    ("letter", "Letter"),
    ("fax", "Fax"),
    ("court", "Court mail"),
    ("portal", "Portal"),
    ("note", "Note"),
]
DIRECTIONS = [("in", "Incoming"), ("out", "Outgoing"), ("internal", "Internal")]


class LegalCommunication(models.Model):
    """One call, mail, meeting, letter or note: who, when, how long, what.

    A draft is changed freely. Filing makes it part of the file: from then on nobody
    changes or deletes it, a correction is a new entry that points at the old one. An
    e-mail's text and files stay in its ``mail.message``; the communication shows them.
    """

    _name = "legal.communication"
    _description = "Communication"
    _inherit = ["mail.thread", "legal.access.mixin"]
    _order = "date desc, id desc"
    _rec_name = "subject"
    _check_company_auto = True
    _mail_post_access = "read"
    _access_role_always = True  # what waits to be filed is the firm's mail as well

    _look_opens = True
    _look_content = frozenset({"body", "display_body"})

    _gdpr_data = {
        "subject": "what it was about",
        "body": "what was said or written",
        "partner_ids": "who took part",
        "user_id": "employee of the firm",
        "email_from": "sender's address",
        "email_to": "recipients' addresses",
        "email_cc": "recipients' addresses",
        "attachment_ids": "documents",
        "message_id": "the mail: text, addresses and files",
        "original_id": "the mail as it came, byte for byte",
        "correction_reason": "free text",
        "aside_reason": "free text",
    }

    matter_id = fields.Many2one(
        "legal.matter",
        ondelete="restrict",
        check_company=True,
        help="Empty: to be filed.",
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
    )
    channel = fields.Selection(CHANNELS, required=True, default="note")
    direction = fields.Selection(
        DIRECTIONS,
        compute="_compute_direction",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    duration = fields.Float(help="Hours. 0:15 is a quarter of an hour.")
    subject = fields.Char(index="trigram")
    body = fields.Html(string="What Was Said", sanitize_style=True)
    partner_ids = fields.Many2many(
        "res.partner",
        "legal_communication_partner_rel",
        "communication_id",
        "partner_id",
        string="With",
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Colleague",
        default=lambda self: self.env.user,
        index="btree_not_null",
        ondelete="restrict",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "legal_communication_attachment_rel",
        "communication_id",
        "attachment_id",
        string="Documents",
        bypass_search_access=True,
        copy=False,
    )
    message_id = fields.Many2one(
        "mail.message",
        string="Mail",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("filed", "Filed"), ("corrected", "Corrected")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
    )
    replaces_id = fields.Many2one(
        "legal.communication",
        string="Corrects",
        readonly=True,
        index="btree_not_null",
        copy=False,
        ondelete="restrict",
    )
    replaced_by_ids = fields.One2many(
        "legal.communication", "replaces_id", string="Corrected By"
    )
    correction_reason = fields.Char(readonly=True, copy=False)
    filed_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, index="btree_not_null"
    )
    filed_on = fields.Datetime(readonly=True, copy=False)
    email_from = fields.Char(string="From", readonly=True, copy=False)
    email_to = fields.Text(string="To", readonly=True, copy=False)
    email_cc = fields.Text(string="Copy", readonly=True, copy=False)

    display_subject = fields.Html(
        string="Subject, Struck When Corrected",
        compute="_compute_display_texts",
        sanitize=False,
        export_string_translation=False,
    )
    display_body = fields.Html(
        string="Text",
        compute="_compute_display_texts",
        sanitize=False,
    )
    preview = fields.Char(compute="_compute_preview")
    document_ids = fields.Many2many(
        "ir.attachment",
        string="All Documents",
        compute="_compute_document_ids",
        # else each record's documents are checked by a query of their own
        compute_sudo=True,
    )
    document_count = fields.Integer(compute="_compute_document_ids", compute_sudo=True)
    matter_state = fields.Selection(related="matter_id.state", string="Matter State")

    # counted and grouped without looking at the rows themselves
    access_list_id = fields.Many2one(index=False)
    _readers_idx = models.Index("(access_list_id, company_id)")
    _order_idx = models.Index("(date DESC, id DESC)")
    _matter_idx = models.Index("(matter_id, date DESC, id DESC)")

    # -- computes ------------------------------------------------------------------

    @api.depends("matter_id")
    def _compute_company_id(self):
        for communication in self:
            communication.company_id = (
                communication.matter_id.company_id
                or communication.company_id
                or self.env.company
            )

    @api.depends("channel")
    def _compute_direction(self):
        usual = {
            "note": "internal",
            "court": "in",
            "portal": "in",
            "meeting": "internal",
        }
        for communication in self:
            if not communication.direction or not communication.id:
                communication.direction = usual.get(
                    communication.channel, communication.direction or "out"
                )

    @api.depends("subject", "channel", "state", "message_id", "body")
    def _compute_display_texts(self):
        channels = dict(self._fields["channel"]._description_selection(self.env))
        # sudo: for the mail's text, see _text; once, as changing the environment of
        # each record takes as long as all the rest
        for communication, entry_sudo in zip(self, self.sudo(), strict=True):
            subject = communication.subject or channels.get(communication.channel, "")
            body = entry_sudo._text()
            if communication.state == "corrected":
                subject = Markup("<s>%s</s>") % subject
                body = Markup("<div class='o_legal_struck'>%s</div>") % body
            communication.display_subject = subject
            communication.display_body = body

    def _text(self):
        """The text as HTML: of the mail where there is one, else what was typed."""
        self.ensure_one()
        if not self.message_id:
            return self.body or Markup()
        if self._mail_moved_on():
            return self.env._(
                "This mail belongs to another matter and was moved there."
            )
        # sudo: who may read the communication may read its mail, it is the same text
        return self.message_id.sudo().body or Markup()

    def _mail_moved_on(self):
        """A mail filed in the wrong matter was moved; its text went with it."""
        message_sudo = self.message_id.sudo()
        return message_sudo.model == "legal.matter" and (
            message_sudo.res_id != self.matter_id.id
        )

    @api.depends("message_id", "body")
    def _compute_preview(self):
        for communication in self:
            text = html2plaintext(communication._text())
            communication.preview = " ".join(text.split())[:200]

    def _report_text(self):
        """The text for paper: paragraphs stay, pictures and styles do not."""
        self.ensure_one()
        return plaintext2html(html2plaintext(self._text()).strip())

    @api.depends("attachment_ids", "message_id")
    def _compute_document_ids(self):
        for communication in self:
            documents = communication.attachment_ids
            if communication.message_id and not communication._mail_moved_on():
                # sudo: the files of the mail, which the reader may read (see _text)
                documents |= communication.message_id.sudo().attachment_ids
            communication.document_ids = documents
            communication.document_count = len(documents)

    @api.depends("subject", "channel", "date", "access_list_id")
    @api.depends_context("uid")
    def _compute_display_name(self):
        channels = dict(self._fields["channel"]._description_selection(self.env))
        for communication in self:
            communication.display_name = communication.subject or self.env._(
                "%(channel)s of %(date)s",
                channel=channels.get(communication.channel, ""),
                date=fields.Date.to_string(communication.date) or "",
            )
        self._hide_names()

    # -- checks ----------------------------------------------------------------------

    @api.constrains("duration")
    def _check_duration(self):
        if any(communication.duration < 0 for communication in self):
            raise ValidationError(self.env._("A duration is zero or more hours."))

    # -- logging by hand ---------------------------------------------------------------

    @api.model
    def _action_log(self, channel, matter=None, partners=None):
        """The dialog in which a call, meeting or note is written down."""
        titles = {
            "phone": self.env._("Log a call"),
            "meeting": self.env._("Log a meeting"),
            "note": self.env._("Write a note"),
            "letter": self.env._("Log a letter"),
        }
        return {
            "type": "ir.actions.act_window",
            "name": titles.get(channel, self.env._("Log")),
            "res_model": self._name,
            "view_mode": "form",
            "views": [
                (
                    self.env.ref("legal_crm.legal_communication_view_form_quick").id,
                    "form",
                )
            ],
            "target": "new",
            "context": {
                "default_channel": channel,
                "default_direction": "internal" if channel == "note" else "in",
                "default_matter_id": matter.id if matter else False,
                "default_partner_ids": partners.ids if partners else [],
                "default_user_id": self.env.uid,
                "dialog_size": "medium",
            },
        }

    def action_file(self):
        """Make drafts part of the file."""
        for communication in self:
            if communication.state != "draft":
                raise UserError(
                    self.env._("“%s” is filed already.", communication.display_name)
                )
            if not communication.matter_id:
                raise UserError(
                    self.env._(
                        "Choose the matter first; without one the entry waits among "
                        "those to be filed."
                    )
                )
            has_text = communication.subject or communication.body
            if not (
                has_text or communication.message_id or communication.attachment_ids
            ):
                raise UserError(
                    self.env._("Write what it was about before filing the entry.")
                )
        self._file()
        return {"type": "ir.actions.act_window_close"}

    def action_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def action_correct(self):
        """Ask what is right, and file that as a new entry."""
        self.ensure_one()
        if self.state != "filed":
            raise UserError(
                self.env._(
                    "Only a filed entry is corrected; a draft is simply changed."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct"),
            "res_model": "legal.communication.correct",
            "view_mode": "form",
            "target": "new",
            "context": {"default_communication_id": self.id},
        }
