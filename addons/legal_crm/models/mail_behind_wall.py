"""Core's models that hang on a document, or on the message of one.

See ``legal.document.wall``: each has its rule in ``security/legal_crm_rules.xml``, and
a test fails if core or another application brings one that is not here.
"""

from odoo import SUPERUSER_ID, api, models
from odoo.fields import Domain

#: Applications that Odoo installs by itself and a firm may remove: their models hang
#: on a message by the field named here.
_OPTIONAL = {"sms.sms": "mail_message_id", "snailmail.letter": "message_id"}


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


class IrRule(models.Model):
    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        domain = super()._compute_domain(model_name, mode)
        field = _OPTIONAL.get(model_name)
        if field:
            domain &= Domain(field, "=", False) | Domain(
                field, "any", [("legal_open", "=", True)]
            )
        return domain


class MailRenderMixin(models.AbstractModel):
    _inherit = "mail.render.mixin"

    @api.model
    def _render_template(self, template_src, model, res_ids, *args, **kwargs):
        """A template says nothing of a document to somebody who may not read it.

        Composers and previews of several applications render as superuser.
        """
        documents = self.env["legal.document.wall"]._wall_models().get(model)
        if documents is not None and self.env.uid != SUPERUSER_ID:
            documents.browse(res_ids).exists().sudo(False).check_access("read")
        return super()._render_template(template_src, model, res_ids, *args, **kwargs)
