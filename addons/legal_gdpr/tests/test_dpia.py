from datetime import date
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, LockError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

from .common import GdprCommon


class DpiaCommon(GdprCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.processing = cls.env["gdpr.processing.activity"].create(
            {
                "code": "VIDEO-TEST",
                "name": "Video at the entrance",
                "owner_id": cls.partner_user.id,
            }
        )
        cls.second = cls._user("p.zwei", "legal_crm.group_partner", "Petra Zwei")

    @classmethod
    def _dpia(cls, user=None, **values):
        return (
            cls.env["gdpr.dpia"]
            .with_user(user or cls.partner_user)
            .create({"processing_id": cls.processing.id, **values})
        )

    @classmethod
    def _filled(cls, after=("2", "2")):
        """An assessment by the first partner of which nothing is missing."""
        dpia = cls._dpia(criterion_monitoring=True, criterion_vulnerable=True)
        dpia.action_assess()
        dpia.write(
            {
                "context_overview": "Who comes in is filmed.",
                "context_data": "Pictures of visitors, 72 hours.",
                "context_process": "Camera, recorder, overwritten.",
                "context_assets": "Recorder in the locked server room.",
                "subjects_asked": "no",
                "subjects_why_not": "Visitors are not known beforehand.",
            }
        )
        dpia.answer_ids.write({"answer": "As described.", "verdict": "good"})
        dpia.risk_ids.write(
            {
                "sources": "Staff",
                "threats": "Copying",
                "impacts": "Whereabouts become known.",
                "measures": "Two people have the key.",
                "severity_before": "3",
                "likelihood_before": "3",
                "severity_after": after[0],
                "likelihood_after": after[1],
            }
        )
        dpia.with_user(cls.dpo).officer_opinion = "No objection."
        return dpia

    @classmethod
    def _signed(cls, **values):
        dpia = cls._filled(**values)
        dpia.action_submit()
        dpia.with_user(cls.second).action_validate()
        return dpia


@tagged("post_install", "-at_install")
class TestDpia(DpiaCommon):
    def test_two_criteria_propose_an_assessment(self):
        dpia = self._dpia(criterion_monitoring=True)
        self.assertEqual((dpia.criteria_count, dpia.proposed), (1, False))
        dpia.criterion_scale = True
        self.assertEqual((dpia.criteria_count, dpia.proposed), (2, True))

    def test_no_assessment_needs_its_reason(self):
        dpia = self._dpia(criterion_monitoring=True, criterion_scale=True)
        with self.assertRaisesRegex(UserError, "why no assessment"):
            dpia.action_not_needed()
        dpia.not_needed_reason = "The camera only shows, it does not record."
        dpia.action_not_needed()
        self.assertEqual(dpia.state, "not_needed")
        self.assertTrue(dpia.unchanged)
        with self.assertRaises(UserError):
            dpia.not_needed_reason = "Something else"
        with self.assertRaises(UserError):
            dpia.unlink()

    def test_the_questions_and_the_three_events_are_laid_out(self):
        dpia = self._dpia()
        dpia.action_assess()
        self.assertGreaterEqual(len(dpia.answer_ids), 15)
        self.assertEqual(dpia.risk_ids.mapped("event"), ["access", "change", "loss"])
        with self.assertRaises(UserError):
            dpia.risk_ids[0].unlink()
        with self.assertRaises(UserError):
            dpia.risk_ids[0].event = "own"
        own = self.env["gdpr.dpia.risk"].with_user(self.partner_user)
        own = own.create({"dpia_id": dpia.id, "event": "own", "name": "Facial match"})
        own.unlink()

    def test_an_unanswered_item_blocks_and_is_named(self):
        dpia = self._filled()
        dpia.answer_ids[3].answer = " "
        with self.assertRaises(UserError) as raised:
            dpia.action_submit()
        self.assertIn(dpia.answer_ids[3].name, str(raised.exception))
        self.assertEqual(len(dpia.missing.splitlines()), 1)
        dpia.answer_ids[3].answer = "It is."
        dpia.risk_ids[1].likelihood_after = False
        dpia.context_assets = False
        dpia.subjects_why_not = False
        with self.assertRaises(UserError) as raised:
            dpia.action_submit()
        for text in (dpia.risk_ids[1].name, "Supporting Assets", "data subjects"):
            self.assertIn(text, str(raised.exception))

    def test_a_measure_needs_who_and_when(self):
        dpia = self._filled()
        self.env["gdpr.dpia.action"].with_user(self.partner_user).create(
            {"dpia_id": dpia.id, "name": "Shorter storage"}
        )
        with self.assertRaisesRegex(UserError, "Shorter storage"):
            dpia.action_submit()

    def test_who_wrote_it_does_not_sign_it(self):
        dpia = self._filled()
        dpia.action_submit()
        with self.assertRaisesRegex(UserError, "Somebody else"):
            dpia.action_validate()
        # the officer's opinion is signed with it
        with self.assertRaisesRegex(UserError, "opinion"):
            dpia.with_user(self.dpo).action_validate()
        other = self._user("d.zwei", "legal_gdpr.group_dpo", "Dora Zwei")
        dpia.with_user(other).action_validate()
        self.assertEqual(dpia.state, "validated")
        self.assertEqual(dpia.validated_by_id, other)

    def test_who_wrote_one_answer_wrote_it(self):
        dpia = self._filled()
        dpia.answer_ids[0].with_user(self.second).measures = "A sign at the door."
        dpia.action_submit()
        with self.assertRaises(UserError):
            dpia.with_user(self.second).action_validate()

    def test_the_opinion_is_the_officers(self):
        dpia = self._filled()
        with self.assertRaises(UserError):
            dpia.with_user(self.second).officer_opinion = "Fine."
        self.assertEqual(dpia.officer_opinion_by_id, self.dpo)

    def test_a_signed_revision_does_not_change(self):
        dpia = self._signed()
        self.assertTrue(dpia.unchanged)
        for change in (
            lambda: dpia.write({"context_data": "Other"}),
            lambda: dpia.answer_ids[0].write({"answer": "Other"}),
            lambda: dpia.risk_ids[0].write({"severity_after": "1"}),
            lambda: dpia.risk_ids[0].copy(),
            lambda: dpia.write({"state": "draft"}),
            lambda: dpia.write({"digest": "0"}),
            lambda: dpia.action_draft(),
            lambda: dpia.with_user(self.dpo).write({"officer_opinion": "Other"}),
            lambda: dpia.with_user(self.dpo).unlink(),
            lambda: dpia.with_user(self.dpo).answer_ids[0].unlink(),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()
        # and what gets past the guards is seen
        self.env.cr.execute(
            "UPDATE gdpr_dpia_answer SET answer = 'Forged' WHERE id = %s",
            [dpia.answer_ids[0].id],
        )
        self.env.invalidate_all()
        self.assertFalse(dpia.unchanged)

    def test_nothing_is_forged_by_values_or_defaults(self):
        dpia = self._dpia(state="validated", digest="abc", revision=7)
        self.assertEqual((dpia.state, dpia.revision), ("screening", 1))
        self.assertFalse(dpia.digest)
        other = self.processing.copy({"code": "OTHER-TEST"})
        forged = (
            self.env["gdpr.dpia"]
            .with_user(self.partner_user)
            .with_context(
                default_state="validated",
                default_validated_by_id=self.dpo.id,
                legal_unlock=True,
            )
            .create({"processing_id": other.id})
        )
        self.assertEqual(forged.state, "screening")
        self.assertFalse(forged.validated_by_id)
        self.assertEqual(forged.author_ids, self.partner_user)

    def test_a_new_revision_stands_beside_and_replaces_when_signed(self):
        dpia = self._signed()
        draft = dpia.browse(dpia.action_new_revision()["res_id"])
        self.assertEqual((draft.revision, draft.state), (2, "screening"))
        self.assertEqual(draft.context_data, dpia.context_data)
        self.assertEqual(draft.author_ids, self.partner_user)
        self.assertEqual(dpia.state, "validated")
        self.assertEqual(dpia.action_new_revision()["res_id"], draft.id)
        draft = draft.with_user(self.partner_user)
        draft.action_assess()
        self.assertEqual(len(draft.answer_ids), len(dpia.answer_ids))
        self.assertEqual(len(draft.risk_ids), 3)
        self.assertFalse(draft.officer_opinion)
        draft.with_user(self.dpo).officer_opinion = "Still none."
        draft.action_submit()
        draft.with_user(self.second).action_validate()
        self.assertEqual((dpia.state, draft.state), ("replaced", "validated"))
        self.assertTrue(dpia.unchanged)

    def test_one_assessment_at_a_time(self):
        self._dpia()
        with self.assertRaisesRegex(UserError, "already"):
            self._dpia()

    def test_it_reopens_when_the_activity_is_replaced(self):
        dpia = self._signed()
        new = self.processing.with_context(legal_unlock=UNLOCK).copy(
            {"code": "VIDEO-TEST", "version": 2}
        )
        self.processing.with_user(self.dpo)._replaced_by(new)
        self.assertEqual(dpia.state, "review")
        self.assertEqual(dpia.activity_ids.user_id, dpia.owner_id)
        self.assertIn("version 2", dpia.review_reason)
        self.assertTrue(dpia.unchanged)

    def _approved(self, **values):
        """The next version of the activity, written by the officer, approved."""
        draft = self.processing.with_user(self.dpo)._draft_of()
        draft.write(values)
        draft.with_user(self.second).action_approve()
        return draft

    def _approvable(self):
        first = self.env["gdpr.person.category"].search([], limit=1)
        data = self.env["gdpr.data.category"].search([("code", "=", "identity")])
        return self._approved(
            purposes="To see who comes in.",
            legal_basis="f",
            balancing_test="Nobody is filmed at work.",
            person_category_ids=[fields.Command.set(first.ids)],
            data_category_ids=[fields.Command.set(data.ids)],
        )

    def test_the_approval_of_a_version_reopens_it(self):
        self.assertEqual(self._approvable(), self.processing)
        dpia = self._signed()
        self._approved(law="§ 4 BDSG")
        self.assertEqual(dpia.state, "review")
        self.assertIn("version 2", dpia.review_reason)
        self.assertEqual(dpia.activity_ids.user_id, dpia.owner_id)

    def test_one_signed_for_an_older_version_is_reopened_too(self):
        self._approvable()
        dpia = self._filled()
        self._approved(law="§ 4 BDSG")
        self.assertEqual(dpia.state, "draft")
        dpia.action_submit()
        dpia.with_user(self.second).action_validate()
        self._approved(law="§ 4(2) BDSG")
        self.assertEqual(dpia.state, "review")
        self.assertIn("version 3", dpia.review_reason)

    def test_an_owner_who_left_is_not_told_but_the_officer(self):
        dpia = self._signed()
        officers = self.env["res.users"]._active_holders(
            self.env.ref("legal_gdpr.group_dpo")
        )
        dpia.with_user(self.dpo).owner_id = self.outsider  # who may not read it
        dpia._reopen("Because.")
        self.assertIn(dpia.activity_ids.user_id, officers)

    def test_high_residual_risk_goes_to_the_authority(self):
        dpia = self._signed(after=("3", "3"))
        self.assertTrue(dpia.consultation_needed)
        self.assertIn("Art. 36", dpia.activity_ids.mapped("summary")[0])
        with self.assertRaises(UserError):
            dpia.write({"consulted_on": "2026-01-01"})
        dpia.action_consulted()
        self.assertEqual(dpia.consulted_on, fields.Date.context_today(dpia))
        self.assertTrue(dpia.unchanged)
        with self.assertRaises(UserError):
            dpia.action_consulted()

    def test_low_residual_risk_does_not(self):
        self.assertFalse(self._signed().consultation_needed)

    @freeze_time("2026-11-25 09:00:00")
    def test_measures_are_late_and_reviews_come(self):
        dpia = self._filled()
        action = (
            self.env["gdpr.dpia.action"]
            .with_user(self.partner_user)
            .create(
                {
                    "dpia_id": dpia.id,
                    "name": "Shorter storage",
                    "owner_id": self.second.id,
                    "date_due": "2026-12-01",
                }
            )
        )
        dpia.review_on = date(2027, 6, 1)
        dpia.action_submit()
        dpia.with_user(self.second).action_validate()
        self.assertFalse(action.overdue)
        with freeze_time("2026-12-02 09:00:00"):
            self.env.invalidate_all()
            self.assertTrue(action.overdue)
            found = self.env["gdpr.dpia.action"].search([("overdue", "=", True)])
            self.assertIn(action.id, found.ids)
            self._cron()
            self._cron()
            self.assertEqual(dpia.activity_ids.user_id, self.second)
            self.assertEqual(len(dpia.activity_ids), 1)
            with self.assertRaises(ValidationError):
                action.done_on = date(2026, 12, 3)
            with self.assertRaises(UserError):
                action.date_due = date(2027, 12, 3)
            action.write({"done_on": date(2026, 12, 2), "done_note": "Set to 48 h"})
            self.assertFalse(action.overdue)
            self.assertTrue(dpia.unchanged)
        with freeze_time("2027-06-01 09:00:00"):
            self._cron()
            self.assertEqual(dpia.state, "review")

    @freeze_time("2026-11-25 09:00:00")
    def test_a_late_measure_is_late_in_one_revision_alone(self):
        dpia = self._filled()
        values = {"dpia_id": dpia.id, "name": "Sign", "owner_id": self.lawyer.id}
        actions = self.env["gdpr.dpia.action"]
        old = actions.with_user(self.partner_user).create(
            {**values, "date_due": "2026-11-20"}
        )
        dpia.action_submit()
        dpia.with_user(self.second).action_validate()
        new = dpia.browse(dpia.action_new_revision()["res_id"])
        new.not_needed_reason = "The camera is gone."
        new.action_not_needed()
        self.assertEqual(dpia.state, "replaced")
        self.assertFalse(old.overdue)
        self.assertEqual(dpia.overdue_count, 0)
        self.assertEqual(new.overdue_count, 1)
        for user in (self.dpo, self.lawyer):
            late = actions.with_user(user).search([("overdue", "=", True)])
            self.assertIn(new.action_ids, late)
            self.assertNotIn(old, late)
        self.assertFalse(old.with_user(self.lawyer).overdue)

    @freeze_time("2026-11-25 09:00:00")
    def test_who_carries_out_a_measure_is_told_and_finds_it(self):
        dpia = self._filled()
        self.env["gdpr.dpia.action"].with_user(self.partner_user).create(
            {
                "dpia_id": dpia.id,
                "name": "Sign at the door",
                "owner_id": self.lawyer.id,
                "date_due": "2026-12-01",
            }
        )

        def told():
            domain = [("model", "=", "gdpr.dpia"), ("res_id", "=", dpia.id)]
            messages = self.env["mail.message"].search(domain)
            return messages.filtered(
                lambda m: self.lawyer.partner_id in m.notified_partner_ids
            )

        dpia.action_submit()
        self.assertFalse(told())
        dpia.with_user(self.second).action_validate()
        self.assertIn("Sign at the door (2026-12-01)", told().body)
        actions = self.env["gdpr.dpia.action"].with_user(self.lawyer)
        own = actions.search([("owner_id", "=", self.lawyer.id)])
        self.assertEqual(own.mapped("name"), ["Sign at the door"])
        with freeze_time("2026-12-02 09:00:00"):
            self._cron()
            self._cron()
        self.assertEqual(len(told()), 2)
        own.web_read({"dpia_id": {"fields": {"display_name": {}}}})
        own.write({"done_on": "2026-11-25", "done_note": "Photograph"})

    def test_who_wrote_it_sees_no_button_to_sign(self):
        dpia = self._filled()
        dpia.action_submit()
        self.assertTrue(dpia.written_by_me)
        self.assertFalse(dpia.with_user(self.second).written_by_me)

    def test_the_map_is_a_picture(self):
        dpia = self._filled()
        self.assertIn("<svg", dpia.risk_map)
        self.assertEqual(dpia.risk_map.count("<circle"), 6)
        own = self.env["gdpr.dpia.risk"].with_user(self.partner_user)
        own.create({"dpia_id": dpia.id, "event": "own", "name": "<script>x</script>"})
        dpia.invalidate_recordset()
        self.assertNotIn("<script>", dpia.risk_map)

    def test_the_pdf_has_it_all(self):
        dpia = self._signed(after=("4", "4"))
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("legal_gdpr.report_dpia", dpia.ids)[0]
            .decode()
        )
        for text in (
            "Who comes in is filmed.",
            "<svg",
            dpia.digest,
            "Art. 36",
            "Systematic monitoring",
            "Paul Groß",
        ):
            self.assertIn(text, html)

    def test_who_may_read_and_write(self):
        dpia = self._signed()
        auditor = self._user("aud", "legal_crm.group_auditor", "Audi Tor")
        self.assertTrue(dpia.with_user(auditor).digest)
        with self.assertRaises(AccessError):
            dpia.with_user(auditor).write({"owner_id": auditor.id})
        with self.assertRaises(AccessError):
            dpia.with_user(self.lawyer).read(["digest"])

    def test_questions_come_in_the_languages_that_are_installed(self):
        question = self.env["gdpr.dpia.question"].search([("code", "=", "purposes")])
        self.env["gdpr.dpia.question"]._sync_catalogue()
        self.assertTrue(question.name.startswith("Are the purposes"))
        question.with_user(self.dpo).name = "Our own words?"
        self.env["gdpr.dpia.question"]._sync_catalogue()
        self.assertEqual(question.name, "Our own words?")
        with self.assertRaises(UserError):
            question.with_user(self.dpo).unlink()

    def _cron(self):
        with self._uncommitted():
            self.env["gdpr.dpia"]._cron_due()

    def test_what_is_computed_is_not_typed_in(self):
        dpia = self._filled(after=("4", "4"))
        risk = dpia.risk_ids[0]
        other = self.env["res.company"].create({"name": "Other"})
        for record, values in (
            (dpia, {"residual_level": "low"}),
            (dpia, {"criteria_count": 0}),
            (dpia, {"proposed": False}),
            (dpia, {"company_id": other.id}),
            (risk, {"level_before": "low"}),
            (risk, {"level_after": "low"}),
            (risk, {"company_id": other.id}),
            (dpia.answer_ids[0], {"company_id": other.id}),
        ):
            for user in (self.partner_user, self.dpo):
                with self.assertRaisesRegex(UserError, "by the system"):
                    record.with_user(user).write(values)
        own = (
            self.env["gdpr.dpia.risk"]
            .with_user(self.partner_user)
            .with_context(default_level_after="low", default_company_id=other.id)
            .create(
                {
                    "dpia_id": dpia.id,
                    "name": "Own",
                    "sources": "x",
                    "threats": "x",
                    "impacts": "x",
                    "severity_before": "4",
                    "likelihood_before": "4",
                    "severity_after": "4",
                    "likelihood_after": "4",
                }
            )
        )
        self.assertEqual((own.level_after, own.company_id), ("high", dpia.company_id))
        with self.assertRaisesRegex(UserError, "by the system"):
            own.create({"dpia_id": dpia.id, "name": "B", "level_after": "low"})
        # and what gets past the guards decides nothing at the signature
        dpia.action_submit()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE gdpr_dpia SET residual_level = 'low' WHERE id = %s", [dpia.id]
        )
        self.env.invalidate_all()
        dpia.with_user(self.second).action_validate()
        self.assertTrue(dpia.consultation_needed)

    def test_the_officers_opinion_comes_from_no_context(self):
        other = self.processing.copy({"code": "OTHER-TEST"})
        dpia = (
            self.env["gdpr.dpia"]
            .with_user(self.partner_user)
            .with_context(default_officer_opinion="No objection")
            .create({"processing_id": other.id})
        )
        self.assertFalse(dpia.officer_opinion)
        # a text without its officer is none
        dpia = self._filled()
        dpia._unlocked().officer_opinion_by_id = False
        with self.assertRaisesRegex(UserError, "the officer has not given his"):
            dpia.action_submit()

    def test_a_new_revision_takes_nothing_from_the_callers_context(self):
        dpia = self._signed(after=("4", "4"))
        dpia = dpia.with_user(self.partner_user).with_context(
            default_state="validated",
            default_consulted_on="2026-01-01",
            default_consultation_answer="Go on.",
            default_consultation_needed=True,
            default_officer_opinion="Fine",
            default_officer_opinion_by_id=self.dpo.id,
            default_validated_by_id=self.dpo.id,
            default_digest="0",
            default_level_after="low",
            default_reminded=True,
        )
        draft = dpia.browse(dpia.action_new_revision()["res_id"])
        self.assertEqual((draft.state, draft.revision), ("screening", 2))
        for name in (
            "consulted_on",
            "consultation_answer",
            "consultation_needed",
            "officer_opinion",
            "officer_opinion_by_id",
            "validated_by_id",
            "digest",
        ):
            self.assertFalse(draft[name], name)
        self.assertEqual(set(draft.risk_ids.mapped("level_after")), {"high"})

    def test_a_question_is_not_changed_in_another_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        dpia = self._signed()
        answer = dpia.answer_ids[0].with_user(self.partner_user)
        before = answer.with_context(lang="de_DE").name
        with self.assertRaises(UserError):
            answer.update_field_translations("name", {"de_DE": "Alles gut?"})
        self.assertEqual(answer.with_context(lang="de_DE").name, before)

    def test_parts_wait_for_the_signature(self):
        dpia = self._filled()
        risk = dpia.risk_ids[0]
        with patch.object(type(dpia), "lock_for_update", side_effect=LockError("x")):
            with self.assertRaises(LockError):
                risk.impacts = "Written at the same moment."

    def test_done_or_not_stays_with_the_assessment(self):
        dpia = self._filled()
        values = {
            "dpia_id": dpia.id,
            "name": "Shorter storage",
            "owner_id": self.assistant.id,
            "date_due": "2099-12-01",
        }
        actions = self.env["gdpr.dpia.action"].with_user(self.partner_user)
        action = actions.with_context(default_reminded=True).create(values)
        self.assertFalse(action.reminded)
        with self.assertRaisesRegex(UserError, "by the system"):
            actions.create({**values, "reminded": True})
        dpia.action_submit()
        dpia.with_user(self.second).action_validate()
        own = action.with_user(self.assistant)
        for user in (self.assistant, self.partner_user, self.dpo):
            with self.assertRaises(UserError):
                action.with_user(user).reminded = True
        self.assertFalse(action.reminded)
        own.write({"done_on": "2026-01-02", "done_note": "Set to 48 h"})
        own.done_on = False
        said = dpia.message_ids.filtered(lambda m: "Shorter storage" in (m.body or ""))
        self.assertEqual(said.author_id, self.assistant.partner_id)
        self.assertEqual(len(said), 2)
        self.assertIn("2026-01-02 Set to 48 h", said.sorted("id")[0].body)
        self.assertTrue(dpia.unchanged)

    def test_one_reminder_that_fails_stops_no_other(self):
        dpia = self._filled()
        actions = (
            self.env["gdpr.dpia.action"]
            .with_user(self.partner_user)
            .create(
                [
                    {
                        "dpia_id": dpia.id,
                        "name": name,
                        "owner_id": self.second.id,
                        "date_due": "2020-01-01",
                    }
                    for name in ("First", "Second")
                ]
            )
        )
        dpia.action_submit()
        dpia.with_user(self.second).action_validate()
        Action = type(actions)
        remind = Action._remind

        def failing(action):
            if action == actions[0]:
                raise ZeroDivisionError
            return remind(action)

        with (
            patch.object(Action, "_remind", failing),
            mute_logger("odoo.addons.legal_gdpr.tools.each_alone"),
        ):
            self._cron()
        self.assertEqual(actions.mapped("reminded"), [False, True])

    def test_answers_are_not_made_by_hand(self):
        dpia = self._filled()
        with self.assertRaises(UserError):
            dpia.answer_ids[0].name = "An easier question?"
        with self.assertRaises(UserError):
            dpia.answer_ids[0].copy()
