"""As somebody who wants a date to disappear: alone, in a hurry, or as an outsider.

What German courts demand of a calendar (see docs/legal_deadlines.md) is tried here from
outside, over the interfaces of programs, as real people of the firm.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta, timezone

import pytest
from support.rpc import RpcError

DEADLINE, SHEET, LOG = "legal.deadline", "legal.deadline.sheet", "legal.deadline.log"
DONE, REASON = "legal.deadline.done", "legal.deadline.reason"
CHANGE, EXTENSION = "legal.deadline.change", "legal.deadline.extension"
ENTRY = "legal.deadline.entry"
DUE = (date.today() + timedelta(days=20)).isoformat()
LATER = (date.today() + timedelta(days=90)).isoformat()
#: who may know nothing of the dates of a matter
STRANGERS = (
    "admin",
    "auditor",
    "accountant",
    "compliance",
    "client",
    "caretaker",
    "lawyer2",
)
CONTEXTS = (
    {},
    {"legal_unlock": True},
    {"legal_unlock": 1, "install_mode": True, "import_file": True},
)
#: keys that a caller might give to have guarded fields filled in
DEFAULTS = {
    "default_state": "done",
    "default_done_by_id": 2,
    "default_checked_by_id": 2,
    "default_checked_on": "2020-01-01 00:00:00",
    "default_entry_checked_by_id": 2,
    "default_entry_checked_on": "2020-01-01 00:00:00",
    "default_lawyer_checked_by_id": 2,
    "default_entered_by_id": 2,
    "default_needs_entry_check": False,
    "default_pending_kind": "cancel",
    "default_pending_reason": "forged",
    "default_pending_by_id": 2,
    "default_extension_state": "granted",
    "default_cancelled_by_id": 2,
}
GUARDED = [name.removeprefix("default_") for name in DEFAULTS]


class Firm:
    """People over RPC, and dates of theirs."""

    def __init__(self, server):
        self.server = server
        self.people = {}
        self.client = self.rpc("lawyer").call(
            "res.partner", "create", [[{"name": "Fristen Klientin"}]]
        )[0]

    def rpc(self, login):
        if login not in self.people:
            self.people[login] = self.server.rpc(login)
        return self.people[login]

    def uid(self, login):
        return self.rpc(login).uid

    def matter(self, **values):
        rpc = self.rpc("lawyer")
        area = rpc.call("legal.practice.area", "search", [[]], {"limit": 1})[0]
        values = {"client_id": self.client, "practice_area_id": area, **values}
        matter = rpc.call("legal.matter", "create", [[values]])[0]
        rpc.call("legal.matter", "action_open", [[matter]])
        return matter

    def deadline(self, by="lawyer", **values):
        values = {
            "name": "Grounds of appeal",
            "matter_id": values.pop("matter_id", None) or self.matter(),
            "user_id": self.uid("lawyer"),
            "date_deadline": DUE,
            "manual_reason": "set by the court",
            **values,
        }
        return self.rpc(by).call(DEADLINE, "create", [[values]])[0]

    def receipt(self, by, name="receipt.txt", **values):
        values = {"name": name, "raw": "received", "mimetype": "text/plain", **values}
        return self.rpc(by).call("ir.attachment", "create", [[values]])[0]

    def done(self, by, deadline, receipt=None, **values):
        values = {
            "deadline_ids": [(6, 0, [deadline])],
            "what": "Grounds to the court, by beA",
            "sent_on": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S"),
            "receipt_ids": [(6, 0, [receipt or self.receipt(by)])],
            "last_confirmed": True,
            **values,
        }
        self.apply(by, DONE, values)

    def reason(self, by, deadline, action, **values):
        values = {
            "deadline_ids": [(6, 0, [deadline])],
            "action": action,
            "reason": "withdrawn",
            "last_confirmed": True,
            **values,
        }
        self.apply(by, REASON, values)

    def apply(self, by, model, values):
        wizard = self.rpc(by).call(model, "create", [[values]])
        self.rpc(by).call(model, "action_apply", [wizard])

    def row(self, deadline):
        """The row of the database, without the columns that say when it was read."""
        ((row,),) = self.server.psql(
            "SELECT to_jsonb(t) - 'write_date' - 'write_uid' FROM legal_deadline t "
            "WHERE id = %s",
            deadline,
        )
        return row

    def sheets(self, deadline, action=None):
        ((count,),) = self.server.psql(
            "SELECT count(*) FROM legal_deadline_sheet WHERE deadline_id = %s "
            "AND (%s::text IS NULL OR action = %s)",
            deadline,
            action,
            action,
        )
        return count

    def logged(self, deadline, action):
        ((count,),) = self.server.psql(
            "SELECT count(*) FROM legal_deadline_log WHERE deadline_id = %s "
            "AND action = %s",
            deadline,
            action,
        )
        return count


@pytest.fixture(scope="module")
def firm(server):
    ((group,),) = server.psql(
        "SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'group_user'"
    )
    server.rpc("admin").call(
        "res.users",
        "create",
        [
            [
                {
                    "name": "Hauswart",
                    "login": "caretaker",
                    "password": "caretaker",
                    "group_ids": [(6, 0, [group])],
                }
            ]
        ],
        {"context": {"no_reset_password": True}},
    )
    return Firm(server)


@pytest.fixture
def entries_checked(server):
    """The firm demands that a second person looks at each entry."""
    for value in (True, False):
        server.psql(
            "UPDATE res_company SET legal_deadline_check_entries = %s RETURNING id",
            value,
        )
        if value:
            yield


def tries(rpc, calls, contexts=CONTEXTS):
    """Make each call in each context; :return: those that were not refused."""
    went_through = []
    for context in contexts:
        for model, method, arguments in calls:
            try:
                rpc.call(model, method, arguments, {"context": context})
            except RpcError as error:
                assert "psycopg2" not in error.message, error.message
                continue
            went_through.append((model, method, arguments, context))
    return went_through


def writes(deadline, values):
    """The ways to write these values, each alone and all together."""
    for vals in (*({name: value} for name, value in values.items()), values):
        yield DEADLINE, "write", [[deadline], vals]
        yield DEADLINE, "web_save", [[deadline], vals, {"state": {}}]
        yield DEADLINE, "web_save_multi", [[deadline], [vals], {"state": {}}]
        yield DEADLINE, "copy", [[deadline], vals]
    for name, value in values.items():
        yield DEADLINE, "_write", [[deadline], {name: value}]
    yield DEADLINE, "_unlocked", [[deadline]]
    yield DEADLINE, "_record", [[deadline], "checked"]
    yield DEADLINE, "_cancel", [[deadline], "forged"]


# -- the second person -------------------------------------------------------------


@pytest.mark.parametrize("login", ["assistant", "lawyer", "partner"])
def test_nobody_checks_what_he_recorded(firm, login):
    deadline = firm.deadline()
    firm.done(login, deadline)
    before, me, other = firm.row(deadline), firm.uid(login), firm.uid("lawyer2")
    assert (before["state"], before["done_by_id"]) == ("done_unchecked", me)
    forged = {
        "state": "done",
        "checked_by_id": other,
        "checked_on": "2026-01-01 10:00:00",
        "done_by_id": other,
        "done_on": "2020-01-01 00:00:00",
        "receipt_ids": [(5,)],
    }
    calls = [
        (DEADLINE, "action_check", [[deadline]]),
        (DEADLINE, "action_done", [[deadline, 0]]),
        *writes(deadline, forged),
    ]
    went = [call for call in tries(firm.rpc(login), calls) if call[1] != "action_done"]
    assert not went
    assert firm.row(deadline) == before
    # a second time: it waits for a check, and the one who recorded it stays
    with pytest.raises(RpcError, match="no longer open"):
        firm.done(login, deadline)
    assert firm.row(deadline)["done_by_id"] == me
    load = [
        [".id", "state", "checked_by_id/.id"],
        [[str(deadline), "done", str(other)]],
    ]
    firm.rpc(login).call(DEADLINE, "load", load)  # says what is wrong, does nothing
    assert firm.row(deadline) == before
    firm.rpc("assistante").call(DEADLINE, "action_check", [[deadline]])
    assert firm.row(deadline)["state"] == "done"
    assert firm.sheets(deadline, "checked") == firm.logged(deadline, "checked") == 1


@pytest.mark.parametrize("login", ["assistant", "lawyer"])
def test_nobody_checks_his_own_entry(firm, entries_checked, login):
    deadline = firm.deadline(by=login)
    before, me = firm.row(deadline), firm.uid(login)
    assert (before["needs_entry_check"], before["entered_by_id"]) == (True, me)
    other = firm.uid("lawyer2")
    forged = {
        "entry_checked_by_id": other,
        "entry_checked_on": "2026-01-01 10:00:00",
        "needs_entry_check": False,
        "entered_by_id": other,
        "lawyer_checked_by_id": other,
    }
    calls = [
        (DEADLINE, "action_check_entry", [[deadline]]),
        *writes(deadline, forged),
    ]
    assert not tries(firm.rpc(login), calls)
    assert firm.row(deadline) == before
    with pytest.raises(RpcError, match="not checked"):
        firm.done(login, deadline)
    firm.rpc("avocat").call(DEADLINE, "action_check_entry", [[deadline]])
    assert firm.row(deadline)["entry_checked_by_id"] == firm.uid("avocat")
    assert firm.sheets(deadline, "entry_checked") == 1


def test_a_lawyer_confirms_for_lawyers(firm):
    deadline = firm.deadline()
    before = firm.row(deadline)
    calls = [(DEADLINE, "action_lawyer_check", [[deadline]])]
    assert not tries(firm.rpc("assistant"), calls)
    assert firm.row(deadline) == before


@pytest.mark.parametrize("login", ["assistant", "lawyer", "partner"])
@pytest.mark.parametrize("way", ["create", "context", "default", "entry", "load"])
def test_a_new_date_is_open_and_unchecked(firm, login, way):
    """Whatever the caller says of it: nobody has checked what was just entered."""
    rpc, matter = firm.rpc(login), firm.matter()
    values = {
        "name": "Forged",
        "matter_id": matter,
        "user_id": firm.uid("lawyer"),
        "date_deadline": DUE,
        "manual_reason": "set by the court",
    }
    forged = {name.removeprefix("default_"): v for name, v in DEFAULTS.items()}
    keywords = {}
    if way == "create":
        values |= forged
    elif way == "default":
        values.pop("name")
        values["name"] = "Forged"
        for name, value in forged.items():
            try:
                rpc.call("ir.default", "set", [DEADLINE, name, value, True])
            except RpcError:
                continue
    else:
        keywords = {"context": {**DEFAULTS, "legal_unlock": True}}
    if way == "entry":
        values |= {"by_hand": True}
        wizard = rpc.call(ENTRY, "create", [[values]], keywords)
        rpc.call(ENTRY, "action_enter", [wizard], keywords)
    elif way == "load":
        names = ["name", "matter_id/.id", "user_id/.id", "date_deadline"]
        cells = [str(values[name.split("/")[0]]) for name in names]
        names += ["manual_reason", "state", "checked_by_id/.id"]
        cells += ["set by the court", "done", "2"]
        answer = rpc.call(DEADLINE, "load", [names, [cells]], keywords)
        assert answer["ids"] or answer["messages"]
    else:
        rpc.call(DEADLINE, "create", [[values]], keywords)
    rows = firm.server.psql(
        "SELECT id FROM legal_deadline WHERE matter_id = %s", matter
    )
    assert rows or way == "load"
    for (deadline,) in rows:
        row = firm.row(deadline)
        assert row["entered_by_id"] == firm.uid(login)
        assert row["state"] == "open"
        for name in GUARDED:
            if name not in ("state", "entered_by_id"):
                assert not row[name], name
    firm.server.psql(
        "DELETE FROM ir_default WHERE user_id = %s RETURNING id", firm.uid(login)
    )


# -- an assistant does not change or cancel alone ----------------------------------


def test_an_assistant_only_asks(firm):
    deadline = firm.deadline()
    date_values = {
        "date_deadline": LATER,
        "trigger_date": "2026-01-01",
        "manual_reason": "forged",
        "rule_id": False,
        "length": 9,
        "kind": "follow_up",
        "matter_id": firm.matter(),
        "communication_id": False,
        "state": "cancelled",
        "cancelled_by_id": firm.uid("lawyer"),
        "extension_state": "granted",
        "date_before_extension": DUE,
        "previous_id": deadline,
        "company_id": 1,
    }
    before = firm.row(deadline)
    assert not tries(firm.rpc("assistant"), writes(deadline, date_values))
    assert firm.row(deadline) == before
    firm.apply(
        "assistant",
        CHANGE,
        {
            "deadline_ids": [(6, 0, [deadline])],
            "date_deadline": LATER,
            "manual_reason": "the court moved it",
            "reason": "order of today",
        },
    )
    row = firm.row(deadline)
    assert (row["date_deadline"], row["pending_kind"]) == (DUE, "change")
    assert row["pending_by_id"] == firm.uid("assistant")
    forged = {
        "pending_kind": False,
        "pending_by_id": firm.uid("lawyer"),
        "pending_values": {"state": "done", "date_deadline": LATER},
        "pending_reason": "forged",
    }
    calls = [
        (DEADLINE, "action_accept", [[deadline]]),
        (DEADLINE, "action_refuse", [[deadline]]),
        *writes(deadline, forged),
    ]
    assert not tries(firm.rpc("assistant"), calls)
    assert firm.row(deadline) == row
    firm.rpc("lawyer").call(DEADLINE, "action_accept", [[deadline]])
    row = firm.row(deadline)
    assert (row["date_deadline"], row["pending_kind"]) == (LATER, None)


def test_who_asked_and_who_agreed_stand_on_the_sheets(firm):
    """Two people stand behind the new date, and the sheets name both."""
    deadline = firm.deadline()
    firm.apply(
        "assistant",
        CHANGE,
        {
            "deadline_ids": [(6, 0, [deadline])],
            "date_deadline": LATER,
            "manual_reason": "the court moved it",
            "reason": "order of today",
        },
    )
    firm.rpc("lawyer").call(DEADLINE, "action_accept", [[deadline]])
    row = firm.row(deadline)
    assert row["entered_by_id"] == firm.uid("assistant")
    assert row["entry_checked_by_id"] == firm.uid("lawyer")
    people = firm.server.psql(
        "SELECT action, user_id FROM legal_deadline_sheet WHERE deadline_id = %s "
        "ORDER BY id",
        deadline,
    )
    assert ("asked", firm.uid("assistant")) in people
    assert ("changed", firm.uid("lawyer")) in people
    assert ("entry_checked", firm.uid("lawyer")) in people


def test_an_assistant_does_not_cancel(firm):
    deadline = firm.deadline()
    firm.reason("assistant", deadline, "cancel")
    row = firm.row(deadline)
    assert (row["state"], row["pending_kind"]) == ("open", "cancel")
    assert not tries(firm.rpc("assistant"), [(DEADLINE, "action_accept", [[deadline]])])
    # a lawyer who asked as an assistant (today's role) does not decide on his own
    firm.server.psql(
        "UPDATE legal_deadline SET pending_by_id = %s WHERE id = %s RETURNING id",
        firm.uid("lawyer"),
        deadline,
    )
    calls = [
        (DEADLINE, "action_accept", [[deadline]]),
        (DEADLINE, "action_refuse", [[deadline]]),
    ]
    assert not tries(firm.rpc("lawyer"), calls)
    assert firm.row(deadline)["state"] == "open"


def test_a_date_moved_by_an_extension_waits_for_a_lawyer(firm):
    """An assistant enters the court's answer; nothing moves until a lawyer agrees."""
    deadline = firm.deadline()
    first = {"deadline_ids": [(6, 0, [deadline])], "date": LATER}
    firm.apply("assistant", EXTENSION, first)
    row = firm.row(deadline)
    assert (row["date_deadline"], row["state"]) == (DUE, "provisional")
    firm.apply("assistant", EXTENSION, {**first, "answer": "granted"})
    row = firm.row(deadline)
    assert (row["date_deadline"], row["state"]) == (DUE, "provisional")
    assert row["pending_kind"] == "extension"
    calls = [(DEADLINE, "action_accept", [[deadline]])]
    assert not tries(firm.rpc("assistant"), calls)
    firm.rpc("lawyer").call(DEADLINE, "action_accept", [[deadline]])
    row = firm.row(deadline)
    assert (row["date_deadline"], row["state"]) == (LATER, "open")
    assert row["date_before_extension"] == DUE
    assert row["entry_checked_by_id"]


