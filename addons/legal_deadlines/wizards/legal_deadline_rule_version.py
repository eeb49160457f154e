from odoo import fields, models


class LegalDeadlineRuleVersion(models.TransientModel):
    """Asks from which day a new version of a rule holds, and makes it."""

    _name = "legal.deadline.rule.version"
    _description = "New Version of a Deadline Rule"

    _gdpr_none = "transient, rules of law"

    rule_id = fields.Many2one("legal.deadline.rule", required=True)
    date_from = fields.Date(
        string="Holds From",
        required=True,
        help="Events from that day on are counted by the new version.",
    )

    def action_create(self):
        self.ensure_one()
        version = self.rule_id._new_version(self.date_from)
        return {
            "type": "ir.actions.act_window",
            "res_model": "legal.deadline.rule",
            "res_id": version.id,
            "view_mode": "form",
        }
