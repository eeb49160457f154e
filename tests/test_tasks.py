"""Two colleagues take the same task from the queue at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from support.rpc import RpcError
from test_readers_at_once import PATIENCE, holding, wait_for

ROLES = ("assistant", "lawyer", "partner")


@pytest.fixture(scope="module")
def lawyer(server):
    return server.rpc("lawyer")


def new_task(rpc, **values):
    values = {"name": "Look into the post box", "user_ids": [], **values}
    return rpc.call(
        "project.task", "create", [[values]], {"context": {"legal_tasks": True}}
    )[0]


def take(rpc, task):
    try:
        rpc.call("project.task", "action_take", [[task]])
    except RpcError as error:
        return error
    return None


def holders(lawyer, task):
    return lawyer.call("project.task", "read", [[task], ["user_ids"]])[0]["user_ids"]


def test_one_takes_it_and_the_others_are_told_who(server, lawyer):
    people = {role: server.rpc(role) for role in ROLES}
    names = {
        role: rpc.call("res.users", "read", [[rpc.uid], ["name"]])[0]["name"]
        for role, rpc in people.items()
    }
    for _ in range(5):
        task = new_task(lawyer)
        with ThreadPoolExecutor(len(people)) as pool:
            jobs = {role: pool.submit(take, rpc, task) for role, rpc in people.items()}
            results = {role: job.result(PATIENCE) for role, job in jobs.items()}
        winners = [role for role, error in results.items() if error is None]
        assert len(winners) == 1, results
        assert holders(lawyer, task) == [people[winners[0]].uid]
        for role, error in results.items():
            if error:
                assert names[winners[0]] in error.message, (role, error.message)


def test_the_second_waits_for_the_first(server, lawyer):
    """The first has it and did not commit yet: the second takes nothing."""
    assistant, partner = server.rpc("assistant"), server.rpc("partner")
    task = new_task(lawyer)
    with ThreadPoolExecutor(2) as pool:
        with holding(server, "LOCK TABLE project_task_user_rel IN EXCLUSIVE MODE"):
            first = pool.submit(take, assistant, task)
            wait_for(server, 1)
            second = pool.submit(take, partner, task)
        results = [first.result(PATIENCE), second.result(PATIENCE)]
    assert [error is None for error in results].count(True) == 1, results
    assert len(holders(lawyer, task)) == 1


def test_a_task_given_to_a_closed_matter_by_context(server, lawyer):
    """A forged context neither opens a task nor leaves its key out."""
    client = lawyer.call("res.partner", "create", [[{"name": "Aufgabenklient"}]])[0]
    values = {"client_id": client, "access_policy": "restricted"}
    matter = lawyer.call("legal.matter", "create", [[values]])[0]
    task = new_task(lawyer, matter_id=matter, name="Marker task")
    for role in ("lawyer2", "auditor", "compliance", "admin"):
        rpc = server.rpc(role)
        for method, args in (
            ("read", [[task], ["name"]]),
            ("web_read", [[task], {"name": {}}]),
            ("action_take", [[task]]),
            ("action_done", [[task]]),
            ("copy", [[task]]),
            ("get_mention_suggestions", [[task], ""]),
            ("export_data", [[task], ["name"]]),
        ):
            with pytest.raises(RpcError):
                rpc.call("project.task", method, args)
        found = rpc.call("project.task", "search_count", [[("id", "=", task)]])
        assert found == 0, role
        context = {"default_matter_id": matter, "legal_unlock": True, "su": True}
        with pytest.raises(RpcError):
            rpc.call("project.task", "create", [[{"name": "x"}]], {"context": context})
