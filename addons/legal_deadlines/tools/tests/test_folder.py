import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tools import folder


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def write(path, content=b"new"):
    with folder.writing(path) as file:
        file.write(content)


def test_private_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        made = folder.prepare(tmp_path / "legal" / "emergency")
        write(made / "list_2026-11-25.csv")
    finally:
        os.umask(before)
    assert mode(made) == 0o700
    assert mode(made / "list_2026-11-25.csv") == 0o600
    assert [path.name for path in made.iterdir()] == ["list_2026-11-25.csv"]


def test_an_error_leaves_the_old_file(tmp_path):
    path = tmp_path / "list.html"
    write(path, b"old")
    with pytest.raises(ZeroDivisionError), folder.writing(path) as file:
        file.write(b"half")
        raise ZeroDivisionError
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_kill_in_the_middle_leaves_the_old_file(tmp_path):
    path = tmp_path / "list.html"
    write(path, b"old")
    code = (
        "import sys, time; from tools import folder\n"
        "with folder.writing(sys.argv[1]) as file:\n"
        "    file.write(b'half'); file.flush(); print('ready', flush=True)\n"
        "    time.sleep(60)\n"
    )
    root = Path(folder.__file__).parents[1]
    with subprocess.Popen(
        [sys.executable, "-c", code, path], cwd=root, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGKILL)
    assert path.read_bytes() == b"old"
    (left,) = (found for found in tmp_path.iterdir() if found != path)
    assert mode(left) == 0o600
    folder.tidy(tmp_path, "list", 14)
    assert left.exists()  # it might be another run's
    day_before = time.time() - 25 * 3600
    os.utime(left, (day_before, day_before))
    assert folder.tidy(tmp_path, "list", 14) == [left.name]
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_in_the_way_is_not_followed(tmp_path):
    target = tmp_path / "target"
    target.write_bytes(b"precious")
    path = tmp_path / "list.csv"
    path.symlink_to(target)
    write(path)
    assert target.read_bytes() == b"precious"
    assert path.read_bytes() == b"new" and not path.is_symlink()


def test_the_last_days_are_kept(tmp_path):
    for day in range(1, 21):
        for name in (f"_2026-11-{day:02}.html", f"_2026-11-{day:02}_2.pdf"):
            (tmp_path / f"deadlines_db_1{name}").touch()
    for stranger in (
        "notes.txt",
        "deadlines_db_12_2026-01-01.html",
        "x_2020-01-01.csv",
    ):
        (tmp_path / stranger).touch()
    folder.tidy(tmp_path, "deadlines_db_1", 14)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert len(left) == 28 + 3
    assert "deadlines_db_1_2026-11-07.html" in left
    assert "deadlines_db_1_2026-11-06.html" not in left


def test_a_file_in_place_of_the_folder(tmp_path):
    (tmp_path / "emergency").touch()
    with pytest.raises(OSError):
        folder.prepare(tmp_path / "emergency")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "Brandt Lefèvre · Avocats",
            "Brandt-Lefevre-Avocats",
        ),
        ("../../etc/passwd", "etc-passwd"),
        ("Groß & Müller", "Gross-Muller"),
        ("«»", "firm"),
        ("a" * 99, "a" * 40),
    ],
)
def test_slug(text, name):
    assert folder.slug(text) == name
