from odoo import api, fields, models

from .legal_ledger_mixin import LooseMany2one


class LegalFilingLog(models.Model):
    """What was filed in which matter, when, by whom, and a keyed hash of what it says.

    ``legal.communication._verify_filed`` compares the hash with the entry as it is now.
    """

    _name = "legal.filing.log"
    _description = "Filing Log"
    _inherit = "legal.ledger.matter.mixin"
    _log_access = False

    _access_exempt = "holds numbers, codes and a keyed digest, read by auditors"

    _gdpr_none = "keyed tokens, keyed hashes, numbers and codes only"

    _ledger_fields = (
        "date",
        "action",
        "communication_id",
        "matter_id",
        "actor",
        "digest",
    )

    action = fields.Selection(
        [("filed", "Filed"), ("corrected", "Corrected")],
        string="What",
        required=True,
        readonly=True,
    )
    communication_id = LooseMany2one(
        "legal.communication", required=True, readonly=True, string="Entry"
    )
    communication_ref = fields.Integer(
        string="Entry Number", compute="_compute_communication_ref"
    )
    digest = fields.Char(string="Keyed Hash", required=True, readonly=True)

    _matter_idx = models.Index("(matter_id, id DESC)")
    _communication_idx = models.Index("(communication_id)")

    @api.depends("communication_id")
    def _compute_communication_ref(self):
        for entry in self:
            entry.communication_ref = entry.communication_id.id

    @api.depends("action", "communication_id")
    def _compute_display_name(self):
        actions = dict(self._fields["action"]._description_selection(self.env))
        for entry in self:
            entry.display_name = f"{actions.get(entry.action)} {entry.id}"
