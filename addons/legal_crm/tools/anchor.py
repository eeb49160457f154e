"""Seals written down outside the database, one JSON line each.

Who owns the database can cut off the last blocks together with their entries, or put an
older copy in its place. This file still knows the seals.
"""

import json
import os
from pathlib import Path

_TAIL = 256 * 1024


class Anchor:
    """An append-only file of seals.

    A line is a dict; ``database`` (its identity) and ``ledger`` say whose it is, and
    ``number`` and ``seal`` of which block. ``begins`` marks a line before which nothing
    counts any more: the first one, or the one after an accepted restore.
    """

    def __init__(self, path):
        self.path = Path(path)

    def exists(self):
        return self.path.exists()

    def append(self, lines):
        """Add lines so that they are on the disk when this returns.

        :raises OSError: they could not be written
        """
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        data = b"".join(
            json.dumps(line, separators=(",", ":"), sort_keys=True).encode() + b"\n"
            for line in lines
        )
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
        handle = os.open(self.path, flags, 0o600)
        try:
            end = os.lseek(handle, 0, os.SEEK_END)
            if end and os.pread(handle, 1, end - 1) != b"\n":
                data = b"\n" + data  # the last writer was killed in mid-line
            view = memoryview(data)
            while view:
                view = view[os.write(handle, view) :]
            os.fsync(handle)
        finally:
            os.close(handle)

    def lines(self, database, ledger):
        """The lines of a ledger since it last began, oldest first.

        :return: list of dict; half a line, left by a kill, is passed over
        """
        found = []
        if self.path.exists():
            with self.path.open("rb") as file:
                for line in self._of(file, database, ledger):
                    if line.get("begins"):
                        found = []
                    found.append(line)
        return found

    def last(self, database, ledger):
        """The last line of a ledger, or None. Asked often: looks at the end first."""
        if not self.path.exists():
            return None
        with self.path.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            for start in (max(end - _TAIL, 0), 0):
                file.seek(start)
                last = None
                for line in self._of(file, database, ledger):
                    last = line
                if last or not start:
                    return last
        return None

    def has_strangers(self, database):
        """Whether another database left seals here, one that had the same name."""
        mark = json.dumps(database).encode()
        if not self.path.exists():
            return False
        with self.path.open("rb") as file:
            return any(mark not in raw for raw in file)

    def _of(self, file, database, ledger):
        mark = json.dumps(ledger).encode()
        for raw in file:
            if mark not in raw:
                continue
            try:
                line = json.loads(raw)
            except ValueError:
                continue
            if (line.get("database"), line.get("ledger")) == (database, ledger):
                yield line
