from odoo import api, models


class MailComposeMessage(models.TransientModel):
    """A mail takes no file along that its writer may not read (see ``ir.attachment``).

    Core checks it for messages, and not for mail to many.
    """

    _inherit = "mail.compose.message"

    _gdpr_none = "transient, gone within hours"

    @api.constrains("attachment_ids")
    def _check_linked_files(self):
        self.env["ir.attachment"]._legal_check_linked(self)