# -- nothing disappears -----------------------------------------------------------


@pytest.mark.parametrize("login", ["assistant", "lawyer", "partner", "admin"])
def test_nobody_deletes(firm, login):
    matter = firm.matter()
    values = {
        "matter_id": matter,
        "channel": "letter",
        "subject": "Judgment",
        "direction": "in",
    }
    lawyer = firm.rpc("lawyer")
    served = lawyer.call("legal.communication", "create", [[values]])[0]
    hearing = lawyer.call(
        "calendar.event",
        "create",
        [
            [
                {
                    "name": "Hearing",
                    "start": f"{LATER} 09:00:00",
                    "stop": f"{LATER} 10:00:00",
                    "matter_id": matter,
                }
            ]
        ],
    )[0]
    first = firm.deadline(matter_id=matter)
    deadline = firm.deadline(
        matter_id=matter,
        communication_id=served,
        event_id=hearing,
        trigger_date=LATER,
        previous_id=first,
        previous_link="date",
    )
    before = firm.row(deadline), firm.row(first)
    (sheet,), *_rest = firm.server.psql(
        "SELECT id FROM legal_deadline_sheet WHERE deadline_id = %s", deadline
    )
    inside = [
        (2, deadline, 0),
        (3, deadline, 0),
        (5, 0, 0),
        (6, 0, []),
        (1, deadline, {"state": "done"}),
        (1, deadline, {"date_deadline": LATER, "matter_id": False}),
    ]
    holders = [
        ("legal.matter", matter, "deadline_ids"),
        ("legal.communication", served, "deadline_ids"),
        ("calendar.event", hearing, "deadline_ids"),
        (DEADLINE, first, "next_ids"),
    ]
    calls = [
        (DEADLINE, "unlink", [[deadline]]),
        (DEADLINE, "action_archive", [[deadline]]),
        (DEADLINE, "write", [[deadline], {"active": False}]),
        (DEADLINE, "write", [[deadline], {"sheet_ids": [(2, sheet, 0)]}]),
        (DEADLINE, "write", [[deadline], {"sheet_ids": [(5, 0, 0)]}]),
        (DEADLINE, "write", [[deadline], {"sheet_ids": [(1, sheet, {"reason": "x"})]}]),
        (DEADLINE, "write", [[deadline], {"sheet_ids": [(0, 0, {"action": "done"})]}]),
        (DEADLINE, "write", [[deadline], {"warning_date_ids": [(5, 0, 0)]}]),
        (DEADLINE, "write", [[deadline], {"warning_date_ids": [(6, 0, [])]}]),
        (SHEET, "unlink", [[sheet]]),
        (SHEET, "write", [[sheet], {"reason": "forged"}]),
        (SHEET, "create", [[{"deadline_id": deadline, "action": "checked"}]]),
        *(
            (model, method, [[record], {field: [command]}, *more])
            for model, record, field in holders
            for command in inside
            for method, more in (("write", []), ("web_save", [{"id": {}}]))
        ),
    ]
    for model, method, arguments, _context in tries(firm.rpc(login), calls):
        # an archive without the field is nothing; so is a form that says nothing
        assert method == "action_archive", (model, method, arguments)
    assert (firm.row(deadline), firm.row(first)) == before
    assert firm.sheets(deadline) == 1


