from odoo import api, fields, models
from odoo.exceptions import UserError


class LegalCommunication(models.Model):
    """What is to be done about something said or written."""

    _inherit = "legal.communication"

    task_ids = fields.One2many("project.task", "communication_id", string="Tasks")
    task_count = fields.Integer(compute="_compute_task_count")

    @api.depends("task_ids")
    def _compute_task_count(self):
        rows = self.env["project.task"]._read_group(
            [("communication_id", "in", self.ids)], ["communication_id"], ["__count"]
        )
        counts = {entry.id: count for entry, count in rows}
        for entry in self:
            entry.task_count = counts.get(entry.id, 0)

    def action_create_task(self):
        """A new task about this, to be completed in a dialog.

        :raises UserError: it is not filed in a matter yet
        """
        self.ensure_one()
        if not self.matter_id:
            raise UserError(
                self.env._("File this in a matter first; the task belongs to it.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Task"),
            "res_model": "project.task",
            "view_mode": "form",
            "views": [
                (self.env.ref("legal_deadlines.project_task_view_form").id, "form")
            ],
            "target": "new",
            "context": {
                "legal_tasks": True,
                "default_matter_id": self.matter_id.id,
                "default_communication_id": self.id,
                "default_name": self.subject,
                "default_user_ids": [self.env.uid],
            },
        }

    def action_view_tasks(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "legal_deadlines.project_task_action"
        )
        action["domain"] = [("communication_id", "=", self.id)]
        action["context"] = {
            "legal_tasks": True,
            "default_matter_id": self.matter_id.id,
            "default_communication_id": self.id,
        }
        return action
