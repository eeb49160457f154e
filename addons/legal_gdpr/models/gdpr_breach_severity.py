from odoo import api, fields, models

from ..tools.severity import MANY, assess

LOSSES = [
    ("none", "None"),
    ("some", "Some, to known recipients or repairable"),
    ("full", "To an unknown number, or for good"),
]
BANDS = [
    ("low", "Low"),
    ("medium", "Medium"),
    ("high", "High"),
    ("very_high", "Very high"),
]


class GdprBreach(models.Model):
    """Severity by the method of ENISA: a number beside the decision, no decision.

    Computed by ``tools/severity.py``; empty until a category and the ease of
    identification are entered.
    """

    _inherit = "gdpr.breach"

    has_simple = fields.Boolean(
        string="Simple", help="Name, address, education, family."
    )
    has_behavioural = fields.Boolean(
        string="Behavioural", help="Places, traffic, habits, preferences."
    )
    has_financial = fields.Boolean(
        string="Financial", help="Income, accounts, invoices, cards."
    )
    has_sensitive = fields.Boolean(
        string="Sensitive",
        help="Art. 9 and 10 GDPR, and what a client entrusted to his lawyer.",
    )
    dpc_context = fields.Integer(
        string="Context",
        aggregator=None,
        help="Raises (+) or lowers (-) what the data tell: -3 to 3.",
    )
    context_reason = fields.Char(string="Why")
    identification = fields.Selection(
        [
            ("negligible", "Negligible"),
            ("limited", "Limited"),
            ("significant", "Significant"),
            ("maximum", "Maximum"),
        ],
        string="Ease of Identification",
    )
    loss_confidentiality = fields.Selection(
        LOSSES, string="Loss of Confidentiality", default="none", required=True
    )
    loss_integrity = fields.Selection(
        LOSSES, string="Loss of Integrity", default="none", required=True
    )
    loss_availability = fields.Selection(
        LOSSES, string="Loss of Availability", default="none", required=True
    )
    malicious = fields.Boolean(string="Malicious Intent")
    unintelligible = fields.Boolean(
        string="Data Unintelligible",
        help="Encrypted, and the key is safe. A flag outside the score.",
    )
    many_people = fields.Boolean(
        string="More than 100 People", compute="_compute_many_people"
    )
    score = fields.Float(
        compute="_compute_score", store=True, digits=(3, 2), aggregator="avg"
    )
    band = fields.Selection(
        BANDS, string="Severity", compute="_compute_score", store=True
    )

    _context_range = models.Constraint(
        "CHECK (dpc_context BETWEEN -3 AND 3)",
        "The context raises or lowers by three steps at most: enter -3 to 3.",
    )

    @api.depends("person_count")
    def _compute_many_people(self):
        for breach in self:
            breach.many_people = breach.person_count > MANY

    @api.depends(
        "has_simple", "has_behavioural", "has_financial", "has_sensitive",
        "dpc_context", "identification", "loss_confidentiality", "loss_integrity",
        "loss_availability", "malicious",
    )  # fmt: skip
    def _compute_score(self):
        for breach in self:
            categories = [
                name
                for name in ("simple", "behavioural", "financial", "sensitive")
                if breach[f"has_{name}"]
            ]
            if not categories or not breach.identification:
                breach.score, breach.band = 0, False
                continue
            found = assess(
                categories,
                breach.identification,
                breach.dpc_context,
                breach.loss_confidentiality or "none",
                breach.loss_integrity or "none",
                breach.loss_availability or "none",
                breach.malicious,
            )
            breach.score, breach.band = found.score, found.band
