from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class ProjectTask(models.Model):
    """A task of a matter is read by the readers of the matter.

    Who sees what: a task of a matter, its readers; a task of the law firm without a
    matter, who made it, does it, follows it or is of its team, and everybody with a
    legal role while it belongs to nobody (see security/project_task_rules.xml). Tasks
    of other projects are Odoo's own affair.
    """

    _name = "project.task"
    _inherit = ["project.task", "legal.access.mixin"]

    _gdpr_data = {
        "matter_id": "the matter the task is about",
        "communication_id": "what the task came from",
    }

    matter_id = fields.Many2one(
        "legal.matter",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    legal_team_id = fields.Many2one(
        "legal.team",
        string="Team",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        domain="[('company_id', '=?', company_id)]",
        help="With nobody assigned, the task waits in the queue of this team.",
    )
    communication_id = fields.Many2one(
        "legal.communication",
        string="From",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        domain="[('matter_id', '=', matter_id)]",
        help="The communication the task came from.",
    )

    # -- where it belongs -----------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._legal_place(vals)
        tasks = super().create(vals_list)
        tasks._check_legal_people({})
        return tasks

    @api.model
    def _legal_place(self, vals):
        """Complete ``vals`` of a new task: the matter of its parent, the project of the
        law firm's tasks where it names none, the company of the matter."""

        def given(name):
            return vals.get(name, self.env.context.get(f"default_{name}"))

        # sudo: what the task takes over; whether its author may read the matter is
        # asked when it is made
        parent = self.sudo().browse(given("parent_id") or [])
        if parent.matter_id and not given("matter_id"):
            vals["matter_id"] = parent.matter_id.id
        project = self.env["project.project"].sudo().browse(given("project_id") or [])
        of_firm = given("matter_id") or given("legal_team_id")
        if not (project or parent) and (of_firm or self.env.context.get("legal_tasks")):
            project = project._legal_project()
            vals["project_id"] = project.id
        if (project or parent.project_id).legal_tasks:
            matter = self.env["legal.matter"].sudo().browse(given("matter_id") or [])
            vals["company_id"] = (
                matter.company_id.id
                or parent.company_id.id
                or given("company_id")
                or self.env.company.id
            )

    @api.depends("matter_id")
    def _compute_company_id(self):
        """Odoo takes the company of the project; the firm's one is for all of them."""
        before = {task: task.company_id for task in self}
        result = super()._compute_company_id()
        for task in self:
            task_sudo = task.sudo()  # which company it is, not what it is about
            if task_sudo.project_id.legal_tasks:
                task.company_id = (
                    task_sudo.matter_id.company_id
                    or task_sudo.parent_id.company_id
                    or before[task]
                    or self.env.company
                )
        return result

    def write(self, vals):
        if vals.get("matter_id") or vals.get("legal_team_id"):
            private = self.filtered(lambda t: not t.project_id and not t.parent_id)
            if private and "project_id" not in vals:
                project = self.env["project.project"]._legal_project()
                private.write({**vals, "project_id": project.id})
                self -= private
        if vals.get("parent_id") and "matter_id" not in vals:
            # sudo: which matter; whether the writer may read it is asked below
            parent = self.sudo().browse(vals["parent_id"])
            if parent.matter_id:
                vals = {**vals, "matter_id": parent.matter_id.id}
                self._check_same_matter(parent.matter_id)
        people = {"matter_id", "user_ids"} & set(vals)
        before = self._legal_people() if people else {}
        result = super().write(dict(vals))
        if "matter_id" in vals:
            self._pass_matter_on()
        if people:
            self._check_legal_people(before)
        return result

    def _check_same_matter(self, matter):
        """A task is not carried into another matter by being put under a task of it."""
        for task in self.sudo():
            if task.matter_id and task.matter_id != matter:
                raise ValidationError(
                    self.env._(
                        "“%(task)s” belongs to another matter than the task it is put "
                        "under. Change its matter first.",
                        task=task.name,
                    )
                )

    def _pass_matter_on(self):
        """The tasks below a task are of its matter."""
        # sudo: also those that only a colleague may change
        tasks_sudo = self.sudo().with_context(active_test=False)
        for matter, tasks in tasks_sudo.grouped("matter_id").items():
            stray = tasks.child_ids.filtered(
                lambda child, matter=matter: child.matter_id != matter
            )
            if stray:
                stray.write({"matter_id": matter.id})

    @api.constrains(
        "matter_id",
        "project_id",
        "parent_id",
        "communication_id",
        "legal_team_id",
        "company_id",
    )
    def _check_legal_place(self):
        for task in self.sudo():  # what belongs together is the same for everybody
            matter = task.matter_id
            if matter and not task.project_id.legal_tasks:
                raise ValidationError(
                    self.env._(
                        "Tasks of a matter are kept in “%(project)s”, which is shared "
                        "with nobody. Choose that project for “%(task)s”, or remove "
                        "the matter.",
                        project=self.env["project.project"]._legal_project().name,
                        task=task.name,
                    )
                )
            if task.parent_id and task.parent_id.matter_id != matter:
                raise ValidationError(
                    self.env._(
                        "“%s” belongs to another matter than the task it is under. A "
                        "task and its sub-tasks have one matter.",
                        task.name,
                    )
                )
            if task.communication_id and task.communication_id.matter_id != matter:
                raise ValidationError(
                    self.env._(
                        "The communication that “%s” came from is of another matter. "
                        "Remove it from the task, or choose its matter.",
                        task.name,
                    )
                )
            team, company = task.legal_team_id, task.company_id
            if team and company and team.company_id != company:
                raise ValidationError(
                    self.env._(
                        "The team “%(team)s” is of %(other)s, the task of %(company)s. "
                        "Choose a team of the same company.",
                        team=team.name,
                        other=team.company_id.name,
                        company=company.name,
                    )
                )

    # -- who may do it --------------------------------------------------------------

    def _legal_people(self):
        """Map each id to its matter and to who is to do it."""
        return {
            task.id: (task.matter_id, task.user_ids)
            for task in self.sudo()  # for the comparison in _check_legal_people
        }

    def _check_legal_people(self, before):
        """Nobody is given a task of a matter that he may not read.

        :param dict before: see ``_legal_people``; who had it already is not asked
            about again, it is taken from him when the matter is closed to him
        :raises ValidationError: with the names
        """
        tasks_sudo = self.sudo().filtered(lambda t: t.matter_id and t.user_ids)
        for task in tasks_sudo:
            matter, known = before.get(task.id, (None, self.env["res.users"]))
            asked = task.user_ids.filtered("active")
            if matter == task.matter_id:
                asked -= known
            closed = asked - task._readers_among(asked)[task.id] if asked else asked
            if closed:
                raise ValidationError(
                    self.env._(
                        "%(names)s may not read %(matter)s and cannot do its tasks. "
                        "Give “%(task)s” to somebody else.",
                        names=", ".join(closed.mapped("name")),
                        matter=task.matter_id.number,
                        task=task.name,
                    )
                )

    # -- who may read it --------------------------------------------------------------

    @api.depends("access_list_id", "matter_id", "project_id", "user_ids")
    @api.depends_context("uid")
    def _compute_legal_readable(self):
        result = super()._compute_legal_readable()
        if not self._has_access_role():
            for task, task_sudo in zip(self, self.sudo(), strict=True):
                if not (task_sudo.matter_id or task_sudo.access_list_id):
                    task.legal_readable = (
                        not task_sudo.project_id.legal_tasks
                        or self.env.user in task_sudo.user_ids
                    )
        return result

    def _search_legal_readable(self, operator, value):
        """Without a legal role: of the law firm's tasks only those one has to do."""
        domain = super()._search_legal_readable(operator, value)
        if domain is NotImplemented or self._has_access_role():
            return domain
        elsewhere = Domain("project_id", "not any", [("legal_tasks", "=", True)])
        return domain & (elsewhere | Domain("user_ids", "in", [self.env.uid]))

    def _access_needs_role(self):
        # sudo: as in the mixin, whose project it is
        return super()._access_needs_role() or self.sudo().project_id.legal_tasks

    @api.model
    def _with_rule_fields(self, field_names):
        # Of a task, people in the portal read a short list of fields and no other.
        if not self._has_field_access(self._fields["access_list_id"], "read"):
            return field_names
        return super()._with_rule_fields(field_names)

    # -- no link, no name outside ------------

    def _portal_ensure_token(self):
        """A task of the law firm is opened with rights, by no link."""
        if self._access_needs_role():
            return ""
        return super()._portal_ensure_token()

    @api.model
    def _task_message_auto_subscribe_notify(self, users_per_task):
        """The mail to who is assigned names the task: not where names stay inside."""
        told = {
            task: users
            for task, users in users_per_task.items()
            if users and not task._name_stays_inside()
        }
        result = super()._task_message_auto_subscribe_notify(told)
        if self.env.context.get("mail_auto_subscribe_no_notify"):
            return result
        for task, users in users_per_task.items():
            if users and task not in told:
                text = self.env._("You have a task in %s.", task._hidden_name())
                task.message_notify(
                    subject=text,
                    body=text,
                    partner_ids=users.partner_id.ids,
                    email_layout_xmlid="mail.mail_notification_layout",
                )
        return result

    def get_formview_id(self, access_uid=None):
        """Opened from a mail or elsewhere, the firm's tasks have their own form."""
        if len(self) == 1 and self.sudo().project_id.legal_tasks:
            return self.env.ref("legal_deadlines.project_task_view_form").id
        return super().get_formview_id(access_uid=access_uid)
