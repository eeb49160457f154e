from odoo import api, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL


class LegalAccessMixin(models.AbstractModel):
    """What comes into a matter while somebody else changes its readers.

    A transaction sees the database as it was when it began. The one that files into a
    matter copies the key it sees. The one that changes the readers does not see what is
    filed meanwhile, and without a lock it would stay readable for those shut out.

    PostgreSQL already locks the matter for every row that refers to it (the foreign key
    takes ``FOR KEY SHARE``). As the key of readers is part of a unique index of the
    matters (``_readers_idx``), changing it takes ``FOR UPDATE``, and these two exclude
    each other. Other changes of a matter do not: nobody waits for an import to write a
    remark. So filing costs nothing more, and:

    - if the readers change first, filing waits, finds the matter changed, and the
      server tries it again, with the new readers;
    - if something is filed first, the change of readers waits. Then it asks from
      outside of its transaction what has come, and is tried again if it cannot see it.
    """

    _inherit = "legal.access.mixin"

    @api.model
    def _hold_readers(self, matter_ids):
        """Keep the readers of these matters as they are until the transaction ends.

        For a key that is copied into a row that does not refer to the matter itself.

        :raises psycopg2.errors.SerializationFailure: they changed since the
            transaction began; the server tries again
        """
        if matter_ids:
            self.env.cr.execute(
                SQL(
                    """SELECT FROM legal_matter WHERE id = ANY(%s)
                        ORDER BY id FOR KEY SHARE""",
                    list(matter_ids),
                )
            )

    @api.model
    def _claim_readers(self, matter_ids):
        """Be the only one who changes these readers or puts something in.

        :raises ConcurrencyError: something came in that this transaction does not see;
            the server tries again
        """
        self.env.cr.execute(
            SQL(
                "SELECT FROM legal_matter WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
                list(matter_ids),
            )
        )
        # While addons are installed or upgraded, this transaction locks whole tables.
        if not self.env.registry.ready:
            return
        with self.env.registry.cursor() as outside:
            # rather fail than wait for ourselves
            outside.execute("SET LOCAL lock_timeout = '5s'")
            for model, field in self._access_children():
                query = SQL(
                    "SELECT array_agg(id) FROM %s WHERE %s = ANY(%s)",
                    SQL.identifier(model._table),
                    SQL.identifier(field.name),
                    list(matter_ids),
                )
                committed, seen = (
                    set(self._rows(cr, query)[0][0] or ())
                    for cr in (outside, self.env.cr)
                )
                if arrived := self._not_ours(outside, model, committed - seen):
                    raise ConcurrencyError(
                        f"{model._name} {min(arrived)} came into its matter meanwhile"
                    )

    @api.model
    def _not_ours(self, outside, model, ids):
        """Which of these were not deleted or moved away by this very transaction.

        A row carries the number of the transaction that deletes or moves it.
        """
        if not ids:
            return ids
        rows = self._rows(
            self.env.cr,
            SQL(
                """SELECT transactionid::text FROM pg_locks
                    WHERE pid = pg_backend_pid() AND locktype = 'transactionid'"""
            ),
        )
        ours = {row[0] for row in rows}
        rows = self._rows(
            outside,
            SQL(
                "SELECT id, xmax::text FROM %s WHERE id = ANY(%s)",
                SQL.identifier(model._table),
                list(ids),
            ),
        )
        return ids - {record_id for record_id, changer in rows if changer in ours}

    @api.model
    def _rows(self, cr, query):
        cr.execute(query)
        return cr.fetchall()
