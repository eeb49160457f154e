"""The records of access and filing on a bad day: late commits, kills, tampering."""

import threading
import time

import pytest
import requests
from support.rpc import RpcError

LOG = "legal.access.log"


@pytest.fixture(scope="module")
def server(make_server):
    return make_server("ledger")


@pytest.fixture(scope="module")
def admin(server):
    return server.rpc("admin")


@pytest.fixture(scope="module")
def auditor(server):
    return server.rpc("auditor")


def run(rpc, name):
    """Run a scheduled action now, after one that is running."""
    crons = rpc.call("ir.cron", "search", [[["cron_name", "=", name]]])
    for _attempt in range(30):
        try:
            return rpc.call("ir.cron", "method_direct_trigger", [crons])
        except RpcError as error:
            if "already executing" not in error.message:
                raise
            time.sleep(1)
    raise TimeoutError(name)


def seal(rpc):
    run(rpc, "Legal: Seal the records")


def verify(rpc):
    return rpc.call("legal.ledger.check", "action_verify_now", [[]])["params"]


def open_a_matter(server):
    lawyer = server.rpc("lawyer")
    (matter,) = lawyer.call("legal.matter", "search", [[]], {"limit": 1})
    lawyer.call("legal.matter", "read", [[matter], ["name"]])


def blocks(server):
    return server.psql(
        "SELECT number, entries, last_id FROM legal_ledger_block "
        "WHERE ledger = %s ORDER BY number",
        LOG,
    )


def test_a_transaction_that_commits_late(server, admin, auditor):
    """It took its id early, and others were committed and sealed meanwhile."""
    with server.databases.cursor(server.db) as late:
        late.execute("BEGIN")
        late.execute(
            "INSERT INTO legal_access_log (date, action, quantity) "
            "VALUES (now() AT TIME ZONE 'UTC', 'open', 1) RETURNING id"
        )
        (late_id,) = late.fetchone()
        open_a_matter(server)
        seal(admin)
        (_number, _entries, last_id) = blocks(server)[-1]
        assert last_id > late_id
        late.execute("COMMIT")
    seal(admin)
    number, entries, _last_id = blocks(server)[-1]
    assert entries == str(late_id)
    seal(admin)
    assert blocks(server)[-1][0] == number
    assert verify(auditor)["type"] == "success"


def test_nobody_waits_for_the_sealer(server, admin):
    """A second sealer leaves, and entries are written while one is at work."""
    with server.databases.cursor(server.db) as other:
        names = ("legal.ledger", LOG)
        other.execute("SELECT pg_advisory_lock(hashtext(%s), hashtext(%s))", names)
        before = blocks(server)
        open_a_matter(server)
        seal(admin)
        assert blocks(server) == before
        other.execute("SELECT pg_advisory_unlock(hashtext(%s), hashtext(%s))", names)
    seal(admin)
    assert len(blocks(server)) == len(before) + 1


def test_killed_while_sealing(server, admin, auditor):
    server.psql(
        "INSERT INTO legal_access_log (date, action, quantity) "
        "SELECT now() AT TIME ZONE 'UTC', 'open', 1 FROM generate_series(1, 60000)"
    )
    crons = admin.call(
        "ir.cron", "search", [[["cron_name", "=", "Legal: Seal the records"]]]
    )

    def seal_and_be_killed():
        with pytest.raises(requests.ConnectionError):
            admin.call("ir.cron", "method_direct_trigger", [crons])

    thread = threading.Thread(target=seal_and_be_killed)
    before = len(blocks(server))
    thread.start()
    for _attempt in range(600):
        if len(blocks(server)) > before + 1:
            break
        time.sleep(0.05)
    server.kill9()
    thread.join()
    server.start()
    admin = server.rpc("admin")
    seal(admin)
    sealed = server.psql(
        "SELECT sum(count) FROM legal_ledger_block WHERE ledger = %s", LOG
    )
    assert sealed == server.psql("SELECT count(*) FROM legal_access_log")
    assert verify(server.rpc("auditor"))["type"] == "success"


def test_the_owner_of_the_database_cuts_off_the_end(server, admin):
    admin, auditor = server.rpc("admin"), server.rpc("auditor")
    open_a_matter(server)
    seal(admin)
    kept = blocks(server)[-3]
    server.psql("ALTER TABLE legal_access_log DISABLE TRIGGER USER")
    server.psql("ALTER TABLE legal_ledger_block DISABLE TRIGGER USER")
    server.psql("DELETE FROM legal_access_log WHERE id > %s", kept[2])
    server.psql(
        "DELETE FROM legal_ledger_block WHERE ledger = %s AND number > %s",
        LOG,
        kept[0],
    )
    found = verify(auditor)
    assert found["type"] == "danger"
    assert f"{kept[0] + 1} to {kept[0] + 2}" in found["message"]
    wizard = auditor.call(
        "legal.ledger.accept",
        "create",
        [[{"ledger": LOG, "reason": "Backup restored in a test"}]],
    )
    auditor.call("legal.ledger.accept", "action_apply", [wizard])
    seal(admin)
    assert verify(auditor)["type"] == "success"
    (check,) = auditor.call(
        "legal.ledger.check",
        "search_read",
        [[["state", "=", "accepted"]], ["message", "user_id"]],
    )
    assert "Backup restored in a test" in check["message"]
