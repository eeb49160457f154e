from datetime import datetime

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import DeadlineCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25 10:00:00")
class TestDeadlineClock(DeadlineCommon):
    """The clocks of the GDPR: one month, its extension, 72 hours."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._rule("EU-GDPR-12", regime="EU-GDPR", length=1, unit="month")
        cls._rule(
            "EU-GDPR-33",
            regime="EU-GDPR",
            length=72,
            unit="hour",
            options="mode=fullhour",
        )

    def _start(self, code, started):
        return (
            self.env["legal.deadline"]
            .with_user(self.assistant)
            ._start_clock(self.meier, code, started)
        )

    def test_answer_to_a_request(self):
        # a request of 31 January is answered by the last day of February
        with freeze_time("2026-01-31 10:00:00"):
            clock = self._start("EU-GDPR-12", datetime(2026, 1, 30, 23, 30))
        self.assertEqual(str(clock.trigger_date), "2026-01-31", "midnight in Berlin")
        # 28 February 2026 is a Saturday: the next working day (Reg. 1182/71 art. 3(4))
        self.assertEqual(str(clock.date_computed), "2026-03-02")
        self.assertFalse(clock.matter_id)
        self.assertEqual(
            self.env["legal.deadline"]._clocks_of(self.meier), clock.sudo(False)
        )
        self.assertTrue(clock.with_user(self.assistant).name)

    def test_extension_by_two_months_counts_from_receipt(self):
        clock = self._start("EU-GDPR-12", datetime(2026, 11, 20, 9))
        with self.assertRaisesRegex(UserError, "why"):
            clock._extend_clock("2month", "")
        clock._extend_clock("2month", "three employers had to be asked")
        # GDPR art. 12(3): three months from receipt; 20 February 2027 is a Saturday
        self.assertEqual(str(clock.date_computed), "2027-02-22")
        self.assertEqual(clock.extension_state, "granted")
        with self.assertRaisesRegex(UserError, "already"):
            clock._extend_clock("2month", "once more")

    def test_breach_in_72_hours(self):
        # 12:17 in Berlin: from 13:00 on, 72 hours
        clock = self._start("EU-GDPR-33", datetime(2026, 11, 24, 11, 17))
        self.assertEqual(clock.moment_deadline, datetime(2026, 11, 27, 12, 0))
        self.assertEqual(str(clock.date_deadline), "2026-11-27")

    def test_nobody_makes_one_by_hand(self):
        with self.assertRaisesRegex(UserError, "matter"):
            self.env["legal.deadline"].with_user(self.lawyer).create(
                {
                    "name": "x",
                    "date_deadline": "2026-12-01",
                    "manual_reason": "x",
                    "origin_model": "res.partner",
                    "origin_id": self.meier.id,
                }
            )
