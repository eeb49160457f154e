from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    legal_jurisdiction_id = fields.Many2one(
        "legal.jurisdiction",
        string="Office Place",
        help="Whose holidays move the firm's warnings to an earlier working day.",
    )
    legal_deadline_check_entries = fields.Boolean(
        string="Check Each Entry",
        help="A deadline counts only when a second person has compared the entry.",
    )
    legal_deadline_warning_days = fields.Char(
        string="Early Warnings", default="7, 1", help="Days before, as 7, 1."
    )

    @api.constrains("legal_deadline_warning_days")
    def _check_legal_deadline_warning_days(self):
        for company in self:
            self.env["legal.deadline.rule"]._read_warning_days(
                company.legal_deadline_warning_days
            )
