from datetime import datetime

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .task_common import TaskCommon


@tagged("post_install", "-at_install")
class TestTask(TaskCommon):
    """What a task belongs to, and its queue, as an assistant and a lawyer."""

    def test_a_task_of_a_matter_needs_no_project(self):
        task = self._task(user=self.assistant)
        self.assertEqual(task.project_id, self.project)
        self.assertEqual(task.stage_id, self.to_do)
        self.assertEqual(task.company_id, self.matter.company_id)
        self.assertEqual(task.user_ids, self.assistant)
        self.assertFalse(task.partner_id)

    def test_made_in_the_form(self):
        form = Form(
            self.env["project.task"]
            .with_user(self.assistant)
            .with_context(legal_tasks=True, default_matter_id=self.matter.id),
            "legal_deadlines.project_task_view_form",
        )
        form.name = "Order the land register"
        form.legal_team_id = self.team
        form.date_deadline = datetime(2026, 12, 1, 12)
        task = form.save()
        self.assertEqual(task.matter_id, self.matter)
        self.assertEqual(task.legal_team_id, self.team)
        self.assertEqual(task.project_id, self.project)

    def test_a_private_task_that_gets_a_matter_moves(self):
        task = (
            self.env["project.task"].with_user(self.lawyer).create({"name": "Private"})
        )
        self.assertFalse(task.project_id)
        task.write({"matter_id": self.matter.id})
        self.assertEqual(task.project_id, self.project)
        self.assertEqual(task.company_id, self.matter.company_id)
        self.assertTrue(task.stage_id)

    def test_steps_have_the_matter_of_the_task(self):
        task = self._task()
        step = self._task(name="Step", matter=self.env["legal.matter"])
        step.write({"parent_id": task.id})
        self.assertEqual(step.matter_id, self.matter)
        below = (
            self.env["project.task"]
            .with_user(self.lawyer)
            .create({"name": "Below", "parent_id": step.id})
        )
        self.assertEqual(below.matter_id, self.matter)
        self.assertEqual(below.project_id, self.project)
        other = self._matter(access_policy="restricted")
        task.write({"matter_id": other.id})
        self.assertEqual(step.matter_id, other)
        self.assertEqual(below.matter_id, other)
        self.assertEqual(below.sudo().access_list_id, other.access_list_id)
        self.assertTrue(other.access_list_id)
        with self.assertRaises(ValidationError):
            below.write({"matter_id": self.matter.id})
        with self.assertRaises(ValidationError):
            below.write({"matter_id": False})
        elsewhere = self._task()
        with self.assertRaises(ValidationError):
            elsewhere.write({"parent_id": task.id})
        without = self._task(matter=self.env["legal.matter"])
        with self.assertRaises(ValidationError):
            elsewhere.write({"parent_id": without.id})

    def test_from_a_communication(self):
        call = self._call(self.matter)
        action = call.with_user(self.assistant).action_create_task()
        form = Form(
            self.env["project.task"]
            .with_user(self.assistant)
            .with_context(**action["context"]),
            "legal_deadlines.project_task_view_form",
        )
        task = form.save()
        self.assertEqual(task.name, call.subject)
        self.assertEqual(task.matter_id, self.matter)
        self.assertEqual(task.communication_id, call)
        self.assertEqual(task.user_ids, self.assistant)
        self.assertEqual(call.task_count, 1)
        other = self._call(self._matter())
        with self.assertRaisesRegex(ValidationError, "another matter"):
            task.write({"communication_id": other.id})

    def test_a_communication_without_a_matter_makes_none(self):
        waiting = self.env["legal.communication"].new({"subject": "x"})
        with self.assertRaisesRegex(UserError, "File this in a matter"):
            waiting.action_create_task()

    def test_a_team_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other firm"})
        team = self.env["legal.team"].create({"name": "Far", "company_id": other.id})
        with self.assertRaisesRegex(ValidationError, "same company"):
            self._task(legal_team_id=team.id)

    # -- the queue ------------------------------------------------------------------

    def test_take_and_give_back(self):
        task = self._task(user_ids=[(5,)], legal_team_id=self.team.id)
        mine = task.with_user(self.assistant)
        mine.action_take()
        self.assertEqual(task.user_ids, self.assistant)
        mine.action_take()  # again: nothing happens
        with self.assertRaisesRegex(UserError, self.assistant.name):
            task.with_user(self.lawyer).action_take()
        with self.assertRaisesRegex(UserError, "not yours"):
            task.with_user(self.lawyer).action_give_back()
        mine.write({"stage_id": self.in_progress.id})
        mine.action_give_back()
        self.assertFalse(task.user_ids)
        self.assertEqual(task.stage_id, self.to_do)
        task.with_user(self.lawyer2).action_take()  # who reads the matter may help
        self.assertEqual(task.user_ids, self.lawyer2)

    def test_who_was_slower_is_told_who_has_it(self):
        """From the queue of the firm: it is read by nobody else once it is taken."""
        task = self._task(matter=self.env["legal.matter"], user_ids=[(5,)])
        task.with_user(self.assistant).action_take()
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, self.assistant.name):
            task.with_user(self.lawyer2).action_take()
        for user in self.outsider | self.admin_user:
            with self.assertRaises(AccessError):
                task.with_user(user).action_take()

    def test_what_is_done_is_not_taken(self):
        task = self._task(user_ids=[(5,)], legal_team_id=self.team.id)
        task.action_done()
        with self.assertRaisesRegex(UserError, "done already"):
            task.with_user(self.assistant).action_take()

    def test_a_task_without_a_team_is_not_given_back(self):
        task = self._task()
        with self.assertRaisesRegex(UserError, "Choose the team"):
            task.action_give_back()
        self.assertEqual(task.user_ids, self.lawyer)

    # -- stage and state --------------------------------------------------------------

    def test_stage_and_state_say_the_same(self):
        task = self._task().with_user(self.assistant)
        task.write({"stage_id": self.done.id})
        self.assertEqual(task.state, "1_done")
        self.assertTrue(task.date_end)
        task.write({"stage_id": self.waiting.id})
        self.assertFalse(task.is_closed)
        task.action_done()
        self.assertEqual(task.stage_id, self.done)
        task.action_reopen()
        self.assertEqual(task.stage_id, self.to_do)
        self.assertFalse(task.date_end)
        task.action_cancel()
        self.assertEqual(task.state, "1_canceled")
        self.assertEqual(task.stage_id, self.done)
        again = task.copy()
        self.assertEqual(again.stage_id, self.to_do)
        self.assertFalse(again.is_closed)
        self.assertEqual(again.matter_id, self.matter)
        drawn = self._task(stage_id=self.done.id)
        self.assertEqual(drawn.state, "1_done")

    def test_the_board_shows_empty_columns(self):
        self._task()
        rows = (
            self.env["project.task"]
            .with_user(self.assistant)
            .with_context(legal_tasks=True, read_group_expand=True)
            .web_read_group([("matter_id", "=", self.matter.id)], ["stage_id"])
        )
        shown = [row["stage_id"][0] for row in rows["groups"]]
        self.assertEqual(shown, self.project.type_ids.ids)

    @freeze_time("2026-11-25 23:30:00")
    def test_days_left_where_the_user_is(self):
        """Half an hour before midnight in UTC it is tomorrow in Berlin."""
        self.lawyer.tz = "Europe/Berlin"
        task = self._task(date_deadline="2026-11-26 10:00:00").with_context(
            tz="Europe/Berlin"
        )
        late = self._task(date_deadline="2026-11-25 10:00:00")
        at_night = self._task(date_deadline="2026-11-26 22:45:00")
        self.assertEqual(task.days_left, 0)
        self.assertEqual(late.with_context(tz="Europe/Berlin").days_left, -1)
        found = task.search([("days_left", "<", 0), ("matter_id", "=", self.matter.id)])
        self.assertEqual(found, late)
        found = task.search([("days_left", "=", 0), ("matter_id", "=", self.matter.id)])
        self.assertEqual(found, task | at_night)
        found = task.search([("days_left", ">", 0), ("matter_id", "=", self.matter.id)])
        self.assertFalse(found)
        found = task.search(
            [("days_left", ">=", 0), ("matter_id", "=", self.matter.id)]
        )
        self.assertEqual(found, task | at_night)
        found = task.search(
            [("days_left", "<=", -1), ("matter_id", "=", self.matter.id)]
        )
        self.assertEqual(found, late)

    def test_the_filters_of_the_list(self):
        arch = self.env["project.task"].get_view(
            self.env.ref("legal_deadlines.project_task_view_search").id, "search"
        )["arch"]
        for name in ("overdue", "this_week", "my_queue", "done"):
            self.assertIn(f'name="{name}"', arch)
        tasks = self.env["project.task"].with_user(self.assistant)
        queued = self._task(user_ids=[(5,)], legal_team_id=self.team.id)
        for user, found in ((self.assistant, True), (self.lawyer2, False)):
            domain = [
                ("user_ids", "=", False),
                ("is_closed", "=", False),
                "|",
                ("legal_team_id", "=", False),
                ("legal_team_id.member_ids", "in", user.id),
            ]
            self.assertEqual(queued in tasks.with_user(user).search(domain), found)
        tasks.search([("days_left", ">=", 0), ("date_deadline", "<", "=monday +1w")])


