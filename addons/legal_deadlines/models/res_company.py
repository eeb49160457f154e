from odoo import fields, models


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