@pytest.mark.parametrize("login", ["assistant", "partner"])
def test_a_new_date_inside_another_record_is_open(firm, login):
    matter = firm.matter()
    values = {
        "name": "Forged",
        "state": "done",
        "checked_by_id": 2,
        "entry_checked_by_id": 2,
        "date_deadline": DUE,
        "manual_reason": "x",
        "sheet_ids": [(0, 0, {"action": "checked"})],
        "receipt_ids": [(6, 0, [1])],
    }
    firm.rpc(login).call(
        "legal.matter",
        "write",
        [[matter], {"deadline_ids": [(0, 0, values)]}],
        {"context": DEFAULTS},
    )
    (row,) = firm.server.psql(
        "SELECT state, checked_by_id, entry_checked_by_id FROM legal_deadline "
        "WHERE matter_id = %s",
        matter,
    )
    assert row == ("open", None, None)


def test_a_form_writes_nothing(firm):
    deadline = firm.deadline()
    before = firm.row(deadline)
    for login in ("assistant", "lawyer"):
        values = {"state": "done", "checked_by_id": 2, "date_deadline": LATER}
        spec = {"state": {}, "date_deadline": {}, "explanation": {}}
        firm.rpc(login).call(
            DEADLINE, "onchange", [[deadline], values, list(values), spec]
        )
    assert firm.row(deadline) == before


