import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize, email_normalize_all

from ..tools import names

#: Context key with the ids of the adverse contacts the sender has confirmed. It asks
#: a person to look again; it is no access right, so a plain value will do.
CONFIRMED = "legal_adverse_confirmed"


class LegalMatter(models.Model):
    _inherit = "legal.matter"

    alias_id = fields.Many2one(
        "mail.alias",
        string="Matter Address",
        ondelete="restrict",
        copy=False,
        groups="base.group_user",
    )

    # -- the address of the matter ------------------------------------------------

    @api.model
    def _free_alias_name(self, company, number):
        """The local part of the matter's own address, not yet taken by anybody."""
        prefix = company.legal_matter_alias_prefix or "akte"
        stem = re.sub(r"[^a-z0-9]+", "-", names.fold(f"{prefix} {number}")).strip("-")
        # sudo: an alias of another document may hold the name
        taken = set(
            self.env["mail.alias"]
            .sudo()
            .search(
                Domain("alias_name", "=", stem)
                | Domain("alias_name", "=like", stem + "-%")
            )
            .mapped("alias_name")
        )
        name, suffix = stem, 1
        while name in taken:
            suffix += 1
            name = f"{stem}-{suffix}"
        return name

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("legal.matter")
        if self.id:
            values["alias_force_thread_id"] = self.id
            values["alias_defaults"] = "{}"
        return values

    # -- followers are colleagues ----------------------------------------------------

    def _message_subscribe(self, partner_ids=None, subtype_ids=None, customer_ids=None):
        """Only colleagues who may read the matter follow it.

        A follower gets a copy of what is posted. A client or an opponent who was once
        written to must not get the firm's later mail by itself.
        """
        # sudo: whether a contact is a colleague says nothing about the matter
        users = (
            self.env["res.partner"]
            .sudo()
            .browse(partner_ids or [])
            .user_ids.filtered(lambda u: not u.share)
        )
        for matter in self:
            readers = users.filtered(
                lambda u, matter=matter: matter.sudo()._readable_for(u)
            )
            if readers:
                super(LegalMatter, matter)._message_subscribe(
                    readers.partner_id.ids, subtype_ids, customer_ids=[]
                )
        return True

    def _let_lawyer_follow(self):
        """Who answers for a matter hears of its mail, whoever opened it."""
        for matter in self.filtered("lawyer_id"):
            matter._message_subscribe(matter.lawyer_id.partner_id.ids)

    def _readable_for(self, user):
        """Whether ``user`` may read this matter, whoever asks."""
        self.ensure_one()
        if not user.has_group("legal_crm.group_assistant"):
            return False
        key = self.access_list_id
        return not key or bool(key._readable_by(user.id))

    # -- who stands where ------------------------------------------------------------

    def _sides_by_partner(self):
        """Map partner id to the parties as which the contact takes part.

        Contact persons count as their company, a company as its contact persons: a
        mail to either is read by both.
        """
        self.ensure_one()
        sides = {}
        # sudo: every party decides about a warning, also one added a moment ago
        for party in self.sudo().party_ids:
            family = (
                party.partner_id
                | party.contact_id
                | party.partner_id.commercial_partner_id
                | party.partner_id.child_ids
            )
            for partner in family:
                sides.setdefault(partner.id, party.browse())
                sides[partner.id] |= party
        return sides

    def _recipient_sides(self, partners, emails=""):
        """Who would get a mail, and where he stands in this matter.

        :param partners: ``res.partner`` recordset
        :param str emails: further addresses, comma separated
        :return: list of ``(partner or empty, email, parties)``
        """
        self.ensure_one()
        by_partner = self._sides_by_partner()
        by_email = {}
        for partner in self.env["res.partner"].sudo().browse(by_partner):
            if partner.email_normalized:
                by_email.setdefault(
                    partner.email_normalized, self.env["legal.matter.party"]
                )
                by_email[partner.email_normalized] |= by_partner[partner.id]
        none = self.env["legal.matter.party"]
        found = []
        for partner in partners:
            # One person may be in the address book twice: the address counts too.
            parties = by_partner.get(partner.id, none) | by_email.get(
                email_normalize(partner.email or "") or "", none
            )
            found.append((partner, partner.email or "", parties))
        for email in email_normalize_all(emails or ""):
            found.append((self.env["res.partner"], email, by_email.get(email, none)))
        return found

    def _adverse_recipients(self, partners, emails=""):
        return [
            (partner, email, parties)
            for partner, email, parties in self._recipient_sides(partners, emails)
            if "adverse" in parties.mapped("side")
        ]

    def _check_adverse_recipients(self, partners, emails=""):
        """Refuse to write to the other side by accident.

        :raises UserError: with the names, unless the sender has confirmed them
        """
        confirmed = set(self.env.context.get(CONFIRMED) or [])
        open_ones = [
            (partner, email)
            for partner, email, _parties in self._adverse_recipients(partners, emails)
            if (partner.id or email) not in confirmed
        ]
        if open_ones:
            raise UserError(
                self.env._(
                    "On the adverse side of %(matter)s: %(names)s.\n\nNothing was "
                    "sent. If it really is for the other side, open the full composer "
                    "and tick “Send to the adverse side”. Otherwise remove the "
                    "recipient.",
                    matter=self.display_name,
                    names=", ".join(p.display_name or e for p, e in open_ones),
                )
            )

    # -- sending -----------------------------------------------------------------

    def message_post(self, *, partner_ids=None, outgoing_email_to=False, **kwargs):
        # Whose side the recipients are on is nothing for others.
        self.check_access("read")
        if kwargs.get("message_type") != "email":  # what came in is not sent
            self._check_adverse_recipients(
                self.env["res.partner"].browse(partner_ids or []), outgoing_email_to
            )
            if (partner_ids or outgoing_email_to) and not kwargs.get("subject"):
                # Sending would write one later, when the mail is filed and closed.
                kwargs["subject"] = self._mail_subject()
        return super().message_post(
            partner_ids=partner_ids, outgoing_email_to=outgoing_email_to, **kwargs
        )

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        self.env["legal.communication"]._file_sent(self, message)
        return result

    def _message_mail_after_hook(self, mails):
        result = super()._message_mail_after_hook(mails)
        for mail in mails:
            # what is filed is kept, also where the queue would clear it after sending
            mail.is_notification = True
            self.env["legal.communication"]._file_sent(
                self.browse(mail.res_id),
                mail.mail_message_id,
                partners=mail.recipient_ids,
                emails=mail.email_to or "",
            )
        return result

    def _message_get_suggested_recipients(self, *args, **kwargs):
        """The client is proposed. The other side never is: it is chosen on purpose."""
        recipients = super()._message_get_suggested_recipients(*args, **kwargs)
        if len(self) != 1:
            return recipients
        adverse = {
            partner_id
            for partner_id, parties in self._sides_by_partner().items()
            if "adverse" in parties.mapped("side")
        }
        return [r for r in recipients if r.get("partner_id") not in adverse]

    def _mail_get_partner_fields(self, introspect_fields=False):
        return ["client_id"]

    def action_write_mail(self):
        """Open the full composer, which shows where each recipient stands."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write a mail"),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_partner_ids": self.client_id.ids,
                "default_subject": self._mail_subject(),
                "default_email_layout_xmlid": "mail.mail_notification_light",
                "mail_post_autofollow": False,
            },
        }

    def _mail_subject(self):
        """The number in the subject brings replies home even without headers."""
        self.ensure_one()
        if self.access_policy == "restricted":
            return self.number
        return f"{self.number} – {self.name}" if self.name else self.number
