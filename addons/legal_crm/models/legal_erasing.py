from contextlib import contextmanager, suppress

import psycopg2

from odoo import api, models

from .legal_access_mixin import UNLOCK

#: Given as a context value by the one service that erases by law, beside ``UNLOCK``:
#: what nobody deletes by hand may go then. No caller over RPC can send this object.
ERASING = object()


def is_erasing(records):
    """Whether ``records`` are handled by the service that erases by law."""
    return records.env.context.get("legal_erasing") is ERASING


class LegalErasing(models.AbstractModel):
    """The way past the guards of the file, for an erasure that the law demands.

    Filed communications, deadlines, control sheets and evening controls are guarded in
    the ORM and in the database. Their triggers ask ``legal_erasing()``, which is true
    in a transaction that ``_open`` has marked, and as long as it lasts. Whoever owns
    the database can drop triggers; this is no secret, but nothing that is reached by
    chance, by another session or over RPC. Ledgers do not ask: they are never erased.
    """

    _name = "legal.erasing"
    _description = "Erasing by Law"

    _gdpr_none = "stores nothing"

    def init(self):
        # the number of the transaction: a setting left behind opens no other one
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION legal_erasing() RETURNS boolean AS $$
                SELECT current_setting('legal.erasing', true)
                       = pg_current_xact_id()::text
            $$ LANGUAGE sql STABLE;
            """
        )
        return super().init()

    @api.model
    @contextmanager
    def _open(self):
        """Within it, the database lets guarded rows be erased.

        Yields an environment of the superuser for whom the guards of the ORM are open.
        Nothing waiting to be written slips through with it: it is written before.
        """
        cr = self.env.cr
        self.env.flush_all()
        cr.execute(
            "SELECT set_config('legal.erasing', pg_current_xact_id()::text, true)"
        )
        # sudo: what is erased by law goes whoever asked; the callers have judged it
        erasing = self.sudo().with_context(
            legal_unlock=UNLOCK,
            legal_erasing=ERASING,
            active_test=False,
            tracking_disable=True,
            mail_notrack=True,
        )
        try:
            yield erasing.env
            # there: what is computed anew must not write the old name into a tracking
            erasing.env.flush_all()
        finally:
            # after an error of the database the caller's rollback takes it back
            with suppress(psycopg2.Error):
                cr.execute(
                    "SELECT set_config('legal.erasing', '', true)", log_exceptions=False
                )