def test_a_receipt_is_taken_from_nowhere(firm):
    """The proof of one date is not carried off by recording another as done."""
    first, second = firm.deadline(), firm.deadline()
    receipt = firm.receipt("assistant")
    firm.done("assistant", first, receipt)
    firm.done("lawyer", second, receipt)
    ((model, record),) = firm.server.psql(
        "SELECT res_model, res_id FROM ir_attachment WHERE id = %s", receipt
    )
    assert (model, record) == (DEADLINE, first)
    ((kept,),) = firm.server.psql(
        "SELECT a.res_id FROM legal_deadline_receipt_rel r "
        "JOIN ir_attachment a ON a.id = r.attachment_id WHERE r.deadline_id = %s",
        second,
    )
    assert kept == second


@pytest.mark.parametrize("holder", ["legal.matter", "filed"])
def test_a_document_of_the_file_stays_there(firm, holder):
    matter = firm.matter()
    rpc = firm.rpc("lawyer")
    if holder == "filed":
        values = {"matter_id": matter, "channel": "letter", "subject": "Grounds"}
        record = rpc.call("legal.communication", "create", [[values]])[0]
        model = "legal.communication"
    else:
        model, record = "legal.matter", matter
    file = firm.receipt("lawyer", res_model=model, res_id=record)
    if holder == "filed":
        rpc.call(model, "write", [[record], {"document_ids": [(4, file)]}])
        rpc.call(model, "action_file", [[record]])
    deadline = firm.deadline(matter_id=matter)
    firm.done("assistant", deadline, file)
    assert firm.server.psql(
        "SELECT res_model, res_id FROM ir_attachment WHERE id = %s", file
    ) == [(model, record)]
    assert firm.row(deadline)["state"] == "done_unchecked"


