"""docs/gdpr_requirements.md: each proof it names is a test of the suite."""

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "gdpr_requirements.md"
NAMED = re.compile(r"`(test_\w+)::(test_\w+)`")
FOLDERS = ("addons/*/tests", "addons/*/tools/tests", "tests")


def tests_by_file():
    """{stem of a file: names of its tests}"""
    found = defaultdict(set)
    for folder in FOLDERS:
        for path in ROOT.glob(f"{folder}/test_*.py"):
            text = path.read_text(encoding="utf-8")
            found[path.stem] |= set(re.findall(r"^\s*def (test_\w+)\(", text, re.M))
    return found


def rows():
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("|")]


def test_each_named_test_exists():
    there = tests_by_file()
    missing = [
        f"{stem}::{name}"
        for stem, name in NAMED.findall(PAGE.read_text(encoding="utf-8"))
        if name not in there[stem]
    ]
    assert not missing


def test_each_requirement_has_a_proof():
    bare = [
        row
        for row in rows()
        if not row.startswith(("| requirement", "|---")) and not NAMED.search(row)
    ]
    assert not bare
    assert len(rows()) > 50
