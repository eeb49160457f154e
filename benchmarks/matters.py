"""Opening lists and forms, and searching numbers, with as many matters as asked.

The calls are those of the web client, with the specification of the very view; each
runs in a transaction of its own. Beside them:

- plain: the same rows in a model with nothing of the suite (``x_bench_plain``, made
  through ``ir.model``, read by the same ORM): the stored columns of the matter list,
  an index for its order, no rule, no computed field, no lines;
- no rule: the suite's own model read as superuser;
- for searching: one equality look-up in the table of reference numbers, by SQL.
"""

from . import data, session, webclient

ROUNDS = 15
PLAIN = "x_bench_plain"
# Column of the plain model: (type, more), filled from the matter's column.
COLUMNS = {
    "number": ("char", {}),
    "name": ("char", {}),
    "client_id": ("many2one", {"relation": "res.partner"}),
    "opponent_id": ("many2one", {"relation": "res.partner"}),
    "lawyer_id": ("many2one", {"relation": "res.users"}),
    "practice_area_id": ("many2one", {"relation": "legal.practice.area"}),
    "type_id": ("many2one", {"relation": "legal.matter.type"}),
    "stage_id": ("many2one", {"relation": "legal.matter.stage"}),
    "state": ("char", {"index": True}),
    "court_reference": ("char", {}),
    "legacy_number": ("char", {}),
    "amount_in_dispute": ("float", {}),
    "date_opened": ("date", {}),
    "date_closed": ("date", {}),
}
RUNNING = ["intake", "open"]


# -- the plain model ---------------------------------------------------------------


def make_plain(env):
    """The model without our fields, and as many rows as there are matters."""
    if PLAIN not in env:
        fields = [
            (
                0,
                0,
                {"name": f"x_{name}", "ttype": kind, "field_description": name} | more,
            )
            for name, (kind, more) in COLUMNS.items()
        ]
        env["ir.model"].create(
            {
                "name": "Plain",
                "model": PLAIN,
                "order": "x_date_opened desc, id desc",
                "field_id": fields,
                "access_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "plain",
                            "group_id": env.ref("base.group_user").id,
                            "perm_read": True,
                        },
                    )
                ],
            }
        )
    columns = ", ".join(COLUMNS)
    own = ", ".join(f"x_{name}" for name in COLUMNS)
    cr = env.cr
    cr.execute(f"SELECT count(*) FROM {PLAIN}")
    (present,) = cr.fetchone()
    cr.execute("SELECT count(*) FROM legal_matter")
    if cr.fetchone()[0] - present > 100:
        cr.execute(
            f"""TRUNCATE {PLAIN};
                INSERT INTO {PLAIN}
                       ({own}, create_uid, write_uid, create_date, write_date)
                SELECT {columns}, 1, 1, now(), now() FROM legal_matter ORDER BY id;
                CREATE INDEX IF NOT EXISTS {PLAIN}_order
                    ON {PLAIN} (x_date_opened DESC, id DESC);
                ANALYZE {PLAIN}"""
        )
    cr.commit()


# -- what the web client asks ------------------------------------------------------


def open_list(model, domain, specification, offset=0):
    """A page of a list; the client counts up to 10,000 rows, or past the page."""
    limit = webclient.LIMIT

    def run(env):
        env[model].web_search_read(
            domain,
            specification,
            offset=offset,
            limit=limit,
            order="",
            count_limit=max(10001, offset + limit + 1),
        )

    return run


def open_form(model, record_id, specification):
    def run(env):
        env[model].browse(record_id).web_read(specification)

    return run


def open_board(model, domain, specification):
    """Columns by stage, ten cards of each, and the bars above them."""

    def run(env):
        env[model].web_read_group(
            domain,
            ["stage_id"],
            ["__count"],
            auto_unfold=True,
            unfold_read_specification=specification,
            unfold_read_default_limit=40,
        )
        env[model].read_progress_bar(
            domain,
            "stage_id",
            {
                "field": "activity_state",
                "colors": {"planned": "", "today": "", "overdue": ""},
            },
        )

    return run


def find(text):
    def run(env):
        matters = env["legal.matter"].search([("find", "ilike", text)], limit=80)
        return len(matters)

    return run


def find_by_name(text):
    def run(env):
        return env["legal.matter"].name_search(text, [], "ilike", limit=8)

    return run


def equality(key):
    """The floor: one look-up of one key in an index."""

    def run(env):
        env.cr.execute(
            "SELECT matter_id FROM legal_matter_reference WHERE key = %s", [key]
        )
        return env.cr.fetchall()

    return run


