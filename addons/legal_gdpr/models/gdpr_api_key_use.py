import logging

from psycopg2 import OperationalError

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.base.models.res_users import INDEX_SIZE

_logger = logging.getLogger(__name__)


class GdprApiKeyUse(models.Model):
    """On which day an API key was used last, to the day.

    Odoo does not keep it, and a review has to say whether a key is of any use.
    """

    _name = "gdpr.api.key.use"
    _description = "Last Use of an API Key"
    _order = "id desc"
    _log_access = False

    _gdpr_none = "a number and a day; the key itself names its owner"

    key_ref = fields.Integer(string="Key", required=True, readonly=True)
    used_on = fields.Date(required=True, readonly=True)

    _key_unique = models.UniqueIndex("(key_ref)", "One line per key.")


class ResUsersApikeys(models.Model):
    _inherit = "res.users.apikeys"

    def _check_credentials(self, *, scope, key):
        user_id = super()._check_credentials(scope=scope, key=key)
        if user_id:
            self._note_use(user_id, key)
        return user_id

    def _note_use(self, user_id, key):
        """Once a day for each key; a call never fails for it."""
        if self.env.cr.readonly:
            return
        today = fields.Date.today()
        rows = self.env.execute_query(
            SQL(
                """SELECT key.id FROM res_users_apikeys key
                     LEFT JOIN gdpr_api_key_use use ON use.key_ref = key.id
                    WHERE key.index = %s AND key.user_id = %s
                      AND (use.used_on IS NULL OR use.used_on < %s)""",
                key[:INDEX_SIZE],
                user_id,
                today,
            )
        )
        if not rows:
            return
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    SQL(
                        """INSERT INTO gdpr_api_key_use (key_ref, used_on)
                           SELECT unnest(%s), %s
                               ON CONFLICT (key_ref)
                               DO UPDATE SET used_on = EXCLUDED.used_on""",
                        [row[0] for row in rows],
                        today,
                    )
                )
        except OperationalError:  # another call notes it at the same moment
            _logger.debug("use of an API key is noted by another call")
