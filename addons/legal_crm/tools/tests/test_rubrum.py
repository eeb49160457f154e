import pytest
from tools.rubrum import rubrum

HANS, EVA = ("Dr. Hans Meier", False), ("Eva Meier", False)
GMBH, AG = ("Müller GmbH", True), ("Huber & Cie AG", True)


@pytest.mark.parametrize(
    ("own", "adverse", "expected"),
    [
        ([HANS], [GMBH], "Meier ./. Müller GmbH"),
        ([HANS, EVA], [GMBH, AG], "Meier u. a. ./. Müller GmbH u. a."),
        ([GMBH], [HANS], "Müller GmbH ./. Meier"),
        ([("MEIER Hans", False)], [("de Gex, Anne", False)], "MEIER ./. de Gex"),
        ([("", False), HANS, (None, True)], [GMBH], "Meier ./. Müller GmbH"),
        ([HANS], [], "Meier"),
        ([HANS, EVA], [], "Meier u. a."),
        ([], [GMBH], "./. Müller GmbH"),
        ([], [], ""),
    ],
)
def test_rubrum(own, adverse, expected):
    assert rubrum(own, adverse) == expected


def test_subject_stands_in_for_the_opponent():
    assert rubrum([HANS], [], subject=" Testament \n 2026 ") == "Meier – Testament 2026"
    assert rubrum([], [], subject="Testament") == "Testament"
    assert rubrum([HANS], [GMBH], subject="Kauf") == "Meier ./. Müller GmbH"


def test_words_of_the_house():
    got = rubrum([HANS, EVA], [GMBH], separator="c/", others="et autres")
    assert got == "Meier et autres c/ Müller GmbH"


def test_shortened_at_a_word():
    long_name = ("Gesellschaft für angewandte " * 20 + "GmbH", True)
    for own, adverse in [
        ([long_name], [HANS]),
        ([HANS], [long_name]),
        ([long_name], [long_name]),
        ([long_name], []),
    ]:
        title = rubrum(own, adverse, subject="Kauf")
        assert len(title) <= 200
        assert "…" in title
        words = {"Gesellschaft", "für", "angewandte", "GmbH", "Meier", "./."}
        assert {word.rstrip("…") for word in title.split()} <= words
    assert rubrum([long_name], [HANS]).endswith("… ./. Meier")
    assert rubrum([HANS], [long_name]).startswith("Meier ./. Gesellschaft")


@pytest.mark.parametrize("length", range(45))
def test_never_longer_than_asked(length):
    title = rubrum([HANS, EVA], [("Donaudampfschifffahrt", True)], max_length=length)
    assert len(title) <= length
