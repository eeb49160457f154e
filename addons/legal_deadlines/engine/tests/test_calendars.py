"""The calendars against the laws, written out once more in `naive_calendar`."""

from datetime import date

import naive_calendar
import pytest
from test_naive import CONTEXTS, PLACES

from engine import calendars, places
from engine.errors import PlaceTooWide, UnknownPlace, YearOutOfRange

ALL = sorted({place for group in PLACES.values() for place in group} - {"-"})
SWISS = [context for code, context in CONTEXTS.items() if code.startswith("CH")]
AUSTRIAN = ["", "zpo", "avg", "bao"]


def contexts(place):
    if place[:2] == "CH":  # the others have the same days for every law
        return SWISS if place in ("CH-GL", "CH-NE", "CH-SO") else ["zpo"]
    return AUSTRIAN if place == "AT" else [""]


@pytest.mark.parametrize("place", ALL)
def test_holidays_are_those_of_the_law(place):
    for context in contexts(place):
        calendar = calendars.calendar_of(places.parse(place), context)
        for year in range(1991, 2101):
            found = {holiday.date for holiday in calendar.days_of(year)}
            law = naive_calendar.holidays(place, context, year)
            differing = {day for day in found ^ law if day.weekday() < 6}
            assert not differing, (context, sorted(map(str, differing)))
