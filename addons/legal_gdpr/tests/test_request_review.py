import io
import json
import re
import zipfile
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, tagged

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

from .request_common import RequestCommon

PRIVILEGED = "Strategy-7731"
OWN = "Own-9942"


@tagged("post_install", "-at_install")
class TestRequestReview(RequestCommon):
    """What is told, who decides, and that nothing else leaves the firm."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Meier is the opponent in the second matter
        cls.against = cls._matter(
            cls.lawyer2,
            client_id=cls.mueller.id,
            opponent_id=cls.meier.id,
            lawyer_id=cls.lawyer2.id,
        )
        cls.secret = cls._call(cls.against, subject=PRIVILEGED, user=cls.lawyer2)
        cls.letter = cls._call(cls.matter, subject=OWN, channel="letter")
        cls.note = cls._call(cls.matter, channel="note", direction="internal")

    def _ready(self):
        request = self._collected(
            (self.meier, "owned", "name,email"),
            (self.secret, "shared", "subject,body"),
            (self.letter, "shared", "subject,body,partner_ids"),
            (self.note, "shared", "subject"),
        )
        request.action_review()
        return request

    def _of(self, request, record):
        return request.sudo().subject_id.item_ids.filtered(
            lambda item: (item.res_model, item.res_id) == (record._name, record.id)
        )

    def _release(self, request):
        self._of(request, self.note).with_user(self.lawyer).action_withhold_others()
        request.action_prepare()
        request.with_user(self.partner_user).action_release()
        return request

    def test_what_is_proposed(self):
        request = self._ready()
        got = {
            record.id: (item.access_decision, item.access_ground)
            for record in (self.meier, self.secret, self.letter, self.note)
            for item in self._of(request, record)
        }
        self.assertEqual(got[self.meier.id], ("disclose", False))
        self.assertEqual(got[self.secret.id], ("withhold", "mandate"))
        self.assertEqual(got[self.letter.id], ("disclose", False))
        self.assertEqual(got[self.note.id], ("pending", False))

    def test_a_mention_is_decided_by_a_person(self):
        request = self._collected((self.counsel, "mention", "comment"))
        item = self._of(request, self.counsel)
        self.assertEqual((item.access_decision, item.confirmed), ("pending", False))
        with self.assertRaisesRegex(UserError, "1 findings"):
            request.action_prepare()
        item.with_user(self.dpo).action_other_person()
        request.action_prepare()
        self.assertEqual(request.prepared_by_id, self.dpo)

    def test_no_release_while_a_finding_is_open(self):
        request = self._ready()
        self.assertEqual(request.open_count, 1)
        with self.assertRaisesRegex(UserError, "Lena Brandt"):
            request.action_prepare()
        activity = request.sudo().activity_ids.filtered(
            lambda activity: activity.user_id == self.lawyer
        )
        self.assertIn("1", activity.summary)
        self.assertTrue(request.with_user(self.lawyer).name, "called: may read it")

    def test_the_officer_sees_the_number_alone(self):
        request = self._ready()
        self.assertEqual(request.hidden_count, 3)
        items = self.env["gdpr.subject.item"].with_user(self.dpo)
        seen = items.search([("subject_id", "=", request.subject_id.id)])
        self.assertEqual(seen.res_model, "res.partner")
        with self.assertRaises(AccessError):
            self._of(request, self.note).with_user(self.dpo).action_disclose()

    def test_behind_a_wall_nobody_else_decides(self):
        self.against.sudo().access_policy = "restricted"
        self.env.flush_all()
        self.env.invalidate_all()
        item = self._of(self._ready(), self.secret)
        with self.assertRaises(AccessError):
            item.with_user(self.lawyer).write({"access_decision": "disclose"})
        item.with_user(self.lawyer2).action_redact()
        self.assertEqual(item.access_by_id, self.lawyer2)

    def test_who_decided_is_not_forged(self):
        item = self._of(self._ready(), self.letter)
        with self.assertRaises(UserError):
            item.with_user(self.lawyer).write({"access_by_id": self.lawyer2.id})
        item.with_user(self.lawyer).action_redact()
        self.assertEqual(item.access_by_id, self.lawyer)

    def test_a_second_person_releases(self):
        request = self._ready()
        with self.assertRaisesRegex(UserError, "not prepared"):
            request.with_user(self.partner_user).action_release()
        self._of(request, self.note).with_user(self.lawyer).action_withhold_others()
        request.action_prepare()
        with self.assertRaisesRegex(UserError, "You prepared"):
            request.action_release()
        for user in (self.lawyer, self.assistant):
            with self.assertRaises(AccessError):
                request.with_user(user).action_release()
        request.with_user(self.dpo2).action_release()
        self.assertEqual(
            (request.state, request.released_by_id), ("released", self.dpo2)
        )
        with self.assertRaisesRegex(UserError, "is released"):
            self._of(request, self.letter).with_user(self.lawyer).action_disclose()

    def test_a_new_decision_takes_the_readiness_back(self):
        request = self._ready()
        self._of(request, self.note).with_user(self.lawyer).action_withhold_others()
        request.action_prepare()
        self._of(request, self.letter).with_user(self.lawyer).action_redact()
        self.assertFalse(request.prepared_by_id)
        with self.assertRaisesRegex(UserError, "not prepared"):
            request.with_user(self.partner_user).action_release()

    # -- the file ----------------------------------------------------------------------

    def _open(self, export):
        return zipfile.ZipFile(io.BytesIO(export.sudo().attachment_id.raw))

    def test_the_file_holds_what_is_disclosed_and_nothing_else(self):
        request = self._release(self._ready())
        export = request.export_ids
        self.assertEqual(export.state, "ready")
        archive = self._open(export)
        everything = b"".join(archive.read(name) for name in archive.namelist())
        self.assertNotIn(PRIVILEGED.encode(), everything)
        self.assertNotIn(self.against.number.encode(), everything)
        data = json.loads(archive.read("data.json"))
        self.assertEqual(data["schema"], "legal-gdpr-export/1")
        self.assertEqual(len(data["items"]), 2)
        self.assertEqual(
            {(row["ground"], row["count"]) for row in data["withheld"]},
            {("mandate", 1), ("others", 1)},
        )
        self.assertIn(OWN, str(data["items"]))
        entries = self.env["legal.access.log"].search(
            [("model", "=", "gdpr.export"), ("res_id", "=", export.id)]
        )
        self.assertEqual(entries.mapped("action"), ["export"])
        self.assertEqual(entries.quantity, 2)

    def test_the_information_of_article_15(self):
        self._retention("legal.communication", trigger="date")
        self.company.gdpr_purposes = "Purpose-5511"
        request = self._release(self._ready())
        text = self._open(request.export_ids).read("information.pdf").decode()
        for part in ("Purpose-5511", "(b)", "(h)", "§ 50 BRAO", "BDSG"):
            self.assertIn(part, text)

    def test_names_of_others_are_masked(self):
        self.letter.sudo().with_context().write(
            {"body": "<p>Eva Stern of Müller GmbH told Hans Meier so.</p>"}
        )
        self.env["legal.matter.party"].create(
            {
                "matter_id": self.matter.id,
                "partner_id": self.counsel.id,
                "role_id": self.env["legal.party.role"].search([], limit=1).id,
            }
        )
        request = self._ready()
        self._of(request, self.letter).with_user(self.lawyer).action_redact()
        self._release(request)
        data = json.loads(self._open(request.export_ids).read("data.json"))
        [row] = [row for row in data["items"] if row["redacted"]]
        body = row["fields"]["body"]["value"]
        self.assertNotIn("Stern", body)
        self.assertNotIn("Müller", body)
        self.assertIn("Meier", body)

    def test_no_query_for_each_finding(self):
        def queries(count):
            notes = [
                self.matter.message_post(body=f"Note {number}")
                for number in range(count)
            ]
            request = self._collected(*((note, "shared", "body") for note in notes))
            items = request.sudo().subject_id.item_ids
            items.with_context(legal_unlock=UNLOCK).access_decision = "redact"
            export = self.env["gdpr.export"].create({"request_id": request.id})
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            export._build()
            self.assertEqual(export.item_count, count)
            return self.env.cr.sql_log_count - before

        queries(1)  # what is asked for once
        self.assertLessEqual(queries(30), queries(3) + 3)

    def test_files_are_in_it_unless_names_had_to_go(self):
        files = self.env["ir.attachment"].create(
            [
                {
                    "name": f"{name}.txt",
                    "raw": name.encode(),
                    "res_model": "res.partner",
                    "res_id": self.meier.id,
                }
                for name in ("open-letter", "group-photo")
            ]
        )
        request = self._collected(*((file, "owned", "name") for file in files))
        self._of(request, files[1]).with_user(self.dpo).action_redact()
        request.action_review()
        request.action_prepare()
        request.with_user(self.dpo2).action_release()
        archive = self._open(request.export_ids)
        names = " ".join(archive.namelist())
        self.assertIn("open-letter", names)
        self.assertNotIn("group-photo", names)
        self.assertEqual(request.export_ids.left_out, 1)

    def test_portability_is_what_the_person_provided(self):
        request = self._collected(
            (self.meier, "owned", "name,email"),
            (self.letter, "shared", "subject"),
            kind="portability",
        )
        request.action_review()
        request.action_prepare()
        request.with_user(self.dpo2).action_release()
        data = json.loads(self._open(request.export_ids).read("data.json"))
        self.assertEqual([row["model"] for row in data["items"]], ["res.partner"])
        fields = data["items"][0]["fields"]
        self.assertEqual(fields["email"]["value"], "hans.meier@example.com")

    def test_it_expires(self):
        request = self._release(self._ready())
        export = request.export_ids
        attachment = export.sudo().attachment_id
        with freeze_time(export.expires_on + timedelta(hours=1)):
            with self.enter_registry_test_mode():
                self.env.ref("legal_gdpr.cron_export").method_direct_trigger()
        self.assertFalse(attachment.exists())
        self.assertEqual(export.state, "expired")
        with self.assertRaisesRegex(UserError, "no file"):
            export.with_user(self.dpo).action_download()

    def test_many_findings_are_built_by_the_cron(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Meier {number}"} for number in range(600)]
        )
        request = self._collected(*((p, "owned", "name") for p in partners))
        request.action_review()
        request.action_prepare()
        request.with_user(self.dpo2).action_release()
        self.assertEqual(request.export_ids.state, "building")
        with self.enter_registry_test_mode():
            self.env.ref("legal_gdpr.cron_export").method_direct_trigger()
        request.export_ids.invalidate_recordset()
        self.assertEqual(request.export_ids.state, "ready")
        data = json.loads(self._open(request.export_ids).read("data.json"))
        self.assertEqual(len(data["items"]), 600)

    def test_the_answer_closes_the_clock(self):
        request = self._release(self._ready())
        action = request.action_answer()
        letter = self.env["gdpr.request.letter"].with_user(self.dpo)
        letter = letter.browse(action["res_id"])
        self.assertNotIn(self.against.number, letter.body)
        letter.action_send()
        self.assertEqual(request.state, "answered")
        clock = request.sudo().clock_id
        self.assertEqual((clock.state, clock.done_by_id), ("done", self.dpo))
        self.assertEqual(clock.checked_by_id, self.partner_user)

    # -- what else is done -------------------------------------------------------------

    def test_a_correction_is_applied_and_noted(self):
        request = self._request(kind="rectification")
        request._settle_identity("lawyer")
        with self.assertRaisesRegex(UserError, "what is corrected"):
            request.action_prepare()
        change = (
            self.env["gdpr.request.change"]
            .with_user(self.dpo)
            .create(
                {
                    "request_id": request.id,
                    "field_name": "street",
                    "new_value": "Neue Straße 1",
                }
            )
        )
        self.meier.street = "Alte Straße 1"
        request.action_prepare()
        with self.assertRaises(UserError):
            change.new_value = "Somewhere else 1"
        request.with_user(self.partner_user).action_release()
        self.assertEqual(self.meier.street, "Neue Straße 1")
        self.assertEqual(change.old_value, "Alte Straße 1")
        self.assertEqual(change.applied_by_id, self.partner_user)

    def test_an_objection_stops_circulars(self):
        request = self._request(kind="objection")
        request._settle_identity("lawyer")
        request.action_prepare()
        request.with_user(self.partner_user).action_release()
        listed = self.env["mail.blacklist"].search([])
        self.assertIn("hans.meier@example.com", listed.mapped("email"))

    def test_recipients_are_told_or_it_is_said_why_not(self):
        sent = self._call(
            self.matter, direction="out", partner_ids=[(6, 0, self.mueller.ids)]
        )
        request = self._collected((sent, "shared", "body"), kind="rectification")
        # only what the officer may read names recipients
        request.with_user(self.dpo).action_find_recipients()
        self.assertFalse(request.notice_ids)
        notices = self.env["gdpr.request.notice"].with_user(self.dpo).create(
            [
                {"request_id": request.id, "partner_id": self.mueller.id,
                 "state": "told"},
                {"request_id": request.id, "name": "Unknown court", "role": "court"},
            ]
        )  # fmt: skip
        self.assertEqual(notices.mapped("state"), ["open", "open"])
        with self.assertRaises(UserError):
            notices[0].state = "told"
        letter = self.env["gdpr.request.letter"].with_user(self.dpo)
        letter.browse(notices[0].action_letter()["res_id"]).action_send()
        self.assertEqual((notices[0].state, bool(notices[0].told_on)), ("told", True))
        self.assertEqual(notices[0].letter_id.email_to, "info@mueller.example")
        with self.assertRaises(UserError):
            notices[1]._not_told("impossible", "")
        dialog = notices[1].with_user(self.dpo).action_not_told()
        step = self.env["gdpr.request.step"].with_user(self.dpo)
        step = step.with_context(**dialog["context"]).create(
            {"not_told": "impossible", "text": "The court was dissolved in 1990."}
        )
        step.action_apply()
        self.assertEqual(notices[1].state, "impossible")


@tagged("post_install", "-at_install")
class TestPrivacyPages(HttpCase, RequestCommon):
    """What people outside see."""

    def _token(self, page):
        return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text).group(1)

    def _post(self, **values):
        page = self.url_open("/privacy/request")
        self.assertEqual(page.status_code, 200)
        data = {
            "csrf_token": self._token(page),
            "kind": "access",
            "name": "Nobody Known",
            "email": "nobody@example.com",
            "text": "What do you know?",
            **values,
        }
        return self.url_open("/privacy/request", data=data)

    def _found(self):
        return self.env["gdpr.request"].search([("channel", "in", ("web", "portal"))])

    def test_the_form_takes_a_request_in_and_tells_nothing(self):
        before = self._found()
        known = self._post(email="hans.meier@example.com")
        unknown = self._post()
        self.assertIn("Thank you", known.text)
        self.assertEqual(len(known.text), len(unknown.text))
        made = self._found() - before
        self.assertEqual(len(made), 2)
        self.assertEqual(set(made.mapped("state")), {"received"})
        self.assertEqual(set(made.mapped("identity_state")), {"open"})
        self.assertFalse(made.partner_id)

    def test_programs_are_thanked_and_ignored(self):
        before = self._found()
        self.assertIn("Thank you", self._post(website="http://spam.example").text)
        self.assertEqual(self._found(), before)

    def test_bad_input_and_too_much(self):
        before = self._found()
        self.assertIn("e-mail address", self._post(email="nonsense").text)
        self.assertIn("Choose", self._post(kind="state").text)
        self.assertEqual(self._found(), before)
        for _time in range(5):
            self._post()
        self.assertIn("Too many", self._post().text)
        self.assertEqual(len(self._found() - before), 5)

    def test_without_a_token_of_the_page_nothing_happens(self):
        before = self._found()
        answer = self.url_open(
            "/privacy/request",
            data={"kind": "access", "name": "X", "email": "x@example.com"},
        )
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self._found(), before)

    def test_the_link_shows_a_page_and_gives_the_file_on_a_click(self):
        request = self._collected((self.meier, "owned", "name"))
        request.action_review()
        request.action_prepare()
        request.with_user(self.dpo2).action_release()
        export = request.export_ids.with_user(self.dpo)
        link = export.action_link()
        path = "/privacy/answer/" + link.rsplit("/", 1)[1]
        self.assertNotIn(link.rsplit("/", 1)[1], str(export.sudo().token_hash))
        page = self.url_open(path)
        self.assertIn(request.name, page.text)
        self.assertNotIn("Meier", page.text)
        self.assertEqual(export.downloads, 0)
        answer = self.url_open(path, data={"csrf_token": self._token(page)})
        self.assertTrue(answer.content.startswith(b"PK"))
        export.invalidate_recordset()
        self.assertEqual(export.downloads, 1)
        new = export.action_link()
        self.assertEqual(self.url_open(path).status_code, 410, "the old one is dead")
        export.sudo().expires_on = "2020-01-01 00:00:00"
        self.env.flush_all()
        over = self.url_open("/privacy/answer/" + new.rsplit("/", 1)[1])
        self.assertEqual(over.status_code, 410)
        self.assertIn("ended", over.text)
