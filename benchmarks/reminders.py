"""The reminders: a run with nothing to do, and a run that tells a part of the firm.

Open deadlines are written by SQL as the models would store them, each with its four
planned warnings. One in a hundred has an early warning that is due. Measured is the
scheduled action itself, each batch with its own commit, and the queries of a batch: if
they stayed the same from batch to batch, and from size to size. Afterwards the
deadlines are as before, so that the next round finds the same.
"""

import time
from unittest.mock import patch

from . import data, session

MATTERS = 1_000
BATCH = 100
ROUNDS = 3
DUE = 100  # one deadline in so many


def fill(env, size):
    """Deadlines up to this number; what is there counts."""
    cr = env.cr
    cr.execute("SELECT count(*) FROM legal_deadline")
    present = cr.fetchone()[0]
    if present >= size:
        return
    cr.execute(
        """WITH matter AS (
               SELECT array_agg(id ORDER BY id) AS ids FROM legal_matter
                WHERE state = 'open' AND access_list_id IS NULL
           ), person AS (
               SELECT array_agg(id ORDER BY id) AS ids FROM res_users
                WHERE login LIKE 'bench%%'
           ), deadline AS (
               INSERT INTO legal_deadline
                      (kind, name, matter_id, company_id, user_id, deputy_id, state,
                       date_deadline, create_uid, write_uid, create_date, write_date)
               SELECT 'deadline', 'Deadline ' || n, matter.ids[1 + n %% cardinality(
                          matter.ids)], %s,
                      person.ids[1 + n %% cardinality(person.ids)],
                      person.ids[1 + (n + 7) %% cardinality(person.ids)], 'open',
                      current_date + 30 + n %% 700, 1, 1, now(), now()
                 FROM generate_series(%s, %s) AS n, matter, person
               RETURNING id, matter_id, date_deadline
           )
           INSERT INTO legal_deadline_warning
                  (deadline_id, matter_id, date_deadline, kind, date, state, level,
                   next_on, create_uid, write_uid, create_date, write_date)
           SELECT id, matter_id, date_deadline, kind, date_deadline + days, 'planned',
                  -1, date_deadline + days + time '06:00', 1, 1, now(), now()
             FROM deadline, (VALUES ('early', -7), ('early', -1), ('day', 0),
                                    ('overdue', 1)) AS planned (kind, days)""",
        [env.ref("base.main_company").id, present + 1, size],
    )
    cr.commit()
    for table in ("legal_deadline", "legal_deadline_warning"):
        cr.execute(f"ANALYZE {table}")  # names from above
    cr.commit()


def make_due(env, size):
    """One deadline in a hundred is warned of now; told nobody yet."""
    cr = env.cr
    cr.execute(
        """DELETE FROM mail_activity WHERE res_model = 'legal.deadline';
           DELETE FROM mail_message WHERE model = 'legal.deadline.notice';
           DELETE FROM legal_deadline_notice;
           UPDATE legal_deadline_warning
              SET state = 'planned', level = -1,
                  next_on = date_deadline - 7 + time '06:00'
            WHERE state != 'planned'"""
    )
    cr.execute(
        """UPDATE legal_deadline_warning SET next_on = now() - interval '1 hour'
            WHERE id IN (SELECT DISTINCT ON (deadline_id) id
                           FROM legal_deadline_warning
                          WHERE deadline_id %% %s = 0 AND kind = 'early'
                          ORDER BY deadline_id, date)""",
        [DUE],
    )
    due = cr.rowcount
    cr.commit()
    cr.execute("ANALYZE legal_deadline_warning")
    cr.commit()
    return due


def run(registry):
    """One run of the action; :return: seconds, queries of each batch"""
    from odoo import api

    batches = []
    with registry.cursor() as cr:
        env = api.Environment(cr, 1, {})
        warnings = env["legal.deadline.warning"]
        step = type(warnings)._step_safely

        def counted(records, now):
            asked = cr.sql_log_count
            found = step(records, now)
            env.flush_all()
            if len(records) == BATCH:
                batches.append(cr.sql_log_count - asked)
            return found

        with patch.object(type(warnings), "_step_safely", counted):
            start = time.perf_counter()
            warnings._cron_remind(BATCH)
            return time.perf_counter() - start, batches


def main():
    from odoo import api

    options = session.arguments(__doc__)
    registry = session.registry(options.database.format(size=options.size))
    with registry.cursor() as cr:
        env = api.Environment(cr, 1, {})
        data.fill(env, MATTERS, 0)
        fill(env, options.size)
    rows = []
    rounds = options.rounds or ROUNDS
    best_idle = best = float("inf")
    queries = set()
    for _round in range(rounds):
        with registry.cursor() as cr:
            due = make_due(api.Environment(cr, 1, {}), options.size)
        seconds, batches = run(registry)
        best = min(best, seconds)
        queries |= set(batches[1:])  # the first one also fills caches
        seconds, _none = run(registry)
        best_idle = min(best_idle, seconds)
    rows.append(
        (
            f"{options.size:,}",
            session.milliseconds(best_idle),
            f"{due:,}",
            f"{best:.2f}",
            f"{due / best:,.0f}",
            " to ".join(map(str, sorted({min(queries), max(queries)})))
            if queries
            else "one batch",
        )
    )
    head = ["open deadlines", "nothing due, ms", "due", "all told, s", "a second"]
    head += [f"queries of a batch of {BATCH}"]
    session.table("Reminders", head, rows)


if __name__ == "__main__":
    main()
