import importlib.util
import os
from pathlib import Path

import pytest
from tools.erasure_file import ErasureFile

_SPEC = importlib.util.spec_from_file_location(
    "legal_crm_anchor",
    Path(__file__).resolve().parents[3] / "legal_crm" / "tools" / "anchor.py",
)
anchor = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(anchor)


def intent(number, **more):
    return {
        "entry": number, "time": "2026-01-01 00:00:00", "action": "delete",
        "model": "res.partner", "id": 7, "subject": None, "record": "k:1", "rule": None,
        "source": "hand", "fields": [], **more,
    }  # fmt: skip


@pytest.fixture
def file(tmp_path):
    return ErasureFile(anchor.Anchor(tmp_path / "legal" / "erasure.jsonl"), "db-1")


def test_an_intent_waits_for_its_second_line(file):
    file.intend([intent("a"), intent("b"), intent("c")])
    file.finish(["a"])
    file.abort(["b"])
    contents = file.read()
    assert [e["entry"] for e in contents.done()] == ["a"]
    assert [e["entry"] for e in contents.open()] == ["c"]


def test_half_a_line_is_passed_over_and_the_next_one_counts(file):
    file.intend([intent("a")])
    with file.anchor.path.open("ab") as raw:
        raw.write(b'{"entry":"b","stat')
    assert list(file.read().entries) == ["a"]
    file.intend([intent("c")])
    contents = file.read()
    assert list(contents.entries) == ["a", "c"]
    assert contents.damaged == 1


def test_only_what_came_since_is_read(file):
    file.intend([intent("a")])
    contents = file.read()
    size = contents.size
    file.finish(["a"])
    contents = file.read(contents)
    assert contents.size > size
    assert [e["entry"] for e in contents.done()] == ["a"]


def test_another_database_has_its_own_lines(file):
    file.intend([intent("a")])
    other = ErasureFile(file.anchor, "db-2")
    assert not other.read().entries
    other.finish(["a"])
    assert not file.read().done()


def test_a_line_that_is_none_is_counted(file):
    file.intend([intent("a")])
    with file.anchor.path.open("ab") as raw:
        raw.write(b'[1]\n{"entry":"x"}\nnonsense\n\n')
    assert file.read().damaged == 3


def test_nothing_is_written_for_nothing(file):
    file.intend([])
    file.finish(iter([]))
    assert file.stamp() is None


def test_a_full_disk_is_told(file, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space"):
        file.intend([intent("a")])
