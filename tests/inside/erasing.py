"""Erasure runs in processes of their own: run inside Odoo, by ``support.inside``.

A child is forked with the registry that is loaded already, so that twenty kills take
seconds and not twenty starts of a server. It dies by ``kill -9`` at a step that is
counted, and not at a time: the same number kills it at the same place again.
"""

import contextlib
import itertools
import json
import os
import random
import resource
import signal
import sys
import time
import traceback
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, sql_db
from odoo.exceptions import UserError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

LOOK = "odoo.addons.legal_gdpr.models.gdpr_erasure_run_look"


def due(env, count, label):
    """A run over ``count`` inquiries of long ago, its list made.

    :return: (id of the run, ids of the inquiries)
    """
    run, leads = new_run(env, count, label)
    run.action_simulate()
    assert run.line_count == count
    env.cr.commit()
    return run.id, leads


def new_run(env, count, label):
    leads = (
        env["crm.lead"]
        .with_context(tracking_disable=True)
        .create(
            [
                {"name": f"{label} {n}", "date_deadline": "2001-01-01"}
                for n in range(count)
            ]
        )
    )
    rule = (
        env["gdpr.retention.rule"]
        .with_context(legal_unlock=UNLOCK)
        .create(
            {
                "code": f"TEST-{label}",
                "name": label,
                "model_id": env["ir.model"]._get_id("crm.lead"),
                "source": "test",
                "minimum": 3,
                "trigger": "date_deadline",
                "domain": f"[('name', 'like', '{label} %')]",
                "state": "approved",
            }
        )
    )
    officer = env.ref("legal_gdpr.user_dpo")
    run = env["gdpr.erasure.run"].with_user(officer).create(
        {"rule_ids": [(6, 0, rule.ids)]}
    )  # fmt: skip
    return run, leads.ids


def start(env, run_id):
    """Approved by somebody else, and begun."""
    officer = second_officer(env)
    run = env["gdpr.erasure.run"].with_user(officer).browse(run_id)
    run.action_approve()
    run.action_run()
    env.cr.commit()


def second_officer(env, login="dpo2"):
    users = env["res.users"]
    return users.search([("login", "=", login)]) or users.with_context(
        no_reset_password=True
    ).create(
        {
            "name": login,
            "login": login,
            "email": f"{login}@example.com",
            "group_ids": [(6, 0, env.ref("legal_gdpr.group_dpo").ids)],
        }
    )


# -- children ----------------------------------------------------------------------


def fork(env, work):
    """Begin ``work(env)`` in a child with connections of its own. :return: its id"""
    registry, database = env.registry, env.cr.dbname
    env.cr.commit()
    env.invalidate_all()
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    code = 3
    try:
        # what was inherited belongs to the parent: libpq would talk across it
        sql_db._Pool = sql_db._Pool_readonly = None
        registry._db = sql_db.db_connect(database)
        registry._db_readonly = None
        with registry.cursor() as cr:
            work(api.Environment(cr, SUPERUSER_ID, {}))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def wait(*children):
    """:return: of each "killed", or the code with which it ended"""
    ends = [os.waitpid(child, 0)[1] for child in children]
    return [
        "killed" if os.WIFSIGNALED(end) else os.waitstatus_to_exitcode(end)
        for end in ends
    ]


def work_on(env, batch=5):
    env["gdpr.erasure.run"]._cron_run(batch)


@contextlib.contextmanager
def steps(each):
    """Call ``each`` before each statement, commit, and write to a disk, and after
    each commit."""

    def before(original):
        def wrapped(*args, **kwargs):
            each()
            return original(*args, **kwargs)

        return wrapped

    def around(original):
        def wrapped(*args, **kwargs):
            each()
            result = original(*args, **kwargs)
            each()
            return result

        return wrapped

    cursor = sql_db.Cursor
    with (
        patch.object(cursor, "execute", before(cursor.execute)),
        patch.object(cursor, "commit", around(cursor.commit)),
        patch.object(os, "write", before(os.write)),
        patch.object(os, "fsync", around(os.fsync)),
    ):
        yield


def count_steps(env, batch):
    """How many steps a batch takes: in a child whose work is rolled back."""
    reader, writer = os.pipe()

    def work(env):
        counter = itertools.count()
        runs = env["gdpr.erasure.run"].search([("state", "=", "running")])
        with steps(lambda: next(counter)):
            runs._run_batch(batch)
        os.write(writer, str(next(counter)).encode())
        env.cr.rollback()

    assert wait(fork(env, work)) == [0]
    return int(os.read(reader, 20))


