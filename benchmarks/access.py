"""Need to know at size: each call of the web client with rules and without.

The calls are those of matters.py, with the specification of the very view. Each is
made as a lawyer, as an assistant and as the partner whom half of all walls shut out,
and beside them as superuser: the same call without any rule. All take turns in one
run. Then:

- agreement: for every user, the ids that the rule finds are those of the policy in
  plain SQL (members, responsible lawyer, exclusions), of matters and their children,
  and the check of single records says the same;
- change: the readers of a matter with 50,000 communications change, beside one plain
  UPDATE of the same rows.
"""

import statistics
import time

from . import data, matters, session, webclient

ROUNDS = 25
BUDGET = 12  # seconds for all rounds of a call
FULLEST = 50_000  # for one matter; a few of them wait, as everywhere
DEEP = 999 * webclient.LIMIT  # rows before page 1000
MATTER, ENTRY = "legal.matter", "legal.communication"
READERS = {
    "lawyer": "bench042",
    "assistant": "bench043",
    "walled partner": f"bench{data.WALLED:03}",
}


# -- calls -------------------------------------------------------------------------


def count(model, domain):
    def run(env):
        return env[model].search_count(domain)

    return run


def group(model, domain, groupby):
    """A list grouped by ``groupby``, as the web client opens it: all groups folded."""

    def run(env):
        return env[model].web_read_group(
            domain, [groupby], ["__count"], limit=webclient.LIMIT
        )

    return run


def check(model, ids):
    """May these be read? As every read and every button asks."""

    def run(env):
        return env[model].browse(ids).has_access("read")

    return run


def names(model, ids):
    """Names of many2one, which the client gets whether or not it may read them."""

    def run(env):
        return env[model].browse(ids).sudo().mapped("display_name")

    return run


def calls(env, chosen):
    """{title: function of an environment}"""
    matter_list = webclient.specification(env, MATTER, "list")
    entry_list = webclient.specification(env, ENTRY, "list")
    form = webclient.specification(env, MATTER, "form")
    running = [("state", "in", matters.RUNNING)]
    aside = [("is_aside", "=", False)]
    timeline = [*aside, ("matter_id", "in", [chosen["fullest"]])]
    ordinary = [*aside, ("matter_id", "in", [chosen["matter"]])]
    number, family = chosen["number"], chosen["name"].split()[-1]
    open_list = matters.open_list
    return {
        "matters, running": open_list(MATTER, running, matter_list),
        "matters, all": open_list(MATTER, [], matter_list),
        "matters, page 1000": open_list(MATTER, [], matter_list, DEEP),
        "matters, counted": count(MATTER, []),
        "matters by lawyer": group(MATTER, [], "lawyer_id"),
        "matters by stage": group(MATTER, [], "stage_id"),
        "matters by month": group(MATTER, [], "date_opened:month"),
        "matters, number found": open_list(
            MATTER, [("find", "ilike", number)], matter_list
        ),
        "matters, family name found": open_list(
            MATTER, [("find", "ilike", family)], matter_list
        ),
        "matter, form": matters.open_form(MATTER, chosen["matter"], form),
        "matter, 80 checked": check(MATTER, chosen["firm"]),
        "matter, 80 names": names(MATTER, chosen["mixed"]),
        "communications, all": open_list(ENTRY, aside, entry_list),
        "communications, page 1000": open_list(ENTRY, aside, entry_list, DEEP),
        "communications, counted": count(ENTRY, []),
        "communications by colleague": group(ENTRY, aside, "user_id"),
        "communications by month": group(ENTRY, aside, "date:month"),
        "communications, number found": open_list(
            ENTRY, [*aside, ("subject", "ilike", number)], entry_list
        ),
        "communications, family name found": open_list(
            ENTRY, [*aside, ("subject", "ilike", family)], entry_list
        ),
        "timeline of an ordinary matter": open_list(ENTRY, ordinary, entry_list),
        "timeline of 50,000": open_list(ENTRY, timeline, entry_list),
        "timeline of 50,000, counted": count(ENTRY, timeline),
    }


