from odoo import fields, models


class LegalDeadline(models.Model):
    _inherit = "legal.deadline"

    def _close_clock(self, what, done_by, checked_by):
        """The clock of another application's record has run its course.

        The record itself holds what was sent, and that two people stood behind it.

        :param what: a sentence, without names
        :param done_by: ``res.users`` who prepared it
        :param checked_by: ``res.users`` who released it; none: it stays to be checked
        """
        self.ensure_one()
        before = self._snapshot()
        now = fields.Datetime.now()
        two = bool(checked_by) and checked_by != done_by
        self._unlocked().write(
            {
                "state": "done" if two else "done_unchecked",
                "done_by_id": (done_by or self.env.user).id,
                "done_on": now,
                "done_what": what,
                "sent_on": now,
                "checked_by_id": checked_by.id if two else False,
                "checked_on": now if two else False,
            }
        )
        self._record("done", before)

    def _strike_clock(self, what):
        """It has no object any more: nothing was sent, and nothing will be.

        :param what: a sentence, without names
        """
        self.ensure_one()
        before = self._snapshot()
        self._unlocked().write(
            {
                "state": "cancelled",
                "cancelled_by_id": self.env.uid,
                "cancelled_on": fields.Datetime.now(),
                "cancel_reason": what,
            }
        )
        self._record("cancelled", before, what)
