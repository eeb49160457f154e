from odoo import api, fields, models
from odoo.exceptions import UserError

from .legal_deadline import RUNNING
from .legal_deadline_change import CHANGEABLE


class LegalDeadline(models.Model):
    """What hangs together: hearing, deadline and those that follow from it."""

    _inherit = "legal.deadline"

    is_stale = fields.Boolean(
        string="Its Event Moved",
        compute="_compute_is_stale",
        help="The hearing or the deadline from which it is counted has another day.",
    )

    @api.depends(
        "trigger_date",
        "event_id.start",
        "previous_id.date_deadline",
        "previous_id.trigger_date",
        "state",
    )
    def _compute_is_stale(self):
        for deadline in self:
            expected = deadline._expected_trigger()
            deadline.is_stale = bool(
                deadline.state in RUNNING
                and expected
                and expected != deadline.trigger_date
            )

    def _expected_trigger(self):
        """The day of the event as it is now; False where nobody knows but who typed."""
        # sudo: the day alone, of a hearing that a colleague keeps in his calendar
        deadline = self.sudo()
        if deadline.event_id:
            return self._day_of(deadline.event_id.start, deadline.jurisdiction_id)
        if deadline.previous_link == "date":
            return deadline.previous_id.date_deadline
        if deadline.previous_link == "trigger":
            return deadline.previous_id.trigger_date
        return False

    def action_new_next(self):
        """Enter a deadline that follows from this one."""
        self.ensure_one()
        return self._action_enter(
            default_matter_id=self.matter_id.id,
            default_previous_id=self.id,
            default_previous_link="date",
            default_trigger_date=fields.Date.to_string(self.date_deadline),
            default_court_id=self.court_id.id,
            default_jurisdiction_id=self.jurisdiction_id.id,
        )

    @api.model
    def _changeable(self):
        return CHANGEABLE

    def _moves(self, vals):
        """What would move if ``vals`` changed: this date, then those that follow.

        :return: list of (deadline, values, problem); values of CHANGEABLE fields and
            of the answer; problem: a sentence where it cannot be computed
        :raises UserError: this date itself cannot be computed
        """
        self.ensure_one()
        moves = [(self, {**vals, **self._answer_after(vals)}, False)]
        new = {self.id: {**moves[0][1]}}
        for deadline in self._dependents():
            given = deadline._follow_vals(new.get(deadline.previous_id.id, {}))
            if not given:
                continue
            try:
                found = {**given, **deadline._answer_after(given)}
                problem = False
            except UserError as error:
                found, problem = given, str(error)
            new[deadline.id] = found
            moves.append((deadline, found, problem))
        return moves

    def _follow_vals(self, moved):
        """What changes here when the one before changed by ``moved``."""
        vals = {}
        if self.previous_link == "trigger":
            for name in ("trigger_date", "pronounced_on", "communication_id"):
                if name in moved and moved[name] != self[name]:
                    vals[name] = moved[name]
        elif "date_deadline" in moved and moved["date_deadline"] != self.trigger_date:
            vals["trigger_date"] = moved["date_deadline"]
        for name in ("jurisdiction_id", "court_id"):
            if name in moved and moved[name] != self[name].id:
                vals[name] = moved[name]
        return vals

    def _dependents(self):
        """The open deadlines that follow from this one, at any distance, in order."""
        found, layer = self.browse(), self
        while layer:
            layer = layer.next_ids.filtered(lambda d: d.state in RUNNING) - found
            found |= layer
        return found
