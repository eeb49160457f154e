from odoo import api, fields, models

from .legal_deadline import RUNNING


class LegalDeadline(models.Model):
    """Who enters a date for somebody who will be away hears of it at once: the
    reminders go on to the department then, which is the third best."""

    _inherit = "legal.deadline"

    absence_text = fields.Text(compute="_compute_absence_text")

    @api.depends(
        "user_id", "deputy_id", "date_deadline", "warning_date_ids.date", "state"
    )
    def _compute_absence_text(self):
        today = fields.Date.context_today(self)
        for deadline in self:
            days = [*deadline.warning_date_ids.mapped("date"), deadline.date_deadline]
            deadline.absence_text = deadline.state in RUNNING and self._absence_text(
                deadline.user_id,
                deadline.deputy_id,
                [day for day in days if day and day >= today],
            )

    @api.model
    def _absence_text(self, user, deputy, days):
        """A sentence if there is a day on which neither of the two is there.

        :param days: when something is due: the early warnings and the date itself
        :return: str or False
        """
        for day in sorted({day for day in days if day}) if user else ():
            if not user._legal_absent_on(day):
                continue
            if not deputy:
                return self.env._(
                    "%(user)s is away on %(day)s and has no deputy here. Choose one: "
                    "the reminders of that day go to the department otherwise.",
                    user=user.name,
                    day=self._show_day(day),
                )
            if deputy._legal_absent_on(day):
                return self.env._(
                    "%(user)s and %(deputy)s are both away on %(day)s. Choose another "
                    "deputy: the reminders of that day go to the department otherwise.",
                    user=user.name,
                    deputy=deputy.name,
                    day=self._show_day(day),
                )
        return False
