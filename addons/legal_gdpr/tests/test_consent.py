from datetime import datetime, timedelta
from unittest.mock import patch

from psycopg2.errors import RaiseException

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

from .test_register import RegisterCommon


class ConsentCommon(RegisterCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.purpose = cls.env["gdpr.purpose"].create(
            {"name": "Chess letter", "code": "chess"}
        )
        cls.text = cls._text("I agree to the chess letter.")
        cls.events = cls.env["gdpr.consent"]
        cls.gate = cls.env["gdpr.contact.gate"]

    @classmethod
    def _text(cls, body, lang="en_US"):
        text = (
            cls.env["gdpr.consent.text"]
            .with_user(cls.dpo)
            .create({"purpose_id": cls.purpose.id, "lang": lang, "body": body})
        )
        text.action_publish()
        return text

    @classmethod
    def _consent(cls, user=None, kind="given", **values):
        return cls.events.with_user(user or cls.assistant).create(
            {
                "partner_id": cls.meier.id,
                "purpose_id": cls.purpose.id,
                "kind": kind,
                "text_id": cls.text.id if kind == "given" else False,
                "channel": "letter",
                **values,
            }
        )

    def _may(self, who=None, user=None, **values):
        gate = self.gate.with_user(user or self.assistant)
        return gate._may_contact(who or self.meier, self.purpose, **values)


@tagged("post_install", "-at_install")
class TestConsent(ConsentCommon):
    def test_events_are_added_and_never_changed(self):
        given = self._consent()
        self.assertEqual(given.text_hash, self.text.digest)
        self.assertEqual(given.noted_by_id, self.assistant)
        self.assertTrue(self._may().allowed)
        withdrawn = self._consent(kind="withdrawn")
        self.assertEqual(withdrawn.withdraws_id, given)
        self.assertEqual(self._may().reason, "consent")
        # both are there, and stay
        self.assertEqual(self.meier.gdpr_consent_ids, given | withdrawn)
        for user in (self.assistant, self.dpo):
            with self.assertRaises(UserError):
                withdrawn.with_user(user).write({"kind": "given"})
            with self.assertRaises(UserError):
                withdrawn.with_user(user).unlink()
        with self.assertRaisesRegex(UserError, "erasure"):
            withdrawn.unlink()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(RaiseException),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute("DELETE FROM gdpr_consent WHERE id = %s", [given.id])
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(RaiseException),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute("UPDATE gdpr_consent SET kind = 'given'")

    def test_a_backdated_withdrawal(self):
        with freeze_time("2026-03-10 10:00:00"):
            self._consent(effective_on="2026-03-05 09:00:00")
        with freeze_time("2026-04-10 10:00:00"):
            with self.assertRaisesRegex(ValidationError, "before the consent"):
                self._consent(kind="withdrawn", effective_on="2026-03-05 08:59:59")
            with self.assertRaisesRegex(ValidationError, "future"):
                self._consent(kind="withdrawn", effective_on="2026-04-10 10:00:01")
            self.assertTrue(self._may().allowed)
            late = self._consent(kind="withdrawn", effective_on="2026-04-01 08:00:00")
            self.assertEqual(late.noted_on, datetime(2026, 4, 10, 10))
            self.assertEqual(late.effective_on, datetime(2026, 4, 1, 8))
            self.assertFalse(self._may().allowed)

    def test_nothing_to_withdraw(self):
        with self.assertRaisesRegex(ValidationError, "no consent"):
            self._consent(kind="withdrawn")

    def test_consent_needs_published_words(self):
        draft = self.env["gdpr.consent.text"].create(
            {"purpose_id": self.purpose.id, "lang": "en_US", "body": "New words"}
        )
        for text in (False, draft.id):
            with self.assertRaisesRegex(ValidationError, "published text"):
                self._consent(text_id=text)
        with self.assertRaisesRegex(UserError, "do not change"):
            self.text.with_user(self.dpo).body = "Other words"
        with self.assertRaisesRegex(UserError, "button"):
            draft.with_user(self.dpo).state = "published"
        draft.with_user(self.dpo).action_publish()
        self.assertEqual((self.text.state, draft.version), ("replaced", 2))

    def test_what_the_system_notes_is_not_forged(self):
        forged = {
            "noted_on": "2020-01-01 00:00:00",
            "noted_by_id": self.dpo.id,
            "text_hash": "0" * 64,
            "address_token": "k0:0",
        }
        event = self._consent(**forged)
        self.assertEqual(event.noted_by_id, self.assistant)
        self.assertGreater(event.noted_on, datetime(2026, 1, 1))
        self.assertEqual(event.text_hash, self.text.digest)
        self.assertNotEqual(event.address_token, "k0:0")
        with self.assertRaisesRegex(ValidationError, "preference page"):
            self._consent(channel="page")
        with self.assertRaises(AccessError):
            self._consent(user=self.outsider)

    def test_a_bare_address_is_kept_as_token_only(self):
        event = self._consent(partner_id=False, email="Nobody@Nowhere.example")
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT to_jsonb(c)::text FROM gdpr_consent c WHERE id = %s", [event.id]
        )
        self.assertNotIn("nowhere", self.env.cr.fetchone()[0].lower())
        self.assertTrue(self._may("nobody@nowhere.example").allowed)
        self.assertFalse(self._may("somebody@nowhere.example").allowed)

    def test_erasure_takes_the_events_along(self):
        given = self._consent()
        self._consent(kind="withdrawn")
        row = self.env["gdpr.field.map"]
        row._discover()
        row = row.search([("model", "=", "gdpr.consent"), ("field", "=", "partner_id")])
        self.assertEqual((row.edge, row.on_erasure), ("owned", "delete"))
        with self.env["legal.erasing"]._open() as env:
            env["gdpr.consent"].browse(self.meier.gdpr_consent_ids.ids).unlink()
        self.assertFalse(given.exists())


