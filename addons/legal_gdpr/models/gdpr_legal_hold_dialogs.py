from odoo import api, fields, models


class GdprLegalHold(models.Model):
    """Holds as people handle them: set from a record, looked at again, released."""

    _name = "gdpr.legal.hold"
    _inherit = ["gdpr.legal.hold", "gdpr.named.record"]

    running = fields.Boolean(compute="_compute_running", search="_search_running")

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "lang")
    def _compute_label(self):
        result = super()._compute_label()
        for hold in self:
            if hold.res_id and not hold.label:
                hold.label = self.env._("Confidential")
        return result

    @api.depends("released_on")
    def _compute_running(self):
        for hold in self:
            hold.running = not hold.released_on

    def _search_running(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("released_on", "=", False)]

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        for hold in holds:
            hold.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=hold.review_on,
                summary=self.env._("Is the hold still needed?"),
                user_id=hold.user_id.id,
            )
        return holds

    def write(self, vals):
        result = super().write(vals)
        todo = ["mail.mail_activity_data_todo"]
        if vals.get("review_on"):
            # sudo: the reminder of whoever set the hold moves along
            self.sudo().activity_reschedule(todo, date_deadline=vals["review_on"])
        if vals.get("released_on"):
            self.sudo().activity_unlink(todo)  # sudo: its reminder is over
        return result

    def action_release(self):
        """Ask why first."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Release the hold"),
            "res_model": "gdpr.legal.hold.release",
            "view_mode": "form",
            "target": "new",
            "context": {"default_hold_ids": self.ids, "dialog_size": "medium"},
        }

    def action_open_record(self):
        self.ensure_one()
        model = "res.partner" if self.scope == "person" else self.res_model
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": self.partner_id.id if self.scope == "person" else self.res_id,
            "view_mode": "form",
        }
