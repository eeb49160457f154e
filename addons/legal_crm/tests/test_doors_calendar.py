from contextlib import contextmanager
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import LegalCommon


class CalendarDoors(LegalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.matter = cls._matter()
        cls.alarm = cls.env["calendar.alarm"].create(
            {
                "name": "1 hour",
                "alarm_type": "notification",
                "duration": 1,
                "interval": "hours",
            }
        )
        people = cls.lawyer | cls.lawyer2 | cls.partner_user
        cls.event = cls._event(people, name="Marker hearing")

    @classmethod
    def _event(cls, people, user=None, **values):
        start = fields.Datetime.now() + timedelta(minutes=90)
        return (
            cls.env["calendar.event"]
            .with_user(user or cls.lawyer)
            .with_context(dont_notify=True)
            .create(
                {
                    "name": "Hearing",
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "user_id": (user or cls.lawyer).id,
                    "res_model_id": cls.env["ir.model"]._get_id("legal.matter"),
                    "res_id": cls.matter.id,
                    "partner_ids": [(6, 0, people.partner_id.ids)],
                    "alarm_ids": [(6, 0, cls.alarm.ids)],
                    **values,
                }
            )
        )

    @contextmanager
    def _refused(self, user):
        with (
            self.assertRaisesRegex(ValidationError, user.name),
            self.env.cr.savepoint(),
        ):
            yield

    def _wall(self, users=None):
        users = users or self.lawyer2
        self.matter.sudo().excluded_user_ids |= users
        self.env.flush_all()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestDoorsCalendar(CalendarDoors):
    """Appointments of a matter, as somebody behind the wall and without a role."""

    def test_the_matter_follows_the_document(self):
        self.assertEqual(self.event.matter_id, self.matter)
        call = self._call(self.matter)
        event = self._event(
            self.lawyer,
            res_model_id=self.env["ir.model"]._get_id("legal.communication"),
            res_id=call.id,
        )
        self.assertEqual(event.matter_id, self.matter)
        other = self._matter()
        event.write(
            {
                "res_model_id": self.env["ir.model"]._get_id("legal.matter"),
                "res_id": other.id,
            }
        )
        self.assertEqual(event.matter_id, other)
        event.matter_id = self.matter  # by hand
        self.assertEqual(event.matter_id, self.matter)

    def test_readers_only(self):
        people = self.lawyer2 | self.admin_user | self.outsider
        self._wall()
        for user in people:
            event = self.event.with_user(user)
            self.assertFalse(event.search([("id", "=", event.id)]), user.name)
            self.assertFalse(event.search([("name", "ilike", "Marker")]))
            self.assertFalse(event.name_search("Marker"))
            self.assertFalse(
                event._read_group([("id", "=", event.id)], ["name"], ["__count"])
            )
            self.env.invalidate_all()
            for method, args in (
                ("read", [["name", "start"]]),
                ("write", [{"name": "x"}]),
                ("unlink", []),
                ("copy", []),
                ("action_join_meeting", [user.partner_id.id]),
                ("change_attendee_status", ["accepted", "self_only"]),
                ("action_sendmail", []),
            ):
                with self.assertRaises(AccessError, msg=f"{user.name} {method}"):
                    getattr(event, method)(*args)
                self.env.invalidate_all()
            details = user.partner_id.with_user(user)
            with self.assertRaises(AccessError):
                details.get_attendee_detail(event.ids)
            self.env.invalidate_all()
            attendees = self.event.attendee_ids.with_user(user)
            self.assertFalse(attendees.search([("id", "in", attendees.ids)]))
        self.assertTrue(self.event.with_user(self.assistant).has_access("read"))

    def test_contacts_count_what_one_may_read(self):
        self._event(self.lawyer, partner_ids=[(6, 0, self.meier.ids)])
        meier = self.meier
        self.assertEqual(meier.with_user(self.assistant).meeting_count, 1)
        self._wall()
        for user in self.lawyer2 | self.outsider:
            self.env.invalidate_all()
            self.assertEqual(meier.with_user(user).meeting_count, 0)
            self.assertFalse(meier.with_user(user).meeting_ids)

    def test_who_is_shut_out_leaves_what_is_to_come(self):
        past = self._event(
            self.lawyer | self.lawyer2,
            start=fields.Datetime.now() - timedelta(days=2),
            stop=fields.Datetime.now() - timedelta(days=2, hours=-1),
        )
        organised = self._event(self.lawyer | self.lawyer2, user=self.lawyer2)
        token = past.sudo().attendee_ids.filtered(
            lambda a: a.partner_id == self.lawyer2.partner_id
        )
        before = token.access_token
        self._wall()
        self.assertNotIn(self.lawyer2.partner_id, self.event.partner_ids)
        self.assertNotIn(self.lawyer2.partner_id, self.event.attendee_ids.partner_id)
        self.assertEqual(organised.with_user(self.lawyer).user_id, self.lawyer)
        # who was there stays on record, but the invitation opens nothing any more
        self.assertIn(self.lawyer2.partner_id, past.partner_ids)
        self.assertNotEqual(token.access_token, before)
        self.assertFalse(past.with_user(self.lawyer2).has_access("read"))

    def test_two_at_once_are_shut_out(self):
        self._wall(self.lawyer2 | self.partner_user)
        self.assertEqual(self.event.partner_ids, self.lawyer.partner_id)

    def test_the_link_of_a_call_is_another_one(self):
        event = self._event(self.lawyer | self.lawyer2)
        event._set_discuss_videocall_location()
        event._create_videocall_channel()
        before, channel = event.access_token, event.videocall_channel_id
        self._wall()
        self.assertTrue(event.access_token)
        self.assertNotEqual(event.access_token, before)
        self.assertIn(event.access_token, event.videocall_location)
        self.assertNotEqual(event.videocall_channel_id, channel)

    def test_no_reminder_and_no_invitation(self):
        manager = self.env["calendar.alarm_manager"]
        told = manager.with_user(self.lawyer2).get_next_notif()
        self.assertIn("Marker hearing", str(told))
        self._wall()
        # even where somebody put him back past the rules
        self.env.cr.execute(
            "INSERT INTO calendar_event_res_partner_rel "
            "(calendar_event_id, res_partner_id) VALUES (%s, %s)",
            (self.event.id, self.lawyer2.partner_id.id),
        )
        self.env.invalidate_all()
        told = manager.with_user(self.lawyer2).get_next_notif()
        self.assertNotIn("Marker", str(told))
        attendee = self.env["calendar.attendee"].create(
            {"event_id": self.event.id, "partner_id": self.lawyer2.partner_id.id}
        )
        self.assertFalse(attendee._should_notify_attendee(notify_author=True))

    def test_nobody_is_invited_to_what_he_may_not_read(self):
        self._wall()
        for user in (self.lawyer2, self.outsider):
            with self._refused(user):
                self._event(self.lawyer | user)
            with self._refused(user):
                self.event.write({"partner_ids": [(4, user.partner_id.id)]})
            with self._refused(user):
                self.event.write({"user_id": user.id})
        private = self._event(
            self.lawyer | self.lawyer2, res_model_id=False, res_id=False
        )
        with self._refused(self.lawyer2):
            private.write({"matter_id": self.matter.id})
        self._event(self.lawyer, partner_ids=[(4, self.counsel.id)])  # a guest may

    def test_nobody_puts_an_appointment_into_a_closed_matter(self):
        self._wall()
        own = self._event(
            self.lawyer2, user=self.lawyer2, res_model_id=False, res_id=False
        )
        document = {
            "res_model_id": self.env["ir.model"]._get_id("legal.matter"),
            "res_id": self.matter.id,
        }
        for vals in ({"matter_id": self.matter.id}, document):
            with self.assertRaises(AccessError):
                own.write(vals)
            # an appointment with a document is refused for its activity already
            with self.assertRaises(AccessError if "matter_id" in vals else UserError):
                self._event(self.lawyer2, user=self.lawyer2, **vals)

    def test_appointments_without_a_matter_stay_as_they_were(self):
        event = self._event(
            self.outsider | self.lawyer2,
            user=self.outsider,
            res_model_id=False,
            res_id=False,
        )
        for user in (self.outsider, self.lawyer2, self.admin_user):
            self.assertTrue(event.with_user(user).has_access("read"))
            self.assertEqual(
                event.with_user(user).search([("id", "=", event.id)]), event
            )
            self.assertTrue(event.attendee_ids.with_user(user).has_access("read"))
        event.write({"name": "Lunch"})
        event.copy()
        event.unlink()

    def test_a_series_is_closed_with_each_of_its_appointments(self):
        event = self._event(
            self.lawyer,
            recurrency=True,
            rrule_type="daily",
            rrule_type_ui="daily",
            interval=1,
            count=3,
            end_type="count",
            event_tz="Europe/Berlin",
        )
        series = event.recurrence_id.calendar_event_ids
        self.assertEqual(len(series), 3)
        self.assertEqual(series.matter_id, self.matter)
        self._wall()
        closed = series.with_user(self.lawyer2)
        self.assertFalse(closed.search([("id", "in", series.ids)]))
        recurrence = event.recurrence_id.with_user(self.lawyer2)
        self.assertFalse(recurrence.search([("id", "=", recurrence.id)]))
        event.write({"recurrence_update": "all_events", "name": "Renamed"})
        self.assertFalse(closed.search([("name", "=", "Renamed")]))

    def test_appointments_from_before_take_the_matter(self):
        self._wall()
        self.env.cr.execute(
            "UPDATE calendar_event SET matter_id = NULL, access_list_id = NULL "
            "WHERE id = %s",
            (self.event.id,),
        )
        self.env.invalidate_all()
        self.assertTrue(self.event.with_user(self.lawyer2).has_access("read"))
        self.env["calendar.event"]._take_matters_of_documents()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.event.matter_id, self.matter)
        self.assertFalse(self.event.with_user(self.lawyer2).has_access("read"))

    def test_appointments_of_an_inquiry_go_along(self):
        lead = self.env["crm.lead"].create(
            {"name": "Inquiry", "partner_id": self.meier.id}
        )
        event = self._event(
            self.lawyer,
            opportunity_id=lead.id,
            res_model_id=self.env["ir.model"]._get_id("crm.lead"),
            res_id=lead.id,
        )
        self.assertFalse(event.matter_id)
        lead.with_user(self.lawyer).action_open_matter()
        self.assertEqual(event.matter_id, lead.matter_id)


