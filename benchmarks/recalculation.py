"""Counting open deadlines anew after a holiday correction.

Deadlines are written by SQL: as many as asked, over all rules of the catalogue that
have a period in days to months and a place in their country, with events of the last
year. Then a local holiday is entered for one of the places, and all of them are counted
anew, batch by batch as the scheduled action does it. Beside it: the engine alone, on
the same questions.
"""

import time
from datetime import date, timedelta

from . import data, session

MATTERS = 1_000
BATCH = 1_000
PLACES = {"DE": "DE-BE", "FR": "FR", "CH": "CH-ZH", "AT": "AT"}


def questions(env):
    """One (rule, place, event, answer) for each of a few thousand deadlines."""
    deadlines = env["legal.deadline"]
    places = {place.code: place for place in env["legal.jurisdiction"].search([])}
    rules = env["legal.deadline.rule"].search(
        [("length", ">", 0), ("unit", "in", ("day", "week", "month"))]
    )
    for rule in rules:
        place = places.get(PLACES.get(rule.regime[:2]))
        if not place:
            continue
        for days in range(0, 360, 9):
            draft = deadlines.new(
                {
                    **deadlines._from_rule(rule),
                    "rule_id": rule.id,
                    "trigger_date": date.today() - timedelta(days),
                    "jurisdiction_id": place.id,
                }
            )
            yield draft, deadlines._answer_vals(draft._ask())


def fill(env, size):
    cr = env.cr
    cr.execute("SELECT count(*) FROM legal_deadline")
    present = cr.fetchone()[0]
    if present >= size:
        return
    cr.execute(
        """CREATE TEMP TABLE bench_question (
               n serial, rule_id int, regime text, length int, unit text,
               direction text, options text, trigger_date date, jurisdiction_id int,
               date_deadline date, date_computed date, result text, basis text
           ) ON COMMIT DROP"""
    )
    rows = [
        (
            draft.rule_id.id,
            draft.regime,
            draft.length,
            draft.unit,
            draft.direction,
            draft.options or None,
            draft.trigger_date,
            draft.jurisdiction_id.id,
            answer["date_deadline"],
            answer["date_computed"],
            answer["result"],
            answer["basis"],
        )
        for draft, answer in questions(env)
    ]
    cr.execute_values(
        """INSERT INTO bench_question (rule_id, regime, length, unit, direction,
               options, trigger_date, jurisdiction_id, date_deadline, date_computed,
               result, basis) VALUES %s""",
        rows,
    )
    cr.execute(
        """WITH matter AS (
               SELECT array_agg(id ORDER BY id) AS ids, array_agg(lawyer_id ORDER BY id)
                      AS lawyers, min(company_id) AS company FROM legal_matter
           )
           INSERT INTO legal_deadline (kind, name, matter_id, company_id, user_id,
                  state, rule_id, regime, length, unit, direction, options,
                  trigger_date, jurisdiction_id, date_deadline, date_computed, result,
                  basis,
                  create_uid, write_uid, create_date, write_date)
           SELECT 'deadline', 'Deadline ' || i, matter.ids[1 + i %% cardinality(ids)],
                  matter.company, matter.lawyers[1 + i %% cardinality(ids)], 'open',
                  q.rule_id, q.regime, q.length, q.unit, q.direction, q.options,
                  q.trigger_date, q.jurisdiction_id, q.date_deadline, q.date_computed,
                  q.result, q.basis, 1, 1, now(), now()
             FROM generate_series(%s, %s) i, matter, bench_question q
            WHERE q.n = 1 + i %% %s""",
        [present + 1, size, len(rows)],
    )
    cr.commit()
    cr.execute("ANALYZE legal_deadline")
    cr.commit()


def count_anew(registry):
    """:return: seconds, deadlines, lines, queries of each full batch"""
    batches = []
    with session.environment(registry) as env:
        place = env["legal.jurisdiction"].search([("code", "=", PLACES["DE"])])
        env["legal.local.holiday"].create(
            {
                "jurisdiction_id": place.id,
                "name": "Correction",
                "day": "09-sun3+1",
                "source": "benchmark",
            }
        )
        run = env["legal.deadline.recalculation"].create({"name": "Benchmark"})
        run._start()
        env.flush_all()
        start = time.perf_counter()
        while run.state == "running":
            asked = env.cr.sql_log_count
            done = run._count_batch(BATCH)
            env.flush_all()
            if done == BATCH:
                batches.append(env.cr.sql_log_count - asked)
        seconds = time.perf_counter() - start
        return seconds, run.counted, run.line_count, batches


def engine_alone(registry, count):
    """Seconds that the engine takes for so many of the same questions."""
    from odoo.addons.legal_deadlines import engine

    with session.environment(registry) as env:
        deadlines = env["legal.deadline"].search([], limit=min(count, 20_000))
        asked = [
            deadline._engine_rule().request(
                deadline.trigger_date, deadline.jurisdiction_id.code
            )
            for deadline in deadlines
        ]
    start = time.perf_counter()
    for request in asked:
        engine.compute(request)
    return (time.perf_counter() - start) * count / len(asked)


def main():
    from odoo import api

    options = session.arguments(__doc__)
    registry = session.registry(options.database.format(size=options.size))
    with registry.cursor() as cr:
        env = api.Environment(cr, 1, {})
        data.fill(env, MATTERS, 0)
        fill(env, options.size)
    seconds, counted, lines, batches = count_anew(registry)
    alone = engine_alone(registry, counted)
    queries = sorted(set(batches[1:]))  # the first one also fills caches
    session.table(
        "Counting anew after a holiday correction",
        [
            "open deadlines",
            "seconds",
            "a second",
            "the engine alone, s",
            "ratio",
            "would move",
            f"queries of a batch of {BATCH:,}",
        ],
        [
            (
                f"{counted:,}",
                f"{seconds:.1f}",
                f"{counted / seconds:,.0f}",
                f"{alone:.1f}",
                f"{seconds / alone:.2f}",
                f"{lines:,}",
                f"{queries[0]} to {queries[-1]}" if queries else "one batch",
            )
        ],
    )


if __name__ == "__main__":
    main()
