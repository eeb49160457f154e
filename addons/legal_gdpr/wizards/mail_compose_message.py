from markupsafe import Markup

from odoo import fields, models
from odoo.tools import email_normalize_all


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    gdpr_purpose_id = fields.Many2one(
        "gdpr.purpose",
        string="Purpose",
        help="Of a circular: who did not consent to it, or objected, is left out. Each "
        "mail gets the link to the preferences of its recipient.",
    )

    def _action_send_mail(self, auto_commit=False):
        """A circular with a restricted recipient is refused as a whole: nothing of it
        goes out before somebody took the recipient off."""
        for wizard in self:
            if wizard.model == "gdpr.request":
                continue
            partners = wizard.partner_ids
            if wizard.composition_mode == "mass_mail" and wizard.model == "res.partner":
                res_ids = wizard._evaluate_res_ids()
                partners |= self.env["res.partner"].browse(res_ids)
            self.env["res.partner"]._refuse_writing_to(partners.ids)
        return super()._action_send_mail(auto_commit=auto_commit)

    def _get_blacklist_record_ids(self, mail_values_dict, recipients_info=None):
        """A circular leaves out who objected, also when the address came in anew, and
        who did not consent to its purpose."""
        blacklisted = super()._get_blacklist_record_ids(
            mail_values_dict, recipients_info
        )
        if self.composition_mode == "mass_mail" and self.gdpr_purpose_id:
            if recipients_info is None:
                recipients_info = self._get_recipients_data(mail_values_dict)
            blacklisted |= self._without_consent(recipients_info)
        if self.composition_mode != "mass_mail" or not self.use_exclusion_list:
            return blacklisted
        if recipients_info is None:
            recipients_info = self._get_recipients_data(mail_values_dict)
        written = {
            res_id: {
                address
                for text in filter(None, info["mail_to"])
                for address in email_normalize_all(text)
            }
            | set(info["mail_to_normalized"])
            for res_id, info in recipients_info.items()
        }
        objected = self.env["gdpr.suppression"]._among(
            [address for some in written.values() for address in some]
        )
        blacklisted.update(
            res_id for res_id, some in written.items() if some & objected
        )
        return blacklisted

    def _without_consent(self, recipients_info):
        """The records of a circular to one of whose recipients the gate says no.

        A record without any recipient is left out as well.
        """
        gate = self.env["gdpr.contact.gate"]
        partners = self.env["res.partner"]
        to_partners = self.model == "res.partner"
        if to_partners:
            partners = partners.browse(recipients_info)
        addresses = {
            res_id: {
                address
                for text in filter(None, info["mail_to"])
                for address in email_normalize_all(text)
            }
            for res_id, info in recipients_info.items()
        }
        every = {address for some in addresses.values() for address in some}
        verdicts = gate._judge(partners, sorted(every), self.gdpr_purpose_id)
        refused = set()
        for res_id, some in addresses.items():
            # of a contact it counts what this contact said, not who shares his address
            asked = [res_id] if to_partners else sorted(some)
            if not some or not all(verdicts[key].allowed for key in asked):
                refused.add(res_id)
        return refused

    def _manage_mail_values(self, mail_values_all):
        """Every mail of a circular with a purpose tells its recipient how to end it."""
        values = super()._manage_mail_values(mail_values_all)
        if (
            self.composition_mode == "mass_mail"
            and self.gdpr_purpose_id
            and self.model == "res.partner"
        ):
            preferences = self.env["gdpr.preferences"]
            partners = self.env["res.partner"].browse(values)
            for partner in partners:
                mail = values[partner.id]
                if mail.get("state") == "cancel":
                    continue
                footer = Markup('<p><a href="%s">%s</a></p>') % (
                    preferences._link(partner),
                    self.with_context(lang=partner.lang).env._(
                        "Change or withdraw your consent"
                    ),
                )
                # not in the copy that staff reads: what is chosen there is the
                # recipient's own word
                mail["body_html"] = Markup("%s%s") % (
                    Markup(mail.get("body_html") or mail.get("body") or ""),
                    footer,
                )
        return values
