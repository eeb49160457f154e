from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

from .common import DeadlineCommon

NOW = "2026-12-02 09:00:00"  # a Wednesday


class AgendaCommon(DeadlineCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        people = cls.lawyer | cls.lawyer2 | cls.assistant | cls.partner_user
        people.tz = "Europe/Berlin"

    @classmethod
    def _event(cls, matter=None, user=None, people=None, **values):
        user = user or cls.lawyer
        return (
            cls.env["calendar.event"]
            .with_user(user)
            .create(
                {
                    "name": "Hearing of witnesses",
                    "matter_id": (matter or cls.matter).id,
                    "user_id": user.id,
                    "partner_ids": [(6, 0, (people or user).partner_id.ids)],
                    "start": "2026-12-10 09:00:00",
                    "stop": "2026-12-10 11:00:00",
                    **values,
                }
            )
        )

    def _state(self, deadline, state):
        # sudo: only its buttons change the state, and they are tested elsewhere
        deadline.sudo().with_context(legal_unlock=UNLOCK).write({"state": state})

    def _rows(self, user, *domain):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["legal.agenda"].with_user(user).search(list(domain))

    def _shown(self, user, *domain):
        return {(r.res_model, r.res_id) for r in self._rows(user, *domain)}

    def _key(self, record):
        return (record._name, record.id)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestAgenda(AgendaCommon):
    def test_all_kinds_stand_in_one_list(self):
        deadline = self._deadline("2026-12-09")
        follow_up = self._deadline("2026-12-08", kind="follow_up", name="Look again")
        hearing = self._event(legal_is_hearing=True, location="Room 12")
        meeting = self._event(
            name="Talk", start="2026-12-11 08:00:00", stop="2026-12-11 09:00:00"
        )
        rows = self._rows(self.assistant, ("matter_id", "=", self.matter.id))
        self.assertEqual(
            rows.mapped(lambda r: (r.kind, r.name, r.res_id)),
            [
                ("follow_up", "Look again", follow_up.id),
                ("deadline", "Grounds of appeal", deadline.id),
                ("hearing", "Hearing of witnesses", hearing.id),
                ("appointment", "Talk", meeting.id),
            ],
        )
        self.assertEqual(rows[2].location, "Room 12")
        self.assertEqual(rows.company_id, self.matter.company_id)
        self.assertEqual(rows.mapped("days_left"), [6, 7, 8, 9])
        self.assertEqual(rows.mapped("hour"), [False, False, "10:00", "09:00"])
        opened = rows[2].action_open_origin()
        self.assertEqual(
            (opened["res_model"], opened["res_id"]), ("calendar.event", hearing.id)
        )

    def test_when_it_is_due(self):
        days = {
            "2026-12-01": "1_overdue",
            "2026-12-02": "2_today",
            "2026-12-03": "3_tomorrow",
            "2026-12-06": "4_week",
            "2026-12-07": "5_next_week",
            "2026-12-13": "5_next_week",
            "2026-12-14": "6_later",
        }
        for day in days:
            self._deadline(day)
        for row in self._rows(self.lawyer, ("matter_id", "=", self.matter.id)):
            self.assertEqual(row.bucket, days[str(row.date)])
        unchecked, done, struck = (self._deadline("2026-11-30") for _ in range(3))
        self._state(unchecked, "done_unchecked")
        self._state(done, "done")
        self._state(struck, "cancelled")
        buckets = {
            row.res_id: row.bucket
            for row in self._rows(
                self.lawyer,
                ("date", "=", "2026-11-30"),
                ("matter_id", "=", self.matter.id),
            )
        }
        self.assertEqual(
            buckets,
            {unchecked.id: "7_check", done.id: "8_done", struck.id: "8_done"},
        )

    def test_the_days_are_those_of_the_viewer(self):
        late = self._event(start="2026-12-10 23:30:00", stop="2026-12-10 23:45:00")
        domain = [("res_model", "=", "calendar.event"), ("res_id", "=", late.id)]
        self.assertEqual(self._rows(self.lawyer, *domain).date, date(2026, 12, 11))
        self.assistant.tz = "America/Martinique"
        self.assertEqual(self._rows(self.assistant, *domain).date, date(2026, 12, 10))
        with freeze_time("2026-12-09 23:30:00"):
            due = self._deadline("2026-12-10")
            domain = [("res_model", "=", "legal.deadline"), ("res_id", "=", due.id)]
            self.assertEqual(self._rows(self.lawyer, *domain).days_left, 0)
            self.assertEqual(self._rows(self.assistant, *domain).days_left, 1)

    def test_a_whole_day_is_that_day_everywhere(self):
        whole = self._event(
            allday=True, start_date="2026-12-10", stop_date="2026-12-11"
        )
        self.lawyer.tz = "Pacific/Auckland"
        row = self._rows(
            self.lawyer,
            ("res_model", "=", "calendar.event"),
            ("res_id", "=", whole.id),
        )
        self.assertEqual((row.date, row.all_day), (date(2026, 12, 10), True))

    def test_mine(self):
        mine = self._deadline()
        deputy = self._deadline(user_id=self.lawyer2.id, deputy_id=self.lawyer.id)
        others = self._deadline(user_id=self.lawyer2.id)
        invited = self._event(user=self.lawyer2, people=self.lawyer | self.lawyer2)
        foreign = self._event(user=self.lawyer2)
        shown = self._shown(self.lawyer, ("mine", "=", True))
        for record in (mine, deputy, invited):
            self.assertIn(self._key(record), shown)
        for record in (others, foreign):
            self.assertNotIn(self._key(record), shown)
        rows = self._rows(self.lawyer, ("matter_id", "=", self.matter.id))
        self.assertEqual(
            {(r.res_model, r.res_id) for r in rows if r.mine},
            shown & {(r.res_model, r.res_id) for r in rows},
        )

    def test_of_my_departments(self):
        team = self.env["legal.team"].create(
            {"name": "Civil", "member_ids": [(6, 0, (self.lawyer | self.lawyer2).ids)]}
        )
        own = self._deadline(team_id=team.id, user_id=self.assistant.id)
        colleague = self._deadline(user_id=self.lawyer2.id)
        other = self._deadline(user_id=self.assistant.id)
        shown = self._shown(self.lawyer, ("of_my_team", "=", True))
        self.assertIn(self._key(own), shown)
        self.assertIn(self._key(colleague), shown)
        self.assertNotIn(self._key(other), shown)

    def test_running_and_struck(self):
        running = self._deadline()
        done = self._deadline()
        self._state(done, "done")
        over = self._event(start="2026-12-01 09:00:00", stop="2026-12-01 10:00:00")
        now = self._event(start="2026-12-02 08:30:00", stop="2026-12-02 09:30:00")
        shown = self._shown(self.lawyer, ("running", "=", True))
        self.assertLessEqual({self._key(running), self._key(now)}, shown)
        self.assertFalse({self._key(done), self._key(over)} & shown)
        struck = self._shown(self.lawyer, ("state", "in", ("done", "cancelled")))
        self.assertLessEqual({self._key(done), self._key(over)}, struck)
        for row in self._rows(self.lawyer, ("matter_id", "=", self.matter.id)):
            self.assertEqual(row.running, (row.res_model, row.res_id) in shown)

    def test_to_be_checked(self):
        entry = self._deadline()
        entry.sudo().with_context(legal_unlock=UNLOCK).write(
            {"needs_entry_check": True}
        )
        self._deadline()
        rows = self._rows(self.lawyer, ("entry_unchecked", "=", True))
        self.assertEqual(rows.mapped("res_id"), entry.ids)

    def test_grouping_by_when(self):
        self._deadline("2026-12-01")
        self._deadline("2026-12-02")
        self._deadline("2026-12-02")
        self.env.flush_all()
        groups = (
            self.env["legal.agenda"]
            .with_user(self.lawyer)
            ._read_group([("matter_id", "=", self.matter.id)], ["bucket"], ["__count"])
        )
        self.assertEqual(groups, [("1_overdue", 1), ("2_today", 2)])

    # -- doors ------------------------------------------------------------------------

    def test_a_restricted_matter_is_not_in_the_list_of_others(self):
        secret = self._matter(access_policy="restricted")
        secret.action_open()
        deadline = self._deadline(matter=secret)
        hearing = self._event(matter=secret)
        for user in (self.lawyer2, self.assistant, self.partner_user):
            rows = self._rows(user, ("matter_id", "=", secret.id))
            self.assertFalse(rows, user.name)
            groups = rows._read_group([("name", "!=", False)], ["name"], ["__count"])
            self.assertNotIn(deadline.name, [name for name, _count in groups])
            row = rows.browse(deadline.id * 4)
            with self.assertRaises(AccessError):
                row.read(["name"])
            with self.assertRaises(AccessError):
                row.action_open_origin()
        shown = self._shown(self.lawyer, ("matter_id", "=", secret.id))
        self.assertEqual(shown, {self._key(deadline), self._key(hearing)})

    def test_a_wall_takes_the_dates_at_once(self):
        deadline = self._deadline(user_id=self.lawyer2.id)
        event = self._event(people=self.lawyer | self.lawyer2)
        domain = ("matter_id", "=", self.matter.id)
        self.assertEqual(
            self._shown(self.lawyer2, domain), {self._key(deadline), self._key(event)}
        )
        self.matter._raise_wall(self.lawyer2, "Family")
        self.assertFalse(self._rows(self.lawyer2, domain))
        self.assertTrue(self._rows(self.lawyer, domain))

    def test_people_without_a_role_see_nothing(self):
        self._deadline()
        for user in (self.outsider, self.admin_user):
            with self.assertRaises(AccessError):
                self._rows(user)

    def test_nobody_writes_a_view(self):
        row = self._rows(self.partner_user, ("res_id", "=", self._deadline().id))
        with self.assertRaises(AccessError):
            row.write({"name": "Other"})
        with self.assertRaises(AccessError):
            row.unlink()
        with self.assertRaises(AccessError):
            row.create({"name": "New"})

    def test_dates_of_another_company_are_not_shown(self):
        other = self.env["res.company"].create({"name": "Second Office"})
        self.lawyer.company_ids += other
        matter = self._matter(company_id=other.id)
        deadline = self._deadline(matter=matter, company_id=other.id)
        rows = self._rows(self.lawyer2, ("res_id", "=", deadline.id))
        self.assertNotIn(matter, rows.matter_id)
        self.assertIn(
            matter, self._rows(self.lawyer, ("res_id", "=", deadline.id)).matter_id
        )

    def test_private_appointments_are_their_peoples(self):
        private = self._event(privacy="private", name="Talk about my leaving")
        domain = [("res_model", "=", "calendar.event"), ("res_id", "=", private.id)]
        self.assertEqual(self._rows(self.lawyer, *domain).name, private.name)
        for user in (self.lawyer2, self.partner_user):
            self.assertFalse(self._rows(user, *domain))
            row = self.env["legal.agenda"].with_user(user).browse(private.id * 4 + 1)
            self.assertEqual(row.read(["name"]), [])  # for him it is not there
        private.partner_ids += self.lawyer2.partner_id
        self.assertTrue(self._rows(self.lawyer2, *domain))

    def test_a_private_calendar_makes_its_appointments_private(self):
        own = self.lawyer.with_user(self.lawyer)
        own.calendar_default_privacy = "private"
        event = self._event()
        domain = [("res_model", "=", "calendar.event"), ("res_id", "=", event.id)]
        self.assertFalse(self._rows(self.lawyer2, *domain))
        self.assertTrue(self._rows(self.lawyer, *domain))
        event.privacy = "public"
        self.assertTrue(self._rows(self.lawyer2, *domain))

    # -- the matter ------------------------------------------------------------------

    def test_the_next_date_of_a_matter(self):
        matters = self.env["legal.matter"].with_user(self.lawyer)
        without = [("id", "=", self.matter.id), ("next_date", "=", False)]
        self.assertTrue(matters.search(without))
        over = self._event(start="2026-12-01 09:00:00", stop="2026-12-01 10:00:00")
        self.assertTrue(matters.search(without), over)
        hearing = self._event(name="Hearing")
        self.assertFalse(matters.search(without))
        self.env.invalidate_all()
        self.assertEqual(self.matter.next_date, date(2026, 12, 10))
        self.assertEqual(self.matter.next_date_label, "Hearing")
        soon = [("id", "=", self.matter.id), ("next_date", "<", "2026-12-10")]
        self.assertFalse(matters.search(soon))
        hearing.write({"start": "2026-12-09 09:00:00", "stop": "2026-12-09 10:00:00"})
        self.assertTrue(matters.search(soon))

    def test_the_dates_on_the_form_of_the_matter(self):
        deadline = self._deadline()
        done = self._deadline()
        self._state(done, "done")
        self.env.flush_all()
        self.env.invalidate_all()
        matter = self.matter.with_user(self.assistant)
        self.assertEqual(matter.agenda_ids.mapped("res_id"), deadline.ids)
        self.assertEqual(matter.agenda_count, 1)
        action = matter.action_view_agenda()
        shown = self._shown(self.assistant, *action["domain"])
        self.assertEqual(shown, {self._key(deadline), self._key(done)})

    def test_a_hearing_from_the_matter(self):
        court = self._contact(
            "Landgericht Berlin", street="Littenstraße 12", city="Berlin"
        )
        self.env["legal.matter.party"].with_user(self.lawyer).create(
            {
                "matter_id": self.matter.id,
                "partner_id": court.id,
                "role_id": self.env.ref("legal_crm.role_court").id,
                "side": "neutral",
            }
        )
        action = self.matter.with_user(self.assistant).action_new_hearing()
        form = Form(
            self.env["calendar.event"]
            .with_user(self.assistant)
            .with_context(**action["context"])
        )
        event = form.save()
        self.assertEqual(event.matter_id, self.matter)
        self.assertTrue(event.legal_is_hearing)
        self.assertIn("Littenstraße 12", event.location)
        self.assertEqual(event.partner_ids, (self.lawyer | self.assistant).partner_id)
        action = self.matter.with_user(self.assistant).action_new_appointment()
        self.assertNotIn("default_legal_is_hearing", action["context"])
        self.assertIn(self.matter.number, action["name"])