@tagged("post_install", "-at_install")
class TestContactGate(ConsentCommon):
    def test_why_not(self):
        self.assertEqual(self._may().reason, "consent")
        self._consent()
        self.assertTrue(self._may().allowed)
        self.assertEqual(self._may("no address").reason, "no_address")
        self.assertEqual(
            self.gate._may_contact(self.meier, "no such purpose").reason, "purpose"
        )
        self.assertTrue(self.gate._may_contact(self.meier, "chess").allowed)
        self.env["mail.blacklist"]._add(self.meier.email)
        self.assertEqual(self._may().reason, "blacklist")
        self.env["gdpr.suppression"]._suppress("email", [self.meier.email])
        self.assertEqual(self._may().reason, "objection")
        self.assertEqual(self._may(self.meier.email).reason, "objection")
        self.meier.with_context(legal_unlock=UNLOCK).gdpr_restricted = True
        self.assertEqual(self._may().reason, "restricted")
        self.assertTrue(self._may().text)

    def test_it_fails_closed(self):
        self._consent()
        for model, method in [
            ("gdpr.suppression", "_among"),
            ("gdpr.consent", "_standing"),
            ("legal.key", "_for_writing"),
        ]:
            broken = patch.object(
                type(self.env[model]), method, side_effect=ValueError("broken")
            )
            logger = mute_logger("odoo.addons.legal_gdpr.models.gdpr_contact_gate")
            with self.subTest(method), broken, logger:
                verdict = self._may()
                self.assertEqual((verdict.allowed, verdict.reason), (False, "error"))

    def test_two_people_with_one_address(self):
        wife = self._contact("Erna Meier", self.meier.email)
        self._consent()
        self._consent(partner_id=wife.id)
        self.assertTrue(self._may(self.meier.email).allowed)
        self._consent(partner_id=wife.id, kind="withdrawn")
        self.assertTrue(self._may().allowed)
        self.assertFalse(self._may(wife).allowed)
        self.assertFalse(self._may(self.meier.email).allowed)

    def test_without_consent_until_somebody_objects(self):
        self.purpose.needs_consent = False
        self.assertTrue(self._may().allowed)
        self.env["gdpr.suppression"]._suppress("email", [self.meier.email])
        self.assertFalse(self._may().allowed)

    def test_a_circular_leaves_out_who_did_not_consent(self):
        other = self._contact("Berta Blau", "berta@blau.example")
        third = self._contact("Carl Grün", "carl@gruen.example")
        self._consent()
        self._consent(partner_id=other.id)
        self._consent(partner_id=other.id, kind="withdrawn")
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.lawyer)
            .create(
                {
                    "model": "res.partner",
                    "res_ids": (self.meier | other | third).ids,
                    "composition_mode": "mass_mail",
                    "subject": "Chess letter 1",
                    "body": "<p>Open with e4.</p>",
                    "gdpr_purpose_id": self.purpose.id,
                    "auto_delete": False,
                }
            )
        )
        composer._action_send_mail()
        mails = self.env["mail.mail"].search([("subject", "=", "Chess letter 1")])
        sent = mails.filtered(lambda mail: mail.state != "cancel")
        self.assertEqual(sent.mapped("res_id"), self.meier.ids)
        self.assertIn("/privacy/preferences/p.", sent.body_html)


