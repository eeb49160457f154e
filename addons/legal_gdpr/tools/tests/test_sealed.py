import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.sealed import Damaged, KeyLost, Sealer, fold, is_sealed

OLD, NEW = "k11111111", "k22222222"
KEYS = {OLD: b"\x01" * 32, NEW: b"\x02" * 32}
PLACE = "res.partner.identity_number"


def sealer(current=NEW, *lost):
    return Sealer({k: v for k, v in KEYS.items() if k not in lost}, current)


@given(st.text())
def test_what_is_sealed_opens(text):
    envelope = sealer().seal(text, PLACE)
    assert is_sealed(envelope) and envelope.isascii()
    assert sealer().open(envelope, PLACE) == text


@given(st.binary(max_size=4000))
def test_files_open(raw):
    envelope = sealer().seal_bytes(raw, "ir.attachment")
    assert is_sealed(envelope)
    assert sealer().open_bytes(envelope, "ir.attachment") == raw


def test_nothing_of_it_can_be_read_and_none_is_like_another():
    text = "ZQMARKER T22000129"
    first, second = (sealer().seal(text, PLACE) for _ in range(2))
    assert first != second
    assert text not in first and "MARKER" not in first.upper().split(":")[-1]
    raw = sealer().seal_bytes(text.encode() * 100, PLACE)
    assert b"ZQMARKER" not in raw


def test_the_length_says_nothing_of_a_choice():
    lengths = {
        len(sealer().seal(text, PLACE))
        for text in ("", "no", "yes", "low", "high", "medium", "Müller", "x" * 63)
    }
    assert len(lengths) == 1
    assert len(sealer().seal("x" * 64, PLACE)) > lengths.pop()


def test_the_old_key_still_opens_and_new_things_have_the_new_one():
    envelope = sealer(OLD).seal("x", PLACE)
    assert sealer(NEW).open(envelope, PLACE) == "x"
    assert not sealer(NEW).is_current(envelope)
    again = sealer(NEW).seal(sealer(NEW).open(envelope, PLACE), PLACE)
    assert sealer(NEW).is_current(again) and sealer(NEW).key_of(again) == NEW


def test_a_lost_key_is_named():
    envelope = sealer(OLD).seal("x", PLACE)
    with pytest.raises(KeyLost) as caught:
        sealer(NEW, OLD).open(envelope, PLACE)
    assert caught.value.key_id == OLD
    raw = sealer(OLD).seal_bytes(b"x", PLACE)
    with pytest.raises(KeyLost):
        sealer(NEW, OLD).open_bytes(raw, PLACE)


def test_another_place_or_a_changed_letter_is_known():
    envelope = sealer().seal("x" * 40, PLACE)
    with pytest.raises(Damaged):
        sealer().open(envelope, "res.partner.health")
    head, body = envelope.rsplit(":", 1)
    changed = ("A" if body[20] != "A" else "B").join((body[:20], body[21:]))
    for wrong in (f"{head}:{changed}", envelope[:-8], "plain", "sealed:1:", head):
        with pytest.raises(Damaged):
            sealer().open(wrong, PLACE)
    raw = sealer().seal_bytes(b"x" * 40, PLACE)
    for wrong in (raw[:-1], raw[:10], b"plain", raw[:30] + b"!" + raw[31:]):
        with pytest.raises(Damaged):
            sealer().open_bytes(wrong, PLACE)


def test_a_value_is_found_however_it_is_written():
    one, two = (sealer().index(t, PLACE) for t in ("T 220-001/29", "t22000129"))
    assert one == two
    assert sealer().index("T22000129", "res.partner.tax") != one
    assert sealer().index(" -/ ", PLACE) is None
    assert sealer(OLD).index("t22000129", PLACE) in sealer().indexes("T22000129", PLACE)
    assert len(sealer().indexes("T22000129", PLACE)) == 2


def test_folding_keeps_letters_of_any_script():
    assert fold("Ä-1 б") == "a1б"
    assert fold(None) == ""
