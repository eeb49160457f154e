import random
from datetime import datetime

import pytest
from tools.rawbody import file_name, strip_tags
from tools.rawmail import Mail
from tools.rawtext import clean, decode_bytes, decode_header


def mail(*headers, body=b"Hello", end=b"\r\n"):
    lines = [h.encode() if isinstance(h, str) else h for h in headers]
    return Mail(end.join([*lines, b"", body]))


def multipart(kind, *parts, boundary="b", declared=True):
    """A mail of parts, each given as (headers, body)."""
    head = f"Content-Type: multipart/{kind}"
    head += f'; boundary="{boundary}"' if declared else ""
    body = ""
    for headers, text in parts:
        body += f"--{boundary}\r\n{headers}\r\n\r\n{text}\r\n"
    return Mail(f"{head}\r\nSubject: x\r\n\r\n{body}--{boundary}--\r\n".encode())


def files(found):
    return [(file.name, file.data) for file in found.content.files]


def texts(found):
    return [text.strip() for _kind, text in found.content.blocks]


# -- headers ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Plain", "Plain"),
        ("=?utf-8?q?K=C3=BChlzelle?= 5", "Kühlzelle 5"),
        ("=?utf-8?b?S8O8?= =?utf-8?b?aGw=?=", "Kühl"),
        ("=?utf-8?b?S8M=?=\r\n =?utf-8?b?vGhs?=", "Kühl"),  # cut inside the ü
        ("=?iso-8859-1?q?f=FCr?= =?utf-8?q?_dich?=", "für dich"),
        ("=?x-nowhere?q?0123/26_=FC?=", "0123/26 ü"),
        ("a\r\n b\r\n\tc", "a b c"),
        ("a=?utf-8?q?=0D=0ABcc:_x?=", "a Bcc: x"),
        ("nul\x00 and bell\x07", "nul and bell"),
        (b"Gr\xfc\xdfe".decode("ascii", "surrogateescape"), "Grüße"),
        ("Grüße".encode().decode("ascii", "surrogateescape"), "Grüße"),
        (None, ""),
    ],
)
def test_header_text(raw, text):
    assert decode_header(raw) == text


@pytest.mark.parametrize("charset", [None, "x-nowhere", "hex", "a\0b", "undefined"])
def test_no_charset_stops_the_text(charset):
    assert decode_bytes("Öl".encode(), charset) == "Öl"
    assert decode_bytes("Öl".encode("cp1252"), charset) == "Öl"


def test_what_cannot_be_stored_goes():
    assert clean("a\x00b\ud800c\x1bd\te\n") == "ab?cd\te\n"


def test_envelope():
    envelope = mail(
        "Delivered-To: AKTE-1@firm.example",
        "From: =?utf-8?q?H=C3=B6lzle=2C_Jana?= <J.H@Client.example>",
        "To: Firm <akten@firm.example>, b@x.example (Bernd)",
        "Subject: Az. 1/26",
        "Date: Thu, 12 Mar 2026 09:00:00 +0100",
        "Message-ID: <1@client.example>",
        "References: <a@x> <b@x>",
        "In-Reply-To: <c@x>",
    ).envelope
    assert envelope.sender == "j.h@client.example"
    assert envelope.sender_name == "Hölzle, Jana"
    assert envelope.recipients == (
        "akte-1@firm.example",
        "akten@firm.example",
        "b@x.example",
    )
    assert envelope.references == ("<c@x>", "<b@x>", "<a@x>")
    assert envelope.date == datetime(2026, 3, 12, 8)
    assert envelope.readable
    assert not envelope.automatic


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_line_ends(end):
    found = mail("Subject: 1/26", "From: a@b.example", end=end)
    assert found.envelope.subject == "1/26"
    assert texts(found) == ["Hello"]


def test_space_before_the_colon():
    found = mail("Subject: 1/26", "DATE : x", "Message-ID: <1@x>")
    assert found.envelope.message_id == "<1@x>"
    assert texts(found) == ["Hello"]


