"""What else decides when somebody is warned: holidays, offices, settings.

Whoever changes one of these marks the deadlines it concerns; the scheduled action
plans their warnings again.
"""

from odoo import api, models
from odoo.fields import Domain


class LegalJurisdiction(models.Model):
    _inherit = "legal.jurisdiction"

    def write(self, vals):
        result = super().write(vals)
        if "code" in vals:
            self._mark_offices_stale()
        return result

    def _mark_offices_stale(self):
        """The warnings of people who work here are planned again."""
        here = Domain("user_id.legal_jurisdiction_id", "in", self.ids) | (
            Domain("user_id.legal_jurisdiction_id", "=", False)
            & Domain("company_id.legal_jurisdiction_id", "in", self.ids)
        )
        if self:
            self.env["legal.deadline"]._mark_warnings_stale(here)


class LegalLocalHoliday(models.Model):
    _inherit = "legal.local.holiday"

    @api.model_create_multi
    def create(self, vals_list):
        holidays = super().create(vals_list)
        holidays.jurisdiction_id._mark_offices_stale()
        return holidays

    def write(self, vals):
        places = self.jurisdiction_id
        result = super().write(vals)
        (places | self.jurisdiction_id)._mark_offices_stale()
        return result

    def unlink(self):
        places = self.jurisdiction_id
        result = super().unlink()
        places._mark_offices_stale()
        return result


class LegalDeadlineRule(models.Model):
    _inherit = "legal.deadline.rule"

    def write(self, vals):
        result = super().write(vals)
        if "warning_days" in vals:
            self.env["legal.deadline"]._mark_warnings_stale(
                [("rule_id", "in", self.ids), ("warning_days", "=", False)]
            )
        return result


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        result = super().write(vals)
        if not {
            "legal_jurisdiction_id",
            "legal_deadline_warning_days",
            "legal_deadline_warning_hour",
        }.isdisjoint(vals):
            self.env["legal.deadline"]._mark_warnings_stale(
                [("company_id", "in", self.ids)]
            )
        return result


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        result = super().write(vals)
        if not {"legal_jurisdiction_id", "tz"}.isdisjoint(vals):
            self.env["legal.deadline"]._mark_warnings_stale(
                [("user_id", "in", self.ids)]
            )
        return result


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._mark_closed_firms_stale()
        return leaves

    def write(self, vals):
        firms = self._closed_firms()
        result = super().write(vals)
        self._mark_closed_firms_stale(firms)
        return result

    def unlink(self):
        firms = self._closed_firms()
        result = super().unlink()
        self.browse()._mark_closed_firms_stale(firms)
        return result

    def _closed_firms(self):
        return self.filtered(lambda leave: not leave.resource_id).company_id

    def _mark_closed_firms_stale(self, firms=None):
        firms = (firms or self.env["res.company"]) | self._closed_firms()
        if firms:
            self.env["legal.deadline"]._mark_warnings_stale(
                [("company_id", "in", firms.ids)]
            )
