from datetime import date, timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, LockError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import GdprCommon

TODAY = date(2026, 11, 25)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25 10:00:00")
class TestProcessor(GdprCommon):
    """The gate, the tree, what falls due, and who may do what."""

    @classmethod
    def _processor(cls, name="Cloud GmbH", user=None, **values):
        return (
            cls.env["gdpr.processor"]
            .with_user(user or cls.dpo)
            .create({"name": name, "owner_id": cls.dpo.id, **values})
        )

    @classmethod
    def _ready(cls, **values):
        processor = cls._processor(
            **{
                "contract_from": TODAY - timedelta(days=100),
                "secrecy_on": TODAY - timedelta(days=100),
                "measures": "Annex 2",
                **values,
            }
        )
        processor.clause_ids.write({"agreed": True, "place": "§ 4"})
        return processor

    def _cron(self, at=None):
        def commit(cron, processed=0, **kwargs):
            return float("inf")

        cron = type(self.env["ir.cron"])
        with (
            freeze_time(at or "2026-11-25 10:00:00"),
            patch.object(cron, "_commit_progress", commit),
        ):
            self.env.invalidate_all()
            self.env["gdpr.processor"]._cron_due()

    # -- the gate ----------------------------------------------------------------------

    def test_not_active_without_the_gate(self):
        processor = self._processor()
        self.assertEqual(len(processor.clause_ids), 9)
        with self.assertRaisesRegex(UserError, "contract has not begun"):
            processor.action_activate()
        for values, words in [
            ({"contract_from": TODAY + timedelta(days=1)}, "has not begun"),
            ({"contract_until": TODAY - timedelta(days=1)}, "has ended"),
            ({"secrecy_on": False}, "secrecy"),
            ({"secrecy_on": TODAY + timedelta(days=1)}, "secrecy"),
            ({"measures": " "}, "measures"),
        ]:
            processor = self._ready(**values)
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                processor.action_activate()
            self.assertEqual(processor.state, "draft")
        processor = self._ready()
        processor.clause_ids[3].agreed = False
        with self.assertRaisesRegex(UserError, "1 of 9"):
            processor.action_activate()
        processor.clause_ids[3].unlink()
        with self.assertRaisesRegex(UserError, "1 of 9"):
            processor.action_activate()
        processor = self._ready()
        self.assertFalse(processor.missing)
        processor.action_activate()
        self.assertEqual((processor.state, processor.activated_on), ("active", TODAY))

    def test_a_clause_says_where(self):
        clause = self._processor().clause_ids[0]
        with self.assertRaisesRegex(ValidationError, "where in the contract"):
            clause.agreed = True
        with self.assertRaisesRegex(ValidationError, "where in the contract"):
            clause.write({"agreed": True, "place": " "})

    def test_what_opened_the_gate_stays(self):
        processor = self._ready()
        processor.action_activate()
        for action in (
            lambda: processor.write({"secrecy_on": False}),
            lambda: processor.write({"measures": False}),
            lambda: processor.clause_ids[0].write({"agreed": False}),
        ):
            with self.assertRaisesRegex(ValidationError, "End it first"):
                action()
            processor.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "stay in the list"):
            processor.clause_ids[0].unlink()
        with self.assertRaisesRegex(UserError, "not deleted"):
            processor.unlink()

    def test_forged_states(self):
        made = self._processor(state="active", activated_on=TODAY)
        self.assertEqual(made.state, "draft")
        self.assertFalse(made.activated_on)
        made = (
            self.env["gdpr.processor"]
            .with_user(self.dpo)
            .with_context(default_state="active", legal_unlock=True)
            .create({"name": "x"})
        )
        self.assertEqual(made.state, "draft")
        with self.assertRaisesRegex(UserError, "buttons"):
            made.with_context(legal_unlock=True).write({"state": "active"})
        ready = self._ready()
        for user in (self.lawyer, self.partner_user, self.outsider):
            with self.assertRaises(AccessError):
                ready.with_user(user).action_activate()
        self.assertTrue(ready.with_user(self.partner_user).name)
        with self.assertRaises(AccessError):
            ready.with_user(self.lawyer).read(["name"])

    # -- the tree ----------------------------------------------------------------------

    def test_no_circles(self):
        top, middle, low = (self._processor(name) for name in ("A", "B", "C"))
        middle.parent_id = top
        low.parent_id = middle
        with self.assertRaisesRegex(ValidationError, "own sub-processor"):
            top.parent_id = top
        with self.assertRaisesRegex(ValidationError, "circle"):
            top.parent_id = middle
        with self.assertRaisesRegex(ValidationError, "circle"):
            top.parent_id = low
        self.assertFalse(top.parent_id)
        tree = self.env["gdpr.processor"].search([("parent_id", "child_of", top.id)])
        self.assertEqual(len(tree), 3)
        other = self.env["res.company"].create({"name": "Other firm"})
        with self.assertRaisesRegex(ValidationError, "same firm"):
            self.env["gdpr.processor"].create(
                {"name": "D", "parent_id": top.id, "company_id": other.id}
            )

    def test_objection(self):
        top = self._processor("A")
        sub = self._ready(
            name="B",
            parent_id=top.id,
            announced_on=TODAY - timedelta(days=20),
            objection_until=TODAY + timedelta(days=10),
        )
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            sub.objection_until = TODAY - timedelta(days=30)
            sub.flush_recordset()
        sub.invalidate_recordset()
        self._cron()
        self.assertEqual(len(sub.activity_ids), 1)
        self.assertEqual(sub.activity_ids.date_deadline, TODAY + timedelta(days=10))
        self._cron()
        self.assertEqual(len(sub.activity_ids), 1, "once")
        self.assertFalse(sub.objection_overdue)
        with freeze_time("2026-12-06 10:00:00"):
            sub.invalidate_recordset()
            self.assertTrue(sub.objection_overdue)
            late = [("objection_overdue", "=", True), ("id", "=", sub.id)]
            self.assertTrue(self.env["gdpr.processor"].search_count(late))
        sub.objection = "objected"
        with self.assertRaisesRegex(UserError, "objected"):
            sub.action_activate()

    # -- what falls due ----------------------------------------------------------------

    def test_an_expired_contract(self):
        area = self.env["gdpr.processing.activity"].create(
            {"code": "HOST", "name": "Hosting", "purposes": "x"}
        )
        processor = self._ready(
            contract_until=TODAY + timedelta(days=5), activity_area_ids=area.ids
        )
        self.assertIn("not active", area.processor_problem)
        processor.action_activate()
        self.env.invalidate_all()
        self.assertFalse(area.processor_problem)
        self._cron()
        self.assertFalse(processor.activity_ids)
        with freeze_time("2026-12-01 10:00:00"):
            self._cron("2026-12-01 10:00:00")
            self.assertTrue(processor.contract_expired)
            self.assertEqual(len(processor.activity_ids), 1)
            self.assertIn("Hosting", processor.activity_ids.summary)
            self.assertEqual(processor.activity_ids.user_id, self.dpo)
            self.assertIn("has ended", area.processor_problem)
            found = self.env["gdpr.processing.activity"].search(
                [("processor_problem", "!=", False)]
            )
            self.assertIn(area, found)
            self._cron("2026-12-02 10:00:00")
            self.assertEqual(len(processor.activity_ids), 1)
            expired = [("contract_expired", "=", True), ("id", "=", processor.id)]
            self.assertTrue(self.env["gdpr.processor"].search_count(expired))
            # renewed, and expired once more: told once more
            processor.contract_until = date(2026, 12, 10)
            self._cron("2026-12-03 10:00:00")
        self._cron("2026-12-20 10:00:00")
        self.assertEqual(len(processor.activity_ids), 2)

    def test_audits(self):
        processor = self._ready(contract_from=date(2025, 10, 1))
        processor.action_activate()
        self.assertEqual(processor.next_audit_on, date(2026, 10, 1))
        self.assertTrue(processor.audit_overdue)
        audits = self.env["gdpr.processor.audit"].with_user(self.dpo)
        base = {"processor_id": processor.id, "result": "passed"}
        for values, words in [
            ({**base, "date": TODAY + timedelta(days=1), "findings": "x"}, "past"),
            (base, "evidence"),
            ({**base, "result": "failed"}, "what was found"),
        ]:
            with self.subTest(words), self.assertRaisesRegex(ValidationError, words):
                with self.env.cr.savepoint():
                    audits.create(values)
        self.env.invalidate_all()
        audit = audits.create({**base, "findings": "Certificate until 2028 seen"})
        self.assertEqual(processor.next_audit_on, date(2027, 11, 25))
        self.assertFalse(processor.audit_overdue)
        with self.assertRaisesRegex(UserError, "as it was noted"):
            audit.result = "failed"
        with self.assertRaises(UserError):
            audit.unlink()

    def test_instructions_stay(self):
        processor = self._processor()
        line = (
            self.env["gdpr.processor.instruction"]
            .with_user(self.dpo)
            .create({"processor_id": processor.id, "text": "Delete the test data."})
        )
        line.confirmed_on = TODAY
        with self.assertRaisesRegex(UserError, "as it was given"):
            line.text = "x"
        with self.assertRaises(UserError):
            line.unlink()
        with self.assertRaisesRegex(ValidationError, "when it was given"):
            line.copy({"date": TODAY + timedelta(days=1)})

    def test_steps_come_in_their_order(self):
        processor = self._ready()
        with self.assertRaisesRegex(UserError, "another time"):
            processor.action_end()
        processor.action_activate()
        for step in ("action_activate", "action_draft"):
            with self.assertRaisesRegex(UserError, "another time"):
                getattr(processor, step)()
        with (
            patch.object(type(processor), "lock_for_update", side_effect=LockError("")),
            self.assertRaises(LockError),
        ):
            processor.action_end()
        self.assertEqual(processor.state, "active")
        with self.assertRaisesRegex(UserError, "next_audit|Next Audit"):
            processor.next_audit_on = "2099-01-01"

    def test_ending(self):
        top, sub = self._ready(name="A"), self._ready(name="B")
        sub.parent_id = top
        (top | sub).action_activate()
        with self.assertRaisesRegex(UserError, "still active"):
            top.action_end()
        sub.action_end()
        top.action_end()
        self.assertEqual((top.state, top.ended_on), ("ended", TODAY))
