"""Files for the day the system is down: written whole or not at all, few, and private.

A file is written under another name in the same folder and renamed when it is complete:
killed in the middle, yesterday's is still there.
"""

import contextlib
import os
import re
import time
import unicodedata
from pathlib import Path

_STALE = 24 * 3600  # seconds after which a half-written file is a dead one
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")
_PART = ".part-"


def slug(text, limit=40):
    """``text`` as part of a file name: letters and digits alone, marks dropped."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return _UNSAFE.sub("-", plain).strip("-")[:limit] or "firm"


def prepare(folder):
    """The folder, made for this user alone if it is new; checked for writing.

    :raises OSError: it cannot be made, is no folder, or nothing can be written into it
    """
    folder = Path(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    probe = folder / f"{_PART}probe-{os.getpid()}"
    with writing(probe) as file:
        file.write(b"")
    probe.unlink()
    return folder


@contextlib.contextmanager
def writing(path):
    """A binary file that becomes ``path`` when the block ends, readable by us alone.

    :raises OSError: as opening, writing and renaming do
    """
    path = Path(path)
    part = path.with_name(f"{_PART}{os.getpid()}-{path.name}")
    with contextlib.suppress(FileNotFoundError):
        part.unlink()
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    try:
        with open(os.open(part, flags, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def tidy(folder, prefix, keep):
    """Remove all but the newest ``keep`` days of the files ``<prefix>_<date>...``.

    Nothing else in the folder is touched, but what a killed run left half written.

    :return: the names of the files removed
    """
    folder, removed = Path(folder), []
    pattern = re.compile(re.escape(prefix) + r"_(\d{4}-\d\d-\d\d)(_\w+)?\.\w+\Z")
    found = {}
    for path in folder.iterdir():
        match = pattern.match(path.name)
        if match and path.is_file():
            found.setdefault(match[1], []).append(path)
        elif path.name.startswith(_PART) and _old(path):
            removed.append(path)
    for day in sorted(found, reverse=True)[keep:]:
        removed += found[day]
    for path in removed:
        path.unlink(missing_ok=True)
    return [path.name for path in removed]


def _old(path):
    with contextlib.suppress(FileNotFoundError):
        return time.time() - path.stat().st_mtime > _STALE
    return False
