from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .gdpr_field_map import EDGES

ACCESS = [
    ("pending", "To be decided"),
    ("disclose", "Disclose"),
    ("redact", "Disclose without names of others"),
    ("withhold", "Withhold"),
]
#: why something is not disclosed, as the answer says it
GROUNDS = [
    ("mandate", "Professional secrecy (§ 29(1) BDSG, § 43a(2) BRAO; art. 66-5 of the "
     "law of 31 December 1971; art. 321 StGB/CH; § 9 RAO)"),
    ("others", "Rights and freedoms of others (Art. 15(4) GDPR)"),
    ("claims", "Establishment, exercise or defence of legal claims"),
    ("law", "Secrecy under a law, or a court's order"),
    ("other_person", "Concerns somebody else of the same name or address"),
]  # fmt: skip
ERASURE = [
    ("pending", "To be decided"),
    ("delete", "Delete"),
    ("redact", "Take the person out"),
    ("block", "Block until its day"),
    ("keep", "Keep"),
]


class GdprSubjectItem(models.Model):
    """One record in which a person was found, and what was decided about it.

    It is read by whoever may read the record: a colleague behind a wall does not learn
    from a request that the person is in a matter.
    """

    _name = "gdpr.subject.item"
    _description = "Finding of a Data Subject"
    _inherit = ["legal.document.wall", "gdpr.named.record"]
    _order = "subject_id, res_model, res_id"

    _gdpr_data = {
        "subject_id": "the person",
        "note": "free text on a decision",
    }

    subject_id = fields.Many2one(
        "gdpr.subject", required=True, index=True, ondelete="cascade"
    )
    res_model = fields.Char(string="Technical Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Number", model_field="res_model", required=True, readonly=True
    )
    edge = fields.Selection(
        [*EDGES, ("mention", "Mentioned in the text")], required=True, readonly=True
    )
    path = fields.Char(
        string="Found through",
        readonly=True,
        help="The fields that lead from the person to the record.",
    )
    field_names = fields.Char(
        string="Fields", readonly=True, help="The fields that hold the person's data."
    )
    confirmed = fields.Boolean(
        default=True,
        help="A mention counts when somebody has looked that it is this person.",
    )
    access_decision = fields.Selection(
        ACCESS, string="Answer", required=True, default="pending"
    )
    access_ground = fields.Selection(GROUNDS, string="Ground")
    access_by_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    access_on = fields.Datetime(string="Decided on", readonly=True)
    erase_decision = fields.Selection(
        ERASURE, string="Erasure", required=True, default="pending"
    )
    keep_source = fields.Char(string="Kept Under", help="The law that keeps it.")
    keep_until = fields.Date()
    erased_on = fields.Datetime(readonly=True)
    note = fields.Char(string="Remark")

    _record_unique = models.UniqueIndex(
        "(subject_id, res_model, res_id)", "The record was found already."
    )
    _document_idx = models.Index("(res_model, res_id)")

    @api.constrains("access_decision", "access_ground")
    def _check_ground(self):
        for item in self:
            if item.access_decision == "withhold" and not item.access_ground:
                raise ValidationError(
                    self.env._(
                        "What is withheld needs its ground: the answer has to say it."
                    )
                )
