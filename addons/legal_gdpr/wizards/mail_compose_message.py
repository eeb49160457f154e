from odoo import models
from odoo.tools import email_normalize_all


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

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
        """A circular leaves out who objected, also when the address came in anew."""
        blacklisted = super()._get_blacklist_record_ids(
            mail_values_dict, recipients_info
        )
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
