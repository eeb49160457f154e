"""Erasing a person in a process that is killed, and after a backup was put back.

What counts is the database and the list outside of it: nothing twice, nothing
forgotten, nobody else touched.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
import uuid

import pytest
from suite import paths, process

COUNT = 300
KILLS = 5

PLANT = """
person = env["res.partner"].create({"name": "Erna Tokenfrau", "email": "e@t.example"})
other = env["res.partner"].create({"name": "Otto Fremd", "email": "otto@t.example"})
leads = env["crm.lead"].create(
    [{"name": f"Erna Tokenfrau {n}", "partner_id": person.id} for n in range(COUNT)]
    + [{"name": "Otto Fremd", "partner_id": other.id}]
)
subject = env["gdpr.subject"].create({"name": "Erna", "partner_id": person.id})
env["gdpr.subject.item"].create(
    [
        {"subject_id": subject.id, "res_model": record._name, "res_id": record.id,
         "edge": "owned"}
        for record in [*leads[:-1], person]
    ]
)
env.cr.commit()
print("PLANTED", subject.id, person.id, other.id)
"""

ERASE = """
print("BEGUN", flush=True)
erasure = env["gdpr.erasure"].with_context(gdpr_commit=True)
print("RESULT", erasure._erase_subject(env["gdpr.subject"].browse(SUBJECT)), flush=True)
env.cr.commit()
"""


class Firm:
    """A database of its own, and a list of erasures of its own."""

    def __init__(self, platform, folder, label):
        self.databases = platform.databases
        self.db = platform.copy(platform.suite(), label)
        self.file = folder / "erasure.jsonl"

    def start(self, *arguments, script=None):
        child = subprocess.Popen(
            [sys.executable, str(paths.ROOT / "bin" / "odoo"), *arguments],
            env=os.environ | {"LEGAL_ERASURE_FILE": str(self.file)},
            cwd=paths.ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
            preexec_fn=process.die_with_parent,
        )
        if script is not None:
            child.stdin.write(script)
        child.stdin.close()
        return child

    def shell(self, script):
        return self.start("shell", "-d", self.db, "--no-http", script=script)

    def run(self, script):
        child = self.shell(script)
        out = child.stdout.read()
        assert child.wait() == 0, out
        return out

    def replay(self, *options):
        child = self.start("gdpr_replay", "-d", self.db, *options)
        out = child.stdout.read()
        return child.wait(), out

    def psql(self, sql, *values):
        return self.databases.query(sql, *values, database=self.db)

    def lines(self):
        found = []
        for raw in self.file.read_bytes().splitlines():
            try:
                found.append(json.loads(raw))
            except ValueError:
                continue
        return found


@pytest.fixture
def firm(platform, tmp_path):
    firm = Firm(platform, tmp_path, f"_erasure_{uuid.uuid4().hex[:6]}")
    yield firm
    firm.databases.drop(firm.db)


def plant(firm):
    out = firm.run(PLANT.replace("COUNT", str(COUNT)))
    [line] = [line for line in out.splitlines() if "PLANTED" in line]
    return [int(number) for number in line.split()[-3:]]


def test_killed_at_random_points_and_resumed(firm):
    subject, person, other = plant(firm)
    script = ERASE.replace("SUBJECT", str(subject))
    dice = random.Random(4)
    for _kill in range(KILLS):
        child = firm.shell(script)
        for line in child.stdout:
            if "BEGUN" in line:
                break
        time.sleep(dice.uniform(0.05, 0.9))
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    out = firm.run(script)
    assert "'refused': {}" in out

    assert firm.psql("SELECT count(*) FROM crm_lead WHERE name ~ 'Tokenfrau'") == [(0,)]
    assert firm.psql("SELECT 1 FROM res_partner WHERE id = %s", person) == []
    assert firm.psql("SELECT count(*) FROM crm_lead WHERE partner_id = %s", other) == [
        (1,)
    ]
    # nothing twice: one entry for each record; nothing forgotten: all of them
    journal = firm.psql(
        "SELECT model, res_id, entry FROM gdpr_erasure_journal WHERE action = 'delete'"
    )
    assert len(journal) == COUNT + 1
    assert len({(model, number) for model, number, _entry in journal}) == COUNT + 1
    done = [line["entry"] for line in firm.lines() if line["state"] == "done"]
    assert sorted(done) == sorted(entry for _model, _number, entry in journal)


def test_a_restored_backup_is_cleaned_and_a_stranger_survives(firm):
    subject, person, _other = plant(firm)
    backup = f"{firm.db}_bak"
    firm.databases.copy(firm.db, backup)
    try:
        firm.run(ERASE.replace("SUBJECT", str(subject)))
        assert firm.psql("SELECT 1 FROM res_partner WHERE id = %s", person) == []
        firm.databases.drop(firm.db)
        firm.databases.copy(backup, firm.db)
    finally:
        firm.databases.drop(backup)
    assert firm.psql("SELECT name FROM res_partner WHERE id = %s", person)
    # after the backup somebody else got one of the numbers
    ((stranger,),) = firm.psql(
        "SELECT min(id) FROM crm_lead WHERE name ~ 'Erna Tokenfrau'"
    )
    firm.psql(
        "UPDATE crm_lead SET name = 'Stranger', partner_id = NULL, "
        "create_date = now() AT TIME ZONE 'UTC' + interval '1 day' WHERE id = %s",
        stranger,
    )

    code, out = firm.replay("--check")
    assert code == 0
    assert f"{COUNT} deleted again" in out
    assert firm.psql("SELECT 1 FROM res_partner WHERE id = %s", person)

    code, out = firm.replay()
    assert code == 0, out
    assert "1 number now belongs to another record" in out
    assert firm.psql("SELECT 1 FROM res_partner WHERE id = %s", person) == []
    assert firm.psql("SELECT name FROM crm_lead WHERE name ~ 'Tokenfrau'") == []
    assert firm.psql("SELECT name FROM crm_lead WHERE id = %s", stranger) == [
        ("Stranger",)
    ]
    code, out = firm.replay()
    assert (code, out.strip().splitlines()[-1]) == (0, "Nothing is left to do.")


AFTERWARDS = """
leads = env["crm.lead"].create([{"name": f"{LABEL} {n}"} for n in range(3)])
env.cr.commit()
print("MADE", *leads.ids)
"""


def test_a_sequence_that_gives_the_numbers_out_again_harms_nobody(firm):
    """What was made and deleted after the backup is not there in it, and its numbers
    are given to others before the replay."""

    def make(label, more=""):
        out = firm.run(AFTERWARDS.replace("LABEL", repr(label)) + more)
        [line] = [line for line in out.splitlines() if "MADE" in line]
        return [int(number) for number in line.split()[-3:]]

    backup = f"{firm.db}_bak"
    firm.databases.copy(firm.db, backup)
    try:
        gone = make(
            "Gone",
            'env["gdpr.erasure"]._destroy(leads, "delete", "selective")\n'
            "env.cr.commit()\n",
        )
        assert firm.psql("SELECT 1 FROM crm_lead WHERE id = ANY(%s)", gone) == []
        done = [line for line in firm.lines() if line["state"] == "done"]
        assert len(done) == 3
        firm.databases.drop(firm.db)
        firm.databases.copy(backup, firm.db)
    finally:
        firm.databases.drop(backup)
    assert make("New client") == gone, "the sequence gave out other numbers"

    code, out = firm.replay()
    assert code == 0, out
    assert "3 number now belongs to another record" in out
    rows = firm.psql("SELECT name FROM crm_lead WHERE id = ANY(%s) ORDER BY id", gone)
    assert [name for (name,) in rows] == [f"New client {n}" for n in range(3)]
    code, out = firm.replay()
    assert (code, out.strip().splitlines()[-1]) == (0, "Nothing is left to do.")
