"""Cost of one incoming mail: the suite's gateway beside Odoo's own for crm.lead.

Both get mails of the same content through ``message_process`` as the mail server's
cron calls it, each in a transaction of its own that is committed; Odoo's gateway is
called past the suite's override. Three kinds of mail:

- number: our number in the subject, the sender is the client: filed in the matter
  (Odoo: a new lead);
- queue: nothing tells where it belongs: it waits (Odoo: a new lead);
- reply: answers the first kind by its headers (Odoo: into the lead).

Each has a text of 1.5 kB and one PDF of 30 kB, and nobody follows: what is measured
is receiving, not notifying.
"""

import email.message
import email.policy
import email.utils
import gc
import random
import statistics
import time
from typing import NamedTuple

from . import data, session

SIZES = (10_000, 100_000, 1_000_000)
ROUNDS = 40
ALIAS = "bench-leads"  # of Odoo's own gateway
_TEXT = """Sehr geehrte Frau Rechtsanwältin,

vielen Dank für Ihr Schreiben vom 12.03.2026, das uns am 16.03. erreicht hat. Die darin
genannte Frist bis zum 30.04.2026 werden wir einhalten. Den Betrag von 1.234,56 EUR
haben wir auf das Konto DE02 1203 0000 0000 2020 51 überwiesen. Bitte bestätigen Sie den
Eingang und teilen Sie uns mit, ob die Gegenseite sich inzwischen geäußert hat.

Anbei erhalten Sie die Unterlagen, um die Sie gebeten hatten: den Vertrag nebst Anlagen
1 bis 4, die Rechnung 2026-0815 und unsere Aufstellung. Sollten Sie weitere Unterlagen
benötigen, erreichen Sie uns unter +49 30 123456-78 werktags von 9 bis 17 Uhr.

Zu Ihrer Frage nach dem zeitlichen Ablauf: Die erste Besprechung fand im Januar statt,
die zweite am 5. Februar. An beiden haben Herr König und Frau Sommer teilgenommen. Ein
Protokoll wurde nur von der zweiten angefertigt, es liegt bei. Den Schriftwechsel
davor haben wir chronologisch geordnet und durchnummeriert, damit Sie sich leichter
zurechtfinden. Einige Schreiben liegen uns nur in Kopie vor; die Originale befinden sich
bei der Hausverwaltung, die wir um Übersendung gebeten haben. Sobald sie eintreffen,
reichen wir sie nach und melden uns wegen eines Termins in Ihrer Kanzlei.

Mit freundlichen Grüßen
Beispielstraße 12, 10117 Berlin
"""


class Case(NamedTuple):
    """What a mail says: who writes, what stands in the subject, what it answers."""

    kind: str
    sender: str
    subject: str
    answers: str = ""


def pdf(lottery, size=30_000):
    """A PDF of ``size`` bytes with one line of text and a picture nobody sees."""
    filler = lottery.randbytes(size - 700)
    line = b"BT /F1 12 Tf 72 720 Td (Rechnung %d) Tj ET" % lottery.randrange(10**9)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(line), line),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(filler), filler),
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def build(case, recipient, lottery):
    """:return: (bytes of the mail, its Message-ID)"""
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message_id = email.utils.make_msgid(domain="correspondent.example")
    message["From"] = case.sender
    message["To"] = recipient
    message["Subject"] = case.subject
    message["Date"] = email.utils.formatdate()
    message["Message-ID"] = message_id
    if case.answers:
        message["In-Reply-To"] = message["References"] = case.answers
    message.set_content(_TEXT)
    message.add_attachment(
        pdf(lottery), maintype="application", subtype="pdf", filename="Rechnung.pdf"
    )
    return message.as_bytes(), message_id


def prepare(env):
    """:return: the two addresses: (the file's, Odoo's own for leads)"""
    company = env.ref("base.main_company")
    lead_model = env["ir.model"]._get_id("crm.lead")
    alias = env["mail.alias"].search([("alias_name", "=", ALIAS)]) or env[
        "mail.alias"
    ].create(
        {
            "alias_name": ALIAS,
            "alias_model_id": lead_model,
            "alias_domain_id": company.alias_domain_id.id,
            "alias_defaults": "{'type': 'opportunity'}",
        }
    )
    ours = company.legal_alias_id
    if not ours.alias_domain_id:
        ours.alias_domain_id = company.alias_domain_id
    env.cr.commit()
    return ours.alias_full_name, alias.alias_full_name


