"""Working days and hours of the place where somebody works."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from .errors import DeadlineError

DAY = timedelta(days=1)
FARTHEST = 366  # days; an office that is closed longer has no working day to find


class Office:
    """The days on which nobody is there, and what the clock says there.

    :param calendar: the engine's LegalCalendar of the place
    :param closed: further days without work, as a container of dates
    :param str zone: name of the time zone
    """

    def __init__(self, calendar, closed, zone):
        self._calendar, self._closed = calendar, closed
        self.zone = zone
        self._zone = ZoneInfo(zone)

    def off(self, day):
        if day in self._closed:
            return True
        try:
            return self._calendar.off(day)
        except DeadlineError:  # a year whose holidays nobody knows
            return day.weekday() > 4

    def on_or_before(self, day):
        """``day``, or the last working day before it."""
        found = day
        for _each in range(FARTHEST):
            if not self.off(found):
                return found
            found -= DAY
        return day

    def after(self, day):
        """The first working day after ``day``."""
        found = day + DAY
        for _each in range(FARTHEST):
            if not self.off(found):
                return found
            found += DAY
        return day + DAY

    def working_days(self, first, last):
        """The working days from ``first`` to ``last``, both included."""
        days = (first + n * DAY for n in range((last - first).days + 1))
        return [day for day in days if not self.off(day)]

    def at(self, day, hour):
        """``hour`` o'clock of ``day`` there, in UTC without a zone."""
        local = datetime(day.year, day.month, day.day, hour, tzinfo=self._zone)
        return local.astimezone(timezone.utc).replace(tzinfo=None)

    def local(self, moment):
        """What the clock shows there at ``moment`` (UTC without a zone)."""
        return moment.replace(tzinfo=timezone.utc).astimezone(self._zone)

    def today(self, moment):
        return self.local(moment).date()