@tagged("post_install", "-at_install")
class TestDoorsCalendarLinks(CalendarDoors, HttpCase):
    """The links that core opens to whoever holds them."""

    @mute_logger("odoo.http")
    def test_an_invitation_opens_nothing_after_the_wall(self):
        attendee = self.event.sudo().attendee_ids.filtered(
            lambda a: a.partner_id == self.lawyer2.partner_id
        )
        guest = self._event(self.lawyer, partner_ids=[(6, 0, self.counsel.ids)])
        token, event_id = attendee.access_token, self.event.id
        view = f"/calendar/meeting/view?token={token}&id={event_id}"
        self.assertIn("Marker", self.url_open(view).text)
        # the invitation of a past appointment: the person stays, the link does not work
        self.matter.sudo().excluded_user_ids |= self.lawyer2
        self.env.flush_all()
        for path in ("view", "accept", "decline"):
            answer = self.url_open(
                f"/calendar/meeting/{path}?token={token}&id={event_id}"
            )
            self.assertNotIn("Marker", answer.text)
            self.assertGreaterEqual(answer.status_code, 400)
        token = guest.sudo().attendee_ids[0].access_token
        answer = self.url_open(f"/calendar/meeting/view?token={token}&id={guest.id}")
        self.assertIn("Hearing", answer.text)

    @mute_logger("odoo.http")
    def test_a_call_is_not_joined_from_behind_the_wall(self):
        event = self._event(self.lawyer)
        event._set_discuss_videocall_location()
        self._wall()
        password = "behind the wall 1"
        self.lawyer2.sudo().password = password
        self.env.flush_all()
        self.authenticate(self.lawyer2.login, password)
        for path in (
            f"/calendar/meeting/join?token={event.access_token}",
            f"/calendar/join_videocall/{event.access_token}",
        ):
            answer = self.url_open(path, allow_redirects=False)
            self.assertEqual(answer.status_code, 404, path)
        self.assertNotIn(self.lawyer2.partner_id, event.partner_ids)
        self.assertFalse(event.videocall_channel_id)