def kill_at(env, point, working):
    def work(env):
        counter = itertools.count(1)

        def each():
            if next(counter) == point:
                os.kill(os.getpid(), signal.SIGKILL)

        with steps(each):
            working(env)

    return wait(fork(env, work))[0]


# -- what is there -----------------------------------------------------------------


def account(env, run_id, leads, path):
    """What the database, the journal, the run and the file say: sorted ids each."""
    env.cr.commit()

    def ids(sql, *values):
        env.cr.execute(sql, values)
        return sorted(row[0] for row in env.cr.fetchall())

    entries = {}
    with contextlib.suppress(FileNotFoundError), open(path, "rb") as file:
        for raw in file:
            with contextlib.suppress(ValueError):
                line = json.loads(raw)
                if line["state"] == "intent":
                    entries[line["entry"]] = [line["id"], "intent", line["model"]]
                else:
                    entries[line["entry"]][1] = line["state"]
    mine = [entry for entry in entries.values() if entry[2] == "crm.lead"]
    return {
        "left": ids("SELECT id FROM crm_lead WHERE id = ANY(%s)", leads),
        "journal": ids(
            "SELECT res_id FROM gdpr_erasure_journal "
            "WHERE run_id = %s AND model = 'crm.lead'",
            run_id,
        ),
        "done": ids(
            "SELECT res_id FROM gdpr_erasure_run_line "
            "WHERE run_id = %s AND state = 'done'",
            run_id,
        ),
        "file_done": sorted(e[0] for e in mine if e[1] == "done" and e[0] in leads),
        "file_any": sorted({e[0] for e in mine if e[0] in leads}),
    }


def kept(env, run_id):
    """{id: reason}"""
    env.cr.execute(
        "SELECT res_id, reason FROM gdpr_erasure_run_line "
        "WHERE run_id = %s AND state = 'kept'",
        [run_id],
    )
    return dict(env.cr.fetchall())


# -- the tests' scenes -------------------------------------------------------------


def killed(env, path, count, kills, seed, batch=5):
    """Kill, look, kill again ..., and let it end. :return: dict, see the test"""
    run_id, leads = due(env, count, f"Killed{seed}")
    start(env, run_id)
    total = count_steps(env, batch)
    dice, points, looks, ends = random.Random(seed), [], [], []
    for _kill in range(kills):
        # within the first two batches: each kill has something to kill
        points.append(dice.randint(1, 2 * total))
        ends.append(kill_at(env, points[-1], lambda env: work_on(env, batch)))
        looks.append(account(env, run_id, leads, path))
    assert wait(fork(env, lambda env: work_on(env, 100))) == [0]
    env["gdpr.erasure.file"]._reconcile()
    state = env["gdpr.erasure.run"].browse(run_id).state
    return {
        "leads": sorted(leads), "steps": total, "points": points, "ends": ends,
        "looks": looks, "last": account(env, run_id, leads, path), "state": state,
    }  # fmt: skip


def killed_while_looking(env, path, count, kills, seed, batch=5):
    """As ``killed``, while the list is made."""
    run, leads = new_run(env, count, f"Looked{seed}")
    with patch(f"{LOOK}.AT_ONCE", 0):
        run.action_simulate()
    run = run.sudo()
    env.cr.commit()
    counter = itertools.count()
    with steps(lambda: next(counter)):
        for _batch in run._look(batch):
            pass
    env.cr.rollback()
    env.invalidate_all()
    total = next(counter) * batch // count

    def look_on(env):
        env["gdpr.erasure.run"]._cron_look(batch)

    dice, points, looks, ends = random.Random(seed), [], [], []
    for _kill in range(kills):
        points.append(dice.randint(1, 3 * total))
        ends.append(kill_at(env, points[-1], look_on))
        looks.append(listed(env, run))
    rest = wait(fork(env, look_on))
    return {
        "leads": sorted(leads), "points": points, "ends": ends, "looks": looks,
        "rest": rest, "last": listed(env, run), "state": run.state,
        "same": run._count_digest() == run.digest,
    }  # fmt: skip


def listed(env, run):
    """[ids in the list, how many were looked at]"""
    env.cr.commit()
    env.invalidate_all()
    return [sorted(run.line_ids.mapped("res_id")), run.looked_count]


