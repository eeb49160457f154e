from odoo import api, models

from .legal_deadline import RUNNING


class LegalLocalHoliday(models.Model):
    """A holiday that is corrected may move deadlines: they are counted anew."""

    _inherit = "legal.local.holiday"

    @api.model_create_multi
    def create(self, vals_list):
        holidays = super().create(vals_list)
        holidays.jurisdiction_id._recalculate()
        return holidays

    def write(self, vals):
        places = self.jurisdiction_id
        result = super().write(vals)
        if {"day", "jurisdiction_id"} & set(vals):
            (places | self.jurisdiction_id)._recalculate()
        return result

    def unlink(self):
        places = self.jurisdiction_id
        result = super().unlink()
        places._recalculate()
        return result


class LegalJurisdiction(models.Model):
    _inherit = "legal.jurisdiction"

    def _recalculate(self):
        """Have the open deadlines of these places counted anew; nothing moves by it."""
        # sudo: which places have deadlines, and the count itself, whoever corrects
        deadlines = self.env["legal.deadline"].sudo()
        counted = dict(
            deadlines._read_group(
                [
                    ("jurisdiction_id", "in", self.ids),
                    ("state", "in", RUNNING),
                    ("result", "!=", False),
                ],
                ["jurisdiction_id"],
                ["__count"],
            )
        )
        runs = self.env["legal.deadline.recalculation"].sudo()
        for place in self:
            if place not in counted or place._is_recalculated():
                continue
            runs.create(
                {
                    "name": self.env._("Holidays of %s were changed", place.name),
                    "jurisdiction_ids": [(6, 0, place.ids)],
                }
            )._start()

    def _is_recalculated(self):
        """Whether a count of this place was asked for and has not begun yet."""
        return bool(
            self.env["legal.deadline.recalculation"]
            .sudo()  # whether there is one
            .search_count(
                [
                    ("state", "=", "running"),
                    ("counted", "=", 0),
                    ("jurisdiction_ids", "in", self.ids),
                ],
                limit=1,
            )
        )
