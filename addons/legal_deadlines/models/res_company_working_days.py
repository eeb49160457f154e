from datetime import date, timedelta

from odoo import models

from ..engine import calendars, places
from ..engine.errors import DeadlineError


class ResCompany(models.Model):
    """The working days of the firm, at the place of its office."""

    _inherit = "res.company"

    def _legal_day_off(self, day: date) -> bool:
        """Whether the office is closed on ``day``: weekend or holiday of its place.

        Without a place, or with one that the engine does not know, only weekends are.
        """
        self.ensure_one()
        place = self.legal_jurisdiction_id
        if not place:
            return day.weekday() >= calendars.SATURDAY
        local = tuple((line.day, line.name) for line in place.holiday_ids)
        try:
            return calendars.calendar_of(places.parse(place.code), local=local).off(day)
        except (DeadlineError, ValueError):  # a holiday that was typed wrong
            return day.weekday() >= calendars.SATURDAY

    def _legal_next_working_day(self, day: date) -> date:
        """The first working day after ``day``."""
        day += timedelta(days=1)
        while self._legal_day_off(day):
            day += timedelta(days=1)
        return day

    def _legal_working_days(self, first: date, last: date) -> list[date]:
        """The working days from ``first`` to ``last``, both included."""
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return [day for day in days if not self._legal_day_off(day)]

    def _legal_zone(self):
        """The time zone of the office, for what no person asks for."""
        self.ensure_one()
        place, zone = self.legal_jurisdiction_id, None
        if place:
            try:
                zone = places.parse(place.code).zone
            except DeadlineError:
                zone = None  # a place that was typed wrong has none
        return zone or self.partner_id.tz or self.env.user.tz or "UTC"