def stopped_at_work(env, path, count, looking):
    """Somebody presses "Stop" while the scheduled action has the run under its lock."""
    run, leads = new_run(env, count, f"Stopped{looking:d}")
    if looking:
        with patch(f"{LOOK}.AT_ONCE", 0):
            run.action_simulate()
    else:
        run.action_simulate()
        start(env, run.id)
    env.cr.commit()

    def work(env):
        with steps(lambda: time.sleep(0.003)):
            if looking:
                env["gdpr.erasure.run"]._cron_look(1)
            else:
                work_on(env, 1)

    child = fork(env, work)
    field = "looked_count" if looking else "done_count"
    while not run[field]:
        time.sleep(0.02)
        env.cr.commit()
        env.invalidate_all()
    try:
        run.action_stop()
        said = None
    except UserError as error:
        said = str(error)
    env.cr.commit()
    # and once more: stopping triggers the scheduled action
    end = [*wait(child), *wait(fork(env, work_on))]
    env.cr.commit()
    env.invalidate_all()
    return {
        "leads": sorted(leads), "end": end, "said": said, "state": run.state,
        "listed": run.line_count, "last": account(env, run.id, leads, path),
    }  # fmt: skip


def refusing(env, path, count):
    """One is needed by a table that nobody knows, one's unlink raises."""
    run_id, leads = due(env, count, "Refusing")
    needed, raising = leads[count // 3], leads[2 * count // 3]
    env.cr.execute("CREATE TABLE test_needs (lead_id int REFERENCES crm_lead)")
    env.cr.execute("INSERT INTO test_needs VALUES (%s)", [needed])
    start(env, run_id)
    model = env.registry["crm.lead"]
    original = model.unlink

    def unlink(records):
        if raising in records.ids:
            raise ZeroDivisionError("an application with a fault")
        return original(records)

    with patch.object(model, "unlink", unlink):
        end = wait(fork(env, lambda env: work_on(env, 200)))
    return {
        "leads": leads, "needed": needed, "raising": raising, "end": end,
        "last": account(env, run_id, leads, path), "kept": kept(env, run_id),
    }  # fmt: skip


def disk_full(env, path, count):
    """The file may grow by less than one batch needs."""
    run_id, leads = due(env, count, "Full")
    start(env, run_id)

    def work(env):
        size = os.path.getsize(path) if os.path.exists(path) else 0
        limit = size + 700
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        work_on(env, 10)

    end = wait(fork(env, work))
    run = env["gdpr.erasure.run"].browse(run_id)
    env.invalidate_all()
    full = {
        "end": end, "last": account(env, run_id, leads, path), "state": run.state,
        "said": " ".join(run.message_ids.mapped("body")),
    }  # fmt: skip
    run.with_user(env.ref("legal_gdpr.user_dpo")).action_run()
    ended = wait(fork(env, work_on))
    return {
        "leads": sorted(leads), "full": full, "ended": ended,
        "last": account(env, run_id, leads, path),
    }  # fmt: skip


def two_at_once(env, path, count):
    """Two officers approve, then two processes run, all at the same moment."""
    run_id, leads = due(env, count, "Twice")
    people = [second_officer(env, login).id for login in ("dpo2", "dpo3")]
    env.cr.commit()
    gate_reader, gate_writer = os.pipe()

    def at_the_gate(work):
        def waiting(env):
            os.close(gate_writer)
            os.read(gate_reader, 1)  # ends when the parent closes it
            work(env)

        return waiting

    def approve(user_id):
        def work(env):
            run = env["gdpr.erasure.run"].with_user(user_id).browse(run_id)
            run.action_approve()
            run.action_run()

        return at_the_gate(work)

    children = [fork(env, approve(user_id)) for user_id in people]
    os.close(gate_writer)
    approved = wait(*children)
    os.close(gate_reader)
    gate_reader, gate_writer = os.pipe()
    children = [fork(env, at_the_gate(work_on)) for _child in range(2)]
    os.close(gate_writer)
    ran = wait(*children)
    os.close(gate_reader)
    # whoever came second may have given up: what is left goes on
    rest = wait(fork(env, work_on))
    return {
        "leads": sorted(leads), "approved": approved, "ran": ran, "rest": rest,
        "last": account(env, run_id, leads, path),
    }  # fmt: skip
