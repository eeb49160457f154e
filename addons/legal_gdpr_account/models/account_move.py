from odoo import models


class AccountMove(models.Model):
    """How long an invoice is kept, by which law, and what holds it."""

    _name = "account.move"
    _inherit = ["account.move", "gdpr.retention.mixin"]
