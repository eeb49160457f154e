from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.project.models.project_task import CLOSED_STATES

OPEN = Domain("state", "not in", list(CLOSED_STATES))


class ProjectTask(models.Model):
    """The shared queue of a team: who has time takes what is next.

    A task without anybody assigned is in the queue, of its team or of the firm.
    """

    _inherit = "project.task"

    legal_from_queue = fields.Boolean(
        string="Taken From the Queue",
        readonly=True,
        copy=True,
        help="The next one of a series goes into the queue again.",
    )
    days_left = fields.Integer(compute="_compute_days_left", search="_search_days_left")
    legal_mine = fields.Boolean(
        compute="_compute_legal_mine", export_string_translation=False
    )

    # -- take, give back, done --------------------------------------------------------

    def action_take(self):
        """Take a task from the queue.

        :raises UserError: somebody was faster, with the name; or it is done
        """
        self.ensure_one()
        if not self.has_access("write"):
            self._refuse_taken_from_firm()
            self.check_access("write")
        self._lock_or_retry()
        if self.is_closed:
            raise UserError(self.env._("“%s” is done already.", self.name))
        if self.env.user in self.user_ids:
            return True
        if self.user_ids:
            raise UserError(
                self.env._(
                    "%(names)s took “%(task)s” already. Take another one, or ask for "
                    "it.",
                    names=", ".join(self.user_ids.mapped("name")),
                    task=self.name,
                )
            )
        self.write(
            {
                "user_ids": [fields.Command.link(self.env.uid)],
                "legal_from_queue": True,
            }
        )
        return True

    def _refuse_taken_from_firm(self):
        """A task of the whole firm is read by nobody else once somebody took it: who
        was slower is told so, and not that he has no right."""
        # sudo: who took it, said to those whose queue it was in a moment ago
        task_sudo = self.sudo().exists()
        if (
            task_sudo.legal_from_queue
            and task_sudo.user_ids
            and not (task_sudo.matter_id or task_sudo.legal_team_id)
            and self._has_access_role()
        ):
            raise UserError(
                self.env._(
                    "%s took this task already. Take another one, or ask for it.",
                    ", ".join(task_sudo.user_ids.mapped("name")),
                )
            )

    def action_give_back(self):
        """Put one's task into the queue again."""
        self.ensure_one()
        self.check_access("write")
        self._lock_or_retry()
        if self.env.user not in self.user_ids:
            raise UserError(
                self.env._(
                    "“%s” is not yours: only who has it gives it back.", self.name
                )
            )
        if self.is_closed:
            raise UserError(self.env._("“%s” is done already.", self.name))
        if not (self.legal_team_id or self.legal_from_queue):
            raise UserError(
                self.env._(
                    "“%s” did not come from a queue. Choose the team that is to have "
                    "it first.",
                    self.name,
                )
            )
        values = {"user_ids": [fields.Command.unlink(self.env.uid)]}
        first = self.project_id._legal_first_stage()
        if first and len(self.user_ids) == 1:
            values["stage_id"] = first.id
        self.write(values)
        return True

    def action_done(self):
        self.write({"state": "1_done"})
        return True

    def action_cancel(self):
        self.write({"state": "1_canceled"})
        return True

    def action_reopen(self):
        self.write({"state": "01_in_progress"})
        return True

    @api.depends_context("uid")
    @api.depends("user_ids")
    def _compute_legal_mine(self):
        for task in self:
            task.legal_mine = self.env.user in task.user_ids

    # -- stage and state say the same ------------

    @api.model_create_multi
    def create(self, vals_list):
        tasks = super().create(vals_list)
        tasks._legal_follow_stage()
        return tasks

    def write(self, vals):
        result = super().write(vals)
        if "stage_id" in vals and "state" not in vals:
            self._legal_follow_stage()
        elif "state" in vals and "stage_id" not in vals:
            self._legal_follow_state()
        return result

    def _legal_follow_stage(self):
        """Drawn into the column of what is done, a task is done; and back."""
        of_firm = self._legal_of_firm()
        done = of_firm.filtered(
            lambda task: task.stage_id.legal_done and not task.is_closed
        )
        if done:
            done.write({"state": "1_done"})
        reopened = of_firm.filtered(
            lambda task: task.is_closed and not task.stage_id.legal_done
        )
        if reopened:
            reopened.write({"state": "01_in_progress"})

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """The board of the firm's tasks shows all its columns, the empty ones too."""
        if self.env.context.get("legal_tasks"):
            project = self.env["project.project"]._legal_project()
            return (stages | project.type_ids.with_env(stages.env)).sorted()
        return super()._read_group_stage_ids(stages, domain)

    def _legal_of_firm(self):
        # sudo: whose project it is; of other projects not even that is readable
        return self.filtered(lambda task: task.sudo().project_id.legal_tasks)

    def _legal_follow_state(self):
        for project, tasks in self._legal_of_firm().grouped("project_id").items():
            for done, stage in (
                (True, project.type_ids.filtered("legal_done")[:1]),
                (False, project._legal_first_stage()),
            ):
                stray = tasks.filtered(
                    lambda task, done=done: task.is_closed == done
                    and task.stage_id.legal_done != done
                )
                if stray and stage:
                    stray.write({"stage_id": stage.id})

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        for task, vals in zip(self, vals_list, strict=True):
            if task.stage_id.legal_done and "stage_id" not in (default or {}):
                vals["stage_id"] = task.project_id._legal_first_stage().id
        return vals_list

    # -- days left ------------

    @api.depends("date_deadline")
    @api.depends_context("tz")
    def _compute_days_left(self):
        today = fields.Date.context_today(self)
        for task in self:
            task.days_left = (
                (task._legal_due_day() - today).days if task.date_deadline else 0
            )

    def _legal_due_day(self):
        """The day it is due, where the user is."""
        return fields.Datetime.context_timestamp(self, self.date_deadline).date()

    def _search_days_left(self, operator, value):
        today = fields.Date.context_today(self)
        if operator == "in":
            days = [
                fields.Date.add(today, days=int(v)) for v in value if v is not False
            ]
            return Domain.OR(self._legal_due("=", day) for day in days)
        if operator in ("<", "<=", ">", ">="):
            return self._legal_due(operator, fields.Date.add(today, days=int(value)))
        return NotImplemented

    @api.model
    def _legal_due(self, operator, day):
        """The domain of what is due before, on or after a day where the user is."""
        start, end = (
            self.env["legal.matter"]._day_start(fields.Date.add(day, days=days))
            for days in (0, 1)
        )
        if operator == "=":
            return Domain("date_deadline", ">=", start) & Domain(
                "date_deadline", "<", end
            )
        # up to the end of the day, or after it
        bound = end if operator in ("<=", ">") else start
        return Domain("date_deadline", "<" if "<" in operator else ">=", bound)


class ProjectProject(models.Model):
    _inherit = "project.project"

    def _legal_first_stage(self):
        return self.type_ids.filtered(lambda stage: not stage.fold)[:1]
