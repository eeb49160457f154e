"""The table of rights: in the docs, in the database, and at the server's door."""

import os

import pytest
from support import rights
from support.rpc import RpcError


@pytest.fixture(scope="module")
def people(server, calls):
    """Somebody of each role, signed in as over RPC."""
    admin = server.rpc("admin")
    ((group,),) = server.psql(
        "SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'group_user'"
    )
    admin.call(
        "res.users",
        "create",
        [
            [
                {
                    "name": "Hausmeister",
                    "login": "employee",
                    "password": "employee",
                    "group_ids": [(6, 0, [group])],
                }
            ]
        ],
        {"context": {"no_reset_password": True}},
    )
    return {role: calls.rpc(login) for role, _group, login in rights.ROLES}


@pytest.fixture(scope="module")
def allowed(server):
    return rights.rights(server)


def test_the_page_is_true(server):
    page = rights.render(server)
    if os.environ.get("WRITE_DOCS"):
        rights.PAGE.write_text(page, encoding="utf-8")
    assert rights.PAGE.read_text(encoding="utf-8") == page, (
        "rights changed: look at each, then WRITE_DOCS=1 bin/test tests/test_rights.py"
    )


def size(server, table):
    """How many rows there are, and the first one; a report has no table."""
    ((exists,),) = server.psql("SELECT to_regclass(%s) IS NOT NULL", table)
    if not exists:
        return 0, [1]
    ((count, first),) = server.psql(f"SELECT count(*), min(id) FROM {table}")
    return count, [first or 1]


@pytest.mark.parametrize("role", [role for role, _group, _login in rights.ROLES])
def test_each_cell_at_the_door(server, people, allowed, role):
    """What the table grants is granted; what it does not grant is refused."""
    rpc = people[role]
    wrong = []
    for model, _name, _transient, _keyed in rights.models(server):
        if not model.startswith(("legal.", "gdpr.")):
            # The administrator has core's own rights on inquiries as well; that they
            # show him no row is for test_doors.
            continue
        table = model.replace(".", "_")
        may = allowed.get((role, model), set())
        for operation, _letter in rights.OPERATIONS:
            if rpc.call(model, "has_access", [[], operation]) != (operation in may):
                wrong.append((model, operation, "has_access"))
        count, record = size(server, table)
        calls = {
            "read": [("search_read", [[]]), ("read", [record]), ("name_search", [""])],
            "write": [("write", [record, {"create_uid": 1}])],
            "create": [("create", [[{}]])],
            "unlink": [("unlink", [record])],
        }
        for operation, ways in calls.items():
            if operation in may:
                continue
            for method, arguments in ways:
                try:
                    rpc.call(model, method, arguments)
                except RpcError:
                    continue
                wrong.append((model, operation, method))
        if "read" in may:
            rpc.call(model, "search_read", [[], ["display_name"]], {"limit": 3})
        if size(server, table)[0] != count:
            wrong.append((model, "count", "changed"))
    assert not wrong


def test_readers_only(server, people, allowed):
    """A letter in the table opens no record of a matter that is closed to somebody."""
    ((matter,),) = server.psql(
        """SELECT m.id FROM legal_matter m JOIN legal_matter_excluded_rel r
             ON r.matter_id = m.id JOIN res_users u ON u.id = r.user_id
            WHERE u.login = 'lawyer2' LIMIT 1"""
    )
    rpc = server.rpc("lawyer2")
    checked = 0
    for model, _name, transient, keyed in rights.models(server):
        if transient or not keyed:
            continue
        table = model.replace(".", "_")
        if not size(server, table)[0]:
            continue  # a query without a table is for test_doors
        column = "id" if model == "legal.matter" else "matter_id"
        rows = server.psql(
            f"SELECT id FROM {table} WHERE {column} = %s LIMIT 3", matter
        )
        for (record,) in rows:
            checked += 1
            assert rpc.call(model, "search", [[("id", "=", record)]]) == [], model
            for method, arguments in (
                ("read", [[record]]),
                ("write", [[record], {"create_uid": 1}]),
                ("unlink", [[record]]),
            ):
                with pytest.raises(RpcError):
                    rpc.call(model, method, arguments)
    assert checked > 5
