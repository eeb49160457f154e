from datetime import datetime

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .test_breach import BreachCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25 10:00:00")
class TestBreachFiling(BreachCommon):
    """The decision, the filings, the people, and closing."""

    # -- the decision ------------------------------------------------------------------

    def test_a_decision_needs_its_reasons(self):
        breach = self._breach()
        with self.assertRaisesRegex(UserError, "another time"):
            breach._decide("risk", "notify", "x")
        breach.action_assess()
        for arguments, words in [
            (("risk", "notify", " "), "Say why"),
            ((False, "notify", "x"), "how high the risk"),
            (("risk", False, "x"), "what you decide"),
            (("risk", "not_notify", "x"), "unlikely"),
            (("high", "not_notify", "x"), "unlikely"),
            (("high", "notify", "x", "not_needed"), "high risk"),
            (("high", "notify", "x", "exempt"), "exception"),
            (("high", "notify", "x", "exempt", "averted", " "), "exception"),
        ]:
            with self.subTest(arguments), self.assertRaisesRegex(UserError, words):
                breach._decide(*arguments)
        for user in (self.outsider, self.lawyer, self.auditor, self.partner_user):
            with self.assertRaises(AccessError):
                breach.with_user(user)._decide("risk", "notify", "x")
        self.assertFalse(breach.decision)
        breach._decide("unlikely", "not_notify", "Encrypted, the key is safe.")
        self.assertEqual(breach.state, "decided")
        self.assertEqual(breach.decided_by_id, self.dpo)
        # later it turns out otherwise: the clock runs again, from the same minute
        breach._decide("high", "notify", "The key was on the note.")
        self.assertEqual(breach.persons_decision, "tell")
        self.assertEqual(breach.sudo().clock_id.state, "open")
        self.assertEqual(breach.due_on, datetime(2026, 11, 28, 10))
        steps = self._entries(breach, event="decided").mapped("after")
        self.assertEqual(steps, ["not_notify", "notify"])

    def test_two_officers_decide_at_once(self):
        breach = self._breach()
        breach.action_assess()
        with self.assertRaisesRegex(UserError, "another time"):
            breach.action_assess()
        second = self._user("d.two", "legal_gdpr.group_dpo", "Finn Second")

        def dialog(user):
            action = breach.with_user(user).action_decide()
            return (
                self.env["gdpr.breach.step"]
                .with_user(user)
                .with_context(**action["context"])
            )

        say = {"risk": "high", "decision": "notify", "text": "Names are in it."}
        mine = dialog(self.dpo).create(say)
        other = dialog(second).create({**say, "risk": "unlikely"})
        mine.action_apply()
        with self.assertRaisesRegex(UserError, "decided on .* meanwhile"):
            other.action_apply()
        self.assertEqual(breach.risk, "high")
        self.assertEqual(breach.decided_by_id, self.dpo)
        # whoever has read the decision may make another
        again = dialog(second).create({"text": "The letters came back unopened."})
        self.assertEqual((again.risk, again.persons_decision), ("high", "tell"))
        with freeze_time("2026-11-25 10:05:00"):
            again.risk = "risk"
            again.action_apply()
        self.assertEqual(breach.decided_by_id, second)

    # -- filings -----------------------------------------------------------------------

    def test_initial_supplementary_final(self):
        breach = self._decided(
            nature="A letter with three files",
            person_count=3,
            person_count_unknown=False,
            data_categories="Names, income",
            consequences="Embarrassment",
            measures="Called back",
        )
        filing = self.env["gdpr.breach.filing"].browse(breach.action_file()["res_id"])
        filing = filing.with_user(self.dpo)
        self.assertEqual(filing.kind, "initial")
        self.assertEqual(filing.person_count, "3")
        self.assertEqual(filing.record_count, "not known yet")
        self.assertTrue(filing.authority)
        for said in (
            "A letter with three files",
            "Names, income",
            "Embarrassment",
            "Called back",
            self.dpo.name,
            breach.name,
        ):
            self.assertIn(said, filing.text)
        self.assertNotIn("DRILL", filing.text)
        # one draft at a time
        self.assertEqual(breach.action_file()["res_id"], filing.id)
        with self.assertRaisesRegex(UserError, "not in the future"):
            filing._send("form", datetime(2026, 11, 25, 10, 0, 1))
        with self.assertRaisesRegex(UserError, "became aware"):
            filing._send("form", datetime(2026, 11, 25, 9))
        with self.assertRaisesRegex(UserError, "how"):
            filing._send("pigeon")
        step = (
            self.env["gdpr.breach.step"]
            .with_user(self.dpo)
            .with_context(**filing.action_send()["context"])
            .create({"how": "form", "reference": "LfD-1"})
        )
        step.action_apply()
        self.assertEqual(filing.state, "sent")
        self.assertEqual(filing.sent_by_id, self.dpo)
        self.assertEqual(filing.sent_on, datetime(2026, 11, 25, 10))
        self.assertEqual(breach.state, "notified")
        self.assertEqual(breach.first_sent_on, filing.sent_on)
        self.assertIn(breach.sudo().clock_id.state, ("done", "done_unchecked"))
        self.assertFalse(breach.next_reminder_on)
        self.assertTrue(filing.attachment_id.raw)
        entry = self._entries(breach, event="filing")
        ring = self.env["legal.key"]._for_writing()
        self.assertEqual(entry.filing_id, filing.id)
        self.assertEqual(entry.digest, breach._digest(ring, filing.sent_text))
        # what was sent stands, whatever is found out later
        before = filing.text
        breach.nature = "Four files"
        self.assertEqual(filing.text, before)
        for values in ({"nature": "x"}, {"sent_on": False}, {"state": "draft"}):
            with self.assertRaises(UserError):
                filing.with_context(legal_unlock=True).write(values)
        with self.assertRaisesRegex(UserError, "not deleted"):
            filing.unlink()
        with self.assertRaises(UserError):
            filing._send("form")
        filing.reference = "LfD-1/2026"
        with self.assertRaisesRegex(UserError, "was notified already"):
            breach._decide("unlikely", "not_notify", "x")
        more = self.env["gdpr.breach.filing"].browse(breach.action_file()["res_id"])
        self.assertEqual(more.kind, "supplementary")
        self.assertEqual(more.nature, "Four files")
        more.with_user(self.dpo)._send("email")
        last = breach.action_file_final()["res_id"]
        last = self.env["gdpr.breach.filing"].with_user(self.dpo).browse(last)
        self.assertEqual(last.kind, "final")
        with self.assertRaisesRegex(UserError, "was not sent"):
            breach._close("x")
        last._send("post")
        with self.assertRaisesRegex(UserError, "none comes after"):
            breach.action_file()
        breach._close(False)
        self.assertEqual(breach.state, "closed")

    def test_late_needs_reasons(self):
        breach = self._decided(aware_on="2026-11-22 09:17:00")
        self.assertEqual(breach.due_on, datetime(2026, 11, 25, 10))
        filing = self.env["gdpr.breach.filing"].with_user(self.dpo)._draft(breach)
        self.assertFalse(filing.is_late)
        with freeze_time("2026-11-25 10:00:01"):
            filing.invalidate_recordset()
            self.assertTrue(filing.is_late)
            with self.assertRaisesRegex(UserError, "reasons for the delay"):
                filing._send("form")
            filing.late_reason = "The extent was not clear before."
            filing._send("form")
        self.assertIn("The extent was not clear before.", filing.sent_text)
        # a supplement comes when it comes (art. 33(4))
        with freeze_time("2026-12-10 10:00:00"):
            more = self.env["gdpr.breach.filing"].with_user(self.dpo)._draft(breach)
            self.assertFalse(more.is_late)
            more._send("form")

    def test_who_drafts_and_sends(self):
        breach = self._decided()
        filings = self.env["gdpr.breach.filing"]
        for user in (self.outsider, self.lawyer, self.auditor, self.dpo):
            with self.assertRaises(UserError):
                filings.with_user(user).with_context(legal_unlock=True).create(
                    {"breach_id": breach.id, "kind": "initial", "state": "sent"}
                )
        draft = filings.with_user(self.dpo)._draft(breach)
        for values in ({"state": "sent"}, {"sent_on": "2026-11-25 10:00:00"},
                       {"sent_text": "x"}, {"kind": "final"}):  # fmt: skip
            with self.assertRaisesRegex(UserError, "button"):
                draft.write(values)
        for user in (self.outsider, self.lawyer):
            with self.assertRaises(AccessError):
                draft.with_user(user).read(["nature"])
        self.assertTrue(draft.with_user(self.auditor).nature)
        with self.assertRaises(AccessError):
            draft.with_user(self.auditor)._send("form")
        undecided = self._breach()
        with self.assertRaisesRegex(UserError, "another time"):
            filings.with_user(self.dpo)._draft(undecided)
        quiet = self._decided("not_notify", "unlikely")
        draft = filings.with_user(self.dpo)._draft(quiet)
        with self.assertRaisesRegex(UserError, "decided not to notify"):
            draft._send("form")

    def test_every_paper_of_a_drill_says_so(self):
        drill = self._decided(is_drill=True)
        filing = self.env["gdpr.breach.filing"].with_user(self.dpo)._draft(drill)
        self.assertTrue(filing.text.startswith("DRILL - NOT A REAL INCIDENT"))
        self.assertTrue(filing.text.endswith("DO NOT SEND"))
        reports = self.env["ir.actions.report"]
        for name, record in (
            ("legal_gdpr.report_filing", filing),
            ("legal_gdpr.report_breach", drill),
        ):
            html, _kind = reports._render_qweb_html(name, record.ids)
            self.assertEqual(html.decode().count("DRILL - NOT A REAL"), 2, name)
        real = self._decided()
        html, _kind = reports._render_qweb_html("legal_gdpr.report_breach", real.ids)
        self.assertNotIn("DRILL", html.decode())
        filing._send("form")
        self.assertTrue(filing.sent_text.startswith("DRILL"))

    # -- people ------------------------------------------------------------------------

    def test_people_are_told_or_exempted(self):
        breach = self._decided("notify", "high")
        with self.assertRaisesRegex(UserError, "not notified yet"):
            breach._close("x")
        self.env["gdpr.breach.filing"].with_user(self.dpo)._draft(breach)._send("form")
        with self.assertRaisesRegex(UserError, "who, how and when"):
            breach._close("x")
        breach.person_ids = [
            (0, 0, {"partner_id": self.meier.id, "how": "letter"}),
            (0, 0, {"name": "Readers of the newsletter", "quantity": 40,
                    "state": "told"}),
        ]  # fmt: skip
        meier, readers = breach.person_ids
        self.assertEqual(readers.state, "open", "forged")
        with self.assertRaisesRegex(UserError, "neither told nor exempted"):
            breach._close("x")
        for values in ({"state": "told"}, {"told_on": "2026-11-25 10:00:00"}):
            with self.assertRaisesRegex(UserError, "button"):
                meier.write(values)
        meier.action_told()
        self.assertEqual(meier.told_on, datetime(2026, 11, 25, 10))
        self.assertEqual(meier.told_by_id, self.dpo)
        with self.assertRaisesRegex(UserError, "as it was noted"):
            meier.how = "phone"
        with self.assertRaisesRegex(UserError, "as it was noted"):
            meier.unlink()
        with self.assertRaisesRegex(UserError, "ground"):
            readers._exempt("averted", "")
        step = (
            self.env["gdpr.breach.step"]
            .with_user(self.dpo)
            .with_context(**readers.action_exempt()["context"])
            .create({"ground": "averted", "text": "The mail was called back unread."})
        )
        step.action_apply()
        self.assertEqual(readers.state, "exempt")
        said = self._entries(breach, event="person").mapped("after")
        self.assertEqual(said, ["told 1", "exempt averted"])
        with self.assertRaisesRegex(UserError, "No final filing"):
            breach._close("")
        breach._close("The first filing was complete.")
        with self.assertRaisesRegex(UserError, "closed"):
            breach.consequences = "x"
        with self.assertRaisesRegex(UserError, "closed"):
            breach.person_ids = [(0, 0, {"name": "One more"})]
        with self.assertRaisesRegex(UserError, "came up"):
            breach._reopen("")
        breach._reopen("One more was found.")
        self.assertEqual(breach.state, "notified")

    def test_nobody_is_told(self):
        breach = self._decided()
        with self.assertRaisesRegex(ValidationError, "who is told"):
            breach.person_ids = [(0, 0, {"how": "letter"})]
        for user in (self.outsider, self.lawyer, self.partner_user):
            with self.assertRaises(AccessError):
                self.env["gdpr.breach.person"].with_user(user).search([])

    def test_at_the_processor(self):
        processor = self.env["gdpr.processor"].create({"name": "Cloud GmbH"})
        breach = self._decided(
            processor_id=processor.id,
            processor_informed_on="2026-11-25 08:00:00",
            occurred_on="2026-11-24 08:00:00",
        )
        filing = self.env["gdpr.breach.filing"].with_user(self.dpo)._draft(breach)
        self.assertIn("Cloud GmbH", filing.text)
        with self.assertRaisesRegex(ValidationError, "processor cannot have told"):
            breach._correct_times(
                {"processor_informed_on": datetime(2026, 11, 23)}, "x"
            )
