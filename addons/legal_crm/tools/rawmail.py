"""Reading a mail's bytes whatever state they are in: nothing here raises.

The gateway asks twice: who is it for and about (`Mail.envelope`, from the headers
alone, so that 50 MB of video cost nothing), and what does it hold (`Mail.content`, see
rawbody). Header names: RFC 5322; words in them: RFC 2047; automatic mail: RFC 3834;
reports: RFC 3462, RFC 8098.
"""

import email
import email.policy
import email.utils
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property

from . import rawbody
from .rawtext import clean, decode_bytes, decode_header

_RECIPIENT_HEADERS = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "to",
    "cc",
    "resent-to",
    "resent-cc",
)
# What a mail gets on its way: it differs between two copies of the same mail.
_TRACE_HEADERS = frozenset(
    """received return-path delivered-to x-original-to envelope-to x-spam-status
    x-spam-score x-spam-level x-spam-flag x-virus-scanned authentication-results
    received-spf arc-seal arc-message-signature arc-authentication-results
    x-received x-forwarded-to x-forwarded-for x-envelope-from""".split()
)
_REFERENCE = re.compile(r"<[^<>\s]+>")
# Broken programs leave the brackets out and put commas between.
_BARE_REFERENCE = re.compile(r"[^<>\s,;\"]+@[^<>\s,;\"]+")
_ADDRESS = re.compile(r"[^\s<>,;:\"]+@[^\s<>,;:\"]+")
_BLANK_LINE = re.compile(rb"\r\n(?:\r\n|\r|\n)|\n(?:\r\n|\r|\n)|\r(?!\n)(?:\r\n|\r|\n)")
# "Date : ..." is old but legal (RFC 5322, 4.5.3); Python ends the headers there.
_SPACE_BEFORE_COLON = re.compile(rb"(?m)^([!-9;-~]+)[ \t]+:")
_HEADER_LINE = re.compile(rb"(?m)^[!-9;-~]+[ \t]*:")
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
    date: datetime | None = None  # UTC, naive
    references: tuple[str, ...] = ()  # the nearest first
    automatic: bool = False
    report: bool = False
    failed: str = ""  # the address that a mail of ours did not reach for good
    readable: bool = True


class Mail:
    """A mail as it came (`raw`), and what can be read of it."""

    def __init__(self, raw: bytes):
        self.raw = raw
        end = _BLANK_LINE.search(raw)
        cut = end.end() if end else len(raw)
        self._head = _SPACE_BEFORE_COLON.sub(rb"\1:", raw[:cut])
        self._body_at = cut

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()

    @cached_property
    def headers(self) -> dict[str, list[str]]:
        """{lower case name: values as written}, from the top of the mail."""
        return _headers(_parse(self._head)) if _HEADER_LINE.search(self._head) else {}

    @cached_property
    def message(self):
        """The parsed mail (``email.message.Message``)."""
        return _parse(self._head + self.raw[self._body_at :])

    @cached_property
    def envelope(self) -> Envelope:
        try:
            return _envelope(self)
        except Exception:  # anything is fed in; damaged mail must not stop the mail
            return Envelope(readable=False)

    @cached_property
    def content(self) -> rawbody.Content:
        if not self.headers:
            text = clean(decode_bytes(self.raw[:20000]))
            return rawbody.Content(blocks=(("text/plain", text),), complete=False)
        return rawbody.read(self.message)

    def same_mail(self, other: "Mail") -> bool:
        """Whether two copies differ only in what was added on the way."""
        return self._stamped() == other._stamped()

    def _stamped(self):
        headers = [
            (name, [" ".join(value.split()) for value in values])
            for name, values in sorted(self.headers.items())
            if name not in _TRACE_HEADERS
        ]
        return headers, self.raw[self._body_at :].replace(b"\r\n", b"\n").strip()


def _parse(raw):
    try:
        return email.message_from_bytes(raw, policy=email.policy.compat32)
    except Exception:  # e.g. a thousand parts inside each other
        message = email.message.Message()
        message.set_payload(raw.decode("ascii", "surrogateescape"))
        return message


def _headers(message):
    found = {}
    for name, value in message.raw_items():
        found.setdefault(name.lower(), []).append(value)
    return found


