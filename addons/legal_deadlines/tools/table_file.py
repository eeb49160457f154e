"""Rows of a file that a person saved: CSV in UTF-8, or an XLSX workbook.

    >>> read("a;b\\n1;2\\n".encode(), "x.csv")
    (['a', 'b'], [['1', '2']])

Every cell is a string, dates of a workbook as 2026-02-28. What cannot be read raises
TableError with a code; the caller has the words.
"""

import csv
import io
import zipfile
from datetime import date, datetime, time

MAX_BYTES = 30_000_000
MAX_ROWS = 100_000
MAX_COLUMNS = 200
SEPARATORS = ";\t,"


class TableError(ValueError):
    """``code``: empty, too_big, too_long, not_utf8, not_xlsx, not_csv."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def read(content, name):
    """(header, rows) of a file; empty rows at the end are left out.

    A row is as long as the header, whatever the file has.
    """
    if not content:
        raise TableError("empty")
    if len(content) > MAX_BYTES:
        raise TableError("too_big")
    workbook = name.lower().endswith(".xlsx") or content[:4] == b"PK\x03\x04"
    rows = _read_xlsx(content) if workbook else _read_csv(content)
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows or not any(rows[0]):
        raise TableError("empty")
    if len(rows) > MAX_ROWS + 1:
        raise TableError("too_long")
    header = rows[0]
    while not header[-1]:
        header = header[:-1]
    width = len(header)
    return header, [(row + [""] * width)[:width] for row in rows[1:]]


def write(header, rows):
    """The bytes of a CSV file that Excel opens and ``read`` reads."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerows([header, *rows])
    return file.getvalue().encode("utf-8-sig")


def _read_csv(content):
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TableError("not_utf8") from None
    if "\0" in text:
        raise TableError("not_csv")
    first = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        return [[cell.strip() for cell in line[:MAX_COLUMNS]] for line in lines]
    except csv.Error:
        raise TableError("not_csv") from None


def _read_xlsx(content):
    # Here, because most who read a CSV file never need it.
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > 10 * MAX_BYTES:
                raise TableError("too_big")
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True
        )
        sheet = book.worksheets[0]
        lines = sheet.iter_rows(
            max_row=MAX_ROWS + 2, max_col=MAX_COLUMNS, values_only=True
        )
        return [[_text(cell) for cell in line] for line in lines]
    except TableError:
        raise
    # A damaged workbook fails in as many ways as there are parts in it.
    except Exception:
        raise TableError("not_xlsx") from None


def _text(cell):
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
