from odoo import api, fields, models
from odoo.exceptions import ValidationError


class LegalDeadlineRule(models.Model):
    """The law changes: another version of the same code from a day on."""

    _inherit = "legal.deadline.rule"

    version_ids = fields.Many2many(
        "legal.deadline.rule", string="Versions", compute="_compute_version_ids"
    )
    date_to = fields.Date(
        string="Holds Until",
        compute="_compute_version_ids",
        help="The day before the next version.",
    )

    @api.depends("code", "date_from", "active")
    def _compute_version_ids(self):
        codes = [code for code in self.mapped("code") if code]
        versions = self.search([("code", "in", codes)]).grouped("code")
        for rule in self:
            same = versions.get(rule.code, self.browse()).sorted(
                lambda found: str(found.date_from or "")
            )
            later = [
                found.date_from
                for found in same
                if found.date_from
                and (not rule.date_from or found.date_from > rule.date_from)
            ]
            rule.version_ids = same if len(same) > 1 else False
            rule.date_to = bool(later) and fields.Date.subtract(later[0], days=1)

    def _new_version(self, date_from):
        """A copy that holds from a day on, not reviewed.

        :raises ValidationError: a version of that day or a later one exists
        """
        self.ensure_one()
        self.check_access("write")
        later = self.version_ids.filtered(
            lambda rule: rule.date_from and rule.date_from >= date_from
        )
        if later or (self.date_from and self.date_from >= date_from):
            raise ValidationError(
                self.env._(
                    "%(code)s has a version that holds from %(date)s on. Change that "
                    "one, or choose a later day.",
                    code=self.code,
                    date=fields.Date.to_string(
                        max(filter(None, (later | self).mapped("date_from")))
                    ),
                )
            )
        version = self.copy({"date_from": date_from})
        self.invalidate_model(["version_ids", "date_to"])
        return version

    def action_new_version(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Version"),
            "res_model": "legal.deadline.rule.version",
            "view_mode": "form",
            "target": "new",
            "context": {"default_rule_id": self.id},
        }