# -- strangers --------------------------------------------------------------------


@pytest.fixture(scope="module")
def walled(firm):
    """A deadline that waits for a check, of a matter that lawyer2 may not read."""
    matter = firm.matter(excluded_user_ids=[(4, firm.uid("lawyer2"))])
    deadline = firm.deadline(matter_id=matter, name="Zyxwundel appeal")
    firm.done("assistant", deadline)
    return deadline


@pytest.mark.parametrize("login", STRANGERS)
def test_strangers_read_and_change_nothing(firm, walled, login):
    rpc, before = firm.rpc(login), firm.row(walled)
    ids = [(6, 0, [walled])]
    answers = []

    def ask(model, method, arguments, context=None):
        try:
            answer = rpc.call(model, method, arguments, {"context": context or {}})
        except RpcError as error:
            answers.append(error.message)
            return None
        answers.append(str(answer))
        return answer

    for context in CONTEXTS:
        for method, arguments in (
            ("read", [[walled], ["name", "state"]]),
            ("search_read", [[["id", "=", walled]], ["name"]]),
            ("web_read", [[walled], {"name": {}, "display_name": {}}]),
            ("name_search", ["Zyxwundel"]),
            ("export_data", [[walled], ["name"]]),
            ("formatted_read_group", [[], ["name"], ["__count"]]),
            ("action_check", [[walled]]),
            ("action_check_entry", [[walled]]),
            ("action_lawyer_check", [[walled]]),
            ("action_accept", [[walled]]),
            ("action_refuse", [[walled]]),
            ("write", [[walled], {"name": "x"}]),
            ("message_post", [[walled]]),
            ("action_view_sheets", [[walled]]),
            ("get_formview_action", [[walled]]),
        ):
            ask(DEADLINE, method, arguments, context)
        for model, values in (
            (DONE, {"what": "x", "receipt_ids": []}),
            (REASON, {"action": "return", "reason": "x"}),
            (REASON, {"action": "cancel", "reason": "x", "last_confirmed": True}),
            (REASON, {"action": "reopen", "reason": "x"}),
            (CHANGE, {"date_deadline": LATER, "manual_reason": "x", "reason": "x"}),
            (EXTENSION, {"date": LATER, "query_on": DUE}),
            (ENTRY, {"name": "x", "matter_id": before["matter_id"], "by_hand": True}),
        ):
            if model != ENTRY:
                values = {"deadline_ids": ids, **values}
            else:
                values = {**values, "date_deadline": DUE, "previous_id": walled}
            made = ask(model, "create", [[values]], context)
            if made:
                apply = "action_enter" if model == ENTRY else "action_apply"
                ask(model, apply, [made], context)
                ask(model, "web_read", [made, {"deadline_ids": {}}], context)
    assert "Zyxwundel" not in "".join(answers)
    assert firm.row(walled) == before
    assert firm.server.psql(
        "SELECT count(*) FROM legal_deadline WHERE matter_id = %s", before["matter_id"]
    ) == [(1,)]
    if login in ("auditor", "compliance"):
        rows = rpc.call(LOG, "search_read", [[["deadline_id", "=", walled]]])
        assert {row["action"] for row in rows} == {"created", "done"}
        assert "Zyxwundel" not in str(rows)
    else:
        with pytest.raises(RpcError):
            rpc.call(LOG, "search_read", [[]])


