from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .task_common import TaskCommon


class TaskDoors(TaskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user("pm", "project.group_project_manager", "Pia Manager")
        cls.portal = cls._user("guest", "base.group_portal", "Gerd Guest")
        cls.task = cls._task(name="Marker task", legal_team_id=cls.team.id)
        cls.intruders = (
            cls.lawyer2 | cls.admin_user | cls.outsider | cls.manager | cls.portal
        )


@tagged("post_install", "-at_install")
class TestDoorsTasks(TaskDoors):
    """Tasks of a matter, as somebody behind the wall and without a role."""

    def test_readers_only(self):
        self._wall()
        for user in self.intruders:
            task = self.task.with_user(user)
            self.assertFalse(task.search([("id", "=", task.id)]), user.name)
            self.assertFalse(task.search([("name", "ilike", "Marker")]))
            self.assertFalse(task.name_search("Marker"))
            self.assertFalse(
                task._read_group([("id", "=", task.id)], ["project_id"], ["__count"])
            )
            self.env.invalidate_all()
            for method, args in (
                ("read", [["name"]]),
                ("write", [{"name": "x"}]),
                ("unlink", []),
                ("copy", []),
                ("action_take", []),
                ("action_done", []),
                ("action_give_back", []),
                ("message_post", []),
                ("message_subscribe", [user.partner_id.ids]),
            ):
                with self.assertRaises(AccessError, msg=f"{user.name} {method}"):
                    getattr(task, method)(*args)
                self.env.invalidate_all()
        for user in self.lawyer | self.assistant | self.partner_user:
            self.assertTrue(self.task.with_user(user).has_access("write"), user.name)

    def test_neither_following_nor_having_it_opens_it(self):
        """Core's rules for followers and assigned people do not pass a wall."""
        for user in self.intruders:
            self.env["mail.followers"].sudo().create(
                {
                    "res_model": "project.task",
                    "res_id": self.task.id,
                    "partner_id": user.partner_id.id,
                }
            )
            self.env.cr.execute(
                "INSERT INTO project_task_user_rel (task_id, user_id) VALUES (%s, %s)",
                (self.task.id, user.id),
            )
        self.project.sudo().message_subscribe(self.intruders.partner_id.ids)
        self.env.invalidate_all()
        for user in self.intruders - self.lawyer2:
            task = self.task.with_user(user)
            self.assertFalse(task.search([("id", "=", task.id)]), user.name)
            self.assertFalse(task.has_access("read"), user.name)
        self._wall()
        self.assertFalse(self.task.with_user(self.lawyer2).has_access("read"))

    def test_personal_stages_are_closed_too(self):
        self.env.cr.execute(
            "INSERT INTO project_task_user_rel (task_id, user_id) VALUES (%s, %s)",
            (self.task.id, self.lawyer2.id),
        )
        self.env.invalidate_all()
        personal = self.env["project.task.stage.personal"].with_user(self.lawyer2)
        domain = [("task_id", "=", self.task.id)]
        self.assertTrue(personal.search(domain))
        self._wall()
        self.env.cr.execute(
            "INSERT INTO project_task_user_rel (task_id, user_id) VALUES (%s, %s) "
            "ON CONFLICT DO NOTHING",
            (self.task.id, self.lawyer2.id),
        )
        self.env.invalidate_all()
        self.assertFalse(personal.search(domain))

    def test_reports_count_what_one_may_read(self):
        self.task.date_deadline = "2026-12-01"
        self.env.flush_all()
        report = self.env["report.project.task.user"]
        domain = [("task_id", "=", self.task.id)]
        both = self.manager | self._user(
            "both",
            "project.group_project_manager,legal_crm.group_lawyer",
            "Lawyer and manager",
        )
        self.assertFalse(report.with_user(both[0]).search(domain))
        self.assertTrue(report.with_user(both[1]).search(domain))
        chart = self.env["project.task.burndown.chart.report"]
        project = [("project_id", "=", self.project.id)]

        def charted(user):
            rows = chart.with_user(user)._read_group(
                project, ["date:month", "stage_id"], ["__count"]
            )
            return sum(count for *_group, count in rows)

        self.assertFalse(charted(both[0]))
        before = charted(both[1])
        self.assertTrue(before)
        self._wall(both[1])
        self.assertFalse(report.with_user(both[1]).search(domain))
        self.assertLess(charted(both[1]), before)
        with self.assertRaises(AccessError):
            report.with_user(both[1]).browse(self.task.id).read(["name"])

    def test_what_points_at_it_does_not_name_it(self):
        other = self._task(name="Other", matter=self._matter())
        other.sudo().write({"depend_on_ids": [(4, self.task.id)]})
        step = self._task(name="Marker step", parent_id=self.task.id)
        tag = self.env["project.tags"].create({"name": "Urgent"})
        self.task.sudo().tag_ids = tag
        self._wall()
        seen = other.with_user(self.lawyer2)
        self.assertFalse(seen.depend_on_ids)
        self.assertFalse(tag.with_user(self.lawyer2).task_ids)
        self.assertFalse(step.with_user(self.lawyer2).has_access("read"))
        shown = self.task.with_user(self.lawyer2).sudo().display_name
        self.assertNotIn("Marker", shown)
        self.assertNotIn(
            "Marker", str(self.project.with_user(self.manager).task_ids.mapped("name"))
        )

    def test_a_series_is_closed_with_its_tasks(self):
        self.task.write(
            {"recurring_task": True, "repeat_interval": 1, "repeat_unit": "week"}
        )
        series = self.task.recurrence_id
        self._wall()
        closed = series.with_user(self.lawyer2)
        self.assertFalse(closed.search([("id", "=", series.id)]))
        with self.assertRaises(AccessError):
            closed.write({"repeat_interval": 2})
        with self.assertRaises(AccessError):
            closed.unlink()

    def test_messages_activities_and_ratings_of_a_task(self):
        self.task.message_post(body="Marker said", subtype_xmlid="mail.mt_comment")
        activity = self.task.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=self.assistant.id,
            summary="Marker call",
        )
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("project.task"),
                "res_id": self.task.id,
                "feedback": "Marker feedback",
            }
        )
        self._wall()
        for user in self.lawyer2 | self.admin_user | self.manager | self.outsider:
            self.env.invalidate_all()
            for record in (self.task.message_ids, activity, rating):
                found = record.with_user(user).search([("id", "in", record.ids)])
                self.assertFalse(found, (user.name, record))
            self.assertNotIn("Marker", rating.with_user(user).sudo().display_name)

    def test_nobody_puts_a_task_into_a_closed_matter(self):
        own = self._task(self.lawyer2, self.env["legal.matter"], name="Own")
        self._wall()
        matter_id = self.matter.id
        new = self.env["project.task"].with_user(self.lawyer2)
        for make in (
            lambda: own.write({"matter_id": matter_id}),
            lambda: own.write({"parent_id": self.task.id}),
            lambda: new.create({"name": "x", "matter_id": matter_id}),
            lambda: new.with_context(default_matter_id=matter_id).create({"name": "x"}),
            lambda: new.create({"name": "x", "parent_id": self.task.id}),
            lambda: new.with_context(default_parent_id=self.task.id).create(
                {"name": "x"}
            ),
        ):
            with self.assertRaises(UserError):
                make()
            self.env.invalidate_all()

    def test_a_default_does_not_leave_the_key_out(self):
        """Made from the form of the matter: the matter comes as a default."""
        self._wall()
        task = (
            self.env["project.task"]
            .with_user(self.lawyer)
            .with_context(default_matter_id=self.matter.id)
            .create({"name": "From the matter"})
        )
        self.assertEqual(task.matter_id, self.matter)
        self.assertEqual(task.sudo().access_list_id, self.matter.access_list_id)
        self.assertFalse(task.with_user(self.lawyer2).has_access("read"))

    def test_nobody_is_given_what_he_may_not_read(self):
        self._wall()
        for user in (self.lawyer2, self.outsider, self.admin_user):
            with self.assertRaisesRegex(ValidationError, user.name):
                self._task(user_ids=[(6, 0, user.ids)])
            with self.assertRaisesRegex(ValidationError, user.name):
                self.task.write({"user_ids": [(4, user.id)]})
        free = self._task(
            matter=self.env["legal.matter"], user_ids=[(6, 0, self.lawyer2.ids)]
        )
        with self.assertRaisesRegex(ValidationError, self.lawyer2.name):
            free.write({"matter_id": self.matter.id})

    def test_the_key_cannot_be_given(self):
        self._wall()
        self.task.write({"access_list_id": False})
        self.assertEqual(self.task.sudo().access_list_id, self.matter.access_list_id)

    def test_tasks_of_other_projects_stay_as_they_were(self):
        open_project = self.env["project.project"].create(
            {"name": "New website", "privacy_visibility": "employees"}
        )
        task = (
            self.env["project.task"]
            .with_user(self.manager)
            .create({"name": "Choose colours", "project_id": open_project.id})
        )
        for user in self.outsider | self.lawyer2 | self.manager | self.admin_user:
            self.assertTrue(task.with_user(user).has_access("read"), user.name)
            self.assertTrue(task.with_user(user).search([("id", "=", task.id)]))
        worker = self._user("worker", "project.group_project_user", "Walter Worker")
        private = self.env["project.task"].with_user(worker).create({"name": "Mine"})
        self.assertFalse(private.project_id)
        self.assertEqual(private.user_ids, worker)
        for user in self.lawyer | self.manager:
            self.assertFalse(private.with_user(user).search([("id", "=", private.id)]))
        private.write({"state": "1_done"})
        task.write({"state": "1_done"})
        task.unlink()

    def test_a_matter_is_not_carried_into_another_project(self):
        shared = self.env["project.project"].create(
            {"name": "Shared with the client", "privacy_visibility": "portal"}
        )
        with self.assertRaisesRegex(ValidationError, "kept in"):
            self.task.sudo().write({"project_id": shared.id})
        with self.assertRaisesRegex(ValidationError, "kept in"):
            self._task(project_id=shared.id)

    def test_the_project_of_the_tasks_is_shared_with_nobody(self):
        project = self.project.with_user(self.manager)
        for values in (
            {"privacy_visibility": "portal"},
            {"privacy_visibility": "employees"},
            {"access_token": "known"},
            {"active": False},
        ):
            with self.assertRaises(UserError, msg=values):
                project.write(values)
        with self.assertRaises(UserError):
            project.unlink()
        project.write({"legal_tasks": False, "description": "x"})
        self.assertTrue(self.project.legal_tasks)
        self.assertFalse(self.project._portal_ensure_token())
        other = project.create({"name": "Other", "legal_tasks": True})
        self.assertFalse(other.legal_tasks)
        self.assertFalse(project.copy().legal_tasks)

    def test_a_task_of_the_firm_has_no_link(self):
        self.assertFalse(self.task._portal_ensure_token())
        wizard = (
            self.env["task.share.wizard"]
            .with_user(self.lawyer)
            .with_context(active_model="project.task", active_id=self.task.id)
        )
        with self.assertRaises(UserError):
            wizard.create({"partner_ids": [(6, 0, self.meier.ids)]}).action_send_mail()
        self.assertFalse(self.task.sudo().access_token)

    def test_the_mail_to_who_is_assigned_names_no_restricted_matter(self):
        self.matter.sudo().write(
            {"access_policy": "restricted", "member_ids": [(4, self.assistant.id)]}
        )
        task = self._task(name="Marker restricted", user_ids=[(5,)])
        task.write({"user_ids": [(4, self.assistant.id)]})
        mail = self.env["mail.message"].search(
            [
                ("model", "=", "project.task"),
                ("res_id", "=", task.id),
                ("message_type", "=", "user_notification"),
            ]
        )
        self.assertTrue(mail)
        self.assertIn(self.matter.number, mail.subject)
        self.assertNotIn("Marker", mail.subject + mail.body)


