from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date

from .. import engine
from ..engine import calendars, places, regimes


class LegalJurisdiction(models.Model):
    """The holidays of a place, as the engine has them: to be read and compared."""

    _inherit = "legal.jurisdiction"

    holiday_table = fields.Html(
        string="Holidays",
        compute="_compute_holiday_table",
        sanitize=False,
        export_string_translation=False,
    )

    @api.depends("code", "holiday_ids.day", "holiday_ids.name", "holiday_ids.source")
    @api.depends_context("lang")
    def _compute_holiday_table(self):
        year = fields.Date.context_today(self).year
        for jurisdiction in self:
            try:
                tables = [jurisdiction._days_html(year + n) for n in range(2)]
            except engine.DeadlineError:
                # being typed; saving says what is wrong with it
                tables = []
            jurisdiction.holiday_table = Markup().join(tables) or False

    def _days_of(self, year):
        """The days off of a year, whoever asks.

        :return: list of (``engine.result.Holiday``, codes of the laws for which it is
            one, empty if for all), in order
        :raises engine.DeadlineError: the code is no place
        """
        self.ensure_one()
        place, local = places.parse(self.code or ""), self._local_holidays()
        general = calendars.calendar_of(place, local=local).days_of(year)
        everywhere = {holiday.date for holiday in general}
        days = {holiday: [] for holiday in general}
        for regime in regimes.REGIMES.values():
            if not regime.context or regime.country != place.country:
                continue
            calendar = calendars.calendar_of(place, regime.context, local=local)
            for holiday in calendar.days_of(year):
                if holiday.date not in everywhere:
                    # the same day may have one source for one law, a doubt for another
                    days.setdefault(holiday, []).append(regime.code)
        return sorted(days.items(), key=lambda item: (item[0].date, item[1]))

    def _days_html(self, year):
        rows = Markup().join(
            Markup("<tr><td>%s</td><td>%s</td><td>%s</td></tr>")
            % (
                format_date(self.env, holiday.date, date_format="EEE dd.MM.yyyy"),
                holiday.name,
                self._day_source(holiday, laws),
            )
            for holiday, laws in self._days_of(year)
        )
        return Markup(
            '<h4>%s</h4><table class="table table-sm o_legal_holidays">%s</table>'
        ) % (year, rows)

    def _day_source(self, holiday, laws):
        said = [holiday.source]
        if holiday.source == "local":
            said = [self.env._("entered by the firm")]
        if laws:
            said.append(self.env._("only for %s", ", ".join(laws)))
        if holiday.doubtful:
            said.append(self.env._("not settled"))
        return "; ".join(said)
