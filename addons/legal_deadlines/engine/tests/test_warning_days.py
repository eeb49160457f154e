import pytest
from engine import warning_days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("7, 1", (7, 1)),
        ("1;7 7", (7, 1)),
        (" 14 ", (14,)),
        ("0,365", (365, 0)),
        ("", ()),
        (None, ()),
        (False, ()),
    ],
)
def test_parse(text, days):
    assert warning_days.parse(text) == days


@pytest.mark.parametrize("part", ["-1", "366", "1.5", "one", "٣", "1000", "7d"])
def test_what_is_no_number_of_days(part):
    with pytest.raises(warning_days.InvalidWarningDays) as refused:
        warning_days.parse(f"7, {part}")
    assert refused.value.part == part