@tagged("post_install", "-at_install")
class TestWhoSeesTasksOfTheFirm(TaskCommon):
    """Tasks without a matter."""

    def _readers(self, task):
        people = (
            self.lawyer
            | self.lawyer2
            | self.assistant
            | self.partner_user
            | self.admin_user
            | self.outsider
        )
        self.env.invalidate_all()
        readers = people.filtered(lambda u: task.with_user(u).has_access("read"))
        for user in people:  # searching says the same
            found = task.with_user(user).search([("id", "=", task.id)])
            self.assertEqual(bool(found), user in readers, user.name)
        return readers

    def _office_task(self, **values):
        return self._task(matter=self.env["legal.matter"], **values)

    def test_own(self):
        self.assertEqual(self._readers(self._office_task()), self.lawyer)
        given = self._office_task(user_ids=[(6, 0, self.assistant.ids)])
        self.assertEqual(self._readers(given), self.lawyer | self.assistant)

    def test_of_the_team(self):
        task = self._office_task(
            user=self.partner_user,
            legal_team_id=self.team.id,
            user_ids=[(5,)],
        )
        self.assertEqual(
            self._readers(task), self.partner_user | self.lawyer | self.assistant
        )

    def test_of_the_firm(self):
        task = self._office_task(user_ids=[(5,)])
        self.assertEqual(
            self._readers(task),
            self.lawyer | self.lawyer2 | self.assistant | self.partner_user,
        )

    def test_somebody_without_a_role_sees_what_he_has_to_do(self):
        task = self._office_task(user_ids=[(6, 0, self.outsider.ids)])
        self.assertEqual(self._readers(task), self.lawyer | self.outsider)

    def test_an_assistant_cannot_delete_and_is_no_project_user(self):
        task = self._office_task(user_ids=[(6, 0, self.assistant.ids)])
        with self.assertRaises(AccessError):
            task.with_user(self.assistant).unlink()
        self.assertFalse(self.assistant.has_group("project.group_project_user"))
        menus = self.env["ir.ui.menu"].with_user(self.assistant)
        self.assertNotIn(
            self.env.ref("project.menu_main_pm").id, menus._visible_menu_ids()
        )
        task.unlink()


