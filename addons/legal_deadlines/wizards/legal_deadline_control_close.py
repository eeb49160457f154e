from odoo import api, fields, models


class LegalDeadlineControlClose(models.TransientModel):
    """Shows what is open before an evening control is closed for good."""

    _name = "legal.deadline.control.close"
    _description = "Close the Evening Control"

    _gdpr_none = "transient, gone within hours"

    control_id = fields.Many2one("legal.deadline.control", required=True)
    line_count = fields.Integer(related="control_id.line_count", related_sudo=False)
    open_text = fields.Text(string="Open", compute="_compute_open_text")
    note = fields.Text(string="Remark")

    @api.depends("control_id")
    def _compute_open_text(self):
        for wizard in self:
            wizard.control_id.check_access("read")
            wizard.open_text = wizard.control_id._open_text() or False

    def action_close(self):
        """:raises UserError: something is undecided, or open without a remark"""
        self.ensure_one()
        self.control_id._close(self.note)
        return {"type": "ir.actions.act_window_close"}
