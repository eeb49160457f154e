"""One files into a matter while another shuts somebody out of it.

Each transaction sees the database as it was when it began, so neither sees what the
other does. Whoever comes first: what was filed is not readable afterwards for the one
who was shut out. The two are brought into step by locks that a third connection holds.
"""

import contextlib
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.rpc import RpcError

PATIENCE = 60  # seconds; a request that never comes to its lock is a failed test


@pytest.fixture
def lawyer(server):
    return server.rpc("lawyer")


@pytest.fixture
def matter(lawyer):
    """A matter of the whole firm with one call in it, as (id, id of the call)."""
    client = lawyer.call("res.partner", "create", [[{"name": "Gleichzeitig"}]])[0]
    values = {"client_id": client, "access_policy": "firm"}
    matter = lawyer.call("legal.matter", "create", [[values]])[0]
    return matter, client, new_call(lawyer, matter, client)


def new_call(rpc, matter, client):
    values = {
        "matter_id": matter,
        "channel": "phone",
        "subject": "Said in confidence",
        "partner_ids": [(6, 0, [client])],
    }
    return rpc.call("legal.communication", "create", [[values]])[0]


def shut_out(rpc, matter, uid):
    rpc.call(
        "legal.matter",
        "write",
        [[matter], {"excluded_user_ids": [(4, uid)]}],
        {"context": {"legal_wall_reason": "Former client"}},
    )


@contextlib.contextmanager
def holding(server, sql, *values):
    """A third connection that keeps a lock while the block runs."""
    connection = server.databases.server.connect(server.db)
    connection.autocommit = False
    try:
        connection.cursor().execute(sql, values)
        yield
    finally:
        connection.rollback()
        connection.close()


