"""The old system's calendar comes in, and the server dies in the middle of it.

What counts is the database afterwards: each good line is one deadline, each bad one is
listed with its line and the reason, and nothing is there twice.
"""

import base64
import threading
import time
from datetime import date, timedelta

import pytest
import requests
from support.rpc import RpcError

IMPORT = "legal.deadline.import"
LINES, BAD_EVERY = 1_500, 100
PATIENCE = 180


@pytest.fixture(scope="module")
def firm(make_server):
    return make_server("import", workers=2)


def run(firm):
    rpc = firm.rpc("admin")
    cron = rpc.call(
        "ir.model.data",
        "search_read",
        [[("name", "=", "cron_deadline_import")], ["res_id"]],
    )[0]["res_id"]
    return rpc.call("ir.cron", "method_direct_trigger", [[cron]])


def come_in(firm, found):
    ((count,),) = firm.psql(
        "SELECT count(*) FROM legal_deadline WHERE import_id = %s", found
    )
    return count


@pytest.fixture
def checked(firm):
    """An import whose file was checked and that was told to begin."""
    rpc = firm.rpc("assistant")
    ((number,),) = firm.psql(
        """SELECT number FROM legal_matter
            WHERE state = 'open' AND access_list_id IS NULL ORDER BY id LIMIT 1"""
    )
    served = date.today() - timedelta(days=3)
    rows = ["matter;rule;served on;place;what"]
    for line in range(LINES):
        rule = "DE-XYZ-1" if line % BAD_EVERY == 7 else "DE-ZPO-517"
        rows.append(f"{number};{rule};{served};DE-BE;Number {line}")
    content = base64.b64encode("\n".join(rows).encode()).decode()
    found = rpc.call(IMPORT, "create", [[{"name": "old.csv", "file": content}]])[0]
    rpc.call(IMPORT, "action_check", [[found]])
    rpc.call(IMPORT, "action_import", [[found]])
    return found


def test_killed_in_the_middle(firm, checked):
    def in_the_background():
        try:
            run(firm)
        except (OSError, RpcError, requests.RequestException):
            pass  # the server dies while it answers

    thread = threading.Thread(target=in_the_background)
    thread.start()
    end = time.monotonic() + PATIENCE
    at_once = come_in(firm, checked)
    while come_in(firm, checked) <= at_once:
        assert time.monotonic() < end
        time.sleep(0.005)
    firm.kill9()
    thread.join(PATIENCE)
    half = come_in(firm, checked)
    good = LINES - LINES // BAD_EVERY
    assert at_once < half < good, "killed too late to prove anything"
    firm.start()
    run(firm)
    rpc = firm.rpc("assistant")
    (state,) = rpc.call(IMPORT, "read", [[checked], ["state", "good", "bad"]])
    assert (state["state"], state["good"], state["bad"]) == (
        "done",
        good,
        LINES // BAD_EVERY,
    )
    rows = firm.psql(
        "SELECT name FROM legal_deadline WHERE import_id = %s ORDER BY import_line",
        checked,
    )
    wanted = [f"Number {n}" for n in range(LINES) if n % BAD_EVERY != 7]
    assert [name for (name,) in rows] == wanted
    problems = rpc.call(
        "legal.deadline.import.problem",
        "search_read",
        [[("import_id", "=", checked)], ["line", "reason"]],
        {"order": "line"},
    )
    # the first line is the heading
    lines = [n + 2 for n in range(LINES) if n % BAD_EVERY == 7]
    assert [problem["line"] for problem in problems] == lines
    assert all("DE-XYZ-1" in problem["reason"] for problem in problems)
