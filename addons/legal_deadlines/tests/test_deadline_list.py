from odoo.exceptions import AccessError, UserError
from odoo.fields import Date
from odoo.tests import freeze_time, tagged

from .common import DeadlineCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25 10:00:00")  # a Wednesday
class TestDeadlineList(DeadlineCommon):
    """The daily control list and the weekly list, as they are printed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._empty_calendar()

    def _wizard(self, user=None, **values):
        return (
            self.env["legal.deadline.print"]
            .with_user(user or self.assistant)
            .with_context(tz="Europe/Berlin")
            .create(values)
        )

    def _html(self, wizard):
        reports = self.env["ir.actions.report"].with_user(wizard.env.user)
        html, _kind = reports.with_context(tz="Europe/Berlin")._render_qweb_html(
            "legal_deadlines.report_list", wizard.ids
        )
        return html.decode()

    @staticmethod
    def _titles(wizard):
        return [title for title, _rows in wizard._sections()]

    def _hearing(self, name="Hearing before the court", **values):
        return self.env["calendar.event"].create(
            {
                "name": name,
                "matter_id": self.matter.id,
                "user_id": self.lawyer.id,
                "partner_ids": [(6, 0, self.lawyer.partner_id.ids)],
                "start": "2026-11-25 08:30:00",
                "stop": "2026-11-25 09:30:00",
                "location": "Room 101",
                **values,
            }
        )

    def test_the_columns_of_the_list(self):
        deadline = self._deadline("2026-11-25", deputy_id=self.lawyer2.id)
        self.env["legal.deadline.warning"].create(
            {
                "deadline_id": deadline.id,
                "matter_id": self.matter.id,
                "date": "2026-11-18",
                "kind": "early",
            }
        )
        html = self._html(self._wizard())
        for text in (
            "Control list of the day",
            "Wed 25.11.2026",
            "Grounds of appeal",
            self.matter.number,
            "Meier",
            "Lena Brandt",
            "Anne Lefèvre",
            "18.11.",
            "☐",
            "printed by",
            "Sara Koch",
        ):
            self.assertIn(text, html)

    def test_overdue_first_then_unchecked(self):
        self._deadline("2026-11-25", name="Due today")
        self._deadline("2026-11-20", name="Forgotten")
        done = self._deadline("2026-11-19", name="Sent by fax")
        self._set(done, state="done_unchecked", done_by_id=self.assistant.id)
        checked = self._deadline("2026-11-18", name="Long done")
        self._set(checked, state="done", done_by_id=self.assistant.id)
        wizard = self._wizard()
        titles = self._titles(wizard)
        self.assertEqual(titles[:2], ["Overdue", "Done, and not checked yet"])
        html = self._html(wizard)
        places = [html.index(t) for t in ("Forgotten", "Sent by fax", "Due today")]
        self.assertEqual(places, sorted(places))
        self.assertIn("OVERDUE", html)
        self.assertNotIn("Long done", html)
        self.assertEqual(wizard.count, 3)

    def test_struck_ones_stay_visible(self):
        """BGH, VI ZB 15/15: what was struck is controlled as well."""
        done = self._deadline("2026-11-25", name="Done already")
        self._set(done, state="done")
        cancelled = self._deadline("2026-11-25", name="Withdrawn")
        self._set(cancelled, state="cancelled")
        self._deadline("2026-11-25", name="Still open")
        html = self._html(self._wizard())
        for name in ("Done already", "Withdrawn"):
            self.assertIn(f'line-through">{name}', html)
        self.assertIn("Still open", html)
        self.assertNotIn('line-through">Still open', html)

    def test_provisional_and_unchecked_entries_are_marked(self):
        asked = self._deadline("2026-11-25", name="Extended to be")
        self._set(asked, state="provisional")
        entry = self._deadline("2026-11-25", name="New entry")
        self._set(entry, needs_entry_check=True)
        html = self._html(self._wizard())
        self.assertIn("Provisional", html)
        self.assertIn("entry not checked", html)

    def test_a_week(self):
        self._deadline("2026-11-27", name="On Friday")
        self._deadline("2026-11-29", name="On Sunday")
        self._deadline("2026-12-14", name="Next week")
        wizard = self._wizard(span="week")
        self.assertEqual(wizard.date_to, Date.to_date("2026-11-29"))
        html = self._html(wizard)
        self.assertIn("List of the week", html)
        self.assertIn("On Friday", html)
        self.assertIn("On Sunday", html)
        self.assertNotIn("Next week", html)
        self.assertIn("No dates.", html, "a working day without a date says so")

    def test_overdue_is_what_is_past(self):
        """On Wednesday Monday's date is overdue in the list of the week; in the list
        of Friday, Thursday's is not."""
        self._deadline("2026-11-23", name="On Monday")
        self._deadline("2026-11-26", name="On Thursday")
        week = self._wizard(span="week", date_from="2026-11-23")
        title, rows = week._sections()[0]
        self.assertEqual((title, [r.what for r in rows]), ("Overdue", ["On Monday"]))
        self.assertEqual(self._html(week).count("On Monday"), 1)
        title, rows = self._wizard(date_from="2026-11-27")._sections()[1]
        self.assertEqual(title, "Due before, and still open")
        self.assertEqual([row.what for row in rows], ["On Thursday"])

    def test_the_next_working_day(self):
        """Over the weekend, and over a holiday at the place of the office."""
        for day, following in (
            ("2026-11-25", "2026-11-26"),
            ("2026-11-27", "2026-11-30"),
            ("2026-12-24", "2026-12-28"),
            ("2026-04-30", "2026-05-04"),
        ):
            wizard = self._wizard(date_from=day)
            wizard.action_next_day()
            self.assertEqual(wizard.date_from, Date.to_date(following))
            self.assertEqual(wizard.date_to, wizard.date_from)
        self.company.legal_jurisdiction_id = False
        self.assertEqual(
            self.company._legal_office().after(Date.to_date("2026-12-24")),
            Date.to_date("2026-12-25"),
        )

    def test_a_place_typed_wrong_still_has_weekends(self):
        self._typed_wrong(self.berlin, "DE-XX")
        self.assertEqual(
            self.company._legal_office().after(Date.to_date("2026-11-27")),
            Date.to_date("2026-11-30"),
        )
        self.assertTrue(self.company._legal_office().zone)

    def test_early_warnings_of_the_day(self):
        deadline = self._deadline("2026-12-02", name="Grounds in a week")
        self.env["legal.deadline.warning"].create(
            {
                "deadline_id": deadline.id,
                "matter_id": self.matter.id,
                "date": "2026-11-25",
                "kind": "early",
            }
        )
        wizard = self._wizard()
        self.assertIn("Early warnings", self._titles(wizard))
        self.assertIn("Grounds in a week", self._html(wizard))
        self._set(deadline, state="done")
        self.assertNotIn("Early warnings", self._titles(wizard))

    def test_hearings_stand_beside_them(self):
        self._hearing()
        late = {"start": "2026-11-25 23:30:00", "stop": "2026-11-26 00:30:00"}
        self._hearing("After midnight in Berlin", **late)
        self._hearing(
            "Three days",
            allday=True,
            start_date="2026-11-24",
            stop_date="2026-11-26",
            start="2026-11-24 08:00:00",
            stop="2026-11-26 18:00:00",
        )
        html = self._html(self._wizard())
        self.assertIn("Hearing before the court", html)
        self.assertIn("09:30", html, "the hour of the office")
        self.assertIn("Room 101", html)
        self.assertIn("Three days", html)
        self.assertNotIn("After midnight in Berlin", html)
        html = self._html(self._wizard(with_events=False))
        self.assertNotIn("Hearing before the court", html)

    def test_what_somebody_keeps_private_is_a_time_alone(self):
        self._hearing("Talk with the heart doctor", privacy="private")
        html = self._html(self._wizard())
        self.assertNotIn("heart doctor", html)
        self.assertIn("09:30", html)

    def test_whose(self):
        team = self.env["legal.team"].create(
            {"name": "Litigation", "member_ids": [(6, 0, self.lawyer2.ids)]}
        )
        self._deadline("2026-11-25", name="Of Brandt")
        self._deadline("2026-11-25", name="Of Lefevre", user_id=self.lawyer2.id)
        self._deadline("2026-11-25", name="Of the department", team_id=team.id)
        self._deadline("2026-11-25", name="Deputised", deputy_id=self.lawyer2.id)
        html = self._html(self._wizard(scope="lawyer", user_id=self.lawyer2.id))
        self.assertNotIn("Of Brandt", html)
        self.assertNotIn("Of the department", html)
        self.assertIn("Of Lefevre", html)
        self.assertIn("Deputised", html)
        html = self._html(self._wizard(scope="team", team_id=team.id))
        self.assertNotIn("Of Brandt", html)
        for name in ("Of Lefevre", "Of the department", "Deputised", "Litigation"):
            self.assertIn(name, html)

    def test_follow_ups_can_be_left_out(self):
        self._deadline("2026-11-25", name="Look again", kind="follow_up")
        self.assertIn("Look again", self._html(self._wizard()))
        wizard = self._wizard(with_follow_ups=False)
        self.assertNotIn("Look again", self._html(wizard))

    def test_what_one_may_not_read_is_counted(self):
        self._deadline("2026-11-25", name="Open to all")
        secret = self._matter(access_policy="restricted", name="Marker secret")
        self._deadline("2026-11-25", matter=secret, name="Marker secret")
        html = self._html(self._wizard(self.lawyer2))
        self.assertIn("Open to all", html)
        self.assertNotIn("Marker", html)
        self.assertNotIn(secret.number, html)
        self.assertIn("further dates that you may not read", html)
        # of one colleague it would tell whose secret it is
        wizard = self._wizard(self.lawyer2, scope="lawyer", user_id=self.lawyer.id)
        self.assertEqual(wizard._unseen(), 0)
        html = self._html(self._wizard(self.lawyer))
        self.assertIn("Marker", html)
        self.assertNotIn("further dates", html)

    def test_days_that_make_no_list(self):
        wizard = self._wizard(span="days", date_from="2026-11-25", date_to="2026-12-25")
        wizard.date_to = "2026-11-24"
        with self.assertRaisesRegex(UserError, "before the first"):
            wizard.action_print()
        wizard.date_to = "2027-11-25"
        with self.assertRaisesRegex(UserError, "not printed"):
            wizard.action_print()
        wizard.write({"date_to": "2026-11-26", "scope": "team"})
        with self.assertRaisesRegex(UserError, "department"):
            wizard.action_print()

    def test_who_prints(self):
        with self.assertRaises(AccessError):
            self._wizard(self.outsider)
        with self.assertRaises(AccessError):
            self._wizard(self.admin_user)

    def test_the_print_is_recorded(self):
        self._deadline("2026-11-25")
        log = self.env["legal.access.log"].sudo()
        before = log.search([], limit=1)
        self._html(self._wizard())
        self.env.flush_all()
        entries = log.search([("id", ">", before.id), ("action", "=", "print")])
        self.assertEqual(entries.mapped("matter_id"), self.matter)
