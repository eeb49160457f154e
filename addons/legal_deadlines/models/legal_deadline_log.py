from odoo import fields, models

from odoo.addons.legal_crm.models.legal_ledger_mixin import LooseMany2one

from .legal_deadline_sheet import ACTIONS


class LegalDeadlineLog(models.Model):
    """What happened to which deadline, when, by whom: the ledger of the calendar.

    ``digest`` is a keyed hash of the control sheet.
    """

    _name = "legal.deadline.log"
    _description = "Deadline Log"
    _inherit = "legal.ledger.matter.mixin"
    _log_access = False

    _access_exempt = "holds numbers, codes and a keyed digest, read by auditors"
    _gdpr_none = "keyed tokens, keyed hashes, numbers and codes only"

    _ledger_fields = (
        "date",
        "action",
        "deadline_id",
        "matter_id",
        "actor",
        "date_before",
        "date_after",
        "sheet_id",
        "digest",
    )

    action = fields.Selection(ACTIONS, string="What", required=True, readonly=True)
    deadline_id = LooseMany2one("legal.deadline", required=True, readonly=True)
    date_before = fields.Char(readonly=True)
    date_after = fields.Char(readonly=True)
    sheet_id = LooseMany2one(
        "legal.deadline.sheet", required=True, readonly=True, string="Control Sheet"
    )
    digest = fields.Char(string="Keyed Hash", required=True, readonly=True)

    _matter_idx = models.Index("(matter_id, id DESC)")
    _sheet_idx = models.Index("(sheet_id)")
    _deadline_idx = models.Index("(deadline_id, id)")
