"""The mails of the corpus that a program makes better than a person.

Everything here is deterministic: the same call gives the same bytes. Run as a
script it writes the small ones next to itself (``GENERATED``); the large ones
(``ON_DEMAND``) exist only in memory. ``read(name)`` gives the bytes of any mail of
the corpus, stored or not.
"""

import base64
import random
import struct
import sys
import wave
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

HERE = Path(__file__).resolve().parent
ALIAS = "akten@kanzlei.example"


# -- files to attach ------------------------------------------------------------


def pdf(text, filler=0):
    """A one-page PDF that any viewer opens, with ``text`` on it in Latin-1."""
    lines = text.split("\n")
    shown = b" T* ".join(
        b"("
        + line.encode("latin-1", "replace")
        .replace(b"\\", b"\\\\")
        .replace(b"(", b"\\(")
        .replace(b")", b"\\)")
        + b") Tj"
        for line in lines
    )
    stream = b"BT /F1 11 Tf 14 TL 60 780 Td " + shown + b" ET"
    if filler:
        stream += b"\n%" + b"x" * filler
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica"
        b" /Encoding /WinAnsiEncoding >>",
    ]
    out = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    offsets = []
    for index, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (index, body)
    xref = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return out + b"startxref\n%d\n%%%%EOF\n" % xref


def png(width=24, height=12, colour=(0, 70, 120)):
    """A plain rectangle: a logo in a signature."""

    def chunk(kind, data):
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    # Stored, not compressed: the bytes must not depend on the zlib at hand.
    rows = (b"\0" + bytes(colour) * width) * height
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows, 0))
        + chunk(b"IEND", b"")
    )


def gif():
    """One transparent pixel, as Notes and newsletters embed it."""
    return base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


def jpeg(seed=1):
    """Start, application, comment and end markers of a JPEG: typed right, shows
    nothing."""
    noise = random.Random(seed).randbytes(600)
    app0 = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00H\x00H\x00\x00"
    comment = b"\xff\xfe" + struct.pack(">H", len(noise) + 2) + noise
    return b"\xff\xd8" + app0 + comment + b"\xff\xd9"


