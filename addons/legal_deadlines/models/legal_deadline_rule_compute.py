from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .. import engine
from ..engine import errors, regimes, request, rules, texts
from .legal_deadline_rule import COMPUTING

# A place of each country, an event and a time, to see whether a rule can be computed.
SAMPLE_PLACE = {"DE": "DE-BE", "FR": "FR", "CH": "CH-ZH", "AT": "AT", "EU": "EU-LU"}
SAMPLE_EVENT = fields.Date.to_date("2025-05-06")


class LegalDeadlineRule(models.Model):
    """A rule as the engine takes it, and what the engine says of it."""

    _inherit = "legal.deadline.rule"

    def _engine_rule(self):
        """This rule as one of the engine.

        :raises engine.DeadlineError: an option or the long stop cannot be read
        """
        self.ensure_one()
        first, _, stop = (self.long_stop or "").strip().rpartition("=")
        try:
            span = engine.Span.parse(stop) if stop else None
        except ValueError:
            span = None
        if (stop and not span) or first not in ("", "first"):
            raise errors.InvalidOption(option="long_stop", value=self.long_stop)
        return rules.Rule(
            code=self.code or "",
            name=self.name or "",
            name_en=self.name_en or "",
            regime=self.regime or "",
            length=self.length,
            unit=self.unit or "",
            direction=self.direction or "",
            options=engine.Options.parse(self.options),
            long_stop=span,
            long_stop_first=bool(first),
            trigger=self.trigger or "",
            nature=self.nature or "",
            extendable=self.extendable or "",
            source=self.source or "",
            note=self.note or "",
            reviewed=self.reviewed,
        )

    def _request(
        self, event, place, *, length=0, unit="", today=None, event_time=None,
        pronounced=None, local_holidays=(),
    ):  # fmt: skip
        """What the engine is asked for an event.

        :param date event: the day of service, or of the hearing when counted back
        :param str place: code of a jurisdiction
        :param length: a period of one's own, in ``unit``; else the rule's
        :param today: refuse an event in the future, a date counted back that is over
        :param event_time: ``datetime.time``, for periods of hours
        :param pronounced: day of pronouncement; the long stop is asked for as well
        :param local_holidays: see ``legal.jurisdiction._local_holidays``
        :return: list of ``engine.Request``, one or two
        :raises engine.DeadlineError: the rule cannot be read, or has no period
        """
        rule = self._engine_rule()
        more = {"today": today, "local_holidays": tuple(local_holidays)}
        asked = [
            rule.request(event, place, length, unit, event_time=event_time, **more)
        ]
        latest = pronounced and rule.long_stop_request(pronounced, place, **more)
        return asked + ([latest] if latest else [])

    def _compute_date(self, event, place, **more):
        """The engine's Result that holds: of two ends the earlier one.

        Parameters as ``_request``. Doubts of the later end that make the safe day
        earlier are kept.

        :raises engine.DeadlineError: with what is wrong in what was asked
        """
        return engine.earliest(
            engine.compute(asked) for asked in self._request(event, place, **more)
        )

    @api.constrains("code", *COMPUTING)
    def _check_engine(self):
        """A rule that is kept can be computed."""
        for rule in self:
            try:
                for asked in rule._request(
                    SAMPLE_EVENT,
                    rule._sample_place(),
                    length=0 if rule.length else 2,
                    event_time=request.read_time("9:30")
                    if rule.unit == "hour"
                    else None,
                    pronounced=SAMPLE_EVENT,
                ):
                    engine.compute(asked)
            except engine.DeadlineError as error:
                raise ValidationError(
                    self.env._(
                        "Rule %(code)s: %(problem)s",
                        code=rule.code,
                        problem=self.env["legal.deadline"]._engine_error(error),
                    )
                ) from error
            if rule.length < 0:
                raise ValidationError(
                    self.env["legal.deadline"]._engine_error(
                        errors.PeriodNotPositive(length=rule.length)
                    )
                )

    def _sample_place(self):
        """A place where this rule is law; regimes of the Union have any."""
        country = regimes.regime_of(self.regime or "").country
        return SAMPLE_PLACE.get(country, SAMPLE_PLACE["DE"])

    # -- finding one -------------------------------------------------------------------

    @api.model
    def _for(self, code, event_date=None):
        """The version of a code that holds for an event of that day (or today).

        :return: ``legal.deadline.rule``, empty where there is none
        """
        day = event_date or fields.Date.context_today(self)
        return self.search(
            [
                ("code", "=", (code or "").strip().upper()),
                "|",
                ("date_from", "=", False),
                ("date_from", "<=", day),
            ],
            order="date_from DESC NULLS LAST",
            limit=1,
        )

    @api.model
    def _found(self, code, event_date=None):
        """As ``_for``.

        :raises UserError: there is none; codes that look like it are named
        """
        rule = self._for(code, event_date)
        if not rule:
            raise UserError(
                self.env["legal.deadline"]._engine_error(
                    errors.UnknownRule(code=code, similar=self._similar_codes(code))
                )
            )
        return rule

    @api.model
    def _similar_codes(self, code):
        codes = self.search([("active", "=", True)]).mapped("code")
        return rules.get_close_matches((code or "").strip().upper(), set(codes), 3)


class LegalDeadline(models.Model):
    _inherit = "legal.deadline"

    @api.model
    def _period_text(self, length, unit, direction="forward"):
        """A period in words: 2 months, 1 week before."""
        if not length:
            return self.env._("set by the judge")
        words = texts.UNIT if length == 1 else texts.UNITS
        word = self._engine_translate(words.get(unit, unit or ""))
        if direction == "backward":
            return self.env._("%(length)s %(unit)s before", length=length, unit=word)
        return f"{length} {word}"
