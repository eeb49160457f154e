from odoo import models
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
    """A mail that is part of a file stays as it is, whoever asks."""

    _inherit = "mail.message"

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
