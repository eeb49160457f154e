from odoo import models


class LegalDeadline(models.Model):
    """What the evening control asks for is found by an index."""

    _inherit = "legal.deadline"

    _done_on_idx = models.Index("(done_on) WHERE done_on IS NOT NULL")
    _cancelled_on_idx = models.Index("(cancelled_on) WHERE cancelled_on IS NOT NULL")
