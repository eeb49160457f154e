import json
from email.message import EmailMessage
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.legal_gdpr.models import gdpr_request_erase

from .erasure_common import ErasureCommon
from .request_common import RequestCommon


class RequestErasureCommon(ErasureCommon, RequestCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls._contact("Erna Beispiel", "erna@example.com")
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Erna Beispiel fragt", "partner_id": cls.person.id}
        )

    def _asked(self, *findings, **values):
        values = {"kind": "erasure", "partner_id": self.person.id, **values}
        return self._collected(*findings, **values)

    def _release(self, request):
        request.with_user(self.dpo).action_review()
        request.with_user(self.dpo).action_prepare()
        request.with_user(self.dpo2).action_release()

    def _job(self, xmlid):
        with self.enter_registry_test_mode():
            self.env.ref(xmlid).method_direct_trigger()
        self.env.invalidate_all()

    def _decisions(self, request):
        return {
            item.res_model: item.erase_decision
            for item in request.sudo().subject_id.item_ids
        }


@tagged("post_install", "-at_install")
class TestRequestErasure(RequestErasureCommon):
    """A request for erasure from the findings to the certificate."""

    def test_released_it_is_done_and_certified(self):
        request = self._asked((self.person, "owned", "name"), (self.lead, "owned", ""))
        with self.assertRaises(UserError):
            request.with_user(self.dpo).action_answer()
        self._release(request)
        self.assertFalse(self.person.exists() or self.lead.exists())
        self.assertEqual((request.erasure_state, request.erased_count), ("done", 2))
        self.assertEqual(set(self._journal().mapped("request_id")), {request.id})
        self.assertTrue(request.certificate_id.raw)
        letter = self.env["gdpr.request.letter"].with_user(self.dpo)
        letter = letter.browse(request.with_user(self.dpo).action_answer()["res_id"])
        letter.action_send()
        mails = request.sudo().message_ids.attachment_ids
        self.assertIn(request.certificate_id, mails)
        self.assertEqual(request.state, "answered")
        with self.assertRaises(UserError):
            request.with_user(self.dpo).action_erase_again()

    def test_many_findings_are_erased_by_the_job(self):
        with patch.object(gdpr_request_erase, "AT_ONCE", 1):
            request = self._asked(
                (self.person, "owned", "name"), (self.lead, "owned", "")
            )
            self._release(request)
        self.assertEqual(request.erasure_state, "waiting")
        self.assertTrue(self.lead.exists())
        with self.assertRaisesRegex(UserError, "still at work"):
            request.with_user(self.dpo).action_answer()
        self._job("legal_gdpr.cron_request_erase")
        self.assertEqual(request.erasure_state, "done")
        self.assertFalse(self.person.exists() or self.lead.exists())

    def test_a_matter_in_work_keeps_what_is_disputed(self):
        call = self._call(
            self.matter, subject="Meier rief an", partner_ids=[(4, self.meier.id)]
        )
        request = self._asked(
            (self.meier, "owned", "name"), (call, "shared", ""),
            partner_id=self.meier.id,
        )  # fmt: skip
        self.assertEqual(
            self._decisions(request),
            {"res.partner": "keep", "legal.communication": "keep"},
        )
        kept = request.sudo().subject_id.item_ids[:1]
        self.assertIn("17(3)(e)", kept.keep_source)
        self._release(request)
        self.assertTrue(self.meier.exists())
        self.assertEqual(call.subject, "Meier rief an")
        self.assertFalse(self.meier.gdpr_restricted)

    def test_what_the_law_keeps_is_blocked_until_its_day(self):
        self._retention(
            "crm.lead", trigger="create_date", anchor="exact", minimum=10,
            source="§ 147 AO",
        )  # fmt: skip
        request = self._asked((self.person, "owned", ""), (self.lead, "owned", ""))
        self._release(request)
        self.assertEqual(request.kept_count, 2)
        self.assertTrue(self.lead.gdpr_restricted)
        self.assertTrue(self.person.gdpr_restricted)
        leads = self.env["crm.lead"].with_user(self.lawyer)
        self.assertFalse(leads.search([("id", "=", self.lead.id)]))
        # on its day the retention run takes it, and the restriction ends with it
        restriction = self.env["gdpr.restriction"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "=", self.lead.id)]
        )
        request.with_user(self.dpo)._withdraw("By phone.")
        later = fields.Datetime.add(fields.Datetime.now(), years=11)
        with freeze_time(later):
            self.assertIsNone(
                self._destroy(self.lead, source="retention")[self.lead.id]
            )
        self.assertTrue(restriction.lifted_on)
        self.assertFalse(self.lead.exists())

    def test_the_day_of_what_was_kept_comes_by_itself(self):
        self._retention(
            "crm.lead", trigger="create_date", anchor="exact", minimum=10,
            source="§ 147 AO",
        )  # fmt: skip
        request = self._asked((self.person, "owned", ""), (self.lead, "owned", ""))
        self._release(request)
        self.env["gdpr.request.letter"].with_user(self.dpo).browse(
            request.with_user(self.dpo).action_answer()["res_id"]
        ).action_send()
        self._job("legal_gdpr.cron_request_catch_up")
        self.assertTrue(self.lead.exists())
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), years=4)):
            self._job("legal_gdpr.cron_forget")
            self.assertTrue(request.forgotten_on)
            self.assertFalse(request.requester_name)
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), years=11)):
            self._job("legal_gdpr.cron_request_catch_up")
        self.assertFalse(self.lead.exists() or self.person.exists())
        self.assertFalse(
            request.sudo().subject_id.item_ids.filtered(lambda item: not item.erased_on)
        )


