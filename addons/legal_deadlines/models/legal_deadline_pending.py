from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class LegalDeadline(models.Model):
    """What an assistant asks for waits here until a lawyer agrees or refuses."""

    _inherit = "legal.deadline"

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
