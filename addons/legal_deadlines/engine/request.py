"""What is asked, with every value checked before anything is computed."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time

from .arithmetic import UNITS, in_range
from .errors import (
    InvalidDate,
    InvalidOption,
    InvalidPeriod,
    InvalidTime,
    OptionNotOfRegime,
    PeriodNotPositive,
    PlaceMissing,
    PlaceOfOtherCountry,
    TriggerInFuture,
    UnknownDirection,
    UnknownUnit,
    UnsupportedCombination,
)
from .options import NONE, Options
from .places import parse
from .regimes import regime_of
from .regimes.base import SPECIAL

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\Z")
LONGEST = 10_000  # of any unit; more is a slip of the keyboard
# Options that give a day by themselves, so that there need be no period
SERVICE = ("fiction", "next_werktag", "pickup7", "pub14", "delivery")
COUNTRIES = {"DE": "Germany", "FR": "France", "CH": "Switzerland", "AT": "Austria"}
UNION = "the Union (EU-LU)"

# What means nothing for a period counted backward, or for one of hours
NOT_TOGETHER = {
    "backward": (
        "earliest ext ext_to half plus first franc distance fiction next_werktag"
        " pickup7 pub14 stillstand hemmung act delivery"
    ).split(),
    "hour": (
        "half plus first franc distance ext ext_to fiction next_werktag vorfrist"
        " earliest hemmung stillstand start count_event_day"
    ).split(),
}


@dataclass(frozen=True, slots=True)
class Request:
    """One question to the engine.

    `event`: the day of service, pronouncement, posting, or the hearing when counted
    backward; `place`: see `places`; `local_holidays`: (day rule, name) pairs of the
    court's seat beside the law's; `rule`: what is computed, in the words of the law.
    """

    regime: str
    event: date
    length: int
    unit: str
    direction: str = "forward"
    place: str = ""
    options: Options = NONE
    event_time: time | None = None
    rule: str = ""
    local_holidays: tuple[tuple[str, str], ...] = ()
    today: date | None = field(default=None, compare=False)

    @classmethod
    def from_text(
        cls, regime, event, length, unit, direction="forward", place="", options="",
        event_time="", **more,
    ):  # fmt: skip
        """The same of strings, as a file or a form has them."""
        return cls(
            regime=regime.strip(),
            event=read_date(event),
            length=read_length(length),
            unit=unit.strip(),
            direction=direction.strip() or "forward",
            place=place.strip(),
            options=Options.parse(options),
            event_time=read_time(event_time),
            **more,
        )


def read_date(text):
    """A date written year-month-day; 30 February raises InvalidDate."""
    if isinstance(text, date) and not isinstance(text, datetime):
        return text
    try:
        if not _DATE.match(text.strip()):
            raise ValueError(text)
        return date.fromisoformat(text.strip())
    except (AttributeError, ValueError):
        raise InvalidDate(value=text) from None


def read_time(text):
    if not text or isinstance(text, time):
        return text or None
    try:
        return time(*(int(part or 0) for part in _TIME.match(text.strip()).groups()))
    except (AttributeError, ValueError):
        raise InvalidTime(value=text) from None


def read_length(text):
    try:
        return int(text)
    except (TypeError, ValueError):
        raise InvalidPeriod(value=text) from None


def checked(q):
    """(regime, place) of a Request that can be computed; else a DeadlineError."""
    regime = regime_of(q.regime)
    # a datetime is a date too, and does not compare
    if not isinstance(q.event, date) or isinstance(q.event, datetime):
        raise InvalidDate(value=q.event)
    in_range(q.event)
    if q.unit not in UNITS:
        raise UnknownUnit(unit=q.unit, known=", ".join(UNITS))
    if q.direction not in ("forward", "backward"):
        raise UnknownDirection(direction=q.direction)
    _check_options(q, regime)
    _check_length(q)
    place = _place_of(q, regime)
    if q.today and q.direction == "forward" and q.event > q.today:
        raise TriggerInFuture(date=q.event)
    return regime, place


def _check_length(q):
    if isinstance(q.length, bool) or not isinstance(q.length, int):
        raise InvalidPeriod(value=q.length)
    alone = q.length == 0 and any(getattr(q.options, name) for name in SERVICE)
    if (q.length <= 0 and not alone) or q.length > LONGEST:
        raise PeriodNotPositive(length=q.length)


def _check_options(q, regime):
    options, given = q.options, q.options.given
    if not given:
        return
    for name in given:
        if name in SPECIAL and name not in regime.allowed:
            raise OptionNotOfRegime(option=name, regime=regime.code)
    for word in (q.direction, q.unit):
        for name in NOT_TOGETHER.get(word, ()):
            if name in given:
                raise UnsupportedCombination(first=word, second=name)
    if options.ext and options.ext_to:
        raise UnsupportedCombination(first="ext", second="ext_to")
    if options.vorfrist and q.direction != "backward":
        raise UnsupportedCombination(first="vorfrist", second=q.direction)
    if isinstance(options.fiction, str) and regime.country != "DE":
        raise InvalidOption(option="fiction", value=options.fiction)


def _place_of(q, regime):
    key = q.place or regime.default_place
    if not key or (key == "-" and regime.country):
        raise PlaceMissing(regime=regime.code)
    place = parse(key)
    if regime.country and place.country != regime.country:
        country = COUNTRIES.get(regime.country, UNION)
        raise PlaceOfOtherCountry(regime=regime.code, place=key, country=country)
    return place