@pytest.mark.parametrize(
    "login", ["assistant", "lawyer", "partner", "auditor", "compliance", "admin"]
)
def test_the_log_is_not_written(firm, walled, login):
    ((entry,),) = firm.server.psql(
        "SELECT min(id) FROM legal_deadline_log WHERE deadline_id = %s", walled
    )
    rpc = firm.rpc(login)
    calls = [
        (LOG, "write", [[entry], {"action": "checked"}]),
        (LOG, "unlink", [[entry]]),
        (LOG, "create", [[{"action": "checked"}]]),
        (LOG, "copy", [[entry]]),
        (LOG, "_append", [[{"action": "checked"}]]),
        (LOG, "_insert", []),
    ]
    if login not in ("auditor", "compliance"):
        calls.append((LOG, "search_read", [[]]))
        calls.append((LOG, "read", [[entry]]))
    assert not tries(rpc, calls)


# -- two at once ------------------------------------------------------------------


def at_once(*calls):
    """Run these at the same time; :return: the errors, None where it went well."""

    def run(call):
        try:
            call()
        except RpcError as error:
            return error
        return None

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def one_won(errors):
    refused = [error for error in errors if error]
    assert len(refused) == len(errors) - 1, errors
    for error in refused:
        assert error.name.endswith("UserError"), error
        assert "psycopg2" not in error.debug.splitlines()[-1]


