"""As an intruder, and as two colleagues at once: over the interfaces of programs."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from support.rpc import RpcError

ROLES = ("assistant", "lawyer", "partner")


@pytest.fixture(scope="module")
def lawyer(server):
    return server.rpc("lawyer")


@pytest.fixture(scope="module")
def client(lawyer):
    return lawyer.call("res.partner", "create", [[{"name": "Rpc Klientin"}]])[0]


def new_matter(rpc, client, **values):
    values = {"client_id": client, **values}
    return rpc.call("legal.matter", "create", [[values]])[0]


def read(rpc, model, record_id, *fields):
    return rpc.call(model, "read", [[record_id], list(fields)])[0]


@pytest.fixture(scope="module")
def filed(lawyer, client):
    """A call in the file, as (id, what it says)."""
    values = {
        "matter_id": new_matter(lawyer, client),
        "channel": "phone",
        "subject": "What was really said",
    }
    call = lawyer.call("legal.communication", "create", [[values]])[0]
    lawyer.call("legal.communication", "action_file", [[call]])
    return call


FORGERIES = [
    ("write", {"subject": "Forged"}),
    ("write", {"body": "<p>Forged</p>"}),
    ("write", {"date": "2020-01-01 00:00:00"}),
    ("write", {"state": "draft", "subject": "Forged"}),
    ("web_save", {"subject": "Forged"}),
    ("unlink", None),
]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("method", "values"), FORGERIES)
def test_a_filed_entry_stands(server, filed, role, method, values):
    arguments = [[filed]] + ([values] if values else [])
    if method == "web_save":
        arguments.append({})
    for context in ({}, {"legal_unlock": True, "tracking_disable": True}):
        with pytest.raises(RpcError):
            server.rpc(role).call(
                "legal.communication", method, arguments, {"context": context}
            )
        with pytest.raises(RpcError):
            json2 = {"vals": values} if method == "write" else {}
            server.json2(role).call(
                "legal.communication", method, ids=[filed], context=context, **json2
            )
    rows = server.psql(
        "SELECT subject, state FROM legal_communication WHERE id = %s", filed
    )
    assert rows == [("What was really said", "filed")]


@pytest.mark.parametrize("method", ["_file", "_correct", "_push_access_list", "_write"])
def test_inner_methods_are_closed(lawyer, filed, method):
    with pytest.raises(RpcError):
        lawyer.call("legal.communication", method, [[filed]])


@pytest.mark.parametrize(
    "model",
    [
        "legal.matter",
        "legal.matter.party",
        "legal.matter.reference",
        "legal.communication",
        "legal.communication.proposal",
    ],
)
@pytest.mark.parametrize("role", ["admin", "auditor"])
def test_no_role_no_file(server, model, role):
    rpc = server.rpc(role)
    for method, arguments in (
        ("search_read", [[]]),
        ("name_search", [""]),
        ("formatted_read_group", [[], ["id"], ["__count"]]),
        ("export_data", [[1], ["id", "display_name"]]),
        ("web_search_read", [[], {"display_name": {}}]),
    ):
        with pytest.raises(RpcError) as refused:
            rpc.call(model, method, arguments)
        # core refuses exports to people without that right in words of its own
        name = refused.value.name
        assert "AccessError" in name or method == "export_data", refused.value


LEDGERS = ("legal.access.log", "legal.filing.log", "legal.ledger.block")


@pytest.mark.parametrize("model", LEDGERS)
@pytest.mark.parametrize("role", (*ROLES, "compliance", "auditor", "admin"))
def test_records_are_neither_written_nor_removed(server, filed, model, role):
    rpc = server.rpc(role)
    table = model.replace(".", "_")
    before = server.psql(f"SELECT count(*), max(id) FROM {table}")
    entry = (before[0][1] or 1,)
    for context in ({}, {"legal_unlock": True, "install_mode": True}):
        for method, arguments in (
            ("write", [[entry[0]], {"date": "2020-01-01 00:00:00"}]),
            ("web_save", [[entry[0]], {"action": "print"}, {}]),
            ("unlink", [[entry[0]]]),
            ("create", [[{"action": "open"}]]),
            ("copy", [[entry[0]]]),
            ("_append", [[{"action": "open"}]]),
            ("_log", ["open"]),
            ("_insert", []),
            ("action_archive", [[entry[0]]]),
        ):
            with pytest.raises(RpcError):
                rpc.call(model, method, arguments, {"context": context})
    assert server.psql(f"SELECT count(*), max(id) FROM {table}") == before


def test_looks_over_every_interface_are_recorded(server, lawyer, filed, client):
    matter = new_matter(lawyer, client)

    def last():
        return server.psql(
            "SELECT action, matter_id, channel FROM legal_access_log "
            "WHERE matter_id = %s ORDER BY id DESC",
            matter,
        )

    assert last() == []
    read(lawyer, "legal.matter", matter, "name")
    assert last() == [("open", matter, "rpc")]
    server.json2("lawyer").call("legal.matter", "read", ids=[matter], fields=["name"])
    assert last() == [("open", matter, "rpc")] * 2
    lawyer.call("legal.matter", "search_read", [[["id", "=", matter]], ["name"]])
    lawyer.call(
        "res.partner", "web_read", [[client], {"matter_ids": {"fields": {"name": {}}}}]
    )
    assert len(last()) == 2
    lawyer.call("legal.matter", "search_read", [[["id", "=", matter]], ["description"]])
    assert len(last()) == 3


def test_the_auditor_reads_the_log_and_verifies(server):
    auditor = server.rpc("auditor")
    assert auditor.call("legal.access.log", "search_count", [[]])
    action = auditor.call("legal.ledger.check", "action_verify_now", [[]])
    assert action["params"]["type"] == "success"
    with pytest.raises(RpcError):
        server.rpc("admin").call("legal.ledger.check", "action_verify_now", [[]])


def test_only_the_gateway_delivers_mail(server):
    mail = b"From: a@example.com\nTo: b@example.com\nSubject: x\n\nx"
    for role in (*ROLES, "auditor"):
        with pytest.raises(Exception, match="gateway"):
            server.feed_mail(mail, login=role)


def test_two_open_a_matter_at_once(server, client):
    """Twelve matters by three people: each number once, and none left out."""
    people = [server.rpc(role) for role in ROLES]
    with ThreadPoolExecutor(len(people)) as pool:
        jobs = [
            pool.submit(new_matter, people[i % len(people)], client) for i in range(12)
        ]
        ids = [job.result() for job in jobs]
    rows = server.psql("SELECT number FROM legal_matter WHERE id = ANY(%s)", ids)
    counters = sorted(int(number.split("/")[0]) for (number,) in rows)
    first = counters[0]
    assert counters == list(range(first, first + 12))


def test_two_file_the_same_mail_at_once(server, lawyer, client):
    matters = [new_matter(lawyer, client) for _ in range(2)]
    mail = server.feed_mail(
        b"From: nobody@nowhere.example\nTo: nobody@else.example\n"
        b"Subject: no idea\nMessage-ID: <two@nowhere.example>\n\nGuten Tag"
    )

    def file_to(role, matter):
        rpc = server.rpc(role)
        wizard = rpc.call(
            "legal.communication.file",
            "create",
            [[{"communication_ids": [(6, 0, [mail])], "matter_id": matter}]],
        )
        try:
            rpc.call("legal.communication.file", "action_apply", [wizard])
        except RpcError as error:
            return error
        return None

    with ThreadPoolExecutor(2) as pool:
        jobs = [
            pool.submit(file_to, role, matter)
            for role, matter in zip(("assistant", "partner"), matters, strict=True)
        ]
        results = [job.result() for job in jobs]
    refused = [error for error in results if error]
    assert len(refused) == 1, results
    assert "meanwhile" in refused[0].message
    chosen = matters[0 if results[0] is None else 1]
    row = read(lawyer, "legal.communication", mail, "matter_id", "state")
    assert (row["matter_id"][0], row["state"]) == (chosen, "filed")


def test_a_killed_server_spends_no_number(make_server):
    """What was not committed leaves no gap."""
    server = make_server("killed")
    rpc = server.rpc("lawyer")
    client = rpc.call("res.partner", "create", [[{"name": "Kill"}]])[0]
    before = new_matter(rpc, client)
    with ThreadPoolExecutor(3) as pool:
        jobs = [pool.submit(new_matter, rpc, client) for _ in range(3)]
        server.kill9()
        for job in jobs:
            job.exception()
    server.start()
    rpc = server.rpc("lawyer")
    after = new_matter(rpc, client)
    rows = server.psql(
        "SELECT number FROM legal_matter WHERE id >= %s ORDER BY id", before
    )
    counters = [int(number.split("/")[0]) for (number,) in rows]
    assert sorted(counters) == list(range(min(counters), max(counters) + 1))
    assert read(rpc, "legal.matter", after, "number")["number"] == rows[-1][0]
