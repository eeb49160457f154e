from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

from .common import GdprCommon


class BreachCommon(GdprCommon):
    """The small firm, with the clock of art. 33 GDPR."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._rule(
            "EU-GDPR-33",
            regime="EU-GDPR",
            length=72,
            unit="hour",
            options="mode=fullhour",
        )
        cls.auditor = cls._user("r.audit", "legal_crm.group_auditor", "Rita Audit")

    @classmethod
    def _breach(cls, user=None, **values):
        values.setdefault("description", "A letter went to the wrong client.")
        return cls.env["gdpr.breach"].with_user(user or cls.dpo).create(values)

    @classmethod
    def _decided(cls, decision="notify", risk="risk", **values):
        breach = cls._breach(**values)
        breach.action_assess()
        breach._decide(risk, decision, "As the analysis says.")
        return breach

    def _notices(self, breach):
        """What the officers were told."""
        return self.env["mail.message"].search(
            [
                ("model", "=", breach._name),
                ("res_id", "=", breach.id),
                ("message_type", "=", "user_notification"),
                ("subject", "!=", False),
            ]
        )

    def _entries(self, breach, **values):
        domain = [("breach_id", "=", breach.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["gdpr.breach.journal"].search(domain, order="id")


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25 10:00:00")
class TestBreach(BreachCommon):
    """Reporting, the 72 hours, the reminders, the journal, and who may do what."""

    # -- reporting ---------------------------------------------------------------------

    def test_anyone_reports_with_three_fields(self):
        view = "legal_gdpr.gdpr_breach_view_form_report"
        form = Form(self.env["gdpr.breach"].with_user(self.outsider), view)
        form.description = "My bag with the files of a client was stolen."
        form.affected = "One client"
        breach = form.save()
        self.assertEqual(breach.state, "reported")
        self.assertEqual(breach.reported_by_id, self.outsider)
        self.assertEqual(breach.aware_on, datetime(2026, 11, 25, 10))
        self.assertRegex(breach.name, r"^INC/2026/\d{4}$")
        self.assertEqual(breach.title, "My bag with the files of a client was stolen.")
        self.assertEqual(breach.action_report()["params"]["next"]["res_id"], breach.id)
        # the officer hears of it, and has a task
        self.assertIn(self.dpo.partner_id, self._notices(breach).partner_ids)
        self.assertTrue(breach.sudo().activity_ids)

    def test_a_report_needs_words(self):
        view = "legal_gdpr.gdpr_breach_view_form_report"
        form = Form(self.env["gdpr.breach"].with_user(self.outsider), view)
        with self.assertRaises(AssertionError):
            form.save()

    def test_one_sees_what_one_reported_and_the_officer_all(self):
        mine = self._breach(self.outsider)
        other = self._breach(self.assistant)
        breaches = self.env["gdpr.breach"]
        both = [("id", "in", (mine | other).ids)]
        self.assertEqual(breaches.with_user(self.outsider).search(both).ids, mine.ids)
        with self.assertRaises(AccessError):
            other.with_user(self.outsider).read(["description"])
        for user in (self.dpo, self.auditor):
            self.assertEqual(breaches.with_user(user).search_count(both), 2, user.login)
        for user in (self.lawyer, self.partner_user, self.admin_user):
            self.assertFalse(breaches.with_user(user).search_count(both), user.login)
        for user in (self.outsider, self.auditor, self.lawyer):
            with self.assertRaises(AccessError, msg=user.login):
                mine.with_user(user).write({"measures": "none"})

    def test_whoever_reported_can_open_it(self):
        processor = self.env["gdpr.processor"].create({"name": "Cloud GmbH"})
        area = self.env["gdpr.processing.activity"].create({"code": "X", "name": "X"})
        breach = self._breach(self.outsider)
        breach.with_user(self.dpo).write(
            {"processor_id": processor.id, "processing_ids": area.ids}
        )
        view = "legal_gdpr.gdpr_breach_view_form"
        for user in (self.outsider, self.auditor, self.dpo):
            self.env.invalidate_all()
            form = Form(breach.with_user(user), view)
            self.assertEqual(form.name, breach.name, user.login)
            breach.with_user(user).message_post(body="The bag was found.")

    def test_the_menu_is_there_for_all(self):
        menu = self.env.ref("legal_gdpr.menu_gdpr_breach_report")
        for user in (self.outsider, self.assistant, self.lawyer, self.dpo):
            seen = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            self.assertIn(menu.id, seen, user.login)
            self.assertIn(menu.parent_id.parent_id.id, seen, user.login)

    def test_forged_values_of_a_report(self):
        forged = {
            "state": "closed",
            "is_drill": True,
            "decision": "not_notify",
            "aware_on": "2026-01-01 00:00:00",
            "reported_by_id": self.lawyer.id,
            "regime": "fadp",
            "score": 6,
            "closed_on": "2026-01-01 00:00:00",
            "clock_id": False,
        }
        breach = self._breach(self.outsider, **forged)
        context = {f"default_{name}": value for name, value in forged.items()}
        other = (
            self.env["gdpr.breach"]
            .with_user(self.outsider)
            .with_context(legal_unlock=True, **context)
            .create({"description": "x"})
        )
        for made in (breach, other):
            self.assertEqual(made.state, "reported")
            self.assertFalse(made.is_drill)
            self.assertFalse(made.decision)
            self.assertFalse(made.closed_on)
            self.assertEqual(made.regime, "gdpr")
            self.assertEqual(made.aware_on, datetime(2026, 11, 25, 10))
            self.assertEqual(made.reported_by_id, self.outsider)

    def test_guarded_fields_stand(self):
        breach = self._breach()
        for user in (self.outsider, self.auditor, self.dpo):
            for values in (
                {"state": "closed"},
                {"aware_on": "2026-11-25 09:00:00"},
                {"occurred_on": "2026-11-25 09:00:00"},
                {"decision": "not_notify"},
                {"risk": "unlikely"},
                {"due_on": "2027-01-01 00:00:00"},
                {"reminded_hours": 70},
                {"name": "INC/2026/9999"},
                {"clock_id": False},
                {"reported_by_id": user.id},
            ):
                with (
                    self.subTest(user=user.login, **values),
                    self.assertRaises(UserError),
                ):
                    breach.with_user(user).with_context(legal_unlock=True).write(values)

    def test_nothing_is_deleted(self):
        breach = self._breach()
        for user in (self.dpo, self.env.user):
            with self.assertRaises(UserError):
                breach.with_user(user).unlink()
        self.assertTrue(breach.exists())
        with self.assertRaises(UserError):
            self._entries(breach).unlink()

    # -- times -------------------------------------------------------------------------

    def test_times_that_cannot_be(self):
        with self.assertRaisesRegex(ValidationError, "future"):
            self._breach(aware_on="2026-11-25 10:00:01")
        with self.assertRaisesRegex(ValidationError, "future"):
            self._breach(self.outsider, detected_on="2026-11-26 10:00:00")
        with self.assertRaisesRegex(ValidationError, "aware of it before"):
            self._breach(
                occurred_on="2026-11-24 10:00:00", aware_on="2026-11-24 09:59:59"
            )
        with self.assertRaisesRegex(ValidationError, "noticed it before"):
            self._breach(
                occurred_on="2026-11-24 10:00:00",
                detected_on="2026-11-24 09:00:00",
                aware_on="2026-11-25 09:00:00",
            )

    def test_a_time_is_corrected_with_a_reason(self):
        breach = self._breach(aware_on="2026-11-25 08:10:00")
        times = {"aware_on": datetime(2026, 11, 24, 7, 30)}
        with self.assertRaisesRegex(UserError, "Say why"):
            breach._correct_times(times, " ")
        with self.assertRaises(AccessError):
            breach.with_user(self.outsider)._correct_times(times, "x")
        with self.assertRaisesRegex(UserError, "is needed"):
            breach._correct_times({"aware_on": False}, "x")
        step = (
            self.env["gdpr.breach.step"]
            .with_user(self.dpo)
            .with_context(**breach.action_times()["context"])
            .create({})
        )
        self.assertEqual(step.aware_on, breach.aware_on)
        step.write({**times, "text": "The secretary knew a day before."})
        step.action_apply()
        self.assertEqual(breach.aware_on, times["aware_on"])
        self.assertEqual(breach.due_on, datetime(2026, 11, 27, 8))
        note = breach.time_ids
        self.assertEqual(note.field, "aware_on")
        self.assertEqual(note.before, datetime(2026, 11, 25, 8, 10))
        self.assertEqual(note.reason, "The secretary knew a day before.")
        entry = self._entries(breach, event="time")
        self.assertEqual(entry.field, "aware_on")
        self.assertEqual(entry.after, "2026-11-24 07:30:00")
        with self.assertRaises(UserError):
            note.with_user(self.dpo).with_context(legal_unlock=1).create(
                {"breach_id": breach.id, "field": "aware_on", "reason": "x"}
            )
        with self.assertRaises(UserError):
            note.unlink()
        # a correction to what cannot be leaves everything as it was
        with (
            self.assertRaisesRegex(ValidationError, "before it happened"),
            self.env.cr.savepoint(),
        ):
            breach._correct_times({"occurred_on": datetime(2026, 11, 25, 9)}, "x")
        self.assertEqual(len(breach.time_ids), 1)

    # -- the clock ---------------------------------------------------------------------

    def test_72_hours(self):
        for aware, due, why in [
            # Reg. 1182/71: 12:17 in Berlin runs from 13:00; Christmas is no exception
            ("2020-12-22 11:17", "2020-12-25 12:00", "holidays"),
            ("2026-11-24 11:17", "2026-11-27 12:00", "plain"),
            ("2026-11-24 11:00", "2026-11-27 11:00", "full hour"),
            # the clock goes back on 25 October 2026, forward on 29 March
            ("2026-10-23 12:30", "2026-10-26 13:00", "back: 15:00 to 14:00"),
            # and there the engine takes the earlier hour: the clock on the wall
            ("2026-03-27 12:30", "2026-03-30 12:00", "forward"),
            ("2026-03-29 00:30", "2026-04-01 01:00", "half an hour before"),
        ]:
            moment = datetime.fromisoformat(aware)
            with self.subTest(why), freeze_time(moment + timedelta(minutes=1)):
                breach = self._breach(aware_on=moment, detected_on=moment)
                self.assertEqual(breach.due_on, datetime.fromisoformat(due))
                target = min(moment + timedelta(hours=72), breach.due_on)
                self.assertEqual(breach.target_on, target)
                self.assertLessEqual(breach.target_on, breach.due_on)
                clock = breach.sudo().clock_id
                self.assertEqual(clock.moment_deadline, breach.due_on)
                self.assertFalse(clock.matter_id)
                self.assertEqual(clock.name, f"Notify the authority: {breach.name}")

    def test_without_an_office_it_is_taken_in_all_the_same(self):
        self.company.legal_jurisdiction_id = False
        breach = self._breach(aware_on="2026-11-25 09:17:00")
        self.assertFalse(breach.clock_id)
        self.assertTrue(breach.clock_problem)
        self.assertEqual(breach.due_on, datetime(2026, 11, 28, 10))
        self.company.legal_jurisdiction_id = self.berlin
        breach.action_start_clock()
        self.assertTrue(breach.clock_id)
        self.assertEqual(breach.due_on, datetime(2026, 11, 28, 10))

    def test_switzerland(self):
        self.company.country_id = self.env.ref("base.ch")
        breach = self._breach()
        self.assertEqual(breach.regime, "fadp")
        self.assertFalse(breach.due_on)
        self.assertFalse(breach.target_on)
        self.assertFalse(breach.clock_id)
        breach.action_assess()
        self.assertIn("EDÖB", breach._authority())
        with self.assertRaisesRegex(UserError, "FDPIC"):
            breach._decide("high", "not_notify", "x")
        # a risk that is not high: the FDPIC is not notified
        breach._decide("risk", "not_notify", "no high risk")
        self.assertEqual(breach.decision, "not_notify")

    # -- reminders ---------------------------------------------------------------------

    def _remind(self, at):
        def commit(cron, processed=0, **kwargs):
            cron.env.flush_all()
            return float("inf")

        cron = type(self.env["ir.cron"])
        with freeze_time(at), patch.object(cron, "_commit_progress", commit):
            self.env["gdpr.breach"]._cron_remind()

    def _told(self, breach):
        return [entry.after for entry in self._entries(breach, event="reminded")]

    def test_reminders_each_once(self):
        breach = self._breach(aware_on="2026-11-25 09:30:00")
        self._remind("2026-11-26 09:29:00")
        self.assertEqual(self._told(breach), [])
        for at, told in [
            ("2026-11-26 09:30:00", ["24"]),
            ("2026-11-26 09:40:00", ["24"]),
            ("2026-11-27 09:30:00", ["24", "48"]),
            # nobody ran it at 60 hours: the latest alone is told
            ("2026-11-28 08:00:00", ["24", "48", "70"]),
            ("2026-11-29 08:00:00", ["24", "48", "70"]),
        ]:
            self._remind(at)
            self.assertEqual(self._told(breach), told, at)
        notes = self._notices(breach).filtered(lambda m: "72 hours" in m.body)
        self.assertEqual(len(notes), 3)
        self.assertEqual(notes.partner_ids & self.dpo.partner_id, self.dpo.partner_id)
        with freeze_time("2026-11-28 10:00:01"):
            breach.invalidate_recordset()
            self.assertTrue(breach.is_late)
            late = self.env["gdpr.breach"].search([("is_late", "=", True)])
            self.assertIn(breach, late.with_env(breach.env))

    def test_no_reminder_after_the_decision_not_to_notify(self):
        breach = self._decided("not_notify", "unlikely")
        self._remind("2026-11-28 09:00:00")
        self.assertEqual(self._told(breach), [])
        self.assertEqual(breach.sudo().clock_id.state, "done_unchecked")

    @mute_logger("odoo.addons.legal_gdpr.tools.each_alone")
    def test_a_run_that_is_cut_short_goes_on(self):
        first, second = self._breach(), self._breach()
        kind = type(first)
        tell = kind._tell_officers

        def broken(breach, text):
            if breach.id == first.id:
                raise ValueError("no mail server")
            return tell(breach, text)

        with patch.object(kind, "_tell_officers", broken):
            self._remind("2026-11-26 10:00:00")
        self.assertEqual((self._told(first), self._told(second)), ([], ["24"]))
        self._remind("2026-11-26 10:10:00")
        self.assertEqual((self._told(first), self._told(second)), (["24"], ["24"]))

    # -- what was known when -----------------------------------------------------------

    def test_the_journal_has_every_change_and_no_text(self):
        breach = self._breach(self.outsider)
        reported = self._entries(breach, event="reported")
        self.assertIn("state", reported.mapped("field"))
        self.assertEqual(set(reported.mapped("actor_id")), {self.outsider})
        officer = breach.with_user(self.dpo)
        officer.write({"person_count": 120, "consequences": "Marta may lose her job"})
        number = self._entries(breach, field="person_count")
        self.assertEqual((number.before, number.after), ("", "120"))
        text = self._entries(breach, field="consequences")
        self.assertFalse(text.before or text.after)
        ring = self.env["legal.key"]._for_writing()
        self.assertEqual(text.digest, breach._digest(ring, "Marta may lose her job"))
        self.assertEqual(text.actor_id, self.dpo)
        for entry in self._entries(breach):
            said = f"{entry.before} {entry.after} {entry.digest}"
            self.assertNotIn("Marta", said)
            self.assertNotIn("wrong client", said)
        # nothing changed: nothing to say
        count = len(self._entries(breach))
        officer.write({"person_count": 120})
        self.assertEqual(len(self._entries(breach)), count)
        officer.write({"has_sensitive": True, "identification": "limited"})
        self.assertEqual(self._entries(breach, field="score").after, "2.0")

    # -- severity ----------------------------------------------------------------------

    def test_the_score_supports_and_never_decides(self):
        breach = self._breach(
            has_sensitive=True,
            identification="maximum",
            loss_confidentiality="full",
            loss_integrity="full",
            loss_availability="full",
            malicious=True,
            person_count=101,
        )
        self.assertEqual((breach.score, breach.band), (6, "very_high"))
        self.assertTrue(breach.many_people)
        self.assertFalse(breach.decision)
        breach.action_assess()
        breach._decide("unlikely", "not_notify", "The thief is the owner of the data.")
        self.assertEqual(breach.decision, "not_notify")
        plain = self._breach()
        self.assertFalse(plain.band)

    # -- drill -------------------------------------------------------------------------

    def test_a_drill_cannot_be_mistaken(self):
        before = self.env["legal.deadline"].search_count([])
        drill = self._breach(is_drill=True)
        self.assertRegex(drill.name, r"^DRILL/2026/\d{4}$")
        self.assertEqual(drill.drill_label, "DRILL")
        self.assertEqual(drill.due_on, datetime(2026, 11, 28, 10))
        self.assertFalse(drill.clock_id)
        self.assertEqual(self.env["legal.deadline"].search_count([]), before)
        messages = self._notices(drill)
        self.assertTrue(messages)
        for message in messages:
            self.assertTrue(message.subject.startswith("DRILL: "))
        for user in (self.dpo, self.env.user):
            for breach, value in ((drill, False), (self._breach(), True)):
                with self.assertRaisesRegex(UserError, "stays a drill"):
                    breach.with_user(user).with_context(legal_unlock=UNLOCK).write(
                        {"is_drill": value}
                    )

    def test_no_mail_leaves_a_drill(self):
        drill = self._breach(is_drill=True)
        mails = self.env["mail.mail"].search_count([])
        drill.message_post(
            body="The servers are encrypted.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.meier.ids,
        )
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertFalse(
            self.env["mail.notification"].search(
                [("res_partner_id", "=", self.meier.id)]
            )
        )
        with self.assertRaisesRegex(UserError, "drill"):
            drill.message_post(body="x", outgoing_email_to="press@example.com")
