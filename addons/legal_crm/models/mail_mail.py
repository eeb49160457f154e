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
        touched: see ``_shut_out_among``.
        """
        keyed = self.env["legal.document.wall"]._wall_models()
        waiting = self.filtered(
            lambda mail: mail.state in ("outgoing", "exception")
            and mail.model in keyed
            and mail.res_id
        )
        users = self.env["res.users"]
        for name, mails in waiting.grouped("model").items():
            partners = mails.recipient_ids
            inside = partners.user_ids.filtered(lambda user: not user.share)
            outside = (partners - inside.partner_id).mapped("email_normalized")
            written = [email for mail in mails for email in mail._written_addresses()]
            colleagues = inside | users._with_address({*outside, *written})
            documents = keyed[name].browse(set(mails.mapped("res_id"))).exists()
            readers = documents._readers_among(colleagues)
            for mail in mails:
                may_read = readers.get(mail.res_id, users)
                barred = colleagues - may_read
                mail._drop_recipients(
                    barred.partner_id, barred._addresses() - may_read._addresses()
                )

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
