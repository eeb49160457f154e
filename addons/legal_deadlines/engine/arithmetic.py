"""Adding periods to days, as all the laws here agree.

A month ends on the same day number, or on the last day of the month if that has none:
31 January and one month is 28 or 29 February. Never "end to end": 28 February and one
month is 28 March.
"""

from calendar import monthrange
from datetime import date, timedelta

from .errors import YearOutOfRange

FIRST_YEAR, LAST_YEAR = 1950, 2100
DAY = timedelta(days=1)

# unit -> (months, days) of one; BGB § 189, OR art. 77, ABGB § 902 agree on the halves
SPANS = {
    "day": (0, 1),
    "week": (0, 7),
    "halfmonth": (0, 15),
    "month": (1, 0),
    "quarter": (3, 0),
    "halfyear": (6, 0),
    "year": (12, 0),
}
UNITS = (*SPANS, "werktag", "hour")


def in_range(day):
    """`day`, if the holidays of its year are known; else YearOutOfRange."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise YearOutOfRange(year=day.year, first=FIRST_YEAR, last=LAST_YEAR)
    return day


def add_days(day, days):
    try:
        return in_range(day + timedelta(days=days))
    except OverflowError:
        raise YearOutOfRange(
            year=day.year + days // 365, first=FIRST_YEAR, last=LAST_YEAR
        ) from None


def add_months(day, months):
    """The same day number `months` later, or the last day of that month."""
    year, month, number = _target(day, months)
    return date(year, month, min(number, monthrange(year, month)[1]))


def add_months_from_begin(day, months):
    """The last day of a period whose first day is `day` (BGB §§ 187(2), 188(2)).

    It is the day before the one with the same number; if the month has no such day,
    its last (§ 188(3)): from 31 January one month runs to the end of February.
    """
    year, month, number = _target(day, months)
    if number == 1:
        return date(year, month, 1) - DAY
    return date(year, month, min(number - 1, monthrange(year, month)[1]))


def _target(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise YearOutOfRange(year=year, first=FIRST_YEAR, last=LAST_YEAR)
    return year, month + 1, day.day
