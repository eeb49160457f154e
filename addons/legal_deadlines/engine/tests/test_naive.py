"""The engine against a day-by-day count of its own: 100,000 random cases a regime.

The laws that only refer to another one, with the same code behind them, get a tenth
here. ENGINE_CASES=100000 gives every one as many.
"""

import os
import random
from dataclasses import dataclass, field
from datetime import date
from functools import cache

import naive
import naive_calendar as calendar
import pytest
from engine import Options, Request, compute
from engine.regimes import REGIMES

CASES = int(os.environ.get("ENGINE_CASES", 0))
FIRST, LAST = (calendar.NUMBER[date(year, 1, 1)] for year in (1991, 2096))
LAENDER = "BB BE BW BY HB HE HH MV NI NW RP SH SL SN ST TH".split()
PLACES = {
    "DE": ["DE", "DE-BY/Augsburg", "DE-BY/catholic", "DE-SN/catholic", "DE-TH/catholic"]
    + [f"DE-{land}" for land in LAENDER],
    "FR": ["FR", "FR-AM", "FR-67", "FR-57/protestant", "FR-971", "FR-972", "FR-973",
           "FR-974", "FR-976", "FR-BL", "FR-978"],
    "CH": [f"CH-{canton}" for canton in calendar.ALL.split()],
    "AT": ["AT"],
    "EU": ["EU-LU"],
    "": ["-", "DE", "DE-NW", "FR", "AT", "EU-LU"],
}  # fmt: skip
UNITS = (
    [("day", n) for n in (1, 2, 3, 4, 5, 7, 8, 10, 14, 15, 20, 30, 45, 60)]
    + [("week", n) for n in (1, 2, 3, 4, 6)]
    + [("month", n) for n in (1, 1, 2, 3, 4, 6)]
    + [("year", 1), ("quarter", 1), ("halfyear", 1), ("halfmonth", 1)]
)
EVERYWHERE = ["", "", "", "", "shift=0", "earliest=1", "BACK", "BACK;vorfrist=1"]
OPTIONS = {
    "DE": ["start=begin", "half=1", "fiction=3", "fiction=4;fiction_shift=0",
           "ext=1month", "ext=2week", "first=5month", "WERKTAG", "WERKTAG;start=begin",
           "start=begin;half=1", "BACK;start=begin"],
    "FR": ["franc=1", "plus=1month", "plus=2month", "count_event_day=1",
           "franc=1;plus=1month", "WERKTAG"],
    "CH": ["pickup7=1", "delivery=ordinary", "ext=10day", "WERKTAG"],
    "AT": ["next_werktag=1", "next_werktag=3", "ext=2week", "ZERO;next_werktag=1"],
    "EU": ["distance=10", "pub14=1;distance=10", "pub14=1", "distance=10;shift=0"],
    "": ["ext=2month", "plus=10day"],
    "CH-ZPO": ["stillstand=zpo"] * 8 + ["stillstand=zpo;pickup7=1",
               "stillstand=zpo;delivery=ordinary", "stillstand=zpo;noferien=1"],
    "CH-BGG": ["stillstand=bgg"] * 8 + ["stillstand=bgg;pickup7=1"],
    "CH-VwVG": ["stillstand=bgg"] * 8,
    "CH-SchKG": ["act=1"] * 4 + ["act=1;earliest=1", "noferien=1"],
    "CH-OR": ["contract=1", "half=1"],
    "AT-ZPO": ["hemmung=1"] * 8,
}  # fmt: skip
FULL = (
    "DE-ZPO DE-AO FR-CPC FR-CJA CH-ZPO CH-BGG CH-StPO CH-SchKG CH-OR AT-ZPO AT-AVG "
    "AT-BAO EU-1182 EU-GDPR EU-GC"
).split()


@dataclass
class Case:
    place: str
    context: str
    event: int
    length: int
    unit: str
    options: dict = field(default_factory=dict)
    backward: bool = False
    two_days: bool = False
    ext_in_one: bool = False
    debt: bool = False
    saturday: bool = True
    from_2025: bool = False


@cache
def parsed(text):
    """(words in capitals, Options, the same for the naive count)."""
    words = [word for word in text.split(";") if word]
    plain = [word for word in words if not word.isupper()]
    values = {}
    for word in plain:
        name, value = word.split("=")
        if name in ("ext", "plus", "first"):
            values[name] = (
                (int(value[0]), value[1:])
                if value[1].isalpha()
                else (int(value[:2]), value[2:])
            )
        elif name in ("shift", "fiction_shift"):
            values[name] = value == "1"
        else:
            values[name] = int(value) if value.isdigit() else value
    if values.get("noferien"):
        values.pop("stillstand", None)
    capitals = {word for word in words if word.isupper()}
    return capitals, Options.parse(";".join(plain)), values


def cases(code, number):
    """Random questions to a regime, always the same ones."""
    chance = random.Random(f"{code} 1")
    country = REGIMES[code].country
    places, words = PLACES[country], EVERYWHERE + OPTIONS[country]
    words = words + OPTIONS.get(code, [])
    days, pick, below = calendar.DAYS, chance.choice, chance.random
    limit = calendar.NUMBER[date(2025, 1, 1)]
    for _each in range(number):
        capitals, options, values = parsed(pick(words))
        unit, length = pick(UNITS)
        if "WERKTAG" in capitals:
            unit, length = "werktag", 1 + length % 20
        if "ZERO" in capitals:
            unit, length = "day", 0
        event = FIRST + int(below() * (LAST - FIRST))
        backward = "BACK" in capitals
        request = Request(
            code, days[event], length, unit, "backward" if backward else "forward",
            pick(places), options,
        )  # fmt: skip
        yield (
            request,
            Case(
                place=request.place,
                context=CONTEXTS.get(code, ""),
                event=event,
                length=length,
                unit=unit,
                options=values,
                backward=backward,
                two_days=code in ("EU-1182", "EU-GDPR") and values.get("shift", True),
                ext_in_one=code == "EU-GDPR",
                debt=code == "CH-SchKG",
                saturday=country in ("DE", "FR", "AT"),
                from_2025=event >= limit,
            ),
        )


CONTEXTS = {
    "CH-ZPO": "zpo", "CH-BGG": "bgg", "CH-VwVG": "vwvg", "CH-StPO": "stpo",
    "CH-SchKG": "schkg", "CH-OR": "or", "AT-ZPO": "zpo", "AT-ABGB": "zpo",
    "AT-StPO": "zpo", "AT-AVG": "avg", "AT-BAO": "bao",
}  # fmt: skip


@pytest.mark.parametrize("code", sorted(REGIMES))
def test_agrees_with_a_count_day_by_day(code):
    number = CASES or (100_000 if code in FULL else 10_000)
    days, by_hand = calendar.DAYS, naive.compute
    for request, case in cases(code, number):
        found, expected = compute(request).date, days[by_hand(case)]
        assert found == expected, (request, case)


def test_laws_that_refer_to_another_are_computed_by_the_same_code():
    """Why a tenth is enough for them: they differ in what they are called."""
    for code, regime in REGIMES.items():
        if code in FULL:
            continue
        twin = next(REGIMES[full] for full in FULL if _same(regime, REGIMES[full]))
        assert twin.country == regime.country


def _same(one, other):
    names = "two_days saturday_counts debt default_place".split()
    return type(one) is type(other) and all(
        getattr(one, name, None) == getattr(other, name, None) for name in names
    )
