"""Databases and their file stores: is it there, is it ours, copy, rename, drop."""

import contextlib
import json
import os
import shutil
from pathlib import Path

from . import configuration, paths


class Databases:
    """Those of one server, with the folder that their files are in."""

    def __init__(self, server, conf):
        self.server = server
        self.files = Path(configuration.data_dir(conf)) / "filestore"

    @contextlib.contextmanager
    def cursor(self, database="postgres"):
        connection = self.server.connect(database)
        try:
            yield connection.cursor()
        finally:
            connection.close()

    def query(self, sql, *values, database="postgres"):
        with self.cursor(database) as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def _execute(self, template, *names):
        from psycopg2 import sql

        self.query(sql.SQL(template).format(*map(sql.Identifier, names)))

    def exists(self, name):
        return bool(self.query("SELECT 1 FROM pg_database WHERE datname = %s", name))

    def names(self, prefix):
        rows = self.query("SELECT datname FROM pg_database ORDER BY datname")
        return [name for (name,) in rows if name.startswith(prefix)]

    def is_of_suite(self, name):
        """Whether one of our addons is installed in it."""
        with self.cursor(name) as cursor:
            cursor.execute("SELECT to_regclass('ir_module_module')")
            if not cursor.fetchone()[0]:
                return False
            cursor.execute(
                "SELECT 1 FROM ir_module_module WHERE name = ANY(%s) "
                "AND state IN ('installed', 'to upgrade')",
                [paths.suite_addons()],
            )
            return bool(cursor.fetchone())

    def drop(self, name):
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        shutil.rmtree(self.files / name, ignore_errors=True)

    def copy(self, source, target):
        """Files are linked, not copied: Odoo never changes one in place."""
        self._execute("CREATE DATABASE {} TEMPLATE {}", target, source)
        note = self.note(source)
        if note:
            self.set_note(target, note)
        shutil.rmtree(self.files / target, ignore_errors=True)
        if (self.files / source).is_dir():
            shutil.copytree(
                self.files / source, self.files / target, copy_function=os.link
            )

    def rename(self, source, target):
        shutil.rmtree(self.files / target, ignore_errors=True)
        if (self.files / source).is_dir():
            (self.files / source).rename(self.files / target)
        self._execute("ALTER DATABASE {} RENAME TO {}", source, target)

    def note(self, name):
        """What we remember about a database; kept as its comment in PostgreSQL."""
        rows = self.query(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
            "WHERE datname = %s",
            name,
        )
        try:
            note = json.loads(rows[0][0])
        except (IndexError, TypeError, ValueError):
            return {}
        return note if isinstance(note, dict) else {}

    def set_note(self, name, note):
        from psycopg2 import sql

        self.query(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                sql.Identifier(name), sql.Literal(json.dumps(note, sort_keys=True))
            )
        )
