from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .request_common import RequestCommon


@tagged("post_install", "-at_install")
class TestRestriction(RequestCommon):
    """Restricted: not found, not written to, not edited, yet kept and exported."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clara = cls._contact("Clara Sperr", "clara.sperr@example.com")
        cls.theirs = cls._matter(client_id=cls.clara.id)
        cls.restriction = (
            cls.env["gdpr.restriction"]
            .with_user(cls.dpo)
            ._block(cls.clara, "She contests that it is right.", "accuracy")
        )
        cls.env.flush_all()
        cls.env.invalidate_all()

    def test_a_user_is_restricted_with_his_contact(self):
        """He has the mark of his contact, and is no record of his own."""
        restriction = self.env["gdpr.restriction"].with_user(self.dpo)
        with self.assertRaisesRegex(UserError, "cannot be restricted"):
            restriction._block(self.assistant, "Art. 18 GDPR")

    def test_not_found_by_anybody_but_the_officer(self):
        for user in (self.lawyer, self.partner_user, self.assistant, self.admin_user):
            partners = self.env["res.partner"].with_user(user)
            with self.subTest(user.login):
                self.assertFalse(partners.search([("name", "=", "Clara Sperr")]))
                self.assertFalse(partners.name_search("Clara"))
                self.assertFalse(partners.search([("email", "ilike", "sperr")]))
                with self.assertRaises(AccessError):
                    partners.browse(self.clara.id).read(["name"])
        officer = self.env["res.partner"].with_user(self.dpo)
        self.assertTrue(officer.search([("name", "=", "Clara Sperr")]))

    def test_its_name_shows_nowhere(self):
        matter = self.theirs.with_user(self.lawyer)
        self.assertEqual(matter.client_id.display_name, f"Restricted {self.clara.id}")
        row = matter.web_read({"client_id": {"fields": {"display_name": {}}}})[0]
        self.assertNotIn("Sperr", str(row["client_id"]))

    def test_the_matter_opens_all_the_same(self):
        form = Form(self.theirs.with_user(self.lawyer))
        self.assertTrue(form.number)
        parties = self.theirs.with_user(self.lawyer).party_ids
        self.assertTrue(parties.read(["partner_id", "email", "phone", "role_id"]))
        self.assertNotIn("sperr", str(parties.read(["email"])))

    def test_the_conversation_of_the_matter_opens_and_does_not_propose_them(self):
        self.theirs.message_subscribe([self.clara.id, self.meier.id])
        self.theirs.message_post(
            body="Hello", message_type="comment", author_id=self.clara.id
        )
        self.env.flush_all()
        self.env.invalidate_all()
        for user in self.lawyer, self.assistant, self.partner_user:
            matter = self.theirs.with_user(user)
            found = matter._message_get_suggested_recipients(reply_discussion=True)
            self.assertNotIn(self.clara.id, [row["partner_id"] for row in found])
            self.assertNotIn("sperr", str(found).lower())

    def test_not_edited_and_not_deleted(self):
        for user in (self.lawyer, self.partner_user, self.admin_user):
            partner = self.clara.with_user(user)
            with self.subTest(user.login):
                with self.assertRaisesRegex(UserError, "Restricted"):
                    partner.write({"phone": "0"})
                with self.assertRaisesRegex(UserError, "Restricted"):
                    partner.sudo().write({"phone": "0"})
                with self.assertRaisesRegex(UserError, "Restricted"):
                    partner.unlink()
                with self.assertRaises(UserError):
                    partner.with_context(legal_unlock=True).write(
                        {"gdpr_restricted": False}
                    )
        made = (
            self.env["res.partner"]
            .with_context(default_gdpr_restricted=True)
            .create({"name": "X", "gdpr_restricted": True})
        )
        self.assertFalse(made.gdpr_restricted)

    def test_nobody_writes_to_them(self):
        for door in (
            lambda: self.matter.with_user(self.lawyer).message_post(
                body="x", partner_ids=self.clara.ids
            ),
            lambda: self.matter.with_user(self.lawyer).message_post(
                body="x", outgoing_email_to="Clara <CLARA.sperr@example.com>"
            ),
            lambda: self.env["mail.thread"]
            .with_user(self.lawyer)
            .message_notify(body="x", subject="x", partner_ids=self.clara.ids),
        ):
            with self.assertRaisesRegex(UserError, "nobody writes"):
                door()

    def test_a_circular_is_refused_as_a_whole(self):
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.lawyer)
            .create(
                {
                    "composition_mode": "mass_mail",
                    "model": "res.partner",
                    "res_ids": str((self.meier | self.clara).ids),
                    "subject": "New address",
                    "body": "x",
                }
            )
        )
        before = self.env["mail.mail"].search_count([])
        with self.assertRaisesRegex(UserError, "nobody writes"):
            composer.action_send_mail()
        self.assertEqual(self.env["mail.mail"].search_count([]), before)

    def test_an_automatic_mail_is_held_back_and_noted(self):
        mails = self.env["mail.mail"].create(
            [
                {"subject": "a", "body_html": "x", "recipient_ids": [(4, partner.id)]}
                for partner in (self.clara, self.meier)
            ]
            + [
                {
                    "subject": "a",
                    "body_html": "x",
                    "email_to": "clara.sperr@example.com",
                }
            ]
        )
        mails._drop_restricted()
        self.assertEqual(mails.mapped("state"), ["cancel", "outgoing", "cancel"])
        self.assertTrue(self.restriction.skipped_mails)

    def test_followers_that_are_restricted_hear_nothing(self):
        matter = self.theirs
        matter.sudo().message_subscribe(partner_ids=self.clara.ids)
        message = matter.with_user(self.lawyer).message_post(
            body="x", subtype_xmlid="mail.mt_comment", message_type="comment"
        )
        self.assertNotIn(self.clara, message.sudo().notification_ids.res_partner_id)

    def test_their_mail_still_arrives(self):
        entry = self.env["legal.communication"].with_user(1).create(
            {"channel": "email", "direction": "in", "subject": "x",
             "partner_ids": [(4, self.clara.id)]}
        )  # fmt: skip
        self.assertEqual(entry.partner_ids, self.clara)

    def test_it_is_exported(self):
        request = self._request(partner_id=self.clara.id)
        request._settle_identity("lawyer")
        self._item(request._take_subject(), self.clara, "owned", field_names="name")
        request.subject_id.sudo().item_ids._propose("access")
        request.action_review()
        request.action_prepare()
        request.with_user(self.dpo2).action_release()
        self.assertEqual(request.export_ids.item_count, 1)

    def test_matters_and_communications_as_well(self):
        blocks = self.env["gdpr.restriction"].with_user(self.dpo)
        call = self._call(self.matter)
        blocks._block(call, "Waits for its day", "retention")
        blocks._block(self.theirs, "Waits for its day", "retention")
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            call.with_user(self.lawyer).read(["subject"])
        matters = self.env["legal.matter"].with_user(self.lawyer)
        self.assertNotIn(self.theirs, matters.search([]))
        with self.assertRaisesRegex(UserError, "Restricted"):
            self.theirs.with_user(self.lawyer).write({"name": "x"})

    def test_who_works_here_is_not_restricted(self):
        with self.assertRaisesRegex(UserError, "work here"):
            self.env["gdpr.restriction"].with_user(self.dpo)._block(
                self.lawyer.partner_id, "x"
            )

    def test_the_officer_alone_restricts_and_lifts(self):
        for user in (self.lawyer, self.partner_user, self.assistant):
            with self.assertRaises(AccessError):
                self.env["gdpr.restriction"].with_user(user)._block(self.meier, "x")
            with self.assertRaises(AccessError):
                self.restriction.with_user(user)._lift("x")
        self.restriction._lift("It was right.")
        self.env.flush_all()
        self.assertTrue(self.clara.with_user(self.lawyer).name)
        with self.assertRaises(UserError):
            self.restriction.sudo().unlink()

    def test_a_request_restricts_and_tells_before_it_lifts(self):
        request = self._request(kind="restriction")
        request._settle_identity("lawyer")
        request.action_prepare()
        request.with_user(self.partner_user).action_release()
        self.assertTrue(self.meier.sudo().gdpr_restricted)
        letters = self.env["gdpr.request.letter"].with_user(self.dpo)
        letters.browse(request.action_answer()["res_id"]).action_send()
        self.assertEqual(request.state, "answered")
        restriction = request.restriction_ids
        with self.assertRaisesRegex(UserError, "Tell the person"):
            restriction._lift("It was right.")
        letters.browse(request.action_lift()["res_id"]).action_send()
        self.assertFalse(self.meier.sudo().gdpr_restricted)
        self.assertTrue(restriction.lifted_on)
