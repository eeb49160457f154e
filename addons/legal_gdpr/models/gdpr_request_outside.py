from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, html2plaintext, parse_contact_from_email
from odoo.tools.misc import hmac

from .gdpr_request import KINDS

PER_ADDRESS, PER_HOUR = 5, 60
#: the date of a mail counts as its receipt, unless the sender's clock is wrong
LATE_FETCH = timedelta(days=14)


class GdprRequest(models.Model):
    """Requests that people send in themselves."""

    _inherit = "gdpr.request"

    @api.model
    def _public_kinds(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        return [(code, labels[code]) for code, _label in KINDS]

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """A mail to the firm's address for requests. Who wrote it is not checked yet:
        the sender of a mail is easily forged."""
        name, email = parse_contact_from_email(msg_dict.get("email_from") or "")
        now = fields.Datetime.now()
        sent = fields.Datetime.to_datetime(msg_dict.get("date")) or now
        body = html2plaintext(msg_dict.get("body") or "").strip()
        subject = (msg_dict.get("subject") or "").strip()
        values = {
            **(custom_values or {}),
            "channel": "mail",
            "requester_name": name or email or self.env._("Unknown sender"),
            "requester_email": email_normalize(email or "") or False,
            "received_on": sent if now - LATE_FETCH < sent <= now else now,
            "text": "\n\n".join(filter(None, [subject, body])),
        }
        partner = self.env["res.partner"].browse(msg_dict.get("author_id"))
        if partner:
            values["partner_id"] = partner.id
        return super().message_new({**msg_dict, "subject": ""}, values)

    @api.model
    def _receive_from_outside(self, values, files, address, partner=None):
        """Take in what somebody sent with the form.

        :param values: kind, requester_name, requester_email, text, lang
        :param files: [(name, bytes, mimetype)]
        :param address: of the network; counted, kept as a keyed token only
        :param partner: of who signed in to the portal, or None
        :raises UserError: too many in an hour
        """
        # sudo: nobody outside may read or write requests; the values are these alone
        requests = self.sudo()
        token = hmac(requests.env, "gdpr-request", address or "")
        since = fields.Datetime.now() - timedelta(hours=1)
        recent = [
            ("channel", "in", ("web", "portal")),
            ("create_date", ">", since),
        ]
        if (
            requests.search_count([*recent, ("origin_token", "=", token)])
            >= PER_ADDRESS
            or requests.search_count(recent) >= PER_HOUR
        ):
            raise UserError(
                self.env._(
                    "Too many requests came in. Please try again in an hour, or write "
                    "to us by letter."
                )
            )
        allowed = ("kind", "requester_name", "requester_email", "text", "lang")
        lang = values.get("lang")
        installed = dict(self.env["res.lang"].get_installed())
        # as the system: the person is no user of the firm
        made = (
            requests.with_user(SUPERUSER_ID)
            .with_context(mail_create_nosubscribe=True)
            .create(
                {
                    **{name: values.get(name) for name in allowed},
                    "lang": lang if lang in installed else False,
                    "channel": "portal" if partner else "web",
                    "partner_id": partner.id if partner else False,
                    "company_id": self.env.company.id,
                }
            )
        )
        made._unlocked().write({"origin_token": token, "reported_by_id": False})
        attachments = self.env["ir.attachment"].sudo()  # sudo: see above
        attachments.create(
            [
                {
                    "name": name,
                    "raw": content,
                    "mimetype": kind,
                    "res_model": self._name,
                    "res_id": made.id,
                }
                for name, content, kind in files
            ]
        )
        if partner and values.get("requester_email") == partner.email_normalized:
            # signing in was the check; another address would be another person's
            made._settle_identity("portal")
        return made
