import json
from unittest.mock import patch

from markupsafe import Markup

from odoo import SUPERUSER_ID, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.bus.models.bus import channel_with_db, json_dump
from odoo.addons.mail.tests.common import MailCommon
from odoo.addons.mail.tools.discuss import Store

from .common import LegalCommon

#: in every text of the matter; plain letters, so that JSON does not disguise it
SECRET = "Zwetschgenlikoer"


class MailDoorsCommon(MailCommon, LegalCommon):
    """A matter in which somebody took part who is then shut out.

    ``w`` is Anne Lefèvre: follower, author, recipient, notified, and assigned.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # BaseCommon switches mail off; here it is what is tested
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": False})
        cls.w = cls.lawyer2
        cls.w.notification_type = "inbox"
        cls.lawyer.notification_type = "inbox"
        cls.accountant = cls._user("acc", "legal_crm.group_accountant", "Acc Ountant")
        cls.portal = new_test_user(cls.env, "portal.x", groups="base.group_portal")
        cls.matter = cls._matter(description=f"<p>{SECRET}</p>")
        cls.matter.message_subscribe(cls.w.partner_id.ids)
        cls.entry = cls._call(cls.matter)
        cls.before = cls.env["mail.message"].search([], order="id desc", limit=1).id
        cls.written = cls.matter.with_user(cls.w).message_post(
            body=f"{SECRET} 1", subject=f"{SECRET} s1"
        )
        cls.received = cls.matter.with_user(cls.lawyer).message_post(
            body=f"{SECRET} 2",
            subject=f"{SECRET} s2",
            partner_ids=cls.w.partner_id.ids,
            parent_id=cls.written.id,
        )
        cls.on_entry = cls.entry.with_user(cls.lawyer).message_post(
            body=f"{SECRET} 3", partner_ids=cls.w.partner_id.ids
        )
        cls.note = cls.matter.message_notify(
            body=f"{SECRET} 4", partner_ids=cls.w.partner_id.ids, subject=SECRET
        )
        cls.messages = cls.written | cls.received | cls.on_entry | cls.note
        cls.messages.starred_partner_ids = cls.w.partner_id
        cls.activity = cls.matter.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=cls.w.id,
            summary=SECRET,
            note=SECRET,
        )
        cls.env.flush_all()

    def _wall(self, matter=None):
        """A wall alone: the doors hold also where nothing was cleared away."""
        matters = type(self.env["legal.matter"])
        with patch.object(matters, "_shut_out", lambda matter, users: None):
            (matter or self.matter).sudo().excluded_user_ids = self.w
        self.env.flush_all()
        self.env.invalidate_all()

    def _store(self, records, user, su=False, **kwargs):
        return json.dumps(
            Store().add(records.with_user(user).sudo(su), **kwargs).get_result(),
            default=str,
            ensure_ascii=False,
        )


@tagged("post_install", "-at_install")
class TestMailDoors(MailDoorsCommon):
    def _assert_closed(self, user):
        """Nothing of the messages by any method of the ORM."""
        messages = self.messages.with_user(user)
        ids = messages.ids
        model = messages.browse()
        self.assertFalse(model.search([("id", "in", ids)]))
        self.assertEqual(model.search_count([("id", "in", ids)]), 0)
        self.assertFalse(model.search([("body", "ilike", SECRET)]))
        self.assertFalse(model.search([("subject", "ilike", SECRET)]))
        self.assertFalse(model.search_read([("id", "in", ids)], ["body"]))
        self.assertEqual(
            model.formatted_read_group([("id", "in", ids)], [], ["__count"])[0][
                "__count"
            ],
            0,
        )
        self.assertFalse(model.name_search(SECRET))
        for message in messages:
            self.assertFalse(message.has_access("read"))
            self.assertFalse(message.has_access("write"))
            self.assertFalse(message.has_access("unlink"))
            for call in (
                lambda m=message: m.read(["body"]),
                lambda m=message: m.web_read({"body": {}, "record_name": {}}),
                lambda m=message: m.body,
                lambda m=message: m.copy_data(),
                lambda m=message: m.write({"body": "x"}),
                lambda m=message: m.unlink(),
                lambda m=message: m.toggle_message_starred(),
                lambda m=message: m.export_data(["body", "subject"]),
            ):
                self.env.invalidate_all()
                with self.assertRaises(AccessError):
                    call()

    def test_open_before_the_wall(self):
        self.assertEqual(
            self.env["mail.message"]
            .with_user(self.w)
            .search([("id", "in", self.messages.ids)]),
            self.messages,
        )

    def test_messages_of_the_shut_out(self):
        self._wall()
        self._assert_closed(self.w)

    def test_messages_of_the_shut_out_by_policy(self):
        self.matter.access_policy = "team"
        self.env.flush_all()
        self.env.invalidate_all()
        self._assert_closed(self.w)
        self.matter.access_policy = "restricted"
        self.env.flush_all()
        self.env.invalidate_all()
        self._assert_closed(self.w)

    def test_messages_for_people_without_a_role(self):
        # as if they had been notified by an older version
        for user in (self.admin_user, self.accountant, self.outsider, self.portal):
            self.env["mail.notification"].create(
                {
                    "mail_message_id": self.received.id,
                    "res_partner_id": user.partner_id.id,
                    "notification_type": "inbox",
                }
            )
            self.messages.partner_ids |= user.partner_id
            self.env.flush_all()
            self.env.invalidate_all()
            self._assert_closed(user)

    def test_search_and_check_agree(self):
        self.matter.copy().with_user(self.lawyer).message_post(body="open")
        self._wall()
        documents = [("model", "in", ["legal.matter", "legal.communication"])]
        everything = self.env["mail.message"].search(documents)
        for user in (self.w, self.lawyer, self.admin_user, self.portal):
            found = (
                everything.with_user(user)
                .sudo()
                .search([*documents, ("legal_open", "=", True)])
            )
            self.env.invalidate_all()
            checked = everything.with_user(user).filtered("legal_open")
            self.assertEqual(found.ids, checked.ids, user.login)
        self.assertTrue(everything.with_user(self.w).filtered("legal_open"))

    def test_a_change_counts_in_the_same_transaction(self):
        message = self.written.with_user(self.w)
        self.assertTrue(message.has_access("read"))
        self.matter.sudo().excluded_user_ids = self.w
        self.assertFalse(message.has_access("read"))
        self.matter.sudo().excluded_user_ids = False
        self.assertTrue(message.has_access("read"))

    def test_names_of_messages(self):
        self._wall()
        message = self.received.with_user(self.w).sudo()
        self.assertNotIn(SECRET, message.display_name)
        self.assertNotIn("Meier", message.record_name)
        self.assertIn(SECRET, self.received.with_user(self.lawyer).sudo().display_name)
        self.assertIn("Meier", self.received.with_user(self.lawyer).record_name)

    def test_a_pointer_reads_nothing(self):
        """A field that points at a message: core reads it without a check."""
        self._wall()
        composers = self.env["mail.compose.message"].with_user(self.w)
        with self.assertRaises(AccessError):
            composers.create({"parent_id": self.received.id, "body": "x"})
            self.env.flush_all()
        for values in (
            {"parent_id": self.received.id, "subject": "y", "partner_ids": []},
            {"model": "legal.matter", "res_ids": str(self.matter.ids)},
            {
                "model": "legal.matter",
                "res_ids": str(self.matter.ids),
                "template_id": self.env["mail.template"]
                .with_user(self.w)
                .create(
                    {
                        "model_id": self.env["ir.model"]._get_id("legal.matter"),
                        "body_html": '<p><t t-out="object.name"/></p>',
                        "subject": "{{ object.name }}",
                        "name": "T",
                    }
                )
                .id,
            },
        ):
            with self.assertRaises(AccessError):
                composers.create(values)
                self.env.flush_all()
            try:
                shown = composers.onchange(
                    values, [], {"subject": {}, "body": {}, "partner_ids": {}}
                )
            except AccessError:
                continue
            for text in (SECRET, "Meier"):
                self.assertNotIn(text, str(shown))
        composer = composers.create({"body": "x", "subject": "y"})
        composer.with_user(SUPERUSER_ID).parent_id = self.received
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertNotIn(SECRET, str(composer.read(["parent_id"])))
        with self.assertRaises(AccessError):
            composer.web_read({"parent_id": {"fields": {"body": {}}}})

    def test_no_template_tells(self):
        """Rendering is asked by several wizards, as superuser."""
        self._wall()
        templates = self.env["mail.template"].with_user(self.w).sudo()
        with self.assertRaises(AccessError):
            templates._render_template(
                "{{ object.name }}", "legal.matter", self.matter.ids
            )
        if "sms.composer" in self.env:
            with self.assertRaises(AccessError):
                self.env["sms.composer"].with_user(self.w).create(
                    {
                        "res_model": "legal.matter",
                        "res_id": self.matter.id,
                        "template_id": self.env["sms.template"]
                        .create(
                            {
                                "name": "T",
                                "model_id": self.env["ir.model"]._get_id(
                                    "legal.matter"
                                ),
                                "body": "{{ object.name }}",
                            }
                        )
                        .id,
                    }
                ).read(["body"])

    def test_short_messages_and_letters(self):
        if "sms.sms" not in self.env:
            return  # a firm may remove it
        values = {"mail_message_id": self.received.id, "body": SECRET}
        sms = self.env["sms.sms"].create(values)
        free = self.env["sms.sms"].create({"body": "free"})
        mine = sms.with_user(self.admin_user)
        self.assertFalse(mine.search([("id", "=", sms.id)]))
        with self.assertRaises(AccessError):
            mine.read(["body"])
        self.assertEqual(
            free.with_user(self.admin_user).read(["body"])[0]["body"], "free"
        )

    def test_store(self):
        self._wall()
        for user in (self.w, self.accountant):
            with self.assertRaises(AccessError):
                self._store(self.messages, user)
            # core hands over messages as superuser in several places
            self.assertNotIn(SECRET, self._store(self.messages, user, su=True))
            store = Store()
            self.messages.with_user(user).sudo()._message_notifications_to_store(store)
            self.assertNotIn(SECRET, str(store.get_result()))
            self.assertNotIn(
                "Meier",
                self._store(self.matter, user, su=True, fields=["display_name"]),
            )
        self.assertIn(SECRET, self._store(self.messages, self.lawyer))

    def test_no_link_from_another_message(self):
        link = (
            '<a href="#" class="o_message_redirect" data-oe-model="mail.message" '
            f'data-oe-id="{self.received.id}">here</a>'
        )
        other = self.meier.with_user(self.lawyer).message_post(body=Markup(link))
        self._wall()
        self.assertFalse(other.with_user(self.w).linked_message_ids)
        self.assertNotIn(SECRET, self._store(other, self.w))

    def test_inbox_history_starred(self):
        user = self.env["mail.message"].with_user(self.w)
        partner = self.w.partner_id.with_user(self.w)
        mine = [("starred_partner_ids", "in", self.w.partner_id.ids)]
        self.assertEqual(user.search_count(mine), 4)
        self.assertGreaterEqual(partner._get_needaction_count(), 3)
        self._wall()
        self.assertEqual(partner._get_needaction_count(), 0)
        for domain in ([("needaction", "=", True)], [("needaction", "=", False)], mine):
            found = user._message_fetch(domain, search_term=SECRET)
            self.assertFalse(found["messages"])
            self.assertEqual(found["count"], 0)
        store = Store()
        self.w.with_user(self.w)._init_messaging(store)
        result = store.get_result()["Store"]
        self.assertEqual(result["inbox"]["counter"], 0)
        self.assertEqual(result["starred"]["counter"], 0)

    def test_what_hangs_on_a_message(self):
        self._wall()
        self.env["mail.message.translation"].create(
            {
                "message_id": self.received.id,
                "source_lang": "de",
                "target_lang": "en",
                "body": SECRET,
            }
        )
        self.env["mail.message.reaction"].create(
            {
                "message_id": self.received.id,
                "content": "x",
                "partner_id": self.w.partner_id.id,
            }
        )
        self.env["mail.message.schedule"].create(
            {
                "mail_message_id": self.received.id,
                "scheduled_datetime": fields.Datetime.now(),
            }
        )
        self.env["mail.message.link.preview"].create(
            {
                "message_id": self.received.id,
                "link_preview_id": self.env["mail.link.preview"]
                .create({"source_url": "https://x.example", "og_title": SECRET})
                .id,
            }
        )
        self.matter.with_user(self.lawyer).description = SECRET + "!"
        self.matter.with_user(self.lawyer).court_reference = SECRET
        self.flush_tracking()
        self.env.invalidate_all()
        documents = [(d._name, d.id) for d in (self.matter, self.entry)]
        for user in (self.admin_user, self.w):
            for name, field in (
                ("mail.message.translation", "message_id"),
                ("mail.message.reaction", "message_id"),
                ("mail.message.link.preview", "message_id"),
                ("mail.message.schedule", "mail_message_id"),
                ("mail.tracking.value", "mail_message_id"),
                ("mail.notification", "mail_message_id"),
                ("mail.mail", "mail_message_id"),
            ):
                model = self.env[name].with_user(user)
                if not model.has_access("read"):
                    continue
                found = model.sudo().search([]).sudo(False)._filtered_access("read")
                self.assertEqual(model.search([]), found, name)
                mine = found.sudo()[field]
                self.assertFalse(
                    mine.filtered(lambda m: (m.model, m.res_id) in documents),
                    name,
                )
        previews = self.env["mail.link.preview"].with_user(self.admin_user)
        self.assertFalse(previews.search([("og_title", "=", SECRET)]))
        self.assertFalse(self.env["mail.push"].with_user(self.admin_user).search([]))

    def test_followers_are_not_listed(self):
        self._wall()
        domain = [("res_model", "=", "legal.matter"), ("res_id", "=", self.matter.id)]
        for user in (self.w, self.outsider, self.admin_user):
            self.assertFalse(self.env["mail.followers"].with_user(user).search(domain))
        self.assertTrue(
            self.env["mail.followers"].with_user(self.lawyer).search(domain)
        )
        with self.assertRaises(AccessError):
            self.env["mail.followers"].with_user(self.admin_user).create(
                {
                    "res_model": "legal.matter",
                    "res_id": self.matter.id,
                    "partner_id": self.admin_user.partner_id.id,
                }
            )

    def test_documents_without_a_matter_are_left_alone(self):
        """A recipient of a message on a contact reads it as core says."""
        message = self.meier.message_post(
            body="hello", partner_ids=self.portal.partner_id.ids
        )
        self.assertTrue(message.with_user(self.portal).has_access("read"))
        self.assertTrue(message.with_user(self.admin_user).has_access("read"))

    def test_no_token_opens_a_matter(self):
        matters = self.env["legal.matter"].with_user(self.portal)
        for params in ({"token": "x"}, {"hash": "x", "pid": self.meier.id}):
            self.assertFalse(matters._get_thread_with_access(self.matter.id, **params))
            self.assertFalse(
                self.env["mail.message"]
                .with_user(self.portal)
                ._get_with_access(self.received.id, **params)
            )

    # -- activities ----------------------------------------------------------------

    def test_activities_are_read_with_the_matter(self):
        activity = self.activity.with_user(self.w)
        self.assertTrue(activity.has_access("read"))
        self._wall()
        model = activity.browse()
        self.assertFalse(model.search([("user_id", "=", self.w.id)]))
        self.assertFalse(model.with_context(active_test=False).search([]) & activity)
        for call in (
            lambda: activity.read(["summary", "note"]),
            lambda: activity.activity_format(),
            lambda: activity.write({"summary": "x"}),
            lambda: activity.unlink(),
            lambda: activity.action_feedback(feedback="x"),
        ):
            self.env.invalidate_all()
            with self.assertRaises(AccessError):
                call()
        self.assertNotIn(SECRET, activity.sudo().display_name)
        groups = self.env["res.users"].with_user(self.w)._get_activity_groups()
        self.assertEqual(sum(group["total_count"] for group in groups), 0)
        # an administrator without a role sees nobody's
        self.assertFalse(self.activity.with_user(self.admin_user).search([]) & activity)

    def test_an_activity_is_not_given_to_the_shut_out(self):
        self._wall()
        for user in (self.w, self.admin_user, self.accountant):
            with self.assertRaisesRegex(ValidationError, user.name):
                self.matter.with_user(self.lawyer).activity_schedule(
                    "mail.mail_activity_data_todo", user_id=user.id
                )
        other = self.matter.with_user(self.lawyer).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.assistant.id
        )
        with self.assertRaisesRegex(ValidationError, self.w.name):
            other.user_id = self.w
            self.env.flush_all()
        # elsewhere as ever
        self.meier.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.admin_user.id
        )

    # -- speed ---------------------------------------------------------------------

    def test_the_chatter_costs_what_it_did(self):
        for i in range(30):
            self.matter.with_user(self.assistant).message_post(body=f"n{i}")
        self.env.flush_all()
        messages = self.env["mail.message"].with_user(self.lawyer)
        matter = self.matter.with_user(self.lawyer)

        def load():
            self.env.invalidate_all()
            found = messages._message_fetch(None, thread=matter)["messages"]
            Store().add(found).get_result()

        load()
        # one more than core: fetching asks whether the messages are open; and one of
        # the ratings, where an application has them
        with self.assertQueryCount(18):
            load()


@tagged("post_install", "-at_install")
class TestMailDoorsAdmin(MailDoorsCommon):
    """The administrator runs the mail and reads none of the matters."""

    def _queue(self):
        with self.mock_mail_gateway(mail_unlink_sent=False):
            message = self.matter.with_user(self.lawyer).message_post(
                body=SECRET, subject=SECRET, partner_ids=self.meier.ids
            )
        mail = self.env["mail.mail"].search([("mail_message_id", "=", message.id)])
        mail.write(
            {
                "state": "exception",
                "failure_type": "mail_smtp",
                "failure_reason": "550 <hans.meier@example.com>: unknown mailbox",
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()
        return mail

    def test_no_mail_in_the_queue(self):
        mail = self._queue()
        self.assertTrue(mail)
        mine = mail.with_user(self.admin_user)
        self.assertFalse(mine.search([("id", "=", mail.id)]))
        for call in (
            lambda: mine.read(["body_html", "subject", "email_to"]),
            lambda: mine.body_html,
            lambda: mine.write({"email_to": "thief@example.com"}),
            lambda: mine.copy({"email_to": "thief@example.com"}),
            lambda: mine.unlink(),
        ):
            self.env.invalidate_all()
            with self.assertRaises(AccessError):
                call()
        other = self.env["mail.mail"].create({"subject": "news", "body_html": "x"})
        self.assertEqual(
            other.with_user(self.admin_user).read(["subject"])[0]["subject"], "news"
        )

    def test_he_sees_that_a_mail_failed(self):
        mail = self._queue()
        delivery = self.env["legal.mail.delivery"].with_user(self.admin_user)
        found = delivery.search([("state", "=", "exception")])
        self.assertEqual(found.ids, mail.ids)
        values = found.read()[0]
        self.assertEqual(values["number"], self.matter.number)
        self.assertEqual(values["failure_type"], "mail_smtp")
        self.assertEqual(values["recipient_count"], 1)
        self.assertEqual(values["failure_reason"], "550 <…>: unknown mailbox")
        self.assertNotIn(SECRET, str(values))
        self.assertNotIn("Meier", str(values))
        found.action_retry()
        self.assertEqual(mail.state, "outgoing")
        found.action_cancel()
        self.assertEqual(mail.state, "cancel")

    def test_nobody_else_sees_deliveries(self):
        mail = self._queue()
        for user in (self.lawyer, self.outsider, self.portal):
            delivery = self.env["legal.mail.delivery"].with_user(user)
            for call in (
                lambda d=delivery: d.search([]),
                lambda d=delivery: d.browse(mail.id).action_cancel(),
            ):
                with self.assertRaises(AccessError):
                    call()
        self.assertEqual(mail.state, "exception")

    def test_the_queue_runs(self):
        mail = self._queue()
        mail.state = "outgoing"
        with self.mock_mail_gateway():
            self.env["mail.mail"].with_user(SUPERUSER_ID).process_email_queue()
        self.assertSentEmail(self.lawyer.email_formatted, [self.meier])

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_the_administrator_cannot_write_himself_in(self):
        partner = self.admin_user.partner_id
        for values in (
            {"partner_ids": [(4, partner.id)]},
            {"author_id": partner.id},
            {"res_id": False},
            {"model": False, "res_id": False},
        ):
            with self.assertRaises(AccessError):
                self.received.with_user(self.admin_user).write(values)

    def test_no_record_of_his_own_opens_a_message(self):
        """Making a mail, a notification or a schedule for a message reads it."""
        for name, values in (
            ("mail.mail", {"mail_message_id": self.received.id, "email_to": "a@b.ch"}),
            (
                "mail.notification",
                {
                    "mail_message_id": self.received.id,
                    "res_partner_id": self.admin_user.partner_id.id,
                },
            ),
            (
                "mail.message.schedule",
                {
                    "mail_message_id": self.received.id,
                    "scheduled_datetime": "2030-01-01 10:00:00",
                },
            ),
            (
                "mail.message",
                {"model": "legal.matter", "res_id": self.matter.id, "body": "x"},
            ),
            (
                "mail.scheduled.message",
                {
                    "model": "legal.matter",
                    "res_id": self.matter.id,
                    "author_id": self.admin_user.partner_id.id,
                    "scheduled_date": "2030-01-01 10:00:00",
                },
            ),
        ):
            with self.assertRaises(AccessError, msg=name), self.env.cr.savepoint():
                self.env[name].with_user(self.admin_user).create(values)


@tagged("post_install", "-at_install")
class TestNotificationsEnd(MailDoorsCommon):
    """What is on its way when the wall goes up, and what is sent afterwards."""

    def _shut_out(self):
        self._wall()
        self.matter.sudo()._shut_out(self.w)
        self.env.flush_all()
        self.env.invalidate_all()

    def _notifications(self, message):
        return message.sudo().notification_ids.res_partner_id

    # -- on its way ----------------------------------------------------------------

    def test_following_ends_on_all_of_the_matter(self):
        self.entry.message_subscribe((self.w | self.lawyer).partner_id.ids)
        self.assertIn(self.w.partner_id, self.entry.message_partner_ids)
        self._shut_out()
        for record in (self.matter, self.entry):
            self.assertNotIn(self.w.partner_id, record.message_partner_ids)
            self.assertIn(self.lawyer.partner_id, record.message_partner_ids)

    def test_unread_entries_vanish(self):
        other = self.meier.message_post(body="x", partner_ids=self.w.partner_id.ids)
        self._shut_out()
        left = self.env["mail.notification"].search(
            [("res_partner_id", "=", self.w.partner_id.id), ("is_read", "=", False)]
        )
        self.assertEqual(left.mail_message_id, other)

    def test_queued_mails_are_not_sent(self):
        self.w.notification_type = self.assistant.notification_type = "email"
        both = (self.w | self.assistant).partner_id
        with self.mock_mail_gateway(mail_unlink_sent=False):
            post = self.matter.with_user(self.lawyer)
            alone = post.message_post(body="1", partner_ids=self.w.partner_id.ids)
            shared = post.message_post(body="2", partner_ids=both.ids)
            client = post.message_post(body="3", partner_ids=self.meier.ids)
        mails = (alone | shared | client).sudo().mail_ids
        written = self.env["mail.mail"].create(
            {
                "model": "legal.matter",
                "res_id": self.matter.id,
                "body_html": "4",
                "email_to": f"{self.w.email}, someone@outside.example",
            }
        )
        mails.state = "outgoing"
        self.env.flush_all()
        self._shut_out()
        self.assertEqual(set(alone.sudo().mail_ids.mapped("state")), {"cancel"})
        with self.mock_mail_gateway():
            (mails | written).filtered(lambda m: m.state == "outgoing").send()
        to = {email for mail in self._mails for email in mail["email_to"]}
        self.assertFalse([email for email in to if self.w.email in email])
        for address in (self.assistant.email, self.meier.email, "someone@outside"):
            self.assertTrue([email for email in to if address in email], address)
        notification = alone.sudo().notification_ids
        self.assertEqual(notification.notification_status, "canceled")

    def test_the_queue_looks_again(self):
        """Readers may change by other ways than a wall, with mails in the queue."""
        self.w.notification_type = "email"
        with self.mock_mail_gateway(mail_unlink_sent=False):
            message = self.matter.with_user(self.lawyer).message_post(
                body="1", partner_ids=self.w.partner_id.ids
            )
        mail = message.sudo().mail_ids
        mail.state = "outgoing"
        self.matter.access_policy = "team"
        self.env.flush_all()
        with self.mock_mail_gateway():
            mail.send()
        self.assertFalse(self._mails)
        self.assertEqual(mail.state, "cancel")

    @freeze_time("2026-03-02 09:00:00")
    def test_what_he_planned_stays_with_the_matter(self):
        attachment = (
            self.env["ir.attachment"]
            .with_user(self.w)
            .create(
                {
                    "name": "plan.txt",
                    "raw": b"plan",
                    "res_model": "mail.compose.message",
                }
            )
            .sudo()
        )
        planned = (
            self.env["mail.scheduled.message"]
            .with_user(self.w)
            .create(
                {
                    "model": "legal.matter",
                    "res_id": self.matter.id,
                    "author_id": self.w.partner_id.id,
                    "subject": "Later",
                    "body": "<p>To the client, later</p>",
                    "partner_ids": [(6, 0, self.meier.ids)],
                    "scheduled_date": "2026-03-03 09:00:00",
                    "attachment_ids": [(6, 0, attachment.ids)],
                }
            )
        )
        self._wall()
        mine = planned.with_user(self.w)
        self.assertFalse(mine.search([]))
        for call in (lambda: mine.read(["body"]), mine.post_message, mine.unlink):
            with self.assertRaises(AccessError):
                call()
        before = self.matter.message_ids
        # without the call of the wall, at its hour: the text does not come back to him
        with freeze_time("2026-03-03 10:00:00"), self.mock_mail_gateway():
            self.env["mail.scheduled.message"]._post_messages_cron()
        self.assertFalse(planned.exists())
        self.assertFalse(self._mails)
        note = self.matter.message_ids - before
        self.assertIn("To the client, later", note.body)
        self.assertIn(self.w.name, note.body)
        self.assertEqual(note.attachment_ids, attachment)
        self.assertEqual(attachment.res_model, "legal.matter")
        self.assertFalse(self._notifications(note) & self.w.partner_id)

    def test_planned_messages_are_withdrawn_at_once(self):
        planned = (
            self.env["mail.scheduled.message"]
            .with_user(self.w)
            .create(
                {
                    "model": "legal.matter",
                    "res_id": self.matter.id,
                    "author_id": self.w.partner_id.id,
                    "body": "<p>Planned</p>",
                    "scheduled_date": fields.Datetime.add(
                        fields.Datetime.now(), days=1
                    ),
                }
            )
        )
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.w)
            .create(
                {
                    "model": "legal.matter",
                    "res_ids": str(self.matter.ids),
                    "body": SECRET,
                }
            )
        )
        self._shut_out()
        self.assertFalse(planned.exists())
        self.assertFalse(composer.exists())
        self.assertIn("Planned", self.matter.message_ids[0].body)

    def test_push_and_bus(self):
        device = self.env["mail.push.device"].create(
            {"partner_id": self.w.partner_id.id, "endpoint": "https://x", "keys": "{}"}
        )
        other = self._matter()
        push = self.env["mail.push"].create(
            [
                {
                    "mail_push_device_id": device.id,
                    "payload": json.dumps(
                        {
                            "title": SECRET,
                            "options": {
                                "data": {"model": record._name, "res_id": record.id}
                            },
                        }
                    ),
                }
                for record in (self.matter, self.entry, other)
            ]
        )
        channel = json_dump(channel_with_db(self.env.cr.dbname, self.w.partner_id))
        store = {"mail.message": [{"id": self.on_entry.id, "body": SECRET}]}
        other_store = {"mail.thread": [{"model": other._name, "id": other.id}]}
        bus = self.env["bus.bus"].create(
            [
                {"channel": channel, "message": json_dump({"payload": payload})}
                for payload in (
                    {"store_data": store},
                    {"mail.thread": [{"model": "legal.matter", "id": self.matter.id}]},
                    other_store,
                )
            ]
        )
        self.env.cr.precommit.data["bus.bus.values"] = []
        self.w._bus_send("mail.record/insert", store)
        self.w._bus_send("mail.record/insert", other_store)
        self.lawyer._bus_send("mail.record/insert", store)
        self._shut_out()
        self.assertEqual(push.exists(), push[2])
        self.assertEqual(bus.exists(), bus[2])
        pending = self.env.cr.precommit.data["bus.bus.values"]
        of_w = [row["message"] for row in pending if row["channel"] == channel]
        self.assertFalse([text for text in of_w if SECRET in text])
        self.assertTrue([text for text in of_w if str(other.id) in text])
        self.assertTrue([row for row in pending if SECRET in row["message"]])

    # -- afterwards ----------------------------------------------------------------

    def test_nobody_shut_out_is_told(self):
        self._wall()
        self.assertIn(self.w.partner_id, self.matter.message_partner_ids)
        for kind in ("inbox", "email"):
            self.w.notification_type = kind
            with self.mock_mail_gateway():
                message = self.matter.with_user(self.assistant).message_post(
                    body="news", subtype_xmlid="mail.mt_comment"
                )
            self.assertNotIn(self.w.partner_id, self._notifications(message))
            self.assertIn(self.lawyer.partner_id, self._notifications(message))
            self.assertNotMailed(self.w)

    def assertNotMailed(self, user):
        to = [email for mail in self._mails for email in mail["email_to"]]
        self.assertFalse([email for email in to if user.email in email])

    def test_naming_the_shut_out_is_refused(self):
        self._wall()
        post = self.matter.with_user(self.lawyer)
        count = len(self.matter.message_ids)
        private = self._contact("Anne at home", self.w.email)
        for values in (
            {"partner_ids": self.w.partner_id.ids},
            {"partner_ids": (self.w | self.assistant).partner_id.ids},
            {"partner_ids": self.admin_user.partner_id.ids},
            {"partner_ids": private.ids},
            {"outgoing_email_to": f"Anne <{self.w.email}>"},
        ):
            with self.assertRaisesRegex(UserError, "may not read"):
                post.message_post(body="look", **values)
            with self.assertRaisesRegex(UserError, "may not read"):
                self.entry.with_user(self.lawyer).message_post(body="look", **values)
        self.assertEqual(len(self.matter.message_ids), count)
        with self.assertRaisesRegex(UserError, "may not read"):
            self.env["mail.scheduled.message"].with_user(self.lawyer).create(
                {
                    "model": "legal.matter",
                    "res_id": self.matter.id,
                    "author_id": self.lawyer.partner_id.id,
                    "partner_ids": [(6, 0, self.w.partner_id.ids)],
                    "scheduled_date": "2090-01-01 10:00:00",
                }
            )

    def test_an_address_that_colleagues_share(self):
        """The office's address reaches a reader: it is not taken from him."""
        self.assistant.email = self.w.email = "office@firm.example"
        self._wall()
        with self.mock_mail_gateway():
            self.matter.with_user(self.lawyer).message_post(
                body="look", outgoing_email_to="office@firm.example"
            )
        self.assertEqual(len(self._mails), 1)

    def test_the_client_gets_his_mail(self):
        self._wall()
        with self.mock_mail_gateway():
            self.matter.with_user(self.lawyer).message_post(
                body="look", partner_ids=(self.meier | self.portal.partner_id).ids
            )
        self.assertEqual(len(self._mails), 2)

    def test_personal_notifications(self):
        """By the system, on the record or beside it."""
        self._wall()
        with self.mock_mail_gateway():
            for message in (
                self.matter.message_notify(body="x", partner_ids=self.w.partner_id.ids),
                self.env["mail.thread"].message_notify(
                    body="x",
                    partner_ids=self.w.partner_id.ids,
                    model="legal.matter",
                    res_id=self.matter.id,
                ),
            ):
                self.assertFalse(message)
        self.assertFalse(self._mails)

    def test_a_planned_notification_asks_at_its_hour(self):
        message = self.matter.with_user(self.lawyer).message_post(
            body="later",
            partner_ids=self.w.partner_id.ids,
            scheduled_date=fields.Datetime.add(fields.Datetime.now(), hours=1),
        )
        schedule = self.env["mail.message.schedule"].search(
            [("mail_message_id", "=", message.id)]
        )
        self.assertTrue(schedule)
        self._wall()
        schedule.force_send()
        self.assertFalse(self._notifications(message) & self.w.partner_id)

    def test_nobody_shut_out_follows(self):
        self._shut_out()
        for record in (self.matter, self.entry):
            record.sudo()._message_subscribe(self.w.partner_id.ids)
            self.env["mail.followers"]._insert_followers(
                record._name, record.ids, (self.w | self.assistant).partner_id.ids
            )
            self.assertFalse(
                record.with_user(self.w).message_subscribe(self.w.partner_id.ids)
            )
            self.env.invalidate_all()
            self.assertNotIn(self.w.partner_id, record.message_partner_ids)
            self.assertIn(self.assistant.partner_id, record.message_partner_ids)

    def test_adding_him_as_a_follower_says_why_not(self):
        self._shut_out()
        wizard = self.env["mail.followers.edit"].with_user(self.lawyer)
        values = {"res_model": "legal.matter", "res_ids": str(self.matter.ids)}
        with self.assertRaisesRegex(UserError, self.w.name):
            wizard.create(
                {**values, "partner_ids": [(6, 0, self.w.partner_id.ids)]}
            ).edit_followers()
        wizard.create(
            {**values, "partner_ids": [(6, 0, self.assistant.partner_id.ids)]}
        ).edit_followers()
        self.assertIn(self.assistant.partner_id, self.matter.message_partner_ids)

    def test_nobody_is_away_from_a_matter_he_may_not_read(self):
        """An absent author does not answer a client in a matter he has left."""
        self.w.write(
            {
                "out_of_office_from": "2020-01-01 00:00:00",
                "out_of_office_to": "2090-01-01 00:00:00",
                "out_of_office_message": "I am away",
            }
        )
        self._shut_out()
        before = self.matter.message_ids
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(
                False,
                self._mail(
                    From=self.meier.email_formatted,
                    In_Reply_To=self.written.sudo().message_id,
                ),
            )
        self.assertTrue(self.matter.message_ids - before)
        self.assertFalse(
            [m for m in self.matter.message_ids - before if "away" in (m.body or "")]
        )

    def test_restricted_names_stay_inside(self):
        self.matter.access_policy = "restricted"
        self.matter.member_ids |= self.assistant
        self.assistant.notification_type = "email"
        self.matter.message_subscribe(self.assistant.partner_id.ids)
        with self.mock_mail_gateway():
            post = self.matter.with_user(self.lawyer)
            post.message_post(body="hello", partner_ids=self.counsel.ids, subject="S")
            post.message_post(body="hello", subtype_xmlid="mail.mt_comment")
            self.matter.with_user(self.lawyer).activity_schedule(
                "mail.mail_activity_data_todo", user_id=self.assistant.id
            )
        self.assertGreaterEqual(len(self._mails), 3)
        for mail in self._mails:
            self.assertNotIn("Meier", mail["subject"])
        outside = next(m for m in self._mails if "stern@" in str(m["email_to"]))
        self.assertNotIn("Meier", outside["body"])

    # -- mail that the shut out writes ---------------------------------------------

    def _mail(self, **headers):
        lines = {
            "From": self.w.email_formatted,
            "To": f"someone@{self.alias_domain}",
            "Subject": "Re: x",
            "Message-ID": f"<{len(headers)}.w@firm.example>",
            **headers,
        }
        head = "".join(f"{name.replace('_', '-')}: {v}\n" for name, v in lines.items())
        return f"{head}\nMy answer".encode()

    def test_his_answer_is_kept_and_nothing_comes_back(self):
        self.w.notification_type = "email"
        self._shut_out()
        self.env.cr.precommit.run()
        bus = self.env["bus.bus"].search([])
        with self.mock_mail_gateway():
            entry_id = self.env["mail.thread"].message_process(
                False, self._mail(In_Reply_To=self.received.message_id)
            )
        entry = self.env["legal.communication"].browse(entry_id)
        self.assertIn("My answer", str(entry.display_body))
        self.assertFalse(self._mails, "no answer, no bounce, no copy")
        self.assertFalse(entry.with_user(self.w).has_access("read"))
        self.assertFalse(entry.message_id.with_user(self.w).has_access("read"))
        for record in (self.matter, entry):
            self.assertNotIn(self.w.partner_id, record.message_partner_ids)
        self.assertFalse(
            self.env["mail.notification"].search(
                [
                    ("mail_message_id", "=", entry.message_id.id),
                    ("res_partner_id", "=", self.w.partner_id.id),
                ]
            )
        )
        channel = json_dump(channel_with_db(self.env.cr.dbname, self.w.partner_id))
        self.env.cr.precommit.run()
        news = self.env["bus.bus"].search([("channel", "=", channel)]) - bus
        self.assertFalse(
            news.filtered(
                lambda r: json.loads(r.message)["type"] != "mail.message/delete"
            )
        )

    def test_a_mail_does_not_find_out_whether_a_matter_exists(self):
        self._shut_out()
        for i, subject in enumerate((self.matter.number, "9999/77")):
            with self.mock_mail_gateway():
                entry = self.env["mail.thread"].message_process(
                    False,
                    self._mail(Subject=f"{subject}", X_Test=str(i), X_B="b" * (i + 1)),
                )
            self.assertTrue(entry)
            self.assertFalse(self._mails)
