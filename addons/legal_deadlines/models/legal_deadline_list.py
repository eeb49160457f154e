import contextlib
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime

from ..engine import places
from ..engine.errors import DeadlineError
from .legal_deadline import RUNNING

#: what is over, and stays on the list struck through
STRUCK = ("done_unchecked", "done", "cancelled")
#: warnings before the day itself
EARLY = ("early", "query")


class Row(NamedTuple):
    """One date on paper; all texts in the reader's language."""

    day: date
    hour: str  # "14:30", empty for whole days
    kind: str
    what: str
    number: str
    rubrum: str
    responsible: str
    deputy: str
    warnings: str  # days of the early warnings
    state: str
    struck: bool = False
    provisional: bool = False
    overdue: bool = False
    unchecked: bool = False
    hidden: bool = False  # the case is told by its number alone

    @property
    def place(self):
        """Sorts by day, and within it by hour; what has none comes first."""
        return self.day, self.hour, self.number


class LegalDeadlineList(models.AbstractModel):
    """Dates as rows of a list on paper: deadlines, follow-ups and appointments.

    Used by the lists that people print and by the emergency list. Nothing is read here
    that the caller's environment may not read.
    """

    _name = "legal.deadline.list"
    _description = "List of Dates"

    _gdpr_none = "stores nothing"

    # -- days --------------------------------------------------------------------------

    @api.model
    def _start(self, day: date) -> datetime:
        """The moment at which ``day`` begins for the user, in UTC without a zone."""
        begin = self.env.tz.localize(datetime.combine(day, time.min))
        return begin.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _end(self, day: date) -> datetime:
        """The moment at which ``day`` is over for the user, in UTC without a zone."""
        return self._start(day + timedelta(days=1))

    @api.model
    def _event_domain(self, first: date, last: date):
        """Appointments of a matter that touch one of these days."""
        whole = Domain("allday", "=", True)
        whole &= Domain("start_date", "<=", last) & Domain("stop_date", ">=", first)
        timed = Domain("allday", "=", False)
        timed &= Domain("start", "<", self._end(last))
        timed &= Domain("stop", ">=", self._start(first))
        return Domain("matter_id", "!=", False) & (whole | timed)

    # -- rows --------------------------------------------------------------------------

    @api.model
    def _deadline_rows(self, deadlines, first, hide=None):
        """Rows of ``deadlines``.

        :param date first: what was due before it and is not done is overdue
        :param hide: function that says of a deadline whether the reader of the paper
            may know no more than its number
        """
        kinds = dict(deadlines._fields["kind"]._description_selection(self.env))
        states = dict(deadlines._fields["state"]._description_selection(self.env))
        rows = []
        for deadline in deadlines:
            matter, state = deadline.matter_id, deadline.state
            hidden = bool(hide and hide(deadline))
            running = state in RUNNING
            rows.append(
                Row(
                    day=deadline.date_deadline,
                    hour=self._hour(deadline.moment_deadline, deadline.jurisdiction_id),
                    kind=kinds[deadline.kind],
                    what="" if hidden else deadline.name,
                    number=matter.number or "",
                    rubrum="" if hidden else matter.name or "",
                    responsible=deadline.user_id.name,
                    deputy=deadline.deputy_id.name or "",
                    warnings=self._warning_days(deadline),
                    state=states[state],
                    struck=state in STRUCK,
                    provisional=state == "provisional",
                    overdue=running and deadline.date_deadline < first,
                    unchecked=state == "done_unchecked"
                    or (
                        running
                        and deadline.needs_entry_check
                        and not deadline.entry_checked_by_id
                    ),
                    hidden=hidden,
                )
            )
        return rows

    @api.model
    def _hour(self, moment, jurisdiction=None):
        """The hour of a stored moment, where the court sits; "" without one."""
        if not moment:
            return ""
        zone = str(self.env.tz)
        if jurisdiction:
            # of a place that was typed wrong: the reader's own clock
            with contextlib.suppress(DeadlineError):
                zone = places.parse(jurisdiction.code).zone
        return format_datetime(self.env, moment, tz=zone, dt_format="HH:mm")

    @api.model
    def _warning_days(self, deadline):
        early = deadline.warning_date_ids.filtered(lambda w: w.kind in EARLY)
        return ", ".join(
            format_date(self.env, warning.date, date_format="dd.MM.")
            for warning in early.sorted("date")
        )

    @api.model
    def _event_rows(self, events, hide=None):
        """Rows of appointments; of those that others keep private, the time alone."""
        rows = []
        for event in events:
            hidden = bool(hide and hide(event))
            private = hidden or event._check_private_event_conditions()
            begin = fields.Datetime.context_timestamp(event, event.start)
            day = event.start_date if event.allday else begin.date()
            rows.append(
                Row(
                    day=day,
                    hour="" if event.allday else self._hour(event.start),
                    kind=self.env._("Hearing")
                    if event.legal_is_hearing
                    else self.env._("Appointment"),
                    what="" if private else event.name,
                    number=event.matter_id.number or "",
                    rubrum="" if hidden else event.matter_id.name or "",
                    responsible=event.user_id.name or "",
                    deputy="",
                    warnings="",
                    state=("" if private else event.location) or "",
                    hidden=hidden,
                )
            )
        return rows

    @api.model
    def _warning_rows(self, warnings):
        """Rows of early warnings; ``day`` is that of the deadline."""
        kinds = dict(warnings._fields["kind"]._description_selection(self.env))
        rows = self._deadline_rows(warnings.deadline_id, date.min)
        by_deadline = dict(zip(warnings.deadline_id.ids, rows, strict=True))
        return [
            by_deadline[warning.deadline_id.id]._replace(
                kind=kinds[warning.kind],
                warnings=format_date(self.env, warning.date, date_format="dd.MM."),
            )
            for warning in warnings
        ]

    @api.model
    def _day_title(self, day):
        return format_date(self.env, day, date_format="full")

    @api.model
    def _short_day(self, day):
        return format_date(self.env, day, date_format="EEE dd.MM.yyyy")
