import random
import unicodedata

import pytest
from tools.references import (
    EXACT,
    LOOSE,
    MAX_GROUPS,
    NONE,
    VAGUE,
    candidates,
    canonical,
    compact,
    match,
    matches,
    specificity,
)


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("0123/26 MM", "123.26.mm"),
        ("123-26 mm", "123.26.mm"),
        ("12 O 345/24", "12.o.345.24"),
        ("12O345/24", "12.o.345.24"),
        ("VI ZR 12/23", "vi.zr.12.23"),
        ("C-131/12", "c.131.12"),
        ("RG 24/01234", "rg.24.1234"),
        ("N° RG 24/01234", "n.rg.24.1234"),
        ("n° de Portalis DBVX-V-B7I-ABCD", "n.de.portalis.dbvx.v.b.7.i.abcd"),
        ("5A_123/2024", "5.a.123.2024"),
        ("3 Ob 12/24x", "3.ob.12.24.x"),
        ("ÄÖ-07", "äö.7"),
        ("A\u0308O\u0308-07", "äö.7"),
        ("000/26", "0.26"),
        ("１２/26", "12.26"),
        ("()", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_canonical(value, key):
    assert canonical(value) == key
    assert canonical(key) == key


def test_compact():
    assert compact("0123/26 MM") == "012326mm"
    assert compact(" 5A_123/2024 ") == "5a1232024"
    assert compact(None) == ""


def test_specificity():
    assert specificity("0012/26") == 4
    assert specificity("12 O 345/24") == 8
    assert specificity("") == 0


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        ("12/26", "Az. 12/26.", EXACT),
        ("12/26", "(12/26)", EXACT),
        ("12/26", "[12/26] Meier", EXACT),
        ("12/26", "12/26", EXACT),
        ("12/26", "Az:12/26, Termin", EXACT),
        ("12/26", "siehe 12/26/ und", EXACT),
        ("12/26", "Zeile\n12/26\nZeile", EXACT),
        ("0123/26 MM", "Re: 0123/26   mm", EXACT),
        ("0123/26 MM", "Re: 0123/26\u00a0MM", EXACT),
        ("C-131/12", "Rs. C\u2011131/12 Google", EXACT),
        ("C-131/12", "Rs. C–131/12 Google", EXACT),
        ("12 O 345/24", "LG Köln, 12 O 345/24, Meier ./. Müller", EXACT),
        ("VI ZR 12/23", "BGH vi zr 12/23", EXACT),
        ("RG 24/01234", "TJ Paris, N° RG 24/01234", EXACT),
        ("5A_123/2024", "Urteil 5A_123/2024 vom 3. Mai", EXACT),
        ("3 Ob 12/24x", "OGH 3 Ob 12/24x", EXACT),
        ("(12/26)", "Az. 12/26.", EXACT),
        ("12/26", "12\u00ad/26", EXACT),
        # the same number, written otherwise
        ("0123/26", "123-26", LOOSE),
        ("0123/26", "Az 123 / 26", LOOSE),
        ("12 O 345/24", "12O345/24", LOOSE),
        ("5A_123/2024", "5A 123/2024", LOOSE),
        ("12/26", "12/26-Ko", LOOSE),
        ("12/26", "Az.12/26", LOOSE),
        ("12/50", "12,50 EUR", LOOSE),
        # a part of something else
        ("12/26", "am 5/12/26", NONE),
        ("12/26", "112-12/26", NONE),
        ("12/26", "5.12/26", NONE),
        ("12/26", "12/26-2", NONE),
        ("12/26", "112/26", NONE),
        ("12/26", "12/260", NONE),
        ("12/26", "12/26a", NONE),
        ("12/26", "am 5–12–26", NONE),
        ("12", "XY12", NONE),
        ("XY1", "XY12", NONE),
        ("12/26", "12\n26", NONE),
        ("12/26", "12/\n26", NONE),
        ("12/26", "12 ---- 26", NONE),
        ("12/26", "", NONE),
        ("12/26", None, NONE),
        ("", "12/26", NONE),
        ("MM", "MM MM", NONE),
        ("1/2", "1/2 Tag", NONE),
    ],
)
def test_match(value, text, expected):
    assert match(value, text) == expected
    assert match(value, unicodedata.normalize("NFD", text or "")) == expected


def test_exact_wins_over_an_earlier_loose_one():
    assert match("0123/26", "123-26 und 0123/26") == EXACT


