import psycopg2

from odoo.exceptions import AccessError
from odoo.tests import mute_logger, tagged

from .reminders_common import RemindersCommon


@tagged("post_install", "-at_install")
class TestDeadlineDigest(RemindersCommon):
    """The morning mail, for whoever wants it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.users"].search([]).legal_deadline_digest = False
        cls.lawyer.with_user(cls.lawyer).legal_deadline_digest = True

    def _digest(self, at):
        known = self.env["mail.mail"].search([])
        with self._clock(at):
            self.env["legal.deadline.digest"]._cron_digest()
        return self.env["mail.mail"].search([]) - known

    def test_overdue_today_and_this_week(self):
        for name, date in (
            ("Late one", "2026-12-04"),
            ("Of today", "2026-12-08"),
            ("Of the week", "2026-12-11"),
            ("Of next week", "2026-12-14"),
        ):
            self._deadline(date, name=name, warning_days="0")
        [mail] = self._digest("2026-12-08 07:00:00")
        self.assertEqual(mail.recipient_ids, self.lawyer.partner_id)
        places = [
            mail.body_html.index(name)
            for name in ("Late one", "Of today", "Of the week")
        ]
        self.assertEqual(places, sorted(places))
        self.assertNotIn("Of next week", mail.body_html)
        self.assertIn(self.matter.number, mail.body_html)
        self.assertNotIn("Meier", mail.subject)

    def test_once_a_day_in_the_morning(self):
        self._deadline("2026-12-08", warning_days="0")
        self.assertFalse(self._digest("2026-12-08 06:30:00"))  # half past seven there
        self.assertTrue(self._digest("2026-12-08 07:00:00"))
        self.assertFalse(self._digest("2026-12-08 08:00:00"))
        self.assertFalse(self._digest("2026-12-09 17:30:00"))  # too late for a morning
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
            self.env["legal.deadline.digest"].create(
                {
                    "user_id": self.lawyer.id,
                    "date": "2026-12-08",
                    "sent_on": "2026-12-08 09:00:00",
                }
            )

    def test_early_warnings_come_with_it(self):
        deadline = self._deadline("2026-12-15", name="Far off", warning_days="7")
        self.assertEqual(self._remind("2026-12-08"), ["Lena Brandt"])
        self.assertEqual(self._notices().channel, "digest")
        self.assertFalse(self._mails(self.lawyer))
        self.assertTrue(deadline.activity_ids)
        [mail] = self._digest("2026-12-08 07:00:00")
        self.assertIn("Far off", mail.body_html)
        self.assertNotIn(
            "Far off", "".join(self._digest("2026-12-09 07:00:00").mapped("body_html"))
        )

    def test_early_after_the_morning_mail_comes_at_once(self):
        self._digest("2026-12-08 07:00:00")
        self._deadline("2026-12-10", at="2026-12-08 10:00:00")
        self._remind("2026-12-08 10:10:00")
        self.assertEqual(self._notices().channel, "mail")

    def test_the_day_and_overdue_come_at_once(self):
        self._deadline("2026-12-08", warning_days="0")
        self._remind("2026-12-08")
        self._remind("2026-12-09")
        own = self._notices().filtered(lambda n: n.user_id == self.lawyer)
        self.assertEqual(own.mapped("channel"), ["mail", "mail"])

    def test_for_a_colleague_who_is_away(self):
        self.lawyer2.legal_deadline_digest = True
        self._deadline("2026-12-08", name="Of hers", warning_days="0")
        self.assertFalse(self._digest("2026-12-08 07:00:00") - self._mails(self.lawyer))
        self._absent(self.lawyer, "2026-12-09 06:00:00", "2026-12-11 17:00:00")
        [mail] = self._digest("2026-12-09 07:00:00")
        self.assertEqual(mail.recipient_ids, self.lawyer2.partner_id)
        self.assertIn("Of hers", mail.body_html)
        self.assertIn("Lena Brandt", mail.body_html)

    def test_nothing_of_what_the_reader_may_not_read(self):
        self._deadline("2026-12-08", name="Walled", user_id=self.lawyer2.id)
        self.lawyer2.legal_deadline_digest = True
        self.matter.with_context(legal_wall_reason="Former client").write(
            {"excluded_user_ids": [(4, self.lawyer2.id)]}
        )
        told = self._digest("2026-12-08 07:00:00").recipient_ids
        self.assertNotIn(self.lawyer2.partner_id, told)

    def test_a_wall_takes_back_what_waits_in_the_queue(self):
        self.lawyer2.legal_deadline_digest = True
        self._deadline("2026-12-08", name="Walled", user_id=self.lawyer2.id)
        mail = self._digest("2026-12-08 07:00:00")
        self.assertIn("Walled", mail.body_html)
        self.matter.with_context(legal_wall_reason="Former client").write(
            {"excluded_user_ids": [(4, self.lawyer2.id)]}
        )
        self.assertFalse(mail.exists())
        self.assertFalse(self._digest("2026-12-08 08:00:00"))

    def test_restricted_matters_by_their_number(self):
        self._deadline("2026-12-08", name="Delicate", warning_days="0")
        self.matter.access_policy = "restricted"
        [mail] = self._digest("2026-12-08 07:00:00")
        self.assertIn(self.matter.number, mail.body_html)
        self.assertNotIn("Delicate", mail.body_html)
        self.assertNotIn("Meier", mail.body_html)

    def test_a_day_off(self):
        self._deadline("2026-12-13", name="Sunday", warning_days="0")
        self.assertFalse(self._digest("2026-12-12 07:00:00"))
        self.assertTrue(self._digest("2026-12-13 07:00:00"))

    def test_not_while_away(self):
        self._deadline("2026-12-08", warning_days="0")
        self._absent(self.lawyer, "2026-12-07 06:00:00", "2026-12-09 17:00:00")
        self.assertFalse(self._digest("2026-12-08 07:00:00"))

    def test_one_chooses_for_oneself(self):
        with self.assertRaises(AccessError):
            self.lawyer.with_user(self.lawyer2).legal_deadline_digest = False
