from werkzeug.exceptions import NotFound

from odoo.http import request

from odoo.addons.project.controllers.portal import ProjectCustomerPortal


class LegalTaskPortal(ProjectCustomerPortal):
    """Odoo's pages show any task of a project that one may read, given any token."""

    def _task_get_page_view_values(self, task, access_token, **kwargs):
        mine = task.with_env(request.env)
        if task and task._access_needs_role() and not mine.has_access("read"):
            raise NotFound()
        return super()._task_get_page_view_values(task, access_token, **kwargs)
