from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, mute_logger, tagged

from .reminders_common import RemindersCommon


@tagged("post_install", "-at_install")
class TestWarningPlan(RemindersCommon):
    """On which days one is warned."""

    def test_the_days_of_the_firm(self):
        self.assertEqual(
            self._dates(self._deadline()),
            [
                ("day", "2026-12-15"),
                ("early", "2026-12-08"),
                ("early", "2026-12-14"),
                ("overdue", "2026-12-16"),
            ],
        )

    def test_court_demand_7_a_week_before_grounds(self):
        """BGH V ZB 227/17: about a week of early warning for grounds."""
        self.assertEqual(
            self.env["res.company"].new({}).legal_deadline_warning_days, "7, 1"
        )
        early = self._deadline().warning_date_ids.filtered(lambda w: w.kind == "early")
        self.assertEqual(str(min(early.mapped("date"))), "2026-12-08")

    def test_the_rule_and_the_deadline_come_first(self):
        rule = self.env["legal.deadline.rule"].create(
            {
                "code": "TEST-14",
                "name": "Fourteen",
                "regime": "DE-ZPO",
                "source": "none",
                "warning_days": "14",
            }
        )
        deadline = self._deadline(rule_id=rule.id)
        self.assertIn(("early", "2026-12-01"), self._dates(deadline))
        self.assertNotIn(("early", "2026-12-08"), self._dates(deadline))
        with freeze_time("2026-11-02"):
            self._unlocked(deadline, warning_days="3")
        self.assertIn(("early", "2026-12-11"), self._dates(deadline))
        self.assertNotIn(("early", "2026-12-01"), self._dates(deadline))

    def test_earlier_over_a_weekend_and_holidays(self):
        # 27 December is a Sunday, 26 and 25 are holidays
        self.assertIn(
            ("early", "2026-12-24"), self._dates(self._deadline("2026-12-28"))
        )

    def test_a_holiday_of_the_office_alone(self):
        """8 March is a holiday in Berlin, and on that Monday the court works."""
        self.assertEqual(
            self._dates(self._deadline("2027-03-08", warning_days="7")),
            [
                ("day", "2027-03-05"),
                ("day", "2027-03-08"),
                ("early", "2027-03-01"),
                ("overdue", "2027-03-09"),
            ],
        )
        self.lawyer.legal_jurisdiction_id = self._jurisdiction("DE-BY", "Bavaria")
        deadline = self._deadline("2027-03-08", warning_days="7")
        self.assertNotIn(("day", "2027-03-05"), self._dates(deadline))

    def test_local_holidays_and_days_the_firm_is_closed(self):
        self.env["legal.local.holiday"].create(
            {
                "jurisdiction_id": self.berlin.id,
                "name": "Fair",
                "day": "12-08",
                "source": "by-law",
            }
        )
        self.env["resource.calendar.leaves"].create(
            {"date_from": "2026-12-06 23:00:00", "date_to": "2026-12-07 22:59:59"}
        )
        # 8 the fair, 7 closed, 6 and 5 a weekend
        self.assertIn(("early", "2026-12-04"), self._dates(self._deadline()))

    def test_a_place_without_holidays_of_its_own(self):
        self._typed_wrong(self.berlin, "CH")
        self.assertIn(("early", "2026-12-08"), self._dates(self._deadline()))

    def test_entered_late_is_warned_of_at_once(self):
        deadline = self._deadline(at="2026-12-12 09:00:00")
        # the one of 8 December is made up for, on this Saturday
        self.assertEqual(
            self._dates(deadline),
            [
                ("day", "2026-12-15"),
                ("early", "2026-12-12"),
                ("early", "2026-12-14"),
                ("overdue", "2026-12-16"),
            ],
        )
        self.assertEqual(self._remind("2026-12-12 09:10:00"), ["Lena Brandt"])
        with freeze_time("2026-12-12 12:00:00"):
            deadline._plan_warnings()
        self.assertEqual(len(deadline.warning_date_ids), 4)

    def test_entered_on_its_day_and_afterwards(self):
        self.assertEqual(
            self._dates(self._deadline(at="2026-12-15 09:00:00")),
            [("day", "2026-12-15"), ("overdue", "2026-12-16")],
        )
        self.assertEqual(
            self._dates(self._deadline(at="2026-12-18 09:00:00")),
            [("overdue", "2026-12-18")],
        )

    def test_follow_ups_have_no_early_warning(self):
        self.assertEqual(
            self._dates(self._deadline(kind="follow_up")),
            [("day", "2026-12-15"), ("overdue", "2026-12-16")],
        )

    def test_a_query_while_the_court_has_not_answered(self):
        deadline = self._deadline()
        with freeze_time("2026-11-02"):
            # a Saturday: on the Friday before
            self._unlocked(
                deadline, state="provisional", extension_query_on="2026-12-05"
            )
            self.assertIn(("query", "2026-12-04"), self._dates(deadline))
            self._unlocked(deadline, state="open")
        self.assertNotIn(("query", "2026-12-04"), self._dates(deadline))

    def test_another_date(self):
        deadline = self._deadline()
        self._remind("2026-12-08")
        with freeze_time("2026-12-08 10:00:00"):
            self._unlocked(deadline, date_deadline="2026-12-22")
        self.assertEqual(self._dates(deadline, "closed"), [("early", "2026-12-08")])
        self.assertEqual(
            self._dates(deadline, "planned"),
            [
                ("day", "2026-12-22"),
                ("early", "2026-12-15"),
                ("early", "2026-12-21"),
                ("overdue", "2026-12-23"),
            ],
        )

    def test_done_and_reopened(self):
        deadline = self._deadline()
        self._remind("2026-12-08")
        with freeze_time("2026-12-09 10:00:00"):
            self._unlocked(deadline, state="done_unchecked")
            self.assertEqual(self._dates(deadline), [("early", "2026-12-08")])
            self.assertEqual(deadline.warning_date_ids.state, "closed")
            self._unlocked(deadline, state="open")
        self.assertEqual(
            self._dates(deadline, "planned"),
            [
                ("day", "2026-12-15"),
                ("early", "2026-12-09"),  # instead of the one that was taken back
                ("early", "2026-12-14"),
                ("overdue", "2026-12-16"),
            ],
        )

    def test_a_new_responsible_person_is_told_what_the_old_one_was(self):
        deadline = self._deadline()
        self._remind("2026-12-08")
        with freeze_time("2026-12-08 10:00:00"):
            deadline.with_user(self.lawyer).action_acknowledge()
        with freeze_time("2026-12-09 10:00:00"):
            self._unlocked(deadline, user_id=self.lawyer2.id)
        self.assertEqual(self._remind("2026-12-09 10:10:00"), ["Anne Lefèvre"])

    def test_what_is_no_number_of_days(self):
        for text in ("soon", "-1", "366"):
            with self.assertRaisesRegex(ValidationError, "as 7, 1"):
                self._unlocked(self._deadline(), warning_days=text)
            with self.assertRaisesRegex(ValidationError, "as 7, 1"):
                self.company.legal_deadline_warning_days = text

    def test_the_hours_of_the_firm(self):
        for field, value in (
            ("legal_deadline_warning_hour", 25),
            ("legal_deadline_step_hours", 0),
        ):
            with self.assertRaises(ValidationError):
                self.company[field] = value

    def test_holidays_and_settings_that_change(self):
        deadline = self._deadline()
        self.env["legal.local.holiday"].create(
            {
                "jurisdiction_id": self.berlin.id,
                "name": "Fair",
                "day": "12-08",
                "source": "by-law",
            }
        )
        self.assertTrue(deadline.warnings_stale)
        self._remind("2026-11-03")
        self.assertFalse(deadline.warnings_stale)
        self.assertIn(("early", "2026-12-07"), self._dates(deadline))
        for change in (
            lambda: self.company.write({"legal_deadline_warning_days": "10"}),
            lambda: self.lawyer.write({"tz": "Europe/Paris"}),
            lambda: self.env["resource.calendar.leaves"].create(
                {"date_from": "2026-12-06 23:00:00", "date_to": "2026-12-07 22:59:59"}
            ),
        ):
            change()
            self.assertTrue(deadline.warnings_stale)
            self._remind("2026-11-03 08:00:00")
            self.assertFalse(deadline.warnings_stale)

    def test_many_changes_are_planned_later(self):
        deadline = self._deadline()
        later = deadline.with_context(legal_warnings_later=True)
        with freeze_time("2026-11-03"):
            self._unlocked(later, date_deadline="2026-12-22")
        self.assertIn(("day", "2026-12-15"), self._dates(deadline))
        self._remind("2026-11-03")
        self.assertNotIn(("day", "2026-12-15"), self._dates(deadline))
        self.assertIn(("day", "2026-12-22"), self._dates(deadline))

    @mute_logger("odoo.addons.legal_deadlines.models.legal_deadline_reminders")
    def test_one_that_cannot_be_planned_stops_no_other(self):
        good, bad = (self._deadline("2026-12-15") for _each in range(2))
        (good | bad)._mark_warnings_stale([("id", "in", (good | bad).ids)])
        (good | bad).warning_date_ids.filtered(lambda w: w.kind == "early").unlink()
        deadline = type(good)
        hour = deadline._warning_hour

        def picky(record):
            if record == bad:
                raise ValueError("broken")
            return hour(record)

        with patch.object(deadline, "_warning_hour", picky):
            self._remind("2026-11-03")
        self.assertFalse((good | bad).filtered("warnings_stale"))
        self.assertIn(("early", "2026-12-08"), self._dates(good))
        self.assertNotIn(("early", "2026-12-08"), self._dates(bad))
        run = self.env["legal.deadline.run"].search([("job", "=", "remind")], limit=1)
        self.assertEqual(run.failed, 1)

    def test_queries_do_not_grow_with_the_number(self):
        def queries(count):
            deadlines = self.env["legal.deadline"].union(
                *(self._deadline() for _each in range(count))
            )
            with freeze_time("2026-11-03"):
                self.env.flush_all()
                self.env.invalidate_all()
                deadlines.warning_date_ids.unlink()
                before = self.env.cr.sql_log_count
                deadlines._plan_warnings()
                self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(2)
        self.assertEqual(queries(5), queries(20))  # the ORM inserts 100 rows at once
