from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import references

KINDS = [
    ("number", "Our number"),
    ("legacy", "Old number"),
    ("court", "Court"),
    ("party", "Party"),
    ("other", "Other"),
]


class LegalMatterReference(models.Model):
    """Every number under which a matter is known, ready for exact look-up.

    One indexed table for our own number, the old system's, the court's and those of
    the other parties: searching a number and filing a mail ask only here, however
    many matters there are.
    """

    _name = "legal.matter.reference"
    _description = "Reference Number"
    _inherit = "legal.access.mixin"
    _order = "matter_id, kind, id"

    _gdpr_data = {"value": "file number that identifies proceedings of the parties"}

    matter_id = fields.Many2one(
        "legal.matter", required=True, index=True, ondelete="cascade"
    )
    party_id = fields.Many2one(
        "legal.matter.party", index="btree_not_null", ondelete="cascade"
    )
    kind = fields.Selection(KINDS, required=True, default="other")
    value = fields.Char(string="Reference", required=True)
    key = fields.Char(
        compute="_compute_keys",
        store=True,
        index="trigram",
        export_string_translation=False,
    )
    compact = fields.Char(
        compute="_compute_keys", store=True, export_string_translation=False
    )

    # text_pattern_ops: a prefix search uses the index whatever the locale
    _key_prefix_idx = models.Index("(key text_pattern_ops)")
    _compact_idx = models.Index("(compact text_pattern_ops)")

    @api.depends("value")
    def _compute_keys(self):
        for reference in self:
            reference.key = references.canonical(reference.value or "")
            reference.compact = references.compact(reference.value or "")

    @api.constrains("value")
    def _check_value(self):
        for reference in self:
            if not references.canonical(reference.value or ""):
                raise ValidationError(
                    self.env._(
                        "“%s” is no reference: it needs a letter or a digit.",
                        reference.value,
                    )
                )

    @api.depends("value", "access_list_id")
    @api.depends_context("uid")
    def _compute_display_name(self):
        for reference in self:
            reference.display_name = reference.value
        self._hide_names()

    # -- rows that follow the matter and its parties are not edited here ---------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                vals.update(kind="other", party_id=False)
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_derived()
        return super().write(vals)

    @api.ondelete(at_uninstall=True)
    def _unlink_except_derived(self):
        self._refuse_derived()

    def _refuse_derived(self):
        if not self.env.su and any(r.kind != "other" for r in self):
            raise UserError(
                self.env._(
                    "This number comes from the matter or one of its parties. Change "
                    "it there."
                )
            )
