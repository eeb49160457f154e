from unittest.mock import patch

from psycopg2 import DatabaseError

from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.fields import Date, Datetime
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

from .common import DeadlineCommon

NOW = "2026-11-25 17:00:00"  # a Wednesday, in the evening


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestControl(DeadlineCommon):
    """The evening control (BGH, II ZB 9/15; VI ZB 15/15; I ZR 150/18)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._empty_calendar()

    def _control(self, user=None):
        controls = self.env["legal.deadline.control"].with_user(user or self.assistant)
        return controls.browse(controls.action_start()["res_id"])

    def _done(self, deadline, user, state="done_unchecked", **values):
        return self._set(
            deadline, state=state, done_by_id=user.id, done_on=NOW, **values
        )

    @staticmethod
    def _line(control, deadline):
        return control.line_ids.filtered(lambda line: line.deadline_id == deadline)

    # -- what it collects --------------------------------------------------------------

    def test_what_belongs_to_it(self):
        due = self._deadline("2026-11-25", name="Due")
        overdue = self._deadline("2026-11-20", name="Overdue")
        unchecked = self._deadline("2026-11-10", name="Never checked")
        self._set(unchecked, state="done_unchecked", done_on="2026-11-10 09:00:00")
        struck = self._deadline("2026-12-30", name="Done early")
        self._done(struck, self.lawyer, state="done")
        cancelled = self._deadline("2026-12-31", name="Withdrawn")
        self._set(cancelled, state="cancelled", cancelled_on=NOW)
        entry = self._deadline("2027-01-10", name="New")
        self._set(entry, needs_entry_check=True)
        past = self._deadline("2026-11-24", name="Done yesterday")
        self._set(past, state="done", done_on="2026-11-24 09:00:00")
        later = self._deadline("2026-11-26", name="Tomorrow")
        follow_up = self._deadline("2026-11-25", name="Look", kind="follow_up")
        control = self._control()
        reasons = {line.deadline_id: line.reason for line in control.line_ids}
        expected = {
            due: "due",
            overdue: "overdue",
            unchecked: "unchecked",
            struck: "struck",
            cancelled: "struck",
            entry: "entry",
        }
        for deadline, reason in expected.items():
            self.assertEqual(reasons.get(deadline), reason, deadline.name)
        for deadline in (past, later, follow_up):
            self.assertNotIn(deadline, reasons)
        self.assertEqual(control.line_ids[0].reason, "overdue", "the worst comes first")

    def test_one_a_day_and_it_grows(self):
        control = self._control()
        late = self._deadline("2026-11-25", name="Came in late")
        self.assertEqual(self._control(self.lawyer2), control)
        self.assertTrue(self._line(control, late))
        self.assertEqual(control.started_by_id, self.assistant)

    def test_what_happened_since_the_last_one(self):
        """Over a weekend: struck on Friday night, due on Sunday."""
        with freeze_time("2026-11-20 17:00:00"):
            friday = self._control()
            friday._close("nothing")
        night = self._deadline("2026-12-24", name="Friday night")
        self._set(night, state="done", done_on="2026-11-20 20:00:00")
        sunday = self._deadline("2026-11-22", name="On Sunday")
        self._set(sunday, state="done", done_on="2026-11-19 20:00:00")
        old = self._deadline("2026-11-18", name="Seen on Friday")
        self._set(old, state="done", done_on="2026-11-18 20:00:00")
        with freeze_time("2026-11-23 17:00:00"):
            deadlines = self._control().line_ids.deadline_id
        self.assertIn(night, deadlines)
        self.assertIn(sunday, deadlines)
        self.assertNotIn(old, deadlines)

    def test_while_unchecked_it_stays_in_the_list(self):
        deadline = self._done(self._deadline("2026-11-20"), self.assistant)
        for day in ("2026-11-23", "2026-11-24", "2026-11-25"):
            with freeze_time(f"{day} 17:00:00"):
                self.assertTrue(self._line(self._control(), deadline))

    def test_two_begin_at_once(self):
        controls = self.env["legal.deadline.control"]
        controls._start(Date.to_date("2026-11-25"), self.company)
        with self.assertRaises(ConcurrencyError):  # the server tries again
            controls._start(Date.to_date("2026-11-25"), self.company)
        self.assertEqual(controls.search_count([("date", "=", "2026-11-25")]), 1)

    # -- four eyes ---------------------------------------------------------------------

    def test_nobody_confirms_what_he_recorded(self):
        done = self._done(self._deadline("2026-11-25"), self.assistant, state="done")
        cancelled = self._deadline("2026-11-25", name="Withdrawn")
        self._set(
            cancelled,
            state="cancelled",
            cancelled_by_id=self.assistant.id,
            cancelled_on=NOW,
        )
        control = self._control()
        for deadline in (done, cancelled):
            line = self._line(control, deadline)
            self.assertTrue(line.is_own)
            with self.assertRaisesRegex(UserError, "yourself"):
                line.action_ok()
            for values in (
                {"finding": "ok"},
                {"finding": "ok", "remark": "I know"},
                {"finding": "ok", "checked_by_id": self.lawyer.id},
            ):
                with self.assertRaises(UserError):
                    line.write(values)
            with self.assertRaises(UserError):
                control.write({"line_ids": [(1, line.id, {"finding": "ok"})]})
            self.assertFalse(line.finding)
            # that something is wrong, anybody may say
            line.write({"finding": "not_ok", "remark": "The receipt is missing"})
            line.with_user(self.lawyer2).action_ok()
            self.assertEqual(line.checked_by_id, self.lawyer2)

    def test_the_entry_is_confirmed_by_somebody_else(self):
        entry = self._deadline("2027-01-10")
        self._set(entry, needs_entry_check=True, entered_by_id=self.assistant.id)
        control = self._control()
        line = self._line(control, entry)
        with self.assertRaisesRegex(UserError, "yourself"):
            line.action_ok()
        with self.assertRaisesRegex(UserError, "not checked yet"):
            line.with_user(self.lawyer2).action_ok()
        self._set(entry, entry_checked_by_id=self.lawyer2.id)
        line.with_user(self.lawyer2).action_ok()
        self.assertEqual(line.finding, "ok")

    def test_what_is_due_and_not_done_is_not_in_order(self):
        due = self._deadline("2026-11-25", name="Due")
        line = self._line(self._control(), due)
        with self.assertRaisesRegex(UserError, "due and not done"):
            line.action_ok()
        with self.assertRaisesRegex(UserError, "say in the remark"):
            line.write({"finding": "not_ok"})
        with self.assertRaisesRegex(UserError, "say in the remark"):
            line.write({"finding": "not_ok", "remark": "  "})
        line.write({"finding": "not_ok", "remark": "Brandt sends it at ten"})
        self.assertEqual(line.checked_by_id, self.assistant)
        self.assertEqual(line.checked_on, Datetime.now())
        # done meanwhile: it is asked again, and can be in order
        self._done(due, self.lawyer, state="done")
        line.action_ok()
        self.assertEqual((line.finding, line.state), ("ok", "done"))

    def test_in_order_checks_what_was_done(self):
        done = self._done(self._deadline("2026-11-25"), self.lawyer)
        line = self._line(self._control(), done)
        deadlines = type(self.env["legal.deadline"])
        calls = []

        def check(deadline):
            calls.append((deadline.env.user, deadline.env.su))
            self._set(deadline, state="done")

        with patch.object(deadlines, "action_check", check, create=True):
            line.action_ok()
        self.assertEqual(calls, [(self.assistant, False)], "with the person's rights")
        self.assertEqual((line.finding, line.state), ("ok", "done"))

    def test_a_check_that_asks_more_comes_first(self):
        done = self._done(self._deadline("2026-11-25"), self.lawyer)
        line = self._line(self._control(), done)
        question = {"type": "ir.actions.act_window"}
        deadlines = type(self.env["legal.deadline"])
        with patch.object(
            deadlines, "action_check", lambda deadline: question, create=True
        ):
            self.assertEqual(line.action_ok(), question)
            self.assertFalse(line.finding)
            with self.assertRaisesRegex(UserError, "Check"):
                line.write({"finding": "ok"})

    # -- closing -----------------------------------------------------------------------

    def test_each_line_is_decided(self):
        self._deadline("2026-11-25", name="Due")
        control = self._control()
        self.assertEqual(control.undecided_count, 1)
        self.assertEqual(control.action_close()["tag"], "display_notification")
        with self.assertRaisesRegex(UserError, "not decided"):
            control._close("whatever")
        self.assertEqual(control.state, "open")

    def test_what_is_open_needs_a_remark(self):
        due = self._deadline("2026-11-25", name="Due")
        control = self._control()
        line = self._line(control, due)
        line.write({"finding": "not_ok", "remark": "Brandt sends it at ten"})
        wizard = (
            self.env["legal.deadline.control.close"]
            .with_user(self.assistant)
            .create({"control_id": control.id})
        )
        self.assertIn(f"{self.matter.number}, 25.11.2026: Open", wizard.open_text)
        with self.assertRaisesRegex(UserError, "Say what is done"):
            wizard.action_close()
        wizard.note = "Brandt was called, she is at her desk"
        wizard.action_close()
        self.assertEqual(control.state, "closed")
        self.assertEqual(control.closed_by_id, self.assistant)
        self.assertIn(self.matter.number, control.open_text)

    def test_all_in_order_needs_none(self):
        self._done(self._deadline("2026-11-25"), self.lawyer, state="done")
        control = self._control()
        control.line_ids.action_ok()
        self.assertEqual(
            control.action_close()["res_model"], "legal.deadline.control.close"
        )
        control._close()
        self.assertEqual(control.state, "closed")
        self.assertFalse(control.open_text)

    def test_what_comes_in_meanwhile_is_seen(self):
        self._done(self._deadline("2026-11-25"), self.lawyer, state="done")
        control = self._control()
        control.line_ids.action_ok()
        new = self._deadline("2026-11-25", name="Fax at five")
        with self.assertRaisesRegex(UserError, "meanwhile"):
            control._close()
        control.action_close()  # says so, and keeps the new line
        self.assertTrue(self._line(control, new))

    def test_reopened_after_it_was_confirmed(self):
        done = self._done(self._deadline("2026-11-25"), self.lawyer, state="done")
        control = self._control()
        line = self._line(control, done)
        line.action_ok()
        self._set(done, state="open", done_on=False)
        control.action_refresh()
        self.assertFalse(line.finding)
        self.assertEqual(line.state, "open")

    def test_closed_is_closed(self):
        due = self._deadline("2026-11-25")
        control = self._control()
        line = self._line(control, due)
        line.write({"finding": "not_ok", "remark": "ill"})
        control._close("told the partners")
        self._set(due, name="Another name")
        with self.assertRaisesRegex(UserError, "closed"):
            line.write({"remark": "else"})
        with self.assertRaisesRegex(UserError, "closed"):
            control._close("again")
        with self.assertRaisesRegex(UserError, "closed"):
            control.action_refresh()
        for values in ({"note": "else"}, {"state": "open"}, {"date": "2026-01-01"}):
            with self.assertRaises(UserError):
                control.write(values)
        for record in (control, line):
            with self.assertRaises(UserError):
                record.unlink()
            with self.assertRaises(UserError):
                record.sudo().unlink()
        self.assertEqual(line.name, "Grounds of appeal", "as it was then")
        self.assertEqual(self._control(), control, "a second one there is not")

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_as_well(self):
        due = self._deadline("2026-11-25")
        control = self._control()
        line = self._line(control, due)
        line.write({"finding": "not_ok", "remark": "ill"})
        self.env.flush_all()
        anytime = (
            "DELETE FROM legal_deadline_control_line WHERE control_id = %s",
            "DELETE FROM legal_deadline_control WHERE id = %s",
            "UPDATE legal_deadline_control SET date = '2020-01-01' WHERE id = %s",
            "UPDATE legal_deadline_control_line SET deadline_id = 0"
            " WHERE control_id = %s",
            "TRUNCATE legal_deadline_control_line -- %s",
            "TRUNCATE legal_deadline_control CASCADE -- %s",
        )
        closed = (
            "UPDATE legal_deadline_control SET note = 'x' WHERE id = %s",
            "UPDATE legal_deadline_control SET state = 'open' WHERE id = %s",
            "UPDATE legal_deadline_control_line SET finding = 'ok'"
            " WHERE control_id = %s",
            "INSERT INTO legal_deadline_control_line (control_id, deadline_id)"
            f" SELECT %s, {due.id}",
        )
        self._refused(anytime, control)
        control._close("told the partners")
        self.env.flush_all()
        self._refused(anytime + closed, control)
        # the readers follow the matter all the same
        self.matter.with_user(self.lawyer).access_policy = "restricted"
        self.env.flush_all()
        self.assertTrue(line.sudo().access_list_id)

    def _refused(self, queries, control):
        for query in queries:
            with (
                self.subTest(query),
                self.assertRaises(DatabaseError),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(query, [control.id])

    def test_no_way_around(self):
        """What a program could send."""
        due = self._deadline("2026-11-25")
        control = self._control()
        line = self._line(control, due)
        for context in ({}, {"legal_unlock": True}):
            for values in (
                {"state": "done"},
                {"checked_by_id": self.lawyer.id},
                {"control_id": control.id},
                {"deadline_id": due.id},
            ):
                with self.assertRaises(UserError):
                    line.with_context(**context).write(values)
            for commands in (
                [(0, 0, {"deadline_id": due.id})],
                [(2, line.id, 0)],
                [(3, line.id, 0)],
                [(5, 0, 0)],
                [(6, 0, [])],
            ):
                with self.assertRaises(UserError):
                    control.with_context(**context).write({"line_ids": commands})
            with self.assertRaises(UserError):
                control.with_context(**context).write({"state": "closed"})
            with self.assertRaises(UserError):
                control.with_context(**context).create({"date": "2026-11-26"})
            with self.assertRaises(UserError):
                line.with_context(**context).create(
                    {"control_id": control.id, "deadline_id": due.id}
                )

    # -- who ---------------------------------------------------------------------------

    def test_who_does_it(self):
        for user in (self.outsider, self.admin_user):
            with self.assertRaises(AccessError):
                self._control(user)
            with self.assertRaises(AccessError):
                self._control().with_user(user)._close("x")
            with self.assertRaises(AccessError):
                self._control().with_user(user).read(["note"])

    def test_walls(self):
        """Whose matter one may not read is controlled by those who may."""
        secret = self._matter(access_policy="restricted", name="Marker secret")
        hidden = self._deadline("2026-11-25", matter=secret, name="Marker secret")
        control = self._control(self.lawyer2)
        line = control.sudo().line_ids
        self.assertEqual(line.deadline_id, hidden)
        self.env.invalidate_all()
        self.assertFalse(control.line_ids)
        self.assertEqual((control.line_count, control.unseen_count), (1, 1))
        with self.assertRaises(AccessError):
            line.with_user(self.lawyer2).write({"finding": "not_ok", "remark": "x"})
        with self.assertRaises(AccessError):
            line.with_user(self.lawyer2).action_ok()
        with self.assertRaises(AccessError):
            line.with_user(self.lawyer2).read(["name"])
        html = self._html(control, self.lawyer2)
        self.assertNotIn("Marker", html)
        self.assertIn("further dates that you may not read", html)
        # they do not keep him from closing, but he says what is done about them
        with self.assertRaisesRegex(UserError, "limited readers"):
            control._close()
        control._close("Brandt looks after hers")
        self.assertNotIn(secret.number, control.open_text)
        self.assertNotIn("Marker", control.open_text)
        self.assertIn("Marker", self._html(control, self.lawyer))

    # -- on paper, and the days without one --------------------------------------------

    def _html(self, control, user=None):
        reports = self.env["ir.actions.report"].with_user(user or self.assistant)
        html, _kind = reports._render_qweb_html(
            "legal_deadlines.report_control", control.ids
        )
        return html.decode()

    def test_on_paper(self):
        due = self._deadline("2026-11-25", name="Due")
        struck = self._deadline("2026-11-25", name="Sent")
        self._done(struck, self.lawyer, state="done")
        control = self._control()
        self._line(control, due).write({"finding": "not_ok", "remark": "at ten"})
        self._line(control, struck).action_ok()
        control._close("she knows")
        html = self._html(control)
        self.assertIn('line-through">Sent', html)
        self.assertNotIn('line-through">Due', html)
        for text in ("at ten", "she knows", "Not in Order", "In Order", "Sara Koch"):
            self.assertIn(text, html)
        self.assertEqual(
            control.action_print()["report_name"], "legal_deadlines.report_control"
        )

    def test_days_without_one_are_noted(self):
        controls = self.env["legal.deadline.control"]
        with self.enter_registry_test_mode():
            controls._note_missing_days(self.company)
        self.assertFalse(controls.search([]), "it begins with the first one")
        with freeze_time("2026-11-18 17:00:00"):
            self._control()
        for _again in range(2):
            controls._note_missing_days(self.company)
            missing = controls.search([("state", "=", "missing")], order="date")
            self.assertEqual(
                missing.mapped("date"),
                [Date.to_date(f"2026-11-{day}") for day in (19, 20, 23, 24)],
            )
        with self.assertRaises(UserError):
            missing[0].with_user(self.assistant).write({"state": "closed"})
        with self.assertRaises(UserError):
            missing[0].with_user(self.assistant)._close("never mind")
        self.assertIn("no control", self._html(missing[0]))
        action = missing[0].with_context(legal_unlock=UNLOCK)
        with self.assertRaises(DatabaseError), self.env.cr.savepoint():
            with mute_logger("odoo.sql_db"):
                action.write({"note": "x"})
                self.env.flush_all()
