from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .legal_deadline import RUNNING

#: What “Change” may change.
CHANGEABLE = (
    "rule_id regime length unit direction options trigger_date trigger_time"
    " pronounced_on jurisdiction_id court_id communication_id event_id previous_id"
    " previous_link date_deadline moment_deadline manual_reason"
).split()


class LegalDeadline(models.Model):
    """Changing what a date is computed from. Assistants ask, a lawyer decides.

    BGH II ZB 11/12: staff do not change or strike a deadline alone.
    """

    _inherit = "legal.deadline"

    def _needs_lawyer(self):
        """Whether this user only asks. A follow-up is moved by whoever keeps it."""
        return "deadline" in self.mapped("kind") and not (
            self.env.su or self.env.user.has_group("legal_crm.group_lawyer")
        )

    def action_change(self):
        self.ensure_one()
        return self._dialog(
            "legal.deadline.change",
            self.env._("Change"),
            dialog_size="large",
        )

    def _answer_after(self, vals):
        """What the date would be with ``vals``: the stored fields of the answer.

        :return: {} where a date typed by hand stays
        """
        self.ensure_one()
        draft = self.new(origin=self)
        draft.update(vals)
        if "date_deadline" in vals:
            typed = fields.Date.to_date(vals["date_deadline"])
            answer = {}
            if draft._is_computed():
                answer = self._answer_vals(draft._ask())
            if answer.get("date_deadline") == typed:
                return answer
            return {
                **answer,
                **self._typed(draft, typed, (draft.manual_reason or "").strip()),
                "moment_deadline": vals.get("moment_deadline", False),
            }
        if not draft._is_computed():
            return {}
        return {**self._answer_vals(draft._ask()), "manual_reason": False}

    def _change(self, vals, reason):
        """Change what the date rests on, and compute it anew.

        An assistant's change waits for a lawyer (see ``action_accept``).

        :param vals: values of CHANGEABLE fields
        :raises UserError: not changeable, no reason, or what the engine says
        """
        self.ensure_one()
        self.check_access("write")
        self._need_reason(reason)
        self._check_running()
        refused = set(vals) - set(CHANGEABLE)
        if refused:
            raise UserError(
                self.env._("This cannot be changed: %s.", ", ".join(sorted(refused)))
            )
        answer = self._answer_after(vals)
        if self._needs_lawyer():
            # the date along with it, so that the lawyer sees what would come out
            date = answer.get("date_deadline", self.date_deadline)
            return self._ask_for("change", {**vals, "date_deadline": date}, reason)
        self._apply_change({**vals, **answer}, reason)
        return True

    def action_follow_event(self):
        """Its event moved: the dialog with the new day filled in."""
        self.ensure_one()
        return self._dialog(
            "legal.deadline.change",
            self.env._("Change"),
            dialog_size="large",
            # no default: that would keep the other fields from being filled in
            legal_new_trigger=fields.Date.to_string(self._expected_trigger()),
            default_reason=self.env._("Its event moved"),
        )

    def _tell_stale(self):
        """Tell those who answer for these dates that the event moved from under them.

        Nothing moves by itself: what would come out is shown before it is applied.
        """
        activity = "mail.mail_activity_data_warning"
        for deadline in self.filtered("is_stale"):
            expected = deadline._expected_trigger()
            note = self.env._(
                "The event from which this date is counted is on %(new)s now, no "
                "longer on %(old)s. Open “Change” and look at what would move.",
                new=self._show_day(expected),
                old=self._show_day(deadline.trigger_date),
            )
            # sudo: the one who answers is told, whoever moved the event
            deadline.sudo().activity_unlink([activity])
            deadline.sudo().activity_schedule(
                activity,
                date_deadline=fields.Date.context_today(self),
                summary=self.env._("The event moved"),
                note=note,
                user_id=deadline.user_id.id,
            )

    def _apply_change(self, vals, reason):
        before = self._snapshot()
        self._unlocked().write(
            {
                **vals,
                "entered_by_id": self.env.uid,
                "entered_on": fields.Datetime.now(),
                "entry_checked_by_id": False,
                "entry_checked_on": False,
                "lawyer_checked_by_id": False,
                "lawyer_checked_on": False,
                **self._nothing_pending(),
            }
        )
        self._record("changed", before, reason)
        if "date_deadline" in vals or "trigger_date" in vals:
            self._event_followed()

    def _event_followed(self):
        """This date is where its event is again; those after it may not be."""
        current = self.filtered(lambda deadline: not deadline.is_stale)
        # sudo: the system's own reminder is over
        current.sudo().activity_unlink(["mail.mail_activity_data_warning"])
        self.next_ids._tell_stale()

    # -- what an assistant asks for ------------------------------------------------

    pending_text = fields.Char(compute="_compute_pending_text")

    @api.depends("pending_values", "date_deadline")
    @api.depends_context("lang")
    def _compute_pending_text(self):
        for deadline in self:
            date = (deadline.pending_values or {}).get("date_deadline")
            deadline.pending_text = date and self.env._(
                "%(old)s would become %(new)s.",
                old=self._show_day(deadline.date_deadline),
                new=self._show_day(fields.Date.to_date(date)),
            )

    def _nothing_pending(self):
        return {
            "pending_kind": False,
            "pending_values": False,
            "pending_reason": False,
            "pending_by_id": False,
        }

    def _ask_for(self, kind, vals, reason):
        """Leave it to a lawyer; until then nothing of the deadline changes."""
        before = self._snapshot()
        plain = {
            name: fields.Date.to_string(value) if hasattr(value, "year") else value
            for name, value in vals.items()
        }
        self._unlocked().write(
            {
                "pending_kind": kind,
                "pending_values": plain,
                "pending_reason": reason,
                "pending_by_id": self.env.uid,
            }
        )
        self._record("asked", before, reason)
        return True

    def action_accept(self):
        """A lawyer agrees with what was asked for."""
        for deadline in self:
            deadline._lock_or_retry()
            deadline._check_decider()
            kind, reason = deadline.pending_kind, deadline.pending_reason
            asked_by = deadline.pending_by_id
            vals = deadline.pending_values or {}
            deadline._unlocked().write(deadline._nothing_pending())
            if kind == "change":
                deadline._change(vals, reason)
                deadline._entered_by_two(asked_by)
            elif kind == "extension":
                deadline._decide_extension(True, vals["date_deadline"], reason)
                deadline._entered_by_two(asked_by)
            elif kind == "cancel":
                deadline._cancel(reason, last_confirmed=True)
            else:
                deadline._reopen(reason)
        return True

    def _entered_by_two(self, asked_by):
        """Two people stand behind it: who asked, and who agreed just now."""
        before = self._snapshot()
        self._unlocked().write(
            {
                "entered_by_id": asked_by.id,
                "entry_checked_by_id": self.env.uid,
                "entry_checked_on": fields.Datetime.now(),
            }
        )
        self._record("entry_checked", before)

    def action_refuse(self):
        for deadline in self:
            deadline._lock_or_retry()
            deadline._check_decider()
            before = deadline._snapshot()
            reason = deadline.pending_reason
            deadline._unlocked().write(deadline._nothing_pending())
            deadline._record("refused", before, reason)
        return True

    def _check_decider(self):
        self.check_access("write")
        if not self.pending_kind:
            raise UserError(self.env._("Nothing was asked for “%s”.", self.name))
        if not self.env.user.has_group("legal_crm.group_lawyer"):
            raise AccessError(self.env._("A lawyer decides about this."))
        if self.env.user == self.pending_by_id:
            raise UserError(
                self.env._("You asked for it yourself: another lawyer decides.")
            )

    # -- what hangs together -------------------------------------------------------

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
