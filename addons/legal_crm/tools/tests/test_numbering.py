import random
from collections import defaultdict
from datetime import date

import pytest
from tools.numbering import (
    DEFAULT_PATTERN,
    MAX_LENGTH,
    PatternError,
    parse,
    validate,
)

DAY = date(2026, 3, 9)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (DEFAULT_PATTERN, "0012/26"),
        ("{counter}/{year2}", "12/26"),
        ("{counter:5}-{year}", "00012-2026"),
        ("{year}{counter:5}", "202600012"),
        ("{year}-{month}-{counter}", "2026-03-12"),
        ("AZ {counter}/{year2} {initials}-{area}", "AZ 12/26 MM-FAM"),
        ("{type}.{counter}", "Z.12"),
        ("{{{counter}}}", "{12}"),
        ("№ {counter} (Büro Köln)", "№ 12 (Büro Köln)"),
        ("  {counter}  ", "12"),
        ("-{counter}-", "-12-"),
    ],
)
def test_format(pattern, expected):
    assert parse(pattern).format(12, DAY, "MM", "FAM", "Z") == expected


@pytest.mark.parametrize(
    ("pattern", "initials", "area", "expected"),
    [
        ("{counter}/{year2} {initials}-{area}", "MM", "FAM", "12/26 MM-FAM"),
        ("{counter}/{year2} {initials}-{area}", "MM", "", "12/26 MM"),
        ("{counter}/{year2} {initials}-{area}", "", "FAM", "12/26 FAM"),
        ("{counter}/{year2} {initials}-{area}", "", "", "12/26"),
        ("{area}-{counter}/{year2}", "", "", "12/26"),
        ("{area}/{initials}-{counter}", "", "", "12"),
        ("{counter}/{area}/{year}", "", "", "12/2026"),
        ("{counter}/{year} ({area})", "", "", "12/2026"),
        ("{counter} ({initials}/{area}) X", "MM", "", "12 (MM) X"),
        ("{counter} ({initials}/{area}) X", "", "FAM", "12 (FAM) X"),
        ("{counter} ({initials}/{area}) X", "", "", "12 X"),
        ("{counter}({area}){year}", "", "", "12 2026"),
        ("{counter}[({area})]/{year}", "", "", "12/2026"),
        ("AZ {area}-{counter}", "", "", "AZ 12"),
        ("{counter}-{area}-", "", "", "12"),
        ("{counter}/{year2} {initials}", "M.M.", "", "12/26 MM"),
        ("{counter}/{year2} {initials}", None, "", "12/26"),
        ("{counter}/{year2} {initials}", "É2", "", "12/26 É2"),
    ],
)
def test_empty_parts_leave_no_separators(pattern, initials, area, expected):
    assert parse(pattern).format(12, DAY, initials=initials, area=area) == expected


def test_counter_outgrows_its_width():
    assert parse(DEFAULT_PATTERN).format(12345, DAY) == "12345/26"


@pytest.mark.parametrize("counter", [0, -1])
def test_counter_is_positive(counter):
    with pytest.raises(ValueError):
        parse(DEFAULT_PATTERN).format(counter, DAY)


@pytest.mark.parametrize(
    ("pattern", "code", "detail"),
    [
        ("", "empty", ""),
        ("   ", "empty", ""),
        (None, "empty", ""),
        ("x" * MAX_LENGTH + "{counter}", "too_long", None),
        ("{year}", "no_counter", "{year}"),
        ("{{counter}}", "no_counter", "{{counter}}"),
        ("{counter}/{counter:4}", "two_counters", None),
        ("{counter}/{number}", "unknown_placeholder", "{number}"),
        ("{counter}/{}", "unknown_placeholder", "{}"),
        ("{counter}/{Year}", "unknown_placeholder", "{Year}"),
        ("{counter:0}", "bad_width", "{counter:0}"),
        ("{counter:}", "bad_width", "{counter:}"),
        ("{counter:04}", "bad_width", "{counter:04}"),
        ("{counter:13}", "bad_width", "{counter:13}"),
        ("{counter:x}", "bad_width", "{counter:x}"),
        ("{counter:-3}", "bad_width", "{counter:-3}"),
        ("{counter:٣}", "bad_width", "{counter:٣}"),
        ("{counter}/{year:4}", "bad_width", "{year:4}"),
        ("{counter}/{year", "unbalanced_brace", "{year"),
        ("{counter}}", "unbalanced_brace", "}"),
        ("{counter}/}x", "unbalanced_brace", "}x"),
    ],
)
def test_parse_errors(pattern, code, detail):
    with pytest.raises(PatternError) as caught:
        parse(pattern)
    assert caught.value.code == code
    if detail is not None:
        assert caught.value.detail == detail
    with pytest.raises(PatternError):
        validate(pattern, yearly=False)


