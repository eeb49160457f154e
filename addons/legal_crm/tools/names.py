"""Names of people and firms: folded for comparison, and the family name.

Two people write the same name differently: Müller, Mueller (a keyboard without
umlauts, a passport's machine-readable zone) and Muller (a French or Swiss register).
German expands the umlaut, everybody else drops it, so a name has up to two folded
forms and both are stored and asked for.  What this does not join is Mueller with
Muller: contracting "ue" would also turn Bauer into Baur and Samuel into Samul; that
is a question of similarity, not of spelling.

No function here raises; an empty value (None and False included) is an empty name.
"""

import re
import unicodedata

# Letters that Unicode does not decompose, and the two readings of those it does.
_PLAIN = {
    "œ": "oe", "æ": "ae", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i",
    "þ": "th", "ŧ": "t", "ŋ": "n", "ß": "ss",
}  # fmt: skip
_EXPAND = str.maketrans(
    _PLAIN | {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"}
)
_SIMPLE = str.maketrans(_PLAIN | {"ø": "o"})
_NOT_ALNUM = re.compile(r"[\W_]+")


def _fold(text, table):
    # Composed first: "u" + U+0308 as macOS writes it must become "ü", then "ue".
    text = unicodedata.normalize("NFKC", text or "").casefold()
    text = unicodedata.normalize("NFKC", text).translate(table)
    text = "".join(
        char
        for char in unicodedata.normalize("NFD", text)
        if not unicodedata.combining(char)
    )
    return _NOT_ALNUM.sub(" ", unicodedata.normalize("NFC", text)).strip()


def fold(text: str) -> str:
    """Return `text` in lower case, German style: "Müller-Łuć" -> "mueller luc"."""
    return _fold(text, _EXPAND)


def fold_simple(text: str) -> str:
    """Return `text` in lower case, marks dropped: "Müller-Łuć" -> "muller luc"."""
    return _fold(text, _SIMPLE)


def query_keys(text: str) -> tuple[str, ...]:
    """Return what to look for when `text` was typed: a name matches if ANY is in
    its search key."""
    return tuple(dict.fromkeys(key for key in (fold(text), fold_simple(text)) if key))


def search_key(*texts: str) -> str:
    """Return what is stored to be searched: every folded form of every text, once.

    The forms are joined with " | ", which no folded form contains, so that a search
    for two words never matches across two names.
    """
    keys = (key for text in texts for key in query_keys(text))
    return " | ".join(dict.fromkeys(keys))


def _words(*lines):
    return frozenset(" ".join(lines).split())


# All tables below hold folded words; a word such as "Dipl.-Ing." or "h.c." counts as
# a title when each of its folded parts is one.
_TITLES = _words(
    # academic
    "dr ddr dres prof univ priv doz pd em habil hc h c e mult iur jur rer pol nat oec",
    "med dent vet phil theol publ utr lic mag mmag ing dipl dkfm kfm betriebsw mba",
    # the bar and the offices around it
    "ra rain rae rechtsanwalt rechtsanwaeltin notar notarin me mes maitre maitres",
    "avocat avocate avv avvocato batonnier fuersprech fuersprecher stb wp",
    "justizrat kr",
    # forms of address
    "herr herrn hr frau fr m mr mrs ms mme mlle monsieur madame mademoiselle",
)
_SUFFIXES = _words(
    "ll m llm mba emba mas ma b a d l bsc msc ph phd mcl mjur cfa fh univ i r dr",
    "jun jr junior sen sr senior fils pere aine cadet ii iii iv ra rain",
    "rechtsanwalt rechtsanwaeltin avocat avocate notar notarin",
)
# In Germany, titles of nobility are part of the name (Art. 109(3) of the Weimar
# constitution, still in force), so "Graf" is a particle here and not a title.
_PARTICLES = _words(
    "von vom van de du des del della dell degli di da do dos das der den dem d la le",
    "les los ten ter te t zu zum zur und auf im am an in ob af av el al bin ben ibn",
    "abu saint sainte st ste sankt graf graefin freiherr freifrau freiin frhr baron",
    "baronin prinz prinzessin fuerst fuerstin ritter edler edle",
)
# Particles that are first names when they open the name: Ben Müller.
_FIRST_NAMES = _words("ben al an")
# What follows these words is another name of the same person (birth, marriage).
_OTHER_NAME = re.compile(
    r"\s(?:geb\.|gesch\.|verw\.|geborene?r?|née?|ép\.|épouse|veuve|vve|alias)(?=\s).*",
    re.IGNORECASE,
)


def _all_in(word, table):
    return set(fold(word).split()) <= table


def _is_capitals(word):
    # No lower case in "GROß" but the letter that long had no capital.  A vowel is
    # asked for because "HP Meier" starts with initials, and "LI Wei" with a surname.
    return (
        len(word) > 1
        and "." not in word
        and word.replace("ß", "").isupper()
        and bool(set("aeiouy") & set(fold(word)))
    )


def _is_title(word, following):
    # The Austrian Diplom-Ingenieur is "DI", the Italian particle "Di" (or DI MAIO).
    return _all_in(word, _TITLES) or (word == "DI" and not following.isupper())


def surname(name: str) -> str:
    """Return the family name of the natural person `name`, spelled as it stands.

    Understood: "Hans Meier", "Meier, Hans", "MEIER Hans", titles before and after,
    particles ("von der Heide", "de La Fontaine").  Two family names without a hyphen
    ("Ana García López") cannot be told from a second first name: the last one is
    returned unless a comma or capitals say more.
    """
    name = unicodedata.normalize("NFC", name or "")
    name = _OTHER_NAME.sub("", re.sub(r"\([^)]*\)", " ", name))
    known = _TITLES | _SUFFIXES
    segments = [words for words in (part.split() for part in name.split(",")) if words]
    # "Hans Meier, LL.M." has a comma but no first name behind it.
    named = [
        words for words in segments if not all(_all_in(word, known) for word in words)
    ]
    if not named:
        return " ".join(segments[0]) if segments else ""
    words = named[0]
    while len(words) > 1 and _is_title(words[0], words[1]):
        words = words[1:]
    while len(words) > 1 and _all_in(words[-1], _SUFFIXES):
        words = words[:-1]
    if len(named) > 1:
        return " ".join(words)

    start, end = len(words) - 1, len(words)
    capitals = [_is_capitals(word) for word in words]
    if not all(capitals):
        # MEIER Hans, GARCIA DE LA VEGA Ana: the first run of capitals.
        for index, word in enumerate(words):
            if capitals[index] and not _all_in(word, _PARTICLES):
                start = index
                end = (capitals + [False]).index(False, start)
                break
    while start and _all_in(words[start - 1], _PARTICLES):
        if start == 1 and fold(words[0]) in _FIRST_NAMES:
            break
        start -= 1
    return " ".join(words[start:end])
