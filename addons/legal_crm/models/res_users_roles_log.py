from odoo import api, models


class ResUsers(models.Model):
    """Who gains or loses a legal role is recorded."""

    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        # New people had no role before: what they have now was given.
        users = super().create(vals_list)
        log = self.env["legal.access.log"]
        groups = self.env["res.groups"]
        given = groups._role_holders(users)
        names = groups._role_names({group_id for _user, group_id in given})
        for user_id, group_id in sorted(given):
            log._log("role_given", person=self.browse(user_id), detail=names[group_id])
        return users

    def write(self, vals):
        if "group_ids" not in vals:
            return super().write(vals)
        with self.env["res.groups"]._roles_recorded(self):
            return super().write(vals)
