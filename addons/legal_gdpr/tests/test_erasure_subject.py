from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.legal_gdpr.models import gdpr_erasure_replay

from .erasure_common import ErasureCommon


@tagged("post_install", "-at_install")
class TestErasureSubject(ErasureCommon):
    """A person with records of his own, shared ones, and law-bound ones."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls._contact(
            "Erna Beispiel", "erna@example.com", phone="0301234567"
        )
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Erna Beispiel fragt", "partner_id": cls.person.id}
        )
        cls.note = cls._call(
            cls.matter,
            subject="Erna Beispiel rief an",
            partner_ids=[(6, 0, (cls.person | cls.mueller).ids)],
        )
        cls.note._file()
        cls.subject = cls.env["gdpr.subject"].create(
            {"name": "Erna Beispiel", "partner_id": cls.person.id}
        )
        cls._item(cls.person, "owned")
        cls._item(cls.lead, "owned")
        # a colleague decided that the person is taken out of this file in work
        cls._item(cls.note, "shared", erase_decision="redact")

    @classmethod
    def _item(cls, record, edge, **values):
        return cls.env["gdpr.subject.item"].create(
            {
                "subject_id": cls.subject.id,
                "res_model": record._name,
                "res_id": record.id,
                "edge": edge,
                **values,
            }
        )

    def _erase(self):
        return self.env["gdpr.erasure"]._erase_subject(self.subject, request_id=3)

    def test_owned_goes_and_shared_loses_the_person(self):
        result = self._erase()
        self.assertEqual(result, {"done": 3, "kept": 0, "refused": {}})
        self.assertFalse((self.person | self.subject.partner_id).exists())
        self.assertFalse(self.lead.exists())
        self.assertEqual(self.note.subject, "[erased] rief an")
        self.assertEqual(self.note.partner_ids, self.mueller)
        self.assertEqual(set(self._journal().mapped("request_id")), {3})
        self.assertEqual(set(self._journal().mapped("subject")), {self.subject.token})

    def test_again_does_nothing_twice(self):
        self._erase()
        count = len(self._journal())
        self.assertEqual(self._erase()["done"], 0)
        self.assertEqual(len(self._journal()), count)

    def test_law_bound_is_blocked_with_its_law_and_day(self):
        self._retention(
            "crm.lead", trigger="create_date", anchor="exact", minimum=10,
            source="§ 147 AO",
        )  # fmt: skip
        result = self._erase()
        item = self.subject.item_ids.filtered(lambda i: i.res_model == "crm.lead")
        self.assertEqual((item.erase_decision, item.keep_source), ("block", "§ 147 AO"))
        self.assertTrue(item.keep_until)
        self.assertTrue(self.lead.exists())
        # the inquiry needs its contact as long as the law wants it
        self.assertTrue(self.person.exists())
        self.assertEqual(result["kept"], 2)

    def test_a_mention_nobody_confirmed_is_left(self):
        self.matter.name = "Erna Beispiel"
        item = self._item(self.matter, "mention", confirmed=False)
        self._erase()
        self.assertEqual(self.matter.name, "Erna Beispiel")
        self.assertFalse(item.erased_on)

    def test_a_file_that_names_him_is_listed_for_a_person_to_decide(self):
        file = self.env["ir.attachment"].create(
            {"name": "letter.txt", "raw": b"Dear Erna Beispiel",
             "mimetype": "text/plain", "res_model": "legal.communication",
             "res_id": self.note.id}
        )  # fmt: skip
        self.assertIn("Erna", file.index_content)
        self._erase()
        item = self.subject.item_ids.filtered(lambda i: i.res_model == "ir.attachment")
        self.assertEqual((item.res_id, item.confirmed), (file.id, False))
        self.assertTrue(file.exists())
        self.assertNotIn("Erna", file.index_content)

    def test_a_contact_that_others_need_says_so(self):
        self._closed_on(self._matter(client_id=self.person.id), "2015-05-05")
        with mute_logger("odoo.sql_db"):
            result = self._erase()
        [reason] = result["refused"].values()
        self.assertTrue(reason)
        self.assertTrue(self.person.exists())
        self.assertFalse(self.lead.exists())

    def test_the_certificate_counts_and_names_nobody_else(self):
        self._retention(
            "crm.lead", trigger="create_date", anchor="exact", minimum=10,
            source="§ 147 AO",
        )  # fmt: skip
        self._erase()
        facts = self.subject.with_user(self.dpo)._certificate()
        self.assertEqual([row["count"] for row in facts["done"]], [1])
        self.assertEqual({row["source"] for row in facts["kept"]}, {"§ 147 AO"})
        self.assertLessEqual(facts["first"], facts["last"])
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("legal_gdpr.report_certificate", self.subject.ids)[0]
            .decode()
        )
        self.assertIn("§ 147 AO", html)
        self.assertIn("Erna Beispiel", html)
        self.assertNotIn("erna@example.com", html)

    def test_with_a_field_nobody_reviewed_it_is_not_called_complete(self):
        rows = self.env["gdpr.field.map"].search([])
        rows.write({"state": "confirmed"})
        self._erase()
        report = self.env["ir.actions.report"]
        for state, said in (("confirmed", False), ("unreviewed", True)):
            rows.filtered(lambda row: row.role == "identifier")[:1].state = state
            html = report._render_qweb_html(
                "legal_gdpr.report_certificate", self.subject.ids
            )[0].decode()
            with self.subTest(state=state):
                self.assertEqual("still to be reviewed" in html, said)


@tagged("post_install", "-at_install")
class TestErasureReplay(ErasureCommon):
    """A backup is put back: played by taking the journal's entries away."""

    def setUp(self):
        super().setUp()
        gdpr_erasure_replay._KNOWN.clear()
        self.addCleanup(gdpr_erasure_replay._KNOWN.clear)
        self.replay = self.env["gdpr.erasure.replay"]

    def _restored(self, erase):
        """What the database is like when a backup from before ``erase`` is put back."""
        self.env.flush_all()
        savepoint = self.env.cr.savepoint(flush=True)
        erase()
        self._commit()
        savepoint.rollback()
        savepoint.close(rollback=False)
        self.env.invalidate_all()

    def test_nothing_is_closed_without_a_restore(self):
        self.assertFalse(self.replay._is_closed())
        self._destroy(self._contact("Erna"))
        self._commit()
        self.assertFalse(self.replay._is_closed())

    def test_a_restored_person_is_deleted_again(self):
        person = self._contact("Erna Beispiel")
        self._restored(lambda: self._destroy(person))
        self.assertTrue(person.exists())
        self.assertTrue(self.replay._is_closed())
        looked = self.replay._replay(check=True)
        self.assertEqual(len(looked["destroyed"]), 1)
        self.assertTrue(person.exists())
        self.replay._replay()
        self.assertFalse(person.exists())
        self.assertFalse(self.replay._is_closed())
        self.assertEqual(self._journal().mapped("action"), ["replayed", "replay"])
        self.assertEqual(len(self._lines()), 1)

    def test_a_stranger_with_a_reused_number_survives(self):
        person = self._contact("Erna Beispiel")
        self._restored(lambda: self._destroy(person))
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = create_date + interval '1 minute' "
            "WHERE id = %s",
            [person.id],
        )
        person.invalidate_recordset()
        found = self.replay._replay()
        self.assertEqual(len(found["strangers"]), 1)
        self.assertTrue(person.exists())
        self.assertFalse(self.replay._is_closed())

    def test_a_redaction_is_done_again_with_what_the_backup_knows(self):
        person = self._contact("Erna Beispiel")
        self.matter.name = "Sache Erna Beispiel"
        subject = self.env["gdpr.subject"].create(
            {"name": "x", "partner_id": person.id}
        )
        for record, edge, decision in (
            (self.matter, "shared", "redact"),
            (person, "owned", "delete"),
        ):
            self.env["gdpr.subject.item"].create(
                {
                    "subject_id": subject.id,
                    "res_model": record._name,
                    "res_id": record.id,
                    "edge": edge,
                    "erase_decision": decision,
                }
            )
        self._restored(lambda: self.env["gdpr.erasure"]._erase_subject(subject))
        self.assertEqual(self.matter.name, "Sache Erna Beispiel")
        self.replay._replay()
        self.assertEqual(self.matter.name, "Sache [erased]")
        self.assertFalse(person.exists())

    def test_a_hold_of_the_backup_does_not_bring_a_person_back(self):
        person = self._contact("Erna Beispiel")
        self._hold(person)

        def erase():
            self.env["gdpr.legal.hold"].search([])._release("over")
            self._destroy(person)

        self._restored(erase)
        self.replay._replay()
        self.assertFalse(person.exists())

    def test_an_administrator_opens_with_a_reason(self):
        person = self._contact("Erna Beispiel")
        self._restored(lambda: self._destroy(person))
        status = self.env["gdpr.erasure.status"].with_user(self.admin_user).create({})
        self.assertEqual((status.state, status.pending), ("pending", 1))
        with self.assertRaises(UserError):
            status.action_open()
        status.reason = "A copy for tests without clients."
        with self.assertRaises(UserError):  # AccessError is one
            status.with_user(self.dpo).action_open()
        status.action_open()
        self.assertFalse(self.replay._is_closed())
        opening = self.env["gdpr.erasure.opening"].search([], limit=1)
        self.assertEqual((opening.user_id, opening.pending), (self.admin_user, 1))
        self.assertEqual(self._journal()[0].action, "not_replayed")

    def test_a_kill_between_commit_and_its_line_is_made_up_for(self):
        self._destroy(self._contact("Erna"))
        self.env.cr.postcommit.clear()  # killed
        self.assertEqual(self._lines()[0]["state"], "intent")
        self.env["gdpr.erasure.file"]._reconcile()
        self.assertEqual(self._lines()[0]["state"], "done")

    def test_a_lost_key_opens_nothing(self):
        person = self._contact("Erna")
        self._restored(lambda: self._destroy(person))
        with (
            patch.object(
                self.env.registry["gdpr.erasure.file"],
                "_record_token",
                side_effect=KeyError("k"),
            ),
            self.assertRaises(UserError),
        ):
            self.replay._replay()
        self.assertTrue(self.replay._is_closed())
