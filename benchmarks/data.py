"""Fill a database with a law firm of any size, set-wise.

``fill(env, matters, communications)`` adds what is missing up to these counts and
does nothing when they are there; each step is one transaction, so that an
interrupted run goes on where it stopped. Rows are written by SQL, as the models
would store them (readers, states, keys of reference numbers), not through them.

What a firm of N matters looks like here:

- 200 users, half of them lawyers (ten of these partners), in 20 departments of 10;
- N/4 contacts, 30 % of them companies; 10 % have another name. Clients are spread
  unevenly: the busiest one has about 2 * sqrt(N) matters;
- per matter 3 parties (client, opponent, and their counsel or a court), 2 reference
  numbers (its own, and an old or a court's one), 1 mail alias;
- readers, exactly so in each hundred matters: 73 the whole firm, 25 a team of 3 to 6
  (up to 5000 distinct ones; 2 % of all matters restricted), 2 all but the one or two
  people behind a wall (up to 1000 distinct walls), and one partner behind half of them;
- a third of the matters is running, most of these opened lately.

And of M communications:

- 60 % are e-mails, each with its mail.message; every fourth of these has its
  original as an ir.attachment (the row, without a file);
- spread unevenly as well: the busiest matter has about M / sqrt(N) of them, or
  ``fullest`` more, where one is asked for;
- 0.5 % wait to be filed or were set aside; 1 % were corrected.
"""

import contextlib
import random
import time

USERS = 200
TEAMS, WALLS = 5000, 1000
PARTNERS = range(10, USERS, 20)  # lawyers all of them: they are the even numbers
WALLED = 110  # the partner whom half of the walls shut out
FIRST_NUMBER = 1_000_000  # of the counter in our numbers: real ones start below
DOMAIN = "kanzlei.example"
FAR = 100_000_000  # communications of the fullest matter are numbered from here
BULK = 20_000  # rows from which rebuilding the indexes is quicker than keeping them

_FIRST_NAMES = """Anna Anton Aurélie Beatrice Benoît Björn Céline Christian Claudia
Daniel Elisabeth Émile Eva Félix Florian François Gisela Günter Hans Hélène Ines Jean
Jörg Jürgen Karin Klaus Lara Léa Ludwig Marie Martin Matthias Monika Nicolas Noémie
Oskar Paul Petra Pierre René Rosa Sabine Sébastien Stefan Thérèse Thomas Ursula Ute
Walter Zoé""".split()
_HEADS = """Alten Bach Berg Birken Blumen Brunn Buch Dorn Eber Eich Eisen Engel Falken
Feld Frei Gold Grün Hagen Hart Heide Hof Kalten Kirch Klein König Kraus Lang Lerch
Linden Löwen Mühl Neu Ober Rosen Roth Schön Stein Stern Sonnen Tann Unter Vogel Wald
Wein Weiß Wind Winter Wolf""".split()
_TAILS = """acker auer bach bauer baum becker berg berger brunner burg dorfer eder er
feld felder gruber hammer hauser heim hofer holz inger kamp lechner maier mann mayer
meister müller reich reiter rieder ring schmidt stätter stein thaler wald walder weber
weg wieser zeller""".split()
_BRANCHES = """Bau Handel Immobilien Logistik Maschinen Metall Pharma Technik Textil
Transport Versicherung Verwaltung""".split()
_FORMS = ["GmbH", "AG", "SA", "SARL", "KG", "e. K.", "SAS", "GmbH & Co. KG"]


def fill(env, matters, communications, fullest=0, say=print):
    """Bring the database up to so many matters and communications.

    :param env: superuser environment; its cursor is committed after each step
    :param fullest: so many communications more, all in one matter of a team
    """
    steps = [
        ("set-up", lambda: _prepare(env)),
        ("matters", lambda: _grow(env, "matters", matters, _add_matters)),
        (
            "communications",
            lambda: _grow(env, "communications", communications, _add_communications),
        ),
        ("fullest matter", lambda: _grow(env, "fullest", fullest, _add_to_one)),
    ]
    for name, step in steps:
        start = time.monotonic()
        added = step()
        env.cr.commit()
        env.invalidate_all()
        if added:
            say(f"  {name}: {added:,} added in {time.monotonic() - start:.0f} s")


