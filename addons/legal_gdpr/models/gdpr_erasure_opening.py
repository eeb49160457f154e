from odoo import fields, models
from odoo.exceptions import UserError


class GdprErasureOpening(models.Model):
    """Who opened the suite after a restore without a full replay, and why."""

    _name = "gdpr.erasure.opening"
    _description = "Opening without a Replay"
    _order = "id desc"
    _rec_name = "date"

    _gdpr_data = {
        "user_id": "employee of the firm",
        "reason": "free text",
    }

    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", string="Who", readonly=True)
    reason = fields.Text(required=True, readonly=True)
    pending = fields.Integer(
        string="Entries Not Replayed", readonly=True, aggregator=None
    )

    def write(self, vals):
        if self:
            raise UserError(
                self.env._("Why the suite was opened stays as it was said.")
            )
        return super().write(vals)