@tagged("post_install", "-at_install")
class TestTaskSeries(TaskCommon):
    """Repetition is Odoo's own; the next one belongs to the same people."""

    def _series(self, **values):
        return self._task(
            name="Look into the post box",
            date_deadline="2026-01-31 10:00:00",
            recurring_task=True,
            repeat_interval=1,
            repeat_unit="month",
            repeat_type="forever",
            **values,
        )

    def _next(self, task):
        return self.env["project.task"].search(
            [
                ("recurrence_id", "=", task.recurrence_id.id),
                ("state", "=", "01_in_progress"),
            ]
        )

    def test_the_next_one(self):
        self.matter.sudo().write(
            {"access_policy": "team", "member_ids": [(4, self.assistant.id)]}
        )
        task = self._series(legal_team_id=self.team.id, priority="2")
        task.with_user(self.assistant).action_done()
        following = self._next(task)
        self.assertEqual(len(following), 1)
        self.assertEqual(following.matter_id, self.matter)
        self.assertEqual(following.sudo().access_list_id, self.matter.access_list_id)
        self.assertTrue(following.sudo().access_list_id)
        self.assertEqual(following.legal_team_id, self.team)
        self.assertEqual(following.user_ids, self.lawyer)
        self.assertEqual(following.company_id, self.matter.company_id)
        self.assertEqual(following.stage_id, self.to_do)
        self.assertEqual(following.priority, "2")
        self.assertEqual(
            following.date_deadline, fields.Datetime.to_datetime("2026-02-28 10:00:00")
        )
        self.assertTrue(following.recurring_task)
        self.assertFalse(following.with_user(self.lawyer2).has_access("read"))
        following.with_user(self.assistant).action_done()
        self.assertEqual(len(self._next(task)), 1)

    def test_drawn_into_the_last_column(self):
        task = self._series()
        task.write({"stage_id": self.done.id})
        self.assertEqual(len(self._next(task)), 1)

    def test_from_the_queue_into_the_queue(self):
        task = self._series(user_ids=[(5,)], legal_team_id=self.team.id)
        task.with_user(self.assistant).action_take()
        task.with_user(self.assistant).action_done()
        following = self._next(task)
        self.assertFalse(following.user_ids)
        self.assertEqual(following.legal_team_id, self.team)

    def test_somebody_who_lost_the_right_does_not_stop_it(self):
        task = self._series(user_ids=[(6, 0, (self.lawyer | self.lawyer2).ids)])
        self.lawyer2.sudo().group_ids = self.env.ref("base.group_user")
        self.env.invalidate_all()
        task.action_done()
        self.assertEqual(self._next(task).user_ids, self.lawyer)

    def test_the_end_of_a_series(self):
        task = self._series()
        task.with_user(self.assistant).action_unlink_recurrence()
        self.assertFalse(task.recurring_task)
        task.action_done()
        self.assertFalse(
            self.env["project.task"].search(
                [("name", "=", task.name), ("is_closed", "=", False)]
            )
        )


