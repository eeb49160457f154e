"""Where the law is not settled, the earlier, safe day stands beside the result."""

from datetime import date

import pytest
from engine import Request, compute, explain, rules

# regime, place, event, length, unit, direction, options: doubt, date, safe
DOUBTS = [
    # a period of days that ends on a weekend just before the recess
    ("CH-BGG", "CH-ZH", "2026-03-18", 10, "day", "forward", "stillstand=bgg",
     "weekend_before_recess", "2026-04-13", "2026-03-30"),
    # months, served inside the recess
    ("CH-ZPO", "CH-ZH", "2025-07-31", 7, "month", "forward", "stillstand=zpo",
     "served_in_recess", "2026-04-15", "2026-04-15"),
    ("CH-ZPO", "CH-ZH", "2038-04-26", 1, "month", "forward", "stillstand=zpo",
     "recess_counted_through", "2038-06-02", "2038-06-01"),
    # closure days of a canton outside of the ZPO
    ("CH-BGG", "CH-NE", "2025-05-10", 30, "day", "forward", "stillstand=bgg",
     "doubtful_holiday", "2025-06-10", "2025-06-09"),
    ("CH-SchKG", "CH-NE", "2025-05-30", 10, "day", "forward", "",
     "maybe_holiday", "2025-06-09", "2025-06-09"),
    ("CH-ZPO", "CH-GL", "2028-12-23", 10, "day", "forward", "",
     "doubtful_holiday", "2029-01-03", "2029-01-02"),
    # fictions of service on a weekend or holiday
    ("DE-VwVfG", "DE-NW", "2025-06-11", 1, "month", "forward", "fiction=4",
     "vwvfg_fiction_weekend", "2025-07-16", "2025-07-15"),
    ("DE-AO", "DE-NW", "2025-06-15", 1, "month", "forward", "fiction=AO122",
     "ao_fiction_place", "2025-07-21", "2025-07-21"),
    # limitation that ends on a Sunday
    ("DE-BGB", "DE-NW", "2022-06-15", 3, "year", "forward", "limitation=1",
     "limitation_roll", "2025-06-16", "2025-06-13"),
    # counted back to a Saturday: act on the working day before
    ("FR-CPC", "FR", "2025-06-16", 15, "day", "backward", "",
     "backward_off", "2025-05-31", "2025-05-30"),
    # distance added from the end of a month
    ("FR-CPC", "FR", "2025-01-31", 1, "month", "forward", "plus=2month",
     "in_one", "2025-04-30", "2025-04-28"),
    # a brief a week before the hearing
    ("AT-ZPO", "AT", "2025-06-20", 1, "week", "backward", "",
     "at_257", "2025-06-12", "2025-06-12"),
    # two working days in a short period
    ("EU-1182", "DE", "2025-04-17", 3, "day", "forward", "",
     "two_working_days", "2025-04-23", "2025-04-22"),
    # the end of months reckoned after another period
    ("DE-ZPO", "DE-NW", "2024-09-30", 1, "month", "forward", "first=5month",
     "first_period", "2025-03-28", "2025-03-28"),
    # a waiting period whose end is a Saturday: the later day is safe
    ("DE-ZPO", "DE-NW", "2025-06-07", 2, "week", "forward", "earliest=1",
     "waiting_roll", "2025-06-23", "2025-06-24"),
    ("CH-SchKG", "CH-ZH", "2027-07-21", 10, "day", "forward", "",
     "weekend_ends_debt_holidays", "2027-08-04", "2027-08-02"),
    ("CH-SchKG", "CH-ZH", "2026-12-20", 10, "day", "forward", "act=1",
     "act_first_day", "2027-01-11", "2027-01-11"),
    ("CH-VwVG", "CH-ZH", "2025-05-10", 10, "day", "forward", "delivery=ordinary",
     "ordinary_mail", "2025-05-20", "2025-05-20"),
    ("AT-ZPO", "AT", "2024-06-16", 4, "week", "forward", "hemmung=1",
     "rolled_into_recess", "2024-07-15", "2024-07-15"),
    ("DE-ZPO", "DE", "2025-09-30", 1, "month", "forward", "",
     None, "2025-10-30", "2025-10-30"),
    ("DE-ZPO", "DE", "2025-10-31", 1, "day", "forward", "",
     None, "2025-11-03", "2025-11-03"),
    ("DE-ZPO", "DE", "2024-10-01", 1, "month", "forward", "",
     "no_land", "2024-11-01", "2024-11-01"),
    ("DE-ZPO", "DE-NW", "2025-01-15", 2, "month", "forward", "ext_to=2025-04-06",
     "extended_to_off", "2025-04-06", "2025-04-06"),
    ("DE-ZPO", "DE-NW", "1995-07-20", 1, "month", "forward", "",
     "de_recess_before_1997", "1995-08-21", "1995-08-21"),
    ("FR-CPC", "FR", "1973-03-20", 1, "month", "forward", "",
     "calendar_before_1990", "1973-04-20", "1973-04-20"),
]  # fmt: skip


@pytest.mark.parametrize("case", DOUBTS, ids=lambda case: f"{case[0]}-{case[7]}")
def test_doubt_is_told_with_its_safe_day(case):
    regime, place, event, length, unit, direction, options, code, end, safe = case
    result = compute(
        Request.from_text(regime, event, length, unit, direction, place, options)
    )
    assert [doubt.code for doubt in result.doubts] == ([code] if code else [])
    assert (str(result.date), str(result.safe)) == (end, safe)
    day = date.fromisoformat(safe)
    if code and result.doubts[0].safe:
        assert f"{day:%a %Y-%m-%d}" in explain(result)[-1]


def test_grounds_after_a_filing_period_that_ends_with_the_month():
    rule = rules.rule("DE-STPO-345")
    last = compute(rule.request(date(2025, 2, 28), "DE-NW"))
    assert [doubt.code for doubt in last.doubts] == ["stpo_345_start"]
    assert last.date == date(2025, 3, 28)
    within = compute(rule.request(date(2025, 2, 27), "DE-NW"))
    assert not within.doubts
