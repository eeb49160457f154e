import logging
import uuid

import psycopg2

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.legal_crm.tools.anchor import Anchor
from odoo.addons.legal_crm.tools.keyring import TOKEN_HEX

from ..tools.erasure_file import ErasureFile

_logger = logging.getLogger(__name__)


class GdprErasureFile(models.AbstractModel):
    """The list of what was destroyed, outside the database.

    It belongs to the installation and not to a database, so that a backup that is put
    back does not take it along. It lies at ``LEGAL_ERASURE_FILE`` (environment), or
    ``legal_erasure_file`` (odoo.conf), or ``legal/erasure.jsonl`` in the data folder.
    """

    _name = "gdpr.erasure.file"
    _description = "List of Erasures outside the Database"

    _gdpr_none = "keyed tokens, numbers and codes only"

    @api.model
    def _path(self):
        return self.env["legal.key"]._place("erasure", "erasure.jsonl")

    @api.model
    def _open(self):
        # sudo: the identity of the database
        database = self.env["legal.ledger.block"].sudo()._database()
        return ErasureFile(Anchor(self._path()), database)

    @api.model
    def _record_token(self, record, key_id=None):
        """What tells ``record`` from another one that later gets the same number.

        :param str key_id: of an older key, to compare with what it made
        """
        return self._record_tokens([record], key_id)[0]

    @api.model
    def _record_tokens(self, records, key_id=None):
        """:param records: any records. :return: the token of each, in order"""
        ring = self.env["legal.key"]._for_writing()
        key_id = key_id or ring.current
        found = []
        for record in records:
            created = record.create_date if "create_date" in record._fields else None
            # as Keyring.token makes it, which would remember each for ever
            made = ring.mac(key_id, f"{record._name}/{created or ''}", record.id)
            found.append(f"{key_id}:{made[:TOKEN_HEX]}")
        return found

    @api.model
    def _intend(self, facts):
        """Write intents, and see to their second line when the transaction ends.

        :param facts: dicts with the facts of tools.erasure_file
        :return: their numbers, in order
        :raises UserError: they could not be written; nothing may be destroyed then
        """
        facts = list(facts)
        numbers = [uuid.uuid4().hex for _fact in facts]
        file = self._open()
        try:
            file.intend(
                {"entry": number, **fact}
                for number, fact in zip(numbers, facts, strict=True)
            )
        except OSError as error:
            raise UserError(
                self.env._(
                    "Nothing was deleted: the list of erasures %(path)s cannot be "
                    "written (%(reason)s). Without it, a restored backup would bring "
                    "back what is deleted. Ask your administrator to make room or to "
                    "mend the folder, then try again.",
                    path=file.anchor.path,
                    reason=error.strerror or str(error),
                )
            ) from error
        return numbers

    @api.model
    def _settle_later(self, numbers):
        """Write the second lines of intents when the transaction has ended.

        What came to pass is what the journal holds in the end: a savepoint that was
        rolled back later, by whoever called, took its entries along.
        """
        cr = self.env.cr
        waiting = cr.postcommit.data.get("gdpr.erasure")
        if waiting is not None:
            waiting += numbers
            return
        waiting = cr.postcommit.data["gdpr.erasure"] = list(numbers)
        file, registry, uid = self._open(), self.env.registry, self.env.uid

        def committed():
            try:
                with registry.cursor() as new_cr:
                    files = api.Environment(new_cr, uid, {})["gdpr.erasure.file"]
                    came_to_pass = files._in_journal(waiting)
            except psycopg2.Error:
                _logger.warning("Entries wait for the next look", exc_info=True)
                return
            self._write_quietly(file.finish, came_to_pass)
            self._write_quietly(
                file.abort, [n for n in waiting if n not in came_to_pass]
            )

        cr.postcommit.add(committed)
        cr.postrollback.add(lambda: self._write_quietly(file.abort, waiting))

    @staticmethod
    def _write_quietly(write, numbers):
        """The database has decided; ``_reconcile`` makes up for a missing line."""
        try:
            write(numbers)
        except OSError:
            _logger.exception("The list of erasures lacks what became of %s", numbers)

    @api.model
    def _in_journal(self, numbers):
        """Which of these entries the journal of the database knows.

        :return: set of numbers
        """
        found = set()
        numbers = list(numbers)
        for start in range(0, len(numbers), 10_000):
            rows = self.env.execute_query(
                SQL(
                    "SELECT entry FROM gdpr_erasure_journal WHERE entry = ANY(%s)",
                    numbers[start : start + 10_000],
                )
            )
            found.update(number for (number,) in rows)
        return found

    @api.model
    def _reconcile(self):
        """Add the second lines that a kill has prevented. Nothing is taken for aborted:
        the intent may be that of a transaction which is still running.

        :return: how many were added
        """
        file = self._open()
        waiting = [entry["entry"] for entry in file.read().open()]
        came_to_pass = self._in_journal(waiting)
        try:
            file.finish(n for n in waiting if n in came_to_pass)
        except OSError:
            _logger.exception("The list of erasures cannot be written")
            return 0
        return len(came_to_pass)
