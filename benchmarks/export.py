"""The answer to a data subject with 10,000 findings, beside a plain read of the same.

Six communications in ten, their mails, and files; a fifth of them is told without the
names of others. The peer reads the same fields of the same records in the same batches
and writes them as JSON: it masks nothing, packs nothing, and names no labels. The PDF
that goes with the answer is left out, it is the same for one finding.
"""

import json
import time
from pathlib import Path

from . import data, session

ITEMS = 10_000
PEAK = Path("/proc/self/status")


def prepare(env, items):
    """A request with so many findings, all decided."""
    from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

    export = env["gdpr.export"].search([], limit=1, order="id desc")
    if export and len(export.request_id.subject_id.item_ids) == items:
        return export
    person = env["res.partner"].search([("is_company", "=", False)], limit=1)
    request = env["gdpr.request"].create(
        {"kind": "access", "partner_id": person.id, "text": "What do you know of me?"}
    )
    subject = env["gdpr.subject"].create({"partner_id": person.id})
    request.with_context(legal_unlock=UNLOCK).write({"subject_id": subject.id})
    shares = (
        ("legal.communication", 6, "subject, body, partner_ids"),
        ("mail.message", 3, "subject, body, email_from, author_id, partner_ids"),
        ("ir.attachment", 1, "name"),
    )
    rows = [{"res_model": "res.partner", "res_id": person.id, "edge": "owned"}]
    for model, share, names in shares:
        ids = env[model].search([], limit=items * share // 10).ids
        rows += [
            {"res_model": model, "res_id": i, "edge": "shared", "field_names": names}
            for i in ids
        ]
    rows = rows[:items]
    for number, row in enumerate(rows):
        row |= {"subject_id": subject.id, "path": "benchmark"}
        row["access_decision"] = "redact" if number % 5 == 1 else "disclose"
    env["gdpr.subject.item"].with_context(legal_unlock=UNLOCK).create(rows)
    export = env["gdpr.export"].create({"request_id": request.id})
    env.cr.commit()
    return export


def ours(env, export_id):
    env["gdpr.export"].browse(export_id)._build()
    env.flush_all()


def plain(env, export_id):
    export = env["gdpr.export"].browse(export_id)
    items = export.request_id.subject_id.item_ids
    for model, findings in items.grouped("res_model").items():
        names = set((findings[0].field_names or "name").replace(",", " ").split())
        rows = env["gdpr.field.map"].search([("model", "=", model)])
        known = env[model]._fields
        names |= {row.field for row in rows if row.role != "none"}
        names = [name for name in names if name in known]
        names = [name for name in names if known[name].type != "binary"]
        for start in range(0, len(findings), 500):
            ids = findings[start : start + 500].mapped("res_id")
            records = env[model].browse(ids)
            json.dumps(records.read(names), default=str)
            records.invalidate_recordset(flush=False)


def peak():
    """The most memory since the last ``forget_peak``, in MB."""
    (line,) = (x for x in PEAK.read_text().splitlines() if x.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def forget_peak():
    PEAK.with_name("clear_refs").write_text("5")


def main():
    from odoo import api

    options = session.arguments(__doc__)
    registry = session.registry(options.database.format(size=options.size))
    # the same letter for every answer, and another program makes it
    registry["gdpr.export"]._information = lambda self: b""
    with registry.cursor() as cr:
        env = api.Environment(cr, 1, {})
        data.fill(env, ITEMS // 10, ITEMS)
        export_id = prepare(env, ITEMS).id
    rows, best = [], {}
    for title, run in (("plain read", plain), ("export", ours)):
        seconds, memory = float("inf"), float("inf")
        for _round in range(options.rounds or 3):
            with session.environment(registry) as env:
                forget_peak()
                before, asked = peak(), env.cr.sql_log_count
                started = time.monotonic()
                run(env, export_id)
                seconds = min(seconds, time.monotonic() - started)
                memory = min(memory, peak() - before)
                queries = env.cr.sql_log_count - asked
        best[title] = seconds
        ratio = seconds / best["plain read"]
        rows.append(
            (title, f"{seconds:.1f}", f"{ratio:.2f}", f"{memory:.0f}", f"{queries:,}")
        )
    head = ["", "seconds", "ratio", "memory on top, MB", "queries"]
    session.table(f"An answer with {ITEMS:,} findings", head, rows)


if __name__ == "__main__":
    main()
