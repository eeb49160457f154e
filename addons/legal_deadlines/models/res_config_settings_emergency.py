from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The emergency list: where it is written, and whether it is."""

    _inherit = "res.config.settings"

    legal_emergency_folder = fields.Char(
        string="Folder", compute="_compute_legal_emergency"
    )
    legal_emergency_written_on = fields.Datetime(
        string="Last Written", compute="_compute_legal_emergency"
    )
    legal_emergency_problem = fields.Text(compute="_compute_legal_emergency")

    def _compute_legal_emergency(self):
        emergency = self.env["legal.deadline.emergency"]
        for settings in self:
            state = emergency._emergency_state(settings.company_id or self.env.company)
            settings.legal_emergency_folder = str(emergency._folder())
            settings.legal_emergency_written_on = state["written_on"] or False
            settings.legal_emergency_problem = "\n".join(state["messages"]) or False

    def action_legal_emergency_write(self):
        """Write the list of this firm at once."""
        self.check_access("write")  # settings are the administrator's
        row = self.env["legal.deadline.emergency"]._write_list(self.env.company)
        message = row.error or self.env._(
            "The emergency list was written: %s dates.", row.date_count
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if row.error else "success",
                "sticky": bool(row.error),
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
