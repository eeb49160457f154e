from datetime import date

from tools.verdict import Term, judge

TODAY = date(2026, 11, 25)


def test_the_longest_minimum_wins():
    verdict = judge([Term(1, date(2026, 1, 1)), Term(2, date(2030, 12, 31))])
    assert verdict.may_on == date(2031, 1, 1)
    assert verdict.rules == (2, 1)
    assert not verdict.may_go(TODAY)
    assert verdict.may_go(date(2031, 1, 1))


def test_the_last_day_of_the_period_still_keeps():
    verdict = judge([Term(1, TODAY)])
    assert not verdict.may_go(TODAY)
    assert verdict.may_go(date(2026, 11, 26))


def test_a_hold_beats_every_period():
    verdict = judge([Term(1, date(2000, 1, 1), date(2001, 1, 1))], holds=[7])
    assert not verdict.may_go(TODAY)
    assert not verdict.must_go(TODAY)
    assert verdict.holds == (7,)


def test_an_event_that_has_not_happened_keeps():
    verdict = judge([Term(1, date(2000, 1, 1)), Term(2, None)])
    assert verdict.may_on is None
    assert verdict.waiting == (2,)
    assert not verdict.may_go(TODAY)


def test_without_a_rule_nothing_keeps_and_nothing_must_go():
    verdict = judge([])
    assert verdict.may_go(TODAY)
    assert not verdict.must_go(TODAY)


def test_the_earliest_maximum_counts_but_never_before_a_minimum():
    verdict = judge(
        [
            Term(1, date(2020, 12, 31), date(2025, 12, 31)),
            Term(2, date(2022, 12, 31), date(2023, 12, 31)),
        ]
    )
    assert verdict.must_on == date(2023, 12, 31)
    assert verdict.must_go(TODAY)
    contradiction = judge(
        [Term(1, date(2020, 12, 31), date(2021, 12, 31)), Term(2, date(2030, 12, 31))]
    )
    assert contradiction.must_on == contradiction.may_on == date(2031, 1, 1)
