from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import GdprCommon

TODAY = date(2026, 11, 25)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25 10:00:00")
class TestMeasure(GdprCommon):
    """Measures are tested in a cycle; what is overdue is red."""

    def _measure(self, **values):
        return (
            self.env["gdpr.measure"]
            .with_user(self.dpo)
            .create(
                {"name": "Restore", "since": TODAY, "owner_id": self.dpo.id, **values}
            )
        )

    def _test(self, measure, user=None, **values):
        return (
            self.env["gdpr.measure.test"]
            .with_user(user or self.dpo)
            .create(
                {
                    "measure_id": measure.id,
                    "result": "passed",
                    "evidence": "Restored, complete",
                    **values,
                }
            )
        )

    def _cron(self):
        self.env.invalidate_all()
        with self._uncommitted():
            self.env["gdpr.measure"]._cron_due()

    def test_the_cycle(self):
        measure = self._measure(test_months=6)
        self.assertEqual((measure.status, measure.is_red), ("untested", False))
        self.assertEqual(measure.next_test_on, date(2027, 5, 25))
        self._test(measure, date=date(2026, 8, 31))
        self.assertEqual(measure.next_test_on, date(2027, 2, 28))
        self.assertEqual(measure.status, "effective")
        for at, status in [
            ("2027-02-10 10:00:00", "soon"),
            ("2027-02-28 10:00:00", "soon"),
            ("2027-03-01 10:00:00", "overdue"),
        ]:
            with self.subTest(at), freeze_time(at):
                measure.invalidate_recordset()
                self.assertEqual(measure.status, status)
                self.assertEqual(measure.is_red, status == "overdue")
                found = self.env["gdpr.measure"].search([("status", "=", status)])
                self.assertIn(measure.id, found.ids)
        with freeze_time("2027-03-02 10:00:00"):
            self._cron()
            self.assertEqual(len(measure.activity_ids), 1)
            self._cron()
            self.assertEqual(len(measure.activity_ids), 1, "once")
            self._test(measure, date=date(2027, 3, 2))
            self.assertEqual(measure.status, "effective")

    def test_never_tested_turns_red_as_well(self):
        measure = self._measure(since=TODAY - timedelta(days=400))
        self.assertEqual(measure.status, "overdue")
        self.assertTrue(measure.is_red)

    def test_a_failed_test_is_red_at_once(self):
        measure = self._measure()
        self._test(measure, result="failed", evidence="The tape was empty")
        self.assertEqual((measure.status, measure.is_red), ("failed", True))
        self.assertEqual(len(measure.activity_ids), 1)
        # an older test entered later decides nothing
        self._test(measure, date=TODAY - timedelta(days=3))
        self.assertEqual(measure.status, "failed")
        # one of the same day, noted later, does
        self._test(measure)
        self.assertEqual(measure.status, "effective")

    def test_evidence(self):
        measure = self._measure()
        with self.assertRaisesRegex(ValidationError, "evidence"):
            self._test(measure, evidence=" ")
        with self.assertRaisesRegex(ValidationError, "past"):
            self._test(measure, date=TODAY + timedelta(days=1))
        test = self._test(measure)
        for values in ({"result": "failed"}, {"date": "2020-01-01"}):
            with self.assertRaisesRegex(UserError, "as it was noted"):
                test.write(values)
        with self.assertRaises(UserError):
            test.unlink()
        with self.assertRaisesRegex(UserError, "archived"):
            measure.unlink()

    def test_what_follows_from_the_tests_is_not_typed_in(self):
        measure = self._measure()
        test = self._test(measure, result="failed", evidence="Empty tape")
        other = self.env["res.company"].create({"name": "Other"})
        for record, values in (
            (measure, {"last_result": "passed"}),
            (measure, {"last_test_on": TODAY}),
            (measure, {"next_test_on": "2099-01-01"}),
            (measure, {"due_told": {"test": "2027-11-25"}}),
            (measure, {"name": "x", "next_test_on": "2099-01-01"}),
        ):
            with self.assertRaisesRegex(UserError, "by the system"):
                record.write(values)
            with self.assertRaisesRegex(UserError, "by the system"):
                self._measure(**{"name": "y", **values})
        with self.assertRaisesRegex(UserError, "by the system"):
            self._test(measure, company_id=other.id)
        with self.assertRaises(UserError):
            test.write({"company_id": other.id})
        forged = (
            self.env["gdpr.measure"]
            .with_user(self.dpo)
            .with_context(
                default_last_result="passed",
                default_next_test_on="2099-01-01",
                default_due_told={"test": "2027-11-25"},
            )
            .create({"name": "Forged", "since": TODAY})
        )
        self.assertEqual(forged.next_test_on, date(2027, 11, 25))
        self.assertFalse(forged.last_result or forged.due_told)

    def test_one_that_fails_stops_no_other(self):
        old = TODAY - timedelta(days=400)
        first, second = self._measure(since=old), self._measure(since=old)
        Measure = type(first)
        due = Measure._due

        def failing(measure):
            if measure == first:
                raise ZeroDivisionError
            return due(measure)

        with (
            patch.object(Measure, "_due", failing),
            mute_logger("odoo.addons.legal_gdpr.tools.each_alone"),
        ):
            self._cron()
        self.assertFalse(first.activity_ids)
        self.assertEqual(len(second.activity_ids), 1)
        self._cron()
        self.assertEqual(len(first.activity_ids), 1)

    def test_who(self):
        measure = self._measure()
        for user in (self.lawyer, self.outsider):
            with self.assertRaises(AccessError):
                measure.with_user(user).read(["name"])
        self.assertTrue(measure.with_user(self.partner_user).name)
        with self.assertRaises(AccessError):
            self._test(measure, self.partner_user)
