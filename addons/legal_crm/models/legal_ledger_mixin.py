from psycopg2.errors import ReadOnlySqlTransaction

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .legal_access_mixin import UNLOCK

#: rows of one INSERT; a list of all matters may be exported at once
_BATCH = 5000
#: entries fetched at once while sealing and verifying
_CHUNK = 20_000


class LooseMany2one(fields.Many2one):
    """A many2one without a foreign key.

    An entry of a ledger is never changed, also when what it points at is deleted.
    """

    def update_db_foreign_key(self, model, column):
        return


class LegalLedgerMixin(models.AbstractModel):
    """Append-only, tamper-evident entries.

    Entries are inserted without any lock, by ``_append`` alone; ``legal.ledger.block``
    seals them afterwards. ORM and database refuse every change. Hashed fields hold no
    personal data: people are keyed tokens (``legal.key``).
    """

    _name = "legal.ledger.mixin"
    _description = "Ledger"
    _order = "id desc"
    _log_access = False  # who and when are fields of the entry, and sealed with it

    _gdpr_none = "keyed tokens, numbers and codes only"

    #: the sealed fields, in this order for ever: a new one goes to the end, and only
    #: together with a new beginning of the chain
    _ledger_fields = ("date", "actor")

    date = fields.Datetime(required=True, readonly=True)
    actor = fields.Char(string="Token", readonly=True)
    actor_id = fields.Many2one(
        "res.users",
        string="Who",
        compute="_compute_people",
        search="_search_actor_id",
    )

    # -- who -----------------------------------------------------------------------

    @api.model
    def _token_fields(self):
        """{field that shows a person: field that holds the token}"""
        return {"actor_id": "actor"}

    @api.depends("actor")
    def _compute_people(self):
        people = self.env["legal.key"]._users_by_token()
        for name, token in self._token_fields().items():
            for entry in self:
                entry[name] = people.get(entry[token], False)

    def _search_actor_id(self, operator, value):
        return self._search_person("actor", operator, value)

    @api.model
    def _search_person(self, token, operator, value):
        """A domain on the field ``token`` for a search on the person it stands for."""
        if operator == "in" and all(isinstance(v, (int, bool)) for v in value):
            ids = [user_id for user_id in value if user_id]
            tokens = self.env["legal.key"]._tokens_of_users(ids)
            return [(token, "in", tokens + ([False] if False in value else []))]
        if operator in ("in", "ilike", "=ilike", "like", "=like", "any"):
            users = self.env["res.users"].with_context(active_test=False)
            if operator == "any":
                found = users.search(value)
            else:
                found = users.search([("display_name", operator, value)])
            tokens = self.env["legal.key"]._tokens_of_users(found.ids)
            return [(token, "in", tokens)]
        return NotImplemented

    def _web_read_group_groupby_formatter(self, groupby_spec, values):
        """A group of entries of one person has the person's name for a title."""
        formatter = super()._web_read_group_groupby_formatter(groupby_spec, values)
        if groupby_spec not in self._token_fields().values():
            return formatter
        by_token = self.env["legal.key"]._users_by_token()
        # sudo: the names of colleagues, which the reader of the log sees in each entry
        names = {
            user.id: user.name
            for user in self.env["res.users"]
            .sudo()
            .browse({by_token[value] for value in values if value in by_token})
        }
        twice = {name for name in names.values() if [*names.values()].count(name) > 1}

        def name_of(value):
            label, domain = formatter(value)
            if not value:
                return label, domain
            user_id = by_token.get(value)
            name = names.get(user_id) or self.env._("unknown")
            if not user_id or name in twice:
                name = f"{name} ({user_id or value[-6:]})"
            return name, domain

        return name_of

    # -- of what ---------------------------------------------------------------------

    @api.depends("model", "res_id")
    def _compute_model_label(self):
        """For ledgers with ``model`` and ``res_id``: kind of record and number."""
        blocks = self.env["legal.ledger.block"]
        labels = {
            name: blocks._ledger_name(self.env.get(name)) or name
            for name in set(self.mapped("model"))
            if name
        }
        for entry in self:
            number = entry.res_id or ""
            entry.model_label = f"{labels.get(entry.model, '')} {number}".strip()

    # -- nothing is changed --------------------------------------------------------

    def init(self):
        """Refuse changes in the database as well, to whoever works past the ORM."""
        if not self._abstract:
            self._guard(self._table)
        return super().init()

    @api.model
    def _guard(self, table):
        """Triggers that refuse every change of ``table``, one function for all."""
        # ALWAYS: also for a session that switches triggers off for replication
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION legal_ledger_guard() RETURNS trigger AS $$
                BEGIN
                    RAISE EXCEPTION 'Nothing is changed in %%: %% is refused',
                        TG_TABLE_NAME, TG_OP;
                END $$ LANGUAGE plpgsql;
                CREATE OR REPLACE TRIGGER legal_ledger_guard
                    BEFORE UPDATE OR DELETE ON %(table)s
                    FOR EACH ROW EXECUTE FUNCTION legal_ledger_guard();
                CREATE OR REPLACE TRIGGER legal_ledger_guard_truncate
                    BEFORE TRUNCATE ON %(table)s
                    FOR EACH STATEMENT EXECUTE FUNCTION legal_ledger_guard();
                ALTER TABLE %(table)s ENABLE ALWAYS TRIGGER legal_ledger_guard;
                ALTER TABLE %(table)s
                    ENABLE ALWAYS TRIGGER legal_ledger_guard_truncate;
                """,
                table=SQL.identifier(table),
            )
        )

    @api.model_create_multi
    def create(self, vals_list):
        # pylint: disable=method-required-super  # there is one way in, past the ORM
        if self.env.context.get("legal_unlock") is not UNLOCK:
            raise UserError(
                self.env._(
                    "Entries of “%s” are written by the system, when something "
                    "happens; nobody adds one by hand.",
                    self._description,
                )
            )
        return self._append(vals_list)

    def write(self, vals):
        if self:
            self._refuse_change()
        return super().write(vals)

    def unlink(self):
        if self:
            self._refuse_change()
        return super().unlink()

    def _refuse_change(self):
        raise UserError(
            self.env._(
                "“%s” is a record of what happened: nobody changes or deletes an "
                "entry, administrators included.",
                self._description,
            )
        )

    # -- adding ----------------------------------------------------------------------

    @api.model
    def _append(self, rows):
        """Insert entries, past the ORM's bookkeeping and without any lock.

        :param rows: list of dicts of stored fields; ``date`` and ``actor`` are filled
            in (now, the current user)
        :return: the entries
        :raises UserError: there is no usable key; what was to be recorded must not
            happen then
        """
        if not rows:
            return self.browse()
        if self.env.cr.readonly:
            # The server then tries the whole request again on a cursor that writes.
            raise ReadOnlySqlTransaction(f"an entry of {self._name} is to be written")
        always = {
            "date": fields.Datetime.now(),
            "actor": self.env["legal.key"]._user_token(self.env.uid),
        }
        names = [
            name for name, field in self._fields.items() if field.store and name != "id"
        ]
        ids = []
        for start in range(0, len(rows), _BATCH):
            batch = [always | row for row in rows[start : start + _BATCH]]
            columns = [
                SQL(
                    "%s::%s[]",
                    # None and not False: the ORM's empty value is no value here
                    [
                        None if row.get(name) is False else row.get(name)
                        for row in batch
                    ],
                    SQL.identifier(self._fields[name].column_type[0]),
                )
                for name in names
            ]
            ids += self.env.execute_query(
                SQL(
                    "INSERT INTO %s (%s) SELECT * FROM unnest(%s) RETURNING id",
                    SQL.identifier(self._table),
                    SQL(", ").join(map(SQL.identifier, names)),
                    SQL(", ").join(columns),
                )
            )
        return self.browse([row[0] for row in ids])

    # -- for sealing -----------------------------------------------------------------

    @api.model
    def _ledgers(self):
        """The concrete ledgers: a list of empty recordsets."""
        return [
            self.env[name]
            for name in sorted(self.env.registry)
            if isinstance(self.env[name], LegalLedgerMixin)
            and not self.env[name]._abstract
        ]

    @api.model
    def _canonical_sql(self):
        """An entry as one line of text, the same whatever a session has set.

        ``to_char`` with a pattern of digits does not ask for date style, time zone or
        language; numbers are integers.
        """
        columns = [SQL("id")]
        for name in self._ledger_fields:
            column = SQL.identifier(name)
            if self._fields[name].type == "datetime":
                column = SQL("to_char(%s, 'YYYY-MM-DD HH24:MI:SS.US')", column)
            columns.append(column)
        return SQL("jsonb_build_array(%s)::text", SQL(", ").join(columns))

    @api.model
    def _canonical(self, low, high):
        """Yield ``(id, canonical text)`` of the entries from ``low`` to ``high``."""
        while True:
            rows = self.env.execute_query(
                SQL(
                    "SELECT id, %s FROM %s WHERE id BETWEEN %s AND %s "
                    "ORDER BY id LIMIT %s",
                    self._canonical_sql(),
                    SQL.identifier(self._table),
                    low,
                    high,
                    _CHUNK,
                )
            )
            yield from rows
            if len(rows) < _CHUNK:
                return
            low = rows[-1][0] + 1
