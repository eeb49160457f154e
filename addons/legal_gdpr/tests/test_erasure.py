import errno
import os
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.legal_gdpr.tools.redaction import Redactor

from .common import GdprCommon
from .erasure_common import ErasureCommon


@tagged("post_install", "-at_install")
class TestErasureDelete(ErasureCommon):
    """Deleting: with all that hangs on a record, written down, or not at all."""

    def test_a_contact_goes_with_all_that_hangs_on_it(self):
        person = self._contact("Erna Beispiel", "erna@example.com")
        person.message_post(body="About Erna")
        person.activity_schedule("mail.mail_activity_data_todo", summary="Call Erna")
        person.message_subscribe(self.mueller.ids)
        file = self.env["ir.attachment"].create(
            {"name": "erna.txt", "raw": b"Erna Beispiel, unique 8731",
             "res_model": "res.partner", "res_id": person.id}
        )  # fmt: skip
        self.env["ir.model.data"].create(
            {"name": "erna", "module": "x", "model": "res.partner", "res_id": person.id}
        )
        path = file._full_path(file.store_fname)
        person_id = person.id
        self.assertEqual(self._destroy(person), {person_id: None})
        self.assertFalse(person.exists())
        self.assertFalse(file.exists())
        for model, model_field in [
            ("mail.message", "model"),
            ("mail.activity", "res_model"),
            ("mail.followers", "res_model"),
            ("ir.model.data", "model"),
        ]:
            self.assertFalse(
                self.env[model].search(
                    [(model_field, "=", "res.partner"), ("res_id", "=", person_id)]
                ),
                model,
            )
        self.assertTrue(os.path.exists(path))
        self._drop_files(path)
        self.assertFalse(os.path.exists(path))

    def test_a_file_that_somebody_else_has_too_stays_on_the_disk(self):
        mine, other = (self._contact(name) for name in ("Erna", "Otto"))
        content = {"name": "same.txt", "raw": b"the very same bytes 4711"}
        files = self.env["ir.attachment"].create(
            [
                {**content, "res_model": "res.partner", "res_id": person.id}
                for person in (mine, other)
            ]
        )
        path = files[0]._full_path(files[0].store_fname)
        self.assertEqual(files[0].store_fname, files[1].store_fname)
        self._destroy(mine)
        self._drop_files(path)
        self.assertTrue(os.path.exists(path))
        self.assertEqual(files[1].raw, content["raw"])

    def test_the_journal_has_numbers_and_no_name(self):
        person = self._contact("Erna Beispiel")
        person_id = person.id
        self._destroy(person, request_id=12, subject_token="k:abc")
        entry = self._journal()[0]
        self.assertEqual(
            (entry.action, entry.model, entry.res_id, entry.source, entry.request_id),
            ("delete", "res.partner", person_id, "selective", 12),
        )
        self.assertEqual(entry.subject, "k:abc")
        written = self._lines()
        self.assertEqual([e["entry"] for e in written], [entry.entry])
        self.assertNotIn("Erna", str(written))
        self.assertEqual(written[0]["state"], "intent")
        self._commit()
        self.assertEqual(self._lines()[0]["state"], "done")

    def test_a_rollback_leaves_neither_entry_nor_done_line(self):
        person = self._contact("Erna Beispiel")
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self._destroy(person)
            raise ZeroDivisionError
        self.assertTrue(person.exists())
        self._commit()
        self.assertEqual(self._lines()[0]["state"], "aborted")
        self.assertFalse(self._journal())

    def test_a_full_disk_destroys_nothing(self):
        person = self._contact("Erna Beispiel")
        full = OSError(errno.ENOSPC, "No space left on device")
        with (
            patch("odoo.addons.legal_crm.tools.anchor.os.write", side_effect=full),
            self.assertRaises(UserError) as raised,
        ):
            self._destroy(person)
        self.assertIn("Nothing was deleted", str(raised.exception))
        self.assertIn("No space left", str(raised.exception))
        self.assertTrue(person.exists())

    def test_a_failing_journal_undoes_the_deletion(self):
        person = self._contact("Erna Beispiel")
        journal = self.env.registry["gdpr.erasure.journal"]
        with patch.object(journal, "_append", side_effect=UserError("no key")):
            self.assertEqual(self._destroy(person), {person.id: "no key"})
        self.assertTrue(person.exists())
        self._commit()
        self.assertEqual(self._lines()[0]["state"], "aborted")

    def test_one_that_refuses_is_reported_and_the_rest_done(self):
        people = self.env["res.partner"].concat(
            *(self._contact(f"Person {n}") for n in range(7))
        )
        ids = people.ids
        bound = people[3]
        self._matter(client_id=bound.id)
        with mute_logger("odoo.sql_db"):
            result = self._destroy(people)
        self.assertEqual(people.exists().ids, [bound.id])
        self.assertEqual([i for i in ids if result[i]], [bound.id])
        self.assertTrue(result[bound.id])
        self.assertEqual(len(self._journal()), 6)

    def test_what_is_gone_already_is_done_and_not_written_twice(self):
        person = self._contact("Erna")
        self._destroy(person)
        self.assertEqual(self._destroy(person), {person.id: None})
        self.assertEqual(len(self._journal()), 1)

    def test_a_record_somebody_works_on_is_left(self):
        person = self._contact("Erna")
        with patch.object(
            type(person), "try_lock_for_update", lambda self: self.browse()
        ):
            reason = self._destroy(person)[person.id]
        self.assertIn("Somebody else", reason)
        self.assertTrue(person.exists())

    def test_rules_and_holds_keep_until_their_day(self):
        self._retention("legal.matter")
        self._closed_on(self.matter, "2024-03-05")
        reason = self._destroy(self.matter)[self.matter.id]
        self.assertIn("§ 50 BRAO", reason)
        self.assertIn("2031", reason)
        self._closed_on(self.matter, "2010-03-05")
        hold = self._hold(self.matter)
        self.assertIn("held", self._destroy(self.matter)[self.matter.id])
        hold._release("Over.")
        self.assertIsNone(self._destroy(self.matter)[self.matter.id])
        self.assertFalse(self.matter.exists())

    def test_a_minimum_can_be_overruled_and_a_hold_cannot(self):
        rule = self._retention("legal.matter")
        self._closed_on(self.matter, "2024-03-05")
        hold = self._hold(self.matter)
        self.assertTrue(self._destroy(self.matter, overrule=rule.ids)[self.matter.id])
        hold._release("Over.")
        self.assertIsNone(self._destroy(self.matter, overrule=rule.ids)[self.matter.id])

    def test_a_matter_goes_with_its_communications_and_deadlines(self):
        note = self._call(self.matter)
        note._file()
        deadline = self._deadline()
        sheets = deadline.sudo().sheet_ids
        self.assertTrue(sheets)
        matter = self._closed_on(self.matter, "2015-05-05")
        self.assertIn("in use", self._destroy(matter)[matter.id])
        self._set(deadline, state="done")
        self.assertEqual(self._destroy(matter), {matter.id: None})
        for records in (note, deadline, sheets, matter):
            self.assertFalse(records.exists())
        self.assertLessEqual(
            {"legal.matter", "legal.communication", "legal.deadline"},
            set(self._journal().mapped("model")),
        )

    def _branch(self):
        """A closed matter with a closed sub-matter, a task in each, and a deadline met
        with a communication."""
        sub = self._matter(parent_id=self.matter.id)
        tasks = self.env["project.task"]
        for matter in self.matter | sub:
            tasks |= tasks.create({"name": "Draft", "matter_id": matter.id})
        note = self._call(sub)
        deadline = self._deadline(matter=sub)
        self._set(deadline, state="done", done_communication_id=note.id)
        self._closed_on(sub, "2015-05-05")
        return sub, tasks, note, deadline

    def test_a_matter_goes_with_its_tasks_and_sub_matters(self):
        sub, tasks, note, deadline = self._branch()
        matter = self._closed_on(self.matter, "2015-05-05")
        self.assertEqual(self._destroy(matter), {matter.id: None})
        for records in (sub, tasks, note, deadline, matter):
            self.assertFalse(records.exists(), records._name)
        entries = self._journal().mapped(lambda entry: (entry.model, entry.res_id))
        self.assertEqual(len(entries), len(set(entries)))
        self.assertLessEqual({("project.task", t.id) for t in tasks}, set(entries))

    def test_a_sub_matter_in_work_keeps_the_matter(self):
        sub, tasks, _note, _deadline = self._branch()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE legal_matter SET state = 'open', date_closed = NULL WHERE id = %s",
            [sub.id],
        )
        self.env.invalidate_all()
        matter = self._closed_on(self.matter, "2015-05-05")
        self.assertIn("in use", self._destroy(matter)[matter.id])
        self.assertEqual(len(tasks.exists()), 2)

    def test_a_matter_and_its_sub_matter_both_due_go_once(self):
        sub, _tasks, _note, _deadline = self._branch()
        matter = self._closed_on(self.matter, "2015-05-05")
        self.assertEqual(self._destroy(sub | matter), {sub.id: None, matter.id: None})
        entries = self._journal().mapped(lambda entry: (entry.model, entry.res_id))
        self.assertEqual(len(entries), len(set(entries)))
        self.assertEqual(len(self._lines()), len(entries))

    def test_a_held_task_keeps_the_matter(self):
        _sub, tasks, _note, _deadline = self._branch()
        matter = self._closed_on(self.matter, "2015-05-05")
        self._hold(tasks[1], user=self.dpo)
        self.assertIn("held", self._destroy(matter)[matter.id])

    def test_a_hold_on_a_child_keeps_the_matter(self):
        note = self._call(self.matter)
        self._hold(note)
        self.assertIn("held", self._destroy(self.matter)[self.matter.id])
        self.assertTrue(note.exists())

    def test_guards_are_closed_again_afterwards(self):
        note = self._call(self.matter)
        other = self._call(self.matter)
        (note | other)._file()
        self.assertIn("in use", self._destroy(note)[note.id])
        self._closed_on(self.matter, "2015-05-05")
        self._destroy(note)
        self.assertFalse(note.exists())
        with self.assertRaises(UserError):
            other.unlink()
        for sql in (
            "DELETE FROM legal_communication WHERE id = %s",
            "UPDATE legal_communication SET subject = 'x' WHERE id = %s",
        ):
            with (
                self.assertRaises(psycopg2.Error),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(sql, [other.id])

    def test_a_setting_of_an_earlier_transaction_opens_nothing(self):
        note = self._call(self.matter)
        note._file()
        self.env.cr.execute("SELECT set_config('legal.erasing', '1', true)")
        with (
            self.assertRaises(psycopg2.Error),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "DELETE FROM legal_communication WHERE id = %s", [note.id]
            )

    def test_the_context_cannot_be_sent(self):
        note = self._call(self.matter)
        note._file()
        for value in (True, 1, "ERASING"):
            with self.assertRaises(UserError):
                note.with_context(legal_erasing=value, legal_unlock=value).unlink()

    def test_a_ledger_is_never_touched(self):
        self._destroy(self._contact("Erna"))
        entry = self._journal()[0]
        result = self._destroy(entry)
        self.assertTrue(result[entry.id])
        self.assertTrue(entry.exists())
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.Error):
            with self.env.cr.savepoint(), self.env["legal.erasing"]._open():
                self.env.cr.execute(
                    "DELETE FROM gdpr_erasure_journal WHERE id = %s", [entry.id]
                )


