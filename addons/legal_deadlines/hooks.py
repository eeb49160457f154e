from odoo.exceptions import UserError
from odoo.tools import SQL

#: what the models of this addon put into the database beside their tables
_FUNCTIONS = (
    "legal_deadline_guard",
    "legal_deadline_sheet_guard",
    "legal_deadline_control_guard",
    "legal_deadline_control_line_guard",
)


def uninstall_hook(env):
    """Refuse to throw the firm's calendar away with one click in the list of apps.

    The tasks of matters would outlive the addon in Odoo's projects, without the field
    that names their matter: everybody in these projects could read them.

    :raises UserError: as long as there is a deadline, or a task of a matter
    """
    every = {"active_test": False}
    deadlines = env["legal.deadline"].with_context(**every).search_count([])
    tasks = (
        env["project.task"]
        .with_context(**every)
        .search_count([("matter_id", "!=", False)])
    )
    if deadlines or tasks:
        raise UserError(
            env._(
                "There are %(deadlines)s deadlines and %(tasks)s tasks of matters. "
                "Removing this application would destroy the firm's calendar and open "
                "the tasks to everybody in their projects, so it stays.",
                deadlines=deadlines,
                tasks=tasks,
            )
        )
    for name in _FUNCTIONS:
        env.cr.execute(
            SQL("DROP FUNCTION IF EXISTS %s() CASCADE", SQL.identifier(name))
        )
