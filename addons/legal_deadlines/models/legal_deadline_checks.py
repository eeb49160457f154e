from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import AccessError, UserError

from .legal_deadline import RUNNING


class LegalDeadline(models.Model):
    """The second person: nobody checks his own entry, and nobody his own work.

    BGH III ZB 96/18 (entries are checked), XII ZB 483/21 (the lawyer checks the date
    himself when the file is presented), VI ZB 99/19 (struck only after the dispatch
    was verified).
    """

    _inherit = "legal.deadline"

    def _check_person(self, other_than, sentence):
        """A check is made by a person, another one than ``other_than``."""
        self.check_access("write")
        if self.env.uid == SUPERUSER_ID:
            raise UserError(
                self.env._("A check is made by a person, not by the system.")
            )
        if self.env.user in other_than:
            raise UserError(sentence)

    def action_check_entry(self):
        """Compared with what was served: the entry counts from now on."""
        for deadline in self:
            deadline._lock_or_retry()
            if deadline.state == "cancelled" or deadline.entry_checked_by_id:
                raise UserError(
                    self.env._("There is nothing to check in “%s”.", deadline.name)
                )
            deadline._check_person(
                deadline.entered_by_id,
                self.env._(
                    "You entered or changed “%s” yourself: a colleague has to check "
                    "the entry.",
                    deadline.name,
                ),
            )
        before = self._snapshot()
        self._unlocked().write(
            {
                "entry_checked_by_id": self.env.uid,
                "entry_checked_on": fields.Datetime.now(),
            }
        )
        self._record("entry_checked", before)
        return True

    def action_lawyer_check(self):
        """The lawyer has looked at the date himself, with the file before him."""
        self.check_access("write")
        if not self.env.user.has_group("legal_crm.group_lawyer"):
            raise AccessError(
                self.env._("Only a lawyer can confirm that a lawyer checked the date.")
            )
        self._lock_or_retry()
        if any(deadline.state not in RUNNING for deadline in self):
            raise UserError(self.env._("Only dates that still run are checked."))
        before = self._snapshot()
        self._unlocked().write(
            {
                "lawyer_checked_by_id": self.env.uid,
                "lawyer_checked_on": fields.Datetime.now(),
            }
        )
        self._record("lawyer_checked", before)
        return True

    def action_check(self):
        """The evening check: somebody else has seen that it was sent. Now it is done.

        :raises UserError: the same person recorded it as done
        """
        for deadline in self:
            deadline._lock_or_retry()
            if deadline.state != "done_unchecked":
                raise UserError(
                    self.env._("“%s” does not wait for a check.", deadline.name)
                )
            deadline._check_person(
                deadline.done_by_id,
                self.env._(
                    "You recorded “%s” as done yourself: a colleague has to check it.",
                    deadline.name,
                ),
            )
        before = self._snapshot()
        self._unlocked().write(
            {
                "state": "done",
                "checked_by_id": self.env.uid,
                "checked_on": fields.Datetime.now(),
            }
        )
        self._record("checked", before)
        return True

    def _needs_entry_check(self):
        """Those whose entry does not count yet."""
        return self.filtered(
            lambda deadline: deadline.needs_entry_check
            and not deadline.entry_checked_by_id
        )