@tagged("post_install", "-at_install")
class TestErasureRedact(ErasureCommon):
    """A person taken out of what stays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls._contact(
            "Erna Beispiel", "erna@example.com", phone="0301234567"
        )

    def _redact(self, record, **more):
        erasure = self.env["gdpr.erasure"].with_context(
            gdpr_redactor=Redactor(
                self.env["gdpr.erasure"]._identifiers_of(self.person), "[erased]"
            ),
            gdpr_partner_ids=tuple(self.person.ids),
        )
        return erasure._destroy(record, "redact", "request", **more)

    def test_texts_messages_and_tracking_lose_the_person(self):
        self.matter.name = "Beispiel, Erna ./. Stadt"
        message = self.matter.message_post(
            body="Erna Beispiel rief an", subject="erna@example.com",
            author_id=self.person.id, partner_ids=self.person.ids,
        )  # fmt: skip
        message.sudo().write({"email_from": '"Erna Beispiel" <erna@example.com>'})
        tracking = self.env["mail.tracking.value"].create(
            {
                "mail_message_id": message.id,
                "field_id": self.env["ir.model.fields"]._get("legal.matter", "name").id,
                "old_value_char": "Erna Beispiel",
                "new_value_char": "Otto",
            }
        )
        file = self.env["ir.attachment"].create(
            {"name": "Erna Beispiel.txt", "raw": b"x", "res_model": "legal.matter",
             "res_id": self.matter.id}
        )  # fmt: skip
        self.assertEqual(self._redact(self.matter), {self.matter.id: None})
        self.assertEqual(self.matter.name, "[erased] ./. Stadt")
        self.assertNotIn("Erna", message.body)
        self.assertNotIn("erna", message.subject)
        self.assertNotIn("Erna", message.email_from)
        self.assertFalse(message.author_id)
        self.assertFalse(message.partner_ids)
        self.assertEqual(tracking.old_value_char, "[erased]")
        self.assertEqual(tracking.new_value_char, "Otto")
        self.assertEqual(file.name, "[erased].txt")

    def test_a_filed_communication_is_redacted_past_its_guards(self):
        note = self._call(self.matter, subject="Erna Beispiel", partner_ids=[
            Command.set((self.person | self.mueller).ids)])  # fmt: skip
        note._file()
        self._redact(note)
        self.assertEqual(note.subject, "[erased]")
        self.assertEqual(note.partner_ids, self.mueller)
        self.assertEqual(note.state, "filed")

    def test_nothing_is_tracked_and_no_mail_goes_out(self):
        self.matter.name = "Erna Beispiel"
        self.env.flush_all()
        before = self.env["mail.message"].search_count([])
        mails = self.env["mail.mail"].search_count([])
        self._redact(self.matter)
        self.assertEqual(self.env["mail.message"].search_count([]), before)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_all_languages_lose_the_person(self):
        self.env["res.lang"]._activate_lang("de_DE")
        kind = self.env["legal.practice.area"].create({"name": "Erna Beispiel"})
        kind.with_context(lang="de_DE").name = "Sache Erna Beispiel"
        self._redact(kind)
        self.assertEqual(kind.with_context(lang="en_US").name, "[erased]")
        self.assertEqual(kind.with_context(lang="de_DE").name, "Sache [erased]")

    def test_another_person_stays_as_he_is(self):
        other = self._contact("Erna Beispielmann", "xerna@example.com")
        other.message_post(body="Erna Beispielmann")
        self.env.flush_all()
        self.env.cr.execute("SELECT * FROM res_partner WHERE id = %s", [other.id])
        before = self.env.cr.fetchall()
        self._redact(other)
        self.env.flush_all()
        self.env.cr.execute("SELECT * FROM res_partner WHERE id = %s", [other.id])
        self.assertEqual(self.env.cr.fetchall(), before)

    def test_without_a_person_it_is_the_contacts_of_the_record(self):
        client = self.matter.client_id
        self.matter.name = f"Sache {client.name}"
        self.env["gdpr.erasure"]._destroy(self.matter, "redact", "retention")
        self.assertEqual(self.matter.name, "Sache [erased]")

    def test_a_field_is_emptied_or_says_why_not(self):
        erasure = self.env["gdpr.erasure"]
        erasure._destroy(self.person, "empty", "selective", fields=["phone"])
        self.assertFalse(self.person.phone)
        lead = self.env["crm.lead"].create({"name": "Inquiry"})
        reason = erasure._destroy(lead, "empty", "selective", fields=["name"])[lead.id]
        self.assertIn("has to have a value", reason)

    def test_a_colleague_who_acted_stays_without_a_name(self):
        user = self._user("w.weg", "legal_crm.group_lawyer", "Wilma Weg")
        self._matter(lawyer_id=user.id)
        key = (
            self.env["res.users.apikeys"]
            .with_user(user)
            ._generate("rpc", "x", fields.Datetime.add(fields.Datetime.now(), days=1))
        )
        self.assertTrue(key)
        self.env["res.device.log"].create(
            {"session_identifier": "abc", "user_id": user.id, "ip_address": "10.0.0.1"}
        )
        self.assertEqual(self._destroy(user), {user.id: None})
        user = user.with_context(active_test=False)
        self.assertTrue(user.exists())
        self.assertFalse(user.active)
        self.assertNotIn("weg", f"{user.login} {user.name} {user.email}".lower())
        self.assertFalse(
            self.env["res.users.apikeys"].search([("user_id", "=", user.id)])
        )
        self.assertFalse(self.env["res.device.log"].search([("user_id", "=", user.id)]))
        self.assertEqual(self._journal()[0].action, "redact")

    def test_an_officer_may_not_reach_the_service_by_rpc(self):
        for name in ("_destroy", "_erase_subject", "_check"):
            self.assertTrue(name.startswith("_"))
        with self.assertRaises(AccessError):
            self.env["gdpr.erasure.opening"].with_user(self.dpo).create({"reason": "x"})


@tagged("post_install", "-at_install")
class TestErasureGuard(ErasureCommon):
    def test_an_unprotected_contact_deleted_by_hand_is_written_down(self):
        person = self._contact("Erna")
        person_id = person.id
        person.unlink()
        entry = self._journal()[0]
        self.assertEqual(
            (entry.source, entry.model, entry.res_id),
            ("hand", "res.partner", person_id),
        )
        self._commit()
        self.assertEqual(self._lines()[0]["state"], "done")

    def test_a_protected_one_says_until_when_by_which_law(self):
        self._retention(
            "res.partner", trigger="create_date", anchor="exact", minimum=30,
            source="§ 8 GwG",
        )  # fmt: skip
        person = self._contact("Erna Beispiel")
        with self.assertRaises(UserError) as raised:
            person.unlink()
        self.assertIn("Erna Beispiel", str(raised.exception))
        self.assertIn("§ 8 GwG", str(raised.exception))
        self.assertFalse(self._journal())

    def test_a_hold_guards_models_nobody_thought_of(self):
        category = self.env["res.partner.category"].create({"name": "x"})
        self._hold(category, user=self.dpo)
        with self.assertRaises(UserError):
            category.unlink()
        self.env["res.partner.category"].create({"name": "y"}).unlink()

    def test_rights_are_asked_first(self):
        person = self._contact("Erna")
        self._hold(person)
        with self.assertRaises(AccessError):
            person.with_user(self.dpo).unlink()

    def test_a_failed_deletion_leaves_no_entry(self):
        client = self.matter.client_id
        self._closed_on(self.matter, "2015-05-05")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            client.unlink()
        self.assertFalse(self._journal())

    def test_privacy_lookup_goes_through_it(self):
        if "privacy.lookup.wizard" not in self.env:
            self.skipTest("privacy_lookup is not installed")
        person = self._contact("Erna", "erna@example.com")
        self._hold(person)
        wizard = self.env["privacy.lookup.wizard"].create(
            {"name": "Erna", "email": "erna@example.com"}
        )
        wizard.action_lookup()
        with self.assertRaises(UserError):
            wizard.line_ids.filtered(
                lambda line: line.res_model == "res.partner"
            ).action_unlink()


@tagged("post_install", "-at_install")
class TestSuppression(GdprCommon):
    def test_an_objector_is_known_and_cannot_be_read(self):
        suppression = self.env["gdpr.suppression"]
        self.assertEqual(
            suppression._suppress("email", ["Erna <ERNA@example.com>"], 4), 1
        )
        self.assertEqual(suppression._suppress("email", ["erna@example.com"]), 0)
        self.assertTrue(suppression._is_suppressed("Erna@Example.com"))
        self.assertFalse(suppression._is_suppressed("otto@example.com"))
        self.assertFalse(suppression._is_suppressed(False))
        row = suppression.with_user(self.dpo).search([])
        self.assertNotIn("erna", str(row.read()).lower())

    def test_phones_in_any_spelling(self):
        suppression = self.env["gdpr.suppression"]
        suppression._suppress("phone", ["030 / 123 45 67"])
        self.assertTrue(suppression._is_phone_suppressed("0301234567"))