# -- what is looked at -------------------------------------------------------------


def pick(env):
    """Records to open: an ordinary matter, the fullest one, a busy client."""
    cr = env.cr
    cr.execute(
        """SELECT m.id, m.number, m.legacy_number, m.client_id
             FROM legal_matter m
            WHERE m.state = 'open' AND m.access_policy = 'firm'
              AND m.access_list_id IS NULL AND m.legacy_number IS NOT NULL
            ORDER BY m.date_opened DESC, m.id DESC OFFSET 500 LIMIT 1"""
    )
    matter_id, number, legacy, client_id = cr.fetchone()
    cr.execute(
        """SELECT c.matter_id FROM legal_communication c
             JOIN legal_matter m ON m.id = c.matter_id AND m.access_list_id IS NULL
            GROUP BY c.matter_id ORDER BY count(*) DESC LIMIT 1"""
    )
    (fullest,) = cr.fetchone()
    cr.execute(
        """SELECT partner_id FROM legal_matter_party
            GROUP BY partner_id ORDER BY count(*) DESC LIMIT 1"""
    )
    (busiest,) = cr.fetchone()
    cr.execute(
        """SELECT n.name, p.name FROM legal_partner_name n
             JOIN legal_matter_party y ON y.partner_id = n.partner_id
             JOIN res_partner p ON p.id = n.partner_id
            ORDER BY n.id DESC LIMIT 1"""
    )
    alias, name = cr.fetchone()
    cr.execute(
        """SELECT court_reference FROM legal_matter
            WHERE court_reference IS NOT NULL ORDER BY id DESC LIMIT 1"""
    )
    (court,) = cr.fetchone()
    cr.execute(f"SELECT id FROM {PLAIN} WHERE x_number = %s", [number])
    (plain_id,) = cr.fetchone()
    return {
        "matter": matter_id,
        "number": number,
        "legacy": legacy,
        "court": court,
        "client": client_id,
        "fullest": fullest,
        "busiest": busiest,
        "name": name,
        "alias": alias,
        "plain": plain_id,
    }


def plain_specification(env):
    found = {}
    for name, (kind, _more) in COLUMNS.items():
        found[f"x_{name}"] = (
            {"fields": {"display_name": {}}} if kind == "many2one" else {}
        )
    return found


# -- tables ------------------------------------------------------------------------


def views(registry, chosen, uid, rounds):
    with session.environment(registry, uid, lang="en_US") as env:
        list_spec = webclient.specification(env, "legal.matter", "list")
        form_spec = webclient.specification(env, "legal.matter", "form")
        plain = plain_specification(env)
    running = [("state", "in", RUNNING)]
    mine = ["|", ("lawyer_id", "=", uid), ("member_ids", "=", uid)]
    plain_running = [("x_state", "in", RUNNING)]
    rows = []
    for title, ours, peer in (
        (
            "list of running matters (as the menu opens it)",
            open_list("legal.matter", running, list_spec),
            open_list(PLAIN, plain_running, plain),
        ),
        (
            "list of all matters",
            open_list("legal.matter", [], list_spec),
            open_list(PLAIN, [], plain),
        ),
        (
            "list of my running matters",
            open_list("legal.matter", running + mine, list_spec),
            open_list(PLAIN, [*plain_running, ("x_lawyer_id", "=", uid)], plain),
        ),
        (
            "form",
            open_form("legal.matter", chosen["matter"], form_spec),
            open_form(PLAIN, chosen["plain"], plain),
        ),
        (
            "form of the fullest matter",
            open_form("legal.matter", chosen["fullest"], form_spec),
            open_form(PLAIN, chosen["plain"], plain),
        ),
    ):
        timings = session.alternate(
            registry,
            {"ours": (uid, ours), "no rule": (1, ours), "plain": (uid, peer)},
            rounds,
        )
        our, free, other = (timings[name] for name in ("ours", "no rule", "plain"))
        rows.append(
            (
                title,
                session.milliseconds(our.best),
                session.milliseconds(free.best),
                session.milliseconds(other.best),
                f"**{our.best / other.best:.2f}**",
                f"{our.best / free.best:.2f}",
                our.queries,
                other.queries,
            )
        )
    head = ["opening", "lawyer, ms", "no rule, ms", "plain, ms", "lawyer / plain"]
    head += ["lawyer / no rule", "our queries", "plain's queries"]
    session.table("Opening, 80 rows", head, rows)


