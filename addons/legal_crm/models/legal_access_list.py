from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL


class LegalAccessList(models.Model):
    """A distinct set of readers, shared by every record that has these readers.

    Matters and all that belongs to them store one of these (or none: the whole
    firm), so that the rule is one indexed comparison and not a join through the
    matter's members. Rows are never changed: another set is another row.
    """

    _name = "legal.access.list"
    _description = "Set of Readers"
    _order = "id"

    _gdpr_data = {"user_ids": "employees of the firm, as readers of matters"}

    mode = fields.Selection(
        [("only", "Only these people"), ("all_but", "Everybody but these people")],
        required=True,
        readonly=True,
    )
    user_ids = fields.Many2many(
        "res.users",
        "legal_access_list_user_rel",
        "list_id",
        "user_id",
        string="People",
        readonly=True,
    )
    key = fields.Char(required=True, readonly=True)

    _key_unique = models.UniqueIndex("(key)", "This set of readers exists already.")

    @api.model
    def _get(self, mode, users):
        """Return the list of ``mode`` and ``users``, creating it when it is new.

        :param mode: ``only`` or ``all_but``
        :param users: ``res.users`` recordset
        :return: a ``legal.access.list`` record with superuser rights
        :raises ConcurrencyError: another transaction just made the same list; the
            request is then tried again by the server
        """
        if mode == "all_but" and not users:
            return self.sudo().browse()
        key = f"{mode}:{','.join(map(str, sorted(users.ids)))}"
        # The lists are the system's own bookkeeping: nobody has rights on them.
        lists_sudo = self.sudo()
        found = lists_sudo.search([("key", "=", key)], limit=1)
        if found:
            return found
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO legal_access_list
                   (mode, key, create_uid, write_uid, create_date, write_date)
                   VALUES (%s, %s, %s, %s, now(), now())
                   ON CONFLICT (key) DO NOTHING RETURNING id""",
                mode,
                key,
                self.env.uid,
                self.env.uid,
            )
        )
        if not rows:
            raise ConcurrencyError(f"set of readers {key} was made meanwhile")
        new = lists_sudo.browse(rows[0][0])
        new.user_ids = users
        return new

    def init(self):
        """The readable lists of a user as a function of the database.

        A plain sub-select is estimated at its full cost for every row that an index
        brings (a hashed sub-plan counts as start-up cost of each rescan), and then
        the whole table is read instead. The function says what it really costs.
        """
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION legal_readable_lists(uid integer)
            RETURNS SETOF integer AS $$
            BEGIN
                RETURN QUERY
                SELECT l.id FROM legal_access_list_user_rel r
                  JOIN legal_access_list l ON l.id = r.list_id
                 WHERE r.user_id = uid AND l.mode = 'only'
                 UNION ALL
                SELECT l.id FROM legal_access_list l
                 WHERE l.mode = 'all_but'
                   AND NOT EXISTS (SELECT 1 FROM legal_access_list_user_rel r
                                    WHERE r.list_id = l.id AND r.user_id = uid);
            END $$ LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1 ROWS 100;
            """
        )
        return super().init()

    def _readable_sql(self, user_id):
        """The ids of the lists that let ``user_id`` in, as a sub-select."""
        return SQL("(SELECT legal_readable_lists(%s))", user_id)

    def _readable_by(self, user_id):
        """The subset of ``self`` that lets ``user_id`` in, asked in one query."""
        if not self:
            return self
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM legal_access_list WHERE id IN %s AND id IN %s",
                tuple(self.ids),
                self._readable_sql(user_id),
            )
        )
        return self.browse([row[0] for row in rows])

    def _let_in(self):
        """The people with a legal role whom this list lets in; all without a list."""
        # sudo: who has a role is asked by the system, for everybody alike
        role = self.env.ref("legal_crm.group_assistant").sudo()
        people = role.all_user_ids.filtered(lambda u: u.active and not u.share)
        if not self:
            return people
        self.ensure_one()
        named = self.sudo().user_ids  # the system's own bookkeeping
        return people & named if self.mode == "only" else people - named
