from odoo import models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _legal_matter(self):
        """The matter this activity belongs to, directly or by its document."""
        self.ensure_one()
        matters = self.env["legal.matter"].sudo()  # which matter, not what is in it
        if self.res_model == matters._name:
            return matters.browse(self.res_id).exists()
        document = self.env.get(self.res_model) if self.res_model else None
        if document is None or not hasattr(document, "_access_matter_id"):
            return matters
        record = document.browse(self.res_id).exists()
        return matters.browse(record._access_matter_id() if record else 0).exists()
