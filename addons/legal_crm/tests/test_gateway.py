from unittest.mock import patch

from odoo.exceptions import AccessError, ConcurrencyError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import LegalCommon

GATEWAY = "odoo.addons.legal_crm.models.legal_mail_gateway"
THREAD = "odoo.addons.legal_crm.models.mail_thread"
DOMAIN = "brandt-law.example"


@tagged("post_install", "-at_install")
class TestGateway(LegalCommon):
    """Mail on its way in: to whom, what happens when something goes wrong."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls._alias_domain(DOMAIN)
        cls.company.alias_domain_id = cls.domain
        cls.company.legal_alias_id.alias_domain_id = cls.domain
        cls.firm = cls.company.legal_alias_id.alias_full_name
        cls.inquiries = cls.env["mail.alias"].create(
            {
                "alias_name": "inquiries",
                "alias_domain_id": cls.domain.id,
                "alias_model_id": cls.env["ir.model"]._get_id("crm.lead"),
            }
        )
        cls.matter = cls._matter()
        cls.carrier = new_test_user(
            cls.env, "carrier", groups="base.group_user,legal_crm.group_mail_gateway"
        )

    @classmethod
    def _alias_domain(cls, name):
        domains = cls.env["mail.alias.domain"]
        if not domains.search_count([], limit=1):
            domains.create({"name": "first.example"})
        return domains.create({"name": name})

    _numbers = iter(range(1, 1000))

    def _mail(
        self, subject="Question", to=None, sender="hans.meier@example.com", **headers
    ):
        number = next(self._numbers)
        headers = {
            "Message-ID": f"<{number}@example.com>",
            "From": sender,
            "To": to or self.firm,
            "Subject": subject,
            "Content-Type": "text/plain; charset=utf-8",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{head}\r\nDear Ms Brandt, this is mail {number}.\r\n".encode()

    def _feed(self, raw, user=None):
        """The entry that a mail becomes, as the mail server hands it over."""
        found = (
            self.env["mail.thread"]
            .with_user(user or self.carrier)
            .message_process(False, raw)
        )
        return self.env["legal.communication"].browse(found)

    def _entries(self):
        return self.env["legal.communication"].search([("original_id", "!=", False)])

    # -- whose mail it is ------------------------------------------------------------

    def test_filed_with_text_and_original(self):
        raw = self._mail(f"Your {self.matter.number}")
        entry = self._feed(raw)
        self.assertEqual((entry.matter_id, entry.state), (self.matter, "filed"))
        self.assertEqual(entry.filing_evidence.split(",")[0], "number_subject")
        self.assertEqual(entry.original_id.raw, raw)
        self.assertEqual(entry.message_id.res_id, self.matter.id)
        self.assertEqual(entry.message_id.model, "legal.matter")
        self.assertIn("Dear Ms Brandt", entry.message_id.body)
        self.assertEqual(entry.message_id.author_id, self.meier)
        self.assertFalse(entry.message_id.incoming_email_to, "our own address")
        self.assertIn(self.meier, entry.partner_ids)

    def test_the_carrier_reads_nothing(self):
        entry = self._feed(self._mail(f"Your {self.matter.number}"))
        with self.assertRaises(AccessError):
            entry.with_user(self.carrier).read(["subject"])

    def test_only_the_gateway_delivers(self):
        portal = new_test_user(self.env, "portal.client", groups="base.group_portal")
        for user in (self.outsider, self.lawyer, portal):
            with self.assertRaisesRegex(AccessError, "Only the mail gateway"):
                self._feed(self._mail(), user)
        self.assertTrue(self._feed(self._mail(), self.admin_user).original_id)

    def test_mail_for_other_applications(self):
        before = self._entries()
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_manager"
        )
        # by address: the system; for a model given: anybody who may create one
        for user, to, model in (
            (self.env.user, self.inquiries.alias_full_name, False),
            (seller, "info@elsewhere.example", "crm.lead"),
        ):
            raw = self._mail("Can you act for me?", to)
            threads = self.env["mail.thread"].with_user(user)
            lead = self.env["crm.lead"].browse(threads.message_process(model, raw))
            self.assertEqual(lead.name, "Can you act for me?")
        self.assertEqual(self._entries(), before)

    def test_an_answer_to_an_inquiry_goes_to_the_inquiry(self):
        before = self._entries()
        lead = self.env["crm.lead"].create({"name": "Inquiry"})
        question = lead.message_post(
            body="Which court?", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        raw = self._mail(
            "Re: Which court?",
            self.domain.catchall_email,
            In_Reply_To=question.message_id,
        )
        self._feed(raw, self.env.user)
        self.assertIn("this is mail", lead.message_ids[0].body)
        self.assertEqual(self._entries(), before)

    def test_to_the_firm_and_to_inquiries(self):
        both = f"{self.firm}, {self.inquiries.alias_full_name}"
        self._feed(self._mail("To both of you", both), self.env.user)
        leads = self.env["crm.lead"].search([("name", "=", "To both of you")])
        self.assertEqual(len(leads), 1)
        entry = self._entries().filtered(lambda c: c.subject == "To both of you")
        self.assertEqual(len(entry), 1)

    def test_what_nobody_takes_waits(self):
        sent = self.env["mail.mail"].search_count([])
        for to in (self.domain.catchall_email, "someone@elsewhere.example", "garbage"):
            entry = self._feed(self._mail(to=to, sender="stranger@example.net"))
            self.assertEqual(entry.queue_reason, "no_match", to)
        self.assertEqual(self.env["mail.mail"].search_count([]), sent, "a bounce")

    def test_two_firms_with_the_same_number(self):
        other = self.env["res.company"].create(
            {
                "name": "Other firm",
                "alias_domain_id": self._alias_domain("other-law.example").id,
            }
        )
        lawyer = self._user("other", "legal_crm.group_lawyer", "Other Lawyer")
        lawyer.write({"company_ids": [(4, other.id)], "company_id": other.id})
        twin = self._matter(user=lawyer, company_id=other.id, lawyer_id=lawyer.id)
        references = self.env["legal.matter.reference"]
        references.search(
            [("matter_id", "=", twin.id), ("kind", "=", "number")]
        ).value = self.matter.number
        stranger = "stranger@example.net"
        for company, matter in ((self.company, self.matter), (other, twin)):
            to = company.legal_alias_id.alias_full_name
            entry = self._feed(self._mail(f"Az. {self.matter.number}", to, stranger))
            self.assertEqual(entry.matter_id, matter)
            waiting = self._feed(self._mail("Hello", to, stranger))
            self.assertEqual(waiting.company_id, company)

    # -- who hears of it -------------------------------------------------------------

    def _told(self, entry):
        return entry.message_id.notification_ids.res_partner_id

    def test_the_responsible_lawyer_is_told(self):
        self.matter.message_subscribe(self.lawyer.partner_id.ids)
        entry = self._feed(self._mail(f"Your {self.matter.number}"))
        self.assertEqual(self._told(entry), self.lawyer.partner_id)
        entry = self._feed(self._mail("", to=self.matter.alias_email))
        self.assertEqual(self._told(entry), self.lawyer.partner_id, "without a subject")
        self.assertFalse(entry.subject)
        waiting = self._feed(self._mail("Hello", sender="stranger@example.net"))
        self.assertFalse(self._told(waiting))
        waiting.with_user(self.assistant)._file_to(self.matter)
        self.assertEqual(self._told(waiting), self.lawyer.partner_id)

    def test_automatic_mail_tells_nobody(self):
        self.matter.message_subscribe(self.lawyer.partner_id.ids)
        sent = self.env["mail.mail"].search_count([])
        for headers in ({"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}):
            entry = self._feed(self._mail(f"Re: {self.matter.number}", **headers))
            self.assertEqual(entry.matter_id, self.matter)
            self.assertTrue(entry.is_auto)
            self.assertFalse(self._told(entry))
        self.assertEqual(self.env["mail.mail"].search_count([]), sent)
        notice = self._mail(f"{self.matter.number}", Auto_Submitted="auto-generated")
        self.assertTrue(self._told(self._feed(notice)), "a court's notice is read")

    def test_an_unknown_sender_is_named(self):
        to = self.matter.alias_email
        entry = self._feed(self._mail("You won", to, "prince@example.net"))
        self.assertEqual(entry.matter_id, self.matter)
        self.assertIn("prince@example.net", entry.filing_explanation)
        entry = self._feed(self._mail("You won", to))
        self.assertNotIn("unknown", entry.filing_explanation)

    # -- nothing is lost -------------------------------------------------------------

    def test_filing_fails(self):
        communications = self.env.registry["legal.communication"]
        raw = self._mail(f"Your {self.matter.number}")
        with (
            patch.object(communications, "_file", side_effect=ValueError("no")),
            mute_logger(GATEWAY),
        ):
            entry = self._feed(raw)
        self.assertEqual((entry.state, entry.queue_reason), ("draft", "error"))
        self.assertIn("Dear Ms Brandt", entry.message_id.body)
        self.assertEqual(entry.original_id.raw, raw)
        self.assertEqual(len(self._entries() & entry), 1)

    def test_the_text_cannot_be_stored(self):
        messages = self.env.registry["mail.message"]
        raw = self._mail(f"Your {self.matter.number}")
        with (
            patch.object(messages, "create", side_effect=ValueError("no")),
            mute_logger(GATEWAY),
        ):
            entry = self._feed(raw)
        self.assertEqual((entry.state, entry.queue_reason), ("draft", "unparsable"))
        self.assertEqual(entry.original_id.raw, raw)
        self.assertIn("Dear Ms Brandt", entry.body)

    def test_an_inquiry_that_core_cannot_read(self):
        raw = self._mail(
            "Inquiry",
            self.inquiries.alias_full_name,
            Content_Type="text/plain; charset=x-nowhere",
        )
        with mute_logger(THREAD):
            entry = self._feed(raw)
        self.assertEqual(entry._name, "legal.communication")
        self.assertEqual((entry.subject, entry.original_id.raw), ("Inquiry", raw))

    def test_fetched_mail_is_tried_again(self):
        """Fetching ticks a mail off even when somebody was faster (no second try)."""
        threads = self.env["mail.thread"].with_context(fetchmail_cron_running=True)
        with patch(
            f"{THREAD}.retrying", side_effect=lambda process, _env: process()
        ) as r:
            raw = self._mail(f"Your {self.matter.number}")
            found = threads.message_process(
                model="legal.communication",
                message=raw,
                save_original=False,
                strip_attachments=True,
            )
        self.assertEqual(r.call_count, 1)
        entry = self.env["legal.communication"].browse(found)
        self.assertEqual((entry.matter_id, entry.original_id.raw), (self.matter, raw))

    # -- nothing multiplies ----------------------------------------------------------

    def test_the_same_bytes_once(self):
        raw = self._mail(f"Your {self.matter.number}")
        entry = self._feed(raw)
        self.assertEqual(self._feed(raw), entry)
        self.assertEqual(entry.delivery_count, 2)

    def test_delivered_by_two_servers_at_once(self):
        raw = self._mail()
        self._feed(raw)
        gateway = self.env.registry["legal.mail.gateway"]
        none = self.env["legal.communication"]
        with (
            patch.object(gateway, "_seen_before", return_value=(none, none)),
            self.assertRaises(ConcurrencyError),
            mute_logger("odoo.sql_db"),
        ):
            self._feed(raw)

    def test_a_blind_copy_to_a_matter_is_no_mere_copy(self):
        raw = self._mail("Hello", sender="stranger@example.net")
        waiting = self._feed(b"Delivered-To: someone@brandt-law.example\r\n" + raw)
        again = self._feed(b"Received: from elsewhere\r\n" + raw)
        self.assertEqual(again, waiting)
        blind = self._feed(
            f"Delivered-To: {self.matter.alias_email}\r\n".encode() + raw
        )
        self.assertNotEqual(blind, waiting)
        self.assertEqual(blind.matter_id, self.matter)

    def test_another_mail_with_the_same_id(self):
        first = self._mail("First", Message_ID="<same@example.com>")
        second = self._mail("Second", Message_ID="<same@example.com>")
        one, other = self._feed(first), self._feed(second)
        self.assertNotEqual(one, other)
        self.assertIn("First", other.queue_note)

    def test_our_own_mail_comes_back(self):
        message = self.matter.with_user(self.lawyer).message_post(
            body="Our letter",
            subject="Our letter",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.meier.ids,
        )
        # Who got our mail knows its number: that alone hides nothing from the queue.
        forged = self._feed(self._mail("Look here", Message_ID=message.message_id))
        self.assertFalse(forged.is_aside)
        raw = self._mail(
            "Our letter", sender=self.lawyer.email, Message_ID=message.message_id
        )
        entry = self._feed(raw)
        self.assertTrue(entry.is_aside and entry.is_auto)
        entry = self._feed(self._mail("Received", sender=self.firm))
        self.assertEqual(entry.queue_reason, "own_address")
        self.assertTrue(entry.is_aside and entry.is_auto)

    def test_a_loop_shares_one_entry(self):
        before = len(self._entries())
        entries = [
            self._feed(self._mail("Out of office", sender="robot@example.net"))
            for _ in range(25)
        ]
        self.assertEqual(len(self._entries()) - before, 20)
        last = entries[-1]
        self.assertEqual((last.delivery_count, last.queue_reason), (6, "loop"))
        kept = self.env["ir.attachment"].search(
            [("res_model", "=", last._name), ("res_id", "=", last.id)]
        )
        self.assertEqual(len(kept.filtered(lambda a: not a.res_field)), 5)

    # -- delivery reports ------------------------------------------------------------

    def _report(self, action):
        return (
            f"From: MAILER-DAEMON@example.com\r\nTo: {self.firm}\r\n"
            f"Message-ID: <{action}@example.com>\r\nSubject: {action}\r\n"
            'Content-Type: multipart/report; boundary="b"\r\n\r\n'
            "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
            "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
            "Reporting-MTA: dns; example.com\r\n\r\n"
            "Final-Recipient: rfc822; Hans.Meier@example.com\r\n"
            f"Action: {action}\r\n\r\n--b--\r\n"
        ).encode()

    def test_only_a_failure_marks_the_contact(self):
        for action, marked in (
            ("delayed", False),
            ("relayed", False),
            ("failed", True),
        ):
            self._feed(self._report(action))
            self.assertEqual(self.meier.data_bounced, marked, action)

    # -- cost ------------------------------------------------------------------------

    def test_queries(self):
        self._feed(self._mail(f"Your {self.matter.number}"))
        self.env.invalidate_all()
        raw = self._mail(f"Your {self.matter.number}")
        # Two of them ask whether the followers still may read, three keep the record of
        # what was filed; of data protection, one asks whether somebody is restricted,
        # one whether the files of the matter are encrypted.
        with self.assertQueryCount(47):
            self._feed(raw)
            self.env.flush_all()
        raw = self._mail("Hello", sender="stranger@example.net")
        self.env.invalidate_all()
        with self.assertQueryCount(25):
            self._feed(raw)
            self.env.flush_all()
