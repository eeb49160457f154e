from odoo import models

from ..models.legal_access_mixin import LegalAccessMixin


class PrivacyLookupWizard(models.TransientModel):
    """Core's search for a person names every record of his, whoever may read it: the
    administrator would see in how many matters somebody takes part."""

    _inherit = "privacy.lookup.wizard"

    _gdpr_none = "transient, gone within a day"

    def action_lookup(self):
        action = super().action_lookup()
        lines = self.line_ids.filtered("res_model")
        for name, found in lines.grouped("res_model").items():
            model = self.env.get(name)
            if isinstance(model, LegalAccessMixin) and not model._transient:
                records = model.browse(found.mapped("res_id")).exists()
                readable = set(records._filtered_access("read").ids)
                closed = found.filtered(lambda r, ids=readable: r.res_id not in ids)
                # sudo: the wizard's own lines, which its users never delete
                closed.sudo().unlink()
        return action
