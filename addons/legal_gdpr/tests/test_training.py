from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import GdprCommon


@tagged("post_install", "-at_install")
class TestPolicy(GdprCommon):
    def _policy(self, publish=True, **values):
        policy = (
            self.env["gdpr.policy"]
            .with_user(self.dpo)
            .create(
                {
                    "code": "MOBILE-TEST",
                    "name": "Mobile devices",
                    "body": "<p>Lock the screen.</p>",
                    **values,
                }
            )
        )
        if publish:
            policy.action_publish()
        return policy

    def test_everybody_acknowledges_for_himself(self):
        policy = self._policy()
        mine = policy.with_user(self.assistant)
        self.assertFalse(mine.acknowledged)
        mine.action_acknowledge()
        mine.action_acknowledge()
        self.assertTrue(mine.acknowledged)
        self.assertFalse(policy.with_user(self.lawyer).acknowledged)
        entry = policy.acknowledgement_ids
        self.assertEqual((entry.user_id, entry.digest), (self.assistant, policy.digest))
        with self.assertRaises(AccessError):
            entry.with_user(self.lawyer).read(["date"])
        acknowledgements = self.env["gdpr.policy.acknowledgement"]
        for user in (self.assistant, self.dpo):
            with self.assertRaises(UserError):
                acknowledgements.with_user(user).create(
                    {
                        "policy_id": policy.id,
                        "user_id": self.lawyer.id,
                        "date": "2026-01-01 00:00:00",
                        "digest": policy.digest,
                    }
                )
            with self.assertRaises(UserError):
                entry.with_user(user).unlink()

    def test_the_published_text_is_frozen_and_a_new_version_is_acknowledged_anew(self):
        policy = self._policy()
        policy.with_user(self.assistant).action_acknowledge()
        for values in (
            {"body": "<p>Other</p>"},
            {"digest": "0"},
            {"state": "draft"},
            {"acknowledgement_ids": [Command.clear()]},
        ):
            with self.assertRaises(UserError):
                policy.write(values)
        with self.assertRaises(UserError):
            policy.unlink()
        new = policy.browse(policy.action_new_version()["res_id"])
        self.assertEqual((new.version, new.state), (2, "draft"))
        with self.assertRaises(AccessError):
            new.with_user(self.assistant).read(["body"])
        new.with_user(self.dpo).body = "<p>Lock and encrypt.</p>"
        new.with_user(self.dpo).action_publish()
        self.assertEqual(policy.state, "replaced")
        self.assertFalse(new.with_user(self.assistant).acknowledged)
        with self.assertRaises(UserError):
            policy.with_user(self.lawyer).action_acknowledge()
        self.assertNotEqual(policy.digest, new.digest)

    def _open(self, policy, user=None):
        """Who has not acknowledged ``policy``, as ``user`` sees it."""
        self.env.flush_all()
        self.env.invalidate_all()
        return (
            self.env["gdpr.policy.due"]
            .with_user(user or self.dpo)
            .search([("policy_id", "=", policy.id), ("state", "=", "open")])
            .user_id
        )

    def test_who_has_not_acknowledged_stands_by_name(self):
        policy = self._policy()
        self.assertLess(self.lawyer | self.assistant, self._open(policy))
        self.assertEqual(self._open(policy, self.lawyer), self.lawyer)
        policy.with_user(self.lawyer).action_acknowledge()
        self.assertNotIn(self.lawyer, self._open(policy))
        self.assertEqual(len(self._open(policy)), policy.open_count)
        new = policy.browse(policy.action_new_version()["res_id"]).with_user(self.dpo)
        self.assertFalse(self._open(new))
        new.action_publish()
        self.assertFalse(self._open(policy))
        self.assertIn(self.lawyer, self._open(new))
        lawyers = self.env.ref("legal_crm.group_lawyer")
        some = self._policy(code="SOME", group_ids=[Command.set(lawyers.ids)])
        self.assertIn(self.partner_user, self._open(some))  # implied
        self.assertNotIn(self.assistant, self._open(some))
        self.assertEqual(len(self._open(some)), some.open_count)

    def test_everybody_finds_what_waits_for_him(self):
        lawyers = self.env.ref("legal_crm.group_lawyer")
        all_ = self._policy()
        some = self._policy(code="SOME", group_ids=[Command.set(lawyers.ids)])
        draft = self._policy(code="DRAFT", publish=False)
        policies = all_ | some | draft

        def waiting(user):
            found = self.env["gdpr.policy"].with_user(user)
            return found.search([("for_me", "=", True), ("id", "in", policies.ids)])

        self.assertEqual(waiting(self.assistant), all_)
        self.assertEqual(waiting(self.lawyer), all_ | some)
        self.assertTrue(some.with_user(self.lawyer).for_me)
        self.assertFalse(some.with_user(self.assistant).for_me)
        some.with_user(self.lawyer).action_acknowledge()
        self.assertEqual(waiting(self.lawyer), all_)
        self.assertFalse(some.with_user(self.lawyer).for_me)
        acknowledged = self.env["gdpr.policy"].with_user(self.lawyer)
        self.assertEqual(acknowledged.search([("acknowledged", "=", True)]), some)

    def test_a_new_version_is_told_to_whom_it_is_for(self):
        lawyers = self.env.ref("legal_crm.group_lawyer")
        some = self._policy(group_ids=[Command.set(lawyers.ids)])

        def told(policy):
            domain = [("model", "=", "gdpr.policy"), ("res_id", "=", policy.id)]
            return self.env["mail.message"].search(domain).notified_partner_ids

        self.assertIn(self.lawyer.partner_id, told(some))
        self.assertNotIn(self.assistant.partner_id, told(some))
        new = some.browse(some.action_new_version()["res_id"]).with_user(self.dpo)
        self.assertNotIn(self.lawyer.partner_id, told(new))
        new.action_publish()
        self.assertIn(self.lawyer.partner_id, told(new))

    def test_an_empty_text_is_not_published(self):
        with self.assertRaisesRegex(UserError, "no text"):
            self._policy(body="<p><br></p>")

    def test_nothing_is_forged(self):
        policy = self._policy(publish=False, state="published", version=9)
        self.assertEqual((policy.state, policy.version), ("draft", 1))

    def test_a_new_version_takes_nothing_from_the_callers_context(self):
        policy = self._policy()
        new = policy.browse(
            policy.with_context(
                default_state="published",
                default_published_by_id=self.partner_user.id,
                default_published_on="2026-01-01 00:00:00",
                default_digest="0",
            ).action_new_version()["res_id"]
        )
        self.assertEqual((new.state, new.version), ("draft", 2))
        self.assertFalse(new.published_by_id or new.published_on or new.digest)
        self.assertEqual(policy.state, "published")


