from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize_all

from .legal_access_mixin import LegalAccessMixin


class MailThread(models.AbstractModel):
    """Mail of a document reaches colleagues who may read it, and nobody else inside.

    People outside the firm are written to on purpose and are not looked at here. A
    colleague is known by his user, or by the address of it: mail to an address goes
    past his account, but not past him.
    """

    _inherit = "mail.thread"

    # -- who is told ---------------------------------------------------------------

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(
            message, msg_vals=msg_vals, **kwargs
        )
        document = self._legal_document(message, msg_vals)
        if not recipients or not document:
            return recipients
        # sudo: who of the recipients is a colleague
        colleagues = self.env["res.users"].sudo()
        inside = colleagues.browse(r["uid"] for r in recipients if r["type"] == "user")
        others = {r["email_normalized"] for r in recipients if r["type"] != "user"}
        barred, addresses = document._shut_out_among(
            inside | colleagues._with_address(others)
        )
        if not barred:
            return recipients
        partner_ids = set((barred & inside).partner_id.ids)
        return [
            recipient
            for recipient in recipients
            if recipient["id"] not in partner_ids
            and (
                recipient["type"] == "user"
                or recipient["email_normalized"] not in addresses
            )
        ]

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        document = self._legal_document(message, msg_vals)
        if document and document._name_stays_inside():
            # The name would stand in the mail and on the screen of a telephone.
            kwargs.setdefault("force_record_name", document._hidden_name())
        return super()._notify_thread(message, msg_vals=msg_vals, **kwargs)

    def _notify_thread_with_out_of_office_get_additional_users(
        self, message, recipients_data, ooo_author, msg_vals=False
    ):
        # Nobody is away from a matter that is none of his business.
        users = super()._notify_thread_with_out_of_office_get_additional_users(
            message, recipients_data, ooo_author, msg_vals=msg_vals
        )
        document = self._legal_document(message, msg_vals)
        return document._readers_among(users)[document.id] if document else users

    def _legal_document(self, message, msg_vals=False):
        """The document with readers of its own that a message is about, or empty."""
        if self:
            return self[:1] if isinstance(self, LegalAccessMixin) else self.browse()
        # sudo: which document, not what is in it
        message_sudo, values = message.sudo(), msg_vals or {}
        name = values["model"] if "model" in values else message_sudo.model
        res_id = values["res_id"] if "res_id" in values else message_sudo.res_id
        documents = self.env["legal.document.wall"]._wall_models().get(name)
        if documents is None or not res_id:
            return self.browse()
        return documents.browse(res_id).exists()

    # -- who is named ----------------------------------------------------------------

    def message_post(self, *, partner_ids=None, outgoing_email_to=False, **kwargs):
        if isinstance(self, LegalAccessMixin) and kwargs.get("message_type") != "email":
            self.check_access("read")  # who reads this is nothing for others
            self._check_named_colleagues(partner_ids, outgoing_email_to)
        return super().message_post(
            partner_ids=partner_ids, outgoing_email_to=outgoing_email_to, **kwargs
        )

    def message_notify(self, *, partner_ids=False, model=False, res_id=False, **kwargs):
        document = self._legal_document(
            self.env["mail.message"], {"model": model, "res_id": res_id}
        )
        if document and partner_ids:
            barred, _emails = document._colleagues_shut_out(partner_ids)
            barred_ids = set(barred.partner_id.ids)
            partner_ids = [id_ for id_ in partner_ids if id_ not in barred_ids]
            if not partner_ids:
                return self.env["mail.message"]
        if document and document._name_stays_inside() and kwargs.get("subject"):
            # core writes the name of the document into the subject
            kwargs["subject"] = kwargs["subject"].replace(
                document.display_name, document._hidden_name()
            )
        return super().message_notify(
            partner_ids=partner_ids, model=model, res_id=res_id, **kwargs
        )

    def _message_compute_subject(self):
        if len(self) == 1 and isinstance(self, LegalAccessMixin):
            if self._name_stays_inside():
                return self._hidden_name()
        return super()._message_compute_subject()

    # -- by token ----------------------------------------------------------------------

    @api.model
    def _get_thread_with_access(self, thread_id, *, mode="read", **kwargs):
        """A link that opens a document to whoever holds it opens none with readers."""
        if isinstance(self, LegalAccessMixin):
            # sudo: whether it has readers at all, not what is in it
            document_sudo = self.sudo().browse(thread_id).exists()
            if not document_sudo or document_sudo._access_needs_role():
                kwargs = dict.fromkeys(kwargs)
        return super()._get_thread_with_access(thread_id, mode=mode, **kwargs)


