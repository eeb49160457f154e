from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import DeadlineCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25 10:00:00")
class TestRecalculation(DeadlineCommon):
    """A holiday is corrected: what would move is listed, and moves when accepted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.place = cls._jurisdiction("DE-TH", "Erfurt")
        rule = cls._rule("DE-ZPO-520", length=2)
        deadlines = cls.env["legal.deadline"].with_user(cls.lawyer)
        cls.moving, cls.staying, cls.by_hand = (
            deadlines.create(
                {
                    "matter_id": cls.matter.id,
                    "rule_id": rule.id,
                    "trigger_date": day,
                    "jurisdiction_id": cls.place.id,
                    **more,
                }
            )
            for day, more in (
                ("2026-11-19", {}),
                ("2026-11-17", {}),
                (
                    "2026-11-19",
                    {"date_deadline": "2027-01-11", "manual_reason": "client away"},
                ),
            )
        )

    def _correct(self):
        self.env["legal.local.holiday"].create(
            {
                "jurisdiction_id": self.place.id,
                "name": "Town holiday",
                "day": "01-19",
                "source": "ordinance of the town",
            }
        )
        run = self.env["legal.deadline.recalculation"].search([], limit=1)
        self.assertEqual(run.state, "running")
        return run

    def test_listed_then_moved(self):
        run = self._correct()
        self.assertEqual(run.total, 3)
        self.assertEqual(run._count_batch(2), 2)
        self.assertEqual(run.state, "running")
        self.assertEqual(run._count_batch(2), 1)
        self.assertEqual(run.state, "review")
        lines = {line.deadline_id: line for line in run.line_ids}
        self.assertEqual(set(lines), {self.moving, self.by_hand})
        self.assertEqual(str(lines[self.moving].date_before), "2027-01-19")
        self.assertEqual(str(lines[self.moving].date_after), "2027-01-20")
        self.assertIn("by hand", lines[self.by_hand].problem)
        self.assertEqual(str(self.moving.date_deadline), "2027-01-19")
        with self.assertRaises(AccessError):
            run.with_user(self.assistant).action_apply()
        run.with_user(self.lawyer).action_apply()
        self.assertEqual(str(self.moving.date_deadline), "2027-01-20")
        self.assertEqual(str(self.by_hand.date_deadline), "2027-01-11")
        sheet = self.moving.sheet_ids.sorted("id")[-1]
        self.assertEqual(sheet.values["date_deadline"], ["2027-01-19", "2027-01-20"])
        self.assertIn(self.place.name, sheet.reason)
        self.assertEqual(run.state, "review", "one is still to be decided")
        run.with_user(self.lawyer).action_close()
        self.assertEqual(run.state, "done")

    def test_changed_meanwhile_is_left(self):
        run = self._correct()
        run._count_batch()
        self.moving.with_user(self.lawyer)._cancel("withdrawn")
        run.with_user(self.lawyer).action_apply()
        line = run.line_ids.filtered(lambda line: line.deadline_id == self.moving)
        self.assertEqual(line.state, "left")

    def test_cron_goes_on_where_it_stopped(self):
        run = self._correct()
        run._count_batch(1)
        cron = self.env.ref("legal_deadlines.cron_recalculate")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(run.state, "review")
        self.assertEqual(run.counted, 3)
        self.assertEqual(len(run.line_ids), 2)

    def test_holidays_of_an_update(self):
        runs = self.env["legal.deadline.recalculation"]
        runs._cron_watch_holidays()
        self.assertFalse(runs.search([]))
        self.env.cr.execute(
            "UPDATE legal_deadline SET basis = 'holidays 0.1' WHERE id = %s",
            [self.moving.id],
        )
        runs._cron_watch_holidays()
        self.assertEqual(len(runs.search([])), 1)
        runs._cron_watch_holidays()
        self.assertEqual(len(runs.search([])), 1)

    def test_lines_behind_a_wall(self):
        run = self._correct()
        run._count_batch()
        self.matter._raise_wall(self.lawyer2, "conflict")
        lines = self.env["legal.deadline.recalculation.line"].with_user(self.lawyer2)
        self.assertFalse(lines.search([("recalculation_id", "=", run.id)]))
        run.with_user(self.lawyer2).action_apply()
        self.assertEqual(str(self.moving.date_deadline), "2027-01-19")

    def test_counts_are_not_forged(self):
        run = self._correct()
        with self.assertRaises(UserError):
            run.with_user(self.lawyer).write({"state": "done"})
        run._count_batch()
        with self.assertRaises(UserError):
            run.line_ids[0].with_user(self.lawyer).write({"date_after": "2029-01-01"})
