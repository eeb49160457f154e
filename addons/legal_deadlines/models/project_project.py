from odoo import api, fields, models
from odoo.exceptions import UserError

#: what would open the tasks of matters to people who do not read the matters
_SHARED = {"privacy_visibility", "access_token", "active"}


class ProjectProject(models.Model):
    """The one project in which the law firm's tasks live.

    A lawyer does not think in projects: tasks have a matter, a person or a team. Odoo
    wants a project for tasks that have nobody yet, so there is one, for all companies.
    It is shared with nobody: a shared project opens its tasks by its own link.
    """

    _inherit = "project.project"

    legal_tasks = fields.Boolean(
        string="Tasks of the Law Firm", readonly=True, copy=False
    )

    @api.model
    def _legal_project(self):
        """The project of the law firm's tasks, with superuser rights."""
        # sudo: which project it is is the same for everybody
        return self.env.ref("legal_deadlines.project_legal_tasks").sudo()

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:  # the system makes it, nobody declares another one
            for vals in vals_list:
                vals.pop("legal_tasks", None)
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            vals = {key: vals[key] for key in vals if key != "legal_tasks"}
        legal = self.sudo().filtered("legal_tasks")
        if legal and _SHARED & set(vals):
            legal._check_stays_inside(vals)
        return super().write(vals)

    def _check_stays_inside(self, vals):
        if (
            vals.get("privacy_visibility", "followers") != "followers"
            or vals.get("access_token")
            or not vals.get("active", True)
        ):
            raise UserError(
                self.env._(
                    "“%s” holds the tasks of matters. It can neither be shared nor "
                    "archived. Use another project for what is shared.",
                    self[:1].name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_legal_tasks(self):
        if self.filtered("legal_tasks"):
            raise UserError(
                self.env._(
                    "“%s” holds the tasks of matters and cannot be deleted.",
                    self.filtered("legal_tasks")[:1].name,
                )
            )

    def _portal_ensure_token(self):
        """No link opens the firm's tasks to whoever holds it."""
        # sudo: whether it is that project says nothing of its tasks
        if self.sudo().legal_tasks:
            return ""
        return super()._portal_ensure_token()
