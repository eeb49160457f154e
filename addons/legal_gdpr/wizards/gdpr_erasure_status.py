from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_datetime


class GdprErasureStatus(models.TransientModel):
    """How the list of erasures outside the database stands, and the way to open the
    suite after a restore when nothing needs to be deleted again."""

    _name = "gdpr.erasure.status"
    _description = "List of Erasures"

    _gdpr_none = "numbers; the reason is kept elsewhere"

    path = fields.Char(string="File", readonly=True)
    state = fields.Selection(
        [
            ("none", "Nothing written yet"),
            ("intact", "Intact"),
            ("damaged", "Damaged lines"),
            ("pending", "Backup restored: to be deleted again"),
        ],
        readonly=True,
    )
    entries = fields.Integer(readonly=True)
    last = fields.Char(string="Last Entry", readonly=True)
    damaged = fields.Integer(string="Unreadable Lines", readonly=True)
    open = fields.Integer(
        string="Without an End",
        readonly=True,
        help="Begun when the server was killed. The journal says whether they came to "
        "pass.",
    )
    pending = fields.Integer(string="To Be Deleted Again", readonly=True)
    may_open = fields.Boolean(compute="_compute_may_open")
    reason = fields.Text(
        string="Why It Need Not Be Deleted Again",
        help="Recorded with your name; seen by the data protection officer and audit.",
    )

    def _compute_may_open(self):
        for status in self:
            status.may_open = self.env.user._is_system() and status.pending > 0

    @api.model
    def default_get(self, fields_list):
        defaults = super().default_get(fields_list)
        # sudo: numbers of the file and the journal; who may open this may read them
        status = self.env["gdpr.erasure.replay"].sudo()._status()
        state = "intact" if status["entries"] else "none"
        if status["damaged"]:
            state = "damaged"
        if status["pending"]:
            state = "pending"
        last = status["last"] and format_datetime(self.env, status["last"])
        found = {**status, "state": state, "last": last}
        return defaults | {k: v for k, v in found.items() if k in fields_list}

    def action_replay(self):
        """Delete again what the backup brought back. :raises AccessError"""
        self._check_administrator()
        # sudo: an administrator destroys by the file, not by what he may read
        self.env["gdpr.erasure.replay"].sudo()._replay()
        return self._again()

    def action_open(self):
        """Let people in without it. :raises AccessError, UserError: no reason"""
        self._check_administrator()
        # sudo: the journal is written by nobody's hand
        self.env["gdpr.erasure.replay"].sudo()._open_without(self.reason)
        return self._again()

    def _check_administrator(self):
        if not self.env.user._is_system():
            raise AccessError(
                self.env._("After a restore, an administrator decides on this.")
            )

    @api.model
    def _again(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("List of Erasures"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
        }
