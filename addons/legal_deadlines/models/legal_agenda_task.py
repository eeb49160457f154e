from odoo import SUPERUSER_ID, api, models
from odoo.fields import Domain
from odoo.tools import SQL


class LegalAgenda(models.Model):
    """Tasks of a matter, a department or the firm that have a date, among all dates."""

    _inherit = "legal.agenda"

    @api.model
    def _has_tasks(self):
        """Whether tasks belong to matters here."""
        task = self.env.get("project.task")
        return task is not None and {"matter_id", "legal_team_id"} <= set(task._fields)

    def _parts_sql(self):
        parts = super()._parts_sql()
        return [*parts, self._task_sql()] if self._has_tasks() else parts

    def _taken_part_sql(self):
        parts = super()._taken_part_sql()
        if self._has_tasks():
            parts["project.task"] = SQL(
                "(SELECT task_id FROM project_task_user_rel WHERE user_id = %s)",
                self.env.uid,
            )
        return parts

    def _task_sql(self):
        """The part of the tasks; the first person of each sees to it.

        With the rules of tasks as well: not every reader of the matter is let into a
        private project.
        """
        domain = Domain("matter_id", "!=", False) | Domain("legal_team_id", "!=", False)
        if "legal_tasks" in self.env["project.project"]._fields:
            domain |= Domain("project_id.legal_tasks", "=", True)
        domain &= Domain("date_deadline", "!=", False)
        # The rules of the user himself, also where the view is asked as superuser.
        tasks = self.env["project.task"].sudo(self.env.uid == SUPERUSER_ID)
        if not (
            self._has_access_role()
            and tasks.has_access("read")
            and tasks.project_id.has_access("read")
        ):
            # sudo: for the columns alone, of no row
            tasks, domain = tasks.sudo(), Domain.FALSE
        query = tasks._search(domain)

        def column(name):
            return tasks._field_to_sql(query.table, name, query)

        number = SQL.identifier(query.table, "id")
        due = column("date_deadline")
        return query.select(
            SQL("%s * 4 + 2 AS id", number),
            SQL("'project.task'::varchar AS res_model"),
            SQL("%s AS res_id", number),
            SQL("'task'::varchar AS kind"),
            SQL("%s AS name", column("name")),
            SQL(
                "(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date AS date",
                due,
                str(self.env.tz),
            ),
            SQL("%s AS start", due),
            SQL("%s AS stop", due),
            SQL("FALSE AS all_day"),
            SQL("%s AS matter_id", column("matter_id")),
            SQL(
                """COALESCE(%(company)s,
                       (SELECT m.company_id FROM legal_matter m
                         WHERE m.id = %(matter)s),
                       (SELECT t.company_id FROM legal_team t WHERE t.id = %(team)s))
                   AS company_id""",
                company=column("company_id"),
                matter=column("matter_id"),
                team=column("legal_team_id"),
            ),
            SQL("%s AS access_list_id", column("access_list_id")),
            SQL(
                """(SELECT min(r.user_id) FROM project_task_user_rel r
                     WHERE r.task_id = %s) AS user_id""",
                number,
            ),
            SQL("NULL::integer AS deputy_id"),
            SQL("%s AS team_id", column("legal_team_id")),
            SQL("NULL::varchar AS location"),
            SQL(
                """(CASE %s WHEN '1_done' THEN 'done'
                    WHEN '1_canceled' THEN 'cancelled'
                    ELSE 'open' END)::varchar AS state""",
                column("state"),
            ),
            SQL("FALSE AS entry_unchecked"),
            SQL("%s AS created_on", column("create_date")),
            SQL("%s AS changed_on", column("write_date")),
        )
