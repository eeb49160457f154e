from odoo import models


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
