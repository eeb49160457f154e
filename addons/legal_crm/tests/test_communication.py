import base64

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from .common import LegalCommon


@tagged("post_install", "-at_install")
class TestCommunication(LegalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.matter = cls._matter()
        cls.other = cls._matter(client_id=cls._contact("Rosa Weiß").id)

    def _everybody(self):
        return (self.lawyer, self.partner_user, self.env.ref("base.user_root"))

    def _document(self, **values):
        return (
            self.env["ir.attachment"]
            .with_user(self.lawyer)
            .create({"name": "Urteil.pdf", "raw": b"%PDF-1.4 judgment", **values})
        )

    # -- logging -----------------------------------------------------------------

    def test_a_call_from_the_matter(self):
        """Click one opens the dialog filled in, click two files what was typed."""
        action = self.matter.action_log_call()
        form = Form(
            self.env["legal.communication"]
            .with_user(self.lawyer)
            .with_context(**action["context"]),
            view="legal_crm.legal_communication_view_form_quick",
        )
        self.assertEqual(form.matter_id, self.matter)
        self.assertEqual(form.channel, "phone")
        self.assertEqual(form.partner_ids[:], self.meier)
        form.subject = "He accepts"
        form.duration = 0.25
        call = form.save()
        call.action_file()
        self.assertEqual(call.state, "filed")
        self.assertEqual(call.filed_by_id, self.lawyer)

    def test_a_call_from_the_contact_finds_the_matter(self):
        contact = self.meier.with_user(self.lawyer)
        context = contact.action_log_call()["context"]
        self.assertEqual(context["default_matter_id"], self.matter.id)
        self._matter()  # now there are two: the lawyer chooses
        self.env.invalidate_all()
        context = contact.action_log_call()["context"]
        self.assertFalse(context["default_matter_id"])

    def test_a_contact_person_counts_as_the_company(self):
        person = self._contact("Ute Sauer", parent_id=self.mueller.id)
        context = person.with_user(self.lawyer).action_log_call()["context"]
        # Müller is opponent in both matters of this test
        self.assertFalse(context["default_matter_id"])
        self.assertEqual(context["default_partner_ids"], person.ids)

    def test_filing_needs_a_matter_and_words(self):
        draft = self._call(self.matter, subject=False, body=False)
        with self.assertRaisesRegex(UserError, "what it was about"):
            draft.action_file()
        draft.write({"subject": "x", "matter_id": False})
        with self.assertRaisesRegex(UserError, "matter"):
            draft.action_file()
        with self.assertRaises(ValidationError), self.cr.savepoint():
            draft.duration = -1

    # -- filed is filed --------------------------------------------------------------

    def test_a_filed_entry_is_not_changed_or_deleted(self):
        call = self._call(self.matter)
        call.action_file()
        for user in self._everybody():
            for vals in (
                {"subject": "Something else"},
                {"body": "<p>Something else</p>"},
                {"matter_id": self.other.id},
                {"date": "2020-01-01 00:00:00"},
                {"partner_ids": [(5, 0, 0)]},
                {"attachment_ids": [(0, 0, {"name": "late.txt", "raw": b"x"})]},
                {"state": "draft", "subject": "Something else"},
            ):
                with self.assertRaises(UserError, msg=f"{user.name} {vals}"):
                    call.with_user(user).write(vals)
            with self.assertRaises(UserError):
                call.with_user(user).unlink()
        with self.assertRaises(UserError):
            call.with_user(self.lawyer).with_context(legal_unlock=True).write(
                {"subject": "Forged key"}
            )
        self.env.invalidate_all()
        self.assertEqual(call.subject, "Call about the deadline")

    def test_the_database_refuses_as_well(self):
        call = self._call(self.matter)
        call.action_file()
        self.env.flush_all()
        for query in (
            "UPDATE legal_communication SET subject = 'x' WHERE id = %s",
            "UPDATE legal_communication SET state = 'draft' WHERE id = %s",
            "DELETE FROM legal_communication WHERE id = %s",
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.Error),
                self.cr.savepoint(),
            ):
                self.cr.execute(query, [call.id])

    def test_state_is_not_set_from_outside(self):
        communications = self.env["legal.communication"].with_user(self.lawyer)
        call = communications.create(
            {
                "matter_id": self.matter.id,
                "channel": "phone",
                "subject": "x",
                "state": "filed",
                "filed_by_id": self.lawyer2.id,
                "original_sha256": "0" * 64,
            }
        )
        self.assertEqual(call.state, "draft")
        self.assertFalse(call.filed_by_id or call.original_sha256)
        call.write({"state": "filed", "filed_by_id": self.lawyer2.id})
        self.assertEqual(call.state, "draft")

    def test_documents_of_a_filed_entry_stay(self):
        call = self._call(self.matter)
        call.attachment_ids = self._document()
        call.action_file()
        document = call.attachment_ids
        self.assertEqual((document.res_model, document.res_id), (call._name, call.id))
        for user in self._everybody():
            for vals in (
                {"name": "other.pdf"},
                {"raw": b"forged"},
                {"datas": base64.b64encode(b"forged")},
                {"res_id": self.other.id},
                {"public": True},
            ):
                with self.assertRaises(UserError):
                    document.with_user(user).write(vals)
            with self.assertRaises(UserError):
                document.with_user(user).unlink()
        self.assertEqual(document.raw, b"%PDF-1.4 judgment")

    def test_a_document_of_somewhere_else_is_copied(self):
        foreign = self._document(res_model="res.partner", res_id=self.meier.id)
        call = self._call(self.matter)
        call.attachment_ids = foreign
        call.action_file()
        self.assertNotEqual(call.attachment_ids, foreign)
        self.assertEqual(call.attachment_ids.name, "Urteil.pdf")
        self.assertEqual(call.attachment_ids.raw, foreign.raw)

    def test_documents_are_read_by_the_readers_of_the_matter(self):
        secret = self._matter(access_policy="team")
        call = self._call(secret)
        call.attachment_ids = self._document()
        call.action_file()
        document = call.attachment_ids
        document.with_user(self.lawyer).check_access("read")
        with self.assertRaises(AccessError):
            document.with_user(self.lawyer2).check_access("read")

    def test_a_draft_is_changed_and_deleted(self):
        draft = self._call(self.matter)
        draft.write({"subject": "Better", "matter_id": self.other.id})
        draft.unlink()
        self.assertFalse(draft.exists())

    # -- corrections -----------------------------------------------------------------

    def test_a_correction_is_a_new_entry(self):
        call = self._call(self.matter)
        call.attachment_ids = self._document()
        call.action_file()
        wizard = (
            self.env["legal.communication.correct"]
            .with_user(self.assistant)
            .create({"communication_id": call.id, "reason": "Misheard"})
        )
        self.assertEqual(wizard.subject, call.subject)
        wizard.body = "<p>He will NOT send the papers.</p>"
        new = call.browse(wizard.action_apply()["res_id"])
        self.assertEqual(call.state, "corrected")
        self.assertEqual(new.replaces_id, call)
        self.assertEqual(new.state, "filed")
        self.assertEqual(new.filed_by_id, self.assistant)
        self.assertIn("will send", call.body)
        self.assertIn("<s>", call.display_subject)
        self.assertIn("o_legal_struck", call.display_body)
        self.assertEqual(new.attachment_ids.name, "Urteil.pdf")
        self.assertEqual(call.replaced_by_ids, new)

    def test_a_correction_needs_a_reason_and_happens_once(self):
        call = self._call(self.matter)
        call.action_file()
        with self.assertRaisesRegex(UserError, "why"):
            call._correct({}, " ")
        call._correct({"subject": "Second"}, "Typo")
        with self.assertRaisesRegex(UserError, "already"):
            call._correct({"subject": "Third"}, "Typo")
        for user in self._everybody():
            with self.assertRaises(UserError):
                call.with_user(user).write({"subject": "x"})

    def test_the_corrected_does_not_count_as_last(self):
        self._call(self.matter, date="2026-01-01 10:00:00")._file()
        late = self._call(self.matter, date="2026-03-01 10:00:00")
        late._file()
        late._correct({"date": "2026-02-01 10:00:00"}, "Wrong day")
        self.assertEqual(
            str(self.matter.last_communication_date), "2026-02-01 10:00:00"
        )
        self.assertEqual(self.matter.communication_count, 2)

    # -- searching ---------------------------------------------------------------------

    def test_timeline_of_a_contact(self):
        call = self._call(self.matter)
        call.action_file()
        action = self.meier.with_user(self.assistant).action_view_communications()
        found = self.env["legal.communication"].with_user(self.assistant)
        self.assertIn(call, found.search(action["domain"]))
        self.assertEqual(self.meier.with_user(self.assistant).communication_count, 1)
        self.assertEqual(self.meier.with_user(self.outsider).communication_count, 0)


