"""Days that come back every year, as they stand in the tables.

12-26          a date
12-26@mon      a date in the years in which it is a Monday
easter+50      counted from Easter Sunday
09-sun3+1      the day after the third Sunday of September
"""

import re
from datetime import date, timedelta
from functools import cache

from dateutil.easter import easter

from .errors import InvalidDayRule

_WEEKDAYS = {name: n for n, name in enumerate("mon tue wed thu fri sat sun".split())}
_RULE = re.compile(
    r"(?:easter(?P<easter>[+-]\d{1,3})?"
    r"|(?P<month>\d\d)-(?:(?P<day>\d\d)(?:@(?P<only>[a-z]{3}))?"
    r"|(?P<weekday>[a-z]{3})(?P<nth>[1-5])(?P<offset>[+-]\d{1,2})?))\Z"
)
easter_sunday = cache(easter)


@cache
def reader(rule):
    """A function year -> date, or None where the year has no such day."""
    found = _RULE.match(rule)
    if not found:
        raise InvalidDayRule(rule=rule)
    part = found.groupdict()
    if part["month"] is None:
        days = timedelta(days=int(part["easter"] or 0))
        return lambda year: easter_sunday(year) + days
    month = int(part["month"])
    if not 1 <= month <= 12 or not {part["only"], part["weekday"]} <= {
        None,
        *_WEEKDAYS,
    }:
        raise InvalidDayRule(rule=rule)
    if part["day"]:
        return _fixed(rule, month, int(part["day"]), part["only"])
    weekday, nth = _WEEKDAYS[part["weekday"]], int(part["nth"])
    offset = int(part["offset"] or 0)

    def nth_weekday(year):
        first = date(year, month, 1)
        ahead = (weekday - first.weekday()) % 7 + 7 * (nth - 1)
        day = first + timedelta(days=ahead)
        return day + timedelta(days=offset) if day.month == month else None

    return nth_weekday


def _fixed(rule, month, number, only):
    try:
        date(2000, month, number)
    except ValueError:
        raise InvalidDayRule(rule=rule) from None

    def fixed(year):
        try:
            day = date(year, month, number)
        except ValueError:  # 29 February
            return None
        return day if only is None or day.weekday() == _WEEKDAYS[only] else None

    return fixed
