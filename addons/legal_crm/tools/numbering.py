"""The firm's pattern for matter numbers: "{counter:4}/{year2}" -> "0012/26".

Placeholders: {counter}, {counter:5} (padded with zeros to five digits), {year},
{year2}, {month}, {initials} (the lawyer's), {area} and {type} (codes of the practice
area and of the matter type).  Everything else stands for itself; {{ and }} are braces.

A number is never given twice (Aktenzeichen: unique and immutable).  The counter runs
on for ever, or starts again each year; so it is (counter, year), or the counter alone,
that the string must determine, whatever the other parts are.  `validate` decides that
exactly: it reads the pattern as an automaton over all strings it can produce (each
optional part there or not) and searches a string that can be read in two ways with
the digits of counter or year in different places.  When there is none, equal strings
have equal counters and equal years.  One limit stays: {year2} repeats after 100 years.
"""

import re
from dataclasses import dataclass
from datetime import date
from itertools import product

DEFAULT_PATTERN = "{counter:4}/{year2}"
MAX_LENGTH = 64
MAX_WIDTH = 12

_OPTIONAL = ("initials", "area", "type")
_DIGITS = {"year": 4, "year2": 2, "month": 2}
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+")
_LITERAL = re.compile(
    r"(?P<word>[^\W_]+)|(?P<open>[(\[{<])|(?P<close>[)\]}>])"
    r"|(?P<sep>(?:[^\w()\[\]{}<>]|_)+)"
)


class PatternError(ValueError):
    """A pattern that cannot be used; the caller words and translates the message.

    `code`: empty, too_long, unbalanced_brace, unknown_placeholder, bad_width,
    no_counter, two_counters (all from `parse`), yearly_without_year, digits_touch,
    ambiguous (from `validate`).  `detail`: the offending text.
    """

    def __init__(self, code: str, detail: str = ""):
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Token:
    """`kind`: word, sep, open, close (literal `text`), or a placeholder's name."""

    kind: str
    text: str = ""
    width: int = 0


@dataclass(frozen=True)
class Pattern:
    """A parsed pattern; make it with `parse`."""

    source: str
    tokens: tuple[Token, ...]

    @property
    def has_year(self) -> bool:
        return any(token.kind in ("year", "year2") for token in self.tokens)

    def format(
        self,
        counter: int,
        day: date,
        initials: str = "",
        area: str = "",
        matter_type: str = "",
    ) -> str:
        """Return the number.  Raises ValueError for a counter below 1.

        Only letters and digits of `initials`, `area` and `matter_type` are used: a
        separator inside a code would make two numbers out of one.
        """
        if counter < 1:
            raise ValueError(f"counter must be positive: {counter}")
        parts = {"initials": initials, "area": area, "type": matter_type}
        parts = {key: re.sub(r"[\W_]", "", text or "") for key, text in parts.items()}
        values = parts | {
            "year": f"{day.year:04d}",
            "year2": f"{day.year % 100:02d}",
            "month": f"{day.month:02d}",
        }
        absent = {key for key in _OPTIONAL if not parts[key]}
        return "".join(
            f"{counter:0{token.width}d}" if token.kind == "counter"
            else values.get(token.kind, token.text)
            for token in _without(self.tokens, absent)
        )  # fmt: skip


def _without(tokens, absent):
    """Return the tokens without the absent parts and the separators they orphan.

    Between two parts that stay, one separator always stays; only separators and
    brackets next to an absent part are touched.
    """
    result = list(tokens)
    index = 0
    while index < len(result):
        if result[index].kind not in absent:
            index += 1
            continue
        del result[index]
        while True:
            left = result[index - 1].kind if index else "edge"
            right = result[index].kind if index < len(result) else "edge"
            if left == "open" and right == "close":
                # A blank takes the brackets' place ("12({area})26" is not "1226"),
                # unless a separator or an edge is there already.
                result[index - 1 : index + 1] = [Token("sep", " ")]
                left = result[index - 2].kind if index > 1 else "edge"
                right = result[index].kind if index < len(result) else "edge"
                if left in ("sep", "open", "edge") or right in ("sep", "close", "edge"):
                    index -= 1
                    del result[index]
                    continue
            elif left == "sep" and right in ("edge", "close"):
                index -= 1
                del result[index]
                continue
            elif right == "sep" and left in ("edge", "open", "sep"):
                del result[index]
                continue
            break
    return result


