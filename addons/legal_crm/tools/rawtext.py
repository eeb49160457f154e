"""From the bytes of a mail to characters that can be stored and shown."""

import binascii
import quopri
import re

_ENCODED_WORD = re.compile(r"=\?([^?\s*]+)(?:\*[^?\s]*)?\?([bq])\?([^?]*)\?=", re.I)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def clean(text: str) -> str:
    """Return `text` without what a database or a screen cannot hold (NUL, lone
    surrogates, other control characters but tab and line ends)."""
    if not text.isprintable():
        text = text.encode("utf-8", "replace").decode("utf-8")
        text = _CONTROL.sub("", text)
    return text


def decode_bytes(data: bytes, charset: str | None = None) -> str:
    """Decode with the charset that is named, else UTF-8, else Windows-1252."""
    for name in (charset, "utf-8", "cp1252"):
        if not name or name.lower() in ("unknown-8bit", "us-ascii", "ascii"):
            continue
        try:
            return data.decode(name)
        except (LookupError, ValueError):
            continue
    return data.decode("latin-1")


def decode_header(value) -> str:
    """Return a header as text: RFC 2047 words decoded, raw 8-bit guessed.

    Neighbouring words in one charset are joined before they are decoded: programs cut
    them in the middle of a character.
    """
    value = re.sub(r"[\r\n]+[ \t]*", " ", "" if value is None else str(value))
    runs, position = [], 0
    for word in _ENCODED_WORD.finditer(value):
        between = value[position : word.start()]
        if between.strip() or not runs:
            runs.append((None, between.encode("utf-8", "surrogateescape")))
        charset, data = word[1].lower(), _word_bytes(word[2], word[3])
        if runs[-1][0] == charset:
            data = runs.pop()[1] + data
        runs.append((charset, data))
        position = word.end()
    runs.append((None, value[position:].encode("utf-8", "surrogateescape")))
    text = "".join(decode_bytes(data, charset) for charset, data in runs)
    return clean(re.sub(r"[\r\n]+", " ", text)).strip()


def _word_bytes(encoding, text):
    data = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return quopri.decodestring(data.replace(b"_", b" "), header=True)
    try:
        return binascii.a2b_base64(data + b"=" * (-len(data) % 4))
    except binascii.Error:
        return data
