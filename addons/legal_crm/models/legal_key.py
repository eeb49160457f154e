import os
from pathlib import Path

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, config

from ..tools import keyring

# The key file as it was last read: {path: (what the disk says of it, Keyring)}
_READ = {}


class LegalKey(models.AbstractModel):
    """The keys of the ledgers, and the tokens that stand for people in them.

    The file belongs to the installation and not to a database, so that the copy of a
    database still verifies. It lies at ``LEGAL_KEY_FILE`` (environment), or
    ``legal_key_file`` (odoo.conf), or ``legal/keys.json`` in the data folder.
    """

    _name = "legal.key"
    _description = "Keys of the Ledgers"

    _gdpr_none = "stores nothing"

    @api.model
    def _path(self):
        return self._place("key", "keys.json")

    @api.model
    def _place(self, what, name):
        """Where a file lies that belongs to the installation.

        :param what: of its settings, as ``key`` in ``LEGAL_KEY_FILE``
        :param name: in the data folder, without a setting
        """
        return Path(
            os.environ.get(f"LEGAL_{what.upper()}_FILE")
            or config.get(f"legal_{what}_file")
            or Path(config["data_dir"], "legal", name)
        )

    @api.model
    def _read(self):
        """The keyring, or None without a file.

        :raises tools.keyring.KeyFileError: the file is there and cannot be used
        """
        path = self._path()
        try:
            stat = path.stat()
        except OSError:
            return keyring.read(path)  # says why
        stamp = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        if _READ.get(path, (None,))[0] != stamp:
            _READ[path] = stamp, keyring.read(path)
        return _READ[path][1]

    @api.model
    def _for_reading(self):
        """The keyring as far as there is one: reading a log works without it."""
        try:
            return self._read() or keyring.Keyring({}, "")
        except keyring.KeyFileError:
            return keyring.Keyring({}, "")

    @api.model
    def _for_writing(self):
        """The keyring; at the first need of an installation it is made.

        :raises UserError: there is none, although this database was used with one, or
            it cannot be used. What was to be recorded must then not happen.
        """
        try:
            ring = self._read()
            if ring is None and not self._was_used():
                ring = keyring.make(self._path())
        except keyring.KeyFileError as error:
            raise UserError(
                self.env._(
                    "The key file %(path)s of the access log cannot be used: "
                    "%(reason)s. Nothing is opened without being recorded. Ask your "
                    "administrator to put it back from the backup.",
                    path=self._path(),
                    reason=str(error),
                )
            ) from error
        if ring is None:
            raise UserError(
                self.env._(
                    "The key file %(path)s of the access log is missing. Nothing is "
                    "opened without being recorded. Ask your administrator to put it "
                    "back from the backup. If it is lost for good, an auditor or the "
                    "compliance officer begins anew under Need to Know, Checks.",
                    path=self._path(),
                )
            )
        return ring

    @api.model
    def _ensure_for_accepting(self):
        """Make a new key file if the old one is lost for good: a record begins anew,
        and somebody answers for it (see ``legal.ledger.check._accept``).

        :raises UserError: it cannot be written
        """
        path = self._path()
        if self._for_reading().keys:
            return
        try:
            if path.exists():
                # kept beside the new one: perhaps somebody can still mend it
                path.rename(path.with_name(f"{path.name}.damaged"))
            keyring.make(path)
        except (keyring.KeyFileError, OSError) as error:
            raise UserError(
                self.env._(
                    "The key file %(path)s cannot be written: %(reason)s.",
                    path=path,
                    reason=str(error),
                )
            ) from error

    @api.model
    def _was_used(self):
        """Whether this database holds something that was made with a key."""
        return any(
            self.env.execute_query(
                SQL("SELECT 1 FROM %s LIMIT 1", SQL.identifier(model._table))
            )
            for model in [
                *self.env["legal.ledger.mixin"]._ledgers(),
                self.env["legal.ledger.block"],
            ]
        )

    @api.model
    def _user_token(self, user_id):
        """What stands for a user in a new entry."""
        return self._for_writing().token("user", user_id)

    @api.model
    def _tokens_of_users(self, user_ids):
        """All tokens under which these users may appear, for searching."""
        ring = self._for_reading()
        return [token for user_id in user_ids for token in ring.tokens("user", user_id)]

    @api.model
    def _users_by_token(self):
        """{token: id of the user}, of every user that the database still has."""
        ring = self._for_reading()
        rows = self.env.execute_query(SQL("SELECT id FROM res_users"))
        return {
            token: user_id
            for (user_id,) in rows
            for token in ring.tokens("user", user_id)
        }
