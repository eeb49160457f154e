from odoo import fields, models
from odoo.exceptions import UserError

from .legal_deadline_done import DONE_FIELDS


class LegalDeadline(models.Model):
    """A date that is not needed any more is struck, with a reason, and stays visible;
    one that ended too early is opened again."""

    _inherit = "legal.deadline"

    def _cancel(self, reason, last_confirmed=False):
        """Strike a date that is not needed any more. An assistant asks a lawyer."""
        self.check_access("write")
        self._need_reason(reason)
        self._check_running()
        self._check_last(last_confirmed)
        if self._needs_lawyer():
            return self._ask_for("cancel", {}, reason)
        before = self._snapshot()
        self._unlocked().write(
            {
                "state": "cancelled",
                "cancelled_by_id": self.env.uid,
                "cancelled_on": fields.Datetime.now(),
                "cancel_reason": reason,
            }
        )
        self._record("cancelled", before, reason)
        return True

    def _reopen(self, reason):
        self.check_access("write")
        self._need_reason(reason)
        for deadline in self:
            deadline._lock_or_retry()
            if deadline.state not in ("done", "cancelled"):
                raise UserError(self.env._("“%s” is open already.", deadline.name))
            if deadline.matter_id.state in ("closed", "archived"):
                raise UserError(
                    self.env._(
                        "The matter %s is closed. Reopen it first.",
                        deadline.matter_id.number,
                    )
                )
        if self._needs_lawyer():
            return self._ask_for("reopen", {}, reason)
        self._open_again("reopened", reason)
        return True

    def _open_again(self, action, reason):
        before = self._snapshot()
        for deadline in self:
            provisional = deadline.extension_state == "requested"
            deadline._unlocked().write(
                {
                    **DONE_FIELDS,
                    "state": "provisional" if provisional else "open",
                    "cancelled_by_id": False,
                    "cancelled_on": False,
                    "cancel_reason": False,
                }
            )
        self._record(action, before, reason)

    def _need_reason(self, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: the reason stays with the date."))

    def action_cancel(self):
        return self._dialog(
            "legal.deadline.reason",
            self.env._("Strike the date"),
            default_action="cancel",
        )

    def action_reopen(self):
        return self._dialog(
            "legal.deadline.reason",
            self.env._("Open the date again"),
            default_action="reopen",
        )
