"""The text and the files of a mail, from whatever its writer made of MIME.

Nothing here raises. What is enclosed stays enclosed: a mail inside the mail is one
file, its text is not this mail's text. Parts: RFC 2045, 2046; names: RFC 2183, 2231.
"""

import binascii
import copy
import email
import email.generator
import email.policy
import io
import mimetypes
import re
import unicodedata
from dataclasses import dataclass

import lxml.etree
import lxml.html

from .rawtext import clean, decode_bytes, decode_header

# The parts of a report that are for machines; the original has them.
_MACHINE_PARTS = (
    "message/delivery-status",
    "message/disposition-notification",
    "text/rfc822-headers",
)
_GUESSED_BOUNDARY = re.compile(rb"(?m)^--(\S[^\r\n]*?)[ \t]*\r?\nContent-")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w.:-]+)", re.IGNORECASE)
_LINK = re.compile(r"(?i)\b(?:https?://|www\.)\S+")
_UNSEEN = ("script", "style", "title", "head")
_BLOCKS = frozenset(
    "p div br tr td th li ul ol table h1 h2 h3 h4 h5 h6 hr blockquote pre".split()
)
_EXTENSIONS = {"text/calendar": ".ics", "message/rfc822": ".eml", "image/jpeg": ".jpg"}
# Marks that turn the direction of writing: "exe.fdp" would read as "pdf.exe" reversed.
_DIRECTION = dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F]
)


@dataclass(frozen=True)
class File:
    name: str
    data: bytes
    cid: str = ""


@dataclass(frozen=True)
class Content:
    """`blocks`: (content type, text) in their order; `complete`: all could be read."""

    blocks: tuple[tuple[str, str], ...] = ()
    files: tuple[File, ...] = ()
    alternatives: tuple[str, ...] = ()  # the same text again, as plain text
    complete: bool = True

    def search_text(self, limit: int = 20000) -> str:
        """Return the text in which numbers are looked for.

        Without links: the digits in a web address number something else.
        """
        texts = [*self.alternatives]
        for kind, text in self.blocks:
            texts.append(strip_tags(text) if kind == "text/html" else text)
        found = "\n\n".join(text[:limit] for text in texts)[: 2 * limit]
        return _LINK.sub(" ", found)


def read(message) -> Content:
    """Return the text and files of a parsed mail."""
    blocks, files, plain = [], [], []
    try:
        _walk(message, blocks, files, plain)
    except Exception:  # what was read so far is kept; the original has it all
        return Content(tuple(blocks), _named(files), tuple(plain), complete=False)
    return Content(tuple(blocks), _named(files), tuple(plain))


def strip_tags(html: str) -> str:
    """Return what a reader sees of an HTML text, as plain text."""
    try:
        parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True)
        data = html[:400000].encode("utf-8", "replace")
        root = lxml.html.document_fromstring(data, parser=parser)
    except (lxml.etree.LxmlError, ValueError, AssertionError):
        return ""
    out, hidden = [], 0
    for event, node in lxml.etree.iterwalk(root, events=("start", "end")):
        if node.tag in _BLOCKS:
            out.append("\n")
        if node.tag in _UNSEEN:
            hidden += 1 if event == "start" else -1
        text = node.text if event == "start" else node.tail
        if text and not hidden:
            out.append(text)
    return "".join(out)


# -- parts ------------------------------------------------------------------------


def _walk(part, blocks, files, plain):
    kind = part.get_content_type()
    if kind in _MACHINE_PARTS:
        return
    if kind == "message/rfc822":
        files.append(_enclosed_mail(part))
    elif part.get_content_maintype() == "multipart":
        children = _children(part)
        if isinstance(children, str):
            blocks.append(("text/plain", clean(children)))
        elif kind == "multipart/alternative":
            _walk_alternative(children, blocks, files, plain)
        else:
            for child in children:
                _walk(child, blocks, files, plain)
    elif kind in ("text/plain", "text/html") and not _is_file(part):
        blocks.append((kind, clean(_text(part))))
    else:
        files.append((_name(part), kind, _data(part), _cid(part)))


def _walk_alternative(children, blocks, files, plain):
    """Of several forms of one text the richest is shown; all may hold a number."""
    forms = []
    for child in children:
        found = []
        _walk(child, found, files, plain)
        if any(text.strip() for _kind, text in found):
            forms.append(found)
    rich = [form for form in forms if any(kind == "text/html" for kind, _t in form)]
    shown = (rich or forms or [[]])[-1]
    for form in forms:
        if form is not shown:
            plain += [
                strip_tags(text) if kind == "text/html" else text for kind, text in form
            ]
    blocks += shown


