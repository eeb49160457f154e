from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK


class GdprTrainingGate(models.Model):
    """Somebody changes roles by hand while one is withheld: his decision counts."""

    _inherit = "gdpr.training.gate"

    @api.model
    def _withheld(self, users):
        """The gates that keep a role from ``users``, as the system sees them."""
        # sudo: whoever changes roles; what is withheld is asked, not shown
        return self.sudo().search(
            [("user_id", "in", users.ids), ("state", "=", "withheld")]
        )

    def _overrule(self, why):
        """End these: the role does not come back by itself.

        :param str why: a sentence in the user's language
        """
        for gate in self:
            gate._put({"state": "ended", "obstacle": why})
            gate._tell(gate._officers(), why)


class ResUsers(models.Model):
    _inherit = "res.users"

    def _by_gate(self):
        """The same people; what is written was decided for each role by itself."""
        return self.with_context(gdpr_gate=UNLOCK)

    def write(self, vals):
        if "group_ids" not in vals or self.env.context.get("gdpr_gate") is UNLOCK:
            return super().write(vals)
        gates = self.env["gdpr.training.gate"]._withheld(self)
        before = {gate: gate.user_id.group_ids for gate in gates}
        result = super().write(vals)
        gates.filtered(lambda gate: gate.user_id.group_ids != before[gate])._overrule(
            self.env._(
                "The roles were changed by hand while this one was withheld. It does "
                "not come back by itself."
            )
        )
        return result


class ResGroups(models.Model):
    _inherit = "res.groups"

    def write(self, vals):
        if "user_ids" not in vals:
            return super().write(vals)
        before = self.user_ids
        result = super().write(vals)
        changed = (before - self.user_ids) | (self.user_ids - before)
        self.env["gdpr.training.gate"]._withheld(changed)._overrule(
            self.env._(
                "The roles were changed by hand while this one was withheld. It does "
                "not come back by itself."
            )
        )
        return result

    def _one_at_a_time(self):
        """Two who take the last two holders of a role in the same second: the second
        one starts anew and sees what the first one did.

        The row is written and not only locked: a lock alone leaves the second one with
        what he saw before.
        """
        if self:
            # sudo is not needed: nothing is read or changed
            self.env.cr.execute(
                SQL(
                    "UPDATE res_groups SET write_date = %s WHERE id = ANY(%s)",
                    fields.Datetime.now(),
                    sorted(self.ids),
                )
            )


class LegalRoleGrant(models.Model):
    """A role until a date begins and ends by itself: nobody decided on another one."""

    _inherit = "legal.role.grant"

    def _start_due(self):
        return super(LegalRoleGrant, self.with_context(gdpr_gate=UNLOCK))._start_due()

    def _end(self):
        return super(LegalRoleGrant, self.with_context(gdpr_gate=UNLOCK))._end()