def parse(pattern: str) -> Pattern:
    """Return the parsed pattern (outer blanks dropped); raise PatternError."""
    source = (pattern or "").strip()
    if not source:
        raise PatternError("empty")
    if len(source) > MAX_LENGTH:
        raise PatternError("too_long", source)
    tokens, literal = [], ""
    for found in _PLACEHOLDER.finditer(source):
        if found[1] is None:
            if found[0] in "{}":
                raise PatternError("unbalanced_brace", source[found.start() :])
            literal += {"{{": "{", "}}": "}"}.get(found[0], found[0])
            continue
        tokens += _literal_tokens(literal)
        literal = ""
        tokens.append(_placeholder(found[0]))
    tokens += _literal_tokens(literal)
    counters = sum(token.kind == "counter" for token in tokens)
    if counters != 1:
        raise PatternError("two_counters" if counters else "no_counter", source)
    return Pattern(source, tuple(tokens))


def _literal_tokens(text):
    return [Token(found.lastgroup, found[0]) for found in _LITERAL.finditer(text)]


def _placeholder(found):
    name, colon, width = found[1:-1].partition(":")
    if name != "counter" and name not in _OPTIONAL and name not in _DIGITS:
        raise PatternError("unknown_placeholder", found)
    if not colon:
        return Token(name)
    fits = re.fullmatch(r"[1-9][0-9]?", width) and int(width) <= MAX_WIDTH
    if name != "counter" or not fits:
        raise PatternError("bad_width", found)
    return Token(name, width=int(width))


def validate(pattern: str, yearly: bool) -> Pattern:
    """Return the parsed pattern; raise PatternError when two matters could share a
    number.  `yearly`: the counter starts again each year."""
    parsed = parse(pattern)
    if yearly and not parsed.has_year:
        raise PatternError("yearly_without_year", parsed.source)
    _refuse_touching_digits(parsed)
    if _is_ambiguous(parsed, yearly):
        raise PatternError("ambiguous", parsed.source)
    return parsed


def _refuse_touching_digits(parsed):
    """Refuse "{counter}{year}": unambiguous to a machine, not to a reader.

    Codes may hold digits ("A1" and 2, "A" and 12), so they never touch the counter.
    """
    kinds = [token.kind for token in parsed.tokens]
    at = kinds.index("counter")
    for near in (kinds[at - 1 :: -1] if at else [], kinds[at + 1 :]):
        if near and near[0] in _OPTIONAL:
            raise PatternError("digits_touch", f"{{{near[0]}}}")
        if near and near[0] in _DIGITS and not parsed.tokens[at].width:
            raise PatternError("digits_touch", f"{{{near[0]}}}")


# The automaton.  A cell consumes one character: (accepts, what it is a digit of,
# whether it may repeat).  `accepts` is one literal character, or one of these:
_DIGIT, _ALNUM = "digit", "alnum"


def _cells(tokens, yearly):
    cells = []
    for token in tokens:
        if token.kind == "counter":
            cells += [(_DIGIT, "counter", False)] * (max(token.width, 1) - 1)
            cells.append((_DIGIT, "counter", True))
        elif token.kind in _DIGITS:
            mark = "year" if yearly and token.kind != "month" else ""
            cells += [(_DIGIT, mark, False)] * _DIGITS[token.kind]
        elif token.kind in _OPTIONAL:
            cells.append((_ALNUM, "", True))
        else:
            cells += [(char, "", False) for char in token.text]
    return cells


def _overlap(one, other):
    """Say whether one character can satisfy both cells' `accepts`."""
    if len(one) > 1:
        one, other = other, one
    if len(one) > 1:
        return True  # digits are alphanumeric
    if other == _DIGIT:
        return one in "0123456789"
    return one.isalnum() if other == _ALNUM else one == other


def _is_ambiguous(parsed, yearly):
    used = [key for key in _OPTIONAL if any(t.kind == key for t in parsed.tokens)]
    variants = [
        _cells(
            _without(
                parsed.tokens,
                {key for key, there in zip(used, choice, strict=True) if not there},
            ),
            yearly,
        )
        for choice in product((True, False), repeat=len(used))
    ]
    return any(
        _two_readings(one, other)
        for index, one in enumerate(variants)
        for other in variants[index:]
    )


def _two_readings(one, other):
    """Say whether some string is read by both, a marked digit in another place."""
    pending, seen = [(0, 0, False)], set()
    while pending:
        state = pending.pop()
        if state in seen:
            continue
        seen.add(state)
        i, j, differ = state
        if i == len(one) or j == len(other):
            if differ and i == len(one) and j == len(other):
                return True
            continue
        accepts, mark, repeats = one[i]
        accepts2, mark2, repeats2 = other[j]
        if not _overlap(accepts, accepts2):
            continue
        differ = differ or mark != mark2
        pending += [
            (next_i, next_j, differ)
            for next_i in ((i, i + 1) if repeats else (i + 1,))
            for next_j in ((j, j + 1) if repeats2 else (j + 1,))
        ]
    return False
