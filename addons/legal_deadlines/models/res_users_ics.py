from odoo import fields, models


class ResUsers(models.Model):
    """The calendar links of somebody, in his preferences."""

    _inherit = "res.users"

    legal_ics_feed_ids = fields.One2many(
        "legal.ics.feed", "user_id", string="Calendar Links", readonly=True
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + ["legal_ics_feed_ids"]

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals and not vals["active"]:
            # sudo: whoever may archive a colleague ends what he could still fetch
            self.sudo().legal_ics_feed_ids.sudo(False)._withdraw()
        return result

    def _legal_has_feed_role(self):
        """Whether this is somebody of the firm who reads matters (one or nobody)."""
        return bool(
            self
            and self.active
            and self._is_internal()
            and self.has_group("legal_crm.group_assistant")
        )

    def action_legal_new_ics(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Calendar Link"),
            "res_model": "legal.ics.feed.new",
            "views": [(False, "form")],
            "target": "new",
        }
