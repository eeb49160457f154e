"""Times of the year in which periods stand still: `data/recesses.csv`.

Both ends belong to a recess. One that begins in December ends in the next year.
"""

from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from . import dayrules, tables
from .arithmetic import DAY


class Recess(NamedTuple):
    first: date
    last: date

    @property
    def days(self):
        return (self.last - self.first).days + 1


@cache
def recesses(code, year):
    """Those of the table `code` that begin in `year`, in order."""
    found = []
    for line in tables.rows("recesses"):
        first = dayrules.reader(line["first"])(year)
        if line["code"] != code or not (
            (line["since"] or "0001") <= first.isoformat() <= (line["until"] or "9999")
        ):
            continue
        last = dayrules.reader(line["last"])(year)
        if last < first:
            last = dayrules.reader(line["last"])(year + 1)
        found.append(Recess(first, last))
    return tuple(sorted(found))


@cache
def _around(code, year):
    return (*recesses(code, year - 1)[-1:], *recesses(code, year))


def recess_of(code, day):
    """The Recess in which `day` lies, or None."""
    for recess in _around(code, day.year):
        if recess.first <= day <= recess.last:
            return recess
    return None


def beginning_in(code, after, until):
    """Recesses whose first day is after `after` and not after `until`."""
    for year in range(after.year, until.year + 1):
        for recess in recesses(code, year):
            if after < recess.first <= until:
                yield recess


def count_days(code, day, length):
    """The day on which `length` days that are in no recess have passed after `day`."""
    left = length
    while True:
        inside = recess_of(code, day + DAY)
        if inside:
            day = inside.last
            continue
        following = next(beginning_in(code, day, day + timedelta(days=left)), None)
        if not following:
            return day + timedelta(days=left)
        free = (following.first - day).days - 1
        if free >= left:
            return day + timedelta(days=left)
        left -= free
        day = following.last


def days_within(code, after, until):
    """How many days after `after`, up to and with `until`, lie in a recess."""
    total = 0
    for recess in (
        *filter(None, [recess_of(code, after)]),
        *beginning_in(code, after, until),
    ):
        first = max(recess.first, after + DAY)
        total += max(0, (min(recess.last, until) - first).days + 1)
    return total
