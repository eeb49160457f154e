"""Finding one person among as many contacts as asked, beside Odoo's own look-up.

Three mails to a contact. Both look for the same person, by name and e-mail, each in a
transaction of its own. Odoo's look-up reads four fields and the plain links; the finder
follows the map and searches every text: by the index of the large tables, and in full
without it. What it does before the texts is timed as well.
"""

import time

from odoo.tools import SQL

from . import session

NAME, EMAIL = "Quirin Zabelstein", "quirin.zabelstein@example.org"


def fill(env, contacts, say=print):
    """Bring the database up to so many contacts, by SQL, as the models store them."""
    cr = env.cr
    cr.execute("SELECT count(*) FROM res_partner")
    (present,) = cr.fetchone()
    if present >= contacts:
        return
    cr.execute(
        """
        INSERT INTO res_partner (name, complete_name, email, email_normalized, phone,
               legal_search_key, active, type, is_company, autopost_bills, lang,
               create_date, write_date, create_uid, write_uid)
        SELECT 'Person ' || i, 'Person ' || i, 'p' || i || '@example.com',
               'p' || i || '@example.com', '+49 30 ' || 1000000 + i, 'person ' || i,
               true, 'contact', false, 'ask', 'en_US', now(), now(), 1, 1
          FROM generate_series(%(start)s, %(end)s) i
        """
        if "autopost_bills" in env["res.partner"]._fields
        else """
        INSERT INTO res_partner (name, complete_name, email, email_normalized, phone,
               legal_search_key, active, type, is_company, lang,
               create_date, write_date, create_uid, write_uid)
        SELECT 'Person ' || i, 'Person ' || i, 'p' || i || '@example.com',
               'p' || i || '@example.com', '+49 30 ' || 1000000 + i, 'person ' || i,
               true, 'contact', false, 'en_US', now(), now(), 1, 1
          FROM generate_series(%(start)s, %(end)s) i
        """,
        {"start": present, "end": contacts},
    )
    cr.execute(
        """
        INSERT INTO mail_message (model, res_id, message_type, email_from, subject,
               body, author_id, date, create_date, write_date, create_uid, write_uid)
        SELECT 'res.partner', p.id, 'email', p.email, 'Letter ' || n,
               repeat('<p>What is said in a mail of usual length.</p>', 20), p.id,
               now(), now(), now(), 1, 1
          FROM res_partner p, generate_series(1, 3) n WHERE p.email LIKE 'p%%@example%%'
        """
    )
    for table in ("res_partner", "mail_message"):
        cr.execute(f"ANALYZE {table}")
    person = env["res.partner"].create({"name": NAME, "email": EMAIL})
    person.message_post(body="A note")
    env["crm.lead"].create({"name": "Inquiry", "partner_id": person.id})
    cr.commit()
    say(f"  contacts: {contacts - present:,} added")


def ours(env):
    person = env["res.partner"].search([("email_normalized", "=", EMAIL)], limit=1)
    subject = env["gdpr.subject"].create({"partner_id": person.id})
    return len(env["gdpr.finder"]._find(subject))


def links_alone(env):
    """The finder without its search in texts, which the peer does not do."""
    from odoo.addons.legal_gdpr.models.gdpr_finder import Findings

    person = env["res.partner"].search([("email_normalized", "=", EMAIL)], limit=1)
    subject = env["gdpr.subject"].create({"partner_id": person.id})
    finder, found = env["gdpr.finder"].with_context(active_test=False), Findings()
    finder._seeds(subject, found)
    finder._walk(found)
    finder._sent_files(found)
    finder._keep(subject, found)
    env.flush_all()
    return len(found)


def drop_indexes(registry):
    with session.environment(registry) as env:
        for indexes in env["gdpr.finder"]._indexes().values():
            for name, _columns, _usable in indexes:
                env.cr.execute(SQL("DROP INDEX %s", SQL.identifier(name)))
        env.cr.commit()


def index_all(registry):
    """:return: seconds it took, and the size of the indexes as text"""
    started = time.monotonic()
    session.index_texts(registry)
    seconds = time.monotonic() - started
    with session.environment(registry) as env:
        names = [
            i[0] for all_of in env["gdpr.finder"]._indexes().values() for i in all_of
        ]
        env.cr.execute(
            "SELECT pg_size_pretty(sum(pg_relation_size(to_regclass(n))))"
            "  FROM unnest(%s) n",
            [names],
        )
        return f"{seconds:.0f}", env.cr.fetchone()[0]


def theirs(env):
    wizard = env["privacy.lookup.wizard"].create({"name": NAME, "email": EMAIL})
    wizard.action_lookup()
    return len(wizard.line_ids)


def main():
    from odoo import api

    options = session.arguments(__doc__)
    registry = session.registry(options.database.format(size=options.size))
    with registry.cursor() as cr:
        fill(api.Environment(cr, 1, {}), options.size)
    rows = []
    drop_indexes(registry)
    rounds = options.rounds or 3
    timed(registry, rows, options.size, "finder, no index of texts", ours, rounds)
    seconds, size = index_all(registry)
    timed(registry, rows, options.size, "finder", ours, rounds)
    timed(registry, rows, options.size, "finder, texts left out", links_alone, rounds)
    if "privacy.lookup.wizard" in registry:
        timed(registry, rows, options.size, "privacy_lookup", theirs, rounds)
    session.table("Finding a person", ["by", "contacts", "seconds", "records"], rows)
    session.table(
        "The index",
        ["contacts", "seconds", "size"],
        [(f"{options.size:,}", seconds, size)],
    )


def timed(registry, rows, size, title, run, rounds):
    best, found = float("inf"), 0
    for _round in range(rounds):
        with session.environment(registry) as env:
            started = time.monotonic()
            found = run(env)
            best = min(best, time.monotonic() - started)
    rows.append((title, f"{size:,}", f"{best:.2f}", found))


if __name__ == "__main__":
    main()
