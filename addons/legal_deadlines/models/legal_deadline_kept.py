"""What a deadline rests on is not deleted, and whoever tries reads why."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .legal_deadline import RUNNING


class LegalDeadline(models.Model):
    _inherit = "legal.deadline"

    @api.model
    def _keep(self, name, records, running=False):
        """Refuse to delete what dates name in their field ``name``.

        :param running: whether only those count that still run
        :raises UserError: names those dates that the user may read
        """
        domain = Domain(name, "in", records.ids)
        if running:
            domain &= Domain("state", "in", (*RUNNING, "done_unchecked"))
        # sudo: that there are some; display_name hides what the user may not read
        deadlines = self.sudo().search(domain, limit=3)
        if deadlines and running:
            raise UserError(
                self.env._(
                    "“%(record)s” stays, for dates are counted from it that still run: "
                    "%(dates)s. Change or strike them first.",
                    record=deadlines[0][name].display_name,
                    dates=", ".join(deadlines.mapped("display_name")),
                )
            )
        if deadlines:
            raise UserError(
                self.env._(
                    "“%(record)s” is not deleted, for dates rest on it: %(dates)s.",
                    record=deadlines[0][name].display_name,
                    dates=", ".join(deadlines.mapped("display_name")),
                )
            )


class LegalCommunication(models.Model):
    _inherit = "legal.communication"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_deadline(self):
        self.env["legal.deadline"]._keep("communication_id", self)
        self.env["legal.deadline"]._keep("done_communication_id", self)

    def unlink(self):
        # mail.thread deletes the messages first: ask before, not half-way
        self._unlink_except_with_deadline()
        return super().unlink()


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    def write(self, vals):
        """One that is archived is as gone as a deleted one, for whoever looks."""
        if "active" in vals and not vals["active"]:
            self.env["legal.deadline"]._keep("event_id", self, running=True)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_deadline(self):
        self.env["legal.deadline"]._keep("event_id", self)


class LegalTeam(models.Model):
    _inherit = "legal.team"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_deadline(self):
        self.env["legal.deadline"]._keep("team_id", self)


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_deadline(self):
        self.env["legal.deadline"]._keep("court_id", self)


class LegalJurisdiction(models.Model):
    _inherit = "legal.jurisdiction"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_deadline(self):
        self.env["legal.deadline"]._keep("jurisdiction_id", self)


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _acted_fields(self):
        return (
            *super()._acted_fields(),
            ("legal.deadline", "user_id"),
            ("legal.deadline", "deputy_id"),
            ("legal.deadline.control.line", "responsible_id"),
            ("legal.deadline.notice", "user_id"),
        )
