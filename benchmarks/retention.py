"""Looking what is due for erasure, and erasing it.

The firm of ``data.py``: two thirds of its matters are closed. One rule says that a file
may go at once after the end of the year in which its matter was closed; a run makes the
list of all that are due. Beside it: the plain search for the same records.

Erasing is measured on inquiries, beside ``unlink`` of as many of the same: without the
guard, the journal and the list outside. Each has three messages, a follower, an
activity and a file's row.
"""

import os
import tempfile
import time
from datetime import date
from pathlib import Path
from unittest.mock import patch

from . import data, session

#: inquiries that are erased beside a firm of as many matters, and how often
STEPS = {1_000: 3, 10_000: 2, 100_000: 1}
#: nothing new is learned from erasing beside more matters than that
MOST = 100_000


def look(registry):
    """:return: lines, seconds, seconds of a search, queries"""
    with session.environment(registry) as env:
        rule = new_rule(env, "legal.matter", "date_closed")
        run = new_run(env, rule)
        env.flush_all()
        env.invalidate_all()
        start = time.perf_counter()
        year = date(date.today().year, 1, 1)
        len(env["legal.matter"].sudo().search([("date_closed", "<", year)]))
        plain = time.perf_counter() - start
        env.invalidate_all()
        asked = env.cr.sql_log_count
        start = time.perf_counter()
        run._simulate()
        env.flush_all()
        seconds = time.perf_counter() - start
        return run.line_count, seconds, plain, env.cr.sql_log_count - asked


def new_rule(env, model, trigger):
    from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

    unlocked = env["gdpr.retention.rule"].with_context(legal_unlock=UNLOCK)
    code = f"BENCH-{model}"
    return unlocked.search([("code", "=", code)]) or unlocked.create(
        {
            "code": code,
            "name": "Benchmark",
            "model_id": env["ir.model"]._get_id(model),
            "source": "benchmark",
            "minimum": 0,
            "anchor": "calendar_year",
            "trigger": trigger,
            "state": "approved",
        }
    )


def new_run(env, rule):
    return env["gdpr.erasure.run"].create({"rule_ids": [(6, 0, rule.ids)]})


def inquiries(env, count):
    """So many of them, copied by SQL from one that the models made."""
    lead = (
        env["crm.lead"]
        .with_context(tracking_disable=True)
        .create({"name": "Inquiry", "date_deadline": "2001-01-01"})
    )
    lead.message_ids.unlink()
    message = env["mail.message"].create(
        {
            "model": "crm.lead",
            "res_id": lead.id,
            "message_type": "comment",
            "body": "What was asked",
        }
    )
    env.flush_all()
    ids = [lead.id, *copies(env, lead, count - 1)]
    copies(env, message, ids[1:], "res_id")
    copies(env, message, [*ids, *ids], "res_id")
    people = env["res.users"].search([("login", "=", "bench001")]).partner_id
    lead.message_subscribe(people.ids)
    copies(env, lead.message_follower_ids[0], ids[1:], "res_id")
    activity = lead.activity_schedule("mail.mail_activity_data_todo", user_id=1)
    copies(env, activity, ids[1:], "res_id")
    file = env["ir.attachment"].create(
        {"name": "a", "url": "x", "type": "url", "res_model": "crm.lead",
         "res_id": lead.id}
    )  # fmt: skip
    env.flush_all()
    copies(env, file, ids[1:], "res_id")
    env.cr.execute("ANALYZE crm_lead; ANALYZE mail_message")
    env.invalidate_all()
    return env["crm.lead"].browse(ids)


def copies(env, record, numbers, column=None):
    """Rows like ``record``'s, so many, or one for each number in ``column``.

    :return: their ids
    """
    if column is None:
        numbers = list(range(numbers))
    env.cr.execute(
        """SELECT quote_ident(attname) FROM pg_attribute
            WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
              AND attname NOT IN ('id', %s)""",
        [record._table, column or "id"],
    )
    names = ", ".join(name for (name,) in env.cr.fetchall())
    more = (f", {column}", ", n") if column else ("", "")
    env.cr.execute(
        f"""INSERT INTO {record._table} ({names}{more[0]})
            SELECT {names}{more[1]} FROM {record._table}, unnest(%s) n
             WHERE id = %s RETURNING id""",
        [numbers, record.id],
    )
    return [number for (number,) in env.cr.fetchall()]