def _envelope(mail):
    headers = mail.headers
    if not headers:
        return Envelope(readable=False)

    def first(name):
        return decode_header(headers.get(name, [""])[0])

    sender_name, sender = _first_address(headers.get("from", []))
    recipients = [
        address
        for name in _RECIPIENT_HEADERS
        for value in headers.get(name, [])
        for _name, address in _addresses(value)
    ]
    references = _references(first("references"))
    in_reply_to = _references(first("in-reply-to"))
    kind = re.match(r"\s*([\w/+.-]*)", first("content-type").lower())[1]
    report, failed = kind == "multipart/report", ""
    if report:
        reported, failed = _report(mail.message)
        in_reply_to += reported
    subject = first("subject")
    return Envelope(
        message_id=first("message-id"),
        sender=sender,
        sender_name=sender_name,
        recipients=tuple(dict.fromkeys(recipients)),
        to=first("to"),
        cc=first("cc"),
        subject=subject,
        date=_date(first("date")),
        # nearest first: In-Reply-To, then References from the newest
        references=tuple(dict.fromkeys(in_reply_to + references[::-1]))[:64],
        automatic=report or _is_automatic(first, headers, subject, sender),
        report=report,
        failed=failed,
    )


def _addresses(value):
    text = decode_header(value)
    try:
        # names are decoded after the addresses are taken apart: they may hold commas
        pairs = email.utils.getaddresses([re.sub(r"[\r\n]+[ \t]*", " ", str(value))])
    except Exception:  # see Mail.envelope
        pairs = []
    found = [
        (decode_header(name), decode_header(address).lower())
        for name, address in pairs
        if "@" in address
    ]
    return found or [("", address.lower()) for address in _ADDRESS.findall(text)]


def _first_address(values):
    for value in values:
        for name, address in _addresses(value):
            return name, address
    return decode_header(values[0]) if values else "", ""


def _references(text):
    bare = _BARE_REFERENCE.findall(_REFERENCE.sub(" ", text))
    return _REFERENCE.findall(text) + [f"<{reference}>" for reference in bare]


def _date(text):
    try:
        date = email.utils.parsedate_to_datetime(text)
    except Exception:  # see Mail.envelope
        return None
    if date.tzinfo:
        try:
            date = date.astimezone(timezone.utc).replace(tzinfo=None)
        except OverflowError:
            return None
    # A clock that stands at its beginning says nothing.
    return date if date.year > 1990 else None


def _report(message):
    """What a report speaks of: the Message-IDs, and the address that failed for good.

    A delay and a reading receipt are reports too; the address is good then.
    """
    ids, failed = [], ""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822" and part.is_multipart():
            inner = _headers(part.get_payload()[0])
            ids += _references(decode_header(inner.get("message-id", [""])[0]))
        elif kind in (
            "text/rfc822-headers",
            "message/disposition-notification",
            "message/delivery-status",
        ):
            text = _flat(part)
            ids += re.findall(r"(?im)^(?:original-)?message-id:\s*(<[^<>\s]+>)", text)
            if kind == "message/delivery-status":
                failed = failed or _failed_address(text)
    return ids, failed


def _flat(part):
    blocks = part.get_payload()
    if isinstance(blocks, list):
        return "\n\n".join(str(block) for block in blocks)
    data = part.get_payload(decode=True) or b""
    return decode_bytes(data, part.get_content_charset())


def _failed_address(text):
    for block in re.split(r"\n\s*\n", text):
        if re.search(r"(?im)^action:\s*failed", block):
            address = re.search(
                r"(?im)^(?:original|final)-recipient:[^;\n]*;(.*)$", block
            )
            found = _ADDRESS.search(address[1]) if address else None
            if found:
                return found[0].lower()
    return ""


def _is_automatic(first, headers, subject, sender):
    """Whether it is an answer of a machine, or sent to many alike.

    Not everything a machine writes: a court's mailbox, a fax server and a calendar say
    "auto-generated" as well, and what they bring must be read.
    """
    auto = first("auto-submitted").split(";")[0].strip().lower()
    bulk = first("precedence").lower() in ("bulk", "junk", "auto_reply")
    return bool(
        auto.startswith("auto-replied")
        or bulk
        or "x-autoreply" in headers
        or "x-autorespond" in headers
        or ("list-unsubscribe" in headers and "list-id" in headers)
        or _AUTO_SUBJECT.match(subject)
        or sender.split("@")[0] in ("mailer-daemon", "postmaster")
    )
