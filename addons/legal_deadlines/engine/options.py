"""What a computation is told beside its period: `Options.parse("franc=1;plus=2month")`.

The words are those of the examples file, so that a lawyer who adds a case and a rule of
the catalogue say the same.
"""

import re
from dataclasses import dataclass, field, fields
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from .errors import InvalidDate, InvalidOption, UnknownOption

_SPAN = re.compile(r"(\d{1,4}) ?(day|week|month|year)s?\Z")


class Span(NamedTuple):
    """A length of time, as "2month"."""

    length: int
    unit: str

    @classmethod
    @lru_cache(maxsize=1024)  # few rules, many deadlines
    def parse(cls, text):
        found = _SPAN.match(text.strip())
        if not found or not int(found[1]):
            raise ValueError(text)
        return cls(int(found[1]), found[2])


def _flag(text):
    if text not in ("", "0", "1"):
        raise ValueError(text)
    return text != "0"


def _number(text):
    number = int(text)
    if not 0 < number <= 1000:
        raise ValueError(text)
    return number


def _fiction(text):
    return _number(text) if text.isdigit() else text.upper()


def _one_of(*words):
    def read(text):
        if text not in words:
            raise ValueError(text)
        return text

    return read


def _day(text):
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidDate(value=text) from None


@dataclass(frozen=True, slots=True)
class Options:
    """All off by default. What each means stands beside it."""

    start: str = ""  # "begin": the event's day is the first of the period
    count_event_day: bool = False  # the French "de leur date": the same
    half: bool = False  # and half a month: 15 days, after the months
    franc: bool = False  # French délai franc: one day more, before the roll
    plus: Span | None = None  # distance, added to the period in one step
    first: Span | None = None  # a preliminary period, not rolled
    distance: int = 0  # days for distance of the EU courts, one period with it
    fiction: int | str = 0  # event = posting; served on day N, or a law's name
    fiction_shift: bool = True  # whether that day is rolled
    next_werktag: int = 0  # served on the Nth Werktag after the event
    pickup7: bool = False  # event = failed delivery, served on the 7th day
    delivery: str = ""  # "ordinary": mail without signature (CH)
    pub14: bool = False  # event = publication in the Official Journal
    ext: Span | None = None  # extended by that
    ext_to: date | None = None  # extended to that day
    shift: bool = True  # rolled off weekends and holidays
    earliest: bool = False  # a waiting period: the first day on which one may
    vorfrist: bool = False  # an early warning, rolled back
    mode: str = ""  # how hours are counted: zpo222, fullhour, abs
    stillstand: str = ""  # Swiss recess: zpo, bgg
    safe: bool = False  # the cautious date instead of the prevailing one
    schkg: bool = False  # Swiss debt enforcement
    act: bool = False  # an enforcement act was served
    noferien: bool = False  # without recess or debt holidays
    hemmung: bool = False  # Austrian recess
    art35: bool | None = None  # at least two working days (Reg. 1182/71 art. 3(5))
    noncontiguous: bool = False  # months of 30, years of 365 days (BGB § 191)
    saturday: bool = True  # whether Saturday is a Werktag when Werktage are counted
    contract: bool = False  # Swiss contractual period: Saturday is a working day
    begin_disputed: bool = False  # whether the event's day is the first is disputed
    limitation: bool = False  # a limitation period: whether it rolls is disputed
    # names of those that are not as by default
    given: tuple[str, ...] = field(init=False, repr=False, compare=False, default=())

    def __post_init__(self):
        given = tuple(
            option.name
            for option in fields(self)
            if option.init and getattr(self, option.name) != option.default
        )
        object.__setattr__(self, "given", given)

    @classmethod
    @lru_cache(maxsize=1024)  # few rules, many deadlines
    def parse(cls, text):
        """Options of a text such as "fiction=4;ext=1month"; unknown words raise."""
        values = {}
        for part in filter(None, (part.strip() for part in (text or "").split(";"))):
            name, _, value = (word.strip() for word in part.partition("="))
            read = READERS.get(name)
            if not read:
                raise UnknownOption(option=name, known=", ".join(sorted(READERS)))
            try:
                values[name] = read(value)
            except InvalidDate:
                raise
            except ValueError:
                raise InvalidOption(option=name, value=value) from None
        return cls(**values)


READERS = {
    **{f.name: _flag for f in fields(Options) if f.type in (bool, bool | None)},
    **{name: Span.parse for name in ("plus", "first", "ext")},
    **{name: _number for name in ("distance", "next_werktag")},
    "fiction": _fiction,
    "ext_to": _day,
    "start": _one_of("begin"),
    "mode": _one_of("zpo222", "fullhour", "abs"),
    "stillstand": _one_of("zpo", "bgg"),
    "delivery": _one_of("ordinary"),
}
NONE = Options()
