from markupsafe import Markup

from odoo import SUPERUSER_ID, api, models
from odoo.tools import format_datetime


class MailScheduledMessage(models.Model):
    """A mail planned for later is read, and sent, by people who may read its matter."""

    _name = "mail.scheduled.message"
    _inherit = ["legal.document.wall", "mail.scheduled.message"]

    _wall_document = ("model", "res_id")

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        messages._check_legal_colleagues()
        return messages

    def write(self, vals):
        result = super().write(vals)
        if "partner_ids" in vals:
            self._check_legal_colleagues()
        return result

    def post_message(self):
        # Core lets every author and administrator send, whatever became of the matter.
        self.check_access("read")
        return super().post_message()

    def _check_legal_colleagues(self):
        for message, document in self._legal_documents().items():
            document._check_named_colleagues(message.partner_ids.ids)

    def _legal_documents(self):
        """Map each message on a document with readers to the document."""
        keyed = self.env["legal.document.wall"]._wall_models()
        found = {}
        for message in self:
            if message.model in keyed and message.res_id:
                document = keyed[message.model].browse(message.res_id).exists()
                if document:
                    found[message] = document
        return found

    def _post_message(self, raise_exception=True):
        """Core would send the text back to an author who lost the matter meanwhile."""
        barred = self.browse()
        # sudo: who may read is asked for the author, whoever runs the queue
        for message, document in self.sudo()._legal_documents().items():
            author = message.create_uid
            if author not in document._readers_among(author)[document.id]:
                barred |= message.sudo(False)
        barred._withdraw()
        left = self - barred
        return (
            super(MailScheduledMessage, left)._post_message(raise_exception)
            if left
            else None
        )

    def _withdraw(self):
        """Do not send; the matter keeps the text, for a colleague to take up."""
        # Written by the system: the author reads the document no more.
        for message in self.with_user(SUPERUSER_ID):
            document = self.env[message.model].with_user(SUPERUSER_ID)
            document = document.browse(message.res_id).exists()
            if document:
                intro = self.env._(
                    "Not sent: a message that %(author)s planned for %(date)s. Its "
                    "author may not read this any more.",
                    author=message.create_uid.name,
                    date=format_datetime(self.env, message.scheduled_date),
                )
                message.attachment_ids.write(
                    {"res_model": document._name, "res_id": document.id}
                )
                document.message_post(
                    body=Markup("<p>%s</p><p>%s</p><blockquote>%s</blockquote>")
                    % (intro, message.subject or "", Markup(message.body or "")),
                    attachment_ids=message.attachment_ids.ids,
                    subtype_xmlid="mail.mt_note",
                )
            message.unlink()