def open_matters(env, count, lottery):
    """(number, e-mail of the client) of open matters that the whole firm may read."""
    env.cr.execute(
        """SELECT m.number, p.email_normalized
             FROM legal_matter m JOIN res_partner p ON p.id = m.client_id
            WHERE m.state = 'open' AND m.access_policy = 'firm'
              AND p.email_normalized LIKE %s
            ORDER BY m.id DESC LIMIT %s""",
        ["contact%", count * 5],
    )
    return lottery.sample(env.cr.fetchall(), count)


def deliver_ours(env, raw):
    env["mail.thread"].message_process(None, raw)


def deliver_core(env, raw):
    from odoo.addons.mail.models.mail_thread import MailThread

    # the definition itself: without what the suite puts before it
    MailThread.message_process(env["mail.thread"], None, raw)


def deliver(registry, function, raw):
    """:return: (seconds with the commit, queries)"""
    from odoo import api

    start = time.perf_counter()
    with registry.cursor() as cr:
        env = api.Environment(cr, 1, {})
        function(env, raw)
        env.flush_all()
        queries = cr.sql_log_count
        cr.commit()
        return time.perf_counter() - start, queries


def measure(registry, rounds):
    """:return: {(side, kind): ([seconds], queries)}"""
    lottery = random.Random()
    with session.environment(registry) as env:
        addresses = dict(zip(("ours", "core"), prepare(env), strict=True))
        matters = open_matters(env, rounds + 2, lottery)
    functions = {"ours": deliver_ours, "core": deliver_core}
    results = {}
    gc.collect()
    gc.disable()
    for turn, (number, sender) in enumerate(matters):
        sides = ["ours", "core"] if turn % 2 else ["core", "ours"]
        stranger = f"stranger{lottery.randrange(10**12)}@elsewhere.example"
        sent = {}
        for kind in ("number", "queue", "reply"):
            for side in sides:
                case = {
                    "number": Case(kind, sender, f"Ihr Zeichen {number}: Unterlagen"),
                    "queue": Case(kind, stranger, "Frage zu Ihrem Schreiben"),
                    "reply": Case(kind, sender, "AW: Unterlagen", sent.get(side, "")),
                }[kind]
                raw, message_id = build(case, addresses[side], lottery)
                if kind == "number":
                    sent[side] = message_id
                seconds, queries = deliver(registry, functions[side], raw)
                if turn > 1:  # the first two warm up
                    times, _queries = results.setdefault((side, kind), ([], 0))
                    times.append(seconds)
                    results[side, kind] = times, queries
        gc.collect()
    gc.enable()
    _check(registry, rounds)
    return results


def _check(registry, rounds):
    """What was measured is what was meant: filed, and waiting."""
    with session.environment(registry) as env:
        last = env["legal.communication"].search([], order="id desc", limit=3 * rounds)
        filed = last.filtered(lambda c: c.state == "filed")
        evidence = set(filed.mapped("filing_evidence"))
        if len(filed) != 2 * rounds or not any("thread" in e for e in evidence):
            raise ValueError(
                f"{len(filed)} of {len(last)} mails were filed: {evidence}"
            )


def main():
    from odoo import api

    options = session.arguments(__doc__)
    sizes = [size for size in SIZES if size < options.size] + [options.size]
    rows = []
    for size in sizes:
        registry = session.registry(options.database.format(size=size))
        with registry.cursor() as cr:
            data.fill(api.Environment(cr, 1, {}), size, size)
        session.index_texts(registry)
        results = measure(registry, options.rounds or ROUNDS)
        for kind in ("number", "queue", "reply"):
            (ours, our_queries), (core, core_queries) = (
                results[side, kind] for side in ("ours", "core")
            )
            rows.append(
                (
                    f"{size:,}",
                    kind,
                    session.milliseconds(min(ours)),
                    session.milliseconds(min(core)),
                    f"**{min(ours) / min(core):.2f}**",
                    f"{statistics.median(ours) / statistics.median(core):.2f}",
                    our_queries,
                    core_queries,
                )
            )
    head = ["communications", "mail", "ours, ms", "crm.lead, ms", "ratio"]
    head += ["ratio of medians", "our queries", "crm.lead's queries"]
    session.table("Mail gateway, one mail", head, rows)


if __name__ == "__main__":
    main()
