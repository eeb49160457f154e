"""The catalogue of standard deadlines: `data/deadline_catalog.csv`.

No lawyer has reviewed it yet: every rule says `reviewed` False until one has.
"""

from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache

from . import tables
from .errors import PeriodMissing, UnknownRule
from .options import Options, Span
from .request import Request


@dataclass(frozen=True, slots=True)
class Rule:
    """One deadline of the law.

    `length` is 0 where the law gives none (a judge sets it). `long_stop`: how long
    after pronouncement it ends at the latest, where the law says so; if
    `long_stop_first`, that is when the period begins at the latest (ZPO § 517).
    """

    code: str
    name: str
    name_en: str
    regime: str
    length: int
    unit: str
    direction: str
    options: Options
    long_stop: Span | None
    long_stop_first: bool
    trigger: str
    nature: str
    extendable: str
    source: str
    note: str
    reviewed: bool

    def request(self, event, place="", length=0, unit="", **more):
        """The Request for an event; a length of one's own replaces the rule's."""
        if not (length or self.length):
            raise PeriodMissing(rule=self.code)
        options = more.pop("options", self.options)
        return Request(
            regime=self.regime, event=event, length=length or self.length,
            unit=unit or self.unit, direction=self.direction, place=place,
            options=options, rule=self.source, **more,
        )  # fmt: skip

    def long_stop_request(self, pronounced, place="", **more):
        """The Request for the latest end, None where the law has none.

        The earlier of the two ends holds.
        """
        if not self.long_stop:
            return None
        if self.long_stop_first:
            options = replace(self.options, first=self.long_stop)
            return self.request(pronounced, place, options=options, **more)
        length, unit = self.long_stop
        return self.request(pronounced, place, length, unit, **more)


@cache
def catalogue():
    """{code: Rule} of all rules."""
    return {line["code"]: _rule(line) for line in tables.rows("deadline_catalog")}


def rule(code):
    """The Rule of a code; UnknownRule names codes that look like it."""
    found = catalogue().get(code.strip().upper())
    if not found:
        similar = get_close_matches(code.strip().upper(), catalogue(), 3)
        raise UnknownRule(code=code, similar=similar)
    return found


def _rule(line):
    first, _, stop = line["long_stop"].rpartition("=")
    return Rule(
        code=line["code"],
        name=line["name_original"],
        name_en=line["name_en"],
        regime=line["regime"],
        length=int(line["period"] or 0),
        unit=line["unit"] or "day",
        direction=line["direction"],
        options=Options.parse(line["options"]),
        long_stop=Span.parse(stop) if stop else None,
        long_stop_first=bool(first),
        trigger=line["trigger"],
        nature=line["nature"],
        extendable=line["extendable"],
        source=line["source"],
        note=line["note"],
        reviewed=line["reviewed"] == "yes",
    )
