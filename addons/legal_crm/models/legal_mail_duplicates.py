from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize_all

from .legal_access_mixin import UNLOCK

# The same sender's automatic mails within an hour beyond which they share one entry.
_LOOP_LIMIT = 20
# ... looked for among so many latest entries, not in all there are.
_LOOP_WINDOW = 1000


class LegalMailGateway(models.AbstractModel):
    """What must not multiply: second deliveries, our own mail, answering machines."""

    _inherit = "legal.mail.gateway"

    @api.model
    def _seen_before(self, incoming):
        """The entry of the same mail, and the one of another with its Message-ID.

        The same: the very bytes, or all but the stamps of another way. A copy that is
        the first to name a matter's address (a blind copy) is no mere copy.
        """
        communications = self.env["legal.communication"]
        domain = Domain("original_sha256", "=", incoming.mail.digest)
        message_id = incoming.envelope.message_id
        if message_id:
            domain |= Domain("rfc_message_id", "=", message_id)
        found = communications.search(domain, order="id desc", limit=20)
        for communication in found:
            if communication.original_sha256 == incoming.mail.digest:
                return communication, communications
        for communication in found.filtered("original_id"):
            stored = self._look_up(communication.original_id.raw or b"")
            if stored.mail.same_mail(incoming.mail) and not (
                incoming.aliases - stored.aliases
            ):
                return communication, communications
        sent = found.filtered(lambda c: c.direction == "out")
        return communications, (sent or found)[:1]

    @api.model
    def _is_own_copy(self, incoming, twin):
        """Whether it is a mail of ours that came back, from a list or a blind copy.

        Its number alone does not say so: whoever got our mail knows that. Only the
        sender's address of the mail we sent does.
        """
        sender = incoming.envelope.sender
        return bool(
            twin.direction == "out"
            and sender
            and sender in email_normalize_all(twin.email_from or "")
        )

    @api.model
    def _is_own_address(self, incoming):
        """Whether a mail claims to come from one of the system's own addresses."""
        sender = incoming.envelope.sender
        if not sender:
            return False
        domain = self.env["mail.alias.domain"].search(
            [("name", "=", sender.partition("@")[2])]
        )
        if not domain:
            return False
        own = [
            *domain.mapped("bounce_email"),
            *domain.mapped("catchall_email"),
            *domain.mapped("default_from_email"),
        ]
        return sender in own or bool(
            self.env["mail.alias"].search_count(
                [("alias_full_name", "=", sender)], limit=1
            )
        )

    @api.model
    def _loop_collector(self, envelope):
        """The entry that takes further automatic mails once a sender sends too many."""
        communications = self.env["legal.communication"]
        if not (envelope.automatic and envelope.sender):
            return communications
        last = communications.search([], order="id desc", limit=1)
        recent = communications.search(
            Domain("id", ">", last.id - _LOOP_WINDOW)
            & Domain("is_auto", "=", True)
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
