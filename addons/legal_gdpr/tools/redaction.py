"""A person taken out of a text: names, addresses and numbers replaced by a mark.

Whatever the spelling: the text is compared in folded form (lower case, accents and
umlauts dissolved both ways), and the letters it was written with are replaced. Pure: no
database. A stranger is left alone: names count as whole words, all of them together, so
that "Hans Müller" touches neither "Hans" nor "Müllermeister".
"""

import hashlib
import html as html_escapes
import itertools
import re
import unicodedata
from urllib.parse import unquote

from lxml import etree, html

MARK = "[erased]"
#: a name of more words than this is looked for in its own order and backwards only
_MOST_ORDERS = 4
#: shorter numbers are no phone numbers: they would be found in every amount
_LEAST_DIGITS = 6
_GAP = r"[\s\u00a0.()/\-]*"
_EXPANDED = {"ä": "ae", "ö": "oe", "ü": "ue", "æ": "ae", "œ": "oe", "ø": "oe"}
_SIMPLE = {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d"}
#: country codes of one and two digits (ITU-T E.164); all others have three
_SHORT_CODES = re.compile(r"1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]")
#: before a surname that stands alone, as text is folded
_TITLES = frozenset(
    "herr herrn frau mr mrs ms miss mister m mm mme mlle monsieur madame maitre me "
    "dr prof mag ra rain rechtsanwalt rechtsanwaeltin rechtsanwaltin notar".split()
)
_INLINE = frozenset(
    "a abbr b bdi bdo cite code em font i ins kbd mark q s small span strong sub sup u "
    "var".split()
)


def _fold_char(char, table):
    lower = unicodedata.normalize("NFC", char).lower()
    if lower in table:
        return table[lower]
    if lower == "ß":
        return "ss"
    if lower == "ł":
        return "l"
    plain = unicodedata.normalize("NFKD", lower)
    return "".join(c for c in plain if not unicodedata.combining(c))


def _folded(text, table):
    """(folded text, [index in ``text`` of each of its letters])"""
    letters, where = [], []
    for index, char in enumerate(text):
        for letter in _fold_char(char, table):
            letters.append(letter)
            where.append(index)
    return "".join(letters), where


def _fold(text, table):
    return _folded(unicodedata.normalize("NFC", text), table)[0]


_MESSAGE_ID = re.compile(r"<[^<>@\s]+@([^<>@\s]+)>")


class Redactor:
    """
    :param identifiers: iterable of (kind, value); kinds as in gdpr.subject.identifier
    :param str mark: what stands in their place
    """

    def __init__(self, identifiers, mark=MARK):
        self.mark = mark
        self._patterns = []
        pairs = [(kind, str(value).strip()) for kind, value in identifiers if value]
        for table in (_EXPANDED, _SIMPLE):
            alternatives = dict.fromkeys(
                pattern
                for kind, value in pairs
                for pattern in _patterns_of(kind, value, table)
            )
            if alternatives:
                # the longest first: an address before the name that is part of it
                ordered = sorted(alternatives, key=len, reverse=True)
                kept = re.escape(_fold(mark, table))
                self._patterns.append(
                    (table, re.compile(f"(?P<kept>{kept})|" + "|".join(ordered)))
                )

        #: the domains from which the person writes
        self._domains = {
            value.rpartition("@")[2].strip("> ").casefold()
            for kind, value in pairs
            if kind == "email" and "@" in value
        }

    def __bool__(self):
        return bool(self._patterns)

    def message_ids(self, text):
        """Message-IDs (RFC 5322, 3.6.4) without the person's domain: in the place of
        each of hers stands a hash of it, so that a copy of the mail is still known.
        The same object if there is none."""

        def hide(match):
            if match[1].casefold() not in self._domains:
                return match[0]
            digest = hashlib.sha256(match[0].encode()).hexdigest()[:32]
            return f"<{digest}@erased.invalid>"

        if not self._domains or not text:
            return text
        hidden = _MESSAGE_ID.sub(hide, text)
        return text if hidden == text else hidden

    def spans(self, text):
        """[(start, end)] of what names the person, in order, none over another."""
        found = []
        for table, pattern in self._patterns:
            folded, where = _folded(text, table)
            for match in pattern.finditer(folded):
                if match["kept"] or match.start() == match.end():
                    continue
                end = where[match.end() - 1] + 1
                # what follows and folds to nothing is an accent of the last letter
                while end < len(text) and unicodedata.combining(text[end]):
                    end += 1
                found.append((where[match.start()], end))
        merged = []
        for start, end in sorted(found):
            if merged and start < merged[-1][1]:
                merged[-1] = merged[-1][0], max(end, merged[-1][1])
            else:
                merged.append((start, end))
        return merged

    def names(self, text):
        """Whether ``text`` (plain) names the person."""
        return bool(text) and bool(self.spans(text))

    def text(self, text):
        """Plain text without the person; the same object if it does not name him."""
        # a replacement may bring two parts of a name side by side
        for _round in range(10):
            spans = self.spans(text) if text else []
            if not spans:
                return text
            for start, end in reversed(spans):
                text = text[:start] + self.mark + text[end:]
        return text

    def html(self, source):
        """HTML without the person: text, attributes, comments, entities, and names
        with tags amid them. The same object if it does not name him."""
        if not source:
            return source
        try:
            root = html.fragment_fromstring(source, create_parent="div")
        except (etree.ParserError, ValueError):
            return html_escapes.escape(self.text(html_escapes.unescape(source)))
        changed = False
        for element in root.iter():
            if isinstance(element.tag, str):
                for name, value in element.attrib.items():
                    new = self._attribute(value)
                    if new != value:
                        element.set(name, new)
                        changed = True
            elif element.text:
                new = self.text(element.text)
                changed |= new != element.text
                element.text = new
        while self._texts(root):
            changed = True
        if not changed:
            return source
        inner = html_escapes.escape(root.text or "", quote=False)
        return inner + "".join(
            etree.tostring(child, encoding="unicode", method="html") for child in root
        )

    def json(self, value):
        """A JSON value without the person, keys included."""
        if isinstance(value, str):
            return self.html(value) if "<" in value else self.text(value)
        if isinstance(value, list):
            return [self.json(one) for one in value]
        if isinstance(value, dict):
            return {self.text(key): self.json(one) for key, one in value.items()}
        return value

    # -- inside of HTML --------------------------------------------------------------

    def _attribute(self, value):
        new = self.text(value)
        if new == value and "%" in value and self.names(unquote(value)):
            return self.mark
        return new

    def _texts(self, root):
        """One round over the text as a reader sees it. :return: whether it changed"""
        pieces = list(_pieces(root))
        whole = "".join(text for _owner, _where, text in pieces)
        spans = self.spans(whole)
        if not spans:
            return False
        offset = 0
        for owner, where, text in pieces:
            end = offset + len(text)
            if owner is not None:
                new, cursor = [], offset
                for start, stop in spans:
                    if stop <= offset or start >= end:
                        continue
                    new.append(text[cursor - offset : max(start, offset) - offset])
                    # the mark stands where the name began
                    new.append(self.mark if start >= offset else "")
                    cursor = min(stop, end)
                if new:
                    new.append(text[cursor - offset :])
                    setattr(owner, where, "".join(new))
            offset = end
        return True


def _pieces(element):
    """(element, "text" or "tail", text) in reading order. Between blocks stands a
    line break that belongs to nobody."""
    broken = isinstance(element.tag, str) and element.tag not in _INLINE
    if broken:
        yield None, "", "\n"
    if isinstance(element.tag, str):
        if element.text:
            yield element, "text", element.text
        for child in element:
            yield from _pieces(child)
            if child.tail:
                yield child, "tail", child.tail
    if broken:
        yield None, "", "\n"


# -- what is looked for --------------------------------------------------------------


def _patterns_of(kind, value, table):
    folded = _fold(value, table)
    if kind == "name":
        yield from _name(folded)
    elif kind == "email":
        yield rf"(?<![\w.+\-]){re.escape(folded)}(?![\w\-]|\.\w)"
    elif kind == "phone":
        yield from _phone(value)
    elif kind == "birth_date":
        yield from _day(value, folded)
    elif kind in ("account", "number"):
        letters = [re.escape(char) for char in folded if char.isalnum()]
        if len(letters) > 3:
            yield r"(?<!\w)" + r"[\s.\-/]*".join(letters) + r"(?!\w)"
    else:
        words = [re.escape(word) for word in re.split(r"[\s,;]+", folded) if word]
        if words:
            yield r"(?<!\w)" + r"[\s,]+".join(words) + r"(?!\w)"


def _name(folded):
    words = re.findall(r"[^\W_]+(?:['’][^\W_]+)*|\w+", folded)
    if not words or (len(words) == 1 and len(words[0]) < 2):
        return
    if len(words) <= _MOST_ORDERS:
        orders = itertools.permutations(words)
    else:
        orders = [words, [words[-1], *words[:-1]]]
    for order in orders:
        yield r"(?<!\w)" + r"[\W_]{1,4}".join(map(re.escape, order)) + r"(?!\w)"
    if len(words) > 1:
        # "Herr Meier": in a record in which the person is known to be
        surname = words[0] if "," in folded else words[-1]
        if len(surname) > 2 and surname not in _TITLES:
            titles = "|".join(sorted(map(re.escape, _TITLES), key=len, reverse=True))
            yield (rf"(?<!\w)(?:(?:{titles})\.?\s+){{1,3}}{re.escape(surname)}(?!\w)")


def _phone(value):
    digits = "".join(char for char in value if char.isdigit())
    international = value.lstrip().startswith("+") or digits.startswith("00")
    digits = digits.lstrip("0")
    if len(digits) < _LEAST_DIGITS:
        return
    code = r"\d{1,3}"
    if international:
        code = (_SHORT_CODES.match(digits) or re.match(r"\d{3}", digits))[0]
        digits = digits[len(code) :].lstrip("0")
        if len(digits) < _LEAST_DIGITS - 2:
            digits, code = code + digits, r"\d{1,3}"
    core = _GAP.join(digits)
    yield (rf"(?<![\d+])(?:(?:\+|00){_GAP}{code}{_GAP})?(?:\(?0\)?{_GAP})?{core}(?!\d)")
    if international:
        yield rf"(?<![\d+]){_GAP.join(code + digits)}(?!\d)"


def _day(value, folded):
    yield rf"(?<!\w){re.escape(folded)}(?!\w)"
    match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", value)
    if match:
        year, month, day = (int(part) for part in match.groups())
        yield rf"(?<!\d)0?{day}[./\-]\s?0?{month}[./\-]\s?{year}(?!\d)"