@tagged("post_install", "-at_install")
class TestTraining(GdprCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["gdpr.training"].search([]).active = False  # those of the demo firm
        cls.role = cls.env.ref("legal_crm.group_lawyer")
        cls.training = (
            cls.env["gdpr.training"]
            .with_user(cls.dpo)
            .create(
                {
                    "name": "Confidentiality",
                    "group_ids": [Command.set(cls.role.ids)],
                    "validity_months": 12,
                }
            )
        )

    def _taken(self, user, day, **values):
        return (
            self.env["gdpr.training.record"]
            .with_user(self.dpo)
            .create(
                {
                    "training_id": self.training.id,
                    "user_id": user.id,
                    "date": day,
                    "evidence": "List of participants",
                    **values,
                }
            )
        )

    def _state(self, user):
        self.env.flush_all()
        self.env.invalidate_all()
        row = self.env["gdpr.training.due"].search(
            [("training_id", "=", self.training.id), ("user_id", "=", user.id)]
        )
        return row.state

    @freeze_time("2026-11-25 09:00:00")
    def test_what_is_due_follows_from_roles_and_records(self):
        self.assertEqual(self._state(self.lawyer), "missing")
        self.assertFalse(self._state(self.assistant))
        self.assertEqual(self._state(self.partner_user), "missing")  # implied
        record = self._taken(self.lawyer, "2026-02-28")
        self.assertEqual(record.expires_on, date(2027, 2, 28))
        self.assertEqual(self._state(self.lawyer), "current")
        for day, state in (
            ("2027-02-10", "soon"),
            ("2027-02-28", "soon"),
            ("2027-03-01", "lapsed"),
        ):
            with freeze_time(f"{day} 09:00:00"):
                self.assertEqual(self._state(self.lawyer), state)
        record.active = False
        self.assertEqual(self._state(self.lawyer), "missing")

    @freeze_time("2026-11-25 09:00:00")
    def test_records_are_evidence(self):
        with self.assertRaises(ValidationError):
            self._taken(self.lawyer, "2026-11-26")
        with self.assertRaises(ValidationError):
            self._taken(self.lawyer, "2026-11-01", evidence=" ")
        with self.assertRaisesRegex(UserError, "own training"):
            self._taken(self.dpo, "2026-11-01")
        record = self._taken(self.lawyer, "2026-11-01", recorded_by_id=self.lawyer.id)
        self.assertEqual(record.recorded_by_id, self.dpo)
        with self.assertRaises(UserError):
            record.date = "2026-11-20"
        with self.assertRaises(UserError):
            record.sudo().unlink()
        with self.assertRaises(AccessError):
            self.env["gdpr.training.record"].with_user(self.lawyer2).create(
                {"training_id": self.training.id, "user_id": self.lawyer.id}
            )

    @freeze_time("2026-11-25 09:00:00")
    def test_what_is_due_is_recorded_from_its_line(self):
        self.env.flush_all()
        due = (
            self.env["gdpr.training.due"]
            .with_user(self.dpo)
            .search(
                [
                    ("training_id", "=", self.training.id),
                    ("user_id", "=", self.lawyer.id),
                ]
            )
        )
        action = due.action_record()
        record = (
            self.env["gdpr.training.record"]
            .with_user(self.dpo)
            .with_context(**action["context"])
            .create({"evidence": "List of participants"})
        )
        self.assertEqual(record.user_id, self.lawyer)
        self.assertEqual(self._state(self.lawyer), "current")

    @freeze_time("2026-11-25 09:00:00")
    def test_nobody_records_or_keeps_his_own(self):
        records = self.env["gdpr.training.record"].with_user(self.dpo)
        values = {
            "training_id": self.training.id,
            "date": "2026-11-01",
            "evidence": "x",
        }
        with self.assertRaisesRegex(UserError, "own training"), self.cr.savepoint():
            records.with_context(default_user_id=self.dpo.id).create(values)
        own = records.sudo().create({**values, "user_id": self.dpo.id})
        own.active = False
        with self.assertRaisesRegex(UserError, "own training"):
            own.with_user(self.dpo).active = True
        record = self._taken(self.lawyer, "2026-11-01")
        other = self.env["res.company"].create({"name": "Other"})
        for values in (
            {"expires_on": "2999-12-31"},
            {"company_id": other.id},
        ):
            with self.assertRaisesRegex(UserError, "by the system"):
                record.write(values)
            with self.assertRaisesRegex(UserError, "by the system"):
                self._taken(self.lawyer, "2026-11-02", **values)
        forged = records.with_context(default_expires_on="2999-12-31").create(
            {
                "training_id": self.training.id,
                "user_id": self.lawyer.id,
                "date": "2026-11-02",
                "evidence": "x",
            }
        )
        self.assertEqual(forged.expires_on, date(2027, 11, 2))
        record.write({"evidence_file": b"cGRm", "evidence_name": "a.pdf"})
        with self.assertRaises(UserError):
            record.write({"evidence_file": b"b3RoZXI="})

    def test_everybody_sees_his_own_alone(self):
        due = self.env["gdpr.training.due"].with_user(self.lawyer).search([])
        self.assertEqual(due.user_id, self.lawyer)
        record = self._taken(self.lawyer2, "2026-01-01")
        with self.assertRaises(AccessError):
            record.with_user(self.lawyer).read(["evidence"])

    def test_nonsense_is_refused_in_words(self):
        for values, text in (
            ({"validity_months": 0}, "how many months"),
            ({"soon_days": -1}, "negative"),
            ({"gate_group_id": self.env.ref("base.group_user").id}, "no role"),
            ({"gate_group_id": self.role.id, "notice_days": 0}, "after a notice"),
        ):
            with self.subTest(values):
                with self.assertRaises(ValidationError) as raised:
                    self.training.write(values)
                self.assertIn(text, str(raised.exception))

    # -- a role withheld ---------------------------------------------------------------

    def _gate(self, user):
        return self.env["gdpr.training.gate"].search(
            [("training_id", "=", self.training.id), ("user_id", "=", user.id)]
        )

    def _run(self):
        self.env.flush_all()
        with self._uncommitted():
            self.env["gdpr.training.gate"]._cron_run()

    @freeze_time("2026-11-25 09:00:00")
    def test_a_role_is_withheld_after_a_notice_and_given_back(self):
        self.training.gate_group_id = self.role
        self._taken(self.lawyer2, "2026-11-01")
        self._run()
        self._run()
        gate = self._gate(self.lawyer)
        self.assertEqual((len(gate), gate.state), (1, "warned"))
        self.assertEqual(gate.withheld_from, date(2026, 12, 9))
        self.assertIn(self.role, self.lawyer.group_ids)
        self.assertFalse(self._gate(self.lawyer2))
        with freeze_time("2026-12-08 09:00:00"):
            self._run()
            self.assertEqual(gate.state, "warned")
        with freeze_time("2026-12-09 09:00:00"):
            self._run()
            self.assertEqual(gate.state, "withheld")
            self.assertNotIn(self.role, self.lawyer.all_group_ids)
            self.assertEqual(self._state(self.lawyer), "missing")
            self._run()
            self._taken(self.lawyer, "2026-12-09")
            self.assertEqual(gate.state, "returned")
            self.assertIn(self.role, self.lawyer.group_ids)

    @freeze_time("2026-11-25 09:00:00")
    def test_who_trains_in_time_loses_nothing(self):
        self.training.gate_group_id = self.role
        self._run()
        self._taken(self.lawyer, "2026-11-25")
        self.assertEqual(self._gate(self.lawyer).state, "settled")
        with freeze_time("2026-12-20 09:00:00"):
            self._run()
        self.assertIn(self.role, self.lawyer.group_ids)

    @freeze_time("2026-11-25 09:00:00")
    def test_the_last_holder_keeps_the_role_and_the_officer_is_told(self):
        compliance = self.env.ref("legal_crm.group_compliance")
        holder = self._user("c.omp", "legal_crm.group_compliance", "Carl Compliance")
        others = self.env["res.users"]._active_holders(compliance) - holder
        others.write({"group_ids": [Command.unlink(compliance.id)]})
        self.training.write(
            {
                "gate_group_id": compliance.id,
                "group_ids": [Command.set(compliance.ids)],
            }
        )
        self._run()
        with freeze_time("2026-12-20 09:00:00"):
            self._run()
            self._run()
        gate = self._gate(holder)
        self.assertEqual(gate.state, "warned")
        self.assertIn("last", gate.obstacle)
        self.assertEqual(len(gate.activity_ids), 1)
        self.assertIn(compliance, holder.group_ids)

    @freeze_time("2026-11-25 09:00:00")
    def test_a_role_that_ended_meanwhile_does_not_come_back(self):
        compliance = self._user("c.omp", "legal_crm.group_compliance", "Carl C")
        grant = (
            self.env["legal.role.grant"]
            .with_user(compliance)
            .create(
                {
                    "user_id": self.assistant.id,
                    "group_id": self.role.id,
                    "date_until": "2026-12-24 00:00:00",
                    "reason": "Stands in.",
                }
            )
        )
        self.training.gate_group_id = self.role
        self._run()
        with freeze_time("2026-12-20 09:00:00"):
            self._run()
            self.assertEqual(self._gate(self.assistant).state, "withheld")
        with freeze_time("2026-12-25 09:00:00"):
            grant.sudo()._end()
            self._taken(self.assistant, "2026-12-25")
        self.assertNotIn(self.role, self.assistant.group_ids)
        self.assertEqual(self._gate(self.assistant).state, "ended")

    def _withheld_gate(self):
        self.training.gate_group_id = self.role
        with freeze_time("2026-11-25 09:00:00"):
            self._run()
        with freeze_time("2026-12-10 09:00:00"):
            self._run()
        gate = self._gate(self.lawyer)
        self.assertEqual(gate.state, "withheld")
        return gate

    @freeze_time("2026-12-11 09:00:00")
    def test_roles_changed_by_hand_meanwhile_count(self):
        assistant = self.env.ref("legal_crm.group_assistant")
        for change in (
            lambda: self.lawyer.write({"group_ids": [Command.link(assistant.id)]}),
            lambda: assistant.write({"user_ids": [Command.link(self.lawyer.id)]}),
        ):
            savepoint = self.cr.savepoint(flush=True)
            gate = self._withheld_gate()
            change()
            self.assertEqual(gate.state, "ended")
            self.assertIn("by hand", gate.obstacle)
            self._taken(self.lawyer, "2026-12-11")
            self.assertNotIn(self.role, self.lawyer.all_group_ids)
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    @freeze_time("2026-12-11 09:00:00")
    def test_a_grant_of_another_role_ends_no_gate(self):
        gate = self._withheld_gate()
        compliance = self._user("c.omp", "legal_crm.group_compliance", "Carl C")
        self.env["legal.role.grant"].with_user(compliance).create(
            {
                "user_id": self.lawyer.id,
                "group_id": self.env.ref("legal_crm.group_assistant").id,
                "date_until": "2026-12-24 00:00:00",
                "reason": "Helps at the desk.",
            }
        )
        self.assertEqual(gate.state, "withheld")
        self._taken(self.lawyer, "2026-12-11")
        self.assertIn(self.role, self.lawyer.group_ids)

    @freeze_time("2026-12-11 09:00:00")
    def test_a_role_that_cannot_come_back_does_not_keep_the_course_out(self):
        gate = self._withheld_gate()
        with patch.object(
            type(gate), "_return_role", side_effect=UserError("Not now.")
        ):
            self.assertTrue(self._taken(self.lawyer, "2026-12-11"))
        self.assertEqual((gate.state, gate.obstacle), ("withheld", "Not now."))
        self._run()
        self.assertEqual((gate.state, gate.obstacle), ("returned", False))
        self.assertIn(self.role, self.lawyer.group_ids)

    @freeze_time("2026-11-25 09:00:00")
    def test_one_gate_that_fails_stops_no_other(self):
        self.training.gate_group_id = self.role
        Gate = type(self.env["gdpr.training.gate"])
        warn = Gate._warn_one

        def failing(gate, training, user):
            if user == self.lawyer:
                raise ZeroDivisionError
            return warn(gate, training, user)

        with (
            patch.object(Gate, "_warn_one", failing),
            mute_logger("odoo.addons.legal_gdpr.tools.each_alone"),
        ):
            self._run()
        self.assertFalse(self._gate(self.lawyer))
        self.assertEqual(self._gate(self.lawyer2).state, "warned")

    def test_gates_are_the_systems_own(self):
        gates = self.env["gdpr.training.gate"]
        with self.assertRaises(UserError):
            gates.with_user(self.dpo).create(
                {
                    "training_id": self.training.id,
                    "user_id": self.lawyer.id,
                    "group_id": self.role.id,
                    "state": "withheld",
                }
            )
