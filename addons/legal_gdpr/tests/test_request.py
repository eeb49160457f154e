from datetime import datetime
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .request_common import RequestCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-05 10:00:00")
class TestRequest(RequestCommon):
    """The clock, the identity, the questions, and who may do what."""

    def test_a_month_from_receipt(self):
        for day, due in [
            ("2026-03-05", "2026-04-07"),  # 5 April 2026 is Easter Sunday
            ("2025-03-05", "2025-04-07"),  # 5 April 2025 is a Saturday
            ("2024-03-05", "2024-04-05"),
            ("2024-01-31", "2024-02-29"),
            ("2026-08-31", "2026-09-30"),
        ]:
            with self.subTest(day), freeze_time(f"{day} 10:00:00"):
                request = self._request()
                self.assertEqual(str(request.date_due), due)
                clock = request.sudo().clock_id
                self.assertFalse(clock.matter_id)
                self.assertNotIn("Meier", clock.name)
        self.assertRegex(request.name, r"^DS/\d{4}/\d{4}$")

    def test_without_an_office_it_is_taken_in_all_the_same(self):
        self.company.legal_jurisdiction_id = False
        request = self._request()
        self.assertFalse(request.date_due)
        self.assertTrue(request.clock_problem)
        self.company.legal_jurisdiction_id = self.berlin
        request.action_start_clock()
        self.assertTrue(request.date_due)
        self.assertFalse(request.clock_problem)

    def test_nothing_from_the_future_and_no_bad_address(self):
        with self.assertRaises(ValidationError):
            self._request(received_on="2026-03-06 10:00:00")
        with self.assertRaisesRegex(ValidationError, "no e-mail address"):
            self._request(requester_email="not an address")

    def test_a_corrected_receipt_moves_the_deadline(self):
        request = self._request()
        request.received_on = "2026-03-02 10:00:00"
        self.assertEqual(str(request.date_due), "2026-04-02")
        sheets = request.sudo().clock_id.sheet_ids
        self.assertIn("changed", sheets.mapped("action"))

    def test_guarded_fields_stand(self):
        request = self._request()
        for user in (self.assistant, self.lawyer, self.partner_user, self.dpo):
            for values in (
                {"state": "released"},
                {"identity_state": "settled"},
                {"released_by_id": user.id},
                {"prepared_by_id": user.id},
                {"clock_id": False},
                {"subject_id": False},
                {"reviewer_ids": [(4, user.id)]},
            ):
                with (
                    self.subTest(user=user.login, **values),
                    self.assertRaises(UserError),
                ):
                    request.with_user(user).with_context(legal_unlock=True).write(
                        values
                    )
        made = self._request(
            state="released", identity_state="settled", released_by_id=self.dpo.id
        )
        self.assertEqual((made.state, made.identity_state), ("received", "open"))
        self.assertFalse(made.released_by_id)
        made = (
            self.env["gdpr.request"]
            .with_user(self.dpo)
            .with_context(default_state="released", default_identity_state="settled")
            .create({"requester_name": "X"})
        )
        self.assertEqual((made.state, made.identity_state), ("received", "open"))
        with self.assertRaises(UserError):
            request.unlink()

    def test_an_assistant_reports_and_decides_nothing(self):
        request = self._request(user=self.assistant)
        self.assertEqual(request.reported_by_id, self.assistant)
        self.assertEqual(request.owner_id, self.dpo)
        for step in ("collect", "review", "prepare", "release", "answer"):
            with (
                self.subTest(step),
                self.assertRaises(UserError),
            ):
                getattr(request, f"action_{step}")()
        other = self._request()
        with self.assertRaises(AccessError):
            other.with_user(self.assistant).read(["requester_name"])
        with self.assertRaises(AccessError):
            other.with_user(self.outsider).read(["requester_name"])

    # -- identity ----------------------------------------------------------------------

    def test_nothing_is_collected_before_the_identity(self):
        request = self._request()
        with self.assertRaisesRegex(UserError, "who asks"):
            request.action_collect()
        with self.assertRaisesRegex(UserError, "not the one we know"):
            self._request(requester_email="mallory@evil.example")._settle_identity(
                "address"
            )
        with self.assertRaises(UserError):
            request._settle_identity("portal")
        request._settle_identity("address")
        self.assertEqual(request.state, "collecting")
        self.assertEqual(request.identity_by_id, self.dpo)

    def test_another_address_opens_the_check_again(self):
        request = self._request()
        request._settle_identity("address")
        request.requester_email = "mallory@evil.example"
        self.assertEqual((request.identity_state, request.state), ("open", "received"))
        with self.assertRaisesRegex(UserError, "who asks"):
            request._need_identity()

    def test_an_answer_for_somebody_else_needs_the_mandate(self):
        request = self._request(
            for_other=True,
            representative_name="RA Groß",
            representative_email="gross@example.com",
        )
        self.assertEqual(request.answer_email, "gross@example.com")
        request._settle_identity("lawyer")
        with self.assertRaisesRegex(UserError, "power of attorney"):
            request.action_collect()
        request.action_mandate_seen()
        request.action_collect()
        self.assertEqual(request.mandate_by_id, self.dpo)

    # -- questions and the clock -------------------------------------------------------

    def test_a_prompt_question_holds_the_clock(self):
        request = self._request()
        with freeze_time("2026-03-09 10:00:00"):
            letter = request._ask("identity")
            self.assertEqual(request.state, "received", "a draft asks nobody")
            letter.action_send()
            self.assertEqual(request.state, "identity")
            self.assertEqual(letter.email_to, "hans.meier@example.com")
        with freeze_time("2026-03-19 10:00:00"):
            request.action_answer_came()
        self.assertEqual(request.state, "received")
        self.assertEqual(request.paused_days, 10)
        # 15 March + 1 month
        self.assertEqual(str(request.date_due), "2026-04-15")
        self.assertIn(
            "2026-04-07",
            str(request.sudo().clock_id.sheet_ids.mapped("values")),
            "what was is kept",
        )

    def test_a_late_question_holds_nothing(self):
        request = self._request()
        with freeze_time("2026-03-20 10:00:00"):
            request._ask("clarification", "Which matter?").action_sent_by_post()
        with freeze_time("2026-03-30 10:00:00"):
            request.action_answer_came()
        self.assertEqual(request.paused_days, 0)
        self.assertEqual(str(request.date_due), "2026-04-07")

    def test_two_questions_at_once_hold_it_once(self):
        request = self._request()
        request._ask("identity").action_send()
        request._ask("clarification", "Which matter?").action_send()
        with freeze_time("2026-03-12 10:00:00"):
            request.action_answer_came()
        self.assertEqual(request.paused_days, 7)
        self.assertEqual(request.state, "received")

    def test_a_letter_that_went_out_stays(self):
        letter = self._request()._ask("identity")
        letter.action_send()
        self.assertTrue(letter.attachment_id)
        with self.assertRaises(UserError):
            letter.body = "<p>Something else</p>"
        with self.assertRaises(UserError):
            letter.unlink()
        with self.assertRaises(UserError):
            letter.action_send()
        with self.assertRaises(AccessError):
            self.env["gdpr.request.letter"].with_user(self.dpo).create(
                {"request_id": letter.request_id.id, "kind": "answer", "subject": "x"}
            )

    def test_the_letter_speaks_the_persons_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        request = self._request(lang="fr_FR")
        letters = self.env["gdpr.request.letter"].with_user(self.dpo)
        seen = []
        qweb = type(self.env["ir.qweb"])
        plain = qweb._render

        def render(qweb, template, values=None, **options):
            seen.append(qweb.env.lang)
            return plain(qweb, template, values, **options)

        with patch.object(qweb, "_render", render):
            letters._draft(request, "acknowledgement")
        self.assertIn("fr_FR", seen)

    # -- extension ---------------------------------------------------------------------

    def test_extension_needs_the_letter_and_the_first_month(self):
        request = self._request()
        with self.assertRaisesRegex(UserError, "letter with the reasons"):
            request._extend("Three employers had to be asked")
        letters = self.env["gdpr.request.letter"].with_user(self.dpo)
        letters._draft(request, "extension", "Three employers").action_send()
        with self.assertRaisesRegex(UserError, "why"):
            request._extend(" ")
        request._extend("Three employers had to be asked")
        self.assertEqual(str(request.date_due), "2026-06-05")
        with self.assertRaisesRegex(UserError, "already"):
            request._extend("again")

    def test_no_extension_after_the_first_month(self):
        request = self._request()
        with freeze_time("2026-04-08 10:00:00"):
            letters = self.env["gdpr.request.letter"].with_user(self.dpo)
            letters._draft(request, "extension", "Three employers").action_send()
            with self.assertRaisesRegex(UserError, "first month is over"):
                request._extend("Three employers had to be asked")

    # -- the end -----------------------------------------------------------------------

    def test_a_refusal_names_reason_and_authority(self):
        request = self._request()
        with self.assertRaises(UserError):
            request._refuse("unfounded", "")
        letter = request._refuse("unfounded", "The fourth request this year.")
        self.assertIn("The fourth request", letter.body)
        self.assertIn("BDSG", letter.body)
        clock = request.sudo().clock_id
        self.assertEqual(clock.state, "open", "until the letter went out")
        letter.action_send()
        self.assertEqual(clock.state, "done_unchecked")
        self.assertEqual(request.state, "refused")

    def test_somebody_else_looks_at_a_refusal(self):
        request = self._request()
        with self.assertRaisesRegex(UserError, "Nothing waits"):
            request.with_user(self.dpo2).action_check_end()
        request._refuse("unfounded", "The fourth request this year.").action_send()
        clock = request.sudo().clock_id
        self.assertTrue(request.clock_unchecked)
        asked = request.sudo().activity_ids.user_id
        self.assertTrue(asked and asked != self.dpo)
        with self.assertRaisesRegex(UserError, "colleague"):
            request.action_check_end()
        for user in self.lawyer, self.assistant:
            with self.assertRaises(AccessError):
                request.with_user(user).action_check_end()
        request.with_user(self.partner_user).action_check_end()
        self.assertEqual(
            (clock.state, clock.done_by_id, clock.checked_by_id),
            ("done", self.dpo, self.partner_user),
        )
        self.assertFalse(request.sudo().activity_ids)
        self.assertFalse(request.clock_unchecked)

    def test_withdrawn(self):
        request = self._request()
        request._withdraw("He called and said so.")
        self.assertEqual(request.state, "withdrawn")
        clock = request.sudo().clock_id
        # nothing was sent that somebody could look at
        self.assertEqual(clock.state, "cancelled")
        self.assertEqual(clock.cancelled_by_id, self.dpo)
        self.assertIn(request.name, clock.cancel_reason)
        with self.assertRaises(UserError):
            request._settle_identity("lawyer")

    def test_forgotten_after_three_years(self):
        request = self._request()
        request._settle_identity("lawyer")
        request.action_collect()
        request._ask("clarification", "Hans Meier, which matter?").action_send()
        token = request.subject_id.token
        request._withdraw("He called and said so.")
        with freeze_time("2029-03-01 10:00:00"):
            with self.enter_registry_test_mode():
                self.env.ref("legal_gdpr.cron_forget").method_direct_trigger()
            self.assertFalse(request.forgotten_on)
        with freeze_time("2029-03-06 10:00:00"):
            with self.enter_registry_test_mode():
                self.env.ref("legal_gdpr.cron_forget").method_direct_trigger()
        request.invalidate_recordset()
        self.assertTrue(request.forgotten_on)
        self.assertFalse(request.requester_name or request.requester_email)
        self.assertFalse(request.text or request.partner_id)
        self.assertFalse(request.subject_id.identifier_ids)
        self.assertEqual(request.subject_id.token, token)
        self.assertFalse(request.message_ids)
        self.assertFalse(
            self.env["ir.attachment"].search(
                [("res_model", "=", "gdpr.request"), ("res_id", "=", request.id)]
            )
        )

    def test_a_mail_becomes_a_request(self):
        call = self._call(self.matter)
        action = call.with_user(self.assistant).action_gdpr_request()
        request = self.env["gdpr.request"].browse(action["res_id"])
        self.assertEqual(request.communication_id, call)
        self.assertEqual(request.partner_id, self.meier)
        self.assertIn("send the papers", request.text)
        self.assertEqual(request.received_on, call.date)

    def test_days_in_berlin_count(self):
        with freeze_time("2024-03-06 10:00:00"):
            request = self._request(received_on=datetime(2024, 3, 5, 23, 30))
        self.assertEqual(str(request.sudo().clock_id.trigger_date), "2024-03-06")
