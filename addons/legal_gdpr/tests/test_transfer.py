from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import GdprCommon

TODAY = date(2026, 11, 25)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25 10:00:00")
class TestTransfer(GdprCommon):
    """What lets data go to a third country, and what stops it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.us = cls.env.ref("base.us")
        cls.processor = cls.env["gdpr.processor"].create({"name": "Storage Inc."})

    def _decision(self, confirm=True, **values):
        decision = (
            self.env["gdpr.adequacy"]
            .with_user(self.dpo)
            .create(
                {
                    "country_id": self.us.id,
                    "number": "Test decision",
                    "valid_from": "2020-01-01",
                    **values,
                }
            )
        )
        if confirm:
            decision.action_confirm()
        return decision

    def _transfer(self, user=None, **values):
        return (
            self.env["gdpr.transfer"]
            .with_user(user or self.dpo)
            .create(
                {
                    "name": "Backups",
                    "processor_id": self.processor.id,
                    "country_id": self.us.id,
                    "mechanism": "adequacy",
                    "owner_id": self.dpo.id,
                    **values,
                }
            )
        )

    def test_a_confirmed_condition_is_not_changed_in_another_language(self):
        decision = self._decision(condition="Listed recipients alone")
        for words in ({"en_US": ""}, {"en_US": "Everybody"}):
            with self.assertRaisesRegex(UserError, "is not changed"):
                decision.update_field_translations("condition", words)
        self.assertEqual(decision.condition, "Listed recipients alone")
        draft = self._decision(confirm=False, condition="Some", number="Other")
        draft.update_field_translations("condition", {"en_US": "Others"})
        self.assertEqual(draft.condition, "Others")

    def test_only_what_runs_is_ended(self):
        transfer = self._transfer()
        with self.assertRaisesRegex(UserError, "another time"):
            transfer.action_end()
        self.assertEqual(transfer.state, "draft")

    def test_the_seeds_are_drafts(self):
        seeds = self.env["gdpr.adequacy"].search([("state", "=", "draft")])
        by_number = {seed.number: seed for seed in seeds}
        for number, code in [
            ("Decision 2000/518/EC", "CH"),
            ("Implementing Decision (EU) 2023/1795", "US"),
            ("Implementing Decision (EU) 2021/1772", "GB"),
            ("Implementing Decision (EU) 2019/419", "JP"),
            ("Implementing Decision (EU) 2022/254", "KR"),
        ]:
            seed = by_number[number]
            self.assertEqual(seed.country_id.code, code)
            self.assertEqual((seed.regime, seed.checked), ("gdpr", "no"))
            transfer = self._transfer(
                country_id=seed.country_id.id, adequacy_id=seed.id
            )
            self.assertIn("draft", transfer.problem)
        swiss = seeds.filtered(lambda seed: seed.regime == "fadp")
        covered = swiss.country_id | swiss.country_group_id.country_ids
        self.assertLessEqual(
            {"DE", "FR", "AT", "GB", "US", "NO"}, set(covered.mapped("code"))
        )
        self.assertNotIn("JP", covered.mapped("code"))

    def test_invalidating_turns_each_transfer_red_at_once(self):
        decision = self._decision()
        first = self._transfer(adequacy_id=decision.id)
        second = self._transfer(adequacy_id=decision.id, name="Mail")
        other = self._transfer(
            mechanism="derogation", derogation="e", derogation_reason="Trial in Boston"
        )
        (first | second | other).action_activate()
        self.assertEqual(first.compliance, "compliant")
        self.assertEqual(decision.transfer_count, 2)
        wizard = (
            self.env["gdpr.adequacy.invalidate"]
            .with_user(self.dpo)
            .with_context(**decision.action_invalidate()["context"])
            .create({"reason": "C-311/18"})
        )
        self.assertEqual(wizard.transfer_ids, first | second)
        action = wizard.action_apply()
        found = self.env["gdpr.transfer"].search(action["domain"])
        self.assertEqual(found, (first | second).with_env(found.env))
        for transfer in (first, second):
            self.assertEqual(transfer.compliance, "non_compliant")
            self.assertIn("invalidated on 2026-11-25", transfer.problem)
            self.assertEqual(len(transfer.activity_ids), 1)
            self.assertEqual(transfer.activity_ids.user_id, self.dpo)
        self.assertEqual(other.compliance, "compliant")
        self.assertFalse(other.activity_ids)
        red = self.env["gdpr.transfer"].search([("compliance", "=", "non_compliant")])
        self.assertLessEqual({first.id, second.id}, set(red.ids))
        self.assertNotIn(other.id, red.ids)
        with self.assertRaisesRegex(UserError, "may not begin"):
            self._transfer(adequacy_id=decision.id).action_activate()
        # told once, also by the nightly run
        with patch.object(
            type(self.env["ir.cron"]), "_commit_progress", lambda *a, **k: 1
        ):
            self.env["gdpr.transfer"]._cron_due()
            with freeze_time("2026-11-27 10:00:00"):
                self.env["gdpr.transfer"]._cron_due()
        self.assertEqual(len(first.activity_ids), 1)

    def test_invalidating_needs_its_reason(self):
        decision = self._decision()
        for day, reason, words in [
            (TODAY, " ", "by what"),
            (False, "x", "by what"),
            (TODAY + timedelta(days=1), "x", "still holds"),
        ]:
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                decision._invalidate(day, reason)
        with self.assertRaises(AccessError):
            decision.with_user(self.partner_user)._invalidate(TODAY, "x")
        with self.assertRaisesRegex(UserError, "confirmed"):
            self._decision(confirm=False, number="2")._invalidate(TODAY, "x")
        for values in ({"state": "invalidated"}, {"invalidated_on": TODAY}):
            with self.assertRaisesRegex(UserError, "buttons"):
                decision.with_context(legal_unlock=True).write(values)
        with self.assertRaisesRegex(UserError, "not changed"):
            decision.number = "x"
        with self.assertRaisesRegex(UserError, "kept"):
            decision.unlink()
        made = self._decision(confirm=False, number="3", state="confirmed")
        self.assertEqual(made.state, "draft")

    def test_a_decision_that_does_not_cover(self):
        for values, words in [
            ({"valid_until": "2026-11-24"}, "does not hold"),
            ({"valid_from": "2026-11-26"}, "does not hold"),
            ({"country_id": self.env.ref("base.jp").id}, "does not hold"),
            ({"regime": "fadp"}, "does not hold"),
            ({"condition": "Certified ones"}, "some recipients alone"),
        ]:
            decision = self._decision(number=words + str(values), **values)
            with self.subTest(**values):
                self.assertRegex(self._transfer(adequacy_id=decision.id).problem, words)
        certified = self._transfer(adequacy_id=decision.id, condition_checked_on=TODAY)
        self.assertEqual(certified.compliance, "compliant")
        # a day passes: red by itself, and a task
        decision.valid_until = "2026-11-26"
        certified.action_activate()
        with (
            freeze_time("2026-11-27 10:00:00"),
            patch.object(
                type(self.env["ir.cron"]), "_commit_progress", lambda *a, **k: 1
            ),
        ):
            self.env.invalidate_all()
            self.env["gdpr.transfer"]._cron_due()
            self.assertEqual(certified.compliance, "non_compliant")
            self.assertEqual(len(certified.activity_ids), 1)
        group = self._decision(
            number="g",
            country_id=False,
            regime="fadp",
            country_group_id=self.env.ref("base.europe").id,
        )
        berlin = self._transfer(
            adequacy_id=group.id, regime="fadp", country_id=self.env.ref("base.de").id
        )
        self.assertEqual(berlin.compliance, "compliant")

    def test_other_mechanisms(self):
        for values, words in [
            ({"mechanism": "adequacy"}, "which adequacy decision"),
            ({"mechanism": "scc"}, "which module"),
            ({"mechanism": "scc", "scc_module": "2"}, "not assessed"),
            ({"mechanism": "bcr"}, "not assessed"),
            ({"mechanism": "derogation", "derogation": "a"}, "and why"),
        ]:
            transfer = self._transfer(**values)
            with self.subTest(**values):
                self.assertRegex(transfer.problem, words)
                with self.assertRaisesRegex(UserError, words):
                    transfer.action_activate()
        scc = self._transfer(
            mechanism="scc",
            scc_module="2",
            assessment="Keys stay with us",
            assessment_on=TODAY,
            valid_until=TODAY,
        )
        scc.action_activate()
        self.assertEqual(scc.state, "active")
        with freeze_time("2026-11-26 10:00:00"):
            scc.invalidate_recordset()
            self.assertIn("ended on", scc.problem)

    def test_bad_input(self):
        with self.assertRaisesRegex(ValidationError, "one recipient"):
            self._transfer(processor_id=False)
        with self.assertRaisesRegex(ValidationError, "one recipient"):
            self._transfer(recipient_id=self.meier.id)
        with self.assertRaisesRegex(ValidationError, "himself"):
            self._transfer(exporter_id=self.processor.id)
        with self.assertRaisesRegex(ValidationError, "not when it will be"):
            self._transfer(assessment_on=TODAY + timedelta(days=1))
        with self.assertRaisesRegex(ValidationError, "one country"):
            self._decision(country_id=False)
        forged = self._transfer(state="active")
        self.assertEqual(forged.state, "draft")
        with self.assertRaisesRegex(UserError, "buttons"):
            forged.write({"state": "active"})
        for user in (self.outsider, self.lawyer, self.assistant):
            with self.assertRaises(AccessError):
                forged.with_user(user).read(["name"])
        with self.assertRaises(AccessError):
            self._transfer(self.partner_user)
