"""Reading a mail's bytes whatever state they are in: nothing here raises.

The full parsing is Odoo's. This reads what is needed before (who is it for?) and when
Odoo's parser gives up (what can still be said of it?). Header names: RFC 5322; automatic
mail: RFC 3834; reports: RFC 3462, RFC 8098.
"""

import email
import email.header
import email.policy
import email.utils
import re
from dataclasses import dataclass, field

_RECIPIENT_HEADERS = (
    "Delivered-To",
    "X-Original-To",
    "Envelope-To",
    "To",
    "Cc",
    "Resent-To",
    "Resent-Cc",
)
_REFERENCE = re.compile(r"<[^<>\s]+>")
# Some programs say "automatic" in the subject only.
_AUTO_SUBJECT = re.compile(
    r"^\s*(auto(matic)? ?-?repl(y|ies)|automatische antwort|abwesenheitsnotiz|"
    r"out of office|r[ée]ponse automatique|absence du bureau|"
    r"gelesen:|lu ?:|read:|undeliverable|unzustellbar|non remis)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Envelope:
    """What the headers say. Addresses are lower case, without names."""

    message_id: str = ""
    sender: str = ""
    sender_name: str = ""
    recipients: tuple[str, ...] = ()
    to: str = ""
    cc: str = ""
    subject: str = ""
    references: tuple[str, ...] = field(default=())
    automatic: bool = False
    report: bool = False
    readable: bool = True


def clean(text: str) -> str:
    """Return `text` without what a database or a screen cannot hold (NUL, lone
    surrogates, other control characters but tab and line ends)."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", text)


def decode_header(value) -> str:
    """Return a header as text: RFC 2047 words decoded, raw 8-bit guessed."""
    value = "" if value is None else str(value)
    value = re.sub(r"[\r\n]+[ \t]*", " ", value)
    try:
        chunks = email.header.decode_header(value)
    except (ValueError, email.errors.HeaderParseError):
        chunks = [(value, None)]
    text = ""
    for chunk, charset in chunks:
        if isinstance(chunk, str):
            chunk = chunk.encode("ascii", "surrogateescape")
        text += decode_bytes(chunk, charset)
    return clean(text).strip()


def decode_bytes(data: bytes, charset: str | None = None) -> str:
    """Decode with the charset that is named, else UTF-8, else Windows-1252."""
    for name in (charset, "utf-8", "cp1252"):
        if not name or name.lower() in ("unknown-8bit", "us-ascii", "ascii"):
            continue
        try:
            return data.decode(name)
        except (LookupError, UnicodeError):
            continue
    return data.decode("latin-1")


def read_envelope(raw: bytes) -> Envelope:
    """Read the headers of a mail, as far as they can be read."""
    try:
        message = email.message_from_bytes(raw, policy=email.policy.compat32)
    except Exception:  # the parser is fed anything: damaged mail must not stop the mail
        return Envelope(readable=False)
    if not message.keys():
        return Envelope(readable=False)
    from_name, from_address = _first_address(message.get_all("From", []))
    recipients = []
    for name in _RECIPIENT_HEADERS:
        for value in message.get_all(name, []):
            recipients += [address for _name, address in _addresses(value)]
    references = _REFERENCE.findall(decode_header(message.get("References")))
    in_reply_to = _REFERENCE.findall(decode_header(message.get("In-Reply-To")))
    report = message.get_content_type() == "multipart/report"
    if report:
        in_reply_to += _reported_ids(message)
    # nearest first: In-Reply-To, then References from the newest
    ordered = tuple(dict.fromkeys(in_reply_to + references[::-1]))
    subject = decode_header(message.get("Subject"))
    return Envelope(
        message_id=decode_header(message.get("Message-ID")),
        sender=from_address,
        sender_name=from_name,
        recipients=tuple(dict.fromkeys(recipients)),
        to=decode_header(message.get("To")),
        cc=decode_header(message.get("Cc")),
        subject=subject,
        references=ordered[:64],
        automatic=report or _is_automatic(message, subject, from_address),
        report=report,
    )


def read_text(raw: bytes, limit: int = 20000) -> str:
    """Return the plain text of a mail, best effort, at most `limit` characters."""
    try:
        message = email.message_from_bytes(raw, policy=email.policy.compat32)
        texts = [_part_text(part) for part in _own_parts(message)]
        plain = [text for kind, text in texts if kind == "text/plain"]
        html = [_strip_tags(text) for kind, text in texts if kind == "text/html"]
        found = "\n".join(plain or html)
    except Exception:  # see read_envelope
        found = ""
    return clean(found or decode_bytes(raw[:limit]))[:limit]


def _own_parts(message):
    """The text parts of the mail itself, not of a mail attached to it."""
    if message.get_content_maintype() == "message":
        return
    if message.is_multipart():
        for part in message.get_payload():
            yield from _own_parts(part)
    elif message.get_content_maintype() == "text" and not message.get_filename():
        yield message


def _part_text(part):
    payload = part.get_payload(decode=True) or b""
    return part.get_content_type(), decode_bytes(payload, part.get_content_charset())


def _strip_tags(text):
    text = re.sub(r"(?is)<(script|style).*?</\1>", " ", text)
    text = re.sub(r"(?i)<(br|/p|/div|/tr)[^>]*>", "\n", text)
    return re.sub(r"<[^>]+>", " ", text)


def _addresses(value):
    try:
        pairs = email.utils.getaddresses([decode_header(value)])
    except Exception:  # see read_envelope
        pairs = []
    found = [(name, address.strip().lower()) for name, address in pairs if "@" in address]
    if not found:
        found = [
            ("", address.lower())
            for address in re.findall(r"[^\s<>,;:\"]+@[^\s<>,;:\"]+", decode_header(value))
        ]
    return found


def _first_address(values):
    for value in values:
        for name, address in _addresses(value):
            return name, address
    return decode_header(values[0]) if values else "", ""


def _reported_ids(message):
    """The Message-IDs of the mail that a delivery or reading report speaks of."""
    found = []
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822" and part.is_multipart():
            inner = part.get_payload()[0]
            found += _REFERENCE.findall(decode_header(inner.get("Message-ID")))
        elif kind in (
            "text/rfc822-headers",
            "message/disposition-notification",
            "message/delivery-status",
        ):
            blocks = part.get_payload()
            text = blocks if isinstance(blocks, str) else ""
            if isinstance(blocks, list):
                text = "\n".join(str(block) for block in blocks)
            found += re.findall(
                r"(?im)^(?:original-)?message-id:\s*(<[^<>\s]+>)", text
            )
    return found


def _is_automatic(message, subject, sender):
    """Whether a machine wrote it (RFC 3834, and what programs do instead)."""
    auto = (message.get("Auto-Submitted") or "no").split(";")[0].strip().lower()
    precedence = (message.get("Precedence") or "").strip().lower()
    suppress = (message.get("X-Auto-Response-Suppress") or "").strip().lower()
    return bool(
        auto not in ("", "no")
        or precedence in ("bulk", "junk", "list", "auto_reply")
        or message.get("X-Autoreply")
        or message.get("X-Autorespond")
        or message.get("List-Unsubscribe")
        or message.get("List-Id")
        or ("all" in suppress.split(",") and _AUTO_SUBJECT.match(subject))
        or _AUTO_SUBJECT.match(subject)
        or sender.split("@")[0] in ("mailer-daemon", "postmaster")
        or (message.get("Return-Path") or "").strip() == "<>"
    )