def searches(registry, chosen, uid, rounds):
    from odoo.addons.legal_crm.tools import references

    number = chosen["number"]
    subjects = {
        f"number {number}": find(number),
        "other punctuation": find(number.replace("/", " - ")),
        "number without the year": find(number.partition("/")[0]),
        "first digits of a number": find(number[:4]),
        "old number": find(chosen["legacy"]),
        "court's number": find(chosen["court"]),
        "court's number, its inner part": find(chosen["court"].split()[-1]),
        "name of a party": find(chosen["name"]),
        "other name of a party": find(chosen["alias"]),
        "family name (many)": find(chosen["name"].split()[-1]),
        "two letters": find("Mü"),
        "a word in every fifth": find("GmbH"),
        "nothing found": find("Xyzzyqu 99/99"),
        "name_search: number": find_by_name(number),
        "name_search: party": find_by_name(chosen["name"]),
    }
    floor = equality(references.canonical(number))
    rows = []
    for title, function in subjects.items():
        timings = session.alternate(
            registry, {"ours": (uid, function), "floor": (uid, floor)}, rounds
        )
        with session.environment(registry, uid) as env:
            found = function(env)
        ours, least = timings["ours"], timings["floor"]
        rows.append(
            (
                title,
                found if isinstance(found, int) else len(found),
                session.milliseconds(ours.best),
                session.milliseconds(least.best),
                ours.queries,
            )
        )
    head = ["search", "found (80 or 8 at most)", "lawyer, ms", "floor, ms", "queries"]
    session.table("Searching", head, rows)


def others(registry, chosen, uid, rounds):
    """Further screens and actions, as a lawyer and without rules."""
    with session.environment(registry, uid, lang="en_US") as env:
        entry_list = webclient.specification(env, "legal.communication", "list")
        board = webclient.specification(env, "legal.matter", "kanban")
        contact = webclient.specification(env, "res.partner", "form")
        area_id = env["legal.practice.area"].search([], limit=1).id
    aside = [("is_aside", "=", False)]
    entry = "legal.communication"

    def create(env):
        env["legal.matter"].create(
            {
                "client_id": chosen["client"],
                "practice_area_id": area_id,
                "lawyer_id": uid,
                "access_policy": "team",
            }
        )
        env.flush_all()

    subjects = {
        "communications, all": open_list(entry, aside, entry_list),
        "timeline of the fullest matter": open_list(
            entry, [*aside, ("matter_id", "in", [chosen["fullest"]])], entry_list
        ),
        "timeline of the busiest contact": open_list(
            entry,
            [*aside, ("partner_ids", "child_of", [chosen["busiest"]])],
            entry_list,
        ),
        "mail to be filed": open_list(
            entry, [("matter_id", "=", False), ("to_file", "=", True)], entry_list
        ),
        "count of mail to be filed": lambda env: env[entry]._get_queue_count(),
        "board by stage, running": open_board(
            "legal.matter", [("state", "in", RUNNING)], board
        ),
        "form of a contact": open_form("res.partner", chosen["client"], contact),
        "form of the busiest contact": open_form(
            "res.partner", chosen["busiest"], contact
        ),
        "a new matter, saved": create,
    }
    rows = []
    for title, function in subjects.items():
        timings = session.alternate(
            registry, {"ours": (uid, function), "no rule": (1, function)}, rounds
        )
        ours, free = timings["ours"], timings["no rule"]
        rows.append(
            (
                title,
                session.milliseconds(ours.best),
                session.milliseconds(free.best),
                f"{ours.best / free.best:.2f}",
                ours.queries,
            )
        )
    head = ["opening", "lawyer, ms", "no rule, ms", "ratio", "queries"]
    session.table("Other screens", head, rows)


def main():
    from odoo import api

    options = session.arguments(__doc__, only=(str, "", "views, searches or others"))
    registry = session.registry(options.database.format(size=options.size))
    with registry.cursor() as cr:
        env = api.Environment(cr, 1, {})
        data.fill(env, options.size, options.size)
        make_plain(env)
    uid = session.lawyer_id(registry)
    with session.environment(registry) as env:
        chosen = pick(env)
    print(f"\n{options.size:,} matters, {options.size:,} communications", flush=True)
    rounds = options.rounds or ROUNDS
    for part in (views, searches, others):
        if options.only in ("", part.__name__):
            part(registry, chosen, uid, rounds)


if __name__ == "__main__":
    main()
