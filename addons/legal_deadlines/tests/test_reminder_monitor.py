from odoo.exceptions import AccessError
from odoo.tests import HttpCase, freeze_time, tagged

from .reminders_common import RemindersCommon


@tagged("post_install", "-at_install")
class TestReminderMonitor(RemindersCommon):
    """That somebody notices when nobody is reminded."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.runs = cls.env["legal.deadline.run"]
        cls.runs.search([]).unlink()
        cls.env["mail.mail"].search([("state", "=", "exception")]).unlink()

    def _alarms(self, user):
        return self._mails(user).filtered(lambda mail: "trouble" in mail.subject)

    def _watch(self, at):
        with self._clock(at):
            self.runs._cron_watch()

    def test_a_run_is_written_down(self):
        self._deadline(warning_days="7")
        self._remind("2026-12-08")
        run = self.runs.search([])
        self.assertEqual((run.told, run.failed, run.left), (1, 0, 0))
        self.assertEqual(str(run.ended_on), "2026-12-08 06:00:00")

    def test_it_says_when_nothing_ran(self):
        self._remind("2026-12-08 06:00:00")
        with freeze_time("2026-12-08 06:29:00"):
            state = self.runs.with_user(self.outsider).get_state()
            self.assertEqual(state, {"trouble": False, "message": ""})
        with freeze_time("2026-12-08 06:31:00"):
            state = self.runs.with_user(self.assistant).get_state()
            self.assertEqual(state["trouble"], "late")
            self.assertIn("2026-12-08", state["message"])

    def test_a_run_that_never_ended_counts_for_nothing(self):
        self._remind("2026-12-08 06:00:00")
        with self._clock("2026-12-08 06:25:00"):
            self.runs._begin("remind")
        with freeze_time("2026-12-08 06:31:00"):
            self.assertEqual(self.runs._find_trouble(), "late")

    def test_partners_and_administrators_are_told_once_a_day(self):
        self._remind("2026-12-08 06:00:00")
        self._watch("2026-12-08 06:20:00")
        self.assertFalse(self._alarms(self.partner_user))
        for at in ("06:50:00", "07:50:00", "20:00:00"):
            self._watch(f"2026-12-08 {at}")
        self.assertEqual(len(self._alarms(self.partner_user)), 1)
        self.assertEqual(len(self._alarms(self.admin_user)), 1)
        self.assertFalse(self._alarms(self.lawyer))
        self._watch("2026-12-09 07:00:00")
        self.assertEqual(len(self._alarms(self.partner_user)), 2)

    def test_warnings_that_wait(self):
        self._deadline(warning_days="7")
        self._remind("2026-12-08 05:50:00")
        with self._clock("2026-12-08 07:01:00"):
            self.runs._begin("remind")._end()
            self.assertEqual(self.runs._find_trouble(), "stuck")

    def test_mails_that_do_not_get_out(self):
        self._deadline(warning_days="7")
        self._remind("2026-12-08")
        self._mails(self.lawyer).write({"state": "exception"})
        with freeze_time("2026-12-08 06:05:00"):
            self.assertEqual(self.runs._find_trouble(), "mail")

    def test_nobody_left_to_tell(self):
        self._deadline(deputy_id=False, team_id=False, warning_days="7")
        self.matter.with_context(legal_wall_reason="Former client").write(
            {"excluded_user_ids": [(4, self.partner_user.id)]}
        )
        self._remind("2026-12-08")
        self._remind("2026-12-09")
        with freeze_time("2026-12-09 06:05:00"):
            state = self.runs.with_user(self.lawyer).get_state()
        self.assertEqual(state["trouble"], "nobody")

    def test_who_sees_the_runs(self):
        self.runs.with_user(self.partner_user).check_access("read")
        for user in self.lawyer | self.outsider:
            with self.assertRaises(AccessError):
                self.runs.with_user(user).search([])
        with self.assertRaises(AccessError):
            self.runs.with_user(self.admin_user).create({"job": "remind"})

    def test_old_runs_are_cleared(self):
        self._remind("2026-01-01 06:00:00")
        self._remind("2026-12-08 06:00:00")
        with freeze_time("2026-12-08 06:00:00"):
            self.runs._gc_runs()
        self.assertEqual(len(self.runs.search([])), 1)


@tagged("post_install", "-at_install")
class TestDeadlineHealth(HttpCase):
    def test_health_without_a_sign_in(self):
        runs = self.env["legal.deadline.run"]
        runs.search([]).unlink()
        run = runs.create({"job": "remind", "date": "2020-01-01 10:00:00"})
        run.ended_on = "2020-01-01 10:00:01"
        answer = self.url_open("/legal/deadlines/health")
        self.assertEqual(answer.status_code, 503)
        self.assertEqual(answer.json(), {"reminders": "late"})
        self.env["legal.deadline.warning"].search([]).unlink()
        self.env["mail.mail"].search([("state", "=", "exception")]).unlink()
        run.ended_on = self.env.cr.now()
        answer = self.url_open("/legal/deadlines/health")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.json(), {"reminders": "ok"})
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
