"""The short title of a matter, proposed from its parties: "Meier ./. Müller GmbH"."""

from collections.abc import Sequence

from .names import surname


def rubrum(
    own: Sequence[tuple[str, bool]],
    adverse: Sequence[tuple[str, bool]],
    separator: str = "./.",
    others: str = "u. a.",
    subject: str = "",
    max_length: int = 200,
) -> str:
    """Return the title.  `own` and `adverse`: (name, is_company) per party, the first
    one is named.  `separator` and `others` are the house's or the country's words
    ("./.", "c/", "gegen"; "u. a.", "et autres").  `subject` is used only when there is
    no opponent.  Nothing raises; no party and no subject give "".
    """
    ours, theirs = _side(own, others), _side(adverse, others)
    if theirs:
        return _versus(ours, separator, theirs, max_length)
    subject = " ".join((subject or "").split())
    return _shorten(" – ".join(text for text in (ours, subject) if text), max_length)


def _side(parties, others):
    names = [
        " ".join((name if is_company else surname(name)).split())
        for name, is_company in parties
        if name and name.strip()
    ]
    # Two of the same surname are still two parties: spouses are "Meier u. a.".
    return f"{names[0]} {others}".strip() if len(names) > 1 else "".join(names)


def _versus(ours, separator, theirs, max_length):
    # A long name on one side must not push the opponent out of the title: each side
    # has half the room, and what the shorter one leaves.
    room = max_length - len(f" {separator} " if ours else f"{separator} ")
    half = room // 2
    left = _shorten(ours, max(half, room - len(theirs)))
    right = _shorten(theirs, room - len(left))
    return _shorten(" ".join(filter(None, (left, separator, right))), max_length)


def _shorten(text, length):
    if len(text) <= length:
        return text
    cut = text[: max(length - 1, 0)]
    # Back to the last whole word, unless the cut is at its end already.
    if text[len(cut)] != " " and " " in cut:
        cut = cut.rpartition(" ")[0]
    return (cut.rstrip(" ,;–-") + "…")[: max(length, 0)]
