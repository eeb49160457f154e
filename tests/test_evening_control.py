"""The evening control over the interfaces of programs: as the one who recorded it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from support.rpc import RpcError

CONTROL, LINE = "legal.deadline.control", "legal.deadline.control.line"


def new_deadline(server, rpc, name):
    ((user,),) = server.psql("SELECT id FROM res_users WHERE login = 'lawyer'")
    matter = rpc.call(
        "legal.matter", "search", [[("state", "=", "open")]], {"limit": 1}
    )[0]
    values = {
        "name": name,
        "matter_id": matter,
        "user_id": user,
        "date_deadline": date.today().isoformat(),
        "manual_reason": "set by the court",
    }
    return rpc.call("legal.deadline", "create", [[values]])[0]


def record_done(server, deadline, login):
    server.psql(
        """UPDATE legal_deadline SET state = 'done', done_on = now(), done_by_id =
             (SELECT id FROM res_users WHERE login = %s) WHERE id = %s RETURNING id""",
        login,
        deadline,
    )


def line_of(rpc, control, deadline):
    domain = [("control_id", "=", control), ("deadline_id", "=", deadline)]
    return rpc.call(LINE, "search", [domain])[0]


@pytest.fixture(scope="module")
def done(server):
    """A deadline that the assistant recorded as done, today."""
    deadline = new_deadline(server, server.rpc("lawyer"), "Fax that went out")
    record_done(server, deadline, "assistant")
    return deadline


def test_four_eyes(server, done):
    own, other = server.rpc("assistant"), server.rpc("assistante")
    control = own.call(CONTROL, "action_start", [[]])["res_id"]
    line = line_of(own, control, done)
    tries = [
        (LINE, "action_ok", [[line]]),
        (LINE, "write", [[line], {"finding": "ok"}]),
        (LINE, "write", [[line], {"finding": "ok", "checked_by_id": 2}]),
        (LINE, "write", [[line], {"checked_by_id": 2}]),
        (LINE, "web_save", [[line], {"finding": "ok"}, {}]),
        (CONTROL, "write", [[control], {"line_ids": [[1, line, {"finding": "ok"}]]}]),
        (CONTROL, "write", [[control], {"state": "closed"}]),
        (CONTROL, "write", [[control], {"line_ids": [[2, line, 0]]}]),
        (CONTROL, "unlink", [[control]]),
        (LINE, "unlink", [[line]]),
        (CONTROL, "create", [[{"date": "2020-01-01"}]]),
    ]
    for context in ({}, {"legal_unlock": True}):
        for model, method, arguments in tries:
            with pytest.raises(RpcError):
                own.call(model, method, arguments, {"context": context})
    assert not own.call(LINE, "read", [[line], ["finding"]])[0]["finding"]
    other.call(LINE, "action_ok", [[line]])
    found = own.call(LINE, "read", [[line], ["finding", "checked_by_id"]])[0]
    assert found["finding"] == "ok"
    ((user,),) = server.psql("SELECT id FROM res_users WHERE login = 'assistante'")
    assert found["checked_by_id"][0] == user


def test_two_begin_it_at_once(server):
    """One control, whoever presses first; nobody reads an error."""
    logins = ("assistant", "lawyer", "lawyer2", "partner")
    callers = [server.rpc(login) for login in logins]
    new_deadline(server, callers[1], "For all of them")
    with ThreadPoolExecutor(len(callers)) as pool:
        found = list(
            pool.map(
                lambda rpc: rpc.call(CONTROL, "action_start", [[]])["res_id"], callers
            )
        )
    assert len(set(found)) == 1
    ((count,),) = server.psql(
        "SELECT count(*) FROM legal_deadline_control WHERE state = 'open'"
    )
    assert count == 1


def test_others_have_no_part_in_it(server, done):
    for login in ("admin", "auditor", "compliance", "accountant"):
        rpc = server.rpc(login)
        with pytest.raises(RpcError):
            rpc.call(CONTROL, "action_start", [[]])
        with pytest.raises(RpcError):
            rpc.call("legal.deadline.print", "create", [[{}]])
        with pytest.raises(RpcError):
            rpc.call("legal.deadline.sheet", "action_print_new", [[]])
