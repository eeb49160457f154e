from odoo import fields, models
from odoo.exceptions import UserError

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