def test_two_record_it_as_done_at_once(firm):
    logins = ("assistant", "lawyer", "partner")
    for login in logins:
        firm.rpc(login)
    for _ in range(3):
        deadline = firm.deadline()
        receipts = {login: firm.receipt(login) for login in logins}
        one_won(
            at_once(
                *(
                    lambda login=login, deadline=deadline, receipts=receipts: firm.done(
                        login, deadline, receipts[login]
                    )
                    for login in logins
                )
            )
        )
        assert firm.sheets(deadline, "done") == firm.logged(deadline, "done") == 1


def test_two_check_at_once(firm):
    logins = ("assistante", "lawyer", "partner")
    for login in logins:
        firm.rpc(login)
    for _ in range(3):
        deadline = firm.deadline()
        firm.done("assistant", deadline)
        one_won(
            at_once(
                *(
                    lambda login=login, deadline=deadline: firm.rpc(login).call(
                        DEADLINE, "action_check", [[deadline]]
                    )
                    for login in logins
                )
            )
        )
        assert firm.sheets(deadline, "checked") == 1
        assert firm.logged(deadline, "checked") == 1


def test_one_cancels_while_another_records_it_as_done(firm):
    for _ in range(3):
        deadline = firm.deadline()
        receipt = firm.receipt("assistant")
        one_won(
            at_once(
                lambda d=deadline, r=receipt: firm.done("assistant", d, r),
                lambda d=deadline: firm.reason("lawyer", d, "cancel"),
            )
        )
        row = firm.row(deadline)
        assert bool(row["cancelled_by_id"]) != bool(row["done_by_id"])
        assert firm.sheets(deadline) == 2