@tagged("post_install", "-at_install")
class TestTaskHooks(TaskCommon):
    """Tasks as open work, as the next date, and as what keeps a matter open."""

    def test_open_work_passes_on_at_a_wall(self):
        task = self._task(user_ids=[(6, 0, self.lawyer2.ids)])
        done = self._task(user_ids=[(6, 0, self.lawyer2.ids)])
        done.action_done()
        shared = self._task(user_ids=[(6, 0, (self.lawyer2 | self.assistant).ids)])
        self.matter.sudo()._raise_wall(self.lawyer2, "His brother is the opponent")
        self.env.invalidate_all()
        self.assertEqual(task.user_ids, self.lawyer)
        self.assertNotIn(self.lawyer2, shared.user_ids)
        self.assertEqual(done.user_ids, self.lawyer2)  # who did it stays on record
        self.assertNotIn(self.lawyer2.partner_id, task.message_partner_ids)
        self.assertFalse(task.with_user(self.lawyer2).has_access("read"))

    def test_two_at_once_are_shut_out(self):
        task = self._task(user_ids=[(6, 0, (self.lawyer2 | self.assistant).ids)])
        self._wall(self.lawyer2 | self.assistant)
        self.assertEqual(task.user_ids, self.lawyer)

    def test_open_work_of_somebody_who_leaves(self):
        task = self._task(user_ids=[(6, 0, self.assistant.ids)])
        office = self._task(
            matter=self.env["legal.matter"], user_ids=[(6, 0, self.assistant.ids)]
        )
        work = self.env["legal.open.work"]
        found = work._find(self.assistant)
        self.assertEqual(found["task"], (task | office).sudo())
        self.assertEqual(work._owners("task", task), self.assistant)
        self.assertEqual(work._matter_of("task", found["task"])[task.id], self.matter)
        self.assertIn("task", work._kinds())
        self.assertEqual(work._date_field("task"), "date_deadline")
        work._hand_over("task", found["task"], self.assistant, self.lawyer2)
        self.assertEqual(task.user_ids, self.lawyer2)
        self.assertEqual(office.user_ids, self.lawyer2)
        self.assertNotIn("task", work._find(self.assistant))

    @freeze_time("2026-11-25 08:00:00")
    def test_the_next_date(self):
        matter = self.matter.with_user(self.lawyer).with_context(tz="Europe/Berlin")
        self.assertFalse(matter.next_date)
        task = self._task(date_deadline="2026-12-01 23:30:00")  # the 2nd in Berlin
        self._task(date_deadline="2026-12-10 10:00:00")
        self.env.invalidate_all()
        self.assertEqual(matter.next_date, fields.Date.to_date("2026-12-02"))
        self.assertEqual(matter.next_date_label, task.name)
        for domain, found in (
            ([("next_date", "=", "2026-12-02")], True),
            ([("next_date", "=", "2026-12-01")], False),
            ([("next_date", "<", "2026-12-02")], False),
            ([("next_date", "<=", "2026-12-02")], True),
            ([("next_date", ">", "2026-12-10")], False),
            ([("next_date", ">=", "2026-12-10")], True),
            ([("next_date", "!=", False)], True),
            ([("next_date", "=", False)], False),
        ):
            domain = [("id", "=", matter.id), *domain]
            self.assertEqual(bool(matter.search(domain)), found, domain)
        self.matter.task_ids.action_done()
        self.env.invalidate_all()
        self.assertFalse(matter.next_date)
        self.assertTrue(
            matter.search([("id", "=", matter.id), ("next_date", "=", False)])
        )

    def test_open_tasks_keep_a_matter_open(self):
        task = self._task(user_ids=[(6, 0, self.assistant.ids)])
        matter = self.matter.with_user(self.lawyer)
        self.assertEqual(matter.task_count, 1)
        with self.assertRaisesRegex(UserError, "Tasks still open: 1"):
            matter._change_state("closed", "settled")
        task.action_done()
        self.env.invalidate_all()
        self.assertEqual(matter.task_count, 0)
        matter._change_state("closed", "settled")
        self.assertEqual(matter.state, "closed")

    def test_the_button_of_the_matter(self):
        task = self._task()
        other = self._task(matter=self._matter())
        action = self.matter.with_user(self.assistant).action_view_tasks()
        tasks = self.env["project.task"].with_user(self.assistant)
        found = tasks.search(action["domain"])
        self.assertIn(task, found)
        self.assertNotIn(other, found)
        new = tasks.with_context(**action["context"]).create({"name": "Quick"})
        self.assertEqual(new.matter_id, self.matter)
        self.assertEqual(new.user_ids, self.assistant)
