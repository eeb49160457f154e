"""What was destroyed, written down outside the database, one JSON line each.

A backup that is put back brings destroyed records back to life: the database's own
journal then lacks their entries, and this file still has them. Lines hold numbers,
codes and keyed tokens, and nothing of the person.

An entry has up to two lines: the ``intent``, on the disk before anything is destroyed,
and ``done`` after the database has committed, or ``aborted``. An intent without a
second line was cut off by a kill: the database's journal says whether it came to pass.
"""

import json
import os
from dataclasses import dataclass, field

#: what an intent says, beside its state and number
FACTS = (
    "time", "action", "model", "id", "subject", "record", "rule", "source", "fields",
)  # fmt: skip


@dataclass
class Contents:
    """
    :param dict entries: {number of the entry: its intent, with ``state`` as it stands},
        in the order of the file
    :param int size: how far the file was read; a half line at its end is left for later
    :param int damaged: lines that are none
    """

    entries: dict = field(default_factory=dict)
    size: int = 0
    damaged: int = 0

    def done(self):
        """The entries that came to pass, oldest first."""
        return [entry for entry in self.entries.values() if entry["state"] == "done"]

    def open(self):
        """The intents of which the file does not say what became of them."""
        return [entry for entry in self.entries.values() if entry["state"] == "intent"]


class ErasureFile:
    """
    :param anchor: legal_crm.tools.anchor.Anchor, which appends to the disk
    :param str database: identity of the database whose lines are meant
    """

    def __init__(self, anchor, database):
        self.anchor = anchor
        self.database = database

    def intend(self, entries):
        """Write down what is about to be destroyed; on the disk when this returns.

        :param entries: dicts with ``entry`` (its number) and ``FACTS``
        :raises OSError: the disk is full or gone: nothing may be destroyed
        """
        self._append("intent", entries)

    def finish(self, numbers):
        """These entries came to pass. :raises OSError: it could not be written"""
        self._append("done", [{"entry": number} for number in numbers])

    def abort(self, numbers):
        """These did not come to pass. :raises OSError: it could not be written"""
        self._append("aborted", [{"entry": number} for number in numbers])

    def _append(self, state, entries):
        entries = list(entries)
        if entries:
            self.anchor.append(
                [{**entry, "database": self.database, "state": state}
                 for entry in entries]
            )  # fmt: skip

    def stamp(self):
        """(inode, size), or None without a file: whether it is worth reading again."""
        try:
            stat = os.stat(self.anchor.path)
        except OSError:
            return None
        return stat.st_ino, stat.st_size

    # pylint: disable-next=method-required-super  # no model: a file
    def read(self, contents=None):
        """
        :param Contents contents: of an earlier call: only what came since is read
        :return: Contents; half a line, left by a kill, is passed over
        """
        contents = contents or Contents()
        if not self.anchor.exists():
            return contents
        with self.anchor.path.open("rb") as file:
            file.seek(contents.size)
            for raw in file:
                if not raw.endswith(b"\n"):
                    break  # still being written, or cut off: the next line ends it
                contents.size += len(raw)
                self._take(contents, raw)
        return contents

    def _take(self, contents, raw):
        if not raw.strip():
            return
        try:
            line = json.loads(raw)
            mine = line["database"] == self.database
            number, state = line["entry"], line["state"]
        except (ValueError, KeyError, TypeError):
            contents.damaged += 1
            return
        if not mine:
            return
        if state == "intent":
            contents.entries.setdefault(number, line)
        elif number in contents.entries:
            contents.entries[number]["state"] = state
