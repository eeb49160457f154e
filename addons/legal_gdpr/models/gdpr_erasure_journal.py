from odoo import api, fields, models

from odoo.addons.legal_crm.models.legal_ledger_mixin import LooseMany2one

ACTIONS = [
    ("delete", "Deleted"),
    ("redact", "Person taken out"),
    ("empty", "Field emptied"),
    ("block", "Blocked"),
    ("unblock", "Block lifted"),
    ("file", "File destroyed"),
    ("replay", "Deleted again after a restore"),
    ("replayed", "Replay finished"),
    ("not_replayed", "Opened without a replay"),
]
SOURCES = [
    ("retention", "Retention"),
    ("request", "Request of the person"),
    ("selective", "Single deletion"),
    ("hand", "Deleted by hand"),
    ("restore", "Restore of a backup"),
]


class GdprErasureJournal(models.Model):
    """That something was destroyed, when, by whom, under which rule: never what it was.

    Numbers, codes and keyed tokens only, so that nothing here ever has to be erased.
    ``entry`` is the number of the same event in the file outside the database.
    """

    _name = "gdpr.erasure.journal"
    _description = "Erasure Journal"
    _inherit = "legal.ledger.mixin"
    _log_access = False

    _access_exempt = "holds numbers, codes and keyed tokens, read by auditors"
    _gdpr_none = "keyed tokens, numbers and codes only"

    _ledger_fields = (
        "date",
        "action",
        "model",
        "res_id",
        "quantity",
        "rule_id",
        "rule_version",
        "source",
        "request_id",
        "run_id",
        "actor",
        "subject",
        "entry",
    )

    action = fields.Selection(ACTIONS, string="What", required=True, readonly=True)
    model = fields.Char(string="Kind of Record", readonly=True)
    model_label = fields.Char(string="Record", compute="_compute_model_label")
    res_id = fields.Integer(string="Record Number", readonly=True, aggregator=None)
    quantity = fields.Integer(string="Count", readonly=True)
    rule_id = LooseMany2one("gdpr.retention.rule", string="Rule", readonly=True)
    rule_version = fields.Integer(
        string="Version of the Rule", readonly=True, aggregator=None
    )
    source = fields.Selection(SOURCES, string="Why", required=True, readonly=True)
    request_id = fields.Integer(
        string="Number of the Request", readonly=True, aggregator=None
    )
    run_id = fields.Integer(string="Number of the Run", readonly=True, aggregator=None)
    subject = fields.Char(string="Token of the Person", readonly=True)
    entry = fields.Char(string="Entry in the File", readonly=True)

    _entry_idx = models.Index("(entry)")
    _subject_idx = models.Index("(subject) WHERE subject IS NOT NULL")
    _record_idx = models.Index("(model, res_id)")

    @api.depends("action", "date")
    def _compute_display_name(self):
        actions = dict(self._fields["action"]._description_selection(self.env))
        for entry in self:
            entry.display_name = f"{actions.get(entry.action)} {entry.id}"
