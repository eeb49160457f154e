from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..engine import calendars, office, places
from ..engine.errors import DeadlineError

#: how far back and ahead days on which a firm is closed are looked up
_BACK, _AHEAD = timedelta(days=60), timedelta(days=750)
NOON = 12


class ResUsers(models.Model):
    """Where a colleague works, which days are worked there, and who is away."""

    _inherit = "res.users"

    legal_deadline_digest = fields.Boolean(
        string="Deadlines in One Morning Mail",
        help="Overdue, today and this week in one mail each morning. Early warnings "
        "come with it; what ends today or is overdue still comes at once.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + ["legal_deadline_digest"]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + ["legal_deadline_digest"]

    @api.model
    def _legal_offices(self, pairs):
        """The offices of people in firms.

        :param pairs: ``(res.users, res.company)`` records, with superuser rights
        :return: dict of ``(user id, company id)`` to ``engine.office.Office``; the
            number of queries does not depend on how many
        """
        pairs = {(user.id, company.id): (user, company) for user, company in pairs}
        companies = self.env["res.company"].browse({key[1] for key in pairs})
        closed = companies.sudo()._legal_closed_days()  # sudo: the firm's own days
        calendars_by_place = {}
        found = {}
        for key, (user, company) in pairs.items():
            place = user.legal_jurisdiction_id or company.legal_jurisdiction_id
            if place not in calendars_by_place:
                calendars_by_place[place] = place._office_calendar()
            calendar = calendars_by_place[place]
            zone = user.tz or calendar.place.zone
            found[key] = office.Office(calendar, closed[company.id], zone)
        return found

    def _legal_today(self, moment):
        """The date at ``moment`` (UTC without a zone) where this user is."""
        self.ensure_one()
        return office.Office(None, (), self.tz or "UTC").today(moment)

    def _legal_absent_on(self, date):
        """Those who are away on ``date``: whoever is away at noon, and whoever left.

        Half a day off is no absence. Days on which the whole firm is closed are none
        either: there is no sense in passing everything on then.

        :param date: a date, or dict of user id to date
        """
        dates = {
            user.id: date[user.id] if isinstance(date, dict) else date for user in self
        }
        users = self.sudo()  # sudo: that somebody is away, not why
        absent = users.filtered(lambda user: not user.active)
        present = users - absent
        if not present:
            return absent.with_env(self.env)
        noons = {user.id: _noon(dates[user.id], user.tz or "UTC") for user in present}
        leaves = self.env["resource.calendar.leaves"].sudo()  # sudo: see above
        rows = leaves.search_fetch(
            [
                ("resource_id.user_id", "in", present.ids),
                ("time_type", "=", "leave"),
                ("date_from", "<=", max(noons.values())),
                ("date_to", ">", min(noons.values())),
            ],
            ["resource_id", "date_from", "date_to"],
        )
        for leave in rows:
            user = leave.resource_id.user_id
            if leave.date_from <= noons[user.id] < leave.date_to:
                absent |= user
        return absent.with_env(self.env)


class ResCompany(models.Model):
    _inherit = "res.company"

    def _legal_office(self):
        """The office of the firm itself: its working days, and its clock.

        :return: ``engine.office.Office``
        """
        self.ensure_one()
        place = self.legal_jurisdiction_id
        calendar = place._office_calendar()
        zone = place and calendar.place.zone
        return office.Office(
            calendar,
            self.sudo()._legal_closed_days()[self.id],  # sudo: the firm's own days
            zone or self.partner_id.tz or self.env.user.tz or "UTC",
        )

    def _legal_closed_days(self):
        """The days on which each firm is closed: time off without a person.

        :return: dict of company id to set of dates
        """
        today = fields.Datetime.now()
        found = {company.id: set() for company in self}
        domain = Domain("company_id", "in", self.ids) & Domain(
            "resource_id", "=", False
        )
        domain &= Domain("time_type", "=", "leave")
        domain &= Domain("date_to", ">", today - _BACK)
        domain &= Domain("date_from", "<", today + _AHEAD)
        for leave in self.env["resource.calendar.leaves"].search(domain):
            company = leave.company_id
            calendar = leave.calendar_id
            if calendar and calendar != company.resource_calendar_id:
                continue  # the working hours of some people, not the firm
            zone = company.resource_calendar_id.tz or "UTC"
            day = leave.date_from.date() - timedelta(days=1)
            while (noon := _noon(day, zone)) < leave.date_to:
                if noon >= leave.date_from:
                    found[company.id].add(day)
                day += timedelta(days=1)
        return found


class LegalJurisdiction(models.Model):
    _inherit = "legal.jurisdiction"

    def _office_calendar(self):
        """The engine's calendar of an office here; weekends alone without a place."""
        if not self:
            return calendars.calendar_of(places.NOWHERE)
        try:
            return calendars.calendar_of(
                places.parse(self.code), local=self._local_holidays()
            )
        except DeadlineError:  # a country that has no holidays as a whole
            return calendars.calendar_of(places.NOWHERE)


def _noon(day, zone):
    return office.Office(None, (), zone).at(day, NOON)
