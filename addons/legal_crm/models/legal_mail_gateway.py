import email
import email.policy
import hashlib
import logging
import xmlrpc.client

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import plaintext2html

from ..tools import rawmail
from .legal_access_mixin import UNLOCK

_logger = logging.getLogger(__name__)

_OUR_MODELS = ("legal.matter", "legal.communication")
# The same sender's automatic mails within an hour beyond which they share one entry.
_LOOP_LIMIT = 20


class LegalMailGateway(models.AbstractModel):
    """From the bytes of a mail to an entry in the right file, or in the queue.

    Nothing is refused, dropped or answered: what cannot be read or placed becomes a
    waiting entry with the original attached. Which matter it is says
    ``legal.mail.matcher``.
    """

    _name = "legal.mail.gateway"
    _description = "Incoming Mail of Matters"

    _gdpr_none = "stores nothing itself"

    @api.model
    def _to_bytes(self, message):
        if isinstance(message, xmlrpc.client.Binary):
            return bytes(message.data)
        if isinstance(message, str):
            # surrogateescape: what a caller read as text with raw bytes in it
            return message.encode("utf-8", "surrogateescape")
        return bytes(message)

    # -- whose mail is it? -------------------------------------------------------------

    @api.model
    def _addressed_to(self, raw, model=None, thread_id=None):
        """Who handles a mail: ``(the file, other applications of Odoo)``.

        The file takes what is addressed to the firm or to a matter, what answers a
        mail of a matter, and what nobody else takes: core would bounce that.
        """
        if model and (thread_id or model not in _OUR_MODELS):
            default_is_other = model not in _OUR_MODELS
        else:
            default_is_other = False
        if thread_id and default_is_other:
            return False, True
        envelope = rawmail.read_envelope(raw)
        # sudo: routing needs every alias and every thread, it shows none
        aliases = self._aliases(envelope)
        alias_models = set(aliases.sudo().alias_model_id.mapped("model"))
        others = bool(alias_models - set(_OUR_MODELS))
        ours = bool(alias_models & set(_OUR_MODELS))
        if not (ours or others) and envelope.references:
            parent = self._parent_message(envelope)
            if parent.model and parent.res_id:
                ours = parent.model in _OUR_MODELS
                others = not ours and parent.model in self.env
        if not (ours or others):
            others = default_is_other
            ours = not others
        return ours, others

    @api.model
    def _aliases(self, envelope):
        return (
            self.env["mail.alias"]
            .sudo()  # see _addressed_to
            .search([("alias_full_name", "in", list(envelope.recipients)[:600])])
        )

    @api.model
    def _parent_message(self, envelope):
        """The nearest mail in the database that this one answers, or reports on."""
        if not envelope.references:
            return self.env["mail.message"].sudo().browse()
        found = (
            self.env["mail.message"]
            .sudo()  # see _addressed_to
            .search([("message_id", "in", list(envelope.references))])
        )
        rank = {reference: i for i, reference in enumerate(envelope.references)}
        return found.sorted(lambda m: (rank.get(m.message_id, 99), -m.id))[:1]

    # -- receiving ------------------------------------------------------------------------

    @api.model
    def _receive(self, raw):
        """Turn the bytes of a mail into a communication, filed or waiting.

        :param bytes raw: the mail as it came
        :return: the ``legal.communication``
        :raises AccessError: the caller is no mail gateway
        """
        if not (
            self.env.su
            or self.env.user.has_group("base.group_system")
            or self.env.user.has_group("legal_crm.group_mail_gateway")
        ):
            raise AccessError(
                self.env._(
                    "Only the mail gateway delivers mail. Give its user the group “Mail "
                    "gateway”."
                )
            )
        # Delivered as the system, whoever carries it: the carrier reads nothing.
        self = self.with_user(SUPERUSER_ID).with_context(
            tracking_disable=True, mail_create_nosubscribe=True, lang=None
        )
        envelope = rawmail.read_envelope(raw)
        digest = hashlib.sha256(raw).hexdigest()
        known = self._seen_before(digest)
        if known:
            return known
        collector = self._loop_collector(envelope)
        if collector:
            return self._collect(collector, raw)
        try:
            with self.env.cr.savepoint():
                return self._receive_parsed(raw, digest, envelope)
        except Exception as error:
            # Whatever goes wrong, the mail itself must not be lost: it waits, with
            # what happened beside it, and the log has the whole story.
            _logger.info("Mail %s could not be read: %r", digest, error, exc_info=True)
            return self._receive_damaged(raw, digest, envelope, error)

    @api.model
    def _seen_before(self, digest):
        """The entry of the very same bytes: a second delivery is counted, not filed."""
        known = self.env["legal.communication"].search(
            [("original_sha256", "=", digest)], limit=1, order="id desc"
        )
        if known:
            known.with_context(legal_unlock=UNLOCK).delivery_count += 1
        return known

    @api.model
    def _receive_parsed(self, raw, digest, envelope):
        message = email.message_from_bytes(raw, policy=email.policy.SMTP)
        parsed = self.env["mail.thread"].message_parse(message)
        for key, value in parsed.items():
            if isinstance(value, str):
                cleaned = rawmail.clean(value)
                if cleaned != value:
                    parsed[key] = type(value)(cleaned)
        parsed["message_id"] = envelope.message_id or parsed["message_id"]
        parsed["attachments"] = [
            (_attachment_name(name, number), content, info)
            for number, (name, content, info) in enumerate(parsed["attachments"], 1)
        ]
        queue_reason = False
        if not envelope.readable:
            queue_reason = "unparsable"
        elif self._is_own_address(envelope):
            queue_reason = "own_address"
        elif self._same_id_other_content(envelope):
            queue_reason = "duplicate"
        text = rawmail.read_text(raw)
        matcher = self.env["legal.mail.matcher"]
        partners = matcher._partners(envelope)
        decision = matcher._decide(envelope, text, partners)
        communication = self._create(raw, digest, envelope, parsed, partners)
        self._post(communication, parsed, partners)
        if envelope.report:
            self._mark_bounced(parsed)
        self._place(communication, decision, queue_reason)
        return communication

    @api.model
    def _receive_damaged(self, raw, digest, envelope, error):
        """The mail as an entry that waits: what could be read, and the original."""
        partners = self.env["res.partner"]
        decision = None
        text = rawmail.read_text(raw)
        try:
            with self.env.cr.savepoint():
                matcher = self.env["legal.mail.matcher"]
                partners = matcher._partners(envelope)
                decision = matcher._decide(envelope, text, partners)
        except Exception:  # proposals are a help, the entry must come about
            _logger.warning("No proposals for a damaged mail", exc_info=True)
        communication = self._create(raw, digest, envelope, {}, partners)
        communication.body = plaintext2html(text[:20000])
        self._place(communication, decision, "unparsable", str(error)[:200])
        return communication

    @api.model
    def _create(self, raw, digest, envelope, parsed, partners):
        communications = self.env["legal.communication"].with_context(
            legal_unlock=UNLOCK
        )
        communication = communications.create(
            {
                "channel": "email",
                "direction": "in",
                "date": parsed.get("date") or fields.Datetime.now(),
                "subject": parsed.get("subject") or envelope.subject,
                "email_from": parsed.get("email_from") or envelope.sender,
                "email_to": envelope.to[:20000],
                "email_cc": envelope.cc[:20000],
                "rfc_message_id": envelope.message_id,
                "original_sha256": digest,
                "is_auto": envelope.automatic,
                "user_id": False,
                "company_id": self._company(envelope).id,
                "partner_ids": [fields.Command.set(partners[:50].ids)],
            }
        )
        original = self.env["ir.attachment"].create(
            {
                "name": "original.eml",
                "raw": raw,
                "mimetype": "message/rfc822",
                "res_model": "legal.communication",
                "res_id": communication.id,
                # not among the documents of the entry, but read with it
                "res_field": "original_id",
            }
        )
        communication.original_id = original
        return communication.with_context(legal_unlock=None)

    @api.model
    def _company(self, envelope):
        domains = {address.partition("@")[2] for address in envelope.recipients}
        return self.env["res.company"].search(
            [("alias_domain_id.name", "in", list(domains)[:100])], limit=1
        ) or self.env["res.company"].search([], limit=1)

    @api.model
    def _post(self, communication, parsed, partners):
        """Store the text and the files of the mail, once, in its ``mail.message``."""
        author = partners.filtered(
            lambda p: p.email_normalized
            and p.email_normalized in (parsed.get("email_from") or "").lower()
        )[:1]
        message = communication.with_context(
            mail_post_autofollow_author_skip=True, attachments_mime_plainxml=True
        ).message_post(
            message_type="email",
            # nobody follows the entry; once filed, the matter's followers are told
            subtype_xmlid="mail.mt_comment",
            body=parsed.get("body") or "",
            subject=parsed.get("subject") or False,
            email_from=parsed.get("email_from") or False,
            author_id=author.id or False,
            date=parsed.get("date") or fields.Datetime.now(),
            message_id=parsed["message_id"],
            incoming_email_to=parsed.get("to_filtered") or False,
            incoming_email_cc=parsed.get("cc_filtered") or False,
            attachments=parsed["attachments"],
            email_add_signature=False,
        )
        communication.with_context(legal_unlock=UNLOCK).message_id = message
        return message

    @api.model
    def _place(self, communication, decision, queue_reason=False, note=False):
        """File the entry, or let it wait with its proposals."""
        reason = queue_reason or (decision.reason_code if decision else "no_match")
        if decision and decision.matter_id and not queue_reason:
            chosen = decision.proposals[0]
            communication._file_to(
                self.env["legal.matter"].browse(decision.matter_id),
                evidence=",".join(dict.fromkeys(e.evidence for e in chosen.evidences)),
                detail=chosen.evidences[0].detail,
                confidence=decision.confidence,
            )
            return
        unlocked = communication.with_context(legal_unlock=UNLOCK)
        unlocked.write(
            {
                "queue_reason": reason,
                "queue_note": note,
                "is_aside": queue_reason == "own_address",
                "aside_reason": queue_reason == "own_address"
                and self.env._("Copy of the firm's own mail"),
            }
        )
        self.env["legal.communication.proposal"].create(
            [
                {
                    "communication_id": communication.id,
                    "matter_id": proposal.matter_id,
                    "score": proposal.score,
                    "evidence": ",".join(
                        dict.fromkeys(e.evidence for e in proposal.evidences)
                    ),
                    "detail": proposal.evidences[0].detail,
                }
                for proposal in (decision.proposals if decision else ())[:5]
            ]
        )
        communication._sync_access_lists()

    # -- what must not multiply -------------------------------------------------------

    @api.model
    def _is_own_address(self, envelope):
        """Whether a mail claims to come from one of the system's own addresses."""
        if not envelope.sender:
            return False
        domains = self.env["mail.alias.domain"].search([])
        own = set(
            domains.mapped("bounce_email")
            + domains.mapped("catchall_email")
            + domains.mapped("default_from_email")
        )
        return envelope.sender in own or bool(
            self.env["mail.alias"].search_count(
                [("alias_full_name", "=", envelope.sender)], limit=1
            )
        )

    @api.model
    def _same_id_other_content(self, envelope):
        if not envelope.message_id:
            return False
        return bool(
            self.env["mail.message"].search_count(
                [("message_id", "=", envelope.message_id)], limit=1
            )
        )

    @api.model
    def _loop_collector(self, envelope):
        """The entry that takes further automatic mails once a sender sends too many."""
        communications = self.env["legal.communication"]
        if not (envelope.automatic and envelope.sender):
            return communications
        recent = communications.search(
            Domain("is_auto", "=", True)
            & Domain("email_from", "ilike", envelope.sender)
            & Domain("create_date", ">", "now -1H"),
            order="id desc",
            limit=_LOOP_LIMIT,
        )
        return recent[:1] if len(recent) == _LOOP_LIMIT else communications

    @api.model
    def _collect(self, collector, raw):
        """Keep the bytes with the latest entry of the loop, without another entry."""
        self.env["ir.attachment"].create(
            {
                "name": f"original-{collector.delivery_count + 1}.eml",
                "raw": raw,
                "mimetype": "message/rfc822",
                "res_model": "legal.communication",
                "res_id": collector.id,
            }
        )
        unlocked = collector.with_context(legal_unlock=UNLOCK)
        unlocked.delivery_count += 1
        if collector.state == "draft":
            unlocked.queue_reason = "loop"
        return collector

    @api.model
    def _mark_bounced(self, parsed):
        """A mail that came back makes the contact's data doubtful."""
        partner = parsed.get("bounced_partner")
        if parsed.get("is_bounce") and partner:
            partner.sudo().write({"data_bounced": True})  # delivered as the system


def _attachment_name(name, number):
    """The name of a file as the sender gave it, without the folders of his machine."""
    name = rawmail.clean(name or "").replace("\\", "/").rpartition("/")[2].strip()
    # A right-to-left mark would make "exe.fdp" read as "pdf.exe" turned round.
    name = "".join(char for char in name if char not in "\u202a\u202b\u202d\u202e\u2066\u2067")
    return name or f"attachment-{number}"
