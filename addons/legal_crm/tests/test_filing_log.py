import os

from odoo.tests import tagged

from .common import LegalCommon

LOG, CHECK = "legal.filing.log", "legal.ledger.check"


@tagged("post_install", "-at_install")
class TestFilingLog(LegalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.auditor = cls._user("audit", "legal_crm.group_auditor", "Aud Itor")
        cls.matter = cls._matter()

    def _filed(self, **values):
        call = self._call(self.matter, **values)
        call.action_file()
        return call

    def _entries(self, communication):
        return self.env[LOG].search([("communication_id", "in", communication.ids)])

    def _verify(self, communication):
        self.env.invalidate_all()
        return self.env["legal.communication"]._verify_filed(
            self._entries(communication)
        )

    def _tamper(self, table, sql, *values):
        self.env.flush_all()
        self.env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        self.env.cr.execute(sql, values)
        self.env.cr.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    def test_filing_and_correcting_are_recorded(self):
        call = self._filed()
        self.assertRecordValues(
            self._entries(call),
            [
                {
                    "action": "filed",
                    "matter_id": self.matter.id,
                    "actor_id": self.lawyer.id,
                }
            ],
        )
        new = call._correct({"subject": "Another one"}, "Typing error")
        self.assertEqual(
            self._entries(call).sorted("id").mapped("action"), ["filed", "corrected"]
        )
        self.assertEqual(self._entries(new).action, "filed")
        self.assertEqual(self._verify(call | new), [])

    def test_the_hash_says_nothing(self):
        call = self._filed()
        self.env.cr.execute("SELECT string_agg(t::text, '|') FROM legal_filing_log t")
        text = self.env.cr.fetchone()[0]
        for word in ("deadline", "papers", "brandt", "Brandt", "Meier"):
            self.assertNotIn(word, text)
        self.assertTrue(call)

    def test_readers_may_change_afterwards(self):
        call = self._filed()
        self.matter.access_policy = "team"
        self.assertEqual(self._verify(call), [])

    def test_a_row_changed_behind_our_back(self):
        call, other = self._filed(), self._filed()
        for column, value in (
            ("subject", "Forged"),
            ("body", "<p>Forged</p>"),
            ("date", "2020-01-01"),
            ("duration", "3"),
            ("channel", "letter"),
            ("user_id", str(self.lawyer2.id)),
        ):
            with self.subTest(column), self.env.cr.savepoint() as savepoint:
                self._tamper(
                    "legal_communication",
                    f"UPDATE legal_communication SET {column} = %s WHERE id = %s",
                    *(value, call.id),
                )
                found = self._verify(call | other)
                self.assertEqual(found, [("filed_changed", call.id, 0)])
                savepoint.rollback()

    def test_a_row_deleted_behind_our_back(self):
        call = self._filed()
        entries = self._entries(call)
        self._tamper(
            "legal_communication",
            "DELETE FROM legal_communication WHERE id = %s",
            call.id,
        )
        self.env.invalidate_all()
        found = self.env["legal.communication"]._verify_filed(entries)
        self.assertEqual(found, [("filed_missing", call.id, 0)])

    def _mail(self):
        self.matter.with_user(self.lawyer).message_post(
            body="The settlement is accepted.",
            subject="Settlement",
            partner_ids=self.meier.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[("offer.txt", b"We offer 5,000")],
        )
        return self.env["legal.communication"].search(
            [("matter_id", "=", self.matter.id), ("channel", "=", "email")], limit=1
        )

    def test_the_text_of_a_mail(self):
        mail = self._mail()
        self.assertEqual(mail.state, "filed")
        self.assertEqual(self._verify(mail), [])
        self.env.cr.execute(
            "UPDATE mail_message SET body = 'Forged' WHERE id = %s",
            [mail.message_id.id],
        )
        self.assertEqual(self._verify(mail), [("filed_changed", mail.id, 0)])

    def test_a_file_is_exchanged_in_the_database(self):
        mail = self._mail()
        self.env.cr.execute(
            "UPDATE ir_attachment SET checksum = 'x' WHERE id = %s",
            [mail.document_ids.id],
        )
        self.assertIn(("filed_changed", mail.id, 0), self._verify(mail))

    def test_a_file_is_unlinked_in_the_database(self):
        mail = self._mail()
        self.env.cr.execute(
            "DELETE FROM message_attachment_rel WHERE message_id = %s",
            [mail.message_id.id],
        )
        self.assertEqual(self._verify(mail), [("filed_changed", mail.id, 0)])

    def test_a_file_is_changed_or_removed_on_the_disk(self):
        mail = self._mail()
        document = mail.document_ids
        path = document._full_path(document.store_fname)
        self.assertEqual(self._verify(mail), [])
        with open(path, "rb") as file:
            original = file.read()
        times = os.stat(path)
        finding = [("filed_file", mail.id, document.id)]
        try:
            with open(path, "wb") as file:
                file.write(original[::-1])  # same size, and the old dates
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
            self.assertEqual(self._verify(mail), finding)
            os.unlink(path)
            self.assertEqual(self._verify(mail), finding)
        finally:
            with open(path, "wb") as file:
                file.write(original)
        self.assertEqual(self._verify(mail), [])

    def test_a_misfiled_mail_moves_and_stays_what_it_was(self):
        mail = self._mail()
        new = mail._correct({"matter_id": self._matter().id}, "Wrong matter")
        self.assertEqual(self._verify(mail | new), [])

    def _check(self):
        checks = self.env[CHECK]
        return checks._run_filed(self.env["legal.communication"], self.env.user)

    def test_the_check_names_the_entry(self):
        self._filed()
        call = self._filed()
        # others may have been filed before, in the demo firm too
        self.assertIn(self._check().state, ("ok", "warning"))
        self._tamper(
            "legal_communication",
            "UPDATE legal_communication SET subject = 'Forged' WHERE id = %s",
            call.id,
        )
        check = self._check()
        self.assertEqual((check.state, check.finding), ("broken", "filed_changed"))
        self.assertIn(str(call.id), check.with_user(self.auditor).message)
        self.assertNotIn("Forged", check.message)

    def test_filed_past_the_application(self):
        call = self._call(self.matter)
        self._tamper(
            "legal_communication",
            "UPDATE legal_communication SET state = 'filed' WHERE id = %s",
            call.id,
        )
        self.env.invalidate_all()
        check = self._check()
        self.assertEqual((check.state, check.finding), ("warning", "filed_unlogged"))
        self.assertGreaterEqual(check.high, 1)
