"""What carries files along: nobody links one that he may not read.

Core checks it for messages and forgets it for what becomes a message later.
"""

import re

from odoo import api, models

_LINK = re.compile(r"/web/(?:content|image)/(\d+)[^\s\"'<>]*?access_token=")


class LegalCommunication(models.Model):
    _inherit = "legal.communication"

    @api.constrains("attachment_ids")
    def _check_linked_files(self):
        self.env["ir.attachment"]._legal_check_linked(self)


class MailScheduledMessage(models.Model):
    _inherit = "mail.scheduled.message"

    @api.constrains("attachment_ids")
    def _check_linked_files(self):
        self.env["ir.attachment"]._legal_check_linked(self)


class MailActivity(models.Model):
    _inherit = "mail.activity"

    @api.constrains("attachment_ids")
    def _check_linked_files(self):
        self.env["ir.attachment"]._legal_check_linked(self)


class MailTemplate(models.Model):
    _inherit = "mail.template"

    @api.constrains("attachment_ids")
    def _check_linked_files(self):
        self.env["ir.attachment"]._legal_check_linked(self)


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        """Links to files that leave in a mail were given out on purpose."""
        prepared = super()._prepare_outgoing_list(
            mail_server=mail_server, doc_to_followers=doc_to_followers
        )
        linked = {
            int(number)
            for values in prepared
            for number in _LINK.findall(values["body"] or "")
        }
        if linked:
            self.env["ir.attachment"]._legal_mark_sent(sorted(linked))
        return prepared
