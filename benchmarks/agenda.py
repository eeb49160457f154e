"""Opening "my dates" with as many deadlines as asked.

A tenth as many matters (see data.py), one appointment to twenty deadlines, a tenth of
the deadlines running, spread over all lawyers and over sets of readers as the matters
are. The calls are those of the web client, with the specification of the very view,
each in a transaction of its own. Beside them:

- deadlines: the same lawyer's running deadlines, searched in their own table, without
  the other kinds, as superuser and so without a rule;
- no rule: the view of all dates itself, as superuser.
"""

from . import data, session, webclient

ROUNDS = 15
RUNNING = ("provisional", "open")
#: what the list of dates shows, by the names that a deadline has for it
COLUMNS = ("kind", "name", "date_deadline", "days_left", "state", "team_id")
NAMES = ("matter_id", "user_id", "deputy_id")


def fill(env, deadlines, say=print):
    """Bring the database up to so many deadlines, by SQL, as the models store them."""
    data.fill(env, max(deadlines // 10, 1000), 0, say=say)
    cr = env.cr
    cr.execute("SELECT count(*) FROM legal_deadline")
    (present,) = cr.fetchone()
    if present >= deadlines:
        return
    values = {"start": present, "end": deadlines, "company": env.company.id}
    cr.execute(
        """
        CREATE TEMP TABLE bench_matter ON COMMIT DROP AS
        SELECT row_number() OVER (ORDER BY id) - 1 AS n, id, number, lawyer_id,
               access_list_id, company_id, team_id
          FROM legal_matter;
        CREATE TEMP TABLE bench_lawyer ON COMMIT DROP AS
        SELECT row_number() OVER () - 1 AS n, lawyer_id AS id
          FROM (SELECT DISTINCT lawyer_id FROM bench_matter) l;
        CREATE UNIQUE INDEX ON bench_matter (n);
        CREATE TEMP TABLE bench_date ON COMMIT DROP AS
        SELECT i, hashint4(i) & 2147483647 AS lot,
               (hashint4(i + 1000000007) & 2147483647)
               %% (SELECT count(*) FROM bench_matter) AS matter_n,
               (hashint4(i + 2000000011) & 2147483647)
               %% (SELECT count(*) FROM bench_lawyer) AS deputy_n
          FROM generate_series(%(start)s, %(end)s - 1) i;
        ANALYZE bench_matter; ANALYZE bench_date; ANALYZE bench_lawyer;
        INSERT INTO legal_deadline
               (kind, name, matter_id, company_id, user_id, deputy_id, team_id, state,
                date_deadline, manual_reason, access_list_id,
                create_uid, write_uid, create_date, write_date)
        SELECT CASE WHEN lot %% 4 = 0 THEN 'follow_up' ELSE 'deadline' END,
               'Grounds of appeal ' || m.number, m.id, m.company_id, m.lawyer_id,
               CASE WHEN lot %% 3 = 0 THEN l.id END, m.team_id,
               CASE WHEN lot %% 100 < 9 THEN 'open' WHEN lot %% 100 < 10
                    THEN 'provisional' WHEN lot %% 1000 < 102 THEN 'done_unchecked'
                    WHEN lot %% 100 < 15 THEN 'cancelled' ELSE 'done' END,
               CASE WHEN lot %% 100 < 10 THEN CURRENT_DATE - 2 + lot / 100 %% 400
                    ELSE CURRENT_DATE - lot / 100 %% 2000 END,
               'bench', m.access_list_id, 1, 1, now(), now()
          FROM bench_date d JOIN bench_matter m ON m.n = d.matter_n
          JOIN bench_lawyer l ON l.n = d.deputy_n;
        WITH event AS (
            INSERT INTO calendar_event
                   (name, matter_id, access_list_id, user_id, active, allday,
                    legal_is_hearing, start, stop, privacy, show_as,
                    create_uid, write_uid, create_date, write_date)
            SELECT 'Hearing ' || m.number, m.id, m.access_list_id, m.lawyer_id, true,
                   false, lot %% 2 = 0,
                   CURRENT_DATE + (lot / 20 %% 1000 - 900) * interval '1 day'
                   + interval '9 hours',
                   CURRENT_DATE + (lot / 20 %% 1000 - 900) * interval '1 day'
                   + interval '10 hours',
                   'public', 'busy', 1, 1, now(), now()
              FROM bench_date d JOIN bench_matter m ON m.n = d.matter_n
             WHERE i %% 20 = 0
            RETURNING id, user_id
        )
        INSERT INTO calendar_event_res_partner_rel (calendar_event_id, res_partner_id)
        SELECT event.id, u.partner_id FROM event JOIN res_users u ON u.id = user_id;
        """,
        values,
    )
    for table in ("legal_deadline", "calendar_event", "calendar_event_res_partner_rel"):
        cr.execute(f"ANALYZE {table}")
    cr.commit()
    say(f"  deadlines: {deadlines - present:,} added")


def open_list(model, domain, specification, order="", limit=webclient.LIMIT):
    def run(env):
        env[model].web_search_read(
            domain, specification, limit=limit, order=order, count_limit=10001
        )

    return run


def open_groups(domain, specification):
    """As the menu opens it: by when it is due, the groups unfolded."""

    def run(env):
        env["legal.agenda"].web_read_group(
            domain,
            ["bucket"],
            ["__count"],
            auto_unfold=True,
            unfold_read_specification=specification,
            unfold_read_default_limit=webclient.LIMIT,
        )

    return run


def plain_specification():
    found = {name: {} for name in COLUMNS}
    found.update({name: {"fields": {"display_name": {}}} for name in NAMES})
    return found


def measure(registry, uid, rounds):
    with session.environment(registry, uid, lang="en_US") as env:
        shown = webclient.specification(env, "legal.agenda", "list")
        fetched = len(env["legal.agenda"]._ics().split(b"BEGIN:VEVENT")) - 1
        print(f"{fetched:,} dates in the calendar of this lawyer", flush=True)
    # as superuser "mine" would be the superuser's
    running = [("running", "=", True)]
    own = [("user_id", "=", uid)]
    peer = open_list(
        "legal.deadline", [*own, ("state", "in", RUNNING)], plain_specification()
    )
    everything = open_list(
        "legal.deadline", [("state", "in", RUNNING)], plain_specification()
    )
    mine = [("mine", "=", True)]
    subjects = (
        ("my dates, by when they are due", open_groups(running + mine, shown), peer),
        (
            "my dates, a plain list",
            open_list("legal.agenda", running + mine, shown),
            peer,
        ),
        ("dates of one lawyer", open_list("legal.agenda", running + own, shown), peer),
        ("all dates, not done", open_list("legal.agenda", running, shown), everything),
        (
            "all dates of the next 30 days",
            open_list(
                "legal.agenda",
                [*running, ("date", ">=", "today"), ("date", "<=", "today +30d")],
                shown,
            ),
            everything,
        ),
        ("calendar link (ICS)", lambda env: env["legal.agenda"]._ics(), peer),
    )
    rows = []
    for title, ours, other in subjects:
        timings = session.alternate(
            registry,
            {"ours": (uid, ours), "no rule": (1, ours), "deadlines": (1, other)},
            rounds,
            budget=40,
        )
        our, free, plain = (timings[k] for k in ("ours", "no rule", "deadlines"))
        rows.append(
            (
                title,
                session.milliseconds(our.best),
                session.milliseconds(free.best),
                session.milliseconds(plain.best),
                f"**{our.best / plain.best:.2f}**",
                our.queries,
                plain.queries,
            )
        )
    head = ["opening", "lawyer, ms", "no rule, ms", "deadlines alone, ms"]
    head += ["lawyer / deadlines alone", "our queries", "its queries"]
    session.table("Dates, 80 rows", head, rows)


def main():
    from odoo import api

    options = session.arguments(__doc__)
    registry = session.registry(options.database.format(size=options.size))
    with registry.cursor() as cr:
        fill(api.Environment(cr, 1, {}), options.size)
    print(f"\n{options.size:,} deadlines", flush=True)
    measure(registry, session.lawyer_id(registry), options.rounds or ROUNDS)


if __name__ == "__main__":
    main()