def _children(part):
    """The parts of a multipart, or its text when it has none.

    Without the boundary in the header, the first line that looks like one is taken.
    """
    payload = part.get_payload()
    if isinstance(payload, list):
        return payload
    data = _undecoded(part)
    guess = _GUESSED_BOUNDARY.search(data)
    if guess:
        boundary = guess[1].replace(b'"', b"")
        head = b'Content-Type: multipart/mixed; boundary="%s"\n\n' % boundary
        again = email.message_from_bytes(head + data, policy=email.policy.compat32)
        if again.is_multipart():
            return again.get_payload()
    return decode_bytes(data)


def _undecoded(part):
    """The bytes of a part as they stand in the mail."""
    bare = copy.copy(part)
    del bare["Content-Transfer-Encoding"]
    return bare.get_payload(decode=True) or b""


def _is_file(part):
    disposition = _header(part, "content-disposition").strip().lower()
    return bool(disposition.startswith("attachment") or _name(part))


def _text(part):
    data = _data(part, text=True)
    charset = part.get_content_charset()
    if not charset and part.get_content_subtype() == "html":
        meta = _META_CHARSET.search(data[:4096])
        charset = meta[1].decode() if meta else None
    return decode_bytes(data, charset)


def _data(part, text=False):
    payload = part.get_payload()
    if not isinstance(payload, str):
        inner = payload[0] if payload else None
        return _as_bytes(inner) if inner is not None else b""
    encoding = _header(part, "content-transfer-encoding").strip().lower()
    if encoding != "base64":
        return part.get_payload(decode=True) or b""
    coded = b"".join(_undecoded(part).split())
    if text and not re.fullmatch(rb"[A-Za-z0-9+/=]*", coded):
        return _undecoded(part)  # it only says so
    coded = coded.rstrip(b"=")
    if len(coded) % 4 == 1:  # torn off: the last bits make no byte
        coded = coded[:-1]
    try:
        return binascii.a2b_base64(coded + b"=" * (-len(coded) % 4))
    except binascii.Error:
        return coded


def _enclosed_mail(part):
    """A mail inside the mail, as a file of its own."""
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else None
    name = _name(part)
    if inner is None:
        return name, "message/rfc822", _data(part), ""
    if _header(part, "content-transfer-encoding").strip().lower() == "base64":
        # forbidden, and done: what was parsed as the inner mail is its encoding
        wrapper = email.message.Message()
        wrapper["Content-Transfer-Encoding"] = "base64"
        wrapper.set_payload(str(inner.get_payload()))
        return name, "message/rfc822", _data(wrapper), ""
    if not name:
        subject = decode_header(dict(inner.raw_items()).get("Subject", ""))
        name = re.sub(r"[/\\]", "-", subject) + ".eml" if subject else ""
    return name, "message/rfc822", _as_bytes(inner), ""


def _as_bytes(message):
    out = io.BytesIO()
    policy = email.policy.compat32.clone(linesep="\r\n")
    generator = email.generator.BytesGenerator(
        out, mangle_from_=False, maxheaderlen=0, policy=policy
    )
    generator.flatten(message)
    return out.getvalue()


# -- names ------------------------------------------------------------------------


def _header(part, name):
    for key, value in part.raw_items():
        if key.lower() == name:
            return str(value)
    return ""


def _name(part):
    """The name of a file as it is written in the mail, decoded."""
    for header in ("Content-Disposition", "Content-Type"):
        raw = _header(part, header.lower())
        if not raw.isascii():
            # undeclared 8-bit: Python would put question marks
            raw = decode_bytes(raw.encode("utf-8", "surrogateescape"))
            part.replace_header(header, raw)
        if "\n" in raw:
            part.replace_header(header, re.sub(r"[\r\n]+[ \t]*", " ", raw))
    try:
        name = part.get_filename() or ""
    except (LookupError, ValueError, TypeError):
        return ""
    return decode_header(re.sub(r"[\x00-\x1f\x7f]", "", name))


def _cid(part):
    return _header(part, "content-id").strip().strip("<>")


def _named(files):
    """`File`s with the names people may see, numbered where there is none."""
    return tuple(
        File(file_name(name, number, kind), data, cid)
        for number, (name, kind, data, cid) in enumerate(files, 1)
    )


def file_name(name: str, number: int, kind: str = "") -> str:
    """Return a name without the folders of the sender's machine and without tricks."""
    name = unicodedata.normalize("NFC", clean(name).translate(_DIRECTION))
    name = re.sub(r"\s+", " ", name.replace("\\", "/").rpartition("/")[2]).strip()
    if name.strip(". "):
        return name
    extension = _EXTENSIONS.get(kind) or mimetypes.guess_extension(kind) or ""
    return f"attachment-{number}{extension}"
