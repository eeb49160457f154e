import random

import pytest
from tools import keyring, sealing


@pytest.mark.parametrize(
    ("ids", "text"),
    [([], ""), ([5], "5"), ([1, 2, 3, 7], "1-3,7"), ([1, 3, 4], "1,3-4")],
)
def test_ranges(ids, text):
    assert sealing.to_ranges(ids) == text
    pairs = sealing.parse_ranges(text)
    assert [i for low, high in pairs for i in range(low, high + 1)] == ids
    assert sealing.size(pairs) == len(ids)


def test_any_set_of_ids_survives():
    lottery = random.Random(5)
    for _ in range(200):
        ids = sorted(lottery.sample(range(1, 300), lottery.randrange(200)))
        pairs = sealing.parse_ranges(sealing.to_ranges(ids))
        assert [i for low, high in pairs for i in range(low, high + 1)] == ids
        low, high = sorted((lottery.randrange(1, 300), lottery.randrange(1, 300)))
        left = [i for a, b in sealing.gaps(pairs, low, high) for i in range(a, b + 1)]
        assert left == [i for i in range(low, high + 1) if i not in set(ids)]


@pytest.mark.parametrize("text", ["3-1", "1,1", "5,2", "1-x", "a", "0", "-5"])
def test_damaged_ranges_are_refused(text):
    with pytest.raises(ValueError):
        sealing.parse_ranges(text)


def test_ids_that_do_not_ascend_are_refused():
    with pytest.raises(ValueError):
        sealing.to_ranges([2, 1])


def test_merge():
    assert sealing.merge([(5, 9), (1, 3), (4, 4), (20, 21)]) == [(1, 9), (20, 21)]
    assert sealing.merge([(1, 9), (3, 4)]) == [(1, 9)]


def test_clusters():
    assert sealing.clusters([(1, 5), (7, 9), (5000, 5001)]) == [
        [(1, 5), (7, 9)],
        [(5000, 5001)],
    ]


def test_everything_in_a_block_counts():
    ring = keyring.parse(keyring.new_text())
    block = sealing.Block("log", 1, "seal", "1-3", 3, 3, "2026-01-01", "", "d")
    seals = {block.seal(ring, ring.current)}
    for name, value in {
        "ledger": "other",
        "number": 2,
        "kind": "restart",
        "entries": "1-2,3",
        "count": 4,
        "last_id": 4,
        "sealed_on": "2026-01-02",
        "previous": "x",
        "digest": "e",
    }.items():
        seals.add(block._replace(**{name: value}).seal(ring, ring.current))
    assert len(seals) == 10
    with pytest.raises(KeyError):
        block.seal(ring, "kunknown")


def test_digest_depends_on_order_and_bounds():
    def digest(*texts):
        made = sealing.Digest()
        for text in texts:
            made.add(text)
        return made.hex()

    assert digest("a", "b") == digest("a", "b")
    assert len({digest("a", "b"), digest("b", "a"), digest("ab"), digest("a")}) == 4
