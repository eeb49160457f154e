"""Bad input: a sentence that says what to do, and never a date."""

import copy
import pickle
from datetime import date, datetime

import pytest
from engine import DeadlineError, Options, Request, compute, errors, rules


def ask(event="2025-03-10", length="1", unit="month", regime="DE-ZPO", **more):
    return compute(
        Request.from_text(regime, event, length, unit, **{"place": "DE-BY", **more})
    )


BAD = [
    (errors.InvalidDate, {"event": "2025-02-30"}),
    (errors.InvalidDate, {"event": "30.02.2025"}),
    (errors.InvalidDate, {"event": ""}),
    (errors.InvalidDate, {"options": "ext_to=2025-02-30"}),
    (errors.YearOutOfRange, {"event": "1900-03-01"}),
    (errors.YearOutOfRange, {"event": "2200-03-01"}),
    (errors.YearOutOfRange, {"event": "1989-03-01"}),
    (errors.YearOutOfRange, {"event": "2100-12-15"}),
    (errors.YearOutOfRange, {"length": "9999", "unit": "year"}),
    (errors.YearOutOfRange, {"length": "10000", "unit": "week", "event": "2090-01-01"}),
    (errors.YearOutOfRange, {"length": "900", "direction": "backward"}),
    (errors.PlaceMissing, {"place": ""}),
    (errors.PlaceMissing, {"place": "-"}),
    (errors.PlaceMissing, {"place": "", "regime": "EU-GDPR"}),
    (errors.UnknownPlace, {"place": "DE-XX"}),
    (errors.UnknownPlace, {"place": "Bavaria"}),
    (errors.UnknownPlace, {"place": "DE-NW/Augsburg"}),
    (errors.UnknownPlace, {"place": "DE/catholic"}),
    (errors.UnknownPlace, {"place": "FR-75", "regime": "FR-CPC"}),
    (errors.UnknownPlace, {"place": "EU-BE", "regime": "EU-GC"}),
    (errors.PlaceTooWide, {"place": "CH", "regime": "CH-ZPO"}),
    (errors.PlaceOfOtherCountry, {"place": "AT"}),
    (errors.PlaceOfOtherCountry, {"place": "LU", "regime": "EU-GC"}),
    (errors.TriggerInFuture, {"today": date(2025, 3, 9)}),
    (errors.PeriodNotPositive, {"length": "0"}),
    (errors.PeriodNotPositive, {"length": "-1"}),
    (errors.PeriodNotPositive, {"length": "10001"}),
    (errors.InvalidPeriod, {"length": "1.5"}),
    (errors.InvalidPeriod, {"length": "a month"}),
    (errors.UnknownUnit, {"unit": "fortnight"}),
    (errors.UnknownDirection, {"direction": "sideways"}),
    (errors.UnknownRegime, {"regime": "DE-ZP0"}),
    (errors.UnknownOption, {"options": "frank=1"}),
    (errors.InvalidOption, {"options": "plus=2monat"}),
    (errors.InvalidOption, {"options": "plus=0month"}),
    (errors.InvalidOption, {"options": "franc=yes"}),
    (errors.InvalidOption, {"options": "fiction=AO999"}),
    (errors.OptionNotOfRegime, {"options": "franc=1"}),
    (errors.OptionNotOfRegime, {"options": "hemmung=1", "regime": "AT-AVG",
                                "place": "AT"}),
    (errors.ExtensionBeforeEnd, {"options": "ext_to=2025-03-20"}),
    (errors.TimeMissing, {"unit": "hour"}),
    (errors.InvalidTime, {"unit": "hour", "event_time": "25:00"}),
    (errors.InvalidTime, {"unit": "hour", "event_time": "noon"}),
    (errors.TimeSkipped, {"unit": "hour", "event": "2025-03-30", "event_time": "02:30",
                          "options": "mode=abs"}),
    (errors.UnsupportedCombination, {"unit": "hour", "direction": "backward",
                                     "event_time": "10:00"}),
    (errors.UnsupportedCombination, {"options": "ext=1month", "direction": "backward"}),
    (errors.UnsupportedCombination, {"options": "vorfrist=1"}),
    (errors.UnsupportedCombination, {"options": "stillstand=zpo;half=1",
                                     "regime": "CH-ZPO", "place": "CH-ZH"}),
]  # fmt: skip


@pytest.mark.parametrize("case", BAD, ids=lambda case: f"{case[0].__name__}-{case[1]}")
def test_bad_input_is_named(case):
    error_class, words = case
    with pytest.raises(error_class) as caught:
        ask(**words)
    sentence = str(caught.value)
    assert (
        sentence[0] in "“ABCDEFGHIJKLMNOPQRSTUVWXYZ3123-456789I"
        and sentence[-1] in ".)"
    )
    assert "%(" not in sentence


def test_the_last_day_before_the_hearing_is_over():
    with pytest.raises(errors.BackwardDatePassed) as caught:
        ask("2025-03-10", "1", "week", direction="backward", today=date(2025, 3, 3))
    assert caught.value.params == {"event": date(2025, 3, 10), "date": date(2025, 3, 2)}
    on_the_day = ask(
        "2025-03-10", "1", "week", direction="backward", today=date(2025, 3, 2)
    )
    assert on_the_day.date == date(2025, 3, 2)


def test_today_itself_is_no_future():
    assert ask(today=date(2025, 3, 10)).date == date(2025, 4, 10)


def test_unknown_rule_names_its_likes():
    with pytest.raises(errors.UnknownRule) as caught:
        rules.rule("DE-ZPO-518")
    assert "DE-ZPO-517" in str(caught.value)
    with pytest.raises(errors.UnknownRule) as caught:
        rules.rule("nonsense")
    assert str(caught.value).endswith("like it: –.")


def test_a_rule_without_a_period_asks_for_one():
    with pytest.raises(errors.PeriodMissing):
        rules.rule("DE-ZPO-524").request(date(2025, 3, 10), "DE-BY")
    request = rules.rule("DE-ZPO-524").request(date(2025, 3, 10), "DE-BY", 2, "week")
    assert compute(request).date == date(2025, 3, 24)


def test_a_moment_is_no_date():
    for event in (datetime(2025, 3, 10, 12), None, "2025-03-10"):
        with pytest.raises(errors.InvalidDate):
            compute(Request("DE-ZPO", event, 1, "month", place="DE"))


def test_a_local_holiday_that_names_no_day():
    for rule in ("31.12.", "13-01", "02-30", "easter50", "05-xyz1", "06-11@xyz"):
        with pytest.raises(errors.InvalidDayRule):
            compute(
                Request(
                    "DE-ZPO",
                    date(2025, 3, 10),
                    1,
                    "month",
                    place="DE",
                    local_holidays=((rule, "A day"),),
                )  # fmt: skip
            )


def test_values_that_are_no_numbers_do_not_pass_by_the_door():
    for length in (True, 1.0, None, "1"):
        with pytest.raises(errors.InvalidPeriod):
            compute(Request("DE-ZPO", date(2025, 3, 10), length, "month", place="DE"))


def test_errors_travel_between_processes():
    error = errors.YearOutOfRange(year=1900, first=1950, last=2100)
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(twin) is errors.YearOutOfRange and str(twin) == str(error)


def test_one_base_catches_all():
    assert all(
        issubclass(cls, DeadlineError)
        for cls in vars(errors).values()
        if isinstance(cls, type)
    )
    with pytest.raises(DeadlineError):
        Options.parse("nothing=1")
