from odoo import api, models


class GdprRegisterSide(models.AbstractModel):
    """A model that activities of the register name: what joins or leaves an activity
    from this side changes what that activity says, just as a change of its own."""

    _name = "gdpr.register.side"
    _description = "Named in the Register"

    _gdpr_none = "abstract"

    #: the many2many to ``gdpr.processing.activity``
    _register_field = None

    @api.model_create_multi
    def create(self, vals_list):
        """:raises UserError: an activity was approved already"""
        records = super().create(vals_list)
        # sudo: all activities that are named, whatever firm they are of
        named = records.sudo()[self._register_field]
        named.with_env(self.env)._changed_aside()
        return records

    def write(self, vals):
        """:raises UserError: an activity that joins or leaves was approved already"""
        name = self._register_field
        if name not in vals:
            return super().write(vals)
        records = self.sudo()  # sudo: as in create
        before = {record: record[name] for record in records}
        result = super().write(vals)
        moved = records.env["gdpr.processing.activity"]
        for record, activities in before.items():
            moved |= (record[name] | activities) - (record[name] & activities)
        moved.with_env(self.env)._changed_aside()
        return result

    @api.ondelete(at_uninstall=False)
    def _keep_in_register(self):
        if not self.env.su:
            # sudo: as in create
            named = self.sudo()[self._register_field]
            named.with_env(self.env)._changed_aside()
