from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.fields import Domain

from .project_task_queue import OPEN


class LegalMatter(models.Model):
    """The tasks of a matter."""

    _inherit = "legal.matter"

    task_ids = fields.One2many("project.task", "matter_id", string="Tasks")
    task_count = fields.Integer(compute="_compute_task_count", string="Open Tasks")

    @api.depends("task_ids.state")
    def _compute_task_count(self):
        rows = self.env["project.task"]._read_group(
            self._open_tasks(), ["matter_id"], ["__count"]
        )
        counts = {matter.id: count for matter, count in rows}
        for matter in self:
            matter.task_count = counts.get(matter.id, 0)

    def _open_tasks(self):
        return OPEN & Domain(
            [("matter_id", "in", self.ids), ("is_template", "=", False)]
        )

    def action_view_tasks(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "legal_deadlines.project_task_action"
        )
        action["domain"] = [("matter_id", "=", self.id)]
        action["context"] = {
            "legal_tasks": True,
            "default_matter_id": self.id,
            "default_user_ids": [self.env.uid],
            "search_default_open": 1,
        }
        return action

    # -- what is due ------------

    def _next_dates(self):
        dates = super()._next_dates()
        tasks = self.env["project.task"].search(
            self._open_tasks() & Domain("date_deadline", "!=", False)
        )
        for task in tasks:
            dates.setdefault(task.matter_id.id, []).append(
                (task._legal_due_day(), task.name)
            )
        return dates

    @api.depends("task_ids.date_deadline", "task_ids.state")
    def _compute_next_date(self):
        return super()._compute_next_date()

    def _search_next_date(self, operator, value):
        domain = Domain(super()._search_next_date(operator, value))
        due = OPEN & Domain(
            [("date_deadline", "!=", False), ("is_template", "=", False)]
        )
        if operator in ("in", "not in") and set(value) == {False}:
            without = operator == "in"
            has_task = Domain("task_ids", "not any" if without else "any", due)
            return domain & has_task if without else domain | has_task
        tasks = self.env["project.task"]
        if operator == "in":
            days = [fields.Date.to_date(day) for day in value if day]
            due &= Domain.OR(tasks._legal_due("=", day) for day in days)
        elif operator in ("<", "<=", ">", ">="):
            due &= tasks._legal_due(operator, fields.Date.to_date(value))
        else:
            return NotImplemented
        return domain | Domain("task_ids", "any", due)

    @api.model
    def _day_start(self, day):
        """When a day begins where the user is, in UTC as the database has it."""
        zone = pytz.timezone(self.env.context.get("tz") or self.env.user.tz or "UTC")
        start = zone.localize(datetime.combine(day, time.min))
        return start.astimezone(pytz.utc).replace(tzinfo=None)

    # -- what keeps it open ------------

    def _open_ends(self):
        ends = super()._open_ends()
        # sudo: a task of another company's colleague also keeps the matter open
        tasks = self.env["project.task"].sudo()
        count = tasks.search_count(self._open_tasks())
        if count:
            ends.append(
                self.env._(
                    "Tasks still open: %s. Of a series, switch off the repetition "
                    "before the last one is done.",
                    count,
                )
            )
        return ends
