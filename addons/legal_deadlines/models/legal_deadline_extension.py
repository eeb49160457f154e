from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .legal_deadline import RUNNING


class LegalDeadline(models.Model):
    """An extension that was asked for is no extension.

    BGH VI ZB 6/13: it is entered as provisional, the old date stays until the court
    confirms, and somebody asks when nothing comes. So ``date_deadline`` moves only
    when the extension is granted.
    """

    _inherit = "legal.deadline"

    def action_extension(self):
        self.ensure_one()
        return self._dialog("legal.deadline.extension", self.env._("Extension"))

    def _request_extension(self, date, query_on=None, reason=""):
        """Note that an extension to ``date`` was asked for.

        :param query_on: the day on which the court is asked; default: the working day
            before the deadline
        """
        self.ensure_one()
        self.check_access("write")
        self._check_running()
        if self.kind != "deadline":
            raise UserError(self.env._("A follow-up is moved, not extended."))
        if (self.rule_id.extendable or "").strip().lower().startswith("no"):
            raise UserError(
                self.env._(
                    "“%(name)s” cannot be extended (%(law)s).",
                    name=self.name,
                    law=self.rule_id.source,
                )
            )
        if not date or date <= self.date_deadline:
            raise UserError(
                self.env._("The new date has to lie after the present one.")
            )
        query_on = query_on or self._query_day()
        if query_on > self.date_deadline:
            raise UserError(
                self.env._("Ask the court before the deadline ends, not after it.")
            )
        before = self._snapshot()
        self._unlocked().write(
            {
                "state": "provisional",
                "extension_state": "requested",
                "extension_requested_on": fields.Date.context_today(self),
                "extension_query_on": query_on,
                "date_requested": date,
            }
        )
        self._record("extension_requested", before, reason)
        return True

    def _query_day(self):
        """The last working day before the deadline, today at the earliest."""
        day = fields.Date.subtract(self.date_deadline, days=1)
        day = self.company_id._legal_office().on_or_before(day)
        return max(day, fields.Date.context_today(self))

    def _decide_extension(self, granted, date=None, reason=""):
        """The court answered. Granted: ``date`` (default: as requested) counts.

        What an assistant notes as granted waits for a lawyer, as every date that would
        move: until then the old, earlier one counts (BGH II ZB 11/12).
        """
        self.ensure_one()
        self.check_access("write")
        self._lock_or_retry()
        if self.state not in RUNNING or self.extension_state != "requested":
            raise UserError(self.env._("No extension was requested."))
        date = fields.Date.to_date(date) or self.date_requested
        if granted and date <= self.date_deadline:
            raise UserError(
                self.env._(
                    "The date to which it was extended lies before the present one."
                )
            )
        if granted and self._needs_lawyer():
            return self._ask_for("extension", {"date_deadline": date}, reason)
        before = self._snapshot()
        vals = {
            "state": "open",
            "extension_state": "granted" if granted else "refused",
            "extension_query_on": False,
        }
        if granted:
            vals |= {
                "date_before_extension": self.date_deadline,
                "date_deadline": date,
                "moment_deadline": False,
                "entered_by_id": self.env.uid,
                "entered_on": fields.Datetime.now(),
                "entry_checked_by_id": False,
                "entry_checked_on": False,
                "lawyer_checked_by_id": False,
                "lawyer_checked_on": False,
            }
            vals |= self._extended_vals(date)
        self._unlocked().write(vals)
        self._record(
            "extension_granted" if granted else "extension_refused", before, reason
        )
        self.next_ids._tell_stale()
        return True

    def _extended_vals(self, date):
        """The explanation goes on: computed, then extended to that day."""
        if not self._is_computed() or self.unit == "hour":
            return {}
        options = ";".join(
            part
            for part in (self.options or "").split(";")
            if part and not part.strip().startswith(("ext=", "ext_to="))
        )
        options = ";".join(filter(None, (options, f"ext_to={date}")))
        draft = self.new(origin=self)
        draft.options = options
        try:
            answer = self._answer_vals(draft._ask())
        except UserError:
            # The law's own date lies elsewhere (entered by hand): the day stands alone.
            return {}
        answer.pop("date_deadline")  # the court named the day
        answer.pop("moment_deadline")
        return {**answer, "options": options}

    def _extension_to_query(self):
        """A domain: extensions requested of which nothing was heard."""
        return Domain("state", "=", "provisional") & Domain(
            "extension_query_on", "<=", "today"
        )
