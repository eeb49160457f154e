from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .legal_access_mixin import UNLOCK

QUEUE_REASONS = [
    ("no_match", "No matter recognised"),
    ("ambiguous", "Several matters fit"),
    ("closed", "The matter is closed"),
    ("restricted", "Not sure enough for a restricted matter"),
    ("below_threshold", "Not sure enough"),
    ("contradiction", "Reply and number name different matters"),
    ("unparsable", "The mail is damaged"),
    ("duplicate", "Same message number, other content"),
    ("own_address", "Sent by the firm's own address"),
    ("loop", "Too many automatic mails from one sender"),
    ("error", "Filing failed"),
    ("manual", "Not filed yet"),
]


class LegalCommunication(models.Model):
    """What cannot be filed by itself waits here, with proposals."""

    _inherit = "legal.communication"

    queue_reason = fields.Selection(
        QUEUE_REASONS, string="Waits Because", readonly=True
    )
    queue_note = fields.Char(string="Details", readonly=True)
    is_aside = fields.Boolean(
        string="Is Set Aside", readonly=True, copy=False, help="Belongs to no matter."
    )
    aside_reason = fields.Char(string="Why Set Aside", readonly=True, copy=False)
    is_auto = fields.Boolean(
        string="Automatic",
        readonly=True,
        help="An automatic reply, a delivery report or a circular. Nobody is notified.",
    )
    delivery_count = fields.Integer(
        string="Times Received", default=1, readonly=True, copy=False
    )
    original_id = fields.Many2one(
        "ir.attachment",
        string="Original",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The mail as it came, byte for byte.",
    )
    original_sha256 = fields.Char(
        string="Original, SHA-256", readonly=True, copy=False, index="btree_not_null"
    )
    rfc_message_id = fields.Char(
        string="Message-ID", readonly=True, copy=False, index="btree_not_null"
    )
    filing_evidence = fields.Char(readonly=True, copy=False)
    filing_detail = fields.Char(readonly=True, copy=False)
    filing_confidence = fields.Float(
        string="How Sure", digits=(3, 2), readonly=True, copy=False
    )
    filing_explanation = fields.Char(
        string="Filed Because", compute="_compute_filing_explanation"
    )
    proposal_ids = fields.One2many(
        "legal.communication.proposal", "communication_id", string="Proposals"
    )
    best_proposal_id = fields.Many2one(
        "legal.communication.proposal", compute="_compute_best_proposal"
    )
    best_matter_id = fields.Many2one(
        "legal.matter", string="Proposed Matter", compute="_compute_best_proposal"
    )
    best_score = fields.Float(
        string="Sure", compute="_compute_best_proposal", digits=(3, 2)
    )
    best_reason = fields.Char(string="Why", compute="_compute_best_proposal")
    to_file = fields.Boolean(
        string="To Be Filed", compute="_compute_to_file", search="_search_to_file"
    )

    # Two servers that fetch the same mail at once: the second one sees it is there. A
    # correction keeps the original of the entry it corrects.
    _original_unique = models.UniqueIndex(
        "(original_sha256) WHERE original_sha256 IS NOT NULL AND replaces_id IS NULL",
        "This mail is here already.",
    )
    _queue_idx = models.Index("(date DESC, id DESC) WHERE matter_id IS NULL")

    @api.model
    def _guarded_on_create(self):
        return super()._guarded_on_create() + (
            "queue_reason",
            "queue_note",
            "is_aside",
            "aside_reason",
            "is_auto",
            "delivery_count",
            "original_id",
            "original_sha256",
            "rfc_message_id",
            "filing_evidence",
            "filing_detail",
            "filing_confidence",
        )

    # -- computes --------------------------------------------------------------------

    @api.depends("proposal_ids.score")
    def _compute_best_proposal(self):
        for communication in self:
            best = communication.proposal_ids.sorted("score", reverse=True)[:1]
            communication.best_proposal_id = best
            communication.best_matter_id = best.matter_id
            communication.best_score = best.score
            communication.best_reason = best.reason

    @api.depends("filing_evidence", "filing_detail", "filing_confidence")
    def _compute_filing_explanation(self):
        for communication in self:
            text = communication._evidence_text(
                communication.filing_evidence, communication.filing_detail
            )
            if text and communication.filing_confidence:
                text = f"{text} ({communication.filing_confidence:.0%})"
            communication.filing_explanation = text

    @api.model
    def _evidence_text(self, codes, detail=""):
        """Why a mail belongs to a matter, in words."""
        texts = {
            "thread": self.env._("answers a mail of this matter"),
            "alias": self.env._("sent to the address of this matter"),
            "number_subject": self.env._("our number in the subject"),
            "number_body": self.env._("our number in the text"),
            "legacy_subject": self.env._("old number in the subject"),
            "legacy_body": self.env._("old number in the text"),
            "reference_subject": self.env._("their reference in the subject"),
            "reference_body": self.env._("their reference in the text"),
            "sender": self.env._("the sender takes part in it"),
            "person": self.env._("chosen by a person"),
        }
        text = ", ".join(
            texts.get(code, code) for code in (codes or "").split(",") if code
        )
        if text and detail:
            text = self.env._("%(text)s: %(detail)s", text=text, detail=detail)
        return text[:1].upper() + text[1:]

    @api.depends("matter_id", "state", "is_aside")
    def _compute_to_file(self):
        for communication in self:
            communication.to_file = (
                communication.state == "draft"
                and not communication.matter_id
                and not communication.is_aside
            )

    def _search_to_file(self, operator, value):
        if operator != "in" or list(value) != [True]:
            return NotImplemented
        return [
            ("matter_id", "=", False),
            ("state", "=", "draft"),
            ("is_aside", "=", False),
        ]

    # -- readers of what is not filed yet ---------------------------------------------

    def _get_access_lists(self):
        """A waiting mail that seems to belong to a guarded matter is guarded alike."""
        found = super()._get_access_lists()
        # sudo: the key is the same whoever asks
        for communication in self.sudo():
            if communication.matter_id:
                continue
            guarded = communication.proposal_ids.filtered("matter_id.access_list_id")
            best = guarded.sorted("score", reverse=True)[:1]
            found[communication.id] = best.matter_id.access_list_id.id or False
        return found

    def _sync_access_lists(self):
        # sudo: the readers of a proposed matter count, whoever may see the proposal
        self._hold_readers(self.sudo().proposal_ids.matter_id.ids)
        return super()._sync_access_lists()

    @api.model
    def _access_list_pushed(self, matter_ids):
        # sudo: what waits is guarded by its proposals, whoever changed the readers
        waiting = self.sudo().search(
            [
                ("matter_id", "=", False),
                ("proposal_ids.matter_id", "in", list(matter_ids)),
            ]
        )
        waiting._sync_access_lists()
        return super()._access_list_pushed(matter_ids)

    # -- filing ------------------------------------------------------------------

    def _file_to(self, matter, evidence="person", detail="", confidence=0.0):
        """File into ``matter``: chosen by a person, or by the gateway's evidence.

        :raises AccessError: the caller may not read the entry, or the matter
        :raises UserError: it is filed already
        """
        for communication in self:
            communication.check_access("write")
            matter.check_access("read")
            # Two assistants on the same row: the second waits, then reads the outcome.
            communication._lock_or_retry()
            communication.invalidate_recordset(["state", "matter_id"])
            if communication.state != "draft":
                raise UserError(
                    self.env._(
                        "“%(subject)s” was filed meanwhile, in %(matter)s.",
                        subject=communication.display_name,
                        matter=communication.matter_id.display_name,
                    )
                )
            communication.with_context(legal_unlock=UNLOCK).write(
                {
                    "matter_id": matter.id,
                    "is_aside": False,
                    "filing_evidence": evidence,
                    "filing_detail": detail,
                    "filing_confidence": confidence,
                }
            )
            communication._file()
        return True

    def _file(self):
        result = super()._file()
        for communication in self:
            message_sudo = communication.message_id.sudo()  # see _move_message
            if message_sudo.model == self._name:
                self._move_message(
                    message_sudo, "legal.matter", communication.matter_id.id
                )
                communication._announce()
        # sudo: proposals are the system's notes and have served
        self.sudo().proposal_ids.unlink()
        return result

    def _announce(self):
        """Tell the colleagues who follow the matter that mail has come."""
        self.ensure_one()
        if self.direction != "in" or self.is_auto or not self.message_id:
            return
        # sudo: followers are told whoever files; message and matter are one file now
        self.matter_id.sudo()._notify_thread(self.message_id.sudo())

    def action_file_proposal(self):
        """File each selected entry where it is proposed; the rest waits on."""
        filed = left = 0
        for communication in self:
            best = communication.best_proposal_id
            if not best or communication.state != "draft":
                left += 1
                continue
            communication._file_to(
                best.matter_id,
                evidence=best.evidence,
                detail=best.detail or "",
                confidence=best.score,
            )
            filed += 1
        if left and not filed:
            raise UserError(
                self.env._(
                    "None of these has a proposal. Choose the matter with “File to …”."
                )
            )
        message = self.env._("Filed: %s.", filed)
        if left:
            message += " " + self.env._("Without a proposal, still waiting: %s.", left)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_file_to(self):
        """Choose the matter, for one entry or for many."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("File to a matter"),
            "res_model": "legal.communication.file",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_communication_ids": self.ids,
                "default_matter_id": self.best_matter_id[:1].id,
            },
        }

    def action_set_aside(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set aside"),
            "res_model": "legal.communication.file",
            "view_mode": "form",
            "target": "new",
            "context": {"default_communication_ids": self.ids, "default_aside": True},
        }

    def _set_aside(self, reason):
        """Take mail without a matter out of the queue; it can still be found."""
        if not (reason or "").strip():
            raise UserError(self.env._("Say why it belongs to no matter."))
        self.check_access("write")
        if any(c.state != "draft" or c.matter_id for c in self):
            raise UserError(self.env._("Only what waits to be filed is set aside."))
        self.with_context(legal_unlock=UNLOCK).write(
            {"is_aside": True, "aside_reason": reason.strip()}
        )

    def action_take_back(self):
        """Put what was set aside back into the queue."""
        self.check_access("write")
        self.filtered("is_aside").with_context(legal_unlock=UNLOCK).write(
            {"is_aside": False, "aside_reason": False}
        )

    def action_download_original(self):
        self.ensure_one()
        self.check_access("read")
        if not self.original_id:
            raise UserError(self.env._("There is no original for this entry."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.original_id.id}?download=true",
            "target": "self",
        }

    # -- mail sent from a matter ----------------------------------------------------

    @api.model
    def _file_sent(self, matter, message, partners=None, emails=""):
        """File what was just sent from a matter to somebody outside the firm.

        :param partners: the recipients, when the message itself does not name them
        :param str emails: further addresses
        """
        message_sudo = message.sudo()  # the sender posted it a moment ago
        partners = message_sudo.partner_ids if partners is None else partners
        outside = partners.filtered("partner_share")
        emails = emails or message_sudo.outgoing_email_to
        if message_sudo.message_type == "email" or not (outside or emails):
            return self.browse()
        sent = self.with_context(legal_unlock=UNLOCK).create(
            {
                "matter_id": matter.id,
                "channel": "email",
                "direction": "out",
                "date": message_sudo.date,
                "subject": message_sudo.subject or matter._mail_subject(),
                "partner_ids": [fields.Command.set(outside.ids)],
                "user_id": self.env.uid,
                "message_id": message_sudo.id,
                "rfc_message_id": message_sudo.message_id,
                "email_from": message_sudo.email_from,
                "email_to": ", ".join(
                    filter(None, [*outside.mapped("email_formatted"), emails])
                ),
                "filing_evidence": "person",
            }
        )
        sent._file()
        return sent

    @api.model
    def _get_queue_count(self):
        return self.search_count(Domain("to_file", "=", True), limit=1000)

    def _check_filing_rights(self, matter):
        if not matter.has_access("read"):
            raise AccessError(self.env._("This matter is not open to you."))
