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

        Called before anything is changed: what the transaction deletes itself would
        look like something that it cannot see.

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
            committed = self._ids_in_matters(outside, matter_ids)
        seen = self._ids_in_matters(self.env.cr, matter_ids)
        for table, ids in committed.items():
            if unseen := ids - seen[table]:
                raise ConcurrencyError(
                    f"{table} {min(unseen)} came into its matter meanwhile"
                )

    @api.model
    def _ids_in_matters(self, cr, matter_ids):
        """What belongs to these matters in the eyes of ``cr``: {table: set of ids}."""
        found = {}
        for model, field in self._access_children():
            cr.execute(
                SQL(
                    "SELECT array_agg(id) FROM %s WHERE %s = ANY(%s)",
                    SQL.identifier(model._table),
                    SQL.identifier(field.name),
                    list(matter_ids),
                )
            )
            found[model._table] = set(cr.fetchone()[0] or ())
        return found
