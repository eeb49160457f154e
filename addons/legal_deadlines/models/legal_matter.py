from odoo import fields, models
from odoo.fields import Domain

from .legal_deadline import RUNNING


class LegalMatter(models.Model):
    _inherit = "legal.matter"

    deadline_ids = fields.One2many("legal.deadline", "matter_id", string="Deadlines")
    deadline_count = fields.Integer(compute="_compute_deadline_count")

    def _compute_deadline_count(self):
        counts = dict(
            self.env["legal.deadline"]._read_group(
                [("matter_id", "in", self.ids), ("state", "in", RUNNING)],
                ["matter_id"],
                ["__count"],
            )
        )
        for matter in self:
            matter.deadline_count = counts.get(matter, 0)

    def _next_dates(self):
        dates = super()._next_dates()
        # One row per matter, whatever it has of them: the earliest is all that shows.
        rows = self.env["legal.deadline"].search_fetch(
            [("matter_id", "in", self.ids), ("state", "in", RUNNING)],
            ["matter_id", "date_deadline", "name"],
        )
        for deadline in rows:
            dates.setdefault(deadline.matter_id.id, []).append(
                (deadline.date_deadline, deadline.name)
            )
        return dates

    def _search_next_date(self, operator, value):
        domain = Domain(super()._search_next_date(operator, value))
        running = Domain("state", "in", RUNNING)
        if operator == "in" and set(value) == {False}:
            return domain & ~Domain("deadline_ids", "any", running)
        return domain | Domain(
            "deadline_ids", "any", running & Domain("date_deadline", operator, value)
        )

    def _open_ends(self):
        ends = super()._open_ends()
        # sudo: a date of a colleague also keeps the matter open
        count = (
            self.env["legal.deadline"]
            .sudo()
            .search_count(
                [
                    ("matter_id", "=", self.id),
                    ("state", "in", (*RUNNING, "done_unchecked")),
                ]
            )
        )
        if count:
            ends.append(
                self.env._("Dates still open, or done and not yet checked: %s.", count)
            )
        return ends

    def action_new_deadline(self):
        self.ensure_one()
        return self.env["legal.deadline"]._action_enter(default_matter_id=self.id)

    def action_new_follow_up(self):
        self.ensure_one()
        return self.env["legal.deadline"]._action_enter(
            default_matter_id=self.id, default_kind="follow_up"
        )

    def action_view_deadlines(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "legal_deadlines.legal_deadline_action"
        )
        action["domain"] = [("matter_id", "in", self.ids)]
        action["context"] = {"default_matter_id": self[:1].id}
        return action
