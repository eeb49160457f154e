from odoo import fields, models


class GdprAdequacyInvalidate(models.TransientModel):
    """Asks since when and why, and shows first what depends on it."""

    _name = "gdpr.adequacy.invalidate"
    _description = "Invalidate an Adequacy Decision"

    _gdpr_none = "a dialog: nothing stays"

    adequacy_id = fields.Many2one("gdpr.adequacy", required=True, readonly=True)
    transfer_ids = fields.One2many(related="adequacy_id.transfer_ids")
    day = fields.Date(string="Since", default=fields.Date.context_today)
    reason = fields.Text()

    def action_apply(self):
        self.ensure_one()
        self.adequacy_id._invalidate(self.day, self.reason)
        return self.adequacy_id.action_transfers()
