from odoo import fields, models


class LegalWallLower(models.TransientModel):
    """Asks why a wall comes down."""

    _name = "legal.wall.lower"
    _description = "Lower an Ethical Wall"

    _gdpr_none = "transient, gone within hours"

    wall_ids = fields.Many2many("legal.wall", string="Walls", required=True)
    reason = fields.Text(required=True)

    def action_apply(self):
        self.ensure_one()
        self.wall_ids._lower(self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
