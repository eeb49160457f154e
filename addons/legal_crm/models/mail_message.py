from odoo import api, models
from odoo.exceptions import UserError

from .legal_access_mixin import UNLOCK

_LOCKED_FIELDS = {
    "body",
    "subject",
    "date",
    "author_id",
    "email_from",
    "reply_to",
    "message_id",
    "model",
    "res_id",
    "attachment_ids",
    "partner_ids",
    "message_type",
    "incoming_email_to",
    "incoming_email_cc",
    "outgoing_email_to",
}


class MailMessage(models.Model):
    """A mail that is part of a file stays as it is, whoever asks.

    And it is read with its document, by its author and its recipients as well: see
    ``legal.document.wall``.
    """

    _name = "mail.message"
    _inherit = ["legal.document.wall", "mail.message"]

    _wall_document = ("model", "res_id")

    def fetch(self, field_names=None):
        """Core reads messages as superuser here, and trusts that somebody checked.

        A field that points at a message (the composer's parent, an export with a path)
        is read without such a check.
        """
        if not self.env.su:
            closed = self._behind_wall()
            if closed:
                raise closed._make_access_error("read")
        return super().fetch(field_names)

    def _behind_wall(self):
        return self.filtered(lambda message: not message.legal_open)

    @api.depends_context("uid")
    def _compute_record_name(self):
        # A name may be hidden from one user and not from the next.
        return super()._compute_record_name()

    def _to_store(self, store, fields, **kwargs):
        """What core hands to a browser as superuser is looked at once more."""
        return super(MailMessage, self - self._behind_wall())._to_store(
            store, fields, **kwargs
        )

    def _message_notifications_to_store(self, store):
        # The failed mails of an author: core shows their text without asking.
        return super(
            MailMessage, self - self._behind_wall()
        )._message_notifications_to_store(store)

    def _check_locked(self):
        if self.env.context.get("legal_unlock") is UNLOCK:
            return
        if self.env["legal.communication"]._locked_message_ids(self.ids):
            raise UserError(
                self.env._(
                    "This mail belongs to the file: it is neither changed nor deleted. "
                    "Correct the communication instead."
                )
            )

    def write(self, vals):
        if any(
            self._would_change(name, vals[name]) for name in _LOCKED_FIELDS & set(vals)
        ):
            self._check_locked()
        return super().write(vals)

    def _would_change(self, name, value):
        # Sending writes the number of the message again, as it is: that is no change.
        if self._fields[name].type in ("char", "integer", "many2one_reference"):
            return any(message[name] != value for message in self.sudo())
        return True

    def unlink(self):
        self._check_locked()
        return super().unlink()
