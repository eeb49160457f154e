from odoo import models


class LegalDeadline(models.Model):
    """What the view of all dates asks for: what is to come for a deputy, a team."""

    _inherit = "legal.deadline"

    _deputy_idx = models.Index(
        "(deputy_id, date_deadline, id) "
        "WHERE deputy_id IS NOT NULL AND state IN ('provisional', 'open')"
    )
    # rows of the view are read by its own numbers
    _agenda_idx = models.Index("((id * 4))")
