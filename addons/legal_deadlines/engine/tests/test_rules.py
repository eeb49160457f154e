"""The catalogue: every rule can be computed, and says what it is."""

from datetime import date, time

import pytest
from engine import compute, rules

PLACE = {"DE": "DE-NW", "FR": "FR", "CH": "CH-ZH", "AT": "AT", "EU": ""}
MEMBER = {"EU-1182": "DE-NW", "EU-GDPR": "DE-NW"}


def place_of(rule):
    return MEMBER.get(rule.regime, PLACE[rule.regime[:2]])


@pytest.mark.parametrize("code", rules.catalogue())
def test_a_rule_computes(code):
    rule = rules.rule(code)
    more = {"event_time": time(9, 30)} if rule.unit == "hour" else {}
    length = rule.length or 2
    result = compute(rule.request(date(2025, 5, 6), place_of(rule), length, **more))
    backward = rule.direction == "backward"
    assert (result.date < date(2025, 5, 6)) == backward
    latest = rule.long_stop_request(date(2025, 5, 6), place_of(rule))
    if latest:
        assert compute(latest).date > result.date


def test_91_rules_that_no_lawyer_has_read():
    assert len(rules.catalogue()) == 91
    assert not any(rule.reviewed for rule in rules.catalogue().values())


def test_what_the_law_adds_is_in_the_rule():
    """Recess, délai franc, distance, fiction: without a word of the user."""
    expected = {
        ("CH-ZPO-311", "CH-ZH", date(2025, 6, 30)): date(2025, 9, 1),
        ("CH-ZPO-314", "CH-ZH", date(2025, 7, 10)): date(2025, 7, 21),
        ("CH-BGG-100", "CH-ZH", date(2025, 6, 30)): date(2025, 9, 1),
        ("AT-ZPO-464", "AT", date(2023, 7, 4)): date(2023, 9, 4),
        ("AT-ZPO-248", "AT", date(2023, 7, 4)): date(2023, 8, 1),
        ("FR-CJA-R421-1", "FR", date(2024, 12, 31)): date(2025, 3, 3),
        ("FR-CPP-568", "FR", date(2012, 6, 5)): date(2012, 6, 11),
        ("EU-TFEU-263", "", date(2009, 2, 26)): date(2009, 5, 6),
        ("DE-AO-355", "DE-NW", date(2025, 6, 10)): date(2025, 7, 16),
        ("DE-ZPO-217", "DE-NW", date(2025, 6, 20)): date(2025, 6, 12),
        ("FR-CPC-913-8", "FR", date(2025, 6, 2)): date(2025, 6, 16),
    }
    for (code, place, event), end in expected.items():
        assert compute(rules.rule(code).request(event, place)).date == end, code


def test_a_disputed_first_day_gives_an_earlier_safe_date():
    """AT ZPO § 148(2): the period "begins with the day" the obstacle fell away."""
    result = compute(rules.rule("AT-ZPO-148").request(date(2025, 5, 6), "AT"))
    assert (result.date, result.safe) == (date(2025, 5, 20), date(2025, 5, 19))


def test_the_latest_end_after_pronouncement():
    rule = rules.rule("DE-ZPO-517")
    latest = rule.long_stop_request(date(2007, 12, 14), "DE")
    assert compute(latest).date == date(2008, 6, 16)
    stop = rules.rule("DE-ZPO-544-3").long_stop_request(date(2025, 1, 10), "DE-NW")
    assert compute(stop).date == date(2025, 7, 10)
