"""Times of the year in which periods stand still: `data/recesses.csv`.

Both ends belong to a recess. One that begins in December ends in the next year.
"""

from bisect import bisect_right
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from . import dayrules, tables
from .arithmetic import FIRST_YEAR, LAST_YEAR


class Recess(NamedTuple):
    first: date
    last: date

    @property
    def days(self):
        return (self.last - self.first).days + 1


@cache
def _table(code):
    """(first days, recesses) of all years, in order."""
    found = []
    lines = [line for line in tables.rows("recesses") if line["code"] == code]
    for line in lines:
        first_of, last_of = (dayrules.reader(line[end]) for end in ("first", "last"))
        for year in range(FIRST_YEAR - 1, LAST_YEAR + 1):
            first = first_of(year)
            if (line["since"] or "0001") <= str(first) <= (line["until"] or "9999"):
                last = last_of(year)
                found.append(Recess(first, last if last > first else last_of(year + 1)))
    found.sort()
    return [recess.first for recess in found], found


def recess_of(code, day):
    """The Recess in which `day` lies, or None."""
    firsts, found = _table(code)
    at = bisect_right(firsts, day) - 1
    return found[at] if at >= 0 and day <= found[at].last else None


def beginning_in(code, after, until):
    """Recesses whose first day is after `after` and not after `until`, in order."""
    firsts, found = _table(code)
    return found[bisect_right(firsts, after) : bisect_right(firsts, until)]


def count_days(code, day, length):
    """The day on which `length` days that are in no recess have passed after `day`."""
    inside = recess_of(code, day)
    if inside:
        day = inside.last
    while True:
        end = day + timedelta(days=length)
        following = beginning_in(code, day, end)
        if not following:
            return end
        length -= (following[0].first - day).days - 1
        day = following[0].last


def days_within(code, after, until):
    """How many days after `after`, up to and with `until`, lie in a recess."""
    total = sum(
        (min(recess.last, until) - recess.first).days + 1
        for recess in beginning_in(code, after, until)
    )
    inside = recess_of(code, after)
    if inside:
        total += (min(inside.last, until) - after).days
    return total
