from odoo import api, models
from odoo.exceptions import UserError

from .legal_access_mixin import UNLOCK


class Base(models.AbstractModel):
    _inherit = "base"

    def _without_defaults(self, names):
        """The same records, without what the caller's context would fill in.

        :param names: the fields that nobody outside fills in
        """
        forged = {f"default_{name}" for name in names}
        if forged.isdisjoint(self.env.context):
            return self
        kept = {k: v for k, v in self.env.context.items() if k not in forged}
        # keys have to go: the whole context is given
        # pylint: disable-next=context-overridden
        return self.with_context(kept)

    def _refuse_computed(self, vals, names):
        """A stored value that is computed is not typed in: it would stay.

        :param names: the computed fields of the model
        :raises UserError: one of them is in ``vals``
        """
        if self.env.context.get("legal_unlock") is not UNLOCK and set(names) & set(
            vals
        ):
            raise UserError(
                self.env._("This is computed and not entered: change what it rests on.")
            )


class IrDefault(models.Model):
    """Every employee may keep defaults of his own, for any field of any model."""

    _inherit = "ir.default"

    @api.model
    def _get_model_defaults(self, model_name, condition=False):
        """None for what the suite itself makes, nor for what nobody enters."""
        if not model_name.startswith(("gdpr.", "legal.")):
            return super()._get_model_defaults(model_name, condition)
        if self.env.context.get("legal_unlock") is UNLOCK:
            return {}
        known = self.env[model_name]._fields
        return {
            name: value
            for name, value in super()
            ._get_model_defaults(model_name, condition)
            .items()
            if name in known and not known[name].readonly
        }
