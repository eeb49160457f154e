"""Whatever still names a person, read from the database and the disk themselves.

No model and no map is asked: every column of every table, whatever its type, and every
file of the file store.
"""

import base64
from pathlib import Path

from suite import paths


def tables(server):
    return [
        name
        for (name,) in server.psql(
            """SELECT c.relname FROM pg_class c JOIN pg_namespace n
                 ON n.oid = c.relnamespace
                WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
                ORDER BY 1"""
        )
    ]


def forms(text):
    """The ways in which ``text`` may lie somewhere: as it is, as the hex digits of a
    bytea column, in base64 at each of its three offsets, folded as names are."""
    found = {text.casefold()}
    raw = text.encode()
    for variant in {raw, text.title().encode(), text.upper().encode()}:
        found.add(variant.hex())
        for offset in range(3):
            encoded = base64.b64encode(b"\0" * offset + variant).decode()
            # the ends depend on the neighbours
            found.add(encoded[(0, 2, 3)[offset] + 1 : -4])
    return sorted(form for form in found if len(form) > 5)


def in_database(server, *texts):
    """{table: [ids, or whole rows that have none]} of what holds one of ``texts``."""
    patterns = [f"%{form}%" for text in texts for form in forms(text)]
    found = {}
    for table in tables(server):
        rows = server.psql(
            f"""SELECT to_jsonb(t) ->> 'id', t::text FROM "{table}" t
                WHERE t::text ILIKE ANY(%s)""",
            patterns,
        )
        if rows:
            found[table] = [int(row_id) if row_id else text for row_id, text in rows]
    return found


def columns_of(server, table, row_id, *texts):
    """The columns of a row that hold one of ``texts``."""
    patterns = [f"%{form}%" for text in texts for form in forms(text)]
    return [
        name
        for (name,) in server.psql(
            f"""SELECT field.key
                 FROM "{table}" t, jsonb_each_text(to_jsonb(t)) field
                WHERE t.id = %s AND field.value ILIKE ANY(%s) ORDER BY 1""",
            row_id,
            patterns,
        )
    ]


def file_store(server):
    return paths.DATA / "filestore" / server.db


def on_disk(folder, *texts):
    """The files under ``folder`` with one of ``texts``: names, or bytes as they lie,
    or the text that a PDF draws."""
    needles = [form.encode() for text in texts for form in forms(text)]
    found = []
    for path in sorted(Path(folder).rglob("*")):
        if path.is_file() and _has(path, needles):
            found.append(path)
    return found


def _has(path, needles):
    raw = path.read_bytes()
    if raw.startswith(b"%PDF"):
        raw += _drawn(path)
    lowered = raw.lower()
    return any(needle in lowered or needle in raw for needle in needles)


def _drawn(path):
    from pdfminer.high_level import extract_text

    try:
        return extract_text(str(path)).encode()
    except Exception:  # a damaged file has no text
        return b""


def rows_of(server, *texts):
    """{table: the rows with one of ``texts``, whole, sorted}: to compare with later."""
    patterns = [f"%{form}%" for text in texts for form in forms(text)]
    found = {}
    for table in tables(server):
        rows = server.psql(
            f'SELECT t::text FROM "{table}" t WHERE t::text ILIKE ANY(%s)', patterns
        )
        if rows:
            found[table] = sorted(text for (text,) in rows)
    return found
