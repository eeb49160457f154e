from odoo import models
from odoo.exceptions import AccessError


class LegalMatter(models.Model):
    """Who may read a matter: policy, team, ethical wall."""

    _inherit = "legal.matter"

    def _get_access_lists(self):
        lists = self.env["legal.access.list"]
        found = {}
        for matter in self.sudo():  # the key is computed for everybody alike
            excluded = matter.excluded_user_ids
            if matter.access_policy == "firm":
                key = lists._get("all_but", excluded)
            else:
                key = lists._get(
                    "only", (matter.member_ids | matter.lawyer_id) - excluded
                )
            found[matter.id] = key.id or False
        return found

    def _update_access_list(self):
        """Store who may read, on the matters and on all that belongs to them."""
        by_list = {}
        for matter_id, list_id in self._get_access_lists().items():
            by_list.setdefault(list_id, []).append(matter_id)
        for list_id, matter_ids in by_list.items():
            changed = self.browse(matter_ids).filtered(
                lambda m, list_id=list_id: m.sudo().access_list_id.id != list_id
            )
            if not changed:
                continue
            # sudo: the writer may have just shut himself out.
            changed.sudo()._sync_access_lists()
            self._push_access_list(changed.ids, list_id)

    def _shut_out(self, users):
        """Hook: ``users`` may not read these matters any more; what reaches them ends.

        Called with superuser rights, after the key was stored. An addon that sends
        something to people by itself adds how it stops.
        """
        self.message_unsubscribe(users.partner_id.ids)

    def _check_wall_stays(self, walled):
        """Only the compliance officer lets somebody in again who was shut out."""
        if self.env.su or self.env.user.has_group("legal_crm.group_compliance"):
            return
        # sudo: the writer may have shut himself out with this very change
        if any(walled[m.id] - m.sudo().excluded_user_ids for m in self):
            raise AccessError(
                self.env._("Only the compliance officer lifts an ethical wall.")
            )