def test_two_confirm_for_lawyers_at_once(firm):
    deadline = firm.deadline()
    at_once(
        *(
            lambda login=login: firm.rpc(login).call(
                DEADLINE, "action_lawyer_check", [[deadline]]
            )
            for login in ("lawyer", "partner")
        )
    )
    row = firm.row(deadline)
    assert row["lawyer_checked_by_id"] in (firm.uid("lawyer"), firm.uid("partner"))
    assert firm.sheets(deadline, "lawyer_checked") == firm.logged(
        deadline, "lawyer_checked"
    )


# -- what hangs on a date is not deleted -------------------------------------------


RAW = ("psycopg2", "violates", "constraint", "fkey", "legal_deadline_")


def refused(rpc, model, record, method="unlink", arguments=()):
    with pytest.raises(RpcError) as caught:
        rpc.call(model, method, [[record], *arguments])
    message = caught.value.message
    assert not [word for word in RAW if word in message], message
    assert caught.value.name.rsplit(".", 1)[-1] in (
        "UserError",
        "ValidationError",
        "AccessError",
        "RedirectWarning",
    ), caught.value
    return message


def test_a_receipt_is_not_deleted(firm):
    deadline = firm.deadline()
    receipt = firm.receipt("assistant")
    firm.done("assistant", deadline, receipt)
    for login in ("assistant", "lawyer", "partner", "admin"):
        refused(firm.rpc(login), "ir.attachment", receipt)
        refused(firm.rpc(login), "ir.attachment", receipt, "write", [{"raw": "other"}])
        refused(firm.rpc(login), "ir.attachment", receipt, "write", [{"res_id": 0}])


@pytest.mark.parametrize("login", ["assistant", "lawyer", "partner"])
def test_what_was_served_is_not_deleted(firm, login):
    matter = firm.matter()
    values = {"matter_id": matter, "channel": "letter", "subject": "Judgment"}
    served = firm.rpc(login).call("legal.communication", "create", [[values]])[0]
    firm.deadline(matter_id=matter, communication_id=served)
    assert "Grounds of appeal" in refused(
        firm.rpc(login), "legal.communication", served
    )


@pytest.mark.parametrize("login", ["assistant", "lawyer", "partner"])
def test_a_hearing_with_dates_is_not_deleted(firm, login):
    matter = firm.matter()
    values = {
        "name": "Hearing",
        "start": f"{LATER} 09:00:00",
        "stop": f"{LATER} 10:00:00",
        "matter_id": matter,
        "user_id": firm.uid(login),
    }
    rpc = firm.rpc(login)
    hearing = rpc.call("calendar.event", "create", [[values]])[0]
    deadline = firm.deadline(matter_id=matter, event_id=hearing, trigger_date=LATER)
    assert "Grounds of appeal" in refused(rpc, "calendar.event", hearing)
    assert firm.row(deadline)["event_id"] == hearing


def test_the_rule_stays(firm):
    rules = firm.server.psql(
        "SELECT id FROM legal_deadline_rule WHERE length > 0 AND active LIMIT 1"
    )
    rule = rules[0][0]
    firm.deadline(rule_id=rule, regime=False, trigger_date=False)
    for login in ("lawyer", "partner", "admin"):
        refused(firm.rpc(login), "legal.deadline.rule", rule)


def test_the_one_who_answers_stays(firm):
    admin, me = firm.rpc("admin"), firm.uid("lawyer")
    firm.deadline()
    refused(admin, "res.users", me)
    for field in ("deputy_id", "user_id"):
        ((group,),) = firm.server.psql(
            "SELECT res_id FROM ir_model_data WHERE module = 'legal_crm' "
            "AND name = 'group_assistant'"
        )
        values = {
            "name": "Weg",
            "login": f"gone-{field}",
            "group_ids": [(6, 0, [group])],
        }
        user = admin.call(
            "res.users", "create", [[values]], {"context": {"no_reset_password": True}}
        )[0]
        firm.deadline(**{field: user})
        refused(admin, "res.users", user)


@pytest.mark.parametrize("login", ["partner", "admin"])
def test_the_department_stays(firm, login):
    try:
        team = firm.rpc(login).call("legal.team", "create", [[{"name": f"T {login}"}]])
    except RpcError:
        pytest.skip("does not keep departments")
    firm.deadline(team_id=team[0])
    refused(firm.rpc(login), "legal.team", team[0])
