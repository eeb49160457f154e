from odoo import models


class LegalMatter(models.Model):
    """Who changed the readers of a matter, and whom it let in or took out, is recorded.

    Walls write their own entries when they are raised and lowered.
    """

    _inherit = "legal.matter"

    def write(self, vals):
        if not {"access_policy", "member_ids", "lawyer_id"} & set(vals):
            return super().write(vals)
        before = self._readers_now()
        result = super().write(vals)
        self._log_readers(before)
        return result

    def _readers_now(self):
        """{id of a matter: (policy, set of ids of its team, id of its lawyer)}"""
        return {
            matter.id: (
                matter.access_policy,
                set(matter.member_ids.ids),
                matter.lawyer_id.id,
            )
            for matter in self.sudo()  # the same whoever writes, who may not read on
        }

    def _log_readers(self, before):
        log = self.env["legal.access.log"]
        users = self.env["res.users"]
        now = self._readers_now()
        for matter in self:
            policy, team, lawyer = before[matter.id]
            new_policy, new_team, new_lawyer = now[matter.id]
            if policy != new_policy:
                log._log("readers", matter, detail=f"access_policy:{new_policy}")
            for sign, changed in (("+", new_team - team), ("-", team - new_team)):
                if changed:
                    people = users.browse(sorted(changed))
                    log._log(
                        "readers", matter, person=people, detail=f"member_ids{sign}"
                    )
            if lawyer != new_lawyer:
                if lawyer:
                    log._log(
                        "readers",
                        matter,
                        person=users.browse(lawyer),
                        detail="lawyer_id-",
                    )
                if new_lawyer:
                    log._log(
                        "readers",
                        matter,
                        person=users.browse(new_lawyer),
                        detail="lawyer_id+",
                    )
