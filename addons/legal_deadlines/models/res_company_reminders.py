from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    legal_deadline_warning_hour = fields.Integer(
        string="Hour of Warnings",
        default=7,
        required=True,
        help="O'clock in the morning, where the responsible person works.",
    )
    legal_deadline_step_hours = fields.Integer(
        string="Hours to the Next Level",
        default=2,
        required=True,
        help="On the day and afterwards: how long one waits for an acknowledgement "
        "before the next level is told.",
    )

    @api.constrains("legal_deadline_warning_days")
    def _check_legal_deadline_warning_days(self):
        self.env["legal.deadline.warning"]._check_days(
            self.mapped("legal_deadline_warning_days")
        )

    @api.constrains("legal_deadline_warning_hour", "legal_deadline_step_hours")
    def _check_legal_deadline_hours(self):
        for company in self:
            if not 0 <= company.legal_deadline_warning_hour <= 12:
                raise ValidationError(
                    self.env._("Warnings go out in the morning: an hour from 0 to 12.")
                )
            if not 1 <= company.legal_deadline_step_hours <= 12:
                raise ValidationError(
                    self.env._(
                        "The next level is told after 1 to 12 hours, or a deadline "
                        "would be over before somebody stands in."
                    )
                )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    legal_deadline_warning_days = fields.Char(
        related="company_id.legal_deadline_warning_days", readonly=False
    )
    legal_deadline_warning_hour = fields.Integer(
        related="company_id.legal_deadline_warning_hour", readonly=False
    )
    legal_deadline_step_hours = fields.Integer(
        related="company_id.legal_deadline_step_hours", readonly=False
    )
