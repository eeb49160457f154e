from odoo import api, fields, models
from odoo.exceptions import ValidationError

ROLES = [
    ("link", "Link to a person"),
    ("identifier", "Identifies a person"),
    ("content", "Says something of a person"),
    ("free_text", "Free text"),
    ("file", "File"),
    ("none", "No personal data"),
]
CATEGORIES = [
    ("identity", "Identity"),
    ("contact", "Contact data"),
    ("professional", "Working life"),
    ("financial", "Financial circumstances"),
    ("case", "Facts of a case"),
    ("communication", "Communication"),
    ("technical", "Technical traces"),
    ("other", "Other"),
]
ON_ACCESS = [
    ("export", "Part of the answer"),
    ("review", "After a look at each"),
    ("leave", "Not part of the answer"),
]
ON_ERASURE = [
    ("delete", "Delete the record"),
    ("unlink", "Take the person off the record"),
    ("empty", "Empty the field"),
    ("redact", "Take the person out of the text"),
    ("keep", "Keep"),
]
EDGES = [
    ("owned", "Belongs to the person"),
    ("shared", "Shared with others"),
    ("stop", "Only points at the person"),
]


class GdprFieldMap(models.Model):
    """Where personal data lies: one row per stored field of an installed model.

    Rows are found in the registry (``_discover``), never typed in. What the suite's own
    models declare in ``_gdpr_data`` is declared; what is read off a field of another
    application is inferred, with the reason; the officer confirms or corrects.
    """

    _name = "gdpr.field.map"
    _description = "Personal Data Map"
    _order = "model, field"
    _rec_names_search = ["model", "field", "label"]

    _gdpr_none = "names of models and fields"

    model = fields.Char(string="Technical Model", required=True, readonly=True)
    field = fields.Char(string="Technical Field", required=True, readonly=True)
    model_label = fields.Char(string="Kind of Record", readonly=True, translate=True)
    label = fields.Char(string="Field Name", readonly=True, translate=True)
    application = fields.Char(readonly=True, index=True)
    field_type = fields.Char(string="Type", readonly=True)
    comodel = fields.Char(string="Points at", readonly=True)
    custom = fields.Boolean(
        string="Made by Hand", readonly=True, help="A field made in the web client."
    )
    role = fields.Selection(ROLES, required=True, default="none")
    category = fields.Selection(CATEGORIES)
    special = fields.Boolean(
        string="Special Category",
        help="Health, belief, origin, sex life and the like: Art. 9 GDPR.",
    )
    criminal = fields.Boolean(
        string="Criminal Convictions", help="Convictions and offences: Art. 10 GDPR."
    )
    edge = fields.Selection(
        EDGES,
        string="Record",
        help="Of a link: whether the record is the person's own, is shared with other "
        "people, or only points at the person (who entered it, who is responsible).",
    )
    on_access = fields.Selection(ON_ACCESS, required=True, default="review")
    on_erasure = fields.Selection(ON_ERASURE, required=True, default="keep")
    keep_reason = fields.Char(
        string="Why It Stays",
        help="The law or the purpose for which the field is kept.",
    )
    source = fields.Selection(
        [
            ("declared", "Declared"),
            ("inferred", "Inferred"),
            ("manual", "Decided by hand"),
        ],
        required=True,
        readonly=True,
        default="inferred",
    )
    reason = fields.Char(readonly=True, help="Why the map says so.")
    state = fields.Selection(
        [("unreviewed", "To be reviewed"), ("confirmed", "Confirmed")],
        required=True,
        readonly=True,
        default="unreviewed",
        index=True,
    )
    reviewed_by_id = fields.Many2one("res.users", readonly=True)
    reviewed_on = fields.Datetime(readonly=True)
    found_on = fields.Datetime(
        string="First Found", readonly=True, default=fields.Datetime.now
    )
    gone = fields.Boolean(
        readonly=True, help="The field is not there any more; its decision is kept."
    )

    _field_unique = models.UniqueIndex(
        "(model, field)", "This field is in the map already."
    )

    @api.depends("model_label", "label")
    def _compute_display_name(self):
        for row in self:
            row.display_name = (
                f"{row.model_label or row.model}: {row.label or row.field}"
            )

    @api.constrains("on_erasure", "role", "keep_reason", "state")
    def _check_keep_reason(self):
        for row in self:
            if (
                row.state == "confirmed"
                and row.role in ("identifier", "content", "free_text", "file")
                and row.on_erasure == "keep"
                and not (row.keep_reason or "").strip()
            ):
                raise ValidationError(
                    self.env._(
                        "“%s” holds personal data and is kept at an erasure: say why, "
                        "with the law or the purpose.",
                        row.display_name,
                    )
                )
