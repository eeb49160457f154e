from odoo import api, fields, models

ACTIONS = [
    ("created", "Entered"),
    ("changed", "Changed"),
    ("entry_checked", "Entry Checked"),
    ("lawyer_checked", "Date Checked by Lawyer"),
    ("asked", "Change Asked For"),
    ("refused", "Change Refused"),
    ("extension_requested", "Extension Requested"),
    ("extension_granted", "Extension Granted"),
    ("extension_refused", "Extension Refused"),
    ("done", "Recorded as Done"),
    ("checked", "Checked"),
    ("returned", "Check Refused"),
    ("reopened", "Reopened"),
    ("cancelled", "Struck"),
    ("handed_over", "Handed Over"),
    ("acknowledged", "Warning Acknowledged"),
]


class LegalDeadlineSheet(models.Model):
    """The control sheet (Fristenkontrollblatt): what was entered, changed or checked.

    One for each event of a deadline, to be printed and compared. Nobody changes or
    deletes it; the ledger holds its keyed digest.
    """

    _name = "legal.deadline.sheet"
    _description = "Control Sheet"
    _inherit = "legal.access.mixin"
    _order = "id desc"
    _access_role_always = True

    _gdpr_data = {
        "user_id": "employee of the firm",
        "values": "what the deadline said",
        "reason": "free text",
    }

    deadline_id = fields.Many2one(
        "legal.deadline", required=True, index=True, ondelete="restrict", readonly=True
    )
    matter_id = fields.Many2one(
        "legal.matter", index="btree_not_null", ondelete="restrict", readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True)
    user_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    action = fields.Selection(ACTIONS, required=True, readonly=True)
    values = fields.Json(readonly=True)  # {field: [old, new]}, as texts
    reason = fields.Char(readonly=True)
    printed_on = fields.Datetime(readonly=True)
    printed_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")

    _date_idx = models.Index("(date DESC, id DESC)")

    @api.depends("action", "deadline_id", "access_list_id")
    @api.depends_context("lang", "uid")
    def _compute_display_name(self):
        actions = dict(self._fields["action"]._description_selection(self.env))
        for sheet in self:
            name = sheet.deadline_id.display_name
            sheet.display_name = f"{actions.get(sheet.action, '')}: {name}"
        self._hide_names()
