import base64
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import DeadlineCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25 10:00:00")
class TestDemandsOfTheCourts(DeadlineCommon):
    """What the German federal courts demand of a deadline calendar, one by one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls._rule("DE-ZPO-520", length=2)
        cls._deadline("2027-03-01", name="So that no other is the last one")

    def _computed(self, user=None, **vals):
        return (
            self.env["legal.deadline"]
            .with_user(user or self.assistant)
            .create(
                {
                    "matter_id": self.matter.id,
                    "rule_id": self.rule.id,
                    "trigger_date": "2026-11-24",
                    "jurisdiction_id": self.berlin.id,
                    **vals,
                }
            )
        )

    def _receipt(self):
        return (
            self.env["ir.attachment"]
            .with_user(self.assistant)
            .create({"name": "eb.txt", "datas": base64.b64encode(b"received")})
        )

    def test_1_every_entry_leaves_a_control_sheet(self):
        """BGH III ZB 96/18: an entry is checked on a printout or a log."""
        deadline = self._computed()
        sheet = deadline.sheet_ids
        self.assertEqual(sheet.action, "created")
        self.assertEqual(sheet.user_id, self.assistant)
        self.assertEqual(sheet.values["date_deadline"], [None, "2027-01-25"])
        self.assertEqual(sheet.values["trigger_date"], [None, "2026-11-24"])
        entry = self.env["legal.deadline.log"].search(
            [("deadline_id", "=", deadline.id)]
        )
        self.assertEqual(entry.action, "created")
        self.assertEqual(entry.digest, sheet._digests()[0])

    def test_2_no_change_without_a_trace_and_none_by_staff_alone(self):
        """BGH II ZB 11/12."""
        deadline = self._computed()
        deadline.with_user(self.assistant)._change(
            {"trigger_date": "2026-11-20"}, "read wrongly"
        )
        self.assertEqual(str(deadline.date_deadline), "2027-01-25")
        deadline.with_user(self.lawyer).action_accept()
        deadline.with_user(self.lawyer).write({"user_id": self.lawyer2.id})
        actions = deadline.sheet_ids.sorted("id").mapped("action")
        self.assertEqual(
            actions, ["created", "asked", "changed", "entry_checked", "changed"]
        )
        changed = deadline.sheet_ids.sorted("id")[2]
        self.assertEqual(changed.values["date_deadline"], ["2027-01-25", "2027-01-20"])
        self.assertEqual(changed.reason, "read wrongly")

    def test_3_struck_deadlines_stay_visible(self):
        deadline = self._computed()
        deadline.with_user(self.lawyer)._cancel("settled")
        found = (
            self.env["legal.deadline"]
            .with_user(self.assistant)
            .search([("matter_id", "=", self.matter.id)])
        )
        self.assertIn(deadline, found)
        self.assertEqual(deadline.state, "cancelled")

    def test_4_struck_only_after_verified_dispatch(self):
        """BGH VI ZB 99/19: the receipt's file name and its confirmation."""
        deadline = self._computed()
        with self.assertRaisesRegex(UserError, "receipt"):
            deadline._record_done("Grounds by beA", self.now)
        deadline._record_done("Grounds by beA", self.now, self._receipt())
        self.assertEqual(deadline.state, "done_unchecked")
        self.assertEqual(deadline.receipt_names, "eb.txt")
        deadline.with_user(self.lawyer).action_check()
        self.assertEqual(deadline.state, "done")

    def test_5_an_evening_check_by_somebody_else(self):
        """BGH II ZB 9/15, VI ZB 15/15, I ZR 150/18: all due, also struck ones."""
        due = self._computed(trigger_date="2026-09-25")
        self.assertEqual(str(due.date_deadline), "2026-11-25")
        struck = self._computed()
        struck.with_user(self.lawyer)._cancel("settled")
        due._record_done("Grounds by beA", self.now, self._receipt())
        controls = self.env["legal.deadline.control"].with_user(self.assistant)
        control = controls.browse(controls.action_start()["res_id"])
        lines = {line.deadline_id: line for line in control.line_ids}
        self.assertLessEqual({due, struck}, set(lines))
        with self.assertRaisesRegex(UserError, "colleague|yourself"):
            lines[due].action_ok()
        lines[due].with_user(self.lawyer).action_ok()
        self.assertEqual(due.state, "done")

    def test_7_early_warning_of_about_a_week(self):
        """BGH V ZB 227/17: for grounds."""
        deadline = self._computed()
        early = deadline.warning_date_ids.filtered(lambda w: w.kind == "early")
        days = sorted(str(warning.date) for warning in early)
        # a week before, and the working day before Monday, 25 January 2027
        self.assertEqual(days, ["2027-01-18", "2027-01-22"])

    def test_6_first_the_calendar_then_the_mark_in_the_file(self):
        """BGH II ZB 23/17."""
        self.company.legal_deadline_check_entries = True
        served = self._call(self.matter, channel="court", date="2026-11-24 09:00:00")
        self.assertFalse(served.deadline_mark)
        deadline = self._computed(communication_id=served.id)
        self.assertEqual(served.deadline_mark, "entered")
        deadline.with_user(self.lawyer).action_check_entry()
        self.assertEqual(served.deadline_mark, "noted")
        noted = self.env["legal.communication"].search(
            [("deadline_mark", "=", "noted"), ("matter_id", "=", self.matter.id)]
        )
        self.assertEqual(noted, served)
        deadline.with_user(self.lawyer)._cancel("entered twice")
        self.assertFalse(served.deadline_mark)

    def test_8_extension_is_provisional_until_the_court_confirms(self):
        """BGH VI ZB 6/13."""
        deadline = self._computed().with_user(self.lawyer)
        deadline._request_extension(date(2027, 2, 25))
        self.assertEqual(deadline.state, "provisional")
        self.assertEqual(str(deadline.date_deadline), "2027-01-25")
        query = self.env["legal.deadline"]._extension_to_query()
        with freeze_time("2027-01-21 10:00:00"):
            self.assertNotIn(deadline, self.env["legal.deadline"].search(query))
        with freeze_time("2027-01-22 10:00:00"):
            self.assertIn(deadline, self.env["legal.deadline"].search(query))

    def test_9_the_lawyer_checks_himself(self):
        """BGH XII ZB 483/21."""
        deadline = self._computed()
        with self.assertRaisesRegex(Exception, "Only a lawyer"):
            deadline.with_user(self.assistant).action_lawyer_check()
        deadline.with_user(self.lawyer).action_lawyer_check()
        self.assertEqual(deadline.lawyer_checked_by_id, self.lawyer)
        self.assertIn("lawyer_checked", deadline.sheet_ids.mapped("action"))
        # a new date is another one
        deadline.with_user(self.lawyer)._change(
            {"trigger_date": "2026-11-23"}, "read wrongly"
        )
        self.assertFalse(deadline.lawyer_checked_by_id)

    def test_10_the_basis_of_the_computation_is_kept(self):
        """BGH III ZB 76/16: the holidays of the court's seat."""
        deadline = self._computed(trigger_date="2026-10-26")
        self.assertEqual(str(deadline.date_deadline), "2026-12-28")
        self.assertIn("holidays", deadline.basis)
        self.assertIn("Weihnacht", deadline.explanation)
        self.assertEqual(deadline.jurisdiction_id, self.berlin)