@tagged("post_install", "-at_install")
class TestKeptForThePerson(RequestErasureCommon):
    """What somebody asked for does not disappear before he has the answer."""

    def test_an_open_request_keeps_what_it_found(self):
        request = self._collected(
            (self.lead, "shared", "name"), partner_id=self.person.id
        )
        reason = self._destroy(self.lead)[self.lead.id]
        self.assertIn("not answered yet", reason)
        with self.assertRaisesRegex(UserError, "not answered yet"):
            self.lead.unlink()
        # nobody says over RPC that he is answering it
        sent = json.loads(json.dumps({"gdpr_answering": [request.id]}))
        with self.assertRaisesRegex(UserError, "not answered yet"):
            self.lead.with_context(**sent).unlink()
        request.with_user(self.dpo)._withdraw("By phone.")
        self.lead.unlink()
        self.assertFalse(self.lead.exists())

    def test_the_contact_of_an_open_request_stays(self):
        self._request(partner_id=self.person.id)
        with self.assertRaisesRegex(UserError, "not answered yet"):
            self.person.unlink()

    def test_an_erasure_waits_for_the_answer_to_another_person(self):
        self._collected((self.lead, "shared", "name"))
        request = self._asked((self.lead, "owned", ""))
        self.assertEqual(self._decisions(request), {"crm.lead": "block"})
        self._release(request)
        self.assertTrue(self.lead.exists())

    def test_what_is_blocked_on_demand_is_evidence(self):
        self.env["gdpr.restriction"].with_user(self.dpo)._block(
            self.lead, "He needs it against his landlord.", source="claims"
        )
        reason = self._destroy(self.lead, source="retention")[self.lead.id]
        self.assertIn("blocked on demand", reason)
        self.assertIn("blocked on demand", self.lead.sudo().gdpr_retention)


