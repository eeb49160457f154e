from odoo.tests import freeze_time, tagged

from .test_agenda import NOW, AgendaCommon


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestAgendaList(AgendaCommon):
    """The list as the client asks for it, and what stands in it from tasks."""

    def _open_list(self):
        """How many queries a page of "My dates" takes."""
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["legal.agenda"].with_user(self.lawyer)
        before = self.env.cr.sql_log_count
        rows.web_search_read(
            [("mine", "=", True), ("running", "=", True)],
            {
                "name": {},
                "date": {},
                "hour": {},
                "days_left": {},
                "bucket": {},
                "matter_id": {"fields": {"display_name": {}}},
                "user_id": {"fields": {"display_name": {}}},
                "deputy_id": {"fields": {"display_name": {}}},
                "state": {},
            },
            limit=80,
            count_limit=10001,
        )
        return self.env.cr.sql_log_count - before

    def test_more_dates_take_no_more_queries(self):
        self._deadline(deputy_id=self.lawyer2.id)
        self._event()
        self._open_list()
        few = self._open_list()
        for _number in range(10):
            matter = self._matter()
            self._deadline(matter=matter, deputy_id=self.lawyer2.id)
            self._event(matter=matter)
        self.assertLessEqual(self._open_list(), few)
        self.assertLessEqual(few, 12)

    def test_views_are_there_for_everybody_with_a_role(self):
        shown = self.env.ref("legal_deadlines.legal_agenda_action_my").views
        for user in (self.assistant, self.lawyer, self.partner_user):
            views = self.env["legal.agenda"].with_user(user).get_views(shown)
            self.assertEqual(set(views["views"]), {"list", "kanban", "calendar"})
            self.assertIn("bucket", views["views"]["list"]["arch"])

    def test_matters_without_a_next_date(self):
        action = self.env.ref("legal_deadlines.legal_matter_action_no_next_date")
        domain = [("state", "=", "open"), ("next_date", "=", False)]
        self.assertEqual(action.domain, str(domain))
        matters = self.env["legal.matter"].with_user(self.lawyer)
        self.assertIn(self.matter, matters.search(domain))
        self._event()
        self.env.flush_all()
        self.assertNotIn(self.matter, matters.search(domain))

    def test_tasks_with_a_date(self):
        if not self.env["legal.agenda"]._has_tasks():
            return
        tasks = self.env["project.task"].with_user(self.lawyer)
        task = tasks.create(
            {
                "name": "Draft the reply",
                "matter_id": self.matter.id,
                "date_deadline": "2026-12-11 15:00:00",
                "user_ids": [(6, 0, self.lawyer.ids)],
            }
        )
        domain = [("res_model", "=", "project.task"), ("res_id", "=", task.id)]
        row = self._rows(self.lawyer, *domain)
        self.assertEqual(
            (row.kind, row.name, row.hour, row.user_id, row.matter_id),
            ("task", task.name, "16:00", self.lawyer, self.matter),
        )
        self.assertIn(self._key(task), self._shown(self.lawyer, ("mine", "=", True)))
        task.sudo().state = "1_done"
        self.assertEqual(self._rows(self.lawyer, *domain).bucket, "8_done")
        self.matter._raise_wall(self.lawyer2, "Family")
        self.assertFalse(self._rows(self.lawyer2, *domain))
