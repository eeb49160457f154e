from contextlib import contextmanager

from odoo import api, models
from odoo.tools import SQL


class ResGroups(models.Model):
    """Who gains or loses a legal role is recorded, on whatever way it happens."""

    _inherit = "res.groups"

    @api.model_create_multi
    def create(self, vals_list):
        with self._roles_recorded():
            return super().create(vals_list)

    def write(self, vals):
        if not {"user_ids", "implied_ids", "implied_by_ids"} & set(vals):
            return super().write(vals)
        with self._roles_recorded():
            return super().write(vals)

    def unlink(self):
        with self._roles_recorded():
            return super().unlink()

    @api.model
    @contextmanager
    def _roles_recorded(self, users=None):
        """Record which legal roles people have after this block and not before, and
        the other way round.

        :param users: those whose roles may change; everybody if None
        """
        before = self._role_holders(users)
        yield
        after = self._role_holders(users)
        log = self.env["legal.access.log"]
        names = self._role_names({group_id for _user, group_id in before ^ after})
        for action, changed in (
            ("role_given", after - before),
            ("role_taken", before - after),
        ):
            for user_id, group_id in sorted(changed):
                log._log(
                    action,
                    person=self.env["res.users"].browse(user_id),
                    detail=names[group_id],
                )

    @api.model
    def _role_names(self, group_ids):
        """{id of a group: its XML id}, which says in any language which role it is."""
        # sudo: an id of the program, for the record
        groups = self.sudo().browse(group_ids)
        return {
            group_id: name or str(group_id)
            for group_id, name in groups.get_external_id().items()
        }

    @api.model
    def _role_holders(self, users=None):
        """The roles people have, given or implied: set of (user id, group id).

        Only the groups of the suite's own addons count.
        """
        self.env["res.users"].flush_model(["group_ids"])
        self.flush_model(["implied_ids"])
        rows = self.env.execute_query(
            SQL(
                """WITH RECURSIVE legal AS (
                       SELECT res_id AS id FROM ir_model_data
                        WHERE model = 'res.groups' AND module SIMILAR TO %(suite)s
                   ), gives(gid, id) AS (
                       SELECT id, id FROM legal
                        UNION
                       SELECT implied.gid, gives.id
                         FROM gives
                         JOIN res_groups_implied_rel implied ON implied.hid = gives.gid
                   )
                   SELECT DISTINCT member.uid, gives.id
                     FROM gives
                     JOIN res_groups_users_rel member ON member.gid = gives.gid
                    WHERE %(whose)s""",
                suite="(legal|gdpr)[_]%",
                whose=SQL("member.uid = ANY(%s)", users.ids)
                if users is not None
                else SQL("TRUE"),
            )
        )
        return set(rows)