def _grow(env, what, target, add):
    """Add from the present count up to ``target``; the count is kept beside them."""
    parameter = f"legal_bench.{what}"
    parameters = env["ir.config_parameter"]
    present = int(parameters.get_param(parameter, 0))
    if present >= target:
        return 0
    add(env, present, target)
    parameters.set_param(parameter, target)
    env.cr.execute("ANALYZE")
    return target - present


def _hash(expression, seed, size):
    """SQL for a number from 0 to ``size`` - 1 that only ``expression`` decides."""
    return f"((hashint8extended(({expression})::bigint, {seed}) & 2147483647) % {size})"


def _share(expression, seed):
    """SQL for a number from 0 to 1 that only ``expression`` decides."""
    return f"({_hash(expression, seed, 1000003)} / 1000003.0)"


@contextlib.contextmanager
def _in_bulk(cr, tables, rows):
    """Drop indexes and foreign keys, and build and check them again afterwards."""
    cr.execute("SET LOCAL maintenance_work_mem = '512MB'")
    cr.execute("SET LOCAL work_mem = '128MB'")
    if rows < BULK:
        yield
        return
    cr.execute(
        """SELECT conrelid::regclass, conname, pg_get_constraintdef(oid)
             FROM pg_constraint
            WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])""",
        [list(tables)],
    )
    keys = cr.fetchall()
    cr.execute(
        """SELECT c.relname, pg_get_indexdef(i.indexrelid)
             FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisprimary
              AND NOT EXISTS (SELECT 1 FROM pg_constraint
                               WHERE conindid = i.indexrelid)""",
        [list(tables)],
    )
    indexes = cr.fetchall()
    for table, name, _definition in keys:
        cr.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _definition in indexes:
        cr.execute(f'DROP INDEX "{name}"')
    yield
    for _name, definition in indexes:
        cr.execute(definition)
    for table, name, definition in keys:
        cr.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


# -- people and lists ------------------------------------------------------------


def _prepare(env):
    """The firm's address, its users and their reading circles; once."""
    if env["ir.config_parameter"].get_param("legal_bench.prepared"):
        return 0
    company = env.ref("base.main_company")
    if not company.alias_domain_id:
        domains = env["mail.alias.domain"]
        company.alias_domain_id = domains.search([], limit=1) or domains.create(
            {"name": DOMAIN}
        )
    users = _add_users(env, company)
    _add_lists(env, users)
    env["ir.config_parameter"].set_param("legal_bench.prepared", "1")
    return len(users)


