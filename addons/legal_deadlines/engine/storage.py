"""A Result as JSON and back: to be kept beside the deadline, and explained again later
in whatever language is asked for.
"""

import json
from datetime import date, datetime

from .result import Doubt, Holiday, Result, Step


def dump(result):
    """JSON of a Result; dates as {"date": "2025-03-10"}, times with their offset."""
    return json.dumps(_pack(result._asdict()), ensure_ascii=False, sort_keys=True)


def load(text):
    """The Result of `dump`. A time has its offset, no longer the name of its zone."""
    values = _unpack(json.loads(text))
    for name, kind in (("steps", Step), ("doubts", Doubt), ("holidays", Holiday)):
        values[name] = tuple(kind(*parts) for parts in values[name])
    return Result(**values)


def _pack(value):
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, dict):
        return {name: _pack(part) for name, part in value.items()}
    if isinstance(value, (tuple, list)):
        return [_pack(part) for part in value]
    return value


def _unpack(value):
    if isinstance(value, list):
        return [_unpack(part) for part in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"date"} and isinstance(value["date"], str):
        return date.fromisoformat(value["date"])
    if value.keys() == {"moment"}:
        return datetime.fromisoformat(value["moment"])
    return {name: _unpack(part) for name, part in value.items()}
