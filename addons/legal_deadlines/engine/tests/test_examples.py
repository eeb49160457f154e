"""Every worked example of the file holds, and some that are not in it."""

from datetime import date, time

import pytest
from engine import Options, Request, check, compute
from engine.tables import FOLDER

EXAMPLES = [row for _line, row in check.read(FOLDER / "deadline_examples.csv")]


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row["id"])
def test_example_of_the_file(row):
    assert not check.differs(row)


# regime, place, event, length, unit, options, expected: why
MORE = [
    # the nationwide Reformation Day of 2017, and the day of liberation in Berlin
    ("DE-ZPO", "DE-BY", "2017-08-31", 2, "month", "", "2017-11-02"),
    ("DE-ZPO", "DE-BE", "2025-04-08", 1, "month", "", "2025-05-09"),
    ("DE-ZPO", "DE-BE", "2020-04-08", 1, "month", "", "2020-05-11"),
    ("DE-ZPO", "DE-BE", "2024-04-08", 1, "month", "", "2024-05-08"),
    # Corpus Christi and the Assumption only in some municipalities
    ("DE-ZPO", "DE-SN/catholic", "2024-05-16", 2, "week", "", "2024-05-31"),
    ("DE-ZPO", "DE-TH", "2024-05-16", 2, "week", "", "2024-05-30"),
    ("DE-ZPO", "DE-BY/catholic", "2024-07-15", 1, "month", "", "2024-08-16"),
    ("DE-ZPO", "DE-BY/Augsburg", "2024-07-25", 2, "week", "", "2024-08-09"),
    # Repentance Day: everywhere until 1994, in Saxony only since
    ("DE-ZPO", "DE-HE", "1994-10-16", 1, "month", "", "1994-11-17"),
    ("DE-ZPO", "DE-HE", "1995-10-22", 1, "month", "", "1995-11-22"),
    ("DE-ZPO", "DE-SN", "1995-10-22", 1, "month", "", "1995-11-23"),
    # the fourth day since 2025; it is rolled for taxes, not for social benefits
    ("DE-AO", "DE-NW", "2025-01-01", 1, "month", "fiction=AO122", "2025-02-06"),
    ("DE-AO", "DE-NW", "2024-12-31", 1, "month", "fiction=AO122", "2025-02-03"),
    ("DE-SGG", "DE-NW", "2025-01-01", 1, "month", "fiction=SGBX37", "2025-02-05"),
    ("DE-SGG", "DE-NW", "2024-05-01", 1, "month", "fiction=SGBX37", "2024-06-04"),
    # Beginnfrist from the last days of a month
    ("DE-BGB", "DE", "2025-01-31", 1, "month", "start=begin;shift=0", "2025-02-28"),
    ("DE-BGB", "DE", "2025-03-01", 1, "month", "start=begin;shift=0", "2025-03-31"),
    ("DE-BGB", "DE", "2024-01-01", 1, "year", "start=begin;shift=0", "2024-12-31"),
    ("DE-BGB", "DE", "2024-02-29", 1, "year", "start=begin;shift=0", "2025-02-28"),
    # not in one piece: months of 30 days (BGB § 191)
    ("DE-BGB", "DE", "2025-01-01", 2, "month", "noncontiguous=1;shift=0", "2025-03-02"),
    ("DE-BGB", "DE", "2025-01-01", 1, "year", "noncontiguous=1;shift=0", "2026-01-01"),
    ("DE-BGB", "DE", "2025-01-15", 1, "quarter", "shift=0", "2025-04-15"),
    ("DE-BGB", "DE", "2025-08-31", 1, "halfyear", "shift=0", "2026-02-28"),
    # extended to a day: that day, even a Sunday
    ("DE-ZPO", "DE", "2025-01-15", 2, "month", "ext_to=2025-04-06", "2025-04-06"),
    # a clear period over a month's end, and one counted with its own day
    ("FR-CJA", "FR", "2025-01-31", 1, "month", "franc=1", "2025-03-03"),
    ("FR-CPC", "FR", "2025-06-02", 15, "day", "count_event_day=1", "2025-06-16"),
    ("FR-CPC", "FR", "2025-06-10", 15, "day", "plus=1month", "2025-07-25"),
    # Alsace-Moselle: 26 December everywhere, Good Friday only with a Protestant church
    ("FR-CPC", "FR-67", "2025-03-18", 1, "month", "", "2025-04-18"),
    ("FR-CPC", "FR-AM", "2025-03-18", 1, "month", "", "2025-04-22"),
    ("FR-CPC", "FR-57", "2025-11-26", 1, "month", "", "2025-12-29"),
    # Whit Monday stayed a holiday when it became a day of work
    ("FR-CPC", "FR", "2006-05-05", 1, "month", "", "2006-06-06"),
    # a Saturday just before the recess of Easter, and without a recess
    ("CH-ZPO", "CH-ZH", "2025-04-02", 10, "day", "stillstand=zpo", "2025-04-28"),
    ("CH-ZPO", "CH-ZH", "2025-04-02", 10, "day", "stillstand=zpo;noferien=1",
     "2025-04-14"),
    ("CH-ZPO", "CH-ZH", "2025-12-10", 3, "month", "stillstand=zpo", "2026-03-26"),
    ("CH-BGG", "CH-ZH", "2025-12-10", 3, "month", "stillstand=bgg", "2026-03-10"),
    # the pick-up fiction is not rolled, inside the recess it waits for its end
    ("CH-ZPO", "CH-ZH", "2025-02-08", 10, "day", "pickup7=1", "2025-02-25"),
    ("CH-ZPO", "CH-ZH", "2025-07-10", 10, "day", "pickup7=1;stillstand=zpo",
     "2025-08-25"),
    # ordinary mail: not before 2025
    ("CH-ZPO", "CH-ZH", "2024-06-01", 10, "day", "delivery=ordinary", "2024-06-11"),
    # BGE 149 III 179 E. 2: 19.4. -> 22.4.2020
    ("CH-SchKG", "CH-ZH", "2020-04-09", 10, "day", "", "2020-04-22"),
    ("CH-SchKG", "CH-ZH", "2020-04-09", 10, "day", "noferien=1", "2020-04-20"),
    # contracts: Saturday is a working day
    ("CH-OR", "CH-ZH", "2025-05-07", 10, "day", "contract=1", "2025-05-17"),
    ("CH-OR", "CH-ZH", "2025-05-07", 10, "day", "", "2025-05-19"),
    # 24 December: AVG and BAO, not ZPO
    ("AT-AVG", "AT", "2025-11-26", 4, "week", "", "2025-12-29"),
    ("AT-ZPO", "AT", "2025-11-26", 4, "week", "", "2025-12-24"),
    ("AT-AVG", "AT", "2012-11-26", 4, "week", "", "2012-12-24"),
    # OGH 7 Ob 1/12s: 15 July and 17 August both belong to the recess of 2011
    ("AT-ZPO", "AT", "2011-06-27", 4, "week", "hemmung=1", "2011-08-29"),
    # OGH 1 Ob 504/94: before 2011 the recess lasted until 25 August
    ("AT-ZPO", "AT", "1993-07-21", 4, "week", "hemmung=1", "1993-09-22"),
    # 9 May is a holiday of the Court since 2019
    ("EU-GC", "", "2023-02-27", 2, "month", "distance=10;shift=0", "2023-05-07"),
    ("EU-GC", "", "2022-02-28", 2, "month", "distance=11", "2022-05-10"),
    ("EU-GC", "", "2018-02-28", 2, "month", "distance=11", "2018-05-09"),
    # extended by two months: three from receipt, not from the rolled end
    ("EU-GDPR", "DE-BY", "2025-01-31", 1, "month", "ext=2month", "2025-04-30"),
    ("EU-GDPR", "DE-BY", "2025-02-15", 1, "month", "ext=2month", "2025-05-15"),
]  # fmt: skip


