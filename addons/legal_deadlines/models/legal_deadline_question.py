from dataclasses import replace
from datetime import timezone

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import engine


class LegalDeadlineQuestion(models.AbstractModel):
    """What the engine is asked, from the fields of a deadline or of a dialog.

    The record keeps its own copy of the rule's law and period: a rule that is changed
    later moves no deadline.
    """

    _name = "legal.deadline.question"
    _description = "Question to the Deadline Engine"

    _gdpr_none = "stores nothing"

    #: copied from the rule to the deadline
    _RULE_FIELDS = ("regime", "length", "unit", "direction", "options")

    @api.model
    def _from_rule(self, rule):
        """The values that a deadline takes over from its rule."""
        return {name: rule[name] for name in self._RULE_FIELDS}

    def _is_computed(self):
        """Whether there is enough to ask the engine (else a date is typed)."""
        self.ensure_one()
        return bool(self.regime and self.trigger_date)

    def _ask(self, today=None):
        """The engine's Result: the earlier one, where a long stop holds as well.

        :param today: refuse an event in the future, a date counted back that is over
        :raises UserError: with what is wrong in what was asked
        """
        self.ensure_one()
        try:
            return self._ask_engine(today)
        except engine.DeadlineError as error:
            raise UserError(self.env["legal.deadline"]._engine_error(error)) from error

    def _ask_engine(self, today=None):
        """As ``_ask``, with the engine's own error."""
        rule = self._engine_rule()
        place = self.jurisdiction_id.code or ""
        more = {
            "local_holidays": self.jurisdiction_id._local_holidays(),
            "today": today,
        }
        asked = rule.request(
            self.trigger_date,
            place,
            event_time=engine.request.read_time(self.trigger_time),
            **more,
        )
        stop = self.pronounced_on and rule.long_stop_request(
            self.pronounced_on, place, **more
        )
        return engine.earliest(map(engine.compute, filter(None, (asked, stop))))

    def _engine_rule(self):
        """This question as a rule of the engine: the rule, with the record's own law
        and period."""
        rule = self.rule_id or self.env["legal.deadline.rule"].new()
        return replace(
            rule._engine_rule(),
            code=self.rule_id.code or self.regime or "",
            regime=self.regime or "",
            length=self.length,
            unit=self.unit or "day",
            direction=self.direction or "forward",
            options=engine.Options.parse(self.options or ""),
        )

    @api.model
    def _answer_dates(self, result):
        """The days of an answer: the safe one, which counts, and the one by law."""
        safe = result.safe
        return {
            "date_deadline": safe.date() if hasattr(safe, "hour") else safe,
            "date_computed": result.date,
        }

    @api.model
    def _answer_vals(self, result):
        """The stored fields of an answer. ``date_deadline`` is the safe day."""
        safe = result.safe
        moment = safe if hasattr(safe, "hour") else None
        return {
            **self._answer_dates(result),
            "moment_deadline": moment
            and moment.astimezone(timezone.utc).replace(tzinfo=None),
            "result": engine.storage.dump(result),
            "basis": result.calendar,
        }

    @api.model
    def _zone_of(self, jurisdiction):
        """The time zone where a court or an office sits; None where nobody knows."""
        return jurisdiction.code and engine.places.parse(jurisdiction.code).zone

    @api.model
    def _day_of(self, moment, jurisdiction):
        """The day of a stored (UTC) moment where the court sits.

        A fax that came at 23:30 in Berlin came on that day, whatever UTC says.
        """
        zone = self._zone_of(jurisdiction)
        record = self.with_context(tz=zone) if zone else self
        return fields.Datetime.context_timestamp(record, moment).date()
