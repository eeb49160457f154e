"""The calendars against the laws, written out once more in `naive_calendar`."""

from datetime import date

import naive_calendar
import pytest
from engine import calendars, places
from engine.errors import PlaceTooWide, UnknownPlace, YearOutOfRange
from test_naive import CONTEXTS, PLACES

ALL = sorted({place for group in PLACES.values() for place in group} - {"-"})
SWISS = [context for code, context in CONTEXTS.items() if code.startswith("CH")]
AUSTRIAN = ["", "zpo", "avg", "bao"]


def contexts(place):
    if place[:2] == "CH":  # the others have the same days for every law
        return SWISS if place in ("CH-GL", "CH-NE", "CH-SO") else ["zpo"]
    return AUSTRIAN if place == "AT" else [""]


# In the east there were no Laender until October 1990.
EAST = ("DE-BB", "DE-MV", "DE-SN", "DE-ST", "DE-TH")


@pytest.mark.parametrize("place", ALL)
def test_holidays_are_those_of_the_law(place):
    first = 1991 if place.startswith(EAST) else 1990
    for context in contexts(place):
        calendar = calendars.calendar_of(places.parse(place), context)
        for year in range(first, 2101):
            found = {holiday.date for holiday in calendar.days_of(year)}
            law = naive_calendar.holidays(place, context, year)
            differing = {day for day in found ^ law if day.weekday() < 6}
            assert not differing, (context, sorted(map(str, differing)))


def test_every_correction_has_its_source_and_is_needed_or_explicit():
    for line in calendars.tables.rows("holiday_corrections"):
        assert line["source"] and line["name"] and line["day"]
        assert line["action"] in ("add", "remove", "maybe")
        assert line["doubt"] in ("", "1")
        calendars.dayrules.reader(line["day"])


def test_a_holiday_says_where_it_is_written():
    nowhere = calendars.calendar_of(places.parse("CH-FR"), "zpo")
    assumption = nowhere.holiday(date(2025, 8, 15))
    assert assumption == (
        date(2025, 8, 15),
        "Assomption",
        "JG FR art. 121(2) (SGF 130.1)",
        False,
    )
    assert nowhere.holiday(date(2025, 12, 25)).source == calendars.PACKAGE


def test_what_is_not_settled_is_marked():
    appeal = calendars.calendar_of(places.parse("CH-NE"), "bgg")
    monday = date(2025, 6, 9)
    assert appeal.off(monday) and not appeal.off_for_sure(monday)
    civil = calendars.calendar_of(places.parse("CH-NE"), "zpo")
    assert civil.off_for_sure(monday)
    debt = calendars.calendar_of(places.parse("CH-NE"), "schkg")
    assert not debt.off(monday) and debt.maybe(monday)


def test_years_without_a_calendar_are_refused():
    bavaria = calendars.calendar_of(places.parse("DE-BY"))
    for year in (1989, 2102):
        with pytest.raises(YearOutOfRange):
            bavaria.off(
                next(
                    date(year, 5, n)
                    for n in range(1, 8)
                    if date(year, 5, n).weekday() < 5
                )
            )


@pytest.mark.parametrize(
    "key, zone",
    [("DE-BY", "Europe/Berlin"), ("FR-974", "Indian/Reunion"), ("FR-978",
     "America/Marigot"), ("EU-LU", "Europe/Luxembourg"), ("-", "UTC"), ("NL",
     "Europe/Amsterdam"), ("ES-MD", "Europe/Madrid")],
)  # fmt: skip
def test_a_place_has_its_time(key, zone):
    assert places.parse(key).zone == zone


def test_places_of_another_country_are_known_to_eu_law():
    assert calendars.calendar_of(places.parse("NL")).off(date(2026, 4, 27))
    assert not calendars.calendar_of(places.parse("-")).off(date(2025, 12, 25))
    for key in ("de-BY", "DE-BY/", "ZZ", "", "ES-XX", "AT-10", "CH-ZH/Stadt"):
        with pytest.raises(UnknownPlace):
            places.parse(key)
    with pytest.raises(PlaceTooWide):
        calendars.calendar_of(places.parse("CH"), "zpo")
