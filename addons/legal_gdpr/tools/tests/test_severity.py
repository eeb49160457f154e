import pytest
from tools.severity import assess, band


@pytest.mark.parametrize(
    ("categories", "identification", "losses", "malicious", "score", "word"),
    [
        (["simple"], "maximum", (), False, 1, "low"),
        (["sensitive"], "limited", (), False, 2, "medium"),
        (["financial"], "maximum", ("full",), False, 3.5, "high"),
        (["sensitive"], "maximum", ("full", "full", "full"), True, 6, "very_high"),
        (["simple", "financial", "behavioural"], "maximum", (), False, 3, "high"),
        (["simple"], "negligible", (), False, 0.25, "low"),
        (["sensitive"], "maximum", (), False, 4, "very_high"),
        (["simple"], "maximum", ("some",), True, 1.75, "low"),
    ],
)
def test_examples(categories, identification, losses, malicious, score, word):
    names = ("confidentiality", "integrity", "availability")
    found = assess(
        categories,
        identification,
        malicious=malicious,
        **dict(zip(names, losses, strict=False)),
    )
    assert (found.score, found.band) == (score, word)


def test_the_context_is_clamped():
    assert assess(["simple"], "maximum", context=-2).dpc == 1
    assert assess(["sensitive"], "maximum", context=3).dpc == 4
    assert assess(["behavioural"], "maximum", context=1).dpc == 3
    assert assess(["financial"], "maximum", context=-1).dpc == 2


def test_circumstances_are_two_at_most():
    found = assess(["simple"], "maximum", 0, "full", "full", "full", True)
    assert found.cb == 2


@pytest.mark.parametrize(
    ("score", "word"),
    [(0, "low"), (1.99, "low"), (2, "medium"), (2.99, "medium"), (3, "high"),
     (3.99, "high"), (4, "very_high"), (6, "very_high")],
)  # fmt: skip
def test_bands(score, word):
    assert band(score) == word


@pytest.mark.parametrize(
    "wrong",
    [
        {"categories": [], "identification": "maximum"},
        {"categories": ["secret"], "identification": "maximum"},
        {"categories": ["simple"], "identification": "some"},
        {"categories": ["simple"], "identification": "maximum", "integrity": "x"},
    ],
)
def test_what_is_none_is_refused(wrong):
    with pytest.raises(ValueError):
        assess(**wrong)
