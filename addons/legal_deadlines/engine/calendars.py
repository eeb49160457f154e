"""Which days are no working days at a place: `calendar_of(place, context)`.

The source is the `holidays` package, corrected by `data/holiday_corrections.csv`, where
every line has its own source. A context is the law that asks (ZPO, BGG ...): some days
count for one and not for another.
"""

from datetime import date
from functools import cache, lru_cache, partial
from hashlib import sha256

import holidays

from . import dayrules, tables
from .arithmetic import DAY, FIRST_YEAR, LAST_YEAR, in_range
from .errors import PlaceTooWide, YearOutOfRange
from .result import Holiday

SATURDAY, SUNDAY = 5, 6
VERIFIED_FROM = 1990  # earlier years are computed, but nobody checked them
# What the package calls optional counts in law there (federal list of 2011, lit. b).
# Elsewhere it is not that: in Zurich it is the calendar of the city's staff.
SWISS_OPTIONAL = frozenset("FR GL GR NW OW SG SH SO VS ZG".split())
PACKAGE = f"holidays {holidays.__version__}"


@cache
def revision():
    """What was asked: version of the package and fingerprint of our corrections."""
    content = (tables.FOLDER / "holiday_corrections.csv").read_bytes()
    return f"{PACKAGE}, corrections {sha256(content).hexdigest()[:12]}"


class LegalCalendar:
    """Holidays of one place as one law sees them; a year is loaded when asked for."""

    def __init__(self, place, context="", rest_from=SATURDAY, local=()):
        """`rest_from`: first weekday without work; `local`: (day rule, name) pairs."""
        self.place, self.context, self.rest_from = place, context, rest_from
        self.has_doubts = False
        self._local = [(dayrules.reader(rule), name) for rule, name in local]
        self._corrections = _corrections(place, context)
        self._package = _package_of(place)
        self._years, self._days, self._maybe = set(), {}, {}

    def off(self, day):
        """Whether `day` is no working day."""
        if day.weekday() >= self.rest_from:
            return True
        if day.year not in self._years:
            self._load(day.year)
        return day in self._days

    def off_for_sure(self, day):
        """The same, without the days of which it is not settled."""
        if day.weekday() >= self.rest_from:
            return True
        holiday = self.holiday(day)
        return holiday is not None and not holiday.doubtful

    def holiday(self, day):
        """The Holiday of `day`, None if it has none (a Sunday mostly has none)."""
        if day.year not in self._years:
            self._load(day.year)
        return self._days.get(day)

    def maybe(self, day):
        """A holiday that others might take for one, and this calendar does not."""
        if day.year not in self._years:
            self._load(day.year)
        return self._maybe.get(day)

    def next_working(self, day):
        """`day`, or the first working day after it."""
        while self.off(day):
            day += DAY
        return in_range(day)

    def previous_working(self, day):
        """`day`, or the last working day before it."""
        while self.off(day):
            day -= DAY
        return in_range(day)

    def days_of(self, year):
        """All holidays of a year, in order."""
        if year not in self._years:
            self._load(year)
        return [self._days[day] for day in sorted(self._days) if day.year == year]

    def _load(self, year):
        # One year more at each end: a roll may step over the turn of the year.
        if not FIRST_YEAR - 1 <= year <= LAST_YEAR + 1:
            raise YearOutOfRange(year=year, first=FIRST_YEAR, last=LAST_YEAR)
        days = {
            day: Holiday(day, name, PACKAGE)
            for day, name in self._package(min(year, LAST_YEAR)).items()
            if day.year == year
        }
        for line in self._corrections:
            self._correct(days, year, line)
        for read, name in self._local:
            day = read(year)
            if day:
                days.setdefault(day, Holiday(day, name, "local"))
        self.has_doubts |= any(holiday.doubtful for holiday in days.values())
        self._days.update(days)
        self._years.add(year)

    def _correct(self, days, year, line):
        day = line["read"](year)
        if day is None or not line["since"] <= day <= line["until"]:
            return
        if line["action"] == "remove":
            days.pop(day, None)
        elif line["action"] == "maybe":
            if day not in days:
                self._maybe[day] = Holiday(day, line["name"], line["source"], True)
        elif day not in days or days[day].source == PACKAGE:
            doubtful = line["doubt"] == "1" and day not in days
            days[day] = Holiday(day, line["name"], line["source"], doubtful)


@lru_cache(maxsize=1024)  # local holidays of a firm come and go
def calendar_of(place, context="", rest_from=SATURDAY, local=()):
    """The LegalCalendar of a Place; the same object for the same question."""
    if place.country == "CH" and not place.part:
        raise PlaceTooWide(place=place.key)
    return LegalCalendar(place, context, rest_from, local)


def _corrections(place, context):
    keys = {
        place.country,
        f"{place.country}-{place.part}",
        f"{place.country}-{place.part}/{place.local or 'none'}",
    }
    return [
        {
            **line,
            "read": dayrules.reader(line["day"]),
            "since": date.fromisoformat(line["since"] or "0001-01-01"),
            "until": date.fromisoformat(line["until"] or "9999-12-31"),
        }
        for line in tables.rows("holiday_corrections")
        if line["calendar"] in keys
        and (not line["contexts"] or context in line["contexts"].split())
    ]


def _package_of(place):
    """A function year -> {date: name} that asks the package."""
    if place.country in ("", "EU"):  # the Court publishes a list of its own
        return lambda year: {}
    return partial(_package_year, place.country, place.part, place.local == "catholic")


@cache
def _package_year(country, part, catholic, year):
    """{date: name}; kept, because every law asks the same and the package is slow."""
    entity = type(holidays.country_holidays(country))
    if year < entity.start_year:
        raise YearOutOfRange(year=year, first=entity.start_year, last=LAST_YEAR)
    categories = {"public"}
    if country == "CH" and part in SWISS_OPTIONAL:
        categories.add("optional")
    if country == "DE" and catholic:
        categories.add("catholic")
    return entity(
        subdiv=part or None,
        years=year,
        expand=False,
        categories=tuple(categories & set(entity.supported_categories)),
        language=entity.default_language,
    )