@pytest.mark.parametrize(
    ("pattern", "yearly", "code"),
    [
        ("{counter}", True, "yearly_without_year"),
        ("{month}-{counter}", True, "yearly_without_year"),
        ("{counter}{year}", True, "digits_touch"),
        ("{counter}{year}", False, "digits_touch"),
        ("{year2}{counter}", True, "digits_touch"),
        ("{month}{counter}/{year}", True, "digits_touch"),
        ("{area}{counter}/{year}", True, "digits_touch"),
        ("{area}{counter:4}/{year}", True, "digits_touch"),
        ("{counter:4}{initials}/{year}", True, "digits_touch"),
        # "1-12" is counter 1 with area "12", or counter 12 with area "1"
        ("{area}-{counter}-{initials}", False, "ambiguous"),
        ("{area}-N{counter}-{initials}", False, "ambiguous"),
        ("{area}-{counter}-{year2}-{initials}", True, "ambiguous"),
        ("{area}0{counter}/{year}", True, "ambiguous"),
    ],
)
def test_validate_refuses(pattern, yearly, code):
    with pytest.raises(PatternError) as caught:
        validate(pattern, yearly)
    assert caught.value.code == code


VALID = [
    (DEFAULT_PATTERN, True),
    (DEFAULT_PATTERN, False),
    ("{counter}", False),
    ("{year}{counter:5}", True),
    ("{counter:5}{year}", True),
    ("{year2}{month}{counter:4}", True),
    ("{counter}/{year2} {initials}-{area}", True),
    ("{area}-{counter}/{year2}", True),
    ("{area}-{counter}/{year2}-{initials}", True),
    ("{area}.{type}.{counter}.{year}", True),
    ("{area}-N{counter}/{year2}", True),
    ("AZ{counter}/{year2}/{type}", True),
    ("{counter}-{area}-{year2}", True),
    ("{counter} ({initials}) {year}", True),
    ("{area}-{year}/{month}-{counter}", False),
]


@pytest.mark.parametrize(("pattern", "yearly"), VALID)
def test_validate_accepts(pattern, yearly):
    assert validate(pattern, yearly) == parse(pattern)


def random_pattern(rng):
    pieces = ["{initials}", "{area}", "{type}", "{month}", "/", "-", " ", "(", ")"]
    pieces += ["N", "0", "{year}", "{year2}"]
    chosen = rng.choices(pieces, k=rng.randint(0, 6))
    chosen.insert(rng.randint(0, len(chosen)), rng.choice(["{counter}", "{counter:2}"]))
    chosen.insert(rng.randint(0, len(chosen)), rng.choice(["{year}", "{year2}", "/"]))
    return "".join(chosen)


def assert_injective(pattern, yearly, rng, rounds):
    seen = defaultdict(set)
    # Few and nasty values, so that a collision is found if there is one.
    parts = ["", "", "1", "12", "26", "A", "A1", "1A", "N", "N1", "0", "2026", "N0"]
    for _ in range(rounds):
        counter = rng.choice([1, 2, 12, 21, 26, 112, 126, 2026, rng.randint(1, 300)])
        day = date(rng.choice([2012, 2021, 2026]), rng.choice([1, 2, 12]), 1)
        number = parse(pattern).format(counter, day, *rng.choices(parts, k=3))
        seen[number].add((counter, day.year) if yearly else counter)
    assert all(len(owners) == 1 for owners in seen.values()), pattern


@pytest.mark.parametrize(("pattern", "yearly"), VALID)
def test_injective(pattern, yearly):
    assert_injective(pattern, yearly, random.Random(pattern), 5000)


def test_every_validated_random_pattern_is_injective():
    rng = random.Random(2026)
    accepted = 0
    for _ in range(1500):
        pattern, yearly = random_pattern(rng), rng.random() < 0.7
        try:
            validate(pattern, yearly)
        except PatternError:
            continue
        accepted += 1
        assert_injective(pattern, yearly, rng, 300)
    assert accepted > 100


@pytest.mark.parametrize(
    ("pattern", "one", "other"),
    [
        ("{area}-{counter}-{initials}", (1, "12", ""), (12, "", "1")),
        ("{area}-N{counter}-{initials}", (7, "", "N5"), (5, "N7", "")),
        ("{area}-{counter}-{year2}-{initials}", (26, "", "12"), (12, "26", "")),
        ("{area}0{counter}/{year}", (5, "", "A"), (505, "", "A")),
    ],
)
def test_refused_patterns_do_collide(pattern, one, other):
    """At least one pair of matters shares a number, so the refusal is deserved."""
    values = ["", "1", "12", "26", "N5", "N7", "A", "A05"]
    owners = defaultdict(set)
    for counter in (1, 5, 7, 12, 26, one[0], other[0]):
        for area in values:
            for initials in values:
                number = parse(pattern).format(counter, DAY, initials, area)
                owners[number].add(counter)
    assert any(len(counters) > 1 for counters in owners.values())


def test_literal_text_survives():
    rng = random.Random(7)
    for _ in range(500):
        prefix = "".join(rng.choices("AZ°§/-_. #&äß{}", k=rng.randint(0, 8))).strip()
        escaped = prefix.replace("{", "{{").replace("}", "}}")
        pattern = "x" + escaped + "{counter}"
        assert parse(pattern).format(3, DAY) == "x" + prefix + "3"
