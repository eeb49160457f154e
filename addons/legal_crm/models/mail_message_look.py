from odoo import models


class MailMessage(models.Model):
    """Taking messages of matters away is recorded (core lets administrators do it)."""

    _inherit = "mail.message"

    def export_data(self, fields_to_export):
        data = super().export_data(fields_to_export)
        self.env["legal.access.log"]._log_by_matter("export", self)
        return data