def tiff(width=64, height=32):
    """A black-and-white page as fax machines make it (uncompressed, 204 dpi)."""
    strip = (b"\xff\x00" * (width // 16)) * height
    tags = [
        (256, 3, 1, width),
        (257, 3, 1, height),
        (258, 3, 1, 1),
        (259, 3, 1, 1),
        (262, 3, 1, 0),
        (273, 4, 1, 8),
        (277, 3, 1, 1),
        (278, 3, 1, height),
        (279, 4, 1, len(strip)),
    ]
    header = b"II*\x00" + struct.pack("<I", 8 + len(strip))
    entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return header + strip + struct.pack("<H", len(tags)) + entries + b"\0" * 4


def wav(seconds=1):
    """Telephone quality: 8 kHz, 8 bit, mono."""
    buffer = BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(bytes(range(100, 156)) * (8000 * seconds // 56))
    return buffer.getvalue()


def docx(text):
    """The least that a word processor opens."""
    types = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns='
        '"http://schemas.openxmlformats.org/package/2006/content-types"><Default '
        'Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Override PartName="/word/document.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.wordprocessingml.document'
        '.main+xml"/></Types>'
    )
    rels = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships '
        'xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/officeDocument" Target="word/document'
        '.xml"/></Relationships>'
    )
    document = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document '
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
    )
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in (
            ("[Content_Types].xml", types),
            ("_rels/.rels", rels),
            ("word/document.xml", document),
        ):
            info = zipfile.ZipInfo(name, (2026, 3, 2, 9, 0, 0))
            archive.writestr(info, content)
    return buffer.getvalue()


# -- TNEF: what Outlook sends as winmail.dat --------------------------------------


def _tnef_attribute(level, attribute, data):
    checksum = struct.pack("<H", sum(data) & 0xFFFF)
    return struct.pack("<BII", level, attribute, len(data)) + data + checksum


def _mapi_properties(properties):
    """MS-OXTNEF 2.1.3.4: a counted list of typed values, each padded to 4 bytes."""
    out = struct.pack("<I", len(properties))
    for tag, value in properties:
        out += struct.pack("<HH", tag & 0xFFFF, tag >> 16)
        if isinstance(value, int):
            out += struct.pack("<I", value)
        else:
            padding = b"\0" * (-len(value) % 4)
            out += struct.pack("<II", 1, len(value)) + value + padding
    return out


def tnef(files, subject="", message_id=""):
    """A TNEF stream with ``files`` ([(name, bytes)]) and a MAPI Message-ID inside."""

    def text(value):
        return value.encode("cp1252") + b"\0"

    rtf = b"{\\rtf1\\ansi\\ansicpg1252 Siehe Anlage.\\par}"
    rtf_header = struct.pack("<II", len(rtf) + 12, len(rtf)) + b"MELA" + b"\0" * 4
    message = _mapi_properties(
        [
            (0x0037001E, text(subject)),  # PR_SUBJECT
            (0x1035001E, text(message_id)),  # PR_INTERNET_MESSAGE_ID
            (0x10090102, rtf_header + rtf),  # PR_RTF_COMPRESSED, stored
            (0x3FDE0003, 1252),  # PR_INTERNET_CPID
        ]
    )
    out = struct.pack("<IH", 0x223E9F78, 0x0001)
    out += _tnef_attribute(1, 0x00089006, struct.pack("<I", 0x00010000))
    out += _tnef_attribute(1, 0x00069007, struct.pack("<II", 1252, 0))
    out += _tnef_attribute(1, 0x00078008, b"IPM.Microsoft Mail.Note\0")
    out += _tnef_attribute(1, 0x00018004, text(subject))
    # PR_SEARCH_KEY in hex, 16 bytes: the identity inside the stream.
    out += _tnef_attribute(1, 0x00018009, b"5D1C8A40B7E94F4DA2C1B6E0F3A90D17\0")
    out += _tnef_attribute(1, 0x00069003, message)
    for name, data in files:
        short = name.encode("ascii", "replace").decode().replace("?", "_")
        stem, _dot, extension = short.rpartition(".")
        short = f"{stem[:6].upper().replace(' ', '')}~1.{extension[:3].upper()}"
        rendering = struct.pack("<HIHHI", 1, 0xFFFFFFFF, 32, 32, 0)
        out += _tnef_attribute(2, 0x00069002, rendering)
        out += _tnef_attribute(2, 0x00018010, text(short))
        out += _tnef_attribute(2, 0x0006800F, data)
        details = _mapi_properties(
            [
                (0x3707001E, text(name)),  # PR_ATTACH_LONG_FILENAME
                (0x37050003, 1),  # PR_ATTACH_METHOD: by value
                (0x370E001E, text("application/pdf")),  # PR_ATTACH_MIME_TAG
            ]
        )
        out += _tnef_attribute(2, 0x00069005, details)
    return out


# -- whole mails ------------------------------------------------------------------


def _lines(data):
    """Base64 in lines of 76, with CRLF."""
    coded = base64.b64encode(data)
    return b"".join(coded[i : i + 76] + b"\r\n" for i in range(0, len(coded), 76))


def _head(name, subject, sender="Jana Hölzle <j.hoelzle@baeckerei-hoelzle.example>"):
    display, _space, address = sender.rpartition(" ")
    coded = base64.b64encode(display.encode()).decode()
    return (
        f"From: =?UTF-8?B?{coded}?= {address}\r\n"
        f"To: <{ALIAS}>\r\n"
        f"Subject: {subject}\r\n"
        "Date: Thu, 12 Mar 2026 10:04:11 +0100\r\n"
        f"Message-ID: <{name}.20260312@baeckerei-hoelzle.example>\r\n"
        "MIME-Version: 1.0\r\n"
    )


def winmail_mail():
    """Outlook in rich text format: one text part and winmail.dat."""
    files = [
        ("Wartungsvertrag Kühlzelle 2024.pdf", pdf("Wartungsvertrag Nr. 24-0771")),
        ("Abnahmeprotokoll.pdf", pdf("Abnahmeprotokoll vom 14.11.2025")),
    ]
    message_id = "<DB9PR04MB8461F0C2A7D5E1B94@DB9PR04MB8461.eurprd04.example.com>"
    subject = "Unterlagen zu 0123/26 - Hölzle ./. Reuter"
    boundary = "_002_DB9PR04MB8461F0C2A7D5E1B94DB9PR04MB8461eurp_"
    head = (
        "From: =?iso-8859-1?Q?Jana_H=F6lzle?= <j.hoelzle@baeckerei-hoelzle.example>\r\n"
        f'To: "{ALIAS}" <{ALIAS}>\r\n'
        "Subject: =?iso-8859-1?Q?Unterlagen_zu_0123/26_-_H=F6lzle_./._Reuter?=\r\n"
        "Thread-Topic: =?iso-8859-1?Q?Unterlagen_zu_0123/26_-_H=F6lzle_./._Reuter?="
        "\r\nThread-Index: AdyxWq8o7kU0cFZ2R3m1vYt6wXQbAQ==\r\n"
        "Date: Wed, 11 Mar 2026 07:52:36 +0000\r\n"
        f"Message-ID: {message_id}\r\n"
        "Accept-Language: de-DE, en-US\r\nContent-Language: de-DE\r\n"
        "X-MS-Has-Attach: yes\r\n"
        f"X-MS-TNEF-Correlator: {message_id}\r\n"
        f'Content-Type: multipart/mixed;\r\n\tboundary="{boundary}"\r\n'
        "MIME-Version: 1.0\r\n\r\n"
        f'--{boundary}\r\nContent-Type: text/plain; charset="iso-8859-1"\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        "Guten Morgen Frau Brandt,\r\n\r\n"
        "wie gestern am Telefon besprochen, der Wartungsvertrag und das =\r\n"
        "Abnahmeprotokoll zur K=FChlzelle. Das Original des Protokolls habe ich =\r\n"
        "noch bei mir im B=FCro.\r\n\r\n"
        "Mit freundlichen Gr=FC=DFen\r\nJana H=F6lzle\r\n\r\n"
        f"--{boundary}\r\n"
        'Content-Disposition: attachment; filename="winmail.dat"\r\n'
        "Content-Transfer-Encoding: base64\r\n"
        'Content-Type: application/ms-tnef; name="winmail.dat"\r\n\r\n'
    ).encode("ascii")
    stream = tnef(files, subject, message_id)
    return head + _lines(stream) + f"\r\n--{boundary}--\r\n".encode()


def empty_mail():
    """What a full disk or an aborted transfer leaves: nothing."""
    return b""


def garbage_mail():
    """Bytes without any header: a broken mailbox file."""
    return random.Random(20260312).randbytes(4096)


def nul_bytes_mail():
    """NUL in a header, in the text and in a file name. PostgreSQL refuses NUL."""
    head = _head("nul", "0123/26 Zeugenliste\0 Nachtrag")
    return (
        head + "X-Mailer: VersandModul\0 2.1\r\n"
        'Content-Type: multipart/mixed; boundary="nul-7f3a"\r\n\r\n'
        '--nul-7f3a\r\nContent-Type: text/plain; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: 8bit\r\n\r\n"
        "Sehr geehrte Frau Brandt,\r\n\r\n"
        "als weiteren Zeugen benenne ich Herrn\0 Aydin (Nachtschicht).\r\n"
        "\r\nJana Hölzle\r\n"
        "--nul-7f3a\r\n"
        'Content-Type: text/csv; name="zeugen\0.csv"\r\n'
        'Content-Disposition: attachment; filename="zeugen\0.csv"\r\n\r\n'
        "Name;Rolle\r\nAydin\0;Nachtschicht\r\n"
        "--nul-7f3a--\r\n"
    ).encode()


def many_recipients(n=500):
    """A circular whose sender put every recipient into To."""
    people = [f'"Teilnehmer {i}" <teilnehmer{i}@example.org>' for i in range(1, n + 1)]
    people.insert(n // 2, f"<{ALIAS}>")
    folded = ",\r\n ".join(people)
    head = _head(
        "many", "Rundschreiben Mitgliederversammlung 2026", "V <v@example.net>"
    )
    head = head.replace(f"To: <{ALIAS}>", f"To: {folded}")
    body = (
        'Content-Type: text/plain; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: 8bit\r\n\r\n"
        "Liebe Mitglieder,\r\n\r\ndie Einladung zur Mitgliederversammlung am "
        "24.04.2026 geht Ihnen\r\nmit getrennter Post zu.\r\n\r\nDer Vorstand\r\n"
    )
    return (head + body).encode()


def deep_nesting(levels=60):
    """``levels`` multiparts, each inside the one before; the text is innermost."""
    out = _head("deep", "0123/26 weitergeleitet")
    closing = ""
    for level in range(levels):
        out += f'Content-Type: multipart/mixed; boundary="lv{level:05d}"\r\n\r\n'
        out += f"--lv{level:05d}\r\n"
        closing = f"\r\n--lv{level:05d}--\r\n" + closing
    out += 'Content-Type: text/plain; charset="utf-8"\r\n\r\n'
    out += "Zur Kenntnis, siehe unten.\r\n"
    return (out + closing).encode()


def big_mail(megabytes=50):
    """An attachment of ``megabytes`` (decoded), sent by a client: the site videos."""
    block = random.Random(50).randbytes(57 * 1024)
    size = megabytes * 1024 * 1024
    data = (block * (size // len(block) + 1))[:size]
    head = _head("big", "0123/26 Video vom Einbau") + (
        'Content-Type: multipart/mixed; boundary="big-51c0"\r\n\r\n'
        '--big-51c0\r\nContent-Type: text/plain; charset="utf-8"\r\n\r\n'
        "Anbei das Video vom Einbau, leider etwas gross.\r\n\r\nJana H.\r\n"
        '--big-51c0\r\nContent-Type: video/mp4; name="Einbau.mp4"\r\n'
        'Content-Disposition: attachment; filename="Einbau.mp4"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + _lines(data) + b"--big-51c0--\r\n"


def many_parts(n=400):
    """A mail of ``n`` tiny attachments, as a broken export writes them."""
    head = _head("parts", "0123/26 Kassenbelege einzeln")
    out = [head, 'Content-Type: multipart/mixed; boundary="pt-09"\r\n\r\n']
    out.append("--pt-09\r\nContent-Type: text/plain\r\n\r\nBelege anbei.\r\n")
    for i in range(1, n + 1):
        out.append(
            f'--pt-09\r\nContent-Type: text/plain; name="beleg{i:04d}.txt"\r\n'
            f'Content-Disposition: attachment; filename="beleg{i:04d}.txt"\r\n\r\n'
            f"Beleg {i}: {i * 7 % 90},50 EUR\r\n"
        )
    return ("".join(out) + "--pt-09--\r\n").encode()


GENERATED = {
    "outlook_tnef_winmail.eml": winmail_mail,
    "broken_empty.eml": empty_mail,
    "broken_garbage.eml": garbage_mail,
    "broken_nul_bytes.eml": nul_bytes_mail,
    "many_recipients.eml": many_recipients,
    "deep_nesting.eml": deep_nesting,
}
ON_DEMAND = {
    "big_attachment.eml": big_mail,
    "many_parts.eml": many_parts,
}


def read(name):
    """The bytes of a mail of the corpus, whether it is stored or made on demand."""
    if name in ON_DEMAND:
        return ON_DEMAND[name]()
    return (HERE / name).read_bytes()


def main():
    for name, make in GENERATED.items():
        (HERE / name).write_bytes(make())
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
