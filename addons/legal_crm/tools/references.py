"""File numbers in the text of a mail: ours, old ones, the court's, the other side's.

A number is compared in two ways.  Its canonical key ignores punctuation, case and
leading zeros ("0123/26 MM" and "123-26 mm" are both "123.26.mm"), so it can be stored,
indexed and looked up; `candidates` gives all keys a text holds.  `match` then looks at
the text itself and says whether the number really stands there.

Nothing here raises; an empty value has the key "" and matches nothing.
"""

import re
import unicodedata
from collections.abc import Iterable

EXACT, LOOSE, VAGUE, NONE = _GRADES = ("exact", "loose", "vague", "none")

MAX_GROUPS = 8
# Below three characters everything is found everywhere.
MIN_CHARS = 3
# A key shorter than this, written without its zeros, may be a month and a year.
VAGUE_CHARS = 5

_DASHES = "\u002d\u2010\u2011\u2012\u2013\u2014\u2015\u2212"  # hyphen to minus sign
# What may stand between two groups of one number, and what ties a neighbour to it.
_JOINER = re.compile(rf"[ \t/_.:,#()∕{re.escape(_DASHES)}]{{1,3}}")
_TIES = frozenset("/_.∕" + _DASHES)
_TOKEN = re.compile(r"[^\W_]+")
_GROUP = re.compile(r"[0-9]+|[^0-9]+")
_DIGIT = re.compile(r"[0-9]")
# "0123/2026" is what people make of "0123/26".
_LONG_YEAR = re.compile(r"(?:(?<=\.)|^)20([0-9]{2})(?=\.|$)")
_SAME_DASH = str.maketrans(dict.fromkeys(_DASHES, "-"))
_REGISTER = re.compile(
    r"(?:\b[0-9]{1,4}|\b[IVX]{1,6})[ ./]{0,2}([A-ZÄÖÜ][A-Za-z]{0,3})[ .:]{0,2}\Z"
)
# Before our number these say what it is.
_LABELS = frozenset(("az", "gz", "nr", "no", "rf", "ref", "zei", "akte"))
# Soft hyphens and zero-width characters that mail clients put into long words.
_INVISIBLE = str.maketrans(dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff"))


def _normal(text):
    return unicodedata.normalize("NFKC", (text or "").translate(_INVISIBLE))


def _groups(token):
    """Split one alphanumeric run: "XY0012" -> ["xy", "12"]."""
    token = unicodedata.normalize("NFKC", token.casefold())
    return [
        group.lstrip("0") or "0" if group[0] in "0123456789" else group
        for group in _GROUP.findall(token)
    ]


def canonical(value: str) -> str:
    """Return the key a number is stored under: "12 O 0345/24" -> "12.o.345.24"."""
    tokens = _TOKEN.findall(_normal(value))
    return ".".join(group for token in tokens for group in _groups(token))


def compact(value: str) -> str:
    """Return letters and digits only, zeros kept: "0123/26 MM" -> "012326mm"."""
    return "".join(_TOKEN.findall(_normal(value))).casefold()


def specificity(value: str) -> int:
    """Return how many letters and digits the canonical key has.

    A short reference is weak evidence: "12/26" (4) is also a month and a year, half
    a date or an amount, and every firm has a matter 12 of 2026.  "12 O 345/24" (8)
    hardly ever stands in a text by chance.
    """
    return sum(char != "." for char in canonical(value))


def _tokens(text):
    """Return the alphanumeric runs of a normalised text, in order, each as
    (start, end, key, number of groups, whether tied to the next run by a joiner)."""
    runs = [found.span() for found in _TOKEN.finditer(text)]
    tokens = []
    for index, (start, end) in enumerate(runs):
        following = runs[index + 1][0] if index + 1 < len(runs) else end
        joined = following > end and bool(_JOINER.fullmatch(text, end, following))
        groups = _groups(text[start:end])
        tokens.append((start, end, ".".join(groups), len(groups), joined))
    return tokens


def _windows(text, max_groups):
    """Yield (key, start, end) of each window of joined runs that can be a number.

    Windows begin and end with whole runs, so that "112/26" holds no "12/26".
    """
    tokens = _tokens(text)
    has_digit = [bool(_DIGIT.search(key)) for _s, _e, key, _n, _j in tokens]
    # The next run with a digit: in prose most runs are too far from any.
    digit_at, nearest = [0] * len(tokens), len(tokens)
    for index in range(len(tokens) - 1, -1, -1):
        if has_digit[index]:
            nearest = index
        digit_at[index] = nearest
    for first, (start, _end, _key, _count, _joined) in enumerate(tokens):
        if digit_at[first] - first >= max_groups:
            continue
        key, groups, chars = "", 0, 0
        for index in range(first, len(tokens)):
            begin, end, part, count, joined = tokens[index]
            groups += count
            if groups > max_groups:
                break
            chars += end - begin
            key = f"{key}.{part}" if key else part
            if chars >= MIN_CHARS and index >= digit_at[first]:
                yield key, start, end
            if not joined:
                break


def candidates(
    text: str, max_groups: int = MAX_GROUPS, limit: int = 5000
) -> dict[str, str]:
    """Return the canonical keys of all that may be a number in `text`.

    {key: as it is written at its first place}.  A superset of what `match` finds (it
    does not look at the neighbours); at most `limit` keys, from the top of the text.
    """
    text = _normal(text)
    found = {}
    for key, start, end in _windows(text, max_groups):
        for name in (key, _short_year(key)):
            if name not in found:
                if len(found) >= limit:
                    return found
                found[name] = text[start:end]
    return found


def _short_year(key):
    """Return the key with its years in two digits: "123.2026" -> "123.26"."""
    if "20" not in key or "." not in key:
        return key
    return _LONG_YEAR.sub(lambda year: year[1].lstrip("0") or "0", key)


def _written(text):
    """Return the spelling that EXACT compares: case, dashes and blanks made equal."""
    text = re.sub(r"\s+", " ", text.translate(_SAME_DASH))
    return unicodedata.normalize("NFKC", text.casefold())


def _neighbour(text, position, step):
    """Return the letter or digit tied to a window's edge by "/", "-", "_" or ".":
    the 5 of "5/12/26" for "12/26"; "" when the edge is free."""
    beyond = position + step
    inside = 0 <= position < len(text) and 0 <= beyond < len(text)
    tied = inside and text[position] in _TIES and text[beyond].isalnum()
    return text[beyond] if tied else ""


def match(value: str, text: str) -> str:
    """Return EXACT, LOOSE, VAGUE or NONE: does the number `value` stand in `text`?

    EXACT: as a token of its own, written the same way (case, kind of dash and length
    of blanks aside).  LOOSE: the canonical keys agree ("123-26" or "0123/2026" for
    "0123/26"), or letters are tied to it ("12/26-Ko", "Az.12/26").  VAGUE: so short
    and without its zeros ("3/26" for "0003/26") that it may be a date.  A digit tied
    to it makes it a part of something else: "12/26" is not in "5/12/26", "112-12/26",
    nor in a court's "3 O 12/26".

    Up to MAX_GROUPS groups, what matches is in `candidates(text)`, its limit aside.
    """
    return matches([value], text)[value]


def matches(values: Iterable[str], text: str) -> dict[str, str]:
    """Return {value: what `match` says}, all numbers looked for at once.

    What stands inside another one of them, exactly written, is not meant: not our
    "742/26" in the other side's "742/26 VO-st".
    """
    text = _normal(text)
    result, wanted, groups = {}, {}, 1
    for value in values:
        result[value] = NONE
        key = canonical(value)
        if key:
            wanted.setdefault(key, []).append(value)
            groups = max(groups, key.count(".") + 1)
    found = []
    for key, start, end in _windows(text, groups) if wanted else ():
        for name in {key, _short_year(key)}:
            for value in wanted.get(name, ()):
                found.append((start, end, value, _grade(value, text, start, end)))
    exact = [(start, end) for start, end, _v, grade in found if grade == EXACT]
    for start, end, value, grade in found:
        inside = any(s <= start and end <= e and e - s > end - start for s, e in exact)
        if not inside and _GRADES.index(grade) < _GRADES.index(result[value]):
            result[value] = grade
    return result


def _grade(value, text, start, end):
    """Return how well what stands in the text from `start` to `end` is `value`."""
    ties = _neighbour(text, start - 1, -1) + _neighbour(text, end, 1)
    if any(char.isdigit() for char in ties):
        return NONE
    if _DIGIT.match(text, start) and text[start] != "0" and _in_register(text, start):
        return NONE
    wanted = _normal(value)
    runs = [found.span() for found in _TOKEN.finditer(wanted)]
    # Punctuation around the stored number ("Nr. (12/26)") is no part of it.
    spelling = _written(wanted[runs[0][0] : runs[-1][1]])
    if not ties and _written(text[start:end]) == spelling:
        return EXACT
    if _between_digits(text, start, end):
        return NONE
    vague = specificity(value) < VAGUE_CHARS
    return VAGUE if vague and compact(text[start:end]) != compact(value) else LOOSE


def _in_register(text, start):
    """Say whether a court's chamber and register stand before: the "8 Ca" of
    "8 Ca 112/26".  Courts write no zeros in front, so "0112/26" is ours all the same.
    """
    before = _REGISTER.search(text, max(0, start - 16), start)
    return bool(before) and before[1].casefold() not in _LABELS


def _between_digits(text, start, end):
    """Say whether blanks tie it to more digits: an IBAN, a telephone number."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return bool(re.fullmatch(r"[0-9] ", before) or re.fullmatch(r" [0-9]", after))
