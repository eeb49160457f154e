from odoo import api, fields, models
from odoo.exceptions import UserError


class LegalDeadline(models.Model):
    """Clocks of other applications, as those of the GDPR: the same engine, the same
    calendar, the same reminders. They belong to a record there and to no matter."""

    _inherit = "legal.deadline"

    @api.model
    def _start_clock(self, origin, code, started, place=None, **values):
        """Enter the deadline of ``code`` for a record of another application.

        Art. 12(3) GDPR: ``EU-GDPR-12``, one month from receipt. Art. 33(1) GDPR:
        ``EU-GDPR-33``, 72 hours from becoming aware.

        :param origin: the record whose clock it is
        :param code: of a ``legal.deadline.rule``
        :param started: naive UTC datetime of the event
        :param place: ``legal.jurisdiction``; default: the office of the company
        :param values: further values, as ``user_id``, ``matter_id``
        :return: the deadline
        :raises UserError: no such rule, or what the engine says
        """
        origin.ensure_one()
        place = place or self.env.company.legal_jurisdiction_id
        day = self._day_of(started, place)
        rule = self.env["legal.deadline.rule"]._found(code, day)
        vals = {
            "user_id": self.env.uid,
            **values,
            **self._from_rule(rule),
            "name": values.get("name") or rule.name_en or rule.name,
            "rule_id": rule.id,
            "trigger_date": day,
            "jurisdiction_id": place.id,
            "origin_model": origin._name,
            "origin_id": origin.id,
        }
        if rule.unit == "hour":
            vals["trigger_time"] = self._moment_at(started, place).strftime("%H:%M:%S")
        return self._unlocked().create(vals).with_env(self.env)

    def _extend_clock(self, span, reason):
        """Extend by law and not by a court: art. 12(3) GDPR, two further months.

        :param span: as ``2month``; the whole is counted from the event
        :param reason: the reasons the person was told
        """
        self.ensure_one()
        self.check_access("write")
        self._need_reason(reason)
        self._check_running()
        if not self._is_computed() or "ext=" in (self.options or ""):
            raise UserError(
                self.env._("“%s” was extended already, or is not computed.", self.name)
            )
        options = ";".join(filter(None, (self.options, f"ext={span}")))
        before = self._snapshot()
        answer = self._answer_after({"options": options})
        self._unlocked().write(
            {
                "options": options,
                **answer,
                "extension_state": "granted",
                "date_before_extension": self.date_deadline,
            }
        )
        self._record("extension_granted", before, reason)
        return True

    @api.model
    def _clocks_of(self, origin):
        """The deadlines of a record of another application."""
        return self.search(
            [("origin_model", "=", origin._name), ("origin_id", "in", origin.ids)]
        )

    @api.model
    def _moment_at(self, moment, jurisdiction):
        """A stored (UTC) moment as the clock at that place showed it."""
        zone = self._zone_of(jurisdiction)
        record = self.with_context(tz=zone) if zone else self
        return fields.Datetime.context_timestamp(record, moment)
