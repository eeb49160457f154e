"""Writing into the access log, sealing and verifying it, and what a look costs.

- insert: ``legal.access.log._log`` (token, SQL, both triggers in place) beside
  ``create`` of a model made through ``ir.model`` with the same columns and indexes and
  nothing of the suite, flushed; one entry, and a list of a thousand.
- seal and verify: as many entries as asked, each with the scheduled action's own code,
  and how much memory the process grew by.
- look: ``web_read`` of a matter with the fields of its form, by a lawyer, beside the
  same call with the recording taken out.
"""

import resource
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

from . import data, session, webclient

MATTERS = 10_000
ROUNDS = 40
PLAIN = "x_bench_log"
COLUMNS = {
    "date": "datetime",
    "actor": "char",
    "action": "char",
    "model": "char",
    "res_id": "integer",
    "matter_id": "integer",
    "person": "char",
    "quantity": "integer",
    "detail": "char",
    "channel": "char",
}


def make_plain(env):
    if PLAIN in env:
        return
    fields = [
        (0, 0, {"name": f"x_{name}", "ttype": kind, "field_description": name})
        for name, kind in COLUMNS.items()
    ]
    env["ir.model"].create({"name": "Plain log", "model": PLAIN, "field_id": fields})
    env.cr.execute(
        f"""CREATE INDEX ON {PLAIN} (x_matter_id, id DESC);
            CREATE INDEX ON {PLAIN} (x_actor, id DESC);
            CREATE INDEX ON {PLAIN} USING brin (x_date)"""
    )
    env.cr.commit()


def plain_row(matter_id):
    return {
        "x_date": "2026-03-02 10:00:00",
        "x_actor": "k00000000:0123456789abcdef0123456789abcdef",
        "x_action": "open",
        "x_model": "legal.matter",
        "x_res_id": matter_id,
        "x_matter_id": matter_id,
        "x_quantity": 1,
        "x_channel": "web",
    }


def insert(registry, rounds):
    with session.environment(registry) as env:
        matter_ids = env["legal.matter"].search([], limit=1000).ids

    def ours(ids):
        def run(env):
            env["legal.access.log"]._log("open", env["legal.matter"].browse(ids))

        return run

    def plain(ids):
        def run(env):
            env[PLAIN].create([plain_row(matter_id) for matter_id in ids])
            env.flush_all()

        return run

    rows = []
    for count in (1, 1000):
        ids = matter_ids[:count]
        timings = session.alternate(
            registry, {"ours": (1, ours(ids)), "plain": (1, plain(ids))}, rounds
        )
        rows.append((f"{count:,}", *_compared(timings["ours"], timings["plain"])))
    head = ["entries", "ours, ms", "plain, ms", "ratio", "ratio of medians"]
    head += ["our queries", "plain's queries"]
    session.table("Ledger: insert beside a plain insert", head, rows)


def look(registry, rounds):
    uid = session.lawyer_id(registry)
    with session.environment(registry, uid, lang="en_US") as env:
        spec = webclient.specification(env, "legal.matter", "form")
        matter_id = env["legal.matter"].search([("state", "=", "open")], limit=1).id

    def with_log(env):
        env["legal.matter"].browse(matter_id).web_read(spec)

    def without(env):
        model = type(env["legal.matter"])
        with patch.object(model, "_log_look", lambda records, fields: None):
            env["legal.matter"].browse(matter_id).web_read(spec)

    timings = session.alternate(
        registry, {"with": (uid, with_log), "without": (uid, without)}, rounds
    )
    head = ["", "with, ms", "without, ms", "ratio", "ratio of medians"]
    head += ["queries with", "queries without"]
    rows = [("form of a matter", *_compared(timings["with"], timings["without"]))]
    session.table("Access log: a look with and without it", head, rows)


def _compared(ours, peer):
    return (
        session.milliseconds(ours.best),
        session.milliseconds(peer.best),
        f"**{ours.best / peer.best:.2f}**",
        f"{ours.median / peer.median:.2f}",
        ours.queries,
        peer.queries,
    )


def fill_log(env, size):
    """Entries as a firm makes them; what is there counts."""
    log = env["legal.access.log"]
    present = log.search_count([])
    if present < size:
        env.cr.execute(
            """INSERT INTO legal_access_log
                      (date, actor, action, model, res_id, matter_id, quantity, channel)
               SELECT '2026-01-01'::timestamp + n * interval '10 seconds',
                      %s, 'open', 'legal.matter', n %% 10000 + 1, n %% 10000 + 1, 1,
                      'web'
                 FROM generate_series(%s, %s) AS n""",
            [env["legal.key"]._user_token(1), present + 1, size],
        )
        env.cr.commit()
        env.cr.execute("ANALYZE legal_access_log")
        env.cr.commit()


def _memory():
    """Megabytes that the process has needed at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def seal_and_verify(registry, size):
    from odoo import api

    from odoo.addons.legal_crm.tools.anchor import Anchor

    rows = []
    with (
        registry.cursor() as cr,
        tempfile.TemporaryDirectory() as folder,
    ):
        env = api.Environment(cr, 1, {})
        fill_log(env, size)
        log, blocks = env["legal.access.log"], env["legal.ledger.block"]
        verifier = env["legal.ledger.verifier"]
        file = Anchor(Path(folder) / "seals.jsonl")
        with patch.object(type(blocks), "_anchor", lambda self: file):
            sealed = sum(blocks.search([("ledger", "=", log._name)]).mapped("count"))
            before, start = _memory(), time.perf_counter()
            blocks._seal_ledger(log)
            seconds = time.perf_counter() - start
            now = sum(blocks.search([("ledger", "=", log._name)]).mapped("count"))
            if now > sealed:
                grown = f"{_memory() - before:.0f}"
                rows.append(("seal", f"{now - sealed:,}", f"{seconds:.1f}", grown))
            for _round in range(3):
                env.invalidate_all()
                before, start = _memory(), time.perf_counter()
                entries = sum(count for _number, count in verifier._verify(log))
                seconds = time.perf_counter() - start
                grown = f"{_memory() - before:.0f}"
                rows.append(("verify", f"{entries:,}", f"{seconds:.1f}", grown))
    head = ["", "entries", "seconds", "memory grown by, MB"]
    session.table("Ledger: sealing and verifying", head, rows)


def main():
    from odoo import api

    options = session.arguments(__doc__)
    registry = session.registry(options.database.format(size=MATTERS))
    with registry.cursor() as cr:
        env = api.Environment(cr, 1, {})
        data.fill(env, MATTERS, MATTERS)
        make_plain(env)
    registry = session.registry(options.database.format(size=MATTERS))
    insert(registry, options.rounds or ROUNDS)
    look(registry, options.rounds or ROUNDS)
    seal_and_verify(registry, options.size)


if __name__ == "__main__":
    main()
