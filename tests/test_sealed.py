"""Encryption at rest and secrets in the log, seen from outside.

What is entered over the web client is looked for in every table and every file, before
and after the keys are replaced by a command that is killed half way; then the log of
the server is read for what opens something.
"""

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys

import pytest
import requests
from suite import paths, process
from support import traces

MARKER = "zqversiegelt"
PASSWORD = "Zq-Pass-77413-wort"
PDF = f"%PDF-1.4\n% {MARKER} in a file\n".encode()


@pytest.fixture(scope="module")
def keys(tmp_path_factory, platform):
    """A key file of its own; it holds the key of the demo firm's ledgers as well."""
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    shutil.copy(paths.DATA / "legal" / "keys.json", path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEGAL_KEY_FILE", str(path))
        # requests are logged as well, which the suite's own odoo.conf leaves out
        patch.setenv("ODOO_LOG_HANDLER", ":INFO,werkzeug:INFO")
        yield path


@pytest.fixture(scope="module")
def firm(keys, make_server):
    server = make_server("sealed")
    lawyer = server.rpc("lawyer")
    (matter,) = lawyer.call(
        "legal.matter", "search", [[("state", "=", "open")]], {"limit": 1}
    )
    lawyer.call("legal.matter", "write", [[matter], {"encrypt_files": True}])
    server.matter = matter
    return server


def rotate(server, *options, kill_after=None):
    child = subprocess.Popen(
        [sys.executable, str(paths.ROOT / "bin" / "odoo"), "gdpr_rotate",
         "-d", server.db, *options],
        env=server.environ, cwd=paths.ROOT, text=True, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        preexec_fn=process.die_with_parent,
    )  # fmt: skip
    if kill_after is None:
        out = child.stdout.read()
        return child.wait(), out
    seen = ""
    for line in child.stdout:
        seen += line
        if re.match(kill_after, line):
            os.killpg(child.pid, signal.SIGKILL)
            break
    child.wait()
    return child.returncode, seen


@pytest.fixture(scope="module")
def planted(firm):
    lawyer = firm.rpc("lawyer")
    (person,) = lawyer.call(
        "res.partner", "search", [[("is_company", "=", False)]], {"limit": 1}
    )
    sealed = [
        name
        for name, field in lawyer.call(
            "gdpr.identification",
            "fields_get",
            [],
            {"attributes": ["type", "readonly"]},
        ).items()
        if field["type"] in ("char", "text") and not field["readonly"]
    ]
    assert {"document_number", "source_of_funds", "risk_reason", "note"} <= set(sealed)
    ids = [
        lawyer.call(
            "gdpr.identification",
            "create",
            [
                {
                    "partner_id": person,
                    **{name: f"{MARKER} {name} {number}" for name in sealed},
                    "document_copy": base64.b64encode(PDF + b"%d" % number).decode(),
                }
            ],
        )
        for number in range(3)
    ]
    (party,) = lawyer.call(
        "legal.matter.party",
        "search",
        [[("matter_id", "=", firm.matter)]],
        {"limit": 1},
    )
    lawyer.call(
        "legal.matter.party",
        "write",
        [[party], {"health": f"{MARKER} knee", "health_reason": f"{MARKER} claim"}],
    )
    files = [
        lawyer.call(
            "ir.attachment",
            "create",
            [
                {
                    "name": f"file {number}.pdf",
                    "datas": base64.b64encode(PDF + b"file %d" % number).decode(),
                    "res_model": "legal.matter",
                    "res_id": firm.matter,
                }
            ],
        )
        for number in range(3)
    ]
    return {"ids": ids, "party": party, "files": files, "sealed": sealed}


def no_trace(server):
    assert traces.in_database(server, MARKER) == {}
    assert traces.on_disk(traces.file_store(server), MARKER) == []


def all_read(server, planted):
    assistant = server.rpc("assistant")
    rows = assistant.call(
        "gdpr.identification", "read", [planted["ids"]], {"fields": planted["sealed"]}
    )
    for number, row in enumerate(rows):
        for name in planted["sealed"]:
            assert row[name] == f"{MARKER} {name} {number}"
    web = server.web("assistant")
    for number, file_id in enumerate(planted["files"]):
        answer = web.get(f"{server.url}/web/content/{file_id}", timeout=120)
        assert (answer.status_code, answer.content) == (200, PDF + b"file %d" % number)
    assert assistant.call(
        "gdpr.identification", "search",
        [[("document_number", "=", f"{MARKER} document_number 1")]],
    ) == [planted["ids"][1]]  # fmt: skip


def test_neither_database_nor_file_store_hold_what_is_sealed(firm, planted):
    no_trace(firm)
    all_read(firm, planted)


def test_keys_are_replaced_while_killed_and_gone_on_with(firm, planted, keys):
    old = json.loads(keys.read_text())["current"]
    code, out = rotate(firm, "--new-key", kill_after=r"\d+ \.\.\.")
    assert code != 0 and "Save this file" in out
    new = json.loads(keys.read_text())["current"]
    assert new != old
    all_read(firm, planted)
    code, out = rotate(firm)
    assert (code, "Nothing is left to do." in out) == (0, True), out
    no_trace(firm)
    # what the old key sealed is all gone
    assert traces.in_database(firm, f"sealed:1:{old}") == {}
    assert firm.psql(
        "SELECT count(*) FROM ir_attachment WHERE gdpr_seal_key = %s", old
    ) == [(0,)]
    all_read(firm, planted)


def test_a_key_that_is_lost_is_said_and_nothing_breaks(firm, planted, keys):
    whole = keys.read_text()
    data = json.loads(whole)
    lost = data["current"]
    del data["keys"][lost]
    data["current"] = next(iter(data["keys"]))
    keys.write_text(json.dumps(data))
    try:
        lawyer = firm.rpc("lawyer")
        (row,) = lawyer.call(
            "gdpr.identification", "web_read", [planted["ids"][:1]],
            {"specification": {"document_number": {}, "sealed_problem": {},
                               "document_copy": {}, "birth_date": {}},
             "context": {"bin_size": True}},
        )  # fmt: skip
        assert lost in row["document_number"] and lost in row["sealed_problem"]
        answer = firm.web("lawyer").get(
            f"{firm.url}/web/content/{planted['files'][0]}", timeout=120
        )
        assert 400 <= answer.status_code < 500 and lost in answer.text
        with pytest.raises(Exception, match="not written over"):
            lawyer.call(
                "gdpr.identification", "write",
                [planted["ids"][:1], {"document_number": "new"}],
            )  # fmt: skip
        code, out = rotate(firm)
        assert code == 1 and f"the key {lost} is missing" in out
    finally:
        keys.write_text(whole)
    all_read(firm, planted)
    code, out = rotate(firm)
    assert code == 0, out


def test_a_password_or_a_token_is_never_in_the_log(firm, keys):
    admin = firm.rpc("admin")
    (user,) = admin.call("res.users", "search", [[("login", "=", "lawyer")]])
    admin.call("res.users", "write", [[user], {"password": PASSWORD}])
    firm.passwords["lawyer"] = PASSWORD
    web = firm.web("lawyer")
    with pytest.raises(Exception):  # noqa: B017
        firm.rpc("lawyer", PASSWORD + "x").call("res.users", "search", [[]])
    with pytest.raises(Exception):  # noqa: B017
        firm.web("lawyer", PASSWORD + "y")
    secrets = [PASSWORD]
    secrets += json.loads(keys.read_text())["keys"].values()
    # a calendar feed
    lawyer = firm.rpc("lawyer")
    wizard = lawyer.call("legal.ics.feed.new", "create", [[{"name": "Phone"}]])
    answer = lawyer.call("legal.ics.feed.new", "action_create", [wizard])
    path = answer["context"]["default_url"].partition("/legal/ics/")[2]
    assert requests.get(f"{firm.url}/legal/ics/{path}", timeout=120).ok
    secrets.append(path.partition(".ics")[0])
    # a link to a file, to an answer, to a new password, a session
    file = lawyer.call("ir.attachment", "create", [{"name": "x", "raw": "x"}])
    (token,) = lawyer.call("ir.attachment", "generate_access_token", [[file]])
    secrets.append(token)
    web.get(f"{firm.url}/web/content/{file}?access_token={token}", timeout=120)
    made_up = "Ab3_" + "kj29XwQ7" * 5
    secrets.append(made_up)
    for address in (
        f"/privacy/answer/{made_up}",
        f"/web/reset_password?token={made_up}",
        f"/calendar/join_videocall/{made_up}",
        f"/nothing/there/{made_up}",
        f"/mail/unfollow?model=res.partner&res_id=1&pid=1&token={made_up}",
    ):
        requests.get(firm.url + address, timeout=120)
    secrets.append(web.cookies["session_id"])
    log = firm.log.read_text(errors="replace")
    assert [
        line
        for line in log.splitlines()
        if any(secret in line for secret in (*secrets, MARKER))
    ] == []
    # requests are in it, without what opens something
    assert "GET /legal/ics/…" in log and "GET /privacy/answer/…" in log