def plainly(registry, count):
    """Seconds of ``unlink`` of ``count`` inquiries, in batches as the run's."""
    from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK
    from odoo.addons.legal_crm.models.legal_erasing import ERASING
    from odoo.addons.legal_gdpr.models.gdpr_erasure import BATCH

    with session.environment(registry) as env:
        leads = inquiries(env, count).with_context(
            legal_unlock=UNLOCK, legal_erasing=ERASING, tracking_disable=True
        )
        env.cr.commit()
        start = time.perf_counter()
        for first in range(0, count, BATCH):
            leads[first : first + BATCH].unlink()
            env.cr.commit()
        return time.perf_counter() - start


def by_a_run(registry, count):
    """:return: seconds of a run, seconds of making its list, queries of the run"""
    with session.environment(registry) as env:
        inquiries(env, count)
        run = new_run(env, new_rule(env, "crm.lead", "date_deadline"))
        start = time.perf_counter()
        run._simulate()
        env.flush_all()
        listed = time.perf_counter() - start
        assert run.line_count == count, run.line_count
        run._unlocked().write({"state": "running"})
        env.cr.commit()
        env.invalidate_all()
        asked = env.cr.sql_log_count
        start = time.perf_counter()
        while run.state == "running":
            run._run_batch()
            env.cr.commit()  # as the scheduled action does
        seconds = time.perf_counter() - start
        assert run.done_count == count, run.sudo().line_ids.mapped("reason")
        return seconds, listed, env.cr.sql_log_count - asked


def erase(registry, size, rounds):
    rows = []
    for count, usual in STEPS.items():
        if count > size:
            continue
        best, plain, queries = float("inf"), float("inf"), 0
        for _round in range(rounds or usual):
            plain = min(plain, plainly(registry, count))
            seconds, _listed, queries = by_a_run(registry, count)
            best = min(best, seconds)
        rows.append(
            (
                f"{count:,}",
                session.milliseconds(best / count),
                session.milliseconds(plain / count),
                f"{best / plain:.2f}",
                f"{queries / count:.2f}",
            )
        )
    session.table(
        f"Erasing inquiries, {size:,} matters beside them: milliseconds a record",
        ["inquiries", "by a run", "unlink", "ratio", "queries a record"],
        rows,
    )


def verify(registry, folder):
    """The journal of what was erased, checked entry by entry and seal by seal."""
    from odoo.addons.legal_crm.tools.anchor import Anchor

    with session.environment(registry) as env:
        journal = env["gdpr.erasure.journal"]
        blocks, file = env["legal.ledger.block"], Anchor(folder / "seals.jsonl")
        with patch.object(type(blocks), "_anchor", lambda self: file):
            blocks._seal_ledger(journal)
            env.invalidate_all()
            start = time.perf_counter()
            verifier = env["legal.ledger.verifier"]
            count = sum(entries for _number, entries in verifier._verify(journal))
            seconds = time.perf_counter() - start
        session.table(
            "Verifying the erasure journal",
            ["entries", "seconds", "a second"],
            [(f"{count:,}", f"{seconds:.1f}", f"{count / seconds:,.0f}")],
        )


def main():
    from odoo import api

    options = session.arguments(__doc__)
    registry = session.registry(options.database.format(size=options.size))
    with registry.cursor() as cr:
        data.fill(api.Environment(cr, 1, {}), options.size, 0)
    lines, seconds, plain, queries = look(registry)
    session.table(
        f"Looking what is due, {options.size:,} matters",
        ["due", "seconds", "a second", "a plain search, s", "queries"],
        [
            (
                f"{lines:,}",
                f"{seconds:.1f}",
                f"{lines / seconds:,.0f}",
                f"{plain:.1f}",
                f"{queries:,}",
            )
        ],
    )
    if options.size > MOST:
        return
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LEGAL_ERASURE_FILE"] = str(Path(folder, "erasure.jsonl"))
        erase(registry, options.size, options.rounds)
        verify(registry, Path(folder))


if __name__ == "__main__":
    main()