def test_candidates_of_a_subject():
    found = candidates("AW: Meier ./. Müller - 0123/26 MM")
    assert found["123.26.mm"] == "0123/26 MM"
    assert found["123.26"] == "0123/26"
    assert found["123"] == "0123"
    assert "meier" not in found
    assert "26" not in found


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("XY12", "12"),
        ("XY123", "123"),
        ("112/26", "12.26"),
        ("12/260", "12.26"),
        ("12\n26", "12.26"),
        ("12\r\n26", "12.26"),
        ("12 | 26", "12.26"),
        ("12 --- 26", "12.26"),
    ],
)
def test_candidates_hold_no_parts(text, absent):
    assert absent not in candidates(text)


def test_candidates_limits():
    text = " ".join(str(number) for number in range(100, 1000))
    assert len(candidates(text, limit=50)) == 50
    assert max(key.count(".") for key in candidates(text, max_groups=3)) == 2
    assert candidates("a1b2c3d4e5f6") == {}
    assert candidates("") == {} == candidates(None)
    assert candidates("kein Zeichen hier") == {}


REFERENCES = [
    "0123/26",
    "0123/26 MM",
    "12 O 345/24",
    "VI ZR 12/23",
    "RG 24/01234",
    "5A_123/2024",
    "3 Ob 12/24x",
    "C-131/12",
    "2026.00077",
    "Schaden-Nr. 44-123456-7",
    "12&34",
    "1/2",
    "77",
]


def noise(rng, length):
    pieces = ["Meier", "12", "26", "5", "/", "-", ".", " ", " ", ",", "(", ")", "\n"]
    pieces += ["–", "_", "O", "ß", "\u00a0", "0", "e\u0301", "²"]
    return "".join(rng.choices(pieces, k=length))


def test_what_matches_is_a_candidate():
    rng = random.Random(5)
    results = set()
    for _ in range(4000):
        value = rng.choice(REFERENCES + [noise(rng, 4)])
        text = noise(rng, rng.randint(0, 15)) + value + noise(rng, rng.randint(0, 15))
        if rng.random() < 0.3:
            text = text.upper().replace("/", rng.choice(" -/"))
        result = match(value, text)
        results.add(result)
        key = canonical(value)
        assert canonical(key) == key
        if result != NONE and key.count(".") < MAX_GROUPS:
            assert key in candidates(text), (value, text)
    assert results == {EXACT, LOOSE, VAGUE, NONE}


@pytest.mark.parametrize("value", REFERENCES[:-3])
@pytest.mark.parametrize("frame", ["{}", "Az. {}.", "({})", "Ihr Zeichen: {}, danke"])
def test_every_reference_is_found_in_its_frame(value, frame):
    text = frame.format(value)
    assert match(value, text) == EXACT
    assert canonical(value) in candidates(text)


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        ("0123/26", "Az. 0123/2026", LOOSE),
        ("0123/26", "Az. 123/26", LOOSE),
        ("0123/26", "Az. 0123/2126", NONE),
        ("26-0123", "2026-0123", LOOSE),
        ("0003/26", "Abrechnung 03/26", VAGUE),
        ("0012/26", "Abrechnung 12/2026", VAGUE),
        ("0012/26", "Az. 0012-26", LOOSE),
        ("0012/26", "im 12/26, Az. 0012/26", EXACT),
        ("12/26", "12.26", LOOSE),
    ],
)
def test_years_and_zeros(value, text, expected):
    assert match(value, text) == expected
    assert expected == NONE or canonical(value) in candidates(text)


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        ("0112/26", "8 Ca 112/26 Köhler ./. Nordwerk", NONE),
        ("112/26", "VI ZR 112/26", NONE),
        ("112/26", "3 O 112/26", NONE),
        ("112/26", "5 Az. 112/26", EXACT),
        ("112/26", "Meier 112/26", EXACT),
        ("0112/26", "Anlage 3 K 0112/26", EXACT),
        ("8 Ca 112/26", "8 Ca 112/26", EXACT),
        ("0123/26", "DE02 5001 0517 0648 0123 26", NONE),
        ("0123/26", "Telefon +49 30 555 0123-26", NONE),
        ("0123/26", "zu 0123/26 2 Anlagen", EXACT),
    ],
)
def test_numbers_of_others(value, text, expected):
    assert match(value, text) == expected


def test_the_longer_number_is_meant():
    values = ["0742/26", "742/26 VO-st", "99/26"]
    assert matches(values, "Unser Zeichen 742/26 VO-st") == {
        "0742/26": NONE,
        "742/26 VO-st": EXACT,
        "99/26": NONE,
    }
    both = matches(values, "742/26 VO-st, Ihr Zeichen 0742/26")
    assert both["0742/26"] == both["742/26 VO-st"] == EXACT
    assert matches([], "0742/26") == {}
    assert matches([""], "0742/26") == {"": NONE}
