import base64
from contextlib import contextmanager
from unittest.mock import patch

from psycopg2.errors import RaiseException, RestrictViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

from .test_breach import BreachCommon
from .test_consent import ConsentCommon


@tagged("post_install", "-at_install")
class TestForged(ConsentCommon):
    """What a context, a default of one's own or the other side of a relation says."""

    def _own_default(self, user, model, field, value):
        defaults = self.env["ir.default"].with_user(user)
        defaults.set(model, field, value, user_id=True)

    # -- the register ------------------------------------------------------------------

    def test_a_new_version_is_a_draft(self):
        activity = self._activity(approve=True)
        activity.with_user(self.dpo).action_end()
        forged = {
            "default_state": "approved",
            "default_approved_by_id": self.partner_user.id,
            "default_approved_on": "2026-01-01 00:00:00",
        }
        action = (
            activity.with_user(self.dpo).with_context(**forged).action_new_version()
        )
        draft = self.activities.browse(action["res_id"])
        self.assertEqual(draft.state, "draft")
        self.assertFalse(draft.approved_by_id or draft.approved_on)

    def test_a_new_version_of_a_retention_rule_is_a_draft(self):
        rule = self._retention("legal.matter", code="FORGED")
        forged = {
            "default_state": "approved",
            "default_approved_by_id": self.partner_user.id,
        }
        rule = rule.with_user(self.dpo).with_context(**forged)
        draft = self.env[rule._name].browse(rule.action_new_version()["res_id"])
        self.assertEqual((draft.state, draft.version), ("draft", 2))
        self.assertFalse(draft.approved_by_id)
        other = rule.create(
            {
                "code": "FORGED-2",
                "name": "x",
                "model_id": self.env["ir.model"]._get_id("legal.matter"),
                "source": "§ 50 BRAO",
                "minimum": 6,
                "trigger": "date_closed",
            }
        )
        self.assertFalse(other.approved_by_id)
        with self.assertRaisesRegex(UserError, "computed"):
            rule.write({"model": "res.partner"})

    def test_defaults_of_ones_own_say_nothing_of_steps(self):
        self._own_default(self.dpo, "gdpr.processing.activity", "state", "approved")
        self._own_default(
            self.dpo, "gdpr.processing.activity", "approved_by_id", self.dpo2.id
        )
        self._own_default(self.assistant, "gdpr.consent", "channel", "page")
        activity = self._activity()
        self.assertEqual(activity.state, "draft")
        self.assertFalse(activity.approved_by_id)
        with self.assertRaisesRegex(ValidationError, "preference page"):
            self.events.with_user(self.assistant).create(
                {
                    "partner_id": self.meier.id,
                    "purpose_id": self.purpose.id,
                    "text_id": self.text.id,
                }
            )

    def test_sensitivity_is_not_typed_in(self):
        activity = self._activity(special=True)
        self.assertFalse(activity.special)
        activity.data_category_ids |= self._one("gdpr.data.category", "health")
        for name in ("special", "criminal"):
            with self.assertRaisesRegex(UserError, "computed"):
                activity.write({name: False})
        self.assertTrue(activity.special)

    def _sides(self):
        """(a record of the officer's, its field to the activities)"""
        processor = (
            self.env["gdpr.processor"].with_user(self.dpo).create({"name": "Cloud"})
        )
        transfer = (
            self.env["gdpr.transfer"]
            .with_user(self.dpo)
            .create(
                {
                    "name": "Mail",
                    "recipient_id": self.mueller.id,
                    "country_id": self.env.ref("base.us").id,
                    "mechanism": "derogation",
                }
            )
        )
        field_map = self.env["gdpr.field.map"].with_user(self.dpo).search([], limit=1)
        return [
            (processor, "activity_area_ids"),
            (transfer, "processing_ids"),
            (field_map, "activity_ids"),
        ]

    @contextmanager
    def _refused(self):
        with (
            self.assertRaisesRegex(UserError, "New Version"),
            self.env.cr.savepoint(),
        ):
            yield

    def test_the_other_side_does_not_change_an_approved_version(self):
        approved = self._activity(approve=True)
        ended = self._activity(name="Ended", approve=True)
        ended.with_user(self.dpo).action_end()
        for record, name in self._sides():
            for activity in (approved, ended):
                for command in (
                    Command.link(activity.id),
                    Command.set(activity.ids),
                ):
                    with self._refused():
                        record.write({name: [command]})
        with self._refused():
            self.env["gdpr.processor"].with_user(self.dpo).create(
                {"name": "x", "activity_area_ids": approved.ids}
            )
        # one that it names does not leave it either
        draft = self._activity(name="Third")
        sides = self._sides()
        for record, name in sides:
            record.write({name: [Command.link(draft.id)]})
        draft.with_user(self.dpo2).action_approve()
        for record, name in sides:
            with self._refused():
                record.write({name: [Command.clear()]})
        with self._refused():
            sides[0][0].unlink()
        self.assertEqual(draft.processor_ids, sides[0][0])

    def test_the_other_side_counts_as_writing_the_draft(self):
        self.company.gdpr_four_eyes = True
        activity = self._activity()
        for record, name in self._sides():
            activity.with_context(legal_unlock=UNLOCK).changed_by_id = self.dpo2
            record.write({name: [Command.link(activity.id)]})
            self.assertEqual(activity.changed_by_id, self.dpo, name)
        with self.assertRaisesRegex(UserError, "second person"):
            activity.with_user(self.dpo).action_approve()

    def test_what_the_steps_say_is_no_default(self):
        forged = {
            "default_activated_on": "2026-01-01",
            "default_due_told": {"audit": "2099-01-01"},
            "default_confirmed_by_id": self.partner_user.id,
            "default_confirmed_on": "2026-01-01 00:00:00",
            "default_published_on": "2026-01-01 00:00:00",
        }
        env = self.env(user=self.dpo, context=forged)
        processor = env["gdpr.processor"].create({"name": "Cloud"})
        self.assertFalse(processor.activated_on or processor.due_told)
        decision = env["gdpr.adequacy"].create(
            {"country_id": self.env.ref("base.us").id, "number": "Forged"}
        )
        self.assertFalse(decision.confirmed_by_id or decision.confirmed_on)
        transfer = env["gdpr.transfer"].create(
            {
                "name": "Mail",
                "recipient_id": self.mueller.id,
                "country_id": self.env.ref("base.us").id,
                "mechanism": "derogation",
            }
        )
        self.assertFalse(transfer.due_told)
        text = env["gdpr.consent.text"].create(
            {"purpose_id": self.purpose.id, "lang": "en_US", "body": "x"}
        )
        self.assertFalse(text.published_on)
        with self.assertRaises(UserError):
            text.write({"company_id": False})

    def test_the_register_names_the_officers_of_the_firm(self):
        other = self.env["res.company"].create({"name": "Other firm"})
        stranger = self._user("o.ther", "legal_gdpr.group_dpo", "Otto Ther")
        stranger.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        said = dict(
            self.activities.with_user(self.auditor)._register_head(self.company)
        )
        officers = said["Data Protection Officer"]
        self.assertIn("Dana Vogt", officers)
        self.assertNotIn("Otto Ther", officers)

    # -- evidence ----------------------------------------------------------------------

    def _file(self, record):
        return (
            self.env["ir.attachment"]
            .with_user(self.dpo)
            .create(
                {
                    "name": "proof.txt",
                    "raw": b"proof",
                    "res_model": record._name,
                    "res_id": record.id,
                }
            )
        )

    def test_evidence_stays(self):
        processor = self._sides()[0][0]
        measure = (
            self.env["gdpr.measure"].with_user(self.dpo).create({"name": "Backup"})
        )
        audit = (
            self.env["gdpr.processor.audit"]
            .with_user(self.dpo)
            .create(
                {
                    "processor_id": processor.id,
                    "result": "passed",
                    "findings": "Seen.",
                    "attachment_ids": self._file(processor).ids,
                }
            )
        )
        test = (
            self.env["gdpr.measure.test"]
            .with_user(self.dpo)
            .create(
                {
                    "measure_id": measure.id,
                    "result": "passed",
                    "evidence": "Seen.",
                    "attachment_ids": self._file(measure).ids,
                }
            )
        )
        for line in (audit, test):
            file = line.attachment_ids
            for command in (
                Command.clear(),
                Command.unlink(file.id),
                Command.set([]),
                Command.update(file.id, {"raw": b"other"}),
            ):
                with self.assertRaises(UserError):
                    line.write({"attachment_ids": [command]})
            for vals in ({"raw": b"other"}, {"res_id": 0}, {"public": True}):
                with self.assertRaisesRegex(UserError, "evidence"):
                    file.write(vals)
            with self.assertRaisesRegex(UserError, "evidence"):
                file.unlink()
            more = self._file(processor)
            line.write({"attachment_ids": [Command.link(more.id)]})
            self.assertEqual(line.attachment_ids, file | more)

    # -- consents and notices ----------------------------------------------------------

    def test_the_page_is_claimed_by_nobody(self):
        said = {
            "partner_id": self.meier.id,
            "purpose_id": self.purpose.id,
            "text_id": self.text.id,
        }
        events = self.events.with_user(self.assistant)
        with self.assertRaisesRegex(ValidationError, "preference page"):
            events.with_context(default_channel="page").create(said)
        with self.assertRaisesRegex(ValidationError, "no consent"):
            events.with_context(default_kind="withdrawn").create(said)
        with self.assertRaisesRegex(ValidationError, "future"):
            events.with_context(default_effective_on="2099-01-01 00:00:00").create(said)
        forged = events.with_context(
            default_text_hash="0" * 64,
            default_noted_by_id=self.dpo.id,
            default_company_id=0,
            default_address_token="k0:0",
        ).create(said)
        self.assertEqual(forged.text_hash, self.text.digest)
        self.assertEqual(forged.noted_by_id, self.assistant)
        self.assertNotEqual(forged.address_token, "k0:0")
        # what a dialog brings along is asked about, and counts
        dialog = events.with_context(
            default_partner_id=self.meier.id, default_kind="withdrawn"
        ).create({"purpose_id": self.purpose.id})
        self.assertEqual(dialog.withdraws_id, forged)

    def test_a_notice_given_is_not_forged(self):
        activity = self._activity(
            person_category_ids=[
                Command.set(self._one("gdpr.person.category", "opponent").ids)
            ],
            recipient_category_ids=[
                Command.set(self._one("gdpr.recipient.category", "it").ids)
            ],
            retention_text="Until the next game.",
            source_text="From the club.",
            approve=True,
        )
        self.assertEqual(activity.state, "approved")
        notices = self.env["gdpr.notice"].with_user(self.dpo)
        notice = notices.create({"audience": "third"})
        given = self.env["gdpr.notice.given"].with_user(self.assistant)
        said = {"partner_id": self.meier.id}
        with self.assertRaisesRegex(ValidationError, "draft"):
            given.with_context(default_notice_id=notice.id).create(said)
        notice.action_publish()
        said["notice_id"] = notice.id
        with self.assertRaisesRegex(ValidationError, "exempted"):
            given.with_context(default_how="exempt").create(said)
        one = given.with_context(default_noted_by_id=self.dpo.id).create(
            {**said, "audience": "client", "company_id": False}
        )
        self.assertEqual(one.audience, "third")
        self.assertEqual(one.company_id, self.company)
        self.assertEqual(one.noted_by_id, self.assistant)

    def test_consent_over_the_page_of_another_address(self):
        address = self.meier.email
        self.meier.with_user(self.assistant).email = "mine@assistant.example"
        preferences = self.env["gdpr.preferences"]
        link = preferences._link(self.meier)
        whose = preferences._read(link.rpartition("/")[2])
        self.assertTrue(
            preferences._choose(whose, "en_US", self.purpose.id, True, self.text.digest)
        )
        self.assertTrue(self._may().allowed)
        self.meier.with_user(self.assistant).email = address
        self.assertEqual(self._may().reason, "consent")
        self.env.invalidate_all()
        self.assertFalse(self.meier.with_user(self.assistant).gdpr_consent_text)
        # his own word counts, and his withdrawal from wherever it came
        whose = preferences._read(preferences._link(self.meier).rpartition("/")[2])
        self.assertTrue(
            preferences._choose(whose, "en_US", self.purpose.id, True, self.text.digest)
        )
        self.assertTrue(self._may().allowed)
        self.meier.phone = "+49 30 1234567"
        self.assertTrue(self._may(channel="phone").allowed)
        preferences._choose(whose, "en_US", self.purpose.id, False)
        self.assertFalse(self._may().allowed)

    def test_the_page_shows_one_firm(self):
        other = self.env["res.company"].create({"name": "Other firm"})
        theirs = self.env["gdpr.purpose"].create(
            {"name": "Theirs", "code": "theirs", "company_id": other.id}
        )
        text = self.env["gdpr.consent.text"].create(
            {"purpose_id": theirs.id, "lang": "en_US", "body": "I agree."}
        )
        text.action_publish()
        preferences = self.env["gdpr.preferences"]
        links = [
            preferences._link(self.meier),
            preferences._link(email="nobody@nowhere.example"),
        ]
        for link in links:
            token = link.rpartition("/")[2]
            whose = preferences._read(token)
            purposes = [r["purpose"] for r in preferences._rows(whose, "en_US")]
            self.assertIn(self.purpose, purposes)
            self.assertNotIn(theirs, purposes)
            self.assertFalse(
                preferences._choose(whose, "en_US", theirs.id, True, text.digest)
            )
            # the firm is signed as well, and letters of any kind are no signature
            parts = token.split(".")
            moved = ".".join([*parts[:2], str(other.id), *parts[3:]])
            for wrong in (moved, ".".join([*parts[:-1], "é" * 64])):
                self.assertIsNone(preferences._read(wrong))

    def test_restricted_contacts_are_hidden_here_as_well(self):
        consent = self._consent()
        bare = self._consent(partner_id=False, email="nobody@nowhere.example")
        both = consent | bare
        self.meier.with_context(legal_unlock=UNLOCK).gdpr_restricted = True
        for user in (self.assistant, self.auditor, self.partner_user):
            found = self.events.with_user(user).search([("id", "in", both.ids)])
            self.assertEqual(found.ids, bare.ids, user.login)
            with self.assertRaises(AccessError):
                consent.with_user(user).read(["kind"])
        found = self.events.with_user(self.dpo).search([("id", "in", both.ids)])
        self.assertEqual(found.sorted("id"), both.sorted("id"))

    def test_events_outlive_tables_and_users(self):
        event = self._consent()
        self.env.flush_all()
        for table in ("gdpr_consent", "gdpr_notice_given"):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(RaiseException),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(SQL("TRUNCATE %s CASCADE", SQL.identifier(table)))
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(RestrictViolation),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "DELETE FROM res_users WHERE id = %s", [self.assistant.id]
            )
        self.assertEqual(event.noted_by_id, self.assistant)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25 10:00:00")
