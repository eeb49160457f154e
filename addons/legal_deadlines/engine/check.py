"""`python -m engine check FILE`: every worked example of a file, computed.

The file is laid out like `data/deadline_examples.csv`. A line whose date differs is
printed with both dates and the explanation; the last line counts.
"""

import csv
import sys
from datetime import datetime

from .compute import compute
from .errors import DeadlineError, InvalidDate, InvalidFile
from .request import Request, read_date
from .texts import explain

COLUMNS = (
    "id regime rule event_date event_time period unit direction"
    " jurisdiction_or_place options expected_date"
).split()


def read(path):
    """(line number, row) of a file; InvalidFile if it is not laid out so."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [
                name for name in COLUMNS if name not in (reader.fieldnames or ())
            ]
            if missing:
                raise InvalidFile(reason=f"it lacks the columns {', '.join(missing)}.")
            for row in reader:
                if any(row.values()):
                    yield reader.line_num, row
    except OSError as error:
        raise InvalidFile(reason=error.strerror or str(error)) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidFile(reason=f"it is no UTF-8 CSV file ({error}).") from error


def request_of(row):
    """The Request of a row; `period` may be empty for 0."""
    return Request.from_text(
        regime=row["regime"] or "",
        event=row["event_date"] or "",
        length=row["period"] or "0",
        unit=row["unit"] or ("" if row["period"] else "day"),
        direction=row["direction"] or "",
        place=row["jurisdiction_or_place"] or "",
        options=row["options"] or "",
        event_time=(row["event_time"] or "").strip(),
        rule=row["rule"] or "",
    )


def expected_of(row):
    """The date of a row, or its naive time if it says one."""
    text = (row["expected_date"] or "").strip()
    if "T" not in text:
        return read_date(text)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise InvalidDate(value=text) from None


def differs(row):
    """Lines that say how a row differs; none if it holds."""
    expected = expected_of(row)
    result = compute(request_of(row))
    found = result.date
    if isinstance(expected, datetime):
        if result.moment is None:
            found = datetime.combine(result.date, datetime.min.time())
        else:
            found = result.moment.replace(tzinfo=None)
    if found == expected:
        return []
    lines = [f"expected {_show(expected)}, computed {_show(found)}"]
    return lines + [f"  {line}" for line in explain(result)]


def _show(value):
    if isinstance(value, datetime):
        return value.strftime("%a %Y-%m-%d %H:%M")
    return value.strftime("%a %Y-%m-%d")


def check(path, out=None):
    """Check a file; 0 if all hold, 1 if not or if it cannot be read."""
    say = (out or sys.stdout).write
    passed = failed = 0
    try:
        for number, row in read(path):
            try:
                lines = differs(row)
            except DeadlineError as error:
                lines = [str(error)]
            if not lines:
                passed += 1
                continue
            failed += 1
            say(f"{row['id'] or '-'} (line {number}): {lines[0]}\n")
            say("".join(f"{line}\n" for line in lines[1:]))
    except InvalidFile as error:
        failed += 1
        say(f"{error}\n")
    say(f"{passed} passed, {failed} failed\n")
    return 1 if failed else 0
