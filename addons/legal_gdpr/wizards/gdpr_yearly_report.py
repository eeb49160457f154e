from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class GdprYearlyReport(models.TransientModel):
    """Which year the officer reports on."""

    _name = "gdpr.yearly.report"
    _description = "Yearly Report of the Officer"

    _gdpr_none = "a number of a year"

    year = fields.Char(
        required=True, default=lambda self: str(fields.Date.today().year)
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    note = fields.Text(
        string="Remarks", help="Printed at the end, and not kept in the system."
    )

    @api.constrains("year")
    def _check_year(self):
        for report in self:
            this_year = fields.Date.context_today(report).year
            if not report.year.isdecimal() or not 2018 <= int(report.year) <= this_year:
                raise ValidationError(
                    self.env._(
                        "Choose a year from 2018, when the GDPR began to apply, to %s.",
                        this_year,
                    )
                )

    def _bounds(self):
        """First day, and the first one after the year."""
        self.ensure_one()
        return date(int(self.year), 1, 1), date(int(self.year) + 1, 1, 1)

    def _today(self):
        return fields.Date.context_today(self)

    def _for_company(self):
        return self.env["gdpr.overview"].with_context(
            allowed_company_ids=self.company_id.ids
        )

    def _figures(self):
        """What happened in the year: list of (area, what, number)."""
        return self._for_company()._year_figures(*self._bounds())

    def _standing(self):
        """What is due, overdue, missing on the day of the report."""
        overview = self._for_company()
        return overview.search([("code", "!=", False)])

    def action_print(self):
        return self.env.ref("legal_gdpr.action_report_yearly").report_action(self)
