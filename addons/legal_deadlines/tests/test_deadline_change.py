from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import DeadlineCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25 10:00:00")
class TestDeadlineChange(DeadlineCommon):
    """Chains, changed triggers, extensions: old beside new, applied as accepted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.appeal_rule = cls._rule("DE-ZPO-517", length=1)
        cls.grounds_rule = cls._rule("DE-ZPO-520", length=2)
        cls.reply_rule = cls._rule("X-REPLY", length=1)
        common = {
            "matter_id": cls.matter.id,
            "trigger_date": "2026-11-10",
            "jurisdiction_id": cls.berlin.id,
        }
        deadlines = cls.env["legal.deadline"].with_user(cls.lawyer)
        cls.appeal = deadlines.create({**common, "rule_id": cls.appeal_rule.id})
        cls.grounds = deadlines.create(
            {
                **common,
                "rule_id": cls.grounds_rule.id,
                "previous_id": cls.appeal.id,
                "previous_link": "trigger",
            }
        )
        cls.reply = deadlines.create(
            {
                "rule_id": cls.reply_rule.id,
                "previous_id": cls.grounds.id,
                "previous_link": "date",
                "trigger_date": "2026-11-25",
            }
        )

    def _dates(self):
        return [
            str(deadline.date_deadline)
            for deadline in self.appeal | self.grounds | self.reply
        ]

    def test_chain_as_entered(self):
        self.assertEqual(self._dates(), ["2026-12-10", "2027-01-11", "2026-12-28"])
        self.assertEqual(self.reply.matter_id, self.matter)

    def test_old_beside_new_and_only_what_is_accepted(self):
        dialog = self.env["legal.deadline.change"].with_user(self.lawyer)
        with Form(dialog.with_context(default_deadline_ids=self.appeal.ids)) as form:
            form.trigger_date = "2026-11-12"
            form.reason = "served two days later"
        lines = form.record.line_ids
        moved = {
            line.deadline_id: (str(line.date_before), str(line.date_after))
            for line in lines
        }
        self.assertEqual(
            moved,
            {
                self.appeal: ("2026-12-10", "2026-12-14"),
                self.grounds: ("2027-01-11", "2027-01-12"),
                self.reply: ("2026-12-28", "2027-02-12"),
            },
        )
        # nothing moved yet
        self.assertEqual(self._dates(), ["2026-12-10", "2027-01-11", "2026-12-28"])
        lines.filtered(lambda line: line.deadline_id == self.reply).accept = False
        form.record.action_apply()
        self.assertEqual(self._dates(), ["2026-12-14", "2027-01-12", "2026-12-28"])
        self.assertEqual(str(self.grounds.trigger_date), "2026-11-12")

    def test_assistant_asks_lawyer_decides(self):
        self.appeal.with_user(self.assistant)._change(
            {"trigger_date": "2026-11-12"}, "served two days later"
        )
        self.assertEqual(str(self.appeal.date_deadline), "2026-12-10")
        self.assertEqual(self.appeal.pending_kind, "change")
        self.assertIn("14.12.2026", self.appeal.pending_text)
        self.appeal.with_user(self.lawyer2).action_accept()
        self.assertEqual(str(self.appeal.date_deadline), "2026-12-14")
        self.assertEqual(self.appeal.entry_checked_by_id, self.lawyer2)

    def test_problem_in_the_dialog(self):
        with Form(
            self.env["legal.deadline.change"]
            .with_user(self.lawyer)
            .with_context(default_deadline_ids=self.appeal.ids)
        ) as form:
            form.reason = "x"
            form.trigger_date = "2199-11-12"
            self.assertIn("2199", form.problem)
            form.trigger_date = "2026-11-12"

    def test_change_needs_reason(self):
        with self.assertRaisesRegex(UserError, "why"):
            self.appeal.with_user(self.lawyer)._change(
                {"trigger_date": "2026-11-12"}, ""
            )

    def test_extension_is_provisional_until_confirmed(self):
        grounds = self.grounds.with_user(self.lawyer)
        grounds._request_extension(date(2027, 2, 11))
        self.assertEqual(grounds.state, "provisional")
        # the old date counts, and the court is asked before it
        self.assertEqual(str(grounds.date_deadline), "2027-01-11")
        self.assertEqual(str(grounds.extension_query_on), "2027-01-08")
        grounds._decide_extension(True)
        self.assertEqual(grounds.state, "open")
        self.assertEqual(str(grounds.date_deadline), "2027-02-11")
        self.assertEqual(str(grounds.date_before_extension), "2027-01-11")
        self.assertIn("2027", grounds.explanation)

    def test_an_extension_noted_by_an_assistant_waits_for_a_lawyer(self):
        """BGH II ZB 11/12: staff do not move a deadline alone."""
        grounds = self.grounds.with_user(self.assistant)
        grounds._request_extension(date(2027, 2, 11))
        grounds._decide_extension(True, reason="Order of 4 January")
        self.assertEqual(grounds.pending_kind, "extension")
        self.assertEqual(grounds.state, "provisional")
        self.assertEqual(str(grounds.date_deadline), "2027-01-11")
        self.assertIn("11.02.2027", grounds.pending_text)
        with self.assertRaises(AccessError):
            grounds.action_accept()
        decided = grounds.with_user(self.lawyer)
        decided.action_accept()
        self.assertEqual(decided.state, "open")
        self.assertEqual(str(decided.date_deadline), "2027-02-11")
        self.assertEqual(decided.entered_by_id, self.assistant)
        self.assertEqual(decided.entry_checked_by_id, self.lawyer)
        self.assertFalse(decided.pending_kind)

    def test_a_lawyer_refuses_the_extension_that_was_noted(self):
        grounds = self.grounds.with_user(self.assistant)
        grounds._request_extension(date(2027, 2, 11))
        grounds._decide_extension(True)
        grounds.with_user(self.lawyer).action_refuse()
        self.assertEqual(grounds.state, "provisional")
        self.assertEqual(grounds.extension_state, "requested")
        self.assertEqual(str(grounds.date_deadline), "2027-01-11")

    def test_extension_refused(self):
        grounds = self.grounds.with_user(self.lawyer)
        grounds._request_extension(date(2027, 2, 11))
        grounds._decide_extension(False)
        self.assertEqual(grounds.state, "open")
        self.assertEqual(str(grounds.date_deadline), "2027-01-11")

    def test_notfrist_is_not_extended(self):
        self.appeal_rule.extendable = "no"
        with self.assertRaisesRegex(UserError, "cannot be extended"):
            self.appeal.with_user(self.lawyer)._request_extension(date(2027, 2, 1))

    def test_hearing_moves_backward_deadline(self):
        event = self.env["calendar.event"].create(
            {
                "name": "Hearing",
                "matter_id": self.matter.id,
                "start": "2027-01-20 09:00:00",
                "stop": "2027-01-20 10:00:00",
                "user_id": self.lawyer.id,
            }
        )
        rule = self._rule("X-BACK", length=1, unit="week", direction="backward")
        brief = (
            self.env["legal.deadline"]
            .with_user(self.lawyer)
            .create(
                {
                    "matter_id": self.matter.id,
                    "rule_id": rule.id,
                    "event_id": event.id,
                    "jurisdiction_id": self.berlin.id,
                }
            )
        )
        self.assertEqual(str(brief.trigger_date), "2027-01-20")
        self.assertEqual(str(brief.date_deadline), "2027-01-12")
        event.with_user(self.lawyer).write(
            {"start": "2027-01-27 09:00:00", "stop": "2027-01-27 10:00:00"}
        )
        # shown before it is applied
        self.assertEqual(str(brief.date_deadline), "2027-01-12")
        self.assertTrue(brief.is_stale)
        told = brief.activity_ids
        self.assertEqual(told.user_id, self.lawyer)
        self.assertIn("27.01.2027", told.note)
        moves = brief._moves({"trigger_date": event.start.date()})
        self.assertEqual(str(moves[0][1]["date_deadline"]), "2027-01-19")
        action = brief.action_follow_event()
        dialog = self.env["legal.deadline.change"].with_user(self.lawyer)
        with Form(dialog.with_context(**action["context"])) as form:
            self.assertEqual(str(form.trigger_date), "2027-01-27")
        form.record.action_apply()
        self.assertEqual(str(brief.date_deadline), "2027-01-19")
        self.assertFalse(brief.is_stale)
        self.assertFalse(brief.activity_ids)

    def test_a_hearing_with_dates_that_run_is_not_archived(self):
        hearing = (
            self.env["calendar.event"]
            .with_user(self.lawyer)
            .create(
                {
                    "name": "Hearing",
                    "matter_id": self.matter.id,
                    "start": "2027-01-20 09:00:00",
                    "stop": "2027-01-20 10:00:00",
                }
            )
        )
        brief = self._deadline("2027-01-13", event_id=hearing.id)
        with self.assertRaises(UserError) as raised:
            hearing.action_archive()
        self.assertIn(brief.name, str(raised.exception))
        brief.with_user(self.lawyer)._cancel("The hearing was cancelled")
        hearing.action_archive()
        self.assertFalse(hearing.active)

    def test_granted_extension_tells_what_follows(self):
        self.reply.with_user(self.lawyer)._change(
            {"trigger_date": date(2027, 1, 11)}, "grounds were filed"
        )
        grounds = self.grounds.with_user(self.lawyer)
        grounds._request_extension(date(2027, 2, 11))
        self.assertFalse(self.reply.is_stale)
        grounds._decide_extension(True)
        self.assertTrue(self.reply.is_stale)
        self.assertIn("11.02.2027", self.reply.activity_ids.note)

    def test_follow_up_is_moved_by_whoever_keeps_it(self):
        follow_up = self._deadline("2026-12-01", kind="follow_up")
        follow_up.with_user(self.assistant)._change(
            {"date_deadline": date(2026, 12, 8)}, "no answer yet"
        )
        self.assertEqual(str(follow_up.date_deadline), "2026-12-08")
