import base64
from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import DeadlineCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25 10:00:00")
class TestFourEyes(DeadlineCommon):
    """Done needs evidence and a second person; nothing disappears."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deadline = cls._deadline()
        cls._deadline("2027-01-15", name="Another date")

    def test_done_needs_evidence(self):
        deadline = self.deadline.with_user(self.assistant)
        with self.assertRaisesRegex(UserError, "what was sent"):
            deadline._record_done("", self.now)
        with self.assertRaisesRegex(UserError, "receipt"):
            deadline._record_done("Grounds, by beA", self.now)
        with self.assertRaisesRegex(UserError, "future"):
            deadline._record_done(
                "Grounds", datetime(2026, 11, 26, 10), self._receipt(self.assistant)
            )
        self.assertEqual(deadline.state, "open")

    def test_the_same_person_cannot_check(self):
        deadline = self._done(self.deadline, self.assistant)
        self.assertEqual(deadline.state, "done_unchecked")
        with self.assertRaisesRegex(UserError, "yourself"):
            deadline.with_user(self.assistant).action_check()
        with self.assertRaisesRegex(UserError, "yourself"):
            deadline.with_user(self.assistant).sudo().action_check()
        with self.assertRaisesRegex(UserError, "person"):
            deadline.with_user(1).action_check()
        deadline.with_user(self.lawyer).action_check()
        self.assertEqual(deadline.state, "done")
        self.assertEqual(deadline.checked_by_id, self.lawyer)

    def test_states_are_not_written(self):
        deadline = self.deadline.with_user(self.partner_user)
        for vals in (
            {"state": "done"},
            {"checked_by_id": self.partner_user.id},
            {"date_deadline": "2027-05-05"},
            {"done_by_id": self.lawyer.id},
            {"trigger_date": "2026-01-01"},
            {"matter_id": self._matter().id},
            {"pending_kind": "cancel"},
        ):
            with self.assertRaises(UserError):
                deadline.write(vals)

    def test_a_context_fills_in_nothing(self):
        """Neither the deadline nor what is made along with it is born checked."""
        for state in ("done", "acknowledged", "closed"):
            forged = {
                "default_state": state,
                "default_checked_by_id": self.lawyer.id,
                "default_entry_checked_by_id": self.lawyer.id,
                "default_acknowledged_by_id": self.lawyer.id,
                "default_printed_by_id": self.lawyer.id,
            }
            deadline = (
                self.env["legal.deadline"]
                .with_user(self.assistant)
                .with_context(**forged)
                .create(
                    {
                        "name": "Forged",
                        "matter_id": self.matter.id,
                        "user_id": self.lawyer.id,
                        "date_deadline": "2026-12-15",
                        "manual_reason": "set by the court",
                    }
                )
            )
            self.assertEqual(deadline.state, "open")
            self.assertFalse(deadline.checked_by_id | deadline.entry_checked_by_id)
            warnings = deadline.warning_date_ids
            self.assertTrue(warnings)
            self.assertEqual(set(warnings.mapped("state")), {"planned"})
            self.assertFalse(warnings.acknowledged_by_id)
            self.assertFalse(deadline.sheet_ids.printed_by_id)

    def test_nothing_is_deleted(self):
        for user in (self.assistant, self.partner_user):
            with self.assertRaises(UserError):
                self.deadline.with_user(user).unlink()
        with self.assertRaises(UserError):
            self.deadline.sudo().unlink()
        with self.assertRaisesRegex(Exception, "not deleted"):
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                self.env.cr.execute(
                    "DELETE FROM legal_deadline WHERE id = %s", [self.deadline.id]
                )

    def test_receipt_is_locked(self):
        deadline = self._done(self.deadline, self.assistant)
        receipt = deadline.receipt_ids
        self.assertEqual(receipt.res_model, "legal.deadline")
        self.assertEqual(deadline.receipt_names, "receipt.txt")
        for user in (self.assistant, self.partner_user):
            with self.assertRaisesRegex(UserError, "proves"):
                receipt.with_user(user).write({"name": "other.txt"})
            with self.assertRaisesRegex(UserError, "proves"):
                receipt.with_user(user).unlink()

    def test_a_file_of_another_matter_is_no_receipt(self):
        secret = self._matter(
            self.lawyer2, lawyer_id=self.lawyer2.id, access_policy="restricted"
        )
        file = self.env["ir.attachment"].create(
            {
                "name": "secret.txt",
                "raw": b"x",
                "res_model": "legal.matter",
                "res_id": secret.id,
            }
        )
        with self.assertRaises(AccessError):
            self.deadline.with_user(self.assistant)._record_done(
                "Grounds", self.now, file
            )

    def test_check_refused(self):
        deadline = self._done(self.deadline, self.assistant)
        with self.assertRaisesRegex(UserError, "why"):
            deadline.with_user(self.lawyer)._return_to_open(" ")
        deadline.with_user(self.lawyer)._return_to_open("sent to the wrong court")
        self.assertEqual(deadline.state, "open")
        self.assertFalse(deadline.done_by_id)

    def test_assistant_cannot_cancel_alone(self):
        deadline = self.deadline.with_user(self.assistant)
        with self.assertRaisesRegex(UserError, "why"):
            deadline._cancel("")
        deadline._cancel("appeal withdrawn")
        self.assertEqual(deadline.state, "open")
        self.assertEqual(deadline.pending_kind, "cancel")
        with self.assertRaises(AccessError):
            deadline.action_accept()
        deadline.with_user(self.lawyer).action_accept()
        self.assertEqual(deadline.state, "cancelled")
        self.assertEqual(deadline.cancel_reason, "appeal withdrawn")

    def test_lawyer_refuses(self):
        self.deadline.with_user(self.assistant)._cancel("appeal withdrawn")
        self.deadline.with_user(self.lawyer).action_refuse()
        self.assertEqual(self.deadline.state, "open")
        self.assertFalse(self.deadline.pending_kind)

    def test_entry_is_checked_by_another(self):
        self.company.legal_deadline_check_entries = True
        deadline = self._deadline(user=self.assistant)
        with self.assertRaisesRegex(UserError, "yourself"):
            deadline.with_user(self.assistant).action_check_entry()
        with self.assertRaisesRegex(UserError, "not checked"):
            deadline.with_user(self.assistant)._record_done(
                "x", self.now, self._receipt(self.assistant)
            )
        deadline.with_user(self.lawyer).action_check_entry()
        self.assertEqual(deadline.entry_checked_by_id, self.lawyer)
        # whoever changes the date becomes the one whose entry is to be checked
        deadline.with_user(self.lawyer)._change(
            {"date_deadline": "2026-12-10", "manual_reason": "new order"}, "new order"
        )
        self.assertFalse(deadline.entry_checked_by_id)
        with self.assertRaisesRegex(UserError, "yourself"):
            deadline.with_user(self.lawyer).action_check_entry()

    def test_last_date_of_the_matter(self):
        matter = self._matter()
        matter.action_open()
        only = self._deadline(matter=matter)
        self.assertTrue(only.is_last)
        with self.assertRaisesRegex(UserError, "last open date"):
            self._done(only, self.assistant)
        with self.assertRaisesRegex(UserError, "last open date"):
            only.with_user(self.lawyer)._cancel("withdrawn")
        only.with_user(self.lawyer)._cancel("withdrawn", last_confirmed=True)
        self.assertEqual(only.state, "cancelled")

    def test_done_dialog_makes_the_follow_up(self):
        matter = self._matter()
        matter.action_open()
        only = self._deadline(matter=matter)
        dialog = (
            self.env["legal.deadline.done"]
            .with_user(self.assistant)
            .create(
                {
                    "deadline_ids": [(6, 0, only.ids)],
                    "what": "Grounds to the court by beA",
                    "sent_on": self.now,
                    "receipt_ids": [(6, 0, self._receipt(self.assistant).ids)],
                    "follow_up_date": "2026-12-20",
                }
            )
        )
        self.assertTrue(dialog.is_last)
        self.assertFalse(dialog.is_late)
        dialog.action_apply()
        self.assertEqual(only.state, "done_unchecked")
        follow_up = matter.deadline_ids - only
        self.assertEqual(follow_up.kind, "follow_up")
        self.assertEqual(str(follow_up.date_deadline), "2026-12-20")

    def test_reopened_by_a_lawyer_with_reason(self):
        deadline = self._done(self.deadline, self.assistant)
        deadline.with_user(self.lawyer).action_check()
        deadline.with_user(self.assistant)._reopen("wrong file")
        self.assertEqual(deadline.pending_kind, "reopen")
        deadline.with_user(self.lawyer).action_accept()
        self.assertEqual(deadline.state, "open")
        self.assertFalse(deadline.receipt_ids)
        self.assertFalse(deadline.done_by_id)

    def test_reader_of_nothing(self):
        self.matter._raise_wall(self.lawyer2, "conflict")
        deadline = self.deadline.with_user(self.lawyer2)
        for call in (
            lambda: deadline.action_check(),
            lambda: deadline.action_done(),
            lambda: deadline._cancel("x"),
            lambda: deadline.action_check_entry(),
            lambda: deadline.read(["name"]),
        ):
            with self.assertRaises(AccessError):
                self.env.invalidate_all()
                call()

    def _receipt(self, user):
        return (
            self.env["ir.attachment"]
            .with_user(user)
            .create({"name": "receipt.txt", "datas": base64.b64encode(b"received")})
        )

    def _done(self, deadline, user):
        deadline.with_user(user)._record_done(
            "Grounds of appeal to the court, by beA", self.now, self._receipt(user)
        )
        return deadline
