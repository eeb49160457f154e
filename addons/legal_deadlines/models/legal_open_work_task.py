from odoo import api, models
from odoo.fields import Command, Domain

from .project_task_queue import OPEN


class LegalOpenWork(models.AbstractModel):
    """Tasks somebody still has to do."""

    _inherit = "legal.open.work"

    @api.model
    def _kinds(self):
        return {**super()._kinds(), "task": self.env._("Task")}

    @api.model
    def _owners(self, kind, record):
        if kind == "task":
            return record.user_ids
        return super()._owners(kind, record)

    @api.model
    def _date_field(self, kind):
        return "date_deadline" if kind == "task" else super()._date_field(kind)

    def _find_task(self, users, matters):
        # What somebody noted for himself alone (no project) nobody else ever sees.
        domain = OPEN & Domain(
            [
                ("user_ids", "in", users.ids),
                ("project_id", "!=", False),
                ("is_template", "=", False),
            ]
        )
        if matters is not None:
            domain &= Domain("matter_id", "in", matters.ids)
        return self.env["project.task"].search(domain)

    def _hand_over_task(self, records, old, new):
        """``new`` may be empty: the task goes into the queue."""
        commands = [Command.unlink(old.id)]
        if new:
            commands.append(Command.link(new.id))
        records.write({"user_ids": commands})