@tagged("post_install", "-at_install")
class TestReports(HttpCase, LegalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.matter = cls._matter(court_reference="12 O 345/26")
        cls.call = cls._call(cls.matter)
        cls.call.action_file()
        cls.call._correct({"subject": "He refuses"}, "Misheard")

    def _html(self, report, record):
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.assistant)
            ._render_qweb_html(report, record.ids)
        )
        return html.decode()

    def test_cover_sheet(self):
        html = self._html("legal_crm.report_cover", self.matter)
        for text in (self.matter.number, "Meier ./. Müller GmbH", "12 O 345/26"):
            self.assertIn(text, html)

    def test_party_list(self):
        html = self._html("legal_crm.report_parties", self.matter)
        self.assertIn("Hans Meier", html)
        self.assertIn("info@mueller.example", html)

    def test_timeline_strikes_the_corrected(self):
        wizard = (
            self.env["legal.communication.report"]
            .with_user(self.assistant)
            .create({"matter_id": self.matter.id})
        )
        self.assertEqual(wizard.count, 2)
        html = self._html("legal_crm.report_timeline", wizard)
        self.assertIn("<s>Call about the deadline</s>", html)
        self.assertIn("Misheard", html)
        self.assertIn("He refuses", html)
        wizard.with_corrected = False
        self.assertEqual(wizard.count, 1)
        wizard.date_to = "2001-01-01"
        self.assertEqual(wizard.count, 0)

    def test_one_real_pdf(self):
        pdf, kind = (
            self.env["ir.actions.report"]
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf("legal_crm.report_cover", self.matter.ids)
        )
        self.assertEqual(kind, "pdf")
        self.assertTrue(pdf.startswith(b"%PDF"))

    def test_reports_of_a_hidden_matter(self):
        secret = self._matter(access_policy="restricted")
        for report in ("legal_crm.report_cover", "legal_crm.report_parties"):
            with self.assertRaises(AccessError):
                self.env["ir.actions.report"].with_user(self.lawyer2)._render_qweb_html(
                    report, secret.ids
                )

    def test_nobody_files_by_a_default(self):
        """A default in the context gets past what ``create`` drops."""
        matter = self._matter()
        entry = (
            self.env["legal.communication"]
            .with_user(self.assistant)
            .with_context(
                default_state="filed",
                default_filed_by_id=self.lawyer.id,
                default_email_from="forged@example.com",
            )
            .create({"matter_id": matter.id, "channel": "note", "subject": "Forged"})
        )
        self.assertEqual(entry.state, "draft")
        self.assertFalse(entry.filed_by_id)
        self.assertFalse(entry.email_from)
