"""Blocks of a ledger: which entries, and what the seal over them is.

A block names its entries exactly, as ranges of ids ("1-500,502"). Ids are given before
a transaction ends, so a lower id may appear after a higher one was sealed; it goes
into a later block.
"""

import hashlib
from typing import NamedTuple


def to_ranges(ids):
    """Ascending ids as a text: [1, 2, 3, 7] -> "1-3,7"."""
    parts, start, last = [], None, None
    for number in ids:
        if last is not None and number <= last:
            raise ValueError("ids must ascend")
        if last is None or number != last + 1:
            if start is not None:
                parts.append(_part(start, last))
            start = number
        last = number
    if start is not None:
        parts.append(_part(start, last))
    return ",".join(parts)


def _part(start, last):
    return str(start) if start == last else f"{start}-{last}"


def parse_ranges(text):
    """ "1-3,7" -> [(1, 3), (7, 7)]; :raises ValueError: not ascending ranges of ids"""
    ranges, before = [], 0
    for part in filter(None, (text or "").split(",")):
        low, _dash, high = part.partition("-")
        pair = int(low), int(high or low)
        if not before < pair[0] <= pair[1]:
            raise ValueError(f"{part!r} does not follow {before}")
        ranges.append(pair)
        before = pair[1]
    return ranges


def size(ranges):
    """How many ids the ranges hold."""
    return sum(high - low + 1 for low, high in ranges)


def merge(ranges):
    """Ranges in any order, of several blocks, as few ascending ones."""
    merged = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = merged[-1][0], max(merged[-1][1], high)
        else:
            merged.append((low, high))
    return merged


def gaps(ranges, low, high):
    """What merged ``ranges`` leave out between ``low`` and ``high``, both included."""
    found = []
    for start, end in ranges:
        if end < low:
            continue
        if start > high:
            break
        if start > low:
            found.append((low, start - 1))
        low = max(low, end + 1)
    if low <= high:
        found.append((low, high))
    return found


def clusters(ranges, distance=1000):
    """Neighbouring ranges together, one query each: [[(1, 500), (502, 900)], ...]"""
    groups = []
    for low, high in ranges:
        if groups and low - groups[-1][-1][1] <= distance:
            groups[-1].append((low, high))
        else:
            groups.append([(low, high)])
    return groups


class Block(NamedTuple):
    """What a seal is made of, besides the key.

    ``kind`` is ``seal``, or ``restart`` for the block with which a chain begins anew;
    ``entries`` are ranges, ``last_id`` is the highest id sealed so far, ``digest`` is
    that of the entries, ``previous`` the seal before, "" where a chain begins.
    """

    ledger: str
    number: int
    kind: str
    entries: str
    count: int
    last_id: int
    sealed_on: str
    previous: str
    digest: str

    def seal(self, keyring, key_id):
        """HMAC-SHA256 as hex digits; :raises KeyError: the key is not in the ring"""
        return keyring.mac(key_id, "legal seal 1", *self)


class Digest:
    """SHA-256 over canonical entries, in the order of their ids."""

    def __init__(self):
        self._hash, self.count = hashlib.sha256(), 0

    def add(self, text):
        self._hash.update(text.encode())
        self._hash.update(b"\n")  # canonical texts hold none: JSON escapes it
        self.count += 1

    def hex(self):
        return self._hash.hexdigest()
