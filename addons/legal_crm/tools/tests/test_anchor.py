import stat

from tools.anchor import Anchor


def line(number, ledger="log", database="db", **more):
    return {"database": database, "ledger": ledger, "number": number, **more}


def test_lines_of_one_ledger(tmp_path):
    anchor = Anchor(tmp_path / "seals" / "firm.jsonl")
    assert anchor.lines("db", "log") == [] and anchor.last("db", "log") is None
    anchor.append([line(1), line(1, ledger="other"), line(9, database="older")])
    anchor.append([line(2)])
    assert [found["number"] for found in anchor.lines("db", "log")] == [1, 2]
    assert anchor.last("db", "log")["number"] == 2
    assert anchor.last("db", "other")["number"] == 1
    assert anchor.last("db", "none") is None
    assert stat.S_IMODE(anchor.path.stat().st_mode) == 0o600


def test_another_database_of_that_name(tmp_path):
    anchor = Anchor(tmp_path / "firm.jsonl")
    assert not anchor.has_strangers("db")
    anchor.append([line(1)])
    assert not anchor.has_strangers("db")
    anchor.append([line(1, database="older")])
    assert anchor.has_strangers("db")


def test_a_new_beginning(tmp_path):
    anchor = Anchor(tmp_path / "firm.jsonl")
    anchor.append([line(1), line(2), line(7, begins="restart"), line(8)])
    assert [found["number"] for found in anchor.lines("db", "log")] == [7, 8]


def test_killed_in_mid_line(tmp_path):
    anchor = Anchor(tmp_path / "firm.jsonl")
    anchor.append([line(1), line(2)])
    whole = anchor.path.read_bytes()
    anchor.path.write_bytes(whole[:-10])
    assert anchor.last("db", "log")["number"] == 1
    anchor.append([line(2), line(3)])
    assert [found["number"] for found in anchor.lines("db", "log")] == [1, 2, 3]


def test_the_last_line_far_from_the_end(tmp_path):
    anchor = Anchor(tmp_path / "firm.jsonl")
    anchor.append([line(5)])
    anchor.append([line(n, ledger="busy", seal="x" * 64) for n in range(4000)])
    assert anchor.last("db", "log")["number"] == 5
    assert anchor.last("db", "busy")["number"] == 3999