class TestForgedIncident(BreachCommon):
    FORGED = {
        "default_state": "sent",
        "default_sent_on": "2026-11-25 10:00:00",
        "default_sent_how": "form",
        "default_sent_text": "Nothing happened.",
    }

    def _filing(self, breach):
        return self.env["gdpr.breach.filing"].browse(breach.action_file()["res_id"])

    def test_a_filing_is_not_born_as_sent(self):
        breach = self._breach()
        breach.action_assess()
        forged = {**self.FORGED, "default_sent_by_id": self.partner_user.id}
        filing = self._filing(breach.with_context(**forged))
        self.assertEqual(filing.state, "draft")
        self.assertFalse(filing.sent_on or filing.sent_by_id or filing.sent_text)
        self.assertFalse(breach.first_sent_on)
        self.assertTrue(breach._clock_runs())
        filing.unlink()
        # nor by a default that the officer keeps for himself
        defaults = self.env["ir.default"].with_user(self.dpo)
        for name, value in self.FORGED.items():
            field = name.removeprefix("default_")
            defaults.set("gdpr.breach.filing", field, value, user_id=True)
        filing = self._filing(breach)
        self.assertEqual(filing.state, "draft")
        self.assertFalse(filing.sent_on or filing.sent_text)

    def test_the_file_that_was_sent_stays(self):
        breach = self._decided(nature="A letter")
        filing = self._filing(breach).with_user(self.dpo)
        with patch.object(type(filing), "_pdf", lambda filing: b"%PDF-1.4 sent"):
            filing._send("form")
        [entry] = self._entries(breach, event="filing")
        self.assertIn("PDF SHA-256 ", entry.after)
        file = filing.attachment_id
        for vals in (
            {"raw": b"other"},
            {"datas": base64.b64encode(b"other")},
            {"public": True},
            {"res_id": 0},
            {"name": "other.pdf"},
        ):
            with self.assertRaisesRegex(UserError, "authority"):
                file.write(vals)
        with self.assertRaisesRegex(UserError, "authority"):
            file.unlink()
        self.assertEqual(file.raw, b"%PDF-1.4 sent")

    def test_a_closed_incident_stands_still(self):
        breach = self._decided("not_notify", "unlikely")
        other = self._breach()
        person = (
            self.env["gdpr.breach.person"]
            .with_user(self.dpo)
            .create({"breach_id": other.id, "name": "Clients", "quantity": 3})
        )
        breach._close("Nothing came of it.")
        self.assertEqual(breach.state, "closed")
        score = breach.score
        for vals in (
            {"loss_confidentiality": "unknown"},
            {"loss_integrity": "unrecoverable"},
            {"loss_availability": "permanent"},
            {"processing_ids": [Command.clear()]},
            {"owner_id": self.lawyer.id},
        ):
            with self.assertRaisesRegex(UserError, "closed"):
                breach.write(vals)
        self.assertEqual(breach.score, score)
        with self.assertRaisesRegex(UserError, "stay with their incident"):
            person.write({"breach_id": breach.id})
        person.write({"breach_id": other.id, "quantity": 4})
        person.unlink()
        [entry] = self._entries(other, event="person")
        self.assertEqual(entry.after, "removed 4")
