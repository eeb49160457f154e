from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import risk as scale
from .gdpr_dpia_part import LEVELS, SCALE

#: the feared events of the CNIL's method, in its order
EVENTS = [
    ("access", "Illegitimate access to data"),
    ("change", "Unwanted change of data"),
    ("loss", "Disappearance of data"),
    ("own", "Other risk"),
]
FEARED = ("access", "change", "loss")
RATINGS = (
    "severity_before",
    "likelihood_before",
    "severity_after",
    "likelihood_after",
)


class GdprDpiaRisk(models.Model):
    """A risk for the people concerned, before and after the measures."""

    _name = "gdpr.dpia.risk"
    _description = "Risk of an Impact Assessment"
    _inherit = "gdpr.dpia.part"
    _order = "dpia_id, sequence, id"

    _gdpr_none = "words on a processing, not on a person"

    sequence = fields.Integer(default=10)
    event = fields.Selection(EVENTS, required=True, default="own")
    name = fields.Char(
        string="Risk", compute="_compute_name", store=True, readonly=False
    )
    sources = fields.Text(help="Who or what could bring it about, on purpose or not.")
    threats = fields.Text(help="How it could happen.")
    impacts = fields.Text(help="What it would mean for the people concerned.")
    measures = fields.Text(help="What is done about it, or planned.")
    severity_before = fields.Selection(SCALE)
    likelihood_before = fields.Selection(SCALE)
    severity_after = fields.Selection(SCALE)
    likelihood_after = fields.Selection(SCALE)
    rating_before = fields.Char(
        string="Before", compute="_compute_ratings", help="Severity × likelihood."
    )
    rating_after = fields.Char(
        string="After", compute="_compute_ratings", help="Severity × likelihood."
    )
    level_before = fields.Selection(
        LEVELS, string="Risk Before", compute="_compute_levels", store=True
    )
    level_after = fields.Selection(
        LEVELS, string="Residual Risk", compute="_compute_levels", store=True
    )

    _event_unique = models.UniqueIndex(
        "(dpia_id, event) WHERE event != 'own'",
        "Each of the three feared events is assessed once.",
    )

    @api.depends("event")
    def _compute_name(self):
        events = dict(self._fields["event"]._description_selection(self.env))
        for risk in self:
            if risk.event != "own" or not risk.name:
                risk.name = events.get(risk.event)

    @api.depends(*RATINGS)
    def _compute_levels(self):
        for risk in self:
            before, after = risk._rating("before"), risk._rating("after")
            risk.level_before = scale.level(*before)
            risk.level_after = scale.level(*after)

    @api.depends(*RATINGS)
    def _compute_ratings(self):
        for risk in self:
            for when in ("before", "after"):
                rating = risk._rating(when)
                risk[f"rating_{when}"] = " × ".join(map(str, rating)) * all(rating)

    def _rating(self, when):
        """(severity, likelihood) as numbers; 0 where it is not rated."""
        return (
            int(self[f"severity_{when}"] or 0),
            int(self[f"likelihood_{when}"] or 0),
        )

    def write(self, vals):
        if (
            "event" in vals
            and not self._is_unlocked()
            and self.filtered(lambda r: r.event != vals["event"] and r.event != "own")
        ):
            raise UserError(self._keep_feared())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_feared(self):
        if not self._is_unlocked() and self.filtered(lambda r: r.event != "own"):
            raise UserError(self._keep_feared())

    def _keep_feared(self):
        return self.env._(
            "The three feared events are assessed in each assessment. If one does not "
            "matter, rate it as negligible and say why."
        )

    def _open_points(self):
        """What is missing, as words that follow the name of the risk."""
        self.ensure_one()
        missing = [
            label
            for name, label in (
                ("sources", self.env._("sources")),
                ("threats", self.env._("threats")),
                ("impacts", self.env._("impacts")),
            )
            if not (self[name] or "").strip()
        ]
        if not self.level_before:
            missing.append(self.env._("severity and likelihood before the measures"))
        if not self.level_after:
            missing.append(self.env._("severity and likelihood after the measures"))
        if self.level_before and self.level_after and not (self.measures or "").strip():
            if self._rating("before") != self._rating("after"):
                missing.append(self.env._("the measures that change the rating"))
        return missing
