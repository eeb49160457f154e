"""A Result is kept and explained again, to the last word."""

from datetime import date, time

import pytest
from engine import Options, Request, compute, explain, storage
from engine.regimes import REGIMES
from test_naive import cases


@pytest.mark.parametrize("code", sorted(REGIMES))
def test_kept_and_read_again(code):
    for request, _case in cases(code, 100):
        result = compute(request)
        again = storage.load(storage.dump(result))
        assert again == result
        assert explain(again) == explain(result)


def test_hours_are_kept_with_their_offset():
    request = Request(
        "EU-GDPR", date(2025, 3, 28), 72, "hour", place="DE-BY",
        options=Options(mode="fullhour"), event_time=time(16, 20),
    )  # fmt: skip
    result = compute(request)
    again = storage.load(storage.dump(result))
    assert again.moment.isoformat() == "2025-03-31T18:00:00+02:00"
    assert explain(again) == explain(result)
    assert again.safe == result.safe
