"""Core's models that hang on a document, or on the message of one.

See ``legal.document.wall``: each has its rule in ``security/legal_crm_rules.xml``, and
a test fails if core or another application brings one that is not here.
"""

from odoo import models


class MailFollowers(models.Model):
    _name = "mail.followers"
    _inherit = ["legal.document.wall", "mail.followers"]


class MailNotification(models.Model):
    _name = "mail.notification"
    _inherit = ["legal.document.wall", "mail.notification"]

    _wall_message = "mail_message_id"


class MailTrackingValue(models.Model):
    _name = "mail.tracking.value"
    _inherit = ["legal.document.wall", "mail.tracking.value"]

    _wall_message = "mail_message_id"


class MailMessageSchedule(models.Model):
    _name = "mail.message.schedule"
    _inherit = ["legal.document.wall", "mail.message.schedule"]

    _wall_message = "mail_message_id"


class MailMessageTranslation(models.Model):
    _name = "mail.message.translation"
    _inherit = ["legal.document.wall", "mail.message.translation"]

    _wall_message = "message_id"


class MailMessageReaction(models.Model):
    _name = "mail.message.reaction"
    _inherit = ["legal.document.wall", "mail.message.reaction"]

    _wall_message = "message_id"


class MailMessageLinkPreview(models.Model):
    _name = "mail.message.link.preview"
    _inherit = ["legal.document.wall", "mail.message.link.preview"]

    _wall_message = "message_id"


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_needaction_count(self):
        """The number of an inbox counts what its owner may still read."""
        self.ensure_one()
        owner = self.main_user_id or self.env.user
        # sudo: people without a right on notifications (the portal) have a number too
        notifications_sudo = self.env["mail.notification"].with_user(owner).sudo()
        return notifications_sudo.search_count(
            [
                ("res_partner_id", "=", self.id),
                ("is_read", "=", False),
                ("legal_open", "=", True),
            ]
        )