@tagged("post_install", "-at_install")
class TestBlockStage(RequestErasureCommon):
    """Between the event and the end: kept for the law alone."""

    def test_a_closed_matter_is_blocked_and_stays_unblocked_when_lifted(self):
        rule = self._retention("legal.matter", block_at_once=True)
        self.assertEqual(rule.state, "approved")
        closed = self._closed_on(self._matter(), "2026-01-15").sudo()
        self._job("legal_gdpr.cron_block")
        self.assertTrue(closed.gdpr_restricted)
        self.assertFalse(self.matter.gdpr_restricted)
        matters = self.env["legal.matter"].with_user(self.lawyer)
        self.assertFalse(matters.search([("id", "=", closed.id)]))
        restriction = self.env["gdpr.restriction"].search(
            [("res_model", "=", "legal.matter"), ("res_id", "=", closed.id)]
        )
        self.assertEqual(restriction.source, "retention")
        restriction.with_user(self.dpo)._lift("The client comes back.")
        self._job("legal_gdpr.cron_block")
        self.assertFalse(closed.gdpr_restricted)

    def test_other_kinds_say_that_they_cannot_be_blocked(self):
        with self.assertRaisesRegex(UserError, "cannot be blocked"):
            self._retention("calendar.event", trigger="stop", block_at_once=True)


@tagged("post_install", "-at_install")
class TestObjection(RequestErasureCommon):
    """Who objected is not written to, even when the address comes in anew."""

    def _circular(self, partners):
        composer = self.env["mail.compose.message"].create(
            {
                "composition_mode": "mass_mail",
                "model": "res.partner",
                "res_ids": str(partners.ids),
                "subject": "News",
                "body": "<p>News</p>",
            }
        )
        before = self.env["mail.mail"].search([])
        composer._action_send_mail()
        return (self.env["mail.mail"].search([]) - before).filtered(
            lambda mail: mail.state != "cancel"
        )

    def test_the_keyed_list_outlives_the_address(self):
        request = self._request(kind="objection", partner_id=self.person.id)
        request._settle_identity("lawyer")
        request.action_prepare()
        request.with_user(self.partner_user).action_release()
        listed = self.env["mail.blacklist"].search([("email", "=", "erna@example.com")])
        self.assertTrue(listed)
        self._destroy(listed)
        self.assertFalse(listed.exists())
        again = self._contact("E. Beispiel", "Erna@Example.com")
        sent = self._circular(again | self.mueller)
        self.assertEqual(sent.recipient_ids, self.mueller)

    def test_an_entry_that_is_erased_leaves_a_token(self):
        listed = self.env["mail.blacklist"]._add("somebody@example.com")
        self._destroy(listed)
        suppression = self.env["gdpr.suppression"]
        self.assertTrue(suppression._is_suppressed("somebody@example.com"))
        self.assertFalse(suppression._is_suppressed("nobody@example.com"))


@tagged("post_install", "-at_install")
class TestRequestByMail(RequestErasureCommon):
    """Mail to the firm's address for requests."""

    def _mail(self, date, sender="Erna Beispiel <erna@example.com>"):
        self.company._gdpr_create_alias()
        mail = EmailMessage()
        mail["From"] = sender
        mail["To"] = self.company.gdpr_alias_id.display_name
        mail["Subject"] = "Auskunft"
        mail["Date"] = date
        mail["Message-ID"] = f"<{hash((date, sender))}@example.com>"
        mail.set_content("Welche Daten haben Sie über mich?")
        request_id = self.env["mail.thread"].message_process(None, mail.as_bytes())
        return self.env["gdpr.request"].browse(request_id)

    @freeze_time("2026-11-24 10:00:00")
    def test_it_becomes_a_request_with_its_clock(self):
        request = self._mail("Mon, 23 Nov 2026 08:00:00 +0100")
        self.assertEqual((request.state, request.channel), ("received", "mail"))
        self.assertEqual(request.partner_id, self.person)
        self.assertEqual(request.requester_name, "Erna Beispiel")
        self.assertIn("Welche Daten", request.text)
        self.assertEqual(str(request.received_on), "2026-11-23 07:00:00")
        self.assertEqual(request.identity_state, "open")
        self.assertEqual(request.company_id, self.company)

    @freeze_time("2026-11-24 10:00:00")
    def test_a_wrong_clock_of_the_sender_moves_nothing(self):
        for date in ("Mon, 23 Nov 2099 08:00:00 +0100", "Thu, 1 Jan 1970 00:00:00 +0"):
            with self.subTest(date=date):
                request = self._mail(date)
                self.assertEqual(str(request.received_on), "2026-11-24 10:00:00")
