from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCommon

from .common import LegalCommon


@tagged("post_install", "-at_install")
class TestMailOut(MailCommon, LegalCommon):
    """Writing from a matter: filed by itself, never to the other side by accident."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # BaseCommon switches mail off; here it is what is tested
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": False})
        cls.matter = cls._matter()
        cls.matter.party_ids = [
            (
                0,
                0,
                {
                    "partner_id": cls.counsel.id,
                    "role_id": cls.env.ref("legal_crm.role_opposing_counsel").id,
                },
            )
        ]

    def _composer(self, partners, **values):
        action = self.matter.action_write_mail()
        return (
            self.env["mail.compose.message"]
            .with_user(self.lawyer)
            .with_context(**action["context"])
            .create(
                {
                    "partner_ids": [(6, 0, partners.ids)],
                    "body": "<p>Sehr geehrter Herr Meier</p>",
                    **values,
                }
            )
        )

    def _sent(self):
        return self.matter.communication_ids.filtered(lambda c: c.direction == "out")

    def test_a_mail_is_filed_by_itself(self):
        composer = self._composer(self.meier)
        self.assertIn(self.matter.number, composer.subject)
        with self.mock_mail_gateway():
            composer.action_send_mail()
        sent = self._sent()
        self.assertEqual(sent.state, "filed")
        self.assertEqual(sent.partner_ids, self.meier)
        self.assertIn("Sehr geehrter", sent.display_body)
        self.assertFalse(sent.body, "the text is stored once, in the mail")
        self.assertSentEmail(self.lawyer.email_formatted, [self.meier])
        with self.assertRaises(UserError):
            sent.message_id.sudo().write({"body": "<p>other</p>"})
        with self.assertRaises(UserError):
            sent.message_id.sudo().unlink()

    def test_the_reply_comes_back(self):
        with self.mock_mail_gateway():
            self._composer(self.meier).action_send_mail()
        message = self._sent().message_id
        self.assertIn(self.matter.alias_email, message.reply_to)
        reply = (
            f"From: other.address@example.net\nTo: someone@{self.alias_domain}\n"
            f"Subject: Re: thanks\nMessage-ID: <r1@example.net>\n"
            f"In-Reply-To: {message.message_id}\n\nAll fine."
        ).encode()
        result = self.env["mail.thread"].message_process(False, reply)
        entry = self.env["legal.communication"].browse(result)
        self.assertEqual(entry.matter_id, self.matter)
        self.assertEqual(entry.filing_evidence.split(",")[0], "thread")

    def test_the_composer_shows_the_sides(self):
        stranger = self._contact("Some Body", "some@body.example")
        composer = self._composer(
            self.meier
            | self.mueller
            | self.counsel
            | stranger
            | self.lawyer2.partner_id
        )
        sides = {row["name"]: row["side"] for row in composer.legal_sides}
        self.assertEqual(sides["Hans Meier"], "own")
        self.assertEqual(sides["Müller GmbH"], "adverse")
        self.assertEqual(sides["Dr. Eva Stern"], "adverse")
        self.assertEqual(sides["Some Body"], "none")
        self.assertEqual(sides["Anne Lefèvre"], "colleague")

    def test_the_other_side_needs_a_second_look(self):
        composer = self._composer(self.mueller)
        with self.mock_mail_gateway(), self.assertRaisesRegex(UserError, "Müller GmbH"):
            composer.action_send_mail()
        self.assertFalse(self._sent())
        composer.legal_adverse_confirmed = True
        with self.mock_mail_gateway():
            composer.action_send_mail()
        self.assertEqual(self._sent().partner_ids, self.mueller)

    def test_people_of_the_other_side_count(self):
        person = self._contact("Ute Sauer", "ute@x.example", parent_id=self.mueller.id)
        same_address = self._contact("Stern private", self.counsel.email)
        for partner in (person, same_address):
            with self.assertRaises(UserError):
                self._composer(partner).action_send_mail()

    def test_no_other_way_to_the_other_side(self):
        matter = self.matter.with_user(self.lawyer)
        with self.assertRaises(UserError):
            matter.message_post(
                body="x",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=self.mueller.ids,
            )
        with self.assertRaises(UserError):
            matter.message_post(body="@Müller", partner_ids=self.mueller.ids)
        with self.assertRaises(UserError):
            matter.message_post(body="x", outgoing_email_to=self.counsel.email)
        with self.assertRaises(UserError):
            self.env["mail.scheduled.message"].with_user(self.lawyer).create(
                {
                    "model": "legal.matter",
                    "res_id": matter.id,
                    "body": "x",
                    "author_id": self.lawyer.partner_id.id,
                    "partner_ids": [(6, 0, self.mueller.ids)],
                    "scheduled_date": "2099-01-01 10:00:00",
                }
            )
        composer = self._composer(self.mueller)
        composer.scheduled_date = "2099-01-01 10:00:00"
        with self.assertRaises(UserError):
            composer.action_schedule_message()
        mass = (
            self.env["mail.compose.message"]
            .with_user(self.lawyer)
            .create(
                {
                    "composition_mode": "mass_mail",
                    "model": "legal.matter",
                    "res_ids": matter.ids,
                    "subject": "Circular",
                    "body": "<p>x</p>",
                    "partner_ids": [(6, 0, self.mueller.ids)],
                }
            )
        )
        with self.mock_mail_gateway(), self.assertRaises(UserError):
            mass.action_send_mail()

    def test_a_confirmed_mail_for_later_goes_out(self):
        composer = self._composer(self.mueller, legal_adverse_confirmed=True)
        composer.scheduled_date = "2030-01-01 10:00:00"
        composer.action_schedule_message()
        scheduled = self.env["mail.scheduled.message"].search(
            [("model", "=", "legal.matter"), ("res_id", "=", self.matter.id)]
        )
        with self.mock_mail_gateway():
            scheduled.with_user(self.lawyer).post_message()
        self.assertEqual(self._sent().partner_ids, self.mueller)

    def test_a_circular_is_filed_in_each_matter(self):
        other = self._matter(client_id=self._contact("Rosa Weiß", "r@w.example").id)
        mass = (
            self.env["mail.compose.message"]
            .with_user(self.lawyer)
            .create(
                {
                    "composition_mode": "mass_mail",
                    "model": "legal.matter",
                    "res_ids": (self.matter | other).ids,
                    "subject": "New office",
                    "body": "<p>We have moved.</p>",
                }
            )
        )
        with self.mock_mail_gateway():
            mass.action_send_mail()
        for matter in self.matter | other:
            sent = matter.communication_ids
            self.assertEqual(sent.mapped("subject"), ["New office"], matter.name)
            self.assertEqual(sent.partner_ids, matter.client_id)

    def test_a_mail_without_a_subject_gets_one(self):
        with self.mock_mail_gateway():
            self.matter.with_user(self.lawyer).message_post(
                body="x",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=self.meier.ids,
            )
        self.assertIn(self.matter.number, self._sent().subject)

    def test_the_lawyer_hears_of_the_mail_of_his_matters(self):
        matter = self._matter(user=self.assistant, lawyer_id=self.lawyer2.id)
        self.assertIn(self.lawyer2.partner_id, matter.message_partner_ids)
        matter.with_user(self.assistant).lawyer_id = self.lawyer
        self.assertIn(self.lawyer.partner_id, matter.message_partner_ids)

    def test_a_note_is_no_mail(self):
        self.matter.with_user(self.lawyer).message_post(body="Internal thought")
        self.assertFalse(self._sent())

    def test_a_suggestion_is_never_adverse(self):
        found = self.matter.with_user(self.lawyer)._message_get_suggested_recipients()
        ids = {row.get("partner_id") for row in found}
        self.assertIn(self.meier.id, ids)
        self.assertFalse(ids & {self.mueller.id, self.counsel.id})

    def test_who_may_not_read_may_not_write(self):
        self.matter.access_policy = "team"
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.matter.with_user(self.lawyer2).message_post(body="x")
        with self.assertRaises(AccessError):
            self.matter.with_user(self.lawyer2).action_write_mail()

    def test_restricted_subject_says_only_the_number(self):
        self.matter.access_policy = "restricted"
        self.assertEqual(self.matter._mail_subject(), self.matter.number)
