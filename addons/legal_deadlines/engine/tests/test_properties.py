"""What holds of every period, whatever is asked (hypothesis)."""

from datetime import date, timedelta

import pytest
from engine import Options, Request, arithmetic, compute, recess
from engine.places import parse
from engine.regimes import REGIMES
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_naive import PLACES

RECESS = {"CH-ZPO": "stillstand=zpo", "CH-BGG": "stillstand=bgg", "AT-ZPO": "hemmung=1"}
days = st.dates(date(1994, 1, 1), date(2095, 12, 31))
lengths = st.tuples(st.integers(1, 90), st.sampled_from(["day", "week", "month"])).map(
    lambda span: (min(span[0], 24), span[1]) if span[1] == "month" else span
)


@st.composite
def regimes(draw):
    """(code, place, options) of any regime, its recess included where it has one."""
    code = draw(st.sampled_from(sorted(REGIMES)))
    place = draw(st.sampled_from(PLACES[REGIMES[code].country]))
    return code, place, draw(st.sampled_from(["", RECESS.get(code, "")]))


def ask(regime, event, length, unit, direction="forward", more=""):
    code, place, options = regime
    return compute(
        Request(
            code,
            event,
            length,
            unit,
            direction,
            place,
            Options.parse(f"{options};{more}"),
        )  # fmt: skip
    )


def calendar(regime):
    return REGIMES[regime[0]].calendar(
        Request(regime[0], date(2000, 1, 1), 1, "day"), parse(regime[1])
    )


@given(regimes(), days, lengths)
@settings(max_examples=300, deadline=None)
def test_a_later_event_never_ends_earlier(regime, event, span):
    assume(regime[0] != "CH-SchKG")  # debt holidays: see the test below
    later = event + timedelta(1)
    assert ask(regime, event, *span).date <= ask(regime, later, *span).date


def test_debt_holidays_are_the_exception_to_that():
    """An end inside them goes to the third working day after, one day later goes on."""
    regime = ("CH-SchKG", "CH-ZH", "")
    inside = ask(regime, date(2026, 7, 21), 10, "day")
    after = ask(regime, date(2026, 7, 22), 10, "day")
    assert (inside.nominal, inside.date) == (date(2026, 7, 31), date(2026, 8, 5))
    assert (after.nominal, after.date) == (date(2026, 8, 1), date(2026, 8, 3))


@given(regimes(), days, st.integers(1, 60), st.sampled_from(["day", "week", "month"]))
@settings(max_examples=300, deadline=None)
def test_a_longer_period_never_ends_earlier(regime, event, length, unit):
    assume(regime[0] != "CH-SchKG" and (unit != "month" or length < 24))
    assert (
        ask(regime, event, length, unit).date
        <= ask(regime, event, length + 1, unit).date
    )


@given(regimes(), days, lengths)
@settings(max_examples=300, deadline=None)
def test_no_end_on_a_day_without_work(regime, event, span):
    result = ask(regime, event, *span)
    assert not calendar(regime).off(result.date)
    assert event < result.nominal <= result.date
    assert result.safe <= result.date
    if regime[2] and (regime[0] == "CH-ZPO" or span[1] == "day"):
        if regime[0] != "AT-ZPO":
            assert not recess.recess_of("CH-COURT", result.date)


@given(regimes(), days, lengths, st.sampled_from(["1day", "2week", "1month"]))
@settings(max_examples=300, deadline=None)
def test_an_extension_is_never_earlier(regime, event, span, extension):
    plain = ask(regime, event, *span)
    extended = ask(regime, event, *span, more=f"ext={extension}")
    assert extended.date >= plain.date
    to = plain.date + timedelta(3)
    assert ask(regime, event, *span, more=f"ext_to={to}").date == to


@given(regimes(), days, st.integers(1, 90), st.sampled_from(["day", "week"]))
@settings(max_examples=300, deadline=None)
def test_forward_and_backward_meet(regime, event, length, unit):
    """The last safe day before a hearing: from it the full period is over before."""
    assume("hemmung" not in regime[2] and "stillstand" not in regime[2])
    last = ask(regime, event, length, unit, "backward").date
    assert ask(
        regime,
        last,
        length,
        unit,
        more="shift=0;art35=0" if regime[0] in ("EU-1182", "EU-GDPR") else "shift=0",
    ).date == event - timedelta(1)
    assert ask(regime, event, length, unit, "backward").safe <= last


@given(regimes(), days, st.integers(1, 24))
@settings(max_examples=300, deadline=None)
def test_months_backward_leave_the_full_period_between(regime, event, length):
    assume(not regime[2])
    last = ask(regime, event, length, "month", "backward").date
    assert arithmetic.add_months(last, length) < event
    assert last < event


@given(regimes(), days, st.integers(1, 90))
@settings(max_examples=300, deadline=None)
def test_an_early_warning_is_a_working_day_and_early(regime, event, length):
    assume(not regime[2])
    warning = ask(regime, event, length, "day", "backward", "vorfrist=1").date
    assert warning <= event - timedelta(length)
    assert not calendar(regime).off(warning)


@given(days, st.integers(1, 400), st.sampled_from(["CH-COURT", "CH-DEBT", "AT-COURT"]))
@settings(max_examples=300, deadline=None)
def test_a_recess_only_prolongs(event, length, code):
    end = recess.count_days(code, event, length)
    assert end >= event + timedelta(length)
    assert not recess.recess_of(code, end)
    assert (end - event).days - recess.days_within(code, event, end) == length


@given(days, st.integers(1, 40))
@settings(max_examples=300, deadline=None)
def test_a_month_ends_on_its_number_or_its_last_day(event, months):
    end = arithmetic.add_months(event, months)
    assert end.day == event.day or (end + timedelta(1)).day == 1
    first = arithmetic.add_months_from_begin(event, months)
    assert first < arithmetic.add_months(event, months) or event.day > first.day


@pytest.mark.parametrize("code", sorted(REGIMES))
def test_the_same_question_has_the_same_answer(code):
    regime = (code, PLACES[REGIMES[code].country][-1], RECESS.get(code, ""))
    results = {str(ask(regime, date(2025, 7, 3), 14, "day")) for _each in range(3)}
    assert len(results) == 1
