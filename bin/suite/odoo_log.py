"""Read Odoo's log: which tests ran, which failed, and what our addons complained of."""

import re
from typing import NamedTuple

RECORD = re.compile(
    r"(?m)^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (?P<level>[A-Z]+) \S+ "
    r"(?P<logger>[\w.]+): "
)
BAD = {"ERROR", "CRITICAL"}
SUMMARY = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading")


class Record(NamedTuple):
    level: str
    logger: str
    message: str

    def __str__(self):
        return f"{self.level} {self.logger}: {self.message.strip()}"


def records(text):
    """The log's entries, each with the lines that follow it."""
    starts = list(RECORD.finditer(text))
    ends = [match.start() for match in starts[1:]] + [len(text)]
    for match, end in zip(starts, ends, strict=True):
        message = text[match.end() : end]
        yield Record(match["level"], match["logger"], message)


class TestRun:
    """What a run of Odoo's tests amounts to."""

    def __init__(self, text):
        self.started, self.failed, self.skipped = set(), {}, {}
        self.errors = []
        self.finished = False
        for record in records(text):
            self._read(record)

    def _read(self, record):
        message = record.message
        if SUMMARY.search(message):
            self.finished = True
        elif found := re.match(r"Starting (\S+) \.\.\.", message):
            self.started.add(f"{record.logger}:{found[1]}")
        elif found := re.match(r"skipped (\S+) : (.*)", message):
            self.skipped[f"{record.logger}:{found[1]}"] = found[2]
        elif record.level in BAD and (
            found := re.match(r"(?:FAIL|ERROR): (?:Subtest )?(.+)", message)
        ):
            name = found[1].split()[0] if "setUp" not in found[1] else found[1]
            self.failed.setdefault(f"{record.logger}:{name}", []).append(str(record))
        elif record.level in BAD:
            self.errors.append(str(record))

    @property
    def passed(self):
        return len(self.started - set(self.failed) - set(self.skipped))


def complaints(text, addons):
    """What an installation logged that it should not have.

    Every error, and every warning that comes from one of the addons or names it.
    """
    ours = re.compile(
        rf"\b({'|'.join(map(re.escape, addons))})\b|\b(legal|gdpr)\.[a-z]"
    )
    return [
        str(record)
        for record in records(text)
        if record.level in BAD
        or (
            record.level == "WARNING"
            and (ours.search(record.logger) or ours.search(record.message))
        )
    ]