@tagged("post_install", "-at_install")
class TestPreferences(HttpCase, ConsentCommon):
    def _path(self, partner=None, email=None):
        link = self.env["gdpr.preferences"]._link(partner, email)
        return link[link.index("/privacy") :]

    def _state(self, partner=None):
        self.env.invalidate_all()
        return self._may(partner).allowed

    def _press(self, path, choice, **values):
        page = self.url_open(path)
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        return self.url_open(
            path,
            data={
                "csrf_token": token,
                "purpose": self.purpose.id,
                "choice": choice,
                "text": self.text.digest,
                **values,
            },
        )

    def test_a_look_changes_nothing_and_each_way_is_one_click(self):
        path = self._path(self.meier)
        before = self.events.search_count([])
        page = self.url_open(f"{path}?choice=give&purpose={self.purpose.id}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Chess letter", page.text)
        self.assertIn("no-store", page.headers["Cache-Control"])
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(self.events.search_count([]), before)
        self.assertTrue(self._press(path, "give").ok)
        self.assertTrue(self._state())
        self.assertTrue(self._press(path, "withdraw").ok)
        self.assertFalse(self._state())
        events = self.meier.gdpr_consent_ids
        self.assertEqual(events.mapped("kind"), ["withdrawn", "given"])
        self.assertEqual(set(events.mapped("channel")), {"page"})
        # again: nothing to note
        self._press(path, "withdraw")
        self.assertEqual(self.events.search_count([]), before + 2)

    def test_other_words_than_those_shown_are_not_agreed_to(self):
        self._press(self._path(self.meier), "give", text="0" * 64)
        self.assertFalse(self._state())

    def test_wrong_and_old_links(self):
        path = self._path(self.meier)
        head, _dot, mac = path.rpartition(".")
        other = path.replace(f"/p.{self.meier.id}.", f"/p.{self.mueller.id}.")
        for wrong in (head + "." + "0" * len(mac), other, "/privacy/preferences/x"):
            self.assertEqual(self.url_open(wrong).status_code, 410)
        # bound to the address to which it was sent
        self.meier.email = "new@example.com"
        self.env.flush_all()
        self.assertEqual(self.url_open(path).status_code, 410)
        preferences = self.env["gdpr.preferences"]
        token = self._path(self.meier).rpartition("/")[2]
        self.assertTrue(preferences._read(token))
        with freeze_time(datetime.now() + timedelta(days=366)):
            self.assertFalse(preferences._read(token))

    def test_a_post_needs_the_token_of_the_form(self):
        path = self._path(self.meier)
        with mute_logger("odoo.http"):
            response = self.url_open(
                path, data={"purpose": self.purpose.id, "choice": "give"}
            )
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self._state())

    def test_bare_address(self):
        self._press(self._path(email="nobody@nowhere.example"), "give")
        self.assertTrue(self._state("nobody@nowhere.example"))
