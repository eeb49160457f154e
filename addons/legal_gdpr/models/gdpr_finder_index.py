import hashlib

from odoo import api, models
from odoo.tools import SQL, split_every

_NAME = "gdpr_texts_"
#: rows below which a table is read as fast as an index is
SMALL = 20_000
#: rows up to which the scheduler indexes a table while others wait to write to it
QUICK = 300_000
#: columns that one expression joins
_JOINED = 30


class GdprFinder(models.AbstractModel):
    """An index of every text of a large table, by which a person is found in a moment.

    All texts of a row are joined and indexed by their trigrams (pg_trgm): one index for
    a table, whose columns its comment names. Without it the table is read in full: the
    same is found, slowly.
    """

    _inherit = "gdpr.finder"

    @api.model
    def _joined(self, columns):
        """The expression of the index; a query has to use the very same."""
        parts = [
            SQL("coalesce(%s::text, '')", SQL.identifier(name)) for name in columns
        ]
        # Some at a time: a chain of hundreds is deeper than PostgreSQL's stack.
        groups = [
            SQL("(%s)", SQL(" || chr(10) || ").join(group))
            for group in split_every(_JOINED, parts, list)
        ]
        return SQL('lower((%s) COLLATE "C")', SQL(" || chr(10) || ").join(groups))

    @api.model
    def _indexes(self):
        """``{table: [(name of the index, its columns, whether it is usable)]}``"""
        found = {}
        for table, name, comment, valid in self.env.execute_query(
            SQL(
                "SELECT t.relname, c.relname, obj_description(c.oid, 'pg_class'),"
                " i.indisvalid AND i.indisready"
                " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
                " JOIN pg_class t ON t.oid = i.indrelid"
                " WHERE starts_with(c.relname, %s)"
                " AND c.relnamespace = current_schema::regnamespace ORDER BY c.oid",
                _NAME,
            )
        ):
            columns = (comment or "").split()
            found.setdefault(table, []).append((name, columns, valid and bool(columns)))
        return found

    @api.model
    def _indexed_columns(self):
        """``{table: [column]}`` of the tables that can be searched by an index."""
        return {
            table: columns
            for table, indexes in self._indexes().items()
            for _name, columns, usable in indexes
            if usable
        }

    @api.model
    def _to_index(self, smallest=SMALL, largest=None):
        """The large tables of whose texts some are in no index.

        :param int smallest: rows, of a table that is worth it
        :param int largest: rows; larger tables are left out
        :return: [(table, [column], estimated rows)], small ones first
        """
        if not self.env.registry.has_trigram:
            return []
        indexed = self._indexed_columns()
        wanted = {
            self.env[model]._table: sorted(name for name, _role in columns)
            for model, columns in self._text_columns().items()
        }
        rows = self.env.execute_query(
            SQL(
                "SELECT relname, reltuples::bigint FROM pg_class WHERE relkind = 'r'"
                " AND relnamespace = current_schema::regnamespace"
                " AND relname = ANY(%s) AND reltuples >= %s ORDER BY reltuples",
                sorted(wanted),
                smallest,
            )
        )
        return [
            (table, wanted[table], count)
            for table, count in rows
            if (largest is None or count <= largest)
            and not set(wanted[table]) <= set(indexed.get(table, ()))
        ]

    @api.model
    def _index_texts(self, table, columns, concurrently=False):
        """Index the texts of a table, and drop what indexed it before.

        :param bool concurrently: others go on writing to the table; only on a cursor
            that is in no transaction
        """
        how = SQL("CONCURRENTLY") if concurrently else SQL()
        digest = hashlib.sha256(" ".join([table, *columns]).encode()).hexdigest()[:8]
        name = f"{_NAME}{table[:40]}_{digest}"
        execute = self.env.cr.execute
        before = [known for known, _columns, _ok in self._indexes().get(table, ())]
        if name in before:  # left half made by one that was killed
            execute(SQL("DROP INDEX %s %s", how, SQL.identifier(name)))
            before.remove(name)
        execute(
            SQL(
                "CREATE INDEX %s %s ON %s USING gin (%s gin_trgm_ops)",
                how,
                SQL.identifier(name),
                SQL.identifier(table),
                self._joined(columns),
            )
        )
        comment = " ".join(columns)
        execute(SQL("COMMENT ON INDEX %s IS %s", SQL.identifier(name), comment))
        for known in before:
            execute(SQL("DROP INDEX %s %s", how, SQL.identifier(known)))

    @api.model
    def _cron_index_texts(self):
        """Index what is quickly done; the rest is left to the command."""
        cron = self.env["ir.cron"]
        todo = self.sudo()._to_index(largest=QUICK)  # sudo: the map is the officer's
        cron._commit_progress(remaining=len(todo))
        for table, columns, _rows in todo:
            # whoever holds the table longer than that is not made to wait behind us
            self.env.cr.execute("SET LOCAL lock_timeout = '5s'")
            self._index_texts(table, columns)
            if not cron._commit_progress(1):
                break