def wait_for(server, count):
    """Until so many requests wait for a lock of somebody else."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        ((waiting,),) = server.psql(
            """SELECT count(DISTINCT l.pid)
                 FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
                WHERE NOT l.granted AND a.datname = %s""",
            server.db,
        )
        if waiting == count:
            return
        time.sleep(0.02)
    raise AssertionError(f"{waiting} and not {count} requests wait")


def readable(server, login, ids):
    rows = server.rpc(login).call(
        "legal.communication", "search_read", [[("id", "in", ids)], ["id"]]
    )
    return sorted(row["id"] for row in rows)


def keys(server, matter):
    """The distinct keys of the matter and all that belongs to it."""
    return server.psql(
        """SELECT access_list_id FROM legal_matter WHERE id = %(id)s
            UNION
           SELECT access_list_id FROM legal_matter_party WHERE matter_id = %(id)s
            UNION
           SELECT access_list_id FROM legal_matter_reference WHERE matter_id = %(id)s
            UNION
           SELECT access_list_id FROM legal_communication WHERE matter_id = %(id)s
        """.replace("%(id)s", str(int(matter)))
    )


def test_filed_first(server, lawyer, matter):
    """The call is written and not yet committed when the wall goes up."""
    matter, client, old = matter
    partner = server.rpc("partner")
    with ThreadPoolExecutor(2) as pool:
        with holding(
            server, "LOCK TABLE legal_communication_partner_rel IN EXCLUSIVE MODE"
        ):
            filing = pool.submit(new_call, server.rpc("assistant"), matter, client)
            wait_for(server, 1)  # its row is there, its contacts are not
            wall = pool.submit(shut_out, lawyer, matter, partner.uid)
            wait_for(server, 2)
        wall.result(PATIENCE)
        new = filing.result(PATIENCE)
    assert len(keys(server, matter)) == 1
    assert readable(server, "lawyer", [old, new]) == [old, new]
    assert readable(server, "partner", [old, new]) == []


def test_shut_out_first(server, lawyer, matter):
    """The wall is written and not yet committed when the call comes."""
    matter, client, old = matter
    partner = server.rpc("partner")
    with ThreadPoolExecutor(2) as pool:
        with holding(
            server, "SELECT FROM legal_communication WHERE id = %s FOR UPDATE", old
        ):
            wall = pool.submit(shut_out, lawyer, matter, partner.uid)
            wait_for(server, 1)  # the matter is done, the call is not
            filing = pool.submit(new_call, server.rpc("assistant"), matter, client)
            wait_for(server, 2)
        wall.result(PATIENCE)
        new = filing.result(PATIENCE)
    assert len(keys(server, matter)) == 1
    assert readable(server, "lawyer", [old, new]) == [old, new]
    assert readable(server, "partner", [old, new]) == []


def test_the_one_shut_out_files_no_more(server, lawyer, matter):
    """Who files while he is shut out is told, and nothing of his stays behind."""
    matter, client, old = matter
    partner = server.rpc("partner")
    with ThreadPoolExecutor(2) as pool:
        with holding(
            server, "SELECT FROM legal_communication WHERE id = %s FOR UPDATE", old
        ):
            wall = pool.submit(shut_out, lawyer, matter, partner.uid)
            wait_for(server, 1)
            filing = pool.submit(new_call, partner, matter, client)
            wait_for(server, 2)
        wall.result(PATIENCE)
        with pytest.raises(RpcError) as refused:
            filing.result(PATIENCE)
    assert "AccessError" in refused.value.name
    rows = server.psql(
        "SELECT id FROM legal_communication WHERE matter_id = %s", matter
    )
    assert rows == [(old,)]


def test_a_draft_moved_in(server, lawyer, matter):
    """A draft of another matter is put into this one while the wall goes up."""
    matter, client, old = matter
    values = {"client_id": client, "access_policy": "firm"}
    other = lawyer.call("legal.matter", "create", [[values]])[0]
    draft = new_call(lawyer, other, client)
    partner, assistant = server.rpc("partner"), server.rpc("assistant")
    with ThreadPoolExecutor(2) as pool:
        with holding(
            server, "SELECT FROM legal_communication WHERE id = %s FOR UPDATE", draft
        ):
            moving = pool.submit(
                assistant.call,
                "legal.communication",
                "write",
                [[draft], {"matter_id": matter}],
            )
            wait_for(server, 1)  # it has the key, and has not stored it
            shut_out(lawyer, matter, partner.uid)
        moving.result(PATIENCE)
    assert len(keys(server, matter)) == 1
    assert readable(server, "partner", [old, draft]) == []


def test_two_change_the_readers(server, lawyer, matter):
    """One takes a colleague off the team, the other gives the matter to the team."""
    matter, _client, old = matter
    assistant = server.rpc("assistant")
    lawyer.call(
        "legal.matter", "write", [[matter], {"member_ids": [(4, assistant.uid)]}]
    )
    partner = server.rpc("partner")
    with ThreadPoolExecutor(2) as pool:
        with holding(
            server, "SELECT FROM legal_matter WHERE id = %s FOR UPDATE", matter
        ):
            off = pool.submit(
                lawyer.call,
                "legal.matter",
                "write",
                [[matter], {"member_ids": [(3, assistant.uid)]}],
            )
            wait_for(server, 1)
            team = pool.submit(
                partner.call,
                "legal.matter",
                "write",
                [[matter], {"access_policy": "team"}],
            )
            wait_for(server, 2)
        off.result(PATIENCE)
        team.result(PATIENCE)
    assert len(keys(server, matter)) == 1
    assert readable(server, "assistant", [old]) == []
    assert readable(server, "lawyer", [old]) == [old]


def test_what_is_removed_in_the_same_step(server, lawyer, matter):
    """Who removes a party and changes the readers at once is not taken for two."""
    matter, client, old = matter
    values = {"client_id": client, "access_policy": "firm"}
    parent = lawyer.call("legal.matter", "create", [[values]])[0]
    lawyer.call("legal.matter", "write", [[matter], {"parent_id": parent}])
    ((party,),) = server.psql(
        "SELECT id FROM legal_matter_party WHERE matter_id = %s", matter
    )
    lawyer.call(
        "legal.matter",
        "write",
        [
            [parent],
            {
                "party_ids": [(2, party, 0)],
                "child_ids": [(1, matter, {"access_policy": "team"})],
            },
        ],
    )
    assert server.psql("SELECT 1 FROM legal_matter_party WHERE id = %s", party) == []
    assert len(keys(server, matter)) == 1
    assert readable(server, "partner", [old]) == []
