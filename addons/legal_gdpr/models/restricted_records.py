from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import email_normalize, email_normalize_all


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["gdpr.restrictable", "res.partner"]

    def _check_restrictable(self):
        result = super()._check_restrictable()
        # a person with a login reads himself at every click
        inside = self.user_ids.filtered(lambda user: not user.share and user.active)
        if inside or self.env["res.company"].search_count(
            [("partner_id", "in", self.ids)]
        ):
            raise UserError(
                self.env._(
                    "People who work here, and the firm itself, cannot be restricted "
                    "as contacts: archive the user first."
                )
            )
        return result

    @api.model
    def _restricted_among(self, partner_ids=(), emails=""):
        """The restricted contacts among these, and those with these addresses.

        :param emails: addresses, separated by commas
        :return: ``res.partner`` as superuser
        """
        # sudo: whether one may not be written to, whoever asks
        partners = self.sudo().with_context(active_test=False)
        found = partners.browse(partner_ids).exists().filtered("gdpr_restricted")
        addresses = email_normalize_all(emails) if emails else []
        if addresses:
            found |= partners.search(
                [
                    ("gdpr_restricted", "=", True),
                    ("email_normalized", "in", addresses),
                ]
            )
        return found

    @api.model
    def _refuse_writing_to(self, partner_ids=(), emails=""):
        """:raises UserError: somebody would write to a restricted contact"""
        found = self._restricted_among(partner_ids, emails)
        if found:
            raise UserError(
                self.env._(
                    "Restricted %s: nobody writes to this contact until the data "
                    "protection officer lifts the restriction. Take it off the "
                    "recipients.",
                    ", ".join(map(str, found.ids)),
                )
            )


class LegalMatter(models.Model):
    _name = "legal.matter"
    _inherit = ["gdpr.restrictable", "legal.matter"]

    def message_post(self, **kwargs):
        # before the matter looks where the recipients stand, which it may not read
        self._refuse_restricted(kwargs)
        return super().message_post(**kwargs)


class LegalCommunication(models.Model):
    _name = "legal.communication"
    _inherit = ["gdpr.restrictable", "legal.communication"]


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["gdpr.restrictable", "crm.lead"]


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _refuse_restricted(self, kwargs):
        """A person who names a restricted recipient is told; the system skips it."""
        if self.env.uid == SUPERUSER_ID or self._name == "gdpr.request":
            return
        ids = [pid for pid in kwargs.get("partner_ids") or () if isinstance(pid, int)]
        self.env["res.partner"]._refuse_writing_to(
            ids, kwargs.get("outgoing_email_to") or ""
        )

    def message_post(self, **kwargs):
        self._refuse_restricted(kwargs)
        return super().message_post(**kwargs)

    def message_notify(self, **kwargs):
        self._refuse_restricted(kwargs)
        return super().message_notify(**kwargs)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Followers that are restricted hear nothing."""
        rows = super()._notify_get_recipients(message, msg_vals, **kwargs)
        if self._name == "gdpr.request":
            return rows
        partners = self.env["res.partner"]
        ids = [row["id"] for row in rows if row.get("id")]
        blocked = partners._restricted_among(ids)
        if not blocked:
            return rows
        self.env["gdpr.restriction"]._note_skipped(blocked)
        return [row for row in rows if row.get("id") not in blocked.ids]


class MailMail(models.Model):
    _inherit = "mail.mail"

    def send(self, auto_commit=False, raise_exception=False, post_send_callback=None):
        self.sudo()._drop_restricted()  # sudo: as for everybody
        return super().send(
            auto_commit=auto_commit,
            raise_exception=raise_exception,
            post_send_callback=post_send_callback,
        )

    def _drop_restricted(self):
        """The last door: whatever made the mail, it does not go to the restricted.

        Letters of a request go: the person has a right to them.
        """
        waiting = self.filtered(
            lambda mail: mail.state in ("outgoing", "exception")
            and mail.model != "gdpr.request"
        )
        if not waiting:
            return
        written = {email for mail in waiting for email in mail._written_addresses()}
        blocked = self.env["res.partner"]._restricted_among(
            waiting.recipient_ids.ids, ",".join(written)
        )
        if not blocked:
            return
        addresses = {
            email
            for email in map(email_normalize, blocked.filtered("email").mapped("email"))
            if email
        }
        for mail in waiting:
            hit = mail.recipient_ids & blocked or addresses & set(
                mail._written_addresses()
            )
            if hit:
                mail._drop_recipients(blocked, addresses)
        self.env["gdpr.restriction"]._note_skipped(blocked)


class Base(models.AbstractModel):
    _inherit = "base"

    def _message_get_suggested_recipients_batch(self, *args, **kwargs):
        """Whom one may not read is not proposed; the record opens all the same."""
        try:
            found = super()._message_get_suggested_recipients_batch(*args, **kwargs)
        except AccessError:
            self.check_access("read")
            # sudo: what this user may not read is taken out right here
            found = super(Base, self.sudo())._message_get_suggested_recipients_batch(
                *args, **kwargs
            )
        partners = self.env["res.partner"].browse(
            {row["partner_id"] for rows in found.values() for row in rows}
            - {False, None}
        )
        hidden = set(partners.ids) - set(partners._filtered_access("read").ids)
        return {
            record_id: [row for row in rows if row["partner_id"] not in hidden]
            for record_id, rows in found.items()
        }
