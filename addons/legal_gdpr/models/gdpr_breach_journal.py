from odoo import api, fields, models

from odoo.addons.legal_crm.models.legal_ledger_mixin import LooseMany2one

EVENTS = [
    ("reported", "Reported"),
    ("changed", "Changed"),
    ("time", "Time corrected"),
    ("state", "Step"),
    ("decided", "Decided"),
    ("filing", "Filing sent"),
    ("person", "Person told or exempted"),
    ("reminded", "Reminded"),
]


class GdprBreachJournal(models.Model):
    """What was known of an incident when: one entry per change, sealed.

    Codes, numbers and moments only. Of a text the entry holds a keyed hash: it shows
    when it changed, and whether a text that is shown is the one of that day.
    """

    _name = "gdpr.breach.journal"
    _description = "Incident Journal"
    _inherit = "legal.ledger.mixin"
    _log_access = False

    _access_exempt = "holds numbers, codes and keyed hashes, read by auditors"
    _gdpr_none = "keyed tokens, keyed hashes, numbers and codes only"

    _ledger_fields = (
        "date",
        "event",
        "breach_id",
        "field",
        "before",
        "after",
        "digest",
        "filing_id",
        "drill",
        "actor",
    )

    event = fields.Selection(EVENTS, string="What", required=True, readonly=True)
    breach_id = LooseMany2one(
        "gdpr.breach", string="Incident", required=True, readonly=True
    )
    field = fields.Char(string="Technical Field", readonly=True)
    field_label = fields.Char(string="Field", compute="_compute_field_label")
    before = fields.Char(readonly=True)
    after = fields.Char(readonly=True)
    digest = fields.Char(string="Keyed Hash", readonly=True)
    filing_id = fields.Integer(
        string="Number of the Filing", readonly=True, aggregator=None
    )
    drill = fields.Boolean(readonly=True)

    _breach_idx = models.Index("(breach_id, id)")

    @api.depends("field")
    def _compute_field_label(self):
        names = self.env["gdpr.breach"].fields_get(attributes=["string"])
        for entry in self:
            known = names.get(entry.field) or {}
            entry.field_label = known.get("string") or entry.field

    @api.depends("event", "date")
    def _compute_display_name(self):
        events = dict(self._fields["event"]._description_selection(self.env))
        for entry in self:
            entry.display_name = f"{events.get(entry.event)} {entry.id}"