def _add_users(env, company):
    roles = ["lawyer", "assistant"] * (USERS // 2)
    for n in PARTNERS:
        roles[n] = "partner"
    values = [
        {
            "name": f"{_FIRST_NAMES[n % 50]} {_HEADS[n % 47]}{_TAILS[n % 43]}",
            "login": f"bench{n:03}",
            "email": f"bench{n:03}@{DOMAIN}",
            "notification_type": "inbox",
            "company_id": company.id,
            "company_ids": [(6, 0, company.ids)],
            "group_ids": [(6, 0, env.ref(f"legal_crm.group_{roles[n]}").ids)],
            "legal_initials": f"B{n:03}",
        }
        for n in range(USERS)
    ]
    quiet = {"no_reset_password": True, "tracking_disable": True}
    return env["res.users"].with_context(**quiet).create(values)


def _add_lists(env, users):
    """Teams of three to six in one department, and walls around one or two people."""
    lottery = random.Random(19)
    ids = users.ids
    departments = [ids[n : n + 10] for n in range(0, USERS, 10)]
    sets = {}
    while len(sets) < TEAMS:
        department = lottery.choice(departments)
        members = lottery.sample(department, lottery.randint(3, 6))
        lawyers = [user for user in members if ids.index(user) % 2 == 0]
        if lawyers:
            sets[("only", tuple(sorted(members)))] = lawyers[0]
    while len(sets) < TEAMS + WALLS:
        members = set(lottery.sample(ids, lottery.randint(1, 2)))
        if len(sets) < TEAMS + WALLS // 2:
            members |= {ids[WALLED]}
        members = tuple(sorted(members))
        lawyer = lottery.choice([user for user in ids[::2] if user not in members])
        sets[("all_but", members)] = lawyer
    cr = env.cr
    cr.execute(
        """CREATE TABLE legal_bench_list
           (n serial, mode varchar, lawyer_id int, users int[], key varchar, id int)"""
    )
    cr.execute_values(
        "INSERT INTO legal_bench_list (mode, lawyer_id, users, key) VALUES %s",
        [
            (mode, lawyer, list(members), f"{mode}:{','.join(map(str, members))}")
            for (mode, members), lawyer in sets.items()
        ],
    )
    cr.execute(
        """
        INSERT INTO legal_access_list
               (mode, key, create_uid, write_uid, create_date, write_date)
        SELECT mode, key, 1, 1, now(), now() FROM legal_bench_list
            ON CONFLICT DO NOTHING;
        UPDATE legal_bench_list b SET id = l.id, n = b.n - 1
          FROM legal_access_list l WHERE l.key = b.key;
        INSERT INTO legal_access_list_user_rel
        SELECT id, unnest(users) FROM legal_bench_list ON CONFLICT DO NOTHING;
        """
    )


# -- contacts --------------------------------------------------------------------


def _name_tables(cr):
    """Parts of names with their folded forms, for joining in SQL."""
    from odoo.addons.legal_crm.tools import names

    companies = [f"{branch} {form}" for branch in _BRANCHES for form in _FORMS]
    parts = {
        "first": _FIRST_NAMES,
        "last": [head + tail for head in _HEADS for tail in _TAILS],
        "company": companies,
    }
    for kind, values in parts.items():
        cr.execute(
            f"""CREATE TEMP TABLE bench_{kind}
                (n int PRIMARY KEY, name text, german text, plain text)
                ON COMMIT DROP"""
        )
        cr.execute_values(
            f"INSERT INTO bench_{kind} VALUES %s",
            [(n, v, names.fold(v), names.fold_simple(v)) for n, v in enumerate(values)],
        )
    return {kind: len(values) for kind, values in parts.items()}


def _add_partners(cr, start, end):
    """Contacts number ``start`` to ``end``; their own name and maybe a birth name."""
    sizes = _name_tables(cr)
    cr.execute(
        f"""
        CREATE TEMP TABLE bench_partner ON COMMIT DROP AS
        WITH part AS (
            SELECT i, {_hash("i", 1, 10)} < 3 AS is_company,
                   {_hash("i", 2, 10)} = 0 AS renamed,
                   f.name AS first, f.german AS first_g, f.plain AS first_p,
                   l.name AS last, l.german AS last_g, l.plain AS last_p,
                   c.name AS form, c.german AS form_g, c.plain AS form_p,
                   o.name AS old, o.german AS old_g, o.plain AS old_p
              FROM generate_series({start}, {end} - 1) i
              JOIN bench_first f ON f.n = {_hash("i", 3, sizes["first"])}
              JOIN bench_last l ON l.n = {_hash("i", 4, sizes["last"])}
              JOIN bench_last o ON o.n = {_hash("i", 5, sizes["last"])}
              JOIN bench_company c ON c.n = {_hash("i", 6, sizes["company"])}
        ), whole AS (
            SELECT i, is_company, renamed,
                   CASE WHEN is_company THEN concat(last, ' ', form)
                        ELSE concat(first, ' ', last) END AS name,
                   CASE WHEN is_company THEN concat(last_g, ' ', form_g)
                        ELSE concat(first_g, ' ', last_g) END AS german,
                   CASE WHEN is_company THEN concat(last_p, ' ', form_p)
                        ELSE concat(first_p, ' ', last_p) END AS plain,
                   concat(first, ' ', old) AS old,
                   concat(first_g, ' ', old_g) AS old_g,
                   concat(first_p, ' ', old_p) AS old_p
              FROM part
        )
        SELECT i, nextval('res_partner_id_seq')::int AS id, name, is_company, old,
               renamed AND NOT is_company AS renamed,
               german || CASE WHEN plain = german THEN '' ELSE ' | ' || plain END ||
               CASE WHEN renamed AND NOT is_company
                    THEN ' | ' || old_g ||
                         CASE WHEN old_p = old_g THEN '' ELSE ' | ' || old_p END
                    ELSE '' END AS search_key,
               'contact' || i || '@correspondent.example' AS email
          FROM whole;
        INSERT INTO res_partner
               (id, name, complete_name, is_company, active, partner_share, type,
                email, email_normalized, commercial_partner_id,
                commercial_company_name, lang, color, employee, legal_search_key,
                create_uid, write_uid, create_date, write_date)
        SELECT id, name, name, is_company, true, true, 'contact',
               email, email, id, CASE WHEN is_company THEN name END, 'en_US', 0, false,
               search_key, 1, 1, now(), now()
          FROM bench_partner;
        INSERT INTO legal_partner_name
               (partner_id, name, kind, create_uid, write_uid, create_date, write_date)
        SELECT id, old, 'birth', 1, 1, now(), now() FROM bench_partner WHERE renamed;
        """
    )


# -- matters ---------------------------------------------------------------------


def _numbered(cr, name, query):
    """A temporary table of rows numbered from 0; :return: how many."""
    cr.execute(
        f"""CREATE TEMP TABLE {name} ON COMMIT DROP AS
            SELECT (row_number() OVER (ORDER BY id) - 1)::int AS n, * FROM ({query}) q;
            CREATE UNIQUE INDEX ON {name} (n);
            ANALYZE {name};
            SELECT count(*) FROM {name}"""
    )
    return cr.fetchone()[0]


def _add_matters(env, start, end):
    cr, rows = env.cr, end - start
    tables = [
        *("legal_matter", "legal_matter_party", "legal_matter_reference"),
        *("legal_matter_member_rel", "legal_matter_excluded_rel"),
        *("res_partner", "legal_partner_name", "mail_alias"),
    ]
    with _in_bulk(cr, tables, rows):
        _add_partners(cr, start // 4, end // 4)
        # a surname for the rubrum: the last word of a person's name
        partners = _numbered(
            cr,
            "bench_contact",
            """SELECT id, CASE WHEN is_company THEN name
                               ELSE regexp_replace(name, '^.* ', '') END AS short
                 FROM res_partner p
                WHERE email LIKE 'contact%@correspondent.example'""",
        )
        # each hundred has the same shares, shuffled in another way
        share = f"((i + {_hash('i / 100', 11, 100)}) * 37 % 100)"
        lists = f"""
            CASE WHEN {share} < 25 THEN {_hash("i", 12, TEAMS)}
                 WHEN {share} < 27 THEN {TEAMS} + {_hash("i", 12, WALLS)} END"""
        cr.execute(
            f"""
            CREATE TEMP TABLE bench_draft ON COMMIT DROP AS
            SELECT i, (i - {start}) / {float(rows)} AS recency,
                   {lists} AS list_n,
                   {_hash("i", 13, 100)} AS lot,
                   floor({partners} * power({_share("i", 14)}, 2))::int AS client_n,
                   {_hash("i", 15, partners)} AS opponent_n,
                   -- counsel and courts: a small circle
                   {_hash("i", 16, max(partners // 100, 1))} AS third_n
              FROM generate_series({start}, {end} - 1) i;
            ANALYZE bench_draft;
            """
        )
        _create_matter_rows(env)
        _create_matter_children(env)


def _stages(env, state):
    ids = env["legal.matter.stage"].search([("state", "=", state)]).ids
    return f"(ARRAY{ids})[1 + {_hash('i', 17, len(ids))}]"


def _create_matter_rows(env):
    cr = env.cr
    company = env.ref("base.main_company")
    areas = env["legal.practice.area"].search([]).ids
    types = env["legal.matter.type"].search([]).ids
    # Most of the last third is running, little of what is older.
    state = """CASE WHEN lot < CASE WHEN recency > 0.7 THEN 5 ELSE 0 END THEN 'intake'
                    WHEN lot < CASE WHEN recency > 0.7 THEN 85 ELSE 10 END THEN 'open'
                    WHEN lot < 93 THEN 'closed' ELSE 'archived' END"""
    cr.execute(
        f"""
        CREATE TEMP TABLE bench_matter ON COMMIT DROP AS
        WITH lawyer AS (
            SELECT array_agg(id ORDER BY id) AS ids FROM res_users
             WHERE login ~ '^bench[0-9]*[02468]$'
        )
        SELECT d.*, nextval('legal_matter_id_seq')::int AS id,
               nextval('mail_alias_id_seq')::int AS alias_id,
               nextval('legal_matter_party_id_seq')::int AS party1_id,
               nextval('legal_matter_party_id_seq')::int AS party2_id,
               nextval('legal_matter_party_id_seq')::int AS party3_id,
               {FIRST_NUMBER} + i AS counter,
               (current_date - (5400 * (1 - recency))::int) AS opened,
               {state} AS state,
               l.id AS access_list_id, l.mode,
               coalesce(l.lawyer_id,
                        lawyer.ids[1 + {_hash("i", 18, USERS // 2)}]) AS lawyer_id,
               c.id AS client_id, o.id AS opponent_id, t.id AS third_id,
               c.short || ' ./. ' || o.short AS name
          FROM bench_draft d
          LEFT JOIN legal_bench_list l ON l.n = d.list_n
          JOIN bench_contact c ON c.n = d.client_n
          JOIN bench_contact o ON o.n = d.opponent_n
          JOIN bench_contact t ON t.n = d.third_n,
               lawyer
         ORDER BY i;
        ALTER TABLE bench_matter ADD year2 text, ADD legacy text, ADD court text;
        UPDATE bench_matter SET
            year2 = to_char(opened, 'YY'),
            legacy = CASE WHEN {_hash("i", 19, 10)} < 4
                          THEN 'K ' || lpad((i % 100000)::text, 5, '0') || '-' ||
                               to_char(opened, 'YY') END;
        UPDATE bench_matter SET
            court = (1 + {_hash("i", 20, 30)}) || ' O ' ||
                    (1 + {_hash("i", 21, 900)}) || '/' || year2
          WHERE legacy IS NULL;
        ANALYZE bench_matter;
        """
    )
    model_id = env["ir.model"]._get_id("legal.matter")
    cr.execute(
        """
        INSERT INTO mail_alias
               (id, alias_domain_id, alias_model_id, alias_force_thread_id,
                alias_parent_model_id, alias_parent_thread_id, alias_name,
                alias_full_name, alias_contact, alias_status, alias_defaults,
                alias_incoming_local, create_uid, write_uid, create_date, write_date)
        SELECT alias_id, %(domain)s, %(model)s, id, %(model)s, id,
               'akte-' || counter || '-' || year2,
               'akte-' || counter || '-' || year2 || '@' || %(domain_name)s,
               'everyone', 'not_tested', '{}', false, 1, 1, now(), now()
          FROM bench_matter
        """,
        {
            "domain": company.alias_domain_id.id,
            "domain_name": company.alias_domain_id.name,
            "model": model_id,
        },
    )
    cr.execute(
        f"""
        INSERT INTO legal_matter
               (id, number, legacy_number, court_reference, name, name_manual, active,
                company_id, currency_id, client_id, opponent_id, lawyer_id, alias_id,
                practice_area_id, type_id, stage_id, state, instance, access_policy,
                access_list_id, amount_in_dispute, date_opened, date_closed,
                close_reason, create_uid, write_uid, create_date, write_date)
        SELECT id, counter || '/' || year2, legacy, court, name, false, true,
               {company.id}, {company.currency_id.id}, client_id, opponent_id,
               lawyer_id, alias_id, (ARRAY{areas})[1 + {_hash("i", 22, len(areas))}],
               (ARRAY{types})[1 + {_hash("i", 23, len(types))}],
               CASE state WHEN 'intake' THEN {_stages(env, "intake")}
                          WHEN 'open' THEN {_stages(env, "open")}
                          WHEN 'closed' THEN {_stages(env, "closed")}
                          ELSE {_stages(env, "archived")} END,
               state, 'pretrial',
               CASE WHEN mode = 'only'
                    THEN CASE WHEN {_hash("i", 24, 25)} < 2 THEN 'restricted'
                              ELSE 'team' END
                    ELSE 'firm' END,
               access_list_id, 500 + {_hash("i", 25, 100000)}, opened,
               CASE WHEN state IN ('closed', 'archived')
                    THEN least(opened + 400, current_date) END,
               CASE WHEN state IN ('closed', 'archived') THEN 'done' END,
               1, 1, opened, now()
          FROM bench_matter
        """
    )


def _create_matter_children(env):
    """Members, walls, parties and reference numbers of the new matters."""
    roles = {
        code: env["legal.party.role"].search([("code", "=", code)], limit=1).id
        for code in ("client", "opponent", "opposing_counsel", "court")
    }
    env.cr.execute(
        f"""
        INSERT INTO legal_matter_member_rel (matter_id, user_id)
        SELECT m.id, unnest(l.users) FROM bench_matter m
          JOIN legal_bench_list l ON l.n = m.list_n WHERE l.mode = 'only'
         UNION ALL
        SELECT id, lawyer_id FROM bench_matter WHERE mode IS DISTINCT FROM 'only';
        INSERT INTO legal_matter_excluded_rel (matter_id, user_id)
        SELECT m.id, unnest(l.users) FROM bench_matter m
          JOIN legal_bench_list l ON l.n = m.list_n WHERE l.mode = 'all_but';

        INSERT INTO legal_matter_party
               (id, matter_id, partner_id, role_id, side, represents_id, sequence,
                access_list_id, date_from, create_uid, write_uid, create_date,
                write_date)
        SELECT p.id, m.id, p.partner_id, p.role_id, p.side, p.represents_id, p.sequence,
               m.access_list_id, m.opened, 1, 1, now(), now()
          FROM bench_matter m, LATERAL (VALUES
               (m.party1_id, m.client_id, {roles["client"]}, 'own', NULL::int, 10),
               (m.party2_id, m.opponent_id, {roles["opponent"]}, 'adverse', NULL, 20),
               (m.party3_id, m.third_id,
                CASE WHEN m.i % 5 < 3 THEN {roles["opposing_counsel"]}
                     ELSE {roles["court"]} END,
                CASE WHEN m.i % 5 < 3 THEN 'adverse' ELSE 'neutral' END,
                CASE WHEN m.i % 5 < 3 THEN m.party2_id END, 30)
               ) AS p (id, partner_id, role_id, side, represents_id, sequence);

        INSERT INTO legal_matter_reference
               (matter_id, kind, value, key, compact, access_list_id,
                create_uid, write_uid, create_date, write_date)
        SELECT m.id, r.kind, r.value,
               -- tools.references: groups of letters or digits, no leading zeros
               trim('.' FROM lower(regexp_replace(regexp_replace(r.value,
                    '[^A-Za-z0-9]+', '.', 'g'), '(^|\\.)0+([0-9])', '\\1\\2', 'g'))),
               lower(regexp_replace(r.value, '[^A-Za-z0-9]+', '', 'g')),
               m.access_list_id, 1, 1, now(), now()
          FROM bench_matter m, LATERAL (VALUES
               ('number', m.counter || '/' || m.year2),
               ('legacy', m.legacy), ('court', m.court)
               ) AS r (kind, value)
         WHERE r.value IS NOT NULL;
        """
    )
    _check_keys(env)


def _check_keys(env):
    """The keys written by SQL are those the suite itself would have written."""
    from odoo.addons.legal_crm.tools import references

    env.cr.execute(
        """SELECT value, key, compact FROM legal_matter_reference
            ORDER BY id DESC LIMIT 500"""
    )
    for value, key, compact in env.cr.fetchall():
        expected = references.canonical(value), references.compact(value)
        if (key, compact) != expected:
            raise ValueError(f"{value}: {key}, {compact} instead of {expected}")


# -- communications --------------------------------------------------------------

_TEXT = """<p>Sehr geehrte Damen und Herren,</p><p>in der vorbezeichneten Angelegenheit
nehmen wir Bezug auf unser Schreiben und bitten um Stellungnahme zu den dort genannten
Punkten. Den Eingang Ihrer Zahlung haben wir vermerkt.</p><p>Mit freundlichen
Gr&uuml;&szlig;en</p>"""


def _add_to_one(env, start, end):
    """Communications of one running matter that a team reads."""
    env.cr.execute(
        """SELECT id FROM legal_matter
            WHERE state = 'open' AND access_policy = 'team'
            ORDER BY date_opened DESC, id DESC OFFSET 100 LIMIT 1"""
    )
    (matter_id,) = env.cr.fetchone()
    env["ir.config_parameter"].set_param("legal_bench.fullest_id", matter_id)
    _add_communications(env, FAR + start, FAR + end, f"AND m.id = {matter_id}")


def _add_communications(env, start, end, where=""):
    cr, rows = env.cr, end - start
    tables = [
        *("legal_communication", "legal_communication_partner_rel"),
        *("legal_communication_proposal", "mail_message", "ir_attachment"),
    ]
    with _in_bulk(cr, tables, rows):
        matters = _numbered(
            cr,
            "bench_file",
            f"""SELECT m.id, m.number, m.name, m.client_id, m.opponent_id, m.lawyer_id,
                      m.access_list_id, m.date_opened, m.state
                 FROM legal_matter m JOIN mail_alias a ON a.id = m.alias_id
                WHERE (m.legacy_number IS NOT NULL OR m.court_reference IS NOT NULL)
                      {where}""",
        )
        _draft_communications(cr, start, end, matters)
        _insert_communications(env)
    env.invalidate_all()


def _draft_communications(cr, start, end, matters):
    """What each new entry is, as a temporary table."""
    cr.execute(
        f"""
        CREATE TEMP TABLE bench_entry ON COMMIT DROP AS
        WITH draft AS (
            SELECT i, {_hash("i", 41, 1000)} AS lot,
                   {_hash("i", 42, 100)} AS channel_lot,
                   {_hash("i", 43, 2)} = 0 AS incoming,
                   {_hash("i", 44, 1000)} < 10 AS corrected,
                   -- the newest matters have most of what is written
                   {matters} - 1
                   - floor({matters} * power({_share("i", 45)}, 2))::int AS n
              FROM generate_series({start}, {end} - 1) i
        ), entry AS (
            SELECT draft.*, lot < 5 AS waiting, lot = 0 AS aside,
                   CASE WHEN channel_lot < 60 OR lot < 5 THEN 'email'
                        WHEN channel_lot < 75 THEN 'phone'
                        WHEN channel_lot < 83 THEN 'letter'
                        WHEN channel_lot < 89 THEN 'court'
                        WHEN channel_lot < 94 THEN 'note'
                        WHEN channel_lot < 97 THEN 'meeting'
                        WHEN channel_lot < 99 THEN 'fax' ELSE 'portal' END AS channel
              FROM draft
        )
        SELECT e.*, nextval('legal_communication_id_seq')::int AS id,
               CASE WHEN channel = 'email'
                    THEN nextval('mail_message_id_seq')::int END AS mail_id,
               CASE WHEN channel = 'email' AND i % 4 = 0
                    THEN nextval('ir_attachment_id_seq')::int END AS original_id,
               CASE WHEN NOT waiting THEN m.id END AS matter_id,
               m.id AS near_matter_id, m.number, m.name, m.lawyer_id,
               CASE WHEN NOT waiting THEN m.access_list_id END AS access_list_id,
               CASE WHEN {_hash("i", 46, 10)} < 6 THEN m.client_id
                    ELSE m.opponent_id END AS partner_id,
               least(m.date_opened + interval '1 day' * {_share("i", 47)} * 400,
                     now() AT TIME ZONE 'UTC')
               - interval '1 second' * {_hash("i", 48, 86400)} AS date,
               '<bench-' || i || '@correspondent.example>' AS rfc_id
          FROM entry e JOIN bench_file m ON m.n = e.n
         ORDER BY i;
        ANALYZE bench_entry;
        """
    )


def _insert_communications(env):
    company = env.ref("base.main_company")
    env.cr.execute(
        """
        INSERT INTO mail_message
               (id, model, res_id, message_type, subtype_id, author_id, subject, body,
                email_from, message_id, reply_to, is_internal, date, record_company_id,
                create_uid, write_uid, create_date, write_date)
        SELECT e.mail_id,
               CASE WHEN waiting THEN 'legal.communication' ELSE 'legal.matter' END,
               CASE WHEN waiting THEN e.id ELSE matter_id END,
               CASE WHEN incoming THEN 'email' ELSE 'comment' END, %(subtype)s,
               CASE WHEN incoming THEN partner_id END, number || ' ' || e.name,
               %(text)s, p.email, rfc_id, p.email, false, date, %(company)s,
               1, 1, date, date
          FROM bench_entry e JOIN res_partner p ON p.id = e.partner_id
         WHERE mail_id IS NOT NULL;
        INSERT INTO ir_attachment
               (id, name, res_model, res_id, res_field, type, mimetype, public,
                file_size, company_id, create_uid, write_uid, create_date, write_date)
        SELECT original_id, 'original.eml', 'legal.communication', id, 'original_id',
               'binary', 'message/rfc822', false, 40000, %(company)s,
               1, 1, date, date
          FROM bench_entry WHERE original_id IS NOT NULL;
        INSERT INTO legal_communication
               (id, matter_id, company_id, channel, direction, date, duration, subject,
                body, user_id, message_id, state, filed_by_id, filed_on, email_from,
                email_to, queue_reason, is_aside, aside_reason, is_auto,
                delivery_count, original_id, original_sha256, rfc_message_id,
                filing_evidence, filing_confidence, access_list_id,
                create_uid, write_uid, create_date, write_date)
        SELECT e.id, matter_id, %(company)s, channel,
               CASE WHEN channel IN ('note', 'meeting') THEN 'internal'
                    WHEN incoming OR waiting THEN 'in' ELSE 'out' END,
               date, CASE WHEN channel IN ('phone', 'meeting') THEN 0.25 ELSE 0 END,
               number || ' ' || e.name,
               CASE WHEN mail_id IS NULL THEN %(text)s END,
               CASE WHEN NOT waiting THEN lawyer_id END, mail_id,
               CASE WHEN waiting THEN 'draft' WHEN corrected THEN 'corrected'
                    ELSE 'filed' END,
               CASE WHEN NOT waiting THEN lawyer_id END,
               CASE WHEN NOT waiting THEN date END,
               CASE WHEN mail_id IS NOT NULL THEN p.email END,
               CASE WHEN mail_id IS NOT NULL THEN 'akten@kanzlei.example' END,
               CASE WHEN waiting THEN 'ambiguous' END, aside,
               CASE WHEN aside THEN 'private' END, false, 1, original_id,
               CASE WHEN mail_id IS NOT NULL AND incoming
                    THEN encode(sha256(e.id::text::bytea), 'hex') END,
               CASE WHEN mail_id IS NOT NULL THEN rfc_id END,
               CASE WHEN mail_id IS NOT NULL AND NOT waiting THEN 'number_subject' END,
               CASE WHEN mail_id IS NOT NULL AND NOT waiting THEN 0.95 END,
               access_list_id, 1, 1, date, date
          FROM bench_entry e JOIN res_partner p ON p.id = e.partner_id;
        INSERT INTO legal_communication_partner_rel (communication_id, partner_id)
        SELECT id, partner_id FROM bench_entry;
        INSERT INTO legal_communication_proposal
               (communication_id, matter_id, score, evidence, access_list_id,
                create_uid, write_uid, create_date, write_date)
        SELECT e.id, near_matter_id, 0.6, 'sender', m.access_list_id, 1, 1, now(), now()
          FROM bench_entry e JOIN legal_matter m ON m.id = e.near_matter_id
         WHERE waiting AND NOT aside;
        """,
        {
            "company": company.id,
            "subtype": env.ref("mail.mt_comment").id,
            "text": _TEXT,
        },
    )
