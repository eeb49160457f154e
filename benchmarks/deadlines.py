"""Deadline computations per second and regime, beside dateutil and holidays.

The peer does the simple case and nothing else: the date plus a relativedelta, then day
by day off weekends and the days of a `holidays` object that is kept. No recess, no
fiction, none of our corrections, and explains nothing. Both compute the same events;
the subjects take turns and the best round counts. No database.
"""

import argparse
import random
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import holidays
from dateutil.relativedelta import relativedelta

sys.path.insert(0, str(Path(__file__).parents[1] / "addons" / "legal_deadlines"))

from engine import Options, Request, compute, explain  # noqa: E402

EVENTS = 5_000
ROUNDS = 7
DAY = timedelta(days=1)

# regime, place, length, unit, options; the package's country and part for the peer
SIMPLE = [
    ("DE-ZPO", "DE-BY", 1, "month", "", "DE", "BY"),
    ("FR-CPC", "FR", 1, "month", "", "FR", None),
    ("CH-ZPO", "CH-ZH", 30, "day", "", "CH", "ZH"),
    ("AT-ZPO", "AT", 4, "week", "", "AT", None),
    ("EU-1182", "DE", 2, "month", "", "DE", None),
]
OTHERS = [
    ("DE-AO", "DE-NW", 1, "month", "fiction=AO122"),
    ("DE-ZPO", "DE-BY", 2, "month", "ext=1month"),
    ("DE-ZPO", "DE-BY", 2, "week", "BACKWARD"),
    ("DE-BGB", "DE-BY", 3, "werktag", "start=begin"),
    ("FR-CJA", "FR", 2, "month", "franc=1;plus=1month"),
    ("CH-ZPO", "CH-ZH", 30, "day", "stillstand=zpo"),
    ("CH-ZPO", "CH-ZH", 3, "month", "stillstand=zpo"),
    ("CH-BGG", "CH-NE", 30, "day", "stillstand=bgg"),
    ("CH-SchKG", "CH-ZH", 10, "day", "act=1"),
    ("AT-ZPO", "AT", 4, "week", "hemmung=1"),
    ("AT-AVG", "AT", 4, "week", "next_werktag=1"),
    ("EU-GC", "EU-LU", 2, "month", "distance=10"),
    ("EU-GDPR", "DE-BY", 1, "month", "ext=2month"),
]


def peer(event, span, calendar):
    day = event + span
    while day.weekday() > 4 or day in calendar:
        day += DAY
    return day


def requests(events, regime, place, length, unit, options):
    backward = options == "BACKWARD"
    return [
        Request(
            regime,
            event,
            length,
            unit,
            "backward" if backward else "forward",
            place,
            Options.parse("" if backward else options),
        )  # fmt: skip
        for event in events
    ]


def best(rounds, *subjects):
    """Seconds of the best round of each, taking turns after one to warm up."""
    found = [float("inf")] * len(subjects)
    for round_ in range(rounds + 1):
        for at, subject in enumerate(subjects):
            start = time.perf_counter()
            subject()
            taken = time.perf_counter() - start
            if round_:
                found[at] = min(found[at], taken)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=0, help="0: as many as usual")
    parser.add_argument("--database", help=argparse.SUPPRESS)
    parser.add_argument("--size", help=argparse.SUPPRESS)
    rounds = parser.parse_args().rounds or ROUNDS
    chance = random.Random(1)
    events = [
        date(2015, 1, 1) + timedelta(days=chance.randrange(20 * 365))
        for _each in range(EVENTS)
    ]
    _simple(events, rounds)
    _others(events, rounds)
    _explained(events, rounds)


def _simple(events, rounds):
    print("\n### The simple case\n")
    print("| regime | period | ours, a second | peer, a second | ratio | they differ |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    for regime, place, length, unit, options, country, part in SIMPLE:
        asked = requests(events, regime, place, length, unit, options)
        span = relativedelta(**{f"{unit}s": length})
        calendar = holidays.country_holidays(country, subdiv=part)
        differ = sum(
            compute(request).date != peer(event, span, calendar)
            for request, event in zip(asked, events, strict=True)
        )
        ours, theirs = best(
            rounds,
            lambda asked=asked: [compute(request) for request in asked],
            lambda span=span, calendar=calendar: [
                peer(event, span, calendar) for event in events
            ],
        )
        print(
            f"| {regime} at {place} | {length} {unit} | {len(events) / ours:,.0f} | "
            f"{len(events) / theirs:,.0f} | {ours / theirs:.2f} | "
            f"{differ / len(events):.2%} |"
        )


def _others(events, rounds):
    print("\n### What the peer cannot do\n")
    print("| regime | period | options | a second |")
    print("| --- | --- | --- | ---: |")
    for regime, place, length, unit, options in OTHERS:
        asked = requests(events, regime, place, length, unit, options)
        (ours,) = best(
            rounds, lambda asked=asked: [compute(request) for request in asked]
        )
        shown = options.lower().replace(";", ", ")
        print(
            f"| {regime} at {place} | {length} {unit} | {shown} | "
            f"{len(events) / ours:,.0f} |"
        )


def _explained(events, rounds):
    asked = requests(events, "DE-ZPO", "DE-BY", 1, "month", "")
    (ours,) = best(rounds, lambda: [explain(compute(request)) for request in asked])
    print(
        f"\nWith all sentences written: {len(events) / ours:,.0f} a second (DE-ZPO)."
        f" 100,000 dates: {100_000 * ours / len(events):.1f} s.\n"
    )


if __name__ == "__main__":
    main()
