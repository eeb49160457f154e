from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import DeadlineCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25 10:00:00")
class TestDeadlineEntry(DeadlineCommon):
    """A date is computed, explained, and complete, whichever way it is entered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.appeal = cls._rule("DE-ZPO-517", length=1, long_stop="first=5month")
        cls.grounds = cls._rule("DE-ZPO-520", length=2)

    def _enter(self, user=None, **vals):
        return (
            self.env["legal.deadline"]
            .with_user(user or self.assistant)
            .create(
                {
                    "matter_id": self.matter.id,
                    "rule_id": self.appeal.id,
                    "trigger_date": "2026-11-24",
                    "jurisdiction_id": self.berlin.id,
                    **vals,
                }
            )
        )

    def test_computed_from_rule(self):
        deadline = self._enter()
        # 24 December 2026 is a Thursday, and a working day in Germany
        self.assertEqual(str(deadline.date_deadline), "2026-12-24")
        self.assertEqual(deadline.name, self.appeal.name)
        self.assertEqual(deadline.user_id, self.lawyer)
        self.assertEqual(deadline.state, "open")
        self.assertIn("2026", deadline.explanation)
        self.assertIn("BGB", deadline.explanation)
        self.assertIn("holidays", deadline.basis)
        self.assertEqual(deadline.entered_by_id, self.assistant)

    def test_rolled_over_the_holidays_of_the_court(self):
        deadline = self._enter(trigger_date="2026-11-25")
        self.assertEqual(str(deadline.date_deadline), "2026-12-28")
        self.assertIn("Weihnacht", deadline.explanation)

    def test_long_stop_is_earlier(self):
        deadline = self._enter(pronounced_on="2026-06-01")
        # five months after pronouncement it begins at the latest (ZPO 517)
        self.assertEqual(str(deadline.date_deadline), "2026-12-01")

    def test_rule_changed_later_moves_nothing(self):
        deadline = self._enter()
        self.appeal.length = 3
        self.assertEqual(deadline.length, 1)
        self.assertEqual(str(deadline.date_deadline), "2026-12-24")

    def test_bad_input(self):
        cases = {
            "future": ({"trigger_date": "2026-11-26"}, "future"),
            "place": ({"jurisdiction_id": False}, "place"),
            "1900": ({"trigger_date": "1900-01-01"}, "1900"),
            "2200": ({"trigger_date": "2200-01-01"}, "2200|future"),
            "zero": ({"rule_id": self._rule("X-0", length=0).id}, "period"),
            "no trigger": ({"trigger_date": False}, "day of the event"),
            "by hand": (
                {
                    "rule_id": False,
                    "trigger_date": False,
                    "date_deadline": "2027-01-04",
                },
                "by hand",
            ),
            "other date": ({"date_deadline": "2026-12-25"}, "By the law"),
            "no date": ({"rule_id": False, "trigger_date": False, "name": "x"}, "date"),
            "time": (
                {"unit": "hour", "length": 72, "trigger_time": "25:99"},
                "25:99",
            ),
        }
        for name, (vals, sentence) in cases.items():
            with self.subTest(name), self.assertRaisesRegex(UserError, sentence):
                with self.env.cr.savepoint():
                    self._enter(**vals)
        with self.assertRaises(ValueError):
            self._enter(trigger_date="2026-02-30")

    def test_backward_date_that_is_over(self):
        rule = self._rule("DE-BACK", length=1, unit="week", direction="backward")
        with self.assertRaisesRegex(UserError, "over"):
            self._enter(rule_id=rule.id, trigger_date="2026-11-27")
        deadline = self._enter(rule_id=rule.id, trigger_date="2026-12-18")
        self.assertEqual(str(deadline.date_deadline), "2026-12-10")

    def test_other_date_with_reason(self):
        deadline = self._enter(
            date_deadline="2026-12-20", manual_reason="the client travels"
        )
        self.assertEqual(str(deadline.date_deadline), "2026-12-20")
        self.assertEqual(str(deadline.date_computed), "2026-12-24")

    def test_nobody_forges_what_the_suite_fills_in(self):
        deadline = self._enter(
            state="done",
            checked_by_id=self.lawyer.id,
            entry_checked_by_id=self.lawyer.id,
            entered_by_id=self.lawyer.id,
            origin_model="res.partner",
            origin_id=1,
        )
        self.assertEqual(deadline.state, "open")
        self.assertFalse(deadline.checked_by_id | deadline.entry_checked_by_id)
        self.assertEqual(deadline.entered_by_id, self.assistant)
        self.assertFalse(deadline.origin_id)

    def test_without_matter(self):
        with self.assertRaisesRegex(UserError, "matter"):
            self._enter(matter_id=False)

    def test_closed_matter(self):
        matter = self._matter()
        matter.action_open()
        matter._change_state("closed", "settled")
        with self.assertRaisesRegex(UserError, "closed"):
            self._enter(matter_id=matter.id)

    def test_behind_the_wall(self):
        self.matter._raise_wall(self.assistant, "conflict")
        with self.assertRaises(AccessError):
            self._enter()

    def test_responsible_must_read(self):
        self.matter._raise_wall(self.lawyer2, "conflict")
        with self.assertRaisesRegex(ValidationError, "may not read"):
            self._enter(user_id=self.lawyer2.id)

    def test_time_zone_crossing_midnight(self):
        call = self._call(self.matter, date="2026-11-23 23:30:00")
        deadline = self._enter(trigger_date=False, communication_id=call.id)
        # 23:30 in Greenwich is half past midnight in Berlin
        self.assertEqual(str(deadline.trigger_date), "2026-11-24")

    def test_hours_over_the_clock_change(self):
        rule = self._rule(
            "EU-72", regime="EU-GDPR", length=72, unit="hour", options="mode=fullhour"
        )
        with freeze_time("2026-10-26 10:00:00"):
            deadline = self._enter(
                rule_id=rule.id, trigger_date="2026-10-23", trigger_time="14:30"
            )
        # 72 hours pass, one of them twice on the clock
        self.assertTrue(deadline.moment_deadline)
        self.assertEqual(str(deadline.date_deadline), "2026-10-26")

    def test_dialog_shows_the_date_before_saving(self):
        call = self._call(self.matter, date="2026-11-24 09:00:00", channel="court")
        action = call.with_user(self.assistant).action_new_deadline()
        entries = self.env["legal.deadline.entry"].with_user(self.assistant)
        with Form(entries.with_context(**action["context"])) as form:
            form.rule_id = self.appeal
            form.jurisdiction_id = self.berlin
            self.assertEqual(str(form.trigger_date), "2026-11-24")
            self.assertEqual(str(form.answer_date), "2026-12-24")
            self.assertIn("BGB", form.explanation)
            self.assertEqual(form.early_text, "Thu 17.12.2026, Wed 23.12.2026")
            form.trigger_date = "2027-01-01"
            self.assertIn("future", form.problem)
            self.assertFalse(form.answer_date)
            form.trigger_date = "2026-11-23"
            self.assertFalse(form.problem)
        action = form.record.action_enter()
        deadline = self.env["legal.deadline"].browse(action["res_id"])
        self.assertEqual(str(deadline.date_deadline), "2026-12-23")
        self.assertEqual(deadline.communication_id, call)

    def test_entered_twice_is_said(self):
        self._enter()
        entries = self.env["legal.deadline.entry"].with_user(self.assistant)
        entry = entries.new(
            {
                "matter_id": self.matter.id,
                "rule_id": self.appeal.id,
                "trigger_date": "2026-11-24",
                "jurisdiction_id": self.berlin.id,
            }
        )
        self.assertIn("already", entry.already_text)

    def test_follow_up(self):
        self._deadline()
        deadline = (
            self.env["legal.deadline"]
            .with_user(self.assistant)
            .create(
                {
                    "kind": "follow_up",
                    "name": "Ask the client for the papers",
                    "matter_id": self.matter.id,
                    "date_deadline": "2026-12-01",
                }
            )
        )
        deadline.action_done()
        self.assertEqual(deadline.state, "done")

    def test_chain_is_proposed_and_entered(self):
        entries = self.env["legal.deadline.entry"].with_user(self.assistant)
        with Form(entries.with_context(default_matter_id=self.matter.id)) as form:
            form.rule_id = self.appeal
            form.trigger_date = "2026-11-24"
            form.jurisdiction_id = self.berlin
        lines = form.record.line_ids
        self.assertEqual(lines.rule_id.mapped("code"), ["DE-ZPO-520"])
        self.assertEqual(str(lines.date), "2027-01-25")
        action = form.record.action_enter()
        deadline = self.env["legal.deadline"].browse(action["res_id"])
        self.assertEqual(deadline.next_ids.rule_id, self.grounds)
        self.assertEqual(str(deadline.next_ids.date_deadline), "2027-01-25")
        self.assertEqual(deadline.next_ids.previous_link, "trigger")
