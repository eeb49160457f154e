import logging
import xmlrpc.client
from dataclasses import dataclass

from markupsafe import Markup
from psycopg2 import IntegrityError, OperationalError

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError
from odoo.fields import Command
from odoo.tools.mail import (
    email_normalize,
    email_split_and_format,
    html_sanitize,
    plaintext2html,
)

from ..tools.rawmail import Mail
from ..tools.remote import without_remote
from .legal_access_mixin import UNLOCK

_logger = logging.getLogger(__name__)

OUR_MODELS = ("legal.matter", "legal.communication")


@dataclass
class Incoming:
    """One mail on its way in, and what was looked up for it; each asked once."""

    mail: Mail
    aliases: models.BaseModel  # those it is addressed to
    parent: models.BaseModel  # the mail.message it answers
    companies: models.BaseModel = None  # those it is addressed to, if any is
    partners: models.BaseModel = None  # sender's contacts first, then recipients'

    @property
    def envelope(self):
        return self.mail.envelope

    @property
    def senders(self):
        sender = self.envelope.sender
        return self.partners.filtered(lambda p: p.email_normalized == sender)


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

    @api.model
    def _as_system(self):
        """Delivered as the system, whoever carries it: the carrier reads nothing."""
        return self.with_user(SUPERUSER_ID).with_context(
            tracking_disable=True,
            mail_create_nosubscribe=True,
            mail_post_autofollow_author_skip=True,
            attachments_mime_plainxml=True,
            lang=None,
        )

    # -- whose mail is it? -------------------------------------------------------------

    @api.model
    def _look_up(self, raw):
        """Read the envelope of a mail, its addressees and what it answers."""
        self = self._as_system()
        mail = Mail(raw)
        names = set(mail.envelope.recipients[:600])
        # a system without a mail domain has aliases of the first part only
        names |= {name.partition("@")[0] for name in names}
        aliases = self.env["mail.alias"].search(
            [("alias_full_name", "in", list(names))], order="id"
        )
        return Incoming(mail, aliases, self._parent_message(mail.envelope.references))

    @api.model
    def _parent_message(self, references):
        """The nearest mail in the database that this one answers, or reports on."""
        messages = self.env["mail.message"]
        if not references:
            return messages
        found = messages.search([("message_id", "in", list(references))])
        rank = {reference: i for i, reference in enumerate(references)}
        return found.sorted(lambda m: (rank.get(m.message_id, 99), -m.id))[:1]

    @api.model
    def _addressed_to(self, incoming, model=None, thread_id=None):
        """Who handles a mail: ``(the file, other applications of Odoo)``.

        The file takes what is addressed to the firm or to a matter, what answers a
        mail of a matter, and what nobody else takes: core would bounce that.
        """
        to_others = bool(model) and model not in OUR_MODELS
        if thread_id and to_others:
            return False, True
        our_models = {self.env["ir.model"]._get_id(name) for name in OUR_MODELS}
        alias_models = set(incoming.aliases.alias_model_id._ids)
        others = bool(alias_models - our_models)
        ours = bool(alias_models & our_models)
        if not (ours or others):
            parent = incoming.parent
            if parent.model and parent.res_id:
                ours = parent.model in OUR_MODELS
                others = not ours and parent.model in self.env
        if not (ours or others):
            others = to_others
            ours = not others
        return ours, others

    # -- receiving ---------------------------------------------------------------------

    @api.model
    def _may_deliver(self):
        return (
            self.env.su
            or self.env.user.has_group("base.group_system")
            or self.env.user.has_group("legal_crm.group_mail_gateway")
        )

    @api.model
    def _receive(self, incoming):
        """Turn a mail into a communication, filed or waiting.

        :param Incoming incoming: from ``_look_up``
        :return: the ``legal.communication``
        :raises AccessError: the caller is no mail gateway
        """
        if not self._may_deliver():
            raise AccessError(
                self.env._(
                    "Only the mail gateway delivers mail. Give its user the group "
                    "“Mail gateway”."
                )
            )
        self = self._as_system()
        known, twin = self._seen_before(incoming)
        if known:
            known.with_context(legal_unlock=UNLOCK).delivery_count += 1
            return known
        collector = self._loop_collector(incoming.envelope)
        if collector:
            return self._collect(collector, incoming.mail.raw)
        return (
            self._attempt(incoming, self._receive_parsed, twin)
            or self._attempt(incoming, self._receive_unplaced)
            or self._receive_damaged(incoming)
        )

    @api.model
    def _attempt(self, incoming, method, *args):
        """The entry that ``method`` makes, or an empty one if it cannot.

        Whatever goes wrong, the mail must not be lost: it is tried again with less,
        and the log has the whole story.
        """
        try:
            with self.env.cr.savepoint():
                return method(incoming, *args)
        except (OperationalError, ConcurrencyError):
            raise  # somebody was faster: the server tries again
        except IntegrityError as error:
            if error.diag.constraint_name == "legal_communication_original_unique":
                raise ConcurrencyError("this mail was delivered meanwhile") from error
            problem = error
        except Exception as error:
            problem = error
        _logger.info(
            "Mail %s: %s failed",
            incoming.mail.digest,
            method.__name__,
            exc_info=problem,
        )
        return self.env["legal.communication"]

    @api.model
    def _receive_parsed(self, incoming, twin):
        envelope = incoming.envelope
        matcher = self.env["legal.mail.matcher"]
        incoming.companies = self._companies(incoming)
        incoming.partners = matcher._partners(envelope)
        own = self._is_own_copy(incoming, twin) or self._is_own_address(incoming)
        reason = False
        if not (envelope.readable and incoming.mail.content.complete):
            reason = "unparsable"
        elif own:
            reason = "own_address"
        decision = None if own else matcher._decide(incoming)
        values = self._values(incoming)
        if own:
            values |= {
                "is_auto": True,
                "is_aside": True,
                "aside_reason": self.env._("Copy of the firm's own mail"),
            }
        if twin and not own:
            values["queue_note"] = self.env._(
                "Another mail has the same Message-ID: %s", twin.subject or ""
            )
        if decision and decision.matter_id and not reason:
            communication = self._file(incoming, values, decision)
        else:
            reason = reason or (decision.reason_code if decision else "no_match")
            communication = self._queue(incoming, values, reason, decision)
        if envelope.failed:
            self._mark_bounced(envelope.failed)
        return communication

    @api.model
    def _receive_unplaced(self, incoming):
        """The whole mail, but without a place: finding or filing it failed."""
        incoming.companies = self._companies(incoming)
        incoming.partners = self.env["res.partner"]
        return self._queue(incoming, self._values(incoming), "error")

    @api.model
    def _receive_damaged(self, incoming):
        """What can be kept of any bytes whatever: the text as far as it is one."""
        incoming.companies = self.env["res.company"]
        incoming.partners = self.env["res.partner"]
        values = self._values(incoming) | {"queue_reason": "unparsable"}
        text = incoming.mail.content.search_text()
        values["body"] = plaintext2html(text)
        return self._create(incoming, values)

    @api.model
    def _values(self, incoming):
        envelope = incoming.envelope
        company = incoming.companies[:1] or self.env["res.company"].search([], limit=1)
        return {
            "channel": "email",
            "direction": "in",
            "date": self._date(envelope),
            "subject": envelope.subject,
            "email_from": _written(envelope),
            "email_to": envelope.to[:20000],
            "email_cc": envelope.cc[:20000],
            "rfc_message_id": envelope.message_id,
            "original_sha256": incoming.mail.digest,
            "is_auto": envelope.automatic,
            "user_id": False,
            "company_id": company.id,
            "partner_ids": [Command.set(incoming.partners[:50].ids)],
        }

    @api.model
    def _date(self, envelope):
        """When it was sent; a mail from the future would stay on top of the file."""
        now = fields.Datetime.now()
        late = fields.Datetime.add(now, days=2)
        return envelope.date if envelope.date and envelope.date < late else now

    @api.model
    def _create(self, incoming, values):
        """The entry, and the mail byte for byte."""
        communications = self.env["legal.communication"].with_context(
            legal_unlock=UNLOCK
        )
        communication = communications.create(values)
        communication.original_id = self.env["ir.attachment"].create(
            {
                "name": "original.eml",
                "raw": incoming.mail.raw,
                "mimetype": "message/rfc822",
                "res_model": "legal.communication",
                "res_id": communication.id,
                # not among the documents of the entry, but read with it
                "res_field": "original_id",
            }
        )
        return communication

    @api.model
    def _file(self, incoming, values, decision):
        """Make it part of the file, text and documents in the matter at once."""
        matter = self.env["legal.matter"].browse(decision.matter_id)
        chosen = decision.proposals[0]
        values |= {
            "matter_id": matter.id,
            "company_id": matter.company_id.id,
            "filing_evidence": _codes(chosen),
            "filing_detail": self._detail(incoming, chosen),
            "filing_confidence": decision.confidence,
        }
        communication = self._create(incoming, values)
        communication.message_id = self._post(incoming, matter, values)
        communication = communication.with_context(legal_unlock=None)
        communication._file()
        communication._announce()
        return communication

    @api.model
    def _queue(self, incoming, values, reason, decision=None):
        """Let it wait with its proposals."""
        proposals = decision.proposals[:5] if decision else ()
        values |= {
            "queue_reason": reason,
            "proposal_ids": [
                Command.create(
                    {
                        "matter_id": proposal.matter_id,
                        "score": proposal.score,
                        "evidence": _codes(proposal),
                        "detail": self._detail(incoming, proposal),
                    }
                )
                for proposal in proposals
            ],
        }
        communication = self._create(incoming, values)
        communication.message_id = self._post(incoming, communication, values)
        communication = communication.with_context(legal_unlock=None)
        if proposals:
            communication._sync_access_lists()
        return communication

    @api.model
    def _detail(self, incoming, proposal):
        """What was found; and who writes, when only the way it came says where."""
        detail = proposal.evidences[0].detail
        if proposal.tier == 0 and not incoming.senders:
            unknown = self.env._(
                "unknown sender %s", incoming.envelope.sender or "(none)"
            )
            detail = f"{detail}, {unknown}" if detail else unknown
        return detail

    @api.model
    def _post(self, incoming, record, values):
        """Store the text and the files of the mail, once, in its ``mail.message``."""
        envelope, content = incoming.envelope, incoming.mail.content
        extra = {}
        if envelope.message_id:  # else Odoo makes one
            extra["message_id"] = envelope.message_id
        return record.with_context(legal_silent=UNLOCK).message_post(
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            body=_html(content.blocks),
            # Odoo would write one into the filed message when it tells the colleagues
            subject=values["subject"] or self.env._("(no subject)"),
            email_from=values["email_from"] or False,
            author_id=incoming.senders[:1].id or False,
            date=values["date"],
            incoming_email_to=self._not_ours(incoming, envelope.to),
            incoming_email_cc=self._not_ours(incoming, envelope.cc),
            attachments=[
                (file.name, file.data, {"cid": file.cid}) for file in content.files
            ],
            email_add_signature=False,
            **extra,
        )

    @api.model
    def _not_ours(self, incoming, addresses):
        """Who else got the mail: proposed when it is answered to all."""
        aliases = set(incoming.aliases.mapped("alias_full_name"))
        others = [
            address
            for address in email_split_and_format(addresses)
            if email_normalize(address) not in aliases
        ]
        return ",".join(others) or False

    @api.model
    def _companies(self, incoming):
        """The firms to whose addresses a mail was sent; none: it cannot be told."""
        # pylint: disable=no-search-all
        companies = self.env["res.company"].search([])  # the firms: a handful
        if len(companies) == 1:
            return companies
        own = companies.filtered(lambda c: c.legal_alias_id in incoming.aliases)
        domains = {
            address.partition("@")[2] for address in incoming.envelope.recipients
        }
        return own or companies.filtered(lambda c: c.alias_domain_id.name in domains)

    @api.model
    def _mark_bounced(self, address):
        """A mail that came back for good makes the contact's data doubtful."""
        partners = self.env["res.partner"].search([("email_normalized", "=", address)])
        partners.write({"data_bounced": True})


def _written(envelope):
    """The sender as people read it: not encoded, only quoted."""
    if not envelope.sender or not envelope.sender_name:
        return envelope.sender or envelope.sender_name
    name = envelope.sender_name.replace("\\", "").replace('"', "'")
    return f'"{name}" <{envelope.sender}>'


def _codes(proposal):
    return ",".join(dict.fromkeys(e.evidence for e in proposal.evidences))


def _html(blocks):
    """The text as it is shown. Without classes: a mail could dress as the system."""
    return Markup("<br/>").join(
        html_sanitize(without_remote(text), sanitize_tags=False, strip_classes=True)
        if kind == "text/html"
        else plaintext2html(text)
        for kind, text in blocks
        if text.strip()
    )
