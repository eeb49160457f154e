"""The command that indexes the texts of large tables, beside somebody who writes."""

import os
import subprocess
import sys
import uuid

import pytest
from suite import paths

ROWS = 20_500

PLANT = """
INSERT INTO mail_message (message_type, subject, body, date)
SELECT 'comment', 'Letter ' || n, 'Said to person ' || n, now()
  FROM generate_series(1, %s) n
"""

FIND = """
env["res.partner"].create({"name": "Person Zabelstein", "email": "q@zabel.example"})
env["mail.message"].create({"body": "for q@zabel.example", "message_type": "comment"})
subject = env["gdpr.subject"].create({"name": "Q", "partner_id": env["res.partner"]
    .search([("email", "=", "q@zabel.example")]).id})
env["gdpr.finder"]._find(subject)
models = sorted(subject.item_ids.mapped("res_model"))
plan = env.execute_query(odoo.tools.SQL(
    "EXPLAIN SELECT id FROM mail_message WHERE %s LIKE ANY(%s)",
    env["gdpr.finder"]._joined(env["gdpr.finder"]._indexed_columns()["mail_message"]),
    ["%q@zabel.example%"]))
print("FOUND", models, "by index" if "gdpr_texts_mail_message" in str(plan) else plan)
"""


@pytest.fixture
def database(platform):
    name = platform.copy(platform.suite(), f"_index_{uuid.uuid4().hex[:6]}")
    yield name
    platform.databases.drop(name)


def odoo(*arguments, script=""):
    done = subprocess.run(
        [sys.executable, str(paths.ROOT / "bin" / "odoo"), *arguments],
        cwd=paths.ROOT, env=os.environ, input=script, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def test_large_tables_are_indexed_by_the_command(platform, database):
    def psql(sql, *values):
        return platform.databases.query(sql, *values, database=database)

    psql(PLANT, ROWS)
    psql("ANALYZE mail_message")
    code, out = odoo("gdpr_index", "-d", database, "--check")
    assert code == 0
    assert "mail_message: " in out
    assert "indexed in" not in out

    # a killed run leaves an index that is not valid; it is made anew
    code, out = odoo("gdpr_index", "-d", database)
    assert code == 0
    assert "indexed in" in out
    index = (
        "SELECT relname FROM pg_class WHERE relname LIKE 'gdpr\\_texts\\_mail_mess%%'"
    )
    ((name,),) = psql(index)
    psql("UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass", name)
    code, out = odoo("gdpr_index", "-d", database)
    assert code == 0
    assert "mail_message: " in out
    assert psql(index) == [(name,)]
    assert psql("SELECT indisvalid FROM pg_index WHERE indexrelid = %s::regclass", name)

    code, out = odoo("gdpr_index", "-d", database)
    assert code == 0
    assert "Nothing is left to do" in out

    code, out = odoo("shell", "-d", database, "--no-http", script=FIND)
    assert code == 0
    (found,) = [line for line in out.splitlines() if "FOUND" in line]
    assert "'mail.message'" in found
    assert "by index" in found