@tagged("post_install", "-at_install")
class TestDoorsTaskPages(TaskDoors, HttpCase):
    """Odoo's pages for customers, as a colleague behind the wall and as nobody."""

    @mute_logger("odoo.http")
    def test_no_page_shows_a_task(self):
        self._wall()
        password = "behind the wall 1"
        self.intruders.sudo().password = password
        self.env.flush_all()
        pages = [
            f"/my/tasks/{self.task.id}?access_token=False",
            f"/my/tasks/{self.task.id}?access_token=",
            f"/my/tasks/{self.task.id}",
            f"/my/projects/{self.project.id}/task/{self.task.id}?access_token=x",
            f"/my/projects/{self.project.id}/task/{self.task.id}",
            f"/my/projects/{self.project.id}?access_token=x",
            "/my/tasks?search=Marker&search_in=name",
        ]
        for user in (None, *self.intruders):
            if user:
                self.authenticate(user.login, password)
            for page in pages:
                answer = self.url_open(page)
                self.assertNotIn("Marker task", answer.text, (user, page))
        password = "allowed to read 1"
        self.lawyer.sudo().password = password
        self.env.flush_all()
        self.authenticate(self.lawyer.login, password)
        self.assertIn("Marker task", self.url_open(pages[2]).text)

    def test_the_portal_reads_its_own_project_as_before(self):
        """The mixin asks for the key; people in the portal may not name that field."""
        guest = self._user("shared.client", "base.group_portal", "Shared Client")
        shared = self.env["project.project"].create(
            {"name": "Shared", "privacy_visibility": "portal"}
        )
        task = self.env["project.task"].create(
            {"name": "For the client", "project_id": shared.id}
        )
        shared.message_subscribe(guest.partner_id.ids)
        task.message_subscribe(guest.partner_id.ids)
        self.env.flush_all()
        self.env.invalidate_all()
        seen = task.with_user(guest)
        self.assertEqual(seen.search([("id", "=", task.id)]).name, "For the client")
        self.assertEqual(seen.read(["name"])[0]["name"], "For the client")
        token = task._portal_ensure_token()
        self.assertTrue(token)
        page = self.url_open(f"/my/tasks/{task.id}?access_token={token}")
        self.assertIn("For the client", page.text)