@pytest.mark.parametrize(
    "raw", [b"", b"\r\n\r\n", b"no header\r\n\r\nat all", b"\xff\0"]
)
def test_unreadable(raw):
    found = Mail(raw)
    assert not found.envelope.readable
    assert not found.content.complete


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Thu, 01 Jan 1970 00:00:00 +0000", None),
        ("yesterday", None),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
        ("12 Mar 2026 09:00 GMT", datetime(2026, 3, 12, 9)),
    ],
)
def test_dates(date, expected):
    assert mail(f"Date: {date}").envelope.date == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<a@x>", ("<a@x>",)),
        ("a@x, <b@x>;", ("<b@x>", "<a@x>")),
        ("Your message of Monday", ()),
        (" ".join(f"<{n}@x>" for n in range(100)), 64),
    ],
)
def test_references(value, expected):
    found = mail(f"References: {value}").envelope.references
    if expected == 64:
        assert len(found) == 64
        assert found[0] == "<99@x>"
    else:
        assert set(found) == set(expected)


@pytest.mark.parametrize(
    ("header", "automatic"),
    [
        ("Auto-Submitted: auto-replied (vacation)", True),
        ("Auto-Submitted: auto-generated", False),
        ("Auto-Submitted: no", False),
        ("Precedence: bulk", True),
        ("Precedence: list", False),
        ("Subject: Automatische Antwort: x", True),
        ("Subject: =?utf-8?q?R=C3=A9ponse_automatique_:_x?=", True),
        ("Subject: Automatik des Tores", False),
        ("List-Id: <members.bar.example>", False),
        ("From: MAILER-DAEMON@mx.example", True),
        ("X-Autoreply: yes", True),
    ],
)
def test_automatic(header, automatic):
    assert mail(header).envelope.automatic == automatic


@pytest.mark.parametrize(
    ("action", "failed"), [("failed", "a@b.example"), ("delayed", ""), ("relayed", "")]
)
def test_delivery_report(action, failed):
    status = (
        "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; A@b.example\r\n"
        f"Action: {action}\r\n"
    )
    found = multipart(
        "report",
        ("Content-Type: text/plain", "Sorry"),
        ("Content-Type: message/delivery-status", status),
        ("Content-Type: text/rfc822-headers", "Message-ID:\r\n <our@firm.example>"),
    )
    assert found.envelope.report
    assert found.envelope.failed == failed
    assert found.envelope.references == ("<our@firm.example>",)
    assert texts(found) == ["Sorry"]


def test_the_same_mail_by_another_way():
    one = mail("Received: a", "Subject: x", "Message-ID: <1@x>", body=b"Hi\r\nyou")
    assert one.same_mail(mail("Subject: x", "Message-ID:  <1@x>", body=b"Hi\nyou\n"))
    assert not one.same_mail(mail("Subject: x", "Message-ID: <1@x>", body=b"Hi you"))
    assert not one.same_mail(mail("Subject: y", "Message-ID: <1@x>", body=b"Hi\nyou"))


# -- text and files -----------------------------------------------------------------

TEXT = ("Content-Type: text/plain; charset=utf-8", "Grüße")
HTML = ("Content-Type: text/html; charset=utf-8", "<p>Grüße</p>")
PDF = (
    'Content-Type: application/pdf; name="a.pdf"\r\nContent-Transfer-Encoding: base64',
    "JVBERi0=",
)


def test_alternatives_are_one_text():
    found = multipart("alternative", TEXT, HTML)
    assert texts(found) == ["<p>Grüße</p>"]
    assert found.content.alternatives == ("Grüße",)
    empty = ("Content-Type: text/html", " ")
    assert texts(multipart("alternative", TEXT, empty)) == ["Grüße"]


def test_several_texts_stay_in_order():
    other = ("Content-Type: text/plain", "Later")
    found = multipart("mixed", TEXT, PDF, other)
    assert texts(found) == ["Grüße", "Later"]
    assert files(found) == [("a.pdf", b"%PDF-")]


@pytest.mark.parametrize("boundary", ["b", "=_x (1)"])
def test_a_boundary_nobody_declared(boundary):
    found = multipart("mixed", TEXT, PDF, boundary=boundary, declared=False)
    assert texts(found) == ["Grüße"]
    assert files(found) == [("a.pdf", b"%PDF-")]


