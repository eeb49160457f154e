"""Erasure runs that are killed, refused, starved of disk, or started twice.

What counts is what the database, the journal, the run and the list outside say: they
have to agree, nothing twice, nothing forgotten.
"""

import random

import pytest
from support import inside

KILLS = 20
BATCH = 5


@pytest.fixture(scope="module")
def database(platform):
    name = platform.copy(platform.suite(), "_retention")
    yield name
    platform.databases.drop(name)


@pytest.fixture
def scene(platform, database, tmp_path):
    """``scene("killed", count=5)`` runs a function of tests/inside/erasing.py."""

    def run(name, **values):
        path = str(tmp_path / "erasure.jsonl")
        code = f"""
import os
os.environ["LEGAL_ERASURE_FILE"] = path
import erasing
result = erasing.{name}(env, path, **more)
"""
        return inside.run(platform, database, code, path=path, more=values)

    return run


def agree(leads, look):
    """Each inquiry is there, or gone with one entry in the journal: never both."""
    assert look["journal"] == sorted(set(look["journal"])), "destroyed twice"
    assert sorted(look["left"] + look["journal"]) == sorted(leads), "forgotten"
    assert look["done"] == look["journal"]
    assert set(look["journal"]) <= set(look["file_any"]), "not written down before"
    assert set(look["file_done"]) <= set(look["journal"]), "said done and is not"


def test_killed_at_twenty_random_points_and_resumed(scene):
    seed = random.SystemRandom().randint(1, 10**6)
    print(f"seed {seed}")  # shown when it fails: give it to scene() to see it again
    found = scene("killed", count=200, kills=KILLS, seed=seed, batch=BATCH)
    assert found["ends"] == ["killed"] * KILLS, found["points"]
    for look in found["looks"]:
        agree(found["leads"], look)
    progress = [len(look["journal"]) for look in found["looks"]]
    assert progress == sorted(progress)
    assert 0 < progress[-1] < 200, "killed at no interesting time"
    agree(found["leads"], found["last"])
    assert found["state"] == "done"
    assert found["last"]["left"] == []
    assert found["last"]["file_done"] == found["leads"]


def test_killed_while_the_list_is_made(scene):
    seed = random.SystemRandom().randint(1, 10**6)
    print(f"seed {seed}")
    found = scene(
        "killed_while_looking", count=200, kills=KILLS, seed=seed, batch=BATCH
    )
    assert found["ends"] == ["killed"] * KILLS, found["points"]
    for ids, looked in found["looks"]:
        assert len(ids) == looked, "a batch is listed and counted, or neither"
    progress = [looked for _ids, looked in found["looks"]]
    assert progress == sorted(progress)
    assert 0 < progress[-1] < 200, "killed at no interesting time"
    assert found["rest"] == [0]
    assert found["last"] == [found["leads"], 200]
    assert (found["state"], found["same"]) == ("simulated", True)


def test_stopped_while_it_is_at_work(scene):
    found = scene("stopped_at_work", count=40, looking=False)
    assert (found["said"], found["state"], found["end"]) == (None, "stopped", [0, 0])
    agree(found["leads"], found["last"])
    assert 0 < len(found["last"]["journal"]) < 40


def test_stopped_while_the_list_is_made(scene):
    found = scene("stopped_at_work", count=40, looking=True)
    assert (found["said"], found["state"], found["end"]) == (None, "draft", [0, 0])
    assert found["listed"] == 0
    assert found["last"]["left"] == found["leads"]


def test_two_in_a_thousand_refuse_and_all_others_go(scene):
    found = scene("refusing", count=1000)
    stay = sorted([found["needed"], found["raising"]])
    assert found["end"] == [0]
    assert found["last"]["left"] == stay
    agree(found["leads"], found["last"])
    reasons = {int(number): reason for number, reason in found["kept"].items()}
    assert sorted(reasons) == stay
    assert "test_needs" in reasons[found["needed"]]
    assert "ZeroDivisionError" in reasons[found["raising"]]
    assert set(found["last"]["file_done"]) == set(found["leads"]) - set(stay)


def test_nothing_is_destroyed_when_the_disk_is_full(scene):
    found = scene("disk_full", count=30)
    full = found["full"]
    assert full["end"] == [0]
    assert full["last"]["left"] == found["leads"]
    assert full["last"]["journal"] == []
    assert full["state"] == "stopped"
    assert "cannot be written" in full["said"]
    # with room again, "go on" does
    assert found["ended"] == [0]
    agree(found["leads"], found["last"])
    assert found["last"]["left"] == []
    assert found["last"]["file_done"] == found["leads"]


def test_two_officers_at_once(scene):
    found = scene("two_at_once", count=60)
    assert sorted(found["approved"]) == [0, 3]
    assert 0 in found["ran"]
    assert found["rest"] == [0]
    agree(found["leads"], found["last"])
    assert found["last"]["left"] == []
