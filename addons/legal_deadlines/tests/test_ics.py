from datetime import UTC, date, datetime, timedelta

import vobject

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .test_agenda import AgendaCommon


class IcsCommon(AgendaCommon):
    """Days are counted from today: ``vobject`` compares types of dates, and those of a
    frozen clock are not the real ones."""

    def _day(self, days):
        return date.today() + timedelta(days=days)

    def _soon(self, **values):
        return self._deadline(self._day(9), **values)

    def _meeting(self, **values):
        start = datetime.combine(self._day(3), datetime.min.time()).replace(hour=9)
        values = {"start": start, "stop": start + timedelta(hours=2), **values}
        return self._event(**values)

    def _link(self, user, name="Phone"):
        """A new link of ``user``: (feed, path)."""
        feed, url = self.env["legal.ics.feed"].with_user(user)._issue(name)
        return feed, url[url.index("/legal/ics/") :]

    def _calendar(self, user):
        self.env.flush_all()
        self.env.invalidate_all()
        text = self.env["legal.agenda"].with_user(user)._ics().decode()
        return vobject.readOne(text), text


@tagged("post_install", "-at_install")
class TestIcs(IcsCommon):
    """What a calendar says, and to whom a link belongs."""

    def test_titles_are_neutral(self):
        self._soon(name="Appeal of Meier", note="He drinks")
        self._meeting(
            name="Müller in person", legal_is_hearing=True, location="His flat"
        )
        calendar, text = self._calendar(self.lawyer)
        titles = {event.summary.value for event in calendar.vevent_list}
        number = self.matter.number
        self.assertEqual(titles, {f"Deadline {number}", f"Hearing {number}"})
        unfolded = text.replace("\r\n ", "")
        for word in ("Meier", "Müller", "drinks", "flat", "Appeal", "person"):
            self.assertNotIn(word, unfolded)

    def test_titles_are_in_the_language_of_the_owner(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.lawyer.lang = "de_DE"
        field = self.env["ir.model.fields.selection"].search(
            [
                ("field_id.model", "=", "legal.agenda"),
                ("field_id.name", "=", "kind"),
                ("value", "=", "deadline"),
            ]
        )
        field.update_field_translations("name", {"de_DE": "Frist"})
        self.env.registry.clear_cache("default", "stable")
        self._soon()
        self.env.flush_all()
        _feed, path = self._link(self.lawyer)
        token = path.rpartition("/")[2].removesuffix(".ics")
        text = self.env["legal.ics.feed"]._fetch_calendar(token).decode()
        self.assertIn(f"SUMMARY:Frist {self.matter.number}", text)

    def test_whole_days_and_hours(self):
        self._soon()
        meeting = self._meeting()
        moment = datetime.combine(self._day(2), datetime.min.time())
        moment = moment.replace(hour=13, minute=30)
        hours = self._deadline(self._day(2), moment_deadline=moment)
        calendar, text = self._calendar(self.lawyer)
        by_uid = {e.uid.value.partition("@")[0]: e for e in calendar.vevent_list}
        whole = next(e for e in by_uid.values() if type(e.dtstart.value) is date)
        self.assertEqual(whole.dtstart.value, self._day(9))
        self.assertEqual(whole.dtend.value, self._day(10))
        self.assertEqual(whole.transp.value, "TRANSPARENT")
        timed = by_uid[f"legal.deadline-{hours.id}"]
        self.assertEqual(timed.dtstart.value, moment.replace(tzinfo=UTC))
        self.assertIn(f"DTSTART:{moment:%Y%m%dT%H%M%SZ}", text)
        meeting = by_uid[f"calendar.event-{meeting.id}"]
        self.assertEqual(meeting.transp.value, "OPAQUE")
        self.assertEqual(
            meeting.dtend.value - meeting.dtstart.value, timedelta(hours=2)
        )

    def test_states_and_range(self):
        states = {}
        for state in ("provisional", "open", "done_unchecked", "done", "cancelled"):
            deadline = self._soon()
            self._state(deadline, state)
            states[f"legal.deadline-{deadline.id}"] = state
        for days in (-31, 401):
            self._deadline(self._day(days))
        calendar, _text = self._calendar(self.lawyer)
        found = {e.uid.value.partition("@")[0]: e for e in calendar.vevent_list}
        self.assertEqual(set(found), set(states))
        expected = {"provisional": "TENTATIVE", "cancelled": "CANCELLED"}
        for uid, state in states.items():
            event = found[uid]
            self.assertEqual(event.status.value, expected.get(state, "CONFIRMED"))
            self.assertEqual("(done)" in event.summary.value, "done" in state)

    def test_a_change_is_a_new_revision_of_the_same_date(self):
        deadline = self._soon()
        calendar, text = self._calendar(self.lawyer)
        self.assertEqual(self._calendar(self.lawyer)[1], text)
        before = calendar.vevent
        # as if entered an hour ago
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE legal_deadline SET create_date = create_date - interval '1 hour'
                WHERE id = %s""",
            [deadline.id],
        )
        after = self._calendar(self.lawyer)[0].vevent
        self.assertEqual(after.uid.value, before.uid.value)
        self.assertGreater(int(after.sequence.value), int(before.sequence.value))

    def test_the_text_is_valid(self):
        self.env["ir.config_parameter"].set_param("database.uuid", "é" * 80)
        self._soon()
        _calendar, text = self._calendar(self.lawyer)
        lines = text.split("\r\n")
        self.assertNotIn("\n", "".join(lines))
        self.assertLessEqual(max(len(line.encode()) for line in lines), 75)
        self.assertEqual(lines[0], "BEGIN:VCALENDAR")
        self.assertIn("VERSION:2.0", lines)

    def test_an_empty_calendar_is_valid_too(self):
        calendar, _text = self._calendar(self.assistant)
        self.assertEqual(calendar.name, "VCALENDAR")
        self.assertNotIn("vevent", calendar.contents)

    def test_dates_of_others_and_own_private_ones_are_left_out(self):
        self._soon(user_id=self.lawyer2.id)
        self._meeting(matter_id=False, name="Dentist")
        calendar, _text = self._calendar(self.lawyer)
        self.assertNotIn("vevent", calendar.contents)

    # -- links ------------------------------------------------------------------------

    def test_the_secret_is_stored_nowhere(self):
        feed, path = self._link(self.lawyer)
        token = path.rpartition("/")[2].removesuffix(".ics")
        self.assertGreaterEqual(len(token), 43)
        self.env.flush_all()
        self.env.cr.execute("SELECT * FROM legal_ics_feed WHERE id = %s", [feed.id])
        self.assertNotIn(token, str(self.env.cr.fetchall()))
        for user in (self.lawyer, self.partner_user):
            with self.assertRaises(AccessError):
                feed.with_user(user).read(["token_hash"])
            with self.assertRaises(AccessError):
                feed.with_user(user).search([("token_hash", "=like", "a%")])

    def test_links_are_their_owners(self):
        feed, _path = self._link(self.lawyer)
        feeds = self.env["legal.ics.feed"]
        self.assertFalse(feeds.with_user(self.lawyer2).search([]))
        with self.assertRaises(AccessError):
            feed.with_user(self.lawyer2).action_withdraw()
        with self.assertRaises(AccessError):
            feed.with_user(self.lawyer).write({"user_id": self.lawyer2.id})
        with self.assertRaises(AccessError):
            feeds.with_user(self.lawyer).create(
                {"name": "x", "user_id": self.lawyer2.id, "token_hash": "0" * 64}
            )
        with self.assertRaises(AccessError):
            feed.with_user(self.partner_user).unlink()
        self.assertTrue(feed.active)
        for user in (self.lawyer, self.partner_user, self.admin_user):
            self.assertIn(feed, feeds.with_user(user).search([]), user.name)

    def test_who_withdraws(self):
        for user in (self.lawyer, self.partner_user, self.admin_user):
            feed, path = self._link(self.lawyer)
            feed.with_user(user).action_withdraw()
            self.assertFalse(feed.active)
            self.assertEqual(feed.sudo().withdrawn_by_id, user)

    def test_making_and_withdrawing_is_recorded(self):
        feed, _path = self._link(self.lawyer)
        feed.with_user(self.partner_user).action_withdraw()
        feed.with_user(self.partner_user).action_withdraw()  # once more changes nothing
        log = self.env["legal.access.log"].search(
            [("model", "=", "legal.ics.feed"), ("res_id", "=", feed.id)], order="id"
        )
        self.assertEqual(log.mapped("action"), ["ics_created", "ics_withdrawn"])
        self.assertEqual(log.person_id, self.lawyer)

    def test_a_link_needs_a_name_and_a_role(self):
        with self.assertRaisesRegex(UserError, "Say what the link is for"):
            self._link(self.lawyer, "  ")
        with self.assertRaises(AccessError):
            self._link(self.outsider)

    def test_there_are_not_endlessly_many(self):
        for number in range(10):
            self._link(self.lawyer, f"Phone {number}")
        with self.assertRaisesRegex(UserError, "You have 10 calendar links"):
            self._link(self.lawyer)
        self._link(self.lawyer2)

    def test_the_dialog_shows_the_link_once(self):
        wizard = self.env["legal.ics.feed.new"].with_user(self.assistant)
        action = wizard.create({"name": "Tablet"}).action_create()
        url = action["context"]["default_url"]
        self.assertRegex(url, r"^https?://.+/legal/ics/[\w-]{43}\.ics$")
        self.assertFalse(self.env["legal.ics.feed.show"]._auto)
        user = self.assistant.with_user(self.assistant)
        self.assertEqual(
            user.read(["legal_ics_feed_ids"])[0]["legal_ics_feed_ids"],
            self.env["legal.ics.feed"].search([("name", "=", "Tablet")]).ids,
        )


@tagged("post_install", "-at_install")
class TestIcsHttp(IcsCommon, HttpCase):
    """The link over HTTP, without a session."""

    def _titles(self, path):
        self.env.flush_all()
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200, path)
        self.assertEqual(
            response.headers["Content-Type"], "text/calendar; charset=utf-8"
        )
        calendar = vobject.readOne(response.text)
        return [e.summary.value for e in calendar.contents.get("vevent", [])]

    def test_the_way_of_a_link(self):
        self._soon()
        feed, path = self._link(self.lawyer)
        self.assertEqual(self._titles(path), [f"Deadline {self.matter.number}"])
        self.env.invalidate_all()
        self.assertTrue(feed.sudo().last_used)
        feed.with_user(self.lawyer).action_withdraw()
        self.assertEqual(self.url_open(path).status_code, 404)

    def test_no_session_comes_of_it(self):
        _feed, path = self._link(self.lawyer)
        response = self.url_open(path)
        self.assertNotIn("session_id", response.headers.get("Set-Cookie", ""))
        self.assertIn("private", response.headers["Cache-Control"])

    def test_guessing(self):
        feed, path = self._link(self.lawyer)
        stem = path.removesuffix(".ics")
        for wrong in (
            f"{stem}x.ics",
            f"{stem[:-1]}.ics",
            f"/legal/ics/{feed.sudo().id}.ics",
            "/legal/ics/%00.ics",
            "/legal/ics/%E2%82%AC.ics",
            "/legal/ics/.ics",
            f"{stem.swapcase()}.ics",
        ):
            response = self.url_open(wrong)
            self.assertEqual(response.status_code, 404, wrong)
            self.assertNotIn("VCALENDAR", response.text)
        self.env.cr.execute(
            "SELECT token_hash FROM legal_ics_feed WHERE id = %s", [feed.id]
        )
        [stored] = self.env.cr.fetchone()
        self.assertEqual(self.url_open(f"/legal/ics/{stored}.ics").status_code, 404)

    def test_methods(self):
        self._soon()
        self.env.flush_all()
        _feed, path = self._link(self.lawyer)
        head = self.url_open(path, method="HEAD")
        self.assertEqual((head.status_code, head.text), (200, ""))
        for method in ("POST", "PUT", "DELETE", "PROPFIND"):
            response = self.url_open(path, method=method)
            self.assertIn(response.status_code, (400, 404, 405), method)
            self.assertNotIn("VEVENT", response.text)

    def test_the_same_calendar_is_not_sent_again(self):
        self._soon()
        self.env.flush_all()
        _feed, path = self._link(self.lawyer)
        mark = self.url_open(path).headers["ETag"]
        again = self.url_open(path, headers={"If-None-Match": mark})
        self.assertEqual((again.status_code, again.text), (304, ""))
        self._soon()
        self.env.flush_all()
        changed = self.url_open(path, headers={"If-None-Match": mark})
        self.assertEqual(changed.status_code, 200)

    def test_use_is_noted_once_an_hour(self):
        feed, path = self._link(self.lawyer)
        self.env.flush_all()
        for ago, noted in ((10, False), (70, True)):
            self.env.cr.execute(
                """UPDATE legal_ics_feed SET last_used =
                          now() AT TIME ZONE 'UTC' - make_interval(mins => %s)
                    WHERE id = %s RETURNING last_used""",
                [ago, feed.id],
            )
            [before] = self.env.cr.fetchone()
            self.assertEqual(self.url_open(path).status_code, 200)
            self.env.invalidate_all()
            after = feed.sudo().last_used
            self.assertEqual(after > before + timedelta(minutes=5), noted)

    def test_a_restricted_matter_of_another(self):
        secret = self._matter(access_policy="restricted")
        secret.action_open()
        self._soon(matter=secret)
        _feed, own = self._link(self.lawyer)
        self.assertEqual(self._titles(own), [f"Deadline {secret.number}"])
        for user in (self.lawyer2, self.partner_user, self.assistant):
            _feed, path = self._link(user)
            self.assertEqual(self._titles(path), [])

    def test_a_wall_empties_the_next_fetch(self):
        self._soon(user_id=self.lawyer2.id)
        self._soon(deputy_id=self.lawyer2.id)
        _feed, path = self._link(self.lawyer2)
        self.assertEqual(len(self._titles(path)), 2)
        mark = self.url_open(path).headers["ETag"]
        self.matter._raise_wall(self.lawyer2, "Family")
        self.env.flush_all()
        response = self.url_open(path, headers={"If-None-Match": mark})
        self.assertEqual(response.status_code, 200)
        self.assertNotIn(self.matter.number, response.text)
        self.assertEqual(self._titles(path), [])

    def test_a_private_appointment_of_another(self):
        event = self._meeting(user=self.lawyer2, privacy="private")
        _feed, path = self._link(self.lawyer)
        self.assertEqual(self._titles(path), [])
        event.with_user(self.lawyer2).partner_ids += self.lawyer.partner_id
        self.assertEqual(self._titles(path), [f"Appointment {self.matter.number}"])

    def test_who_leaves_or_loses_the_role_fetches_nothing(self):
        feed, path = self._link(self.lawyer2)
        role = self.env.ref("legal_crm.group_lawyer")
        self.lawyer2.group_ids -= role
        self.env.flush_all()
        self.assertEqual(self.url_open(path).status_code, 404)
        self.lawyer2.group_ids += role
        self.env.flush_all()
        self.assertEqual(self.url_open(path).status_code, 200)
        self.lawyer2.action_archive()
        self.env.flush_all()
        self.assertEqual(self.url_open(path).status_code, 404)
        self.assertFalse(feed.sudo().active)
        self.lawyer2.action_unarchive()
        self.env.flush_all()
        self.assertEqual(self.url_open(path).status_code, 404)

    def test_dates_of_a_company_that_one_left(self):
        other = self.env["res.company"].create({"name": "Second Office"})
        self.lawyer.company_ids += other
        matter = self._matter(company_id=other.id)
        self._soon(matter=matter, company_id=other.id)
        _feed, path = self._link(self.lawyer)
        self.assertEqual(self._titles(path), [f"Deadline {matter.number}"])
        self.lawyer.company_ids -= other
        self.assertEqual(self._titles(path), [])
