from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, tagged

from .reminders_common import RemindersCommon

MONDAY = fields.Date.to_date("2026-12-07")


@tagged("post_install", "-at_install")
class TestAbsences(RemindersCommon):
    """A firm without a leave application says who is away."""

    def _enter(self, writer, user):
        return (
            self.env["resource.calendar.leaves"]
            .with_user(writer)
            .create(
                {
                    "legal_user_id": user.id,
                    "date_from": "2026-12-06 23:00:00",
                    "date_to": "2026-12-08 22:59:59",
                }
            )
        )

    def test_ones_own(self):
        self.assertFalse(self.assistant.resource_ids)
        leave = self._enter(self.assistant, self.assistant)
        self.assertEqual(leave.legal_user_id, self.assistant)
        self.assertEqual(leave.display_name, "Sara Koch")
        self.assertEqual(self.assistant._legal_absent_on(MONDAY), self.assistant)
        self._enter(self.assistant, self.assistant)
        self.assertEqual(len(self.assistant.resource_ids), 1)
        leave.write({"date_to": "2026-12-09 22:59:59"})
        leave.unlink()

    def test_those_of_others_are_for_partners(self):
        with self.assertRaisesRegex(AccessError, "A partner enters"):
            self._enter(self.assistant, self.lawyer)
        leave = self._enter(self.partner_user, self.lawyer)
        self.assertEqual(self.lawyer._legal_absent_on(MONDAY), self.lawyer)
        leave.write({"date_to": "2026-12-07 22:59:59"})
        self.assertFalse(leave.with_user(self.assistant).has_access("read"))
        with self.assertRaises(AccessError):
            leave.with_user(self.assistant).unlink()
        leave.unlink()

    def test_nobody_passes_an_absence_on_to_somebody_else(self):
        leave = self._enter(self.assistant, self.assistant)
        with self.assertRaises(AccessError):
            leave.legal_user_id = self.lawyer

    def test_the_form(self):
        view = "legal_deadlines.legal_absence_view_form"
        leaves = self.env["resource.calendar.leaves"].with_user(self.assistant)
        leaves = leaves.with_context(
            legal_absence=True, default_legal_user_id=self.assistant.id
        )
        form = Form(leaves, view)
        form.date_from = "2026-12-06 23:00:00"
        form.date_to = "2026-12-07 22:59:59"
        leave = form.save()
        self.assertEqual(leave.resource_id.user_id, self.assistant)
        self.assertEqual(self.assistant._legal_absent_on(MONDAY), self.assistant)

    def test_many_at_once_in_few_queries(self):
        users = self.lawyer | self.lawyer2 | self.assistant | self.partner_user
        self._enter(self.partner_user, self.lawyer)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(8):
            self.assertEqual(users._legal_absent_on(MONDAY), self.lawyer)

    def test_who_enters_a_date_is_told_that_nobody_will_be_there(self):
        """Early warnings 7 days and 1 day ahead; the lawyer is away on one of them."""
        self._absent(self.lawyer, "2026-12-08", "2026-12-09")
        alone = self._deadline(deputy_id=False, warning_days="7, 1")
        self.assertIn("has no deputy", alone.absence_text)
        self.assertIn("08.12.2026", alone.absence_text)
        covered = self._deadline(warning_days="7, 1")
        self.assertFalse(covered.absence_text)
        self._absent(self.lawyer2, "2026-12-07", "2026-12-09")
        covered.invalidate_recordset()
        self.assertIn("both away", covered.absence_text)
        with freeze_time("2026-11-02 09:00:00"):
            entry = self.env["legal.deadline.entry"].with_user(self.assistant)
            with Form(entry.with_context(default_matter_id=self.matter.id)) as form:
                form.by_hand = True
                form.name = "Date of the court"
                form.date_deadline = "2026-12-15"
                form.manual_reason = "Order"
                form.warning_days = "7"
                form.user_id = self.lawyer
                self.assertIn("has no deputy", form.absence_text)
                form.deputy_id = self.partner_user
                self.assertFalse(form.absence_text)
