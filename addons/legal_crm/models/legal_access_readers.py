from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL


class LegalAccessMixin(models.AbstractModel):
    """Who among several people may read, asked for many records at once."""

    _inherit = "legal.access.mixin"

    def _readers_among(self, users):
        """Which of ``users`` may read each of these records.

        :param users: ``res.users`` recordset
        :return: dict of record id to ``res.users`` recordset; one query, however many
        """
        # sudo: who may read is no secret of the record; the callers decide who is told
        records, users = self.sudo(), users.sudo()
        system = users.filtered(lambda user: user.id == SUPERUSER_ID)
        staff = users.filtered(
            lambda user: self.browse().with_user(user)._has_access_role()
        )
        let_in = records.access_list_id._let_in(staff | users)
        readers = {}
        for record in records:
            found = staff if record._access_needs_role() else users
            if record.access_list_id:
                found &= let_in[record.access_list_id.id]
            readers[record.id] = found | system
        return readers

    def _name_stays_inside(self):
        """Whether not even the name may stand in a mail, where others may see it."""
        self.ensure_one()
        field = self._access_matter_field
        # sudo: the policy alone, to say less
        matter_sudo = self.sudo()[field] if field else self.sudo()
        return matter_sudo.access_policy == "restricted"

    def _store_access_list(self, list_id):
        result = super()._store_access_list(list_id)
        self.env["legal.document.wall"]._wall_forget()
        return result

    @api.model
    def _push_access_list(self, matter_ids, list_id):
        result = super()._push_access_list(matter_ids, list_id)
        self.env["legal.document.wall"]._wall_forget()
        return result


class LegalAccessList(models.Model):
    _inherit = "legal.access.list"

    def _let_in(self, users):
        """Which of ``users`` each list lets in.

        :return: dict of list id to ``res.users`` recordset
        """
        found = {list_.id: users.browse() for list_ in self}
        if not self or not users:
            return found
        self.flush_recordset(["mode"])
        rows = self.env.execute_query(
            SQL(
                """SELECT l.id, u.id
                     FROM legal_access_list l CROSS JOIN unnest(%s) u(id)
                    WHERE l.id IN %s AND (l.mode = 'only') = EXISTS (
                        SELECT 1 FROM legal_access_list_user_rel r
                         WHERE r.list_id = l.id AND r.user_id = u.id)""",
                users.ids,
                tuple(self.ids),
            )
        )
        for list_id, user_id in rows:
            found[list_id] |= users.browse(user_id)
        return found
