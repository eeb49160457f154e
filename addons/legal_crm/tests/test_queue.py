from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import LegalCommon


@tagged("post_install", "-at_install")
class TestQueue(LegalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.matter = cls._matter()
        cls.closed = cls._matter(client_id=cls._contact("Rosa Weiß", "r@w.example").id)
        cls.closed.action_open()
        cls.closed._change_state("closed", "Done")

    def _mail(self, subject, sender="stranger@example.net", body="Text"):
        number = self.env["legal.communication"].search_count([])
        raw = (
            f"From: {sender}\nTo: akten@firm.example\nSubject: {subject}\n"
            f"Message-ID: <q{number}@example.net>\n"
            f"Content-Type: text/plain; charset=utf-8\n\n{body}\n"
        ).encode()
        result = self.env["mail.thread"].message_process(False, raw)
        return self.env["legal.communication"].browse(result).with_user(self.assistant)

    def test_one_click_and_many_at_once(self):
        first = self._mail(f"Re {self.closed.number}")
        second = self._mail(f"Akte {self.closed.number} Nachtrag")
        unknown = self._mail("Good morning")
        for mail in (first, second, unknown):
            self.assertTrue(mail.to_file)
        self.assertEqual(first.queue_reason, "closed")
        self.assertEqual(first.best_matter_id, self.closed)
        self.assertIn(self.closed.number, first.best_reason)
        (first | second | unknown).action_file_proposal()
        self.assertEqual((first | second).mapped("state"), ["filed", "filed"])
        self.assertEqual(first.matter_id, self.closed)
        self.assertTrue(unknown.to_file)
        with self.assertRaisesRegex(UserError, "proposal"):
            unknown.action_file_proposal()

    def test_the_mail_moves_with_the_filing(self):
        mail = self._mail("Good morning")
        message = mail.message_id
        self.assertEqual(message.sudo().model, "legal.communication")
        self.env["legal.communication.file"].with_user(self.assistant).create(
            {"communication_ids": mail.ids, "matter_id": self.matter.id}
        ).action_apply()
        self.assertEqual(mail.matter_id, self.matter)
        self.assertEqual(message.sudo().model, "legal.matter")
        self.assertEqual(message.sudo().res_id, self.matter.id)
        self.assertEqual(mail.user_id, self.lawyer)
        self.assertFalse(mail.proposal_ids)

    def test_filing_twice_is_refused(self):
        mail = self._mail("Good morning")
        mail._file_to(self.matter)
        with self.assertRaisesRegex(UserError, "meanwhile"):
            mail._file_to(self.closed)

    def test_nobody_files_into_a_hidden_matter(self):
        secret = self._matter(access_policy="restricted")
        mail = self._mail("Good morning")
        with self.assertRaises(AccessError):
            mail._file_to(secret)
        with self.assertRaises(AccessError):
            self.env["legal.communication.file"].with_user(self.assistant).create(
                {"communication_ids": mail.ids, "matter_id": secret.id}
            ).action_apply()
        self.assertTrue(mail.to_file)

    def test_set_aside_with_a_reason(self):
        mail = self._mail("Buy now")
        with self.assertRaisesRegex(UserError, "why"):
            mail._set_aside("")
        mail._set_aside("Advertising")
        self.assertFalse(mail.to_file)
        self.assertIn(mail, mail.search([("is_aside", "=", True)]))
        mail.action_take_back()
        self.assertTrue(mail.to_file)
        self.assertIn(mail, mail.search([("to_file", "=", True)]))

    def test_mail_is_not_deleted_from_the_queue(self):
        mail = self._mail("Buy now")
        for user in (self.assistant, self.env.ref("base.user_root")):
            with self.assertRaisesRegex(UserError, "not deleted"):
                mail.with_user(user).unlink()
        original = mail.sudo().original_id
        with self.assertRaises(UserError):
            original.unlink()

    def test_a_guarded_proposal_guards_the_mail(self):
        secret = self._matter(
            client_id=self._contact("Geheim", "geheim@example.org").id,
            opponent_id=False,
            access_policy="restricted",
        )
        mail = self._mail("Question", sender="geheim@example.org")
        self.assertEqual(mail.sudo().queue_reason, "restricted")
        self.assertFalse(mail.with_user(self.assistant).has_access("read"))
        mine = mail.with_user(self.lawyer)
        self.assertEqual(mine.best_matter_id, secret)
        mine.proposal_ids.action_reject()
        self.env.invalidate_all()
        self.assertTrue(mail.with_user(self.assistant).has_access("read"))

    def test_a_misfiled_mail_leaves_the_wrong_matter(self):
        secret = self._matter(access_policy="team")
        mail = self._mail("Confidential", body="The secret plan")
        mail._file_to(self.matter)
        wrong = mail.with_user(self.lawyer)
        right = wrong._correct({"matter_id": secret.id}, "Wrong file")
        self.assertIn("secret plan", right.display_body)
        self.env.invalidate_all()
        old = wrong.with_user(self.lawyer2)
        self.assertEqual(old.state, "corrected")
        self.assertNotIn("secret plan", old.display_body)
        self.assertNotIn("secret plan", old.preview or "")
        self.assertFalse(right.with_user(self.lawyer2).has_access("read"))
        for record in (right.message_id, right.original_id):
            with self.assertRaises(AccessError):
                record.with_user(self.lawyer2).check_access("read")
