from odoo import fields, models
from odoo.tools import email_normalize, email_normalize_all
from odoo.tools.mail import email_split_and_format


class MailMail(models.Model):
    """A mail that waits in the queue goes to those who may read at that hour.

    Its rule comes with that of its message (``_inherits``): the administrator sees no
    mail of a matter. How the sending of these goes says ``legal.mail.delivery``.
    """

    _inherit = "mail.mail"

    def send(self, auto_commit=False, raise_exception=False, post_send_callback=None):
        # sudo: recipients are looked at for everybody alike
        self.sudo()._drop_shut_out()
        return super().send(
            auto_commit=auto_commit,
            raise_exception=raise_exception,
            post_send_callback=post_send_callback,
        )

    def _drop_shut_out(self):
        """Take colleagues who may not read the document off these mails.

        A mail that has no other recipient is cancelled. Nobody outside the firm is
        touched: see ``_colleagues_shut_out``.
        """
        keyed = self.env["legal.document.wall"]._wall_models()
        waiting = self.filtered(
            lambda mail: mail.state in ("outgoing", "exception")
            and mail.model in keyed
            and mail.res_id
        )
        for (name, res_id), mails in waiting.grouped(
            lambda mail: (mail.model, mail.res_id)
        ).items():
            document = keyed[name].browse(res_id).exists()
            if not document:
                continue
            barred, addresses = document._colleagues_shut_out(
                mails.recipient_ids.ids,
                {e for mail in mails for e in mail._written_addresses()},
            )
            if barred:
                for mail in mails:
                    mail._drop_recipients(barred.partner_id, addresses)

    def _written_addresses(self):
        self.ensure_one()
        return email_normalize_all(f"{self.email_to or ''},{self.email_cc or ''}")

    def _drop_recipients(self, partners, addresses):
        """Take these contacts, and whoever has these addresses, off the mail."""
        self.ensure_one()
        dropped = self.recipient_ids.filtered(
            lambda p: p in partners or p.email_normalized in addresses
        )
        if not dropped and addresses.isdisjoint(self._written_addresses()):
            return
        self.write(
            {
                "recipient_ids": [fields.Command.unlink(p.id) for p in dropped],
                "email_to": _without(self.email_to, addresses),
                "email_cc": _without(self.email_cc, addresses),
            }
        )
        notifications = self.env["mail.notification"].search(
            [("mail_mail_id", "=", self.id)]
        )
        notifications.filtered(
            lambda n: n.res_partner_id in dropped
            or email_normalize(n.mail_email_address or "") in addresses
        ).write({"notification_status": "canceled"})
        if not (self.recipient_ids or self.email_to or self.email_cc):
            self.state = "cancel"


def _without(written, addresses):
    kept = [
        address
        for address in email_split_and_format(written or "")
        if email_normalize(address) not in addresses
    ]
    return ", ".join(kept) or False
