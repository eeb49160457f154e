from odoo import fields, models
from odoo.exceptions import UserError


class LegalCommunicationFile(models.TransientModel):
    """Files waiting mail to a chosen matter, or sets it aside."""

    _name = "legal.communication.file"
    _description = "File to a Matter"

    _gdpr_none = "transient, gone within hours"

    communication_ids = fields.Many2many("legal.communication", required=True)
    aside = fields.Boolean()
    matter_id = fields.Many2one("legal.matter")
    matter_state = fields.Selection(related="matter_id.state")
    reason = fields.Char()

    def action_apply(self):
        self.ensure_one()
        if self.aside:
            self.communication_ids._set_aside(self.reason)
        else:
            if not self.matter_id:
                raise UserError(self.env._("Choose the matter."))
            self.communication_ids._file_to(self.matter_id)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
