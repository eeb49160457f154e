from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

_READERS = "legal_crm.group_assistant,legal_gdpr.group_dpo,legal_crm.group_auditor"


class ResPartner(models.Model):
    """What a contact agreed to, and what he was told."""

    _inherit = "res.partner"

    gdpr_consent_ids = fields.One2many(
        "gdpr.consent", "partner_id", string="Consents", groups=_READERS, readonly=True
    )
    gdpr_notice_given_ids = fields.One2many(
        "gdpr.notice.given",
        "partner_id",
        string="Notices",
        groups=_READERS,
        readonly=True,
    )
    gdpr_consent_text = fields.Char(
        string="May Be Written to for",
        compute="_compute_gdpr_consent_text",
        groups=_READERS,
    )

    @api.depends("gdpr_consent_ids", "email")
    def _compute_gdpr_consent_text(self):
        purposes = self.env["gdpr.purpose"].search([("needs_consent", "=", True)])
        events = self.env["gdpr.consent"].search([("partner_id", "in", self.ids)])
        for partner in self:
            own = events.filtered(lambda e, p=partner: e.partner_id == p)
            own = own._of_address(partner, ())
            partner.gdpr_consent_text = ", ".join(
                purpose.name
                for purpose in purposes
                if own.filtered(lambda e, p=purpose: e.purpose_id == p)[:1].kind
                == "given"
            )

    def action_gdpr_consents(self):
        """The consents of the contact, and the button for a new one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "legal_gdpr.gdpr_consent_action"
        )
        return {
            **action,
            "domain": [("partner_id", "=", self.id)],
            "context": {"default_partner_id": self.id},
        }

    def action_gdpr_note_consent(self):
        """Note a consent or its withdrawal."""
        return self._gdpr_dialog(
            "gdpr.consent", self.env._("Note a Consent or Withdrawal")
        )

    def action_gdpr_note_notice(self):
        """Note that the contact was given a notice."""
        return self._gdpr_dialog("gdpr.notice.given", self.env._("Note a Notice Given"))

    def _gdpr_dialog(self, model, name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_id": self.id},
        }

    def action_gdpr_send_preferences(self):
        """Mail the contact the link to his own page. Nobody else sees it: what is
        chosen there is the contact's own word.

        :raises UserError: there is no address, or the contact is restricted
        """
        self.ensure_one()
        self.check_access("read")
        if not (
            self.env.user.has_group("legal_gdpr.group_dpo")
            or self.env.user.has_group("legal_crm.group_assistant")
        ):
            raise UserError(self.env._("Ask somebody of the firm who may do this."))
        if not self.email_normalized:
            raise UserError(self.env._("Enter the contact's e-mail address first."))
        self._refuse_writing_to(self.ids)
        here = self.with_context(lang=self.lang or self.env.lang)
        # sudo: the mail is the system's, and goes when it is sent: staff reads no link
        self.env["mail.mail"].sudo().create(
            {
                "email_to": self.email_formatted,
                "subject": here.env._("Your preferences"),
                "body_html": Markup("<p>%s</p><p><a href='%s'>%s</a></p>")
                % (
                    here.env._(
                        "With this link you see what you agreed to, and change or "
                        "withdraw it. It is meant for you alone."
                    ),
                    self.env["gdpr.preferences"]._link(self),
                    here.env._("Your preferences"),
                ),
                "auto_delete": True,
            }
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The link is on its way to %s.", self.email),
            },
        }
