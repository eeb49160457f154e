from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import GdprCommon

LOOK = "odoo.addons.legal_gdpr.models.gdpr_erasure_run_look"


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

    # -- in the background -------------------------------------------------------------

    def _much(self):
        """From now on three records are more than anybody waits for."""
        self.startPatcher(patch(f"{LOOK}.AT_ONCE", 2))

    def _triggered(self):
        cron = self.env.ref("legal_gdpr.cron_erasure_run")
        return self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])

    def _step(self, run, batch=1):
        """One batch of the scheduled action, which is killed then."""
        return next(filter(lambda step: step[0], run.sudo()._look(batch)), None)

    def test_a_long_list_is_made_in_the_background(self):
        self._much()
        run = self.env["gdpr.erasure.run"].with_user(self.dpo).create({})
        before = self._triggered()
        run.action_simulate()
        self.assertEqual(self._triggered(), before + 1)
        self.assertEqual((run.state, run.line_count), ("simulating", 0))
        for action in run.action_simulate, run.action_run:
            with self.assertRaises(UserError):
                action()
        with self.assertRaises(UserError):
            run.with_user(self.dpo2).action_approve()
        self._work(run, batch=2)
        run.invalidate_recordset()
        self.assertEqual(run.state, "simulated")
        self.assertEqual(set(self._lines(run).mapped("res_id")), set(self.old.ids))
        self.assertEqual(run.user_id, self.dpo)
        self.assertTrue(run.simulated_on)
        # the list is what whoever asked for it cannot approve, and somebody else can
        with self.assertRaises(UserError):
            run.action_approve()
        run.with_user(self.dpo2).action_approve()

    def test_a_short_list_is_there_at_once(self):
        before = self._triggered()
        run = self._run()
        self.assertEqual(self._triggered(), before)
        self.assertEqual((run.state, run.line_count), ("simulated", 3))

    def test_killed_while_looking_nothing_twice_nothing_forgotten(self):
        # two rules say something of the same records, a third of others
        self._retention("legal.matter", minimum=5, code="SHORTER")
        leads = self.env["crm.lead"].create(
            [{"name": f"Old {n}", "date_deadline": "2001-01-01"} for n in range(3)]
        )
        of_leads = self._retention(
            "crm.lead",
            trigger="date_deadline",
            minimum=3,
            domain="[('name', 'like', 'Old ')]",
        )
        expected = {("legal.matter", i) for i in self.old.ids}
        expected |= {("crm.lead", i) for i in leads.ids}
        at_once = self._run()
        self.assertEqual(at_once.line_count, 6)

        self._much()
        run = self._run()
        seen = []
        for _kill in range(20):
            if run.state != "simulating":
                break
            step = self._step(run)
            self.env.flush_all()
            self.env.invalidate_all()
            lines = self._lines(run).mapped(lambda line: (line.res_model, line.res_id))
            self.assertLessEqual(set(seen), set(lines))
            self.assertEqual(len(lines), len(set(lines)))
            seen = lines
            if step:
                self.assertEqual(run.looked_count + step[1], run.look_total)
                self.assertLessEqual(run.look_progress, 100)
        self.assertEqual(run.state, "simulated")
        self.assertEqual(run.looked_count, 6)
        self.assertEqual(set(seen), expected)
        self.assertEqual(len(seen), 6)
        self.assertEqual(
            self._lines(run).mapped(lambda r: (r.res_id, r.rule_id.id, r.due_on)),
            self._lines(at_once).mapped(lambda r: (r.res_id, r.rule_id.id, r.due_on)),
        )
        self.assertEqual(
            self._lines(run).filtered(lambda r: r.rule_id == of_leads).mapped("res_id"),
            leads.ids,
        )
        run.with_user(self.dpo2).action_approve()

    def test_a_list_that_is_being_made_is_given_up(self):
        self._much()
        run = self._run()
        self._step(run)
        self.assertTrue(run.looked_count)
        for user in self.partner_user, self.lawyer, self.assistant:
            with self.assertRaises(AccessError):
                run.with_user(user).action_stop()
        run.action_stop()
        self.assertEqual(run.state, "draft")
        self._work(run)
        self.assertEqual((run.state, run.line_count, run.looked_count), ("draft", 0, 0))
        run.rule_ids = self.rule
        run.action_simulate()
        self._work(run)
        self.assertEqual((run.state, run.line_count), ("simulated", 3))

    def test_the_rules_are_those_of_the_moment_it_began(self):
        self._much()
        run = self._run()
        self._step(run)
        leads = self.env["crm.lead"].create(
            [{"name": "Old", "date_deadline": "2001-01-01"}]
        )
        self._retention("crm.lead", trigger="date_deadline", minimum=3)
        self._work(run)
        self.assertNotIn(leads.id, self._lines(run).mapped("res_id"))
        self.assertEqual(run.line_count, 3)

    def test_what_is_gone_meanwhile_is_not_missed(self):
        self._much()
        run = self._run()
        self._step(run)
        self.env["gdpr.erasure"]._destroy(
            self.old[1], "delete", "retention", rule=self.rule
        )
        self._work(run, batch=1)
        self.assertEqual(run.state, "simulated")

    def test_what_cannot_be_judged_is_said_and_nothing_is_left(self):
        self._much()
        run = self._run()
        retention = type(self.env["gdpr.retention"])

        def judge(model, records, overrule=()):
            # pylint: disable-next=translation-required
            raise UserError("The rule cannot be read.")

        with patch.object(retention, "_judge", judge):
            self._work(run)
        run.invalidate_recordset()
        self.assertEqual((run.state, run.line_count), ("draft", 0))
        self.assertIn("cannot be read", " ".join(run.message_ids.mapped("body")))

    def test_of_what_belongs_to_no_firm_the_runs_firm_says(self):
        """The scheduled action has a firm of its own, which has no say."""
        swiss = self.env["res.company"].create(
            {"name": "Swiss Firm", "country_id": self.env.ref("base.ch").id}
        )
        contact = self._contact("Old Contact", "old@example.com")
        rule = self._retention(
            "res.partner",
            trigger="create_date",
            minimum=1,
            country_id=self.company.country_id.id,
            domain=f"[('id', '=', {contact.id})]",
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = '2001-01-01', company_id = NULL "
            "WHERE id = %s",
            [contact.id],
        )
        self.env.invalidate_all()
        self._much()
        for company, found in (self.company, contact.ids), (swiss, []):
            run = self.env["gdpr.erasure.run"].create(
                {"rule_ids": [(6, 0, rule.ids)], "company_id": company.id}
            )
            run._begin_looking()
            self._work(run)
            self.assertEqual(self._lines(run).mapped("res_id"), found, company.name)

    def test_listed_under_the_rule_of_its_own_country(self):
        swiss = self.env.ref("base.ch")
        foreign = self._retention(
            "legal.matter", minimum=1, country_id=swiss.id, code="A-SWISS"
        )
        run = self._run()
        self.assertEqual(self._lines(run).rule_id, self.rule)
        run = self.env["gdpr.erasure.run"].with_user(self.dpo).create(
            {"rule_ids": [(6, 0, foreign.ids)]}
        )  # fmt: skip
        run.action_simulate()
        self.assertEqual(run.line_count, 0)
        self.assertFalse(
            set(self.env["gdpr.retention"]._due("legal.matter")) - set(self.old.ids)
        )

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
