"""`python -m engine check FILE`, as a lawyer calls it who adds a case."""

import subprocess
import sys
from pathlib import Path

import pytest

ADDON = Path(__file__).resolve().parents[2]

HEAD = (
    "id,regime,rule,event_date,event_time,period,unit,direction,"
    "jurisdiction_or_place,options,expected_date,kind,source,note\n"
)
GOOD = "A1,DE-ZPO,ZPO 517,2018-02-19,,1,month,forward,DE,,2018-03-19,derived,,\n"


def run(*arguments):
    done = subprocess.run(
        [sys.executable, "-m", "engine", *map(str, arguments)],
        cwd=ADDON,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout.splitlines(), done.stderr


@pytest.fixture
def write(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "cases.csv"
        path.write_text(text, encoding=encoding)
        return path

    return write


def test_the_examples_of_the_package():
    code, lines, _errors = run("check", "engine/data/deadline_examples.csv")
    assert (code, lines) == (0, ["196 passed, 0 failed"])


def test_a_date_that_differs_is_shown_with_both_and_why(write):
    wrong = "A2,DE-ZPO,ZPO 517,2018-02-19,,1,month,forward,DE,,2018-03-20,derived,,\n"
    code, lines, _errors = run("check", write(HEAD + GOOD + wrong))
    assert code == 1
    assert lines[0] == ("A2 (line 3): expected Tue 2018-03-20, computed Mon 2018-03-19")
    assert "BGB § 188(2)" in "".join(lines[1:])
    assert lines[-1] == "1 passed, 1 failed"


def test_a_line_that_cannot_be_computed_fails_and_the_others_go_on(write):
    bad = [
        "B1,DE-ZPO,,2018-02-30,,1,month,forward,DE,,2018-03-20,,,\n",
        "B2,DE-ZP,,2018-02-20,,1,month,forward,DE,,2018-03-20,,,\n",
        "B3,DE-ZPO,,2018-02-20,,1,month,forward,,,2018-03-20,,,\n",
        "B4,DE-ZPO,,2018-02-20,,1,month,forward,DE,,in March,,,\n",
        "B5,DE-ZPO,,2018-02-20\n",
        "B6,EU-GDPR,,2018-02-20,10:00,72,hour,forward,DE,,2018-02-23T25:00,,,\n",
    ]
    code, lines, errors = run("check", write(HEAD + "".join(bad) + GOOD))
    assert (code, lines[-1], errors) == (1, "1 passed, 6 failed", "")
    starts = [line.split(":")[0] for line in lines[:-1]]
    assert starts == [f"B{n} (line {n + 1})" for n in range(1, 7)]


def test_a_file_from_a_spreadsheet_with_its_mark_and_empty_lines(write):
    code, lines, _errors = run(
        "check", write(HEAD + "\n" + GOOD + ",,,,,,,,,,,,,\n", "utf-8-sig")
    )
    assert (code, lines) == (0, ["1 passed, 0 failed"])


def test_a_file_that_is_none(write, tmp_path):
    for path in (tmp_path / "missing.csv", tmp_path, write("id,regime\n1,2\n"),
                 write(HEAD + "Ä", "latin-1")):  # fmt: skip
        code, lines, errors = run("check", path)
        assert (code, lines[-1], errors) == (1, "0 passed, 1 failed", "")
        assert lines[0].startswith("The file cannot be used: ")


def test_a_day_of_service_alone_needs_no_period(write):
    case = "D1,AT-ZPO,GOG 89d,2026-07-03,,,,,AT,next_werktag=1,2026-07-06,,,\n"
    assert run("check", write(HEAD + case))[0] == 0


def test_hours_are_compared_by_the_clock(write):
    case = (
        "C1,EU-GDPR,,2020-12-22,12:17,72,hour,forward,DE,mode=fullhour,"
        "2020-12-25T{},,,\n"
    )
    assert run("check", write(HEAD + case.format("13:00")))[0] == 0
    code, lines, _errors = run("check", write(HEAD + case.format("12:00")))
    assert code == 1
    assert "expected Fri 2020-12-25 12:00, computed Fri 2020-12-25 13:00" in lines[0]


def test_the_engine_never_imports_odoo():
    code = (
        "import engine, engine.rules, engine.check, sys; print('odoo' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ADDON, capture_output=True, text=True
    )
    assert done.stdout.strip() == "False"