def test_a_multipart_without_parts_is_text():
    found = mail("Content-Type: multipart/mixed; boundary=q", body=b"Just text")
    assert texts(found) == ["Just text"]
    assert found.content.complete


@pytest.mark.parametrize(
    ("data", "kept"),
    [("JVBERi0", b"%PDF-"), ("JVBERi0=\r\n", b"%PDF-"), ("JVBERi0tx", b"%PDF--")],
)
def test_torn_base64(data, kept):
    found = multipart("mixed", (PDF[0], data))
    assert files(found) == [("a.pdf", kept)]


def test_text_that_only_says_it_is_base64():
    headers = "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64"
    assert texts(multipart("mixed", (headers, "No, it is text."))) == [
        "No, it is text."
    ]


def test_an_enclosed_mail_is_one_file():
    inner = "Subject: Az. 9/26\r\nMessage-ID: <i@x>\r\n\r\nFrom the start 9/26\r\n"
    found = multipart("mixed", TEXT, ("Content-Type: message/rfc822", inner))
    [(name, data)] = files(found)
    assert name == "Az. 9-26.eml"
    assert Mail(data).envelope.message_id == "<i@x>"
    assert b"\r\nFrom the start 9/26" in data, "not >From"
    assert "9/26" not in found.content.search_text()


def test_a_text_with_a_name_is_a_file():
    named = ('Content-Type: text/html; name="list.html"', "<b>1/26</b>")
    attached = ("Content-Type: text/plain\r\nContent-Disposition: attachment", "1/26")
    calendar = ("Content-Type: text/calendar", "BEGIN:VCALENDAR")
    found = multipart("mixed", TEXT, named, attached, calendar)
    assert [name for name, _data in files(found)] == [
        "list.html",
        "attachment-2.txt",
        "attachment-3.ics",
    ]
    assert "1/26" not in found.content.search_text()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Rechnung.pdf", "Rechnung.pdf"),
        ("C:\\Temp\\Rechnung.pdf", "Rechnung.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..", "attachment-7.pdf"),
        ("", "attachment-7.pdf"),
        ("Rech\u202enung.exe", "Rechnung.exe"),
        ("U\u0308bersicht.pdf", "Übersicht.pdf"),
        ("a  b\tc.pdf", "a b c.pdf"),
    ],
)
def test_file_names(name, shown):
    assert file_name(name, 7, "application/pdf") == shown


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>01<b>23</b>/26</p>", "0123/26"),
        ("<td>0123</td><td>26</td>", "0123 26"),
        ("<!-- 0123/26 --><style>a{}</style>Hi<script>1/26</script> you", "Hi you"),
        ("&Uuml;ber&nbsp;uns", "Über\xa0uns"),
        ("", ""),
        ("<<<>>>", None),
    ],
)
def test_strip_tags(html, text):
    found = strip_tags(html)
    assert text is None or " ".join(found.split(" ")).split() == text.split()


def test_links_are_not_searched():
    found = mail("Subject: x", body=b"See https://x.example/a/0123/26/y or 1/26")
    assert found.content.search_text().split() == ["See", "or", "1/26"]


# -- whatever comes -----------------------------------------------------------------


def test_no_bytes_whatever_raise():
    rng = random.Random(8)
    good = multipart("mixed", TEXT, PDF, HTML, ("Content-Type: message/rfc822", "A: b"))
    for _ in range(1500):
        raw = bytearray(good.raw)
        for _change in range(rng.randint(1, 12)):
            at = rng.randrange(len(raw))
            if rng.random() < 0.5:
                raw[at] = rng.randrange(256)
            else:
                del raw[at : at + rng.randint(1, 30)]
        found = Mail(bytes(raw))
        assert "\0" not in found.envelope.subject
        assert "\0" not in found.content.search_text()
        assert all(file.name for file in found.content.files)


def test_a_thousand_parts_inside_each_other():
    head = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n)
        for n in range(3000)
    )
    found = Mail(b"Subject: 1/26\r\n" + head + b"\r\nHello")
    assert found.envelope.subject == "1/26"
    assert found.content is not None
