from odoo import api, models
from odoo.fields import Command


class ProjectTaskRecurrence(models.Model):
    """The next task of a series: same matter, same team, same readers.

    Odoo makes it when the last one is done, with the rights of the system. When it is
    due is Odoo's reckoning: a month after 31 January is the last day of February.
    """

    _inherit = "project.task.recurrence"

    @api.model
    def _create_next_occurrences_values(self, recurrence_by_task):
        vals_list = super()._create_next_occurrences_values(recurrence_by_task)
        for task, vals in zip(recurrence_by_task, vals_list, strict=True):
            task_sudo = task.sudo()  # as the next one is made
            if not task_sudo.project_id.legal_tasks:
                continue
            people = task_sudo.user_ids.filtered("active")
            if task_sudo.matter_id and people:
                people &= task_sudo._readers_among(people)[task_sudo.id]
            if task_sudo.legal_from_queue:
                people = people.browse()
                vals["legal_from_queue"] = False
            vals["user_ids"] = [Command.set(people.ids)]
            vals["priority"] = task_sudo.priority
        return vals_list