@pytest.mark.parametrize("case", MORE, ids=lambda case: "-".join(map(str, case[:4])))
def test_example_of_the_law(case):
    regime, place, event, length, unit, options, expected = case
    request = Request.from_text(
        regime, event, length, unit, place=place, options=options
    )
    assert compute(request).date == date.fromisoformat(expected)


# served on, last day of four weeks, and of 14 days (Kolmasch, Zak 2023/336)
SUMMER_2023 = """
    16.6. 14.7. | 17.6. 18.8. | 18.6. 21.8. | 19.6. 21.8.
    20.6. 21.8. | 21.6. 22.8. | 22.6. 23.8. | 23.6. 24.8.
    24.6. 25.8. | 25.6. 28.8. | 26.6. 28.8. | 27.6. 28.8.
    28.6. 29.8. | 29.6. 30.8. | 30.6. 31.8. 14.7. | 1.7. 1.9. 18.8.
    2.7. 4.9. 21.8. | 3.7. 4.9. 21.8. | 4.7. 4.9. 21.8. | 5.7. 5.9. 22.8.
    6.7. 6.9. 23.8. | 7.7. 7.9. 24.8. | 8.7. 8.9. 25.8. | 9.7. 11.9. 28.8.
    10.7. 11.9. 28.8. | 11.7. 11.9. 28.8. | 12.7. 12.9. 29.8. | 13.7. 13.9. 30.8.
    14.7. 14.9. 31.8. | 15.7. 14.9. 31.8. | 17.8. 14.9. 31.8. | 18.8. 15.9. 1.9.
"""


