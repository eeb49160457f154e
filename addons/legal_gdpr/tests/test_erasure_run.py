from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import GdprCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25 10:00:00")
class TestErasureRun(GdprCommon):
    """Looked for, approved by somebody else, destroyed, each judged once more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dpo2 = cls._user("d.zwei", "legal_gdpr.group_dpo", "Doris Zwei")
        cls.rule = cls._retention("legal.matter")
        # what the demo firm has closed long ago is none of this test's business
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE legal_matter SET date_closed = '2026-01-01' WHERE date_closed < "
            "'2026-01-01'"
        )
        cls.env.invalidate_all()
        cls.old = cls.env["legal.matter"]
        for number in range(3):
            client = cls._contact(f"Client {number}", f"c{number}@example.com")
            matter = cls._matter(client_id=client.id, opponent_id=cls.counsel.id)
            cls._call(matter, partner_ids=[(6, 0, client.ids)])
            cls.old |= cls._closed_on(matter, "2019-05-05")
        cls.young = cls._closed_on(cls._matter(), "2022-05-05")

    def _run(self):
        run = self.env["gdpr.erasure.run"].with_user(self.dpo).create({})
        run.action_simulate()
        return run

    def _lines(self, run):
        return run.sudo().line_ids

    def _work(self, run, batch=200):
        """What the scheduled action does, without its commits."""

        def commit(cron, processed=0, **kwargs):
            cron.env.flush_all()
            return float("inf")

        with patch.object(type(self.env["ir.cron"]), "_commit_progress", commit):
            self.env["gdpr.erasure.run"].sudo()._cron_run(batch)

    def test_the_list_says_what_is_due_and_nothing_is_changed(self):
        self.env.flush_all()
        counts = "SELECT count(*), max(write_date) FROM legal_matter"
        self.env.cr.execute(counts)
        before = self.env.cr.fetchall()
        run = self._run()
        self.env.flush_all()
        self.env.cr.execute(counts)
        self.assertEqual(self.env.cr.fetchall(), before)
        lines = self._lines(run)
        self.assertEqual(set(lines.mapped("res_id")), set(self.old.ids))
        self.assertEqual(set(lines.mapped("due_on")), {date(2026, 1, 1)})
        self.assertEqual(lines.rule_id, self.rule)
        self.assertEqual(run.state, "simulated")

    def test_destroyed_with_what_hangs_on_it_and_journaled(self):
        run = self._run()
        calls = self.env["legal.communication"].search(
            [("matter_id", "in", self.old.ids)]
        )
        self.assertEqual(len(calls), 3)
        run.with_user(self.dpo2).action_approve()
        run.with_user(self.dpo2).action_run()
        self._work(run, batch=2)
        self.assertEqual((run.state, run.done_count, run.kept_count), ("done", 3, 0))
        self.assertFalse(self.old.exists())
        self.assertFalse(calls.exists())
        self.assertTrue(self.young.exists())
        entries = self.env["gdpr.erasure.journal"].search(
            [("run_id", "=", run.id), ("model", "=", "legal.matter")]
        )
        self.assertEqual(sorted(entries.mapped("res_id")), sorted(self.old.ids))
        self.assertEqual(set(entries.mapped("rule_id").ids), {self.rule.id})

    def test_whoever_made_the_list_does_not_approve_it(self):
        run = self._run()
        with self.assertRaises(UserError):
            run.action_approve()
        for user in self.partner_user, self.lawyer, self.assistant:
            with self.assertRaises(AccessError):
                run.with_user(user).action_approve()
        with self.assertRaises(UserError):
            run.action_run()
        with self.assertRaises(UserError):
            run.write({"state": "approved"})
        with self.assertRaises(UserError):
            self._lines(run).with_user(self.dpo).sudo(False).write({"state": "done"})
        self.company.gdpr_four_eyes = False
        run.action_approve()
        self.assertEqual(run.state, "approved")

    def test_the_approval_is_for_that_very_list(self):
        run = self._run()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE gdpr_erasure_run_line SET res_id = %s WHERE id = %s",
            [self.young.id, self._lines(run)[0].id],
        )
        self.env.invalidate_all()
        with self.assertRaises(UserError) as raised:
            run.with_user(self.dpo2).action_approve()
        self.assertIn("not the one", str(raised.exception))
        run.action_simulate()
        run.with_user(self.dpo2).action_approve()

    def test_a_hold_set_after_the_approval_counts(self):
        run = self._run()
        run.with_user(self.dpo2).action_approve()
        held = self.old[1]
        self._hold(held)
        run.with_user(self.dpo2).action_run()
        self._work(run)
        self.assertEqual((run.done_count, run.kept_count), (2, 1))
        self.assertTrue(held.exists())
        kept = self._lines(run).filtered(lambda line: line.state == "kept")
        self.assertIn("held", kept.reason)

    def test_a_reopened_matter_stays(self):
        run = self._run()
        run.with_user(self.dpo2).action_approve()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE legal_matter SET state = 'open', date_closed = NULL WHERE id = %s",
            [self.old[0].id],
        )
        self.env.invalidate_all()
        run.with_user(self.dpo2).action_run()
        self._work(run)
        self.assertTrue(self.old[0].exists())
        self.assertEqual(run.kept_count, 1)

    def test_one_that_refuses_does_not_keep_the_others(self):
        run = self._run()
        run.with_user(self.dpo2).action_approve()
        run.with_user(self.dpo2).action_run()
        matters = type(self.env["legal.matter"])
        original, refused = matters.unlink, self.old[1].id

        def unlink(records):
            if refused in records.ids:
                # pylint: disable-next=translation-required
                raise UserError("Somebody needs it.")
            return original(records)

        with patch.object(matters, "unlink", unlink):
            self._work(run)
        self.assertEqual((run.done_count, run.kept_count), (2, 1))
        self.assertEqual(self.old.exists().ids, [refused])
        kept = self._lines(run).filtered(lambda line: line.state == "kept")
        self.assertEqual(kept.reason, "Somebody needs it.")

    def test_stopped_and_resumed_nothing_twice(self):
        run = self._run()
        run.with_user(self.dpo2).action_approve()
        run.with_user(self.dpo2).action_run()
        run.sudo()._run_batch(1)
        run.with_user(self.dpo).action_stop()
        self._work(run)
        self.assertEqual(run.done_count, 1)
        run.with_user(self.dpo).action_run()
        self._work(run, batch=1)
        self.assertEqual((run.state, run.done_count), ("done", 3))
        entries = self.env["gdpr.erasure.journal"].search(
            [("run_id", "=", run.id), ("model", "=", "legal.matter")]
        )
        self.assertEqual(len(entries), 3)

    def test_more_than_the_ceiling_is_not_approved(self):
        self.company.gdpr_run_ceiling = 2
        run = self._run()
        with self.assertRaises(UserError) as raised:
            run.with_user(self.dpo2).action_approve()
        self.assertIn("3 records", str(raised.exception))

    def test_nothing_due_nothing_to_approve(self):
        run = self.env["gdpr.erasure.run"].with_user(self.dpo).create({})
        self._retention("legal.matter", minimum=90, code="ALL")
        run.action_simulate()
        self.assertEqual(run.line_count, 0)
        with self.assertRaises(UserError):
            run.with_user(self.dpo2).action_approve()

    def test_what_ran_is_kept_and_drafts_are_not(self):
        run = self._run()
        run.unlink()
        run = self._run()
        run.with_user(self.dpo2).action_approve()
        with self.assertRaises(UserError):
            run.unlink()

    def test_the_officer_sees_how_many_and_not_which_behind_a_wall(self):
        matter = self.old[0]
        self.env.flush_all()
        matter.sudo()._raise_wall(self.dpo, "Conflict")
        run = self._run().with_user(self.dpo)
        self.assertEqual(run.line_count, 3)
        self.assertGreaterEqual(run.hidden_count, 1)
        self.assertNotIn(matter.id, run.line_ids.mapped("res_id"))

    def test_a_title_outlives_the_file_that_goes(self):
        title = self.env["gdpr.title"].create(
            {
                "name": "Judgment",
                "matter_id": self.old[0].id,
                "date_final": "2018-01-01",
            }
        )
        number = self.old[0].number
        run = self._run()
        run.with_user(self.dpo2).action_approve()
        run.with_user(self.dpo2).action_run()
        self._work(run)
        self.assertEqual(run.done_count, 3)
        title.invalidate_recordset()
        self.assertFalse(title.matter_id)
        self.assertEqual(title.matter_number, number)
