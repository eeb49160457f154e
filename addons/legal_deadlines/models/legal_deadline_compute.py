from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime

from .. import engine
from ..engine import storage, texts


class LegalDeadline(models.Model):
    """The engine's answer: asked for, kept, explained in the reader's language."""

    _inherit = "legal.deadline"

    @api.model
    def _engine_show(self):
        """How the engine's sentences write a day or an hour."""

        def show(value):
            if hasattr(value, "hour"):
                return format_datetime(
                    self.env, value, tz=str(value.tzinfo or "UTC"), dt_format="short"
                )
            return format_date(self.env, value, date_format="EEE dd.MM.yyyy")

        return show

    @api.model
    def _show_day(self, day):
        """A day as people read it, with its weekday and its year."""
        return self._engine_show()(day)

    @api.model
    def _engine_translate(self, text):
        return self.env._(str(text))  # pylint: disable=translation-required

    @api.model
    def _engine_error(self, error):
        """The sentence of an engine error in the user's language."""
        return texts.error(error, self._engine_translate, self._engine_show())

    @api.model
    def _engine_result(self, request):
        """The engine's Result.

        :raises UserError: with what is wrong in what was asked
        """
        try:
            return engine.compute(request)
        except engine.DeadlineError as error:
            raise UserError(self._engine_error(error)) from error

    @api.model
    def _engine_lines(self, result):
        """(steps, doubts): sentences, each with its article of law."""
        translate, show = self._engine_translate, self._engine_show()
        steps = [texts.step(step, translate, show) for step in result.steps]
        steps += [
            f"{show(holiday.date)}: {holiday.name} ({holiday.source})"
            for holiday in result.holidays
        ]
        doubts = [texts.doubt(doubt, translate, show) for doubt in result.doubts]
        return steps, doubts

    @api.model
    def _explanation_html(self, steps):
        return Markup("<ol>%s</ol>") % Markup().join(
            Markup("<li>%s</li>") % step for step in steps
        )

    @api.depends("result", "manual_reason")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for deadline in self:
            if not deadline.result:
                deadline.explanation = (
                    self.env._("Entered by hand: %s", deadline.manual_reason)
                    if deadline.manual_reason
                    else False
                )
                deadline.warning_text = False
                continue
            steps, doubts = self._engine_lines(storage.load(deadline.result))
            deadline.explanation = self._explanation_html(steps)
            deadline.warning_text = "\n".join(doubts) or False

    @api.depends("date_deadline")
    def _compute_days_left(self):
        today = fields.Date.context_today(self)
        for deadline in self:
            date = deadline.date_deadline
            deadline.days_left = (date - today).days if date else 0

    def _search_days_left(self, operator, value):
        today = fields.Date.context_today(self)
        if operator == "in":
            dates = [fields.Date.add(today, days=days) for days in value]
            return [("date_deadline", "in", dates)]
        if operator in ("<", "<=", ">", ">="):
            date = fields.Date.add(today, days=int(value))
            return [("date_deadline", operator, date)]
        return NotImplemented
