from odoo import fields, models


class ProjectTaskType(models.Model):
    """A stage in which tasks are done: the state of a task follows it."""

    _inherit = "project.task.type"

    legal_done = fields.Boolean(
        string="Tasks Are Done Here",
        help="A task that is put here is done; one that is done comes here.",
    )
