from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.period import PeriodError, end_of_period, year_end

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("trigger", "number", "unit", "anchor", "fiscal", "end"),
    [
        # § 50(1) BRAO: six years from the end of the year in which the mandate ended
        ("2020-03-05", 6, "year", "calendar_year", (12, 31), "2026-12-31"),
        ("2020-12-31", 6, "year", "calendar_year", (12, 31), "2026-12-31"),
        ("2021-01-01", 6, "year", "calendar_year", (12, 31), "2027-12-31"),
        # § 147 AO: eight years for vouchers
        ("2025-06-30", 8, "year", "calendar_year", (12, 31), "2033-12-31"),
        # C. civ. art. 2225: five years from the end of the mission, to the day
        ("2020-02-29", 5, "year", "exact", (12, 31), "2025-02-28"),
        ("2020-02-29", 4, "year", "exact", (12, 31), "2024-02-29"),
        ("2023-05-17", 5, "year", "exact", (12, 31), "2028-05-17"),
        # a business year from July to June
        ("2023-07-01", 10, "year", "fiscal_year", (6, 30), "2034-06-30"),
        ("2023-06-30", 10, "year", "fiscal_year", (6, 30), "2033-06-30"),
        # a business year that ends with February
        ("2023-01-10", 1, "year", "fiscal_year", (2, 29), "2024-02-29"),
        ("2024-01-10", 1, "year", "fiscal_year", (2, 29), "2025-02-28"),
        # § 15 AGG
        ("2025-08-31", 6, "month", "exact", (12, 31), "2026-02-28"),
        ("2025-12-31", 10, "day", "exact", (12, 31), "2026-01-10"),
        ("2025-12-31", 0, "year", "exact", (12, 31), "2025-12-31"),
    ],
)
def test_examples(trigger, number, unit, anchor, fiscal, end):
    found = end_of_period(date.fromisoformat(trigger), number, unit, anchor, fiscal)
    assert found == date.fromisoformat(end)


@given(DAYS, st.integers(0, 40), st.sampled_from(["exact", "calendar_year"]))
def test_a_longer_period_never_ends_earlier(day, years, anchor):
    assert end_of_period(day, years, "year", anchor) < end_of_period(
        day, years + 1, "year", anchor
    )


@given(DAYS, DAYS, st.integers(0, 40), st.integers(1, 12), st.integers(1, 31))
def test_a_later_event_never_ends_earlier(one, other, years, month, day):
    first, second = sorted((one, other))
    for anchor in ("exact", "calendar_year", "fiscal_year"):
        assert end_of_period(
            first, years, "year", anchor, (month, day)
        ) <= end_of_period(second, years, "year", anchor, (month, day))


@given(DAYS, st.integers(1, 12), st.integers(1, 31))
def test_the_year_ends_within_a_year(day, month, last):
    end = year_end(day, month, last)
    assert 0 <= (end - day).days <= 366


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ((-1, "year", "exact"), "negative"),
        ((1, "week", "exact"), "week"),
        ((1, "year", "easter"), "easter"),
        ((9000, "year", "exact"), "9999"),
        ((9_999_999, "day", "exact"), "9999"),
    ],
)
def test_bad_input_says_what_is_wrong(values, text):
    with pytest.raises(PeriodError, match=text):
        end_of_period(date(2025, 1, 1), *values)
