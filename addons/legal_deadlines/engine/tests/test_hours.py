"""Periods of hours, the nights included in which the clock changes."""

import random
from datetime import date, datetime, time, timedelta

import naive_calendar
import pytest
from dateutil import tz
from engine import Options, Request, compute, errors

BERLIN = tz.gettz("Europe/Berlin")


def ask(event, length, mode="", place="DE-BY", regime="DE-ZPO"):
    day, clock = event.split("T")
    return compute(
        Request.from_text(
            regime,
            day,
            length,
            "hour",
            place=place,
            event_time=clock,
            options=f"mode={mode}" if mode else "",
        )  # fmt: skip
    )


@pytest.mark.parametrize(
    "event, length, expected",
    [
        ("2025-06-12T10:20", 24, "2025-06-13T11:00"),  # an hour begun does not count
        ("2025-06-12T10:00", 24, "2025-06-13T10:00"),
        ("2025-06-13T15:00", 24, "2025-06-16T15:00"),  # Friday to Monday
        ("2025-06-14T15:00", 24, "2025-06-17T00:00"),  # on a Saturday
        ("2025-06-18T12:30", 24, "2025-06-20T13:00"),  # Corpus Christi between
        ("2025-03-28T23:30", 1, "2025-03-31T01:00"),  # over the change of the clock
        ("2025-12-31T22:10", 3, "2026-01-02T02:00"),
    ],
)
def test_full_hours_without_weekends_and_holidays(event, length, expected):
    found = ask(event, length)
    assert found.moment.replace(tzinfo=None) == datetime.fromisoformat(expected)


def test_the_clock_changes_within():
    spring = ask("2025-03-28T16:20", 72, "fullhour", regime="EU-GDPR")
    autumn = ask("2025-10-24T16:20", 72, "fullhour", regime="EU-GDPR")
    assert f"{spring.moment:%d %H:%M}" == "31 18:00"
    assert f"{autumn.moment:%d %H:%M}" == "27 16:00"
    # by the clock on the wall it ends earlier in spring: the cautious time
    assert f"{spring.safe:%d %H:%M}" == "31 17:00"
    assert autumn.safe == autumn.moment


def test_an_hour_that_was_twice_is_the_first_and_one_that_never_was_is_none():
    twice = ask("2025-10-26T02:30", 24, "abs")
    assert twice.moment.isoformat() == "2025-10-27T01:30:00+01:00"
    assert "time_twice" in [doubt.code for doubt in twice.doubts]
    with pytest.raises(errors.TimeSkipped):
        ask("2025-03-30T02:00", 24, "abs")
    assert ask("2025-03-30T03:00", 24, "abs").moment.hour == 3


def test_a_period_that_crosses_midnight_in_another_zone():
    """Réunion knows no summer time; there it is tomorrow earlier."""
    found = ask("2025-03-29T22:30", 72, "fullhour", place="FR-974", regime="EU-GDPR")
    assert found.moment.isoformat() == "2025-04-01T23:00:00+04:00"
    nowhere = ask("2025-03-29T22:30", 72, place="-", regime="EU-GDPR")
    assert nowhere.moment.isoformat() == "2025-04-01T23:00:00+00:00"


def test_gdpr_counts_full_hours_by_itself():
    assert ask("2020-12-22T12:17", 72, regime="EU-GDPR", place="DE").moment.hour == 13
    codes = [
        doubt.code for doubt in ask("2025-04-17T16:00", 72, regime="EU-GDPR").doubts
    ]
    assert codes == ["full_hour", "hours_two_working_days"]


def test_elapsed_hours_agree_with_another_clock():
    """Minute by minute is too slow: dateutil's zones, which share nothing."""
    chance = random.Random(5)
    for _each in range(5_000):
        event = datetime(2000, 1, 1) + timedelta(minutes=chance.randrange(19_000_000))
        if not tz.datetime_exists(event.replace(tzinfo=BERLIN)):
            continue
        length = chance.randrange(1, 400)
        request = Request(
            "DE-BGB", event.date(), length, "hour", place="DE",
            event_time=event.time(),
        )  # fmt: skip
        start = event.replace(tzinfo=BERLIN).astimezone(tz.UTC)
        # compared in UTC: of two zones, Python takes no hour that was twice as equal
        assert compute(request).moment.astimezone(tz.UTC) == start + timedelta(
            hours=length
        ), request


def test_counted_hours_agree_with_an_hour_by_hour_count():
    chance = random.Random(6)
    for _each in range(5_000):
        place = chance.choice(("DE-BY", "DE-NW", "DE-BE", "DE-SN"))
        off = naive_calendar.off(place, "")
        event = datetime(2000, 1, 1) + timedelta(minutes=chance.randrange(19_000_000))
        length = chance.randrange(1, 100)
        moment = event
        while moment.minute:
            moment += timedelta(minutes=1)
        left = length
        while left:
            left -= not off[naive_calendar.NUMBER[moment.date()]]
            moment += timedelta(hours=1)
        request = Request(
            "DE-ZPO", event.date(), length, "hour", place=place,
            event_time=event.time(),
        )  # fmt: skip
        try:
            found = compute(request).moment.replace(tzinfo=None)
        except errors.TimeSkipped:
            continue
        assert found == moment, request


def test_no_hours_backward_and_none_without_a_time():
    with pytest.raises(errors.TimeMissing):
        compute(Request("DE-ZPO", date(2025, 1, 1), 24, "hour", place="DE"))
    with pytest.raises(errors.UnsupportedCombination):
        compute(
            Request(
                "DE-ZPO",
                date(2025, 1, 2),
                24,
                "hour",
                "backward",
                "DE",
                event_time=time(10),
            )  # fmt: skip
        )


def test_options_of_hours_that_mean_nothing_are_refused():
    with pytest.raises(errors.UnsupportedCombination):
        compute(
            Request(
                "DE-ZPO",
                date(2025, 1, 2),
                24,
                "hour",
                place="DE",
                options=Options.parse("ext=1day"),
                event_time=time(10),
            )  # fmt: skip
        )
