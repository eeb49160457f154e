from odoo import api, fields, models
from odoo.exceptions import UserError

STATES = [
    ("intake", "Intake"),
    ("open", "Open"),
    ("closed", "Closed"),
    ("archived", "Archived"),
]


class LegalMatterStage(models.Model):
    """A column of the firm's board. Each belongs to one state of a matter."""

    _name = "legal.matter.stage"
    _description = "Matter Stage"
    _order = "sequence, id"

    _gdpr_none = "the firm's own list of stages, names nobody"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    fold = fields.Boolean(string="Folded on the Board")
    state = fields.Selection(
        STATES,
        required=True,
        default="open",
        help="What is checked when a matter comes into this stage.",
    )
    practice_area_ids = fields.Many2many(
        "legal.practice.area",
        string="Only for",
        help="Empty: for every practice area.",
    )

    @api.model
    def _first(self, state, practice_area=None):
        """The stage in which a matter of ``practice_area`` enters ``state``."""
        stages = self.search([("state", "=", state)])
        fitting = stages.filtered(
            lambda s: not s.practice_area_ids or practice_area in s.practice_area_ids
        )
        if not fitting:
            raise UserError(
                self.env._(
                    "There is no stage for the state “%s”. Add one under "
                    "Configuration, Stages.",
                    dict(self._fields["state"]._description_selection(self.env))[state],
                )
            )
        return fitting[0]

    def write(self, vals):
        if "state" in vals:
            changed = self.filtered(lambda s: s.state != vals["state"])
            # sudo: matters the user may not read must not change state either.
            if (
                self.env["legal.matter"]
                .sudo()
                .with_context(active_test=False)
                .search_count([("stage_id", "in", changed.ids)], limit=1)
            ):
                raise UserError(
                    self.env._(
                        "There are matters in this stage. Its state cannot change, "
                        "as these matters would be opened or closed without a check. "
                        "Make a new stage instead."
                    )
                )
        return super().write(vals)
