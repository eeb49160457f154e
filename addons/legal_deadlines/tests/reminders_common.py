from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import freeze_time

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

from .common import DeadlineCommon

#: six in the morning in UTC is seven in Berlin in winter: the hour of warnings
SEVEN = "06:00:00"


class RemindersCommon(DeadlineCommon):
    """A deadline that ends on Tuesday, 15 December 2026; two people stand behind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        people = cls.lawyer | cls.lawyer2 | cls.assistant | cls.partner_user
        people.tz = "Europe/Berlin"
        cls.company.resource_calendar_id.tz = "Europe/Berlin"
        cls.partners = cls.env["res.users"].search(
            [("all_group_ids", "in", cls.env.ref("legal_crm.group_partner").ids)]
        )
        # the firm's only partner, whatever else the database holds
        (cls.partners - cls.partner_user).group_ids -= cls.env.ref(
            "legal_crm.group_partner"
        )
        cls.env["legal.deadline.warning"].search([]).unlink()
        cls.team = cls.env["legal.team"].create(
            {"name": "Civil", "member_ids": [(6, 0, cls.assistant.ids)]}
        )

    @classmethod
    def _deadline(cls, date="2026-12-15", at="2026-11-02 09:00:00", **values):
        values = {"deputy_id": cls.lawyer2.id, "team_id": cls.team.id, **values}
        with freeze_time(at):
            deadline = super()._deadline(date, **values)
            deadline.flush_recordset()
        return deadline.sudo()

    @contextmanager
    def _clock(self, at):
        """``at`` as ``2026-12-08``: at seven in the morning, in winter."""
        if len(at) == 10:
            at = f"{at} {SEVEN}"

        def commit(cron, processed=0, **kwargs):
            cron.env.flush_all()
            return float("inf")

        cron = type(self.env["ir.cron"])
        with freeze_time(at), patch.object(cron, "_commit_progress", commit):
            yield

    def _remind(self, at):
        """Run the reminders at that moment; :return: who was told, as names"""
        known = self.env["legal.deadline.notice"].search([])
        with self._clock(at):
            self.env["legal.deadline.warning"]._cron_remind()
        self.env.flush_all()
        return sorted((self._notices() - known).user_id.mapped("name"))

    def _notices(self):
        return self.env["legal.deadline.notice"].search([], order="id")

    def _mails(self, user):
        return self.env["mail.mail"].search(
            [("recipient_ids", "in", user.partner_id.ids)], order="id"
        )

    def _dates(self, deadline, state=None):
        warnings = deadline.warning_date_ids.filtered(
            lambda w: not state or w.state == state
        )
        return sorted((w.kind, str(w.date)) for w in warnings)

    def _unlocked(self, deadline, **values):
        """Change what only the suite's own code changes."""
        return deadline.with_context(legal_unlock=UNLOCK).write(values)

    def _absent(self, user, start, end):
        return self.env["resource.calendar.leaves"].create(
            {"legal_user_id": user.id, "date_from": start, "date_to": end}
        )
