from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

from .legal_deadline import RUNNING


class LegalDeadlineRecalculationLine(models.Model):
    """A deadline that would move: old beside new."""

    _name = "legal.deadline.recalculation.line"
    _description = "Deadline That Would Move"
    _inherit = "legal.access.mixin"
    _order = "date_after, id"
    _access_role_always = True

    _gdpr_none = "dates"

    recalculation_id = fields.Many2one(
        "legal.deadline.recalculation", required=True, index=True, ondelete="cascade"
    )
    deadline_id = fields.Many2one(
        "legal.deadline", required=True, index=True, ondelete="restrict", readonly=True
    )
    matter_id = fields.Many2one(
        "legal.matter", index="btree_not_null", ondelete="restrict", readonly=True
    )
    user_id = fields.Many2one(related="deadline_id.user_id", related_sudo=False)
    date_before = fields.Date(string="Until Now", readonly=True)
    date_after = fields.Date(string="New", readonly=True)
    problem = fields.Char(readonly=True)
    accept = fields.Boolean(default=True, string="Move")
    state = fields.Selection(
        [("open", "To Be Decided"), ("moved", "Moved"), ("left", "Left")],
        default="open",
        required=True,
        readonly=True,
    )

    _once = models.UniqueIndex(
        "(recalculation_id, deadline_id)", "A deadline stands in a list once."
    )

    @api.depends("deadline_id", "access_list_id")
    @api.depends_context("uid")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.deadline_id.display_name
        self._hide_names()

    def write(self, vals):
        unlocked = self.env.su or self.env.context.get("legal_unlock") is UNLOCK
        if not unlocked and set(vals) - {"accept"}:
            raise UserError(self.env._("Only the tick can be changed here."))
        return super().write(vals)

    def _apply(self, reason):
        for line in self:
            deadline = line.deadline_id
            deadline._lock_or_retry()
            still = (
                deadline.state in RUNNING and deadline.date_deadline == line.date_before
            )
            if still:
                answer = deadline._answer_vals(deadline._ask())
                deadline._apply_change(answer, reason)
            line._unlocked().state = "moved" if still else "left"

    def _unlocked(self):
        return self.with_context(legal_unlock=UNLOCK)