class LegalAccessMixinRecipients(models.AbstractModel):
    _inherit = "legal.access.mixin"

    def _shut_out_among(self, colleagues):
        """Those of ``colleagues`` who may not read this.

        :param colleagues: ``res.users`` recordset
        :return: ``(users, addresses)``, the users and the set of addresses that reach
            nobody but them: one that several share counts while one of them may read
        """
        self.ensure_one()
        readers = self._readers_among(colleagues)[self.id] if colleagues else colleagues
        barred = colleagues - readers
        if not barred:
            return barred, set()
        return barred, barred._addresses() - readers._addresses()

    def _colleagues_shut_out(self, partner_ids, emails=()):
        """Those among named recipients who are colleagues and may not read this.

        :param list partner_ids: ids of contacts
        :param emails: further addresses, normalised
        :return: as ``_shut_out_among``
        """
        # sudo: who is a colleague, and whether he may read, is the system's question
        users = self.env["res.users"].sudo()
        partners = self.env["res.partner"].sudo().browse(partner_ids or [])
        inside = partners.user_ids.filtered(lambda user: not user.share)
        # a colleague is known by his address as well
        by_address = users._with_address(
            {*emails, *(partners - inside.partner_id).mapped("email_normalized")}
        )
        barred, addresses = self._shut_out_among(inside | by_address)
        return (barred & inside) | barred.filtered(
            lambda user: user.partner_id.email_normalized in addresses
        ), addresses

    def _check_named_colleagues(self, partner_ids, emails=""):
        """Nobody is written to about a document that he may not read.

        :raises UserError: with the names, unless the system posts by itself
        """
        if self.env.uid == SUPERUSER_ID or not (partner_ids or emails):
            return
        for document in self:
            barred, _emails = document._colleagues_shut_out(
                partner_ids, email_normalize_all(emails or "")
            )
            if barred:
                raise UserError(
                    self.env._(
                        "%(names)s may not read “%(document)s” and can neither follow "
                        "it nor get mail of it. Nothing was sent. Remove the name and "
                        "try again.",
                        names=", ".join(barred.mapped("name")),
                        document=document.display_name,
                    )
                )


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _with_address(self, emails):
        """The colleagues with one of these normalised addresses."""
        emails = set(emails) - {False, None, ""}
        if not emails:
            return self.browse()
        return self.search(
            [("share", "=", False), ("partner_id.email_normalized", "in", list(emails))]
        )

    def _addresses(self):
        """Their addresses, normalised."""
        return set(self.partner_id.mapped("email_normalized")) - {False, ""}


class MailFollowers(models.Model):
    _inherit = "mail.followers"

    def _add_followers(self, res_model, res_ids, partner_ids, subtypes, **kwargs):
        """Colleagues follow what they may read; every way to follow passes here."""
        new, update = super()._add_followers(
            res_model, res_ids, partner_ids, subtypes, **kwargs
        )
        documents = self.env["legal.document.wall"]._wall_models().get(res_model)
        if documents is None or not new:
            return new, update
        # sudo: whether a contact is a colleague says nothing about the document
        partners = self.env["res.partner"].sudo().browse(partner_ids or [])
        colleagues = partners.user_ids.filtered(lambda user: not user.share)
        readers = documents.browse(new).exists()._readers_among(colleagues)
        for res_id, rows in new.items():
            barred = (colleagues - readers.get(res_id, colleagues)).partner_id
            new[res_id] = [row for row in rows if row["partner_id"] not in barred._ids]
        return new, update
