from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .test_register import RegisterCommon


@tagged("post_install", "-at_install")
class TestNotice(RegisterCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        cls.activity = cls._activity(
            recipient_category_ids=[
                Command.set(cls._one("gdpr.recipient.category", "it").ids)
            ],
            retention_text="Until the next game.",
            person_category_ids=[
                Command.set(cls._one("gdpr.person.category", "opponent").ids)
            ],
            source_text="From the club.",
        )
        cls.activity.with_context(lang="de_DE").purposes = "Einladung zu den Partien."
        cls.activity.with_user(cls.dpo2).action_approve()
        cls.notices = cls.env["gdpr.notice"]

    def _notice(self, audience="third", publish=True):
        notice = self.notices.with_user(self.dpo).create({"audience": audience})
        if publish:
            notice.action_publish()
        return notice

    def _change_recipient(self):
        draft = self.activity.with_user(self.dpo)._draft_of()
        draft.recipient_category_ids |= self._one("gdpr.recipient.category", "bank")
        draft.with_user(self.dpo2).action_approve()
        return draft

    def test_it_says_what_the_register_says(self):
        notice = self._notice()
        self.assertEqual(notice.processing_ids, self.activity)
        for said in (
            "To invite to the games.",
            "Providers of IT",
            "Until the next game.",
            "From the club.",
            "Identity",
            "Article 77",
        ):
            self.assertIn(said, notice.body)
        german = notice.with_context(lang="de_DE").body
        self.assertIn("Einladung zu den Partien.", german)
        html = (
            self.env["ir.actions.report"]
            .with_user(self.assistant)
            ._render_qweb_html("legal_gdpr.report_notice", notice.ids)[0]
            .decode()
        )
        self.assertIn("To invite to the games.", html)

    def test_what_the_register_says_is_escaped(self):
        draft = self.activity.with_user(self.dpo)._draft_of()
        draft.purposes = "<script>alert(1)</script>"
        draft.with_user(self.dpo2).action_approve()
        notice = self._notice()
        self.assertNotIn("<script>", notice.body)
        with self.assertRaises(UserError):
            notice.with_user(self.dpo).html = "<script>"
        with self.assertRaises(UserError):
            notice.with_user(self.dpo).update_field_translations(
                "html", {"en_US": "<script>"}
            )

    def test_another_recipient_makes_it_outdated(self):
        notice, other = self._notice(), self._notice("applicant", publish=False)
        self.assertFalse(notice.outdated)
        self._change_recipient()
        self.assertTrue(notice.outdated)
        self.assertIn("Chess club", notice.outdated_reason)
        self.assertFalse(other.outdated)
        new = self.notices.browse(
            notice.with_user(self.dpo).action_generate()["res_id"]
        )
        self.assertEqual(new.version, notice.version + 1)
        self.assertFalse(new.outdated)
        self.assertIn("Banks", new.body)
        self.assertNotIn("Banks", notice.body)
        new.with_user(self.dpo).action_publish()
        self.assertEqual((notice.state, new.state), ("replaced", "published"))

    def test_the_officer_is_told_once_of_an_outdated_notice(self):
        notice, draft = self._notice(), self._notice(publish=False)
        self._change_recipient()
        todo = notice.activity_ids
        self.assertEqual(todo.user_id, self.dpo)
        self.assertIn("Chess club", todo.note)
        self.assertFalse(draft.activity_ids)
        self.env["gdpr.notice"]._mark_outdated("Once more")
        self.assertEqual(notice.activity_ids, todo)
        new = self.notices.browse(
            notice.with_user(self.dpo).action_generate()["res_id"]
        )
        new.with_user(self.dpo).action_publish()
        self.assertFalse(notice.activity_ids)

    def test_another_officer_is_told_when_the_first_has_left(self):
        notice = self._notice().sudo()
        self.dpo.sudo().group_ids -= self.env.ref("legal_gdpr.group_dpo")
        officers = self.company._gdpr_people()
        draft = self.activity.with_user(self.dpo2)._draft_of()
        draft.law = "§ 2 of the house rules"
        draft.with_user(self.partner_user).action_approve()
        self.assertTrue(notice.outdated)
        self.assertIn(notice.activity_ids.user_id, officers)

    def _transfer(self, **values):
        return (
            self.env["gdpr.transfer"]
            .with_user(self.dpo)
            .create(
                {
                    "name": "Games by mail",
                    "recipient_id": self.mueller.id,
                    "country_id": self.env.ref("base.us").id,
                    "mechanism": "derogation",
                    "derogation": "a",
                    "derogation_reason": "They were asked, and told of the risk.",
                    **values,
                }
            )
        )

    def _named(self, transfer):
        """The register names the transfer, in its next version."""
        draft = self.activity.with_user(self.dpo)._draft_of()
        draft.transfer_ids = transfer
        draft.with_user(self.dpo2).action_approve()
        self.activity = draft

    def test_a_transfer_is_named_and_makes_the_notice_outdated(self):
        transfer = self._transfer()
        self._named(transfer)
        notice = self._notice()
        self.assertFalse(notice.outdated)  # nothing goes there yet
        transfer.action_activate()
        self.assertTrue(notice.outdated)
        self.assertIn("Games by mail", notice.outdated_reason)
        self.assertEqual(notice.activity_ids.user_id, self.dpo)
        new = self.notices.browse(
            notice.with_user(self.dpo).action_generate()["res_id"]
        )
        said = f"{self.mueller.name}, United States: Derogation (Art. 49)"
        self.assertIn(said, new.body)
        self.assertNotIn(said, notice.body)
        new.with_user(self.dpo).action_publish()
        transfer.action_end()
        self.assertTrue(new.outdated)
        # and what people are not told does not count
        again = self.notices.browse(new.with_user(self.dpo).action_generate()["res_id"])
        transfer.write({"valid_until": "2031-01-01"})
        self.assertFalse(again.outdated)

    def test_transfers_follow_into_the_next_version(self):
        transfer = self._transfer()
        self._named(transfer)
        transfer.action_activate()
        draft = self.activity.with_user(self.dpo)._draft_of()
        self.assertEqual(draft.transfer_ids, transfer)
        draft.with_user(self.dpo2).action_approve()
        headings, [row] = self.activities.with_user(self.auditor)._register_table(
            self.company, "controller"
        )
        cell = row[headings.index("Third countries (Art. 30(1)(e))")]
        self.assertIn(f"{self.mueller.name}, United States", cell)
        with self.assertRaisesRegex(UserError, "New Version"):
            draft.with_user(self.dpo).transfer_ids = False

    def test_nothing_to_tell_and_changed_meanwhile(self):
        with self.assertRaisesRegex(UserError, "nothing to tell"):
            self._notice("applicant")
        draft = self._notice(publish=False)
        self._change_recipient()
        with self.assertRaisesRegex(UserError, "Write Anew"):
            draft.with_user(self.dpo).action_publish()
        draft.with_user(self.dpo).action_generate()
        draft.with_user(self.dpo).action_publish()
        self.assertEqual(draft.state, "published")

    def test_who_was_given_which_version(self):
        notice = self._notice()
        given = (
            self.env["gdpr.notice.given"]
            .with_user(self.assistant)
            .create(
                {
                    "partner_id": self.mueller.id,
                    "notice_id": notice.id,
                    "how": "letter",
                    "noted_by_id": self.dpo.id,
                }
            )
        )
        self.assertEqual(given.noted_by_id, self.assistant)
        old = [("outdated", "=", True), ("partner_id", "=", self.mueller.id)]
        self.assertFalse(given.search(old))
        self._change_recipient()
        given.invalidate_recordset()
        self.assertTrue(given.outdated)
        self.assertEqual(given.search(old), given)
        new = self.notices.browse(
            notice.with_user(self.dpo).action_generate()["res_id"]
        )
        new.with_user(self.dpo).action_publish()
        self.assertEqual(given.search(old), given)
        given.create(
            {"partner_id": self.mueller.id, "notice_id": new.id, "how": "email"}
        )
        self.assertFalse(given.search(old))
        with self.assertRaises(UserError):
            given.write({"how": "hand"})

    def test_an_exemption_has_its_ground(self):
        notice = self._notice()
        values = {
            "partner_id": self.mueller.id,
            "notice_id": notice.id,
            "how": "exempt",
        }
        given = self.env["gdpr.notice.given"].with_user(self.assistant)
        for wrong in ({}, {"exemption": "secrecy"}, {"note": "Because"}):
            with self.assertRaisesRegex(ValidationError, "exempted"):
                given.create({**values, **wrong})
        entry = given.create({**values, "exemption": "secrecy", "note": "§ 29(1) BDSG"})
        self.assertEqual(entry.exemption, "secrecy")
        self.assertFalse(entry.outdated)
        with self.assertRaisesRegex(ValidationError, "future"):
            given.create({**values, "how": "hand", "given_on": "2199-01-01"})
        draft = self._notice("staff", publish=False)
        with self.assertRaisesRegex(ValidationError, "draft"):
            given.create({**values, "how": "hand", "notice_id": draft.id})