def test_the_published_table_of_the_austrian_summer():
    for line in SUMMER_2023.replace("\n", "|").split("|"):
        days = [
            date(2023, int(month), int(day))
            for day, month in (word.split(".")[:2] for word in line.split())
        ]
        for end, length in zip(days[1:], (28, 14), strict=False):
            request = Request(
                "AT-ZPO", days[0], length, "day", place="AT",
                options=Options.parse("hemmung=1"),
            )  # fmt: skip
            assert compute(request).date == end, days


def test_the_cautious_date_is_the_safe_one():
    plain = Request.from_text(
        "CH-BGG", "2029-07-04", 10, "day", place="CH-BE", options="stillstand=bgg"
    )
    cautious = Request.from_text(
        "CH-BGG",
        "2029-07-04",
        10,
        "day",
        place="CH-BE",
        options="stillstand=bgg;safe=1",
    )
    assert compute(plain).safe == compute(cautious).date == date(2029, 7, 16)


def test_local_holidays_of_the_seat_count():
    """A court's municipality may have days of its own (Baden: a procession)."""
    request = Request(
        "DE-ZPO", date(2025, 6, 4), 1, "week", place="DE-NI",
        local_holidays=(("06-11", "Founder's day"),),
    )  # fmt: skip
    result = compute(request)
    assert result.date == date(2025, 6, 12)
    assert [holiday.name for holiday in result.holidays] == ["Founder's day"]


def test_the_basis_of_a_computation_is_kept():
    """Demand 10 of the courts: the seat's holidays and the basis (BGH III ZB 76/16)."""
    request = Request("DE-ZPO", date(2016, 7, 14), 1, "month", place="DE-BY/Augsburg")
    result = compute(request)
    assert [(str(day.date), day.name) for day in result.holidays] == [
        ("2016-08-15", "Mariä Himmelfahrt")
    ]
    assert result.place == "DE-BY/Augsburg"
    assert result.calendar.startswith("holidays ") and "corrections" in result.calendar
    assert [step.code for step in result.steps] == ["start", "month", "roll"]
    assert all(step.article for step in result.steps)


def test_the_courts_of_the_union_sit_in_luxembourg():
    """No place need be given for them; hours and working days are those there."""
    result = compute(Request("EU-GC", date(2025, 4, 30), 1, "day"))
    assert (result.date, result.place) == (date(2025, 5, 2), "EU-LU")
    received = compute(
        Request("EU-GC", date(2025, 4, 30), 0, "day", options=Options(next_werktag=1))
    )
    assert received.date == date(2025, 5, 2)
    hours = Request("EU-CJEU", date(2025, 4, 30), 2, "hour", event_time=time(9, 10))
    assert compute(hours).moment.isoformat() == "2025-04-30T12:00:00+02:00"


def test_a_period_that_counts_its_own_day_does_not_say_otherwise():
    for options in ("start=begin", "count_event_day=1"):
        result = compute(
            Request.from_text(
                "DE-BGB", "2025-03-10", 14, "day", place="DE-BY", options=options
            )
        )
        assert [step.code for step in result.steps] == ["begin", "roll"]
        assert result.date == date(2025, 3, 24)  # 23 March is a Sunday


def test_an_early_warning_names_the_holidays_that_moved_it():
    result = compute(
        Request.from_text(
            "DE-ZPO", "2025-04-25", 1, "week", "backward", "DE-BY", "vorfrist=1"
        )
    )
    assert result.date == date(2025, 4, 17)
    assert [holiday.name for holiday in result.holidays] == ["Karfreitag"]


def test_options_of_both_writings_are_the_same():
    assert Options.parse("count_event_day") == Options(count_event_day=True)
    assert Options.parse(" franc=1 ; plus=2month;") == Options.parse(
        "plus=2month;franc=1"
    )