def pick(env):
    """What is looked at: things that every reader may see, and 80 that not all may."""
    chosen = matters.pick(env)
    chosen["fullest"] = int(
        env["ir.config_parameter"].get_param("legal_bench.fullest_id")
    )
    env.cr.execute(
        """SELECT id FROM legal_matter WHERE access_list_id IS NULL
            ORDER BY date_opened DESC, id DESC LIMIT 80"""
    )
    chosen["firm"] = [row[0] for row in env.cr.fetchall()]
    env.cr.execute(
        """SELECT id FROM legal_matter WHERE access_list_id IS NOT NULL
            ORDER BY date_opened DESC, id DESC LIMIT 80"""
    )
    chosen["mixed"] = [row[0] for row in env.cr.fetchall()]
    # the one who reads the fullest matter takes the lawyer's place there
    env.cr.execute(
        """SELECT u.id FROM legal_matter m JOIN legal_matter_member_rel r
               ON r.matter_id = m.id JOIN res_users u ON u.id = r.user_id
            WHERE m.id = %s ORDER BY u.login""",
        [chosen["fullest"]],
    )
    chosen["member"] = env.cr.fetchone()[0]
    return chosen


def compare(registry, chosen, readers, rounds, only=""):
    """The table of ratios."""
    with session.environment(registry, readers["lawyer"], lang="en_US") as env:
        functions = calls(env, chosen)
    rows = []
    for title, function in functions.items():
        if only not in title:
            continue
        if "50,000" in title:  # only its team reads it
            people = {"lawyer": chosen["member"]}
        else:
            people = readers
        subjects = {"no rule": (1, function)}
        subjects |= {name: (uid, function) for name, uid in people.items()}
        timings = session.alternate(registry, subjects, rounds, BUDGET)
        free = timings["no rule"]
        row = [title, session.milliseconds(free.best)]
        for name in readers:
            if name in timings:
                took = timings[name]
                row.append(f"**{took.best / free.best:.2f}**")
                row.append(f"{took.median / free.median:.2f}")
            else:
                row += ["", ""]
        row.append(timings["lawyer"].queries)
        row.append(free.queries)
        rows.append(row)
        print("  ", *row, flush=True)
    head = ["call", "no rule, ms"]
    for name in readers:
        head += [name, "medians"]
    head += ["queries", "without rule"]
    session.table("Times without rules", head, rows)


# -- the rule says what the policy says ---------------------------------------------

#: The policy in plain SQL: (matter, user) who may read.
POLICY = """
    SELECT m.id FROM legal_matter m
     WHERE (m.access_policy = 'firm' OR m.lawyer_id = %(uid)s
            OR EXISTS (SELECT 1 FROM legal_matter_member_rel r
                        WHERE r.matter_id = m.id AND r.user_id = %(uid)s))
       AND NOT EXISTS (SELECT 1 FROM legal_matter_excluded_rel r
                        WHERE r.matter_id = m.id AND r.user_id = %(uid)s)
"""
CHILDREN = ("legal.matter.party", "legal.matter.reference", ENTRY)


def agree(registry, only=""):
    """Compare for each user; :raises AssertionError: with the user and an id."""
    start = time.monotonic()
    with session.environment(registry) as env:
        users = env["res.users"].search([("login", "=like", "bench%")], order="login")
        users = {user.id: user.login for user in users if only in user.login}
    records = 0
    for number, (uid, login) in enumerate(users.items()):
        with session.environment(registry, uid, lang="en_US") as env:
            cr = env.cr
            cr.execute("SET LOCAL work_mem = '128MB'")
            cr.execute(
                f"CREATE TEMP TABLE bench_policy ON COMMIT DROP AS {POLICY}",
                {"uid": uid},
            )
            _same(env, login, MATTER, "SELECT id FROM bench_policy")
            if login in READERS.values() or number % 50 == 0:
                cr.execute("ANALYZE bench_policy")
                for model in CHILDREN:
                    _same(
                        env,
                        login,
                        model,
                        f"SELECT c.id FROM {env[model]._table} c"
                        " JOIN bench_policy p ON p.id = c.matter_id",
                    )
            records += _check_agrees(env, MATTER, uid)
            records += _check_agrees(env, ENTRY, uid)
    print(
        f"\nRule, policy and check agree: {len(users)} users, {records:,} records "
        f"checked one by one ({time.monotonic() - start:.0f} s)",
        flush=True,
    )


def _same(env, login, model, expected):
    """The rule finds exactly the ids that the query ``expected`` gives."""
    from odoo.tools import SQL

    domain = [] if model == MATTER else [("matter_id", "!=", False)]
    found = env[model].with_context(active_test=False)._search(domain).select()
    ((wanted, shown, both),) = env.execute_query(
        SQL(
            """SELECT count(e.id), count(f.id), count(*)
                 FROM (%s) e FULL JOIN (%s) f ON f.id = e.id""",
            SQL(expected),
            found,
        )
    )
    if wanted == shown == both:
        return
    for one, other, word in (
        (SQL(expected), found, "hidden"),
        (found, SQL(expected), "shown"),
    ):
        rows = env.execute_query(SQL("(%s) EXCEPT (%s) LIMIT 1", one, other))
        if rows:
            raise AssertionError(f"{login}: {model} {rows[0][0]} is {word} wrongly")


