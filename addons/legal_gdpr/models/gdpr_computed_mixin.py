from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK


class GdprComputedMixin(models.AbstractModel):
    """Columns that follow from others are not typed over.

    Odoo takes a value for a stored computed field, read-only or not, and keeps it
    until something it depends on changes.
    """

    _name = "gdpr.computed.mixin"
    _description = "Computed and Not Entered"

    @api.model
    def _system_names(self):
        """Names of the fields nobody enters: the read-only computed columns."""
        return {
            name
            for name, field in self._fields.items()
            if field.compute and field.store and field.readonly
        }

    @api.model
    def default_get(self, fields_list):
        # Odoo takes a ``default_`` of the caller's context for these as well
        found = super().default_get(fields_list)
        if self.env.context.get("legal_unlock") is not UNLOCK:
            for name in self._system_names() & found.keys():
                del found[name]
        return found

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_system_names({name for vals in vals_list for name in vals})
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_system_names(vals.keys())
        return super().write(vals)

    @api.model
    def _refuse_system_names(self, names):
        """:raises UserError: one of ``names`` is nobody's to enter"""
        if self.env.context.get("legal_unlock") is UNLOCK:
            return
        for name in sorted(self._system_names() & set(names)):
            raise UserError(
                self.env._(
                    "“%s” is put down by the system, and not entered.",
                    self._fields[name]._description_string(self.env),
                )
            )
