"""Somebody leaves while he works, with several worker processes."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from support.rpc import RpcError

TRIES = 12  # enough to meet every worker


@pytest.fixture(scope="module")
def firm(make_server):
    return make_server("people", workers=2)


def person(server, login):
    found = server.rpc("admin").call("res.users", "search", [[("login", "=", login)]])
    return found[0]


def planned(server, login, successor, **values):
    """A plan for today by the partner, checked."""
    rpc = server.rpc("partner")
    values = {
        "user_id": person(server, login),
        "successor_id": person(server, successor),
        "date": "2020-01-01",
        **values,
    }
    change = rpc.call("legal.staff.change", "create", [[values]])[0]
    rpc.call("legal.staff.change", "action_check", [[change]])
    return change


def is_in(server, session):
    """Whether a browser's session still opens something."""
    answer = session.post(
        f"{server.url}/web/dataset/call_kw",
        json={
            "params": {
                "model": "res.users",
                "method": "context_get",
                "args": [],
                "kwargs": {},
            }
        },
        timeout=60,
    ).json()
    return "result" in answer


def test_every_worker_shuts_the_leaver_out(firm):
    session = firm.web("lawyer4")
    program = firm.rpc("lawyer4")
    key = firm.json2("lawyer4")
    assert is_in(firm, session)
    assert program.call("legal.matter", "search", [[]])
    user = person(firm, "lawyer4")
    asked = {"ids": [user], "group_ext_id": "legal_crm.group_assistant"}
    assert key.call("res.users", "has_group", **asked)
    change = planned(firm, "lawyer4", "lawyer3")
    firm.rpc("partner").call("legal.staff.change", "action_confirm", [[change]])
    for _try in range(TRIES):
        assert not is_in(firm, session)
        with pytest.raises(RpcError):
            program.call("legal.matter", "search", [[]])
        with pytest.raises(RpcError):
            key.call("res.users", "has_group", **asked)
    with pytest.raises(RpcError):
        firm.web("lawyer4")
    running = [("lawyer_id", "=", user), ("state", "in", ["intake", "open"])]
    partner = firm.rpc("partner")
    assert partner.call("legal.matter", "search_count", [running]) == 0


def test_two_press_the_button_at_once(firm):
    change = planned(firm, "assistant2", "assistant")
    clients = [firm.rpc("partner"), firm.rpc("associe")]

    def confirm(rpc):
        try:
            rpc.call("legal.staff.change", "action_confirm", [[change]])
        except RpcError as error:
            return error.message
        return "done"

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(confirm, clients))
    assert "done" in answers, answers
    log = firm.rpc("auditor").call(
        "legal.access.log",
        "search_count",
        [[("action", "=", "staff_left"), ("res_id", "=", change)]],
    )
    assert log == 1
    partner = firm.rpc("partner")
    state = partner.call("legal.staff.change", "read", [[change], ["state"]])
    assert state[0]["state"] == "done"


def test_intruders_over_rpc(firm):
    change = planned(firm, "avocat", "associe", date="2099-01-01")
    for login in ("lawyer", "assistant", "auditor"):
        rpc = firm.rpc(login)
        for method, arguments in (
            ("action_confirm", [[change]]),
            ("action_execute", [[change]]),
            ("write", [[change], {"state": "done"}]),
            ("unlink", [[change]]),
        ):
            with pytest.raises(RpcError):
                rpc.call("legal.staff.change", method, arguments)
    for method in ("_execute", "_put", "_end_access", "_execute_or_block"):
        with pytest.raises(RpcError):
            firm.rpc("partner").call("legal.staff.change", method, [[change]])
    with pytest.raises(RpcError, match="Nobody plans his own"):
        planned(firm, "partner", "associe")
    admin = firm.rpc("admin")
    user = person(firm, "avocat")
    with pytest.raises(RpcError, match="Hand over the open work"):
        admin.call("res.users", "write", [[user], {"active": False}])
    with pytest.raises(RpcError, match="compliance officer"):
        officer = person(firm, "compliance")
        admin.call(
            "res.users",
            "write",
            [[officer], {"active": False}],
            {"context": {"legal_unlock": True}},
        )


def test_a_role_that_is_overdue_is_gone_in_every_worker(firm):
    user = person(firm, "assistante")
    officer = firm.rpc("compliance")
    group = officer.call(
        "res.groups",
        "search",
        [[("name", "=", "Lawyer"), ("privilege_id.name", "=", "Legal")]],
    )[0]
    values = {
        "user_id": user,
        "group_id": group,
        "date_from": "2020-01-01 00:00:00",
        "date_until": "2099-01-01 00:00:00",
        "reason": "Stands in",
    }
    grant = officer.call("legal.role.grant", "create", [[values]])[0]
    mine = firm.rpc("assistante")
    asked = [[user], "legal_crm.group_lawyer"]
    for _try in range(TRIES):
        assert mine.call("res.users", "has_group", asked)
    # the scheduler does not run in this server: the next call ends it
    firm.psql("UPDATE legal_role_grant SET date_until = '2021-01-01'")
    # what was changed behind Odoo's back is seen when something else changes
    other = {**values, "user_id": person(firm, "assistant")}
    officer.call("legal.role.grant", "create", [[other]])
    for _try in range(TRIES):
        assert not mine.call("res.users", "has_group", asked)
    state = officer.call("legal.role.grant", "read", [[grant], ["state"]])
    assert state[0]["state"] == "ended"
