from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import DeadlineCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25 10:00:00")
class TestDeadlineHooks(DeadlineCommon):
    """What matters, walls and leaving staff know of deadlines."""

    def test_next_date_of_the_matter(self):
        deadline = self._deadline("2026-12-15")
        self._deadline("2027-01-15")
        matter = self.matter.with_user(self.assistant)
        self.assertEqual(str(matter.next_date), "2026-12-15")
        self.assertEqual(matter.next_date_label, deadline.name)
        matters = self.env["legal.matter"].with_user(self.assistant)
        mine = [("id", "=", matter.id)]
        self.assertTrue(matters.search([("next_date", "=", "2026-12-15"), *mine]))
        self.assertFalse(matters.search([("next_date", "=", False), *mine]))
        other = self._matter()
        self.assertIn(other, matters.search([("next_date", "=", False)]))

    def test_open_deadline_keeps_the_matter_open(self):
        self._deadline()
        with self.assertRaisesRegex(UserError, "Dates still open"):
            self.matter.with_user(self.lawyer)._change_state("closed", "settled")

    def test_wall_hands_over(self):
        deadline = self._deadline(deputy_id=self.lawyer2.id)
        self.matter.with_user(self.lawyer)._raise_wall(
            self.lawyer2, "conflict", self.partner_user
        )
        self.assertEqual(deadline.deputy_id, self.partner_user)
        self.assertIn("handed_over", deadline.sheet_ids.mapped("action"))

    def test_leaving_finds_deadlines(self):
        deadline = self._deadline(user_id=self.lawyer2.id)
        work = self.env["legal.open.work"]
        found = work._find(self.lawyer2)
        self.assertIn(deadline, found["deadline"])
        work._hand_over("deadline", found["deadline"], self.lawyer2, self.lawyer)
        self.assertEqual(deadline.user_id, self.lawyer)

    def test_days_left(self):
        deadline = self._deadline("2026-11-28")
        self.assertEqual(deadline.days_left, 3)
        found = self.env["legal.deadline"].search(
            [("days_left", "<=", 3), ("matter_id", "=", self.matter.id)]
        )
        self.assertEqual(found, deadline)

    def test_sheets_and_log_are_complete(self):
        deadline = self._deadline()
        deadline.with_user(self.lawyer).write({"note": "ask the expert"})
        sheets = deadline.sheet_ids
        entries = self.env["legal.deadline.log"].search(
            [("deadline_id", "=", deadline.id)]
        )
        self.assertEqual(len(sheets), 2)
        self.assertEqual(sorted(entries.mapped("digest")), sorted(sheets._digests()))
        # the same note again is no change
        deadline.with_user(self.lawyer).write({"note": "ask the expert"})
        self.assertEqual(len(deadline.sheet_ids), 2)
