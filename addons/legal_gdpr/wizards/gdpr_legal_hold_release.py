from odoo import fields, models


class GdprLegalHoldRelease(models.TransientModel):
    """Asks why a hold ends."""

    _name = "gdpr.legal.hold.release"
    _description = "Release of a Hold"

    _gdpr_none = "transient, gone within hours"

    hold_ids = fields.Many2many("gdpr.legal.hold", string="Holds", required=True)
    reason = fields.Char()

    def action_release(self):
        self.ensure_one()
        self.hold_ids._release(self.reason)
        return {"type": "ir.actions.act_window_close"}