def _check_agrees(env, model, uid):
    """Single records, checked in Python: some of every set of readers."""
    env.cr.execute(
        f"""SELECT id FROM (
                SELECT id, row_number() OVER (PARTITION BY access_list_id) AS turn
                  FROM (SELECT id, access_list_id FROM {env[model]._table}
                         WHERE access_list_id IS NOT NULL AND id %% 97 = %s
                         LIMIT 3000) few) numbered
             WHERE turn <= 2""",
        [uid % 97],
    )
    records = env[model].browse([row[0] for row in env.cr.fetchall()])
    found = set(records.search([("id", "in", records.ids)]).ids)
    allowed = set(records._filtered_access("read").ids)
    assert found == allowed, f"{model}, user {uid}: {sorted(found ^ allowed)[:3]}"
    return len(records)


# -- readers change ------------------------------------------------------------------


def change_readers(registry, chosen, rounds):
    """Alternately: a member more or less, and one UPDATE of the same rows by hand."""
    matter_id = chosen["fullest"]
    seconds = {"readers changed": [], "plain UPDATE": []}
    queries = 0
    with session.environment(registry) as env:
        lists = env["legal.access.list"].search([("mode", "=", "only")], limit=2).ids
    for turn in range(rounds + 1):
        with session.environment(registry, chosen["member"]) as env:
            matter = env[MATTER].browse(matter_id)
            others = env["res.users"].sudo().search([("login", "=", "bench199")])
            matter.access_policy  # noqa: B018 - as a form that is open
            asked = env.cr.sql_log_count
            start = time.perf_counter()
            matter.write({"member_ids": [(4, others.id)]})
            env.flush_all()
            if turn:
                seconds["readers changed"].append(time.perf_counter() - start)
            queries = env.cr.sql_log_count - asked
            env.cr.execute(
                """SELECT count(*) FROM legal_communication c
                     JOIN legal_matter m ON m.id = c.matter_id
                    WHERE m.id = %s
                      AND c.access_list_id IS DISTINCT FROM m.access_list_id""",
                [matter_id],
            )
            assert env.cr.fetchone() == (0,)
        with session.environment(registry) as env:
            start = time.perf_counter()
            env.cr.execute(
                """UPDATE legal_communication SET access_list_id = %s
                    WHERE matter_id = %s""",
                [lists[turn % 2], matter_id],
            )
            if turn:
                seconds["plain UPDATE"].append(time.perf_counter() - start)
        with registry.cursor() as cr:  # both left dead rows behind
            cr._cnx.autocommit = True
            cr.execute("VACUUM legal_communication")
            cr._cnx.autocommit = False
    rows = [
        (
            name,
            session.milliseconds(min(values)),
            session.milliseconds(statistics.median(values)),
            queries if name == "readers changed" else 1,
        )
        for name, values in seconds.items()
    ]
    best = [min(values) for values in seconds.values()]
    middle = [statistics.median(values) for values in seconds.values()]
    rows.append(
        (
            "ratio",
            f"**{best[0] / best[1]:.2f}**",
            f"{middle[0] / middle[1]:.2f}",
            "",
        )
    )
    head = [f"a matter with {FULLEST:,} communications", "ms", "median, ms", "queries"]
    session.table("Readers change", head, rows)


def main():
    from odoo import api

    options = session.arguments(
        __doc__,
        only=(str, "", "compare, agree or change"),
        call=(str, "", "only calls with this in their title, or users in their login"),
    )
    registry = session.registry(options.database.format(size=options.size))
    communications = 3 * options.size
    with registry.cursor() as cr:
        env = api.Environment(cr, 1, {})
        data.fill(env, options.size, communications, fullest=FULLEST)
        matters.make_plain(env)
    with session.environment(registry) as env:
        logins = env["res.users"].search([("login", "in", list(READERS.values()))])
        ids = {user.login: user.id for user in logins}
        readers = {name: ids[login] for name, login in READERS.items()}
        chosen = pick(env)
    print(f"\n{options.size:,} matters, {communications:,} communications", flush=True)
    rounds = options.rounds or ROUNDS
    parts = {
        "compare": lambda: compare(registry, chosen, readers, rounds, options.call),
        "agree": lambda: agree(registry, options.call),
        "change": lambda: change_readers(registry, chosen, min(rounds, 8)),
    }
    for name, part in parts.items():
        if options.only in ("", name):
            part()


if __name__ == "__main__":
    main()
