from odoo import api, models
from odoo.fields import Domain

from . import legal_access_coverage as coverage


class IrRule(models.Model):
    """What no line of a rules file can say, as the models are of any application."""

    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        domain = super()._compute_domain(model_name, mode)
        if self.env.su:
            return domain
        model = self.env[model_name]
        if model._transient:
            # A wizard holds what its user was just reading; core shows it to every
            # colleague who may use the same wizard.
            domain &= Domain("create_uid", "=", self.env.uid)
        elif model_name in coverage.WITH_DOCUMENT:
            names = coverage.WITH_DOCUMENT[model_name]
            domain &= self.env["legal.document.wall"]._document_domain(*names)
        return domain
