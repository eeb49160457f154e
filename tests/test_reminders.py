"""The reminders in a real server: killed in the middle, and two at once.

What counts is the database afterwards: everybody was told of each warning once, with
one activity and one mail each.
"""

import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from support.rpc import RpcError

COUNT = 250  # two and a half batches
PATIENCE = 120


@pytest.fixture(scope="module")
def firm(make_server):
    return make_server("reminders", workers=2)


@pytest.fixture
def due(firm):
    """Ids of early warnings that are due now, of deadlines far ahead."""
    rpc = firm.rpc("lawyer")
    ((matter,),) = firm.psql(
        """SELECT id FROM legal_matter
            WHERE state = 'open' AND access_list_id IS NULL ORDER BY id LIMIT 1"""
    )
    # what else the demo firm has to be told is none of this test's business
    firm.psql("UPDATE legal_deadline_warning SET next_on = NULL")
    deadlines = rpc.call(
        "legal.deadline",
        "create",
        [
            [
                {
                    "name": f"Number {number}",
                    "matter_id": matter,
                    "user_id": rpc.uid,
                    "date_deadline": "2090-03-01",
                    "manual_reason": "test",
                    "warning_days": "7",
                }
                for number in range(COUNT)
            ]
        ],
    )
    rows = firm.psql(
        """UPDATE legal_deadline_warning SET next_on = now() - interval '1 minute'
            WHERE kind = 'early' AND deadline_id = ANY(%s) RETURNING id""",
        deadlines,
    )
    return [row[0] for row in rows]


def remind(firm):
    rpc = firm.rpc("admin")
    cron = rpc.call(
        "ir.model.data",
        "search_read",
        [[("name", "=", "cron_deadline_remind")], ["res_id"]],
    )[0]["res_id"]
    return rpc.call("ir.cron", "method_direct_trigger", [[cron]])


def told(firm, due):
    """How many notices there are of these warnings."""
    ((count,),) = firm.psql(
        "SELECT count(*) FROM legal_deadline_notice WHERE warning_id = ANY(%s)", due
    )
    return count


def assert_once(firm, due):
    assert told(firm, due) == len(due)
    ((people,),) = firm.psql(
        """SELECT count(DISTINCT (warning_id, user_id)) FROM legal_deadline_notice
            WHERE warning_id = ANY(%s)""",
        due,
    )
    assert people == len(due)
    ((mails, mailed),) = firm.psql(
        """SELECT count(*), count(DISTINCT message.res_id)
             FROM mail_message message
             JOIN legal_deadline_notice notice ON notice.id = message.res_id
            WHERE message.model = 'legal.deadline.notice'
              AND notice.warning_id = ANY(%s)""",
        due,
    )
    assert (mails, mailed) == (len(due), len(due))
    ((activities,),) = firm.psql(
        """SELECT count(*) FROM mail_activity activity
             JOIN legal_deadline_warning warning
               ON warning.deadline_id = activity.res_id
            WHERE activity.res_model = 'legal.deadline' AND activity.active
              AND warning.id = ANY(%s)""",
        due,
    )
    assert activities == len(due)


@contextlib.contextmanager
def in_the_background(firm):
    def run():
        # the server dies while it answers, or another one was faster
        with contextlib.suppress(OSError, RpcError, requests.RequestException):
            remind(firm)

    thread = threading.Thread(target=run)
    thread.start()
    yield
    thread.join(PATIENCE)


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_killed_between_two_batches(firm, due):
    with in_the_background(firm):
        wait_until(lambda: told(firm, due))
        firm.kill9()
    assert 0 < told(firm, due) < len(due), "killed too late to prove anything"
    firm.start()
    assert remind(firm) is True
    assert_once(firm, due)


@pytest.mark.parametrize("table", ["mail_activity", "mail_mail"])
def test_killed_within_a_batch(firm, due, table):
    """A third connection holds the table that the batch wants to write next."""
    connection = firm.databases.server.connect(firm.db)
    connection.autocommit = False
    try:
        connection.cursor().execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
        with in_the_background(firm):
            wait_until(
                lambda: firm.psql(
                    """SELECT 1 FROM pg_locks l
                         JOIN pg_class c ON c.oid = l.relation
                        WHERE NOT l.granted AND c.relname = %s""",
                    table,
                )
            )
            firm.kill9()
    finally:
        connection.rollback()
        connection.close()
    assert told(firm, due) == 0
    firm.start()
    assert remind(firm) is True
    assert_once(firm, due)


def test_two_at_once(firm, due):
    """The scheduler lets one of them in; both together tell everybody once."""
    with ThreadPoolExecutor(3) as pool:
        answers = [pool.submit(remind, firm) for _each in range(3)]
        done = 0
        for answer in answers:
            try:
                done += answer.result(PATIENCE) is True
            except RpcError as error:
                assert "executing" in str(error)
    assert done
    assert_once(firm, due)


def test_somebody_acknowledges_while_it_runs(firm, due):
    rpc = firm.rpc("lawyer")
    remind(firm)
    rows = firm.psql(
        """UPDATE legal_deadline_warning SET next_on = now() - interval '1 minute'
            WHERE id = ANY(%s) RETURNING deadline_id""",
        due,
    )
    last = [row[0] for row in rows][-20:]
    with in_the_background(firm):
        rpc.call("legal.deadline", "action_acknowledge", [last])
    remind(firm)
    ((open_ones,),) = firm.psql(
        """SELECT count(*) FROM legal_deadline_warning
            WHERE deadline_id = ANY(%s) AND kind = 'early'
              AND (state != 'acknowledged' OR next_on IS NOT NULL)""",
        last,
    )
    assert open_ones == 0


def test_health(firm):
    assert remind(firm) is True
    firm.psql("UPDATE mail_mail SET state = 'cancel' WHERE state = 'exception'")
    answer = requests.get(f"{firm.url}/legal/deadlines/health", timeout=60)
    assert (answer.status_code, answer.json()) == (200, {"reminders": "ok"})
    firm.psql("UPDATE legal_deadline_run SET ended_on = now() - interval '1 day'")
    answer = requests.get(f"{firm.url}/legal/deadlines/health", timeout=60)
    assert (answer.status_code, answer.json()) == (503, {"reminders": "late"})
