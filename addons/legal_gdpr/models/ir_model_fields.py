from odoo import api, models


class IrModelFields(models.Model):
    """A field made in the web client reaches the map without a restart."""

    _inherit = "ir.model.fields"

    _gdpr_none = "definitions of the program"

    @api.model_create_multi
    def create(self, vals_list):
        made = super().create(vals_list)
        if any(field.state == "manual" for field in made):
            cron = self.env.ref(
                "legal_gdpr.cron_gdpr_discover", raise_if_not_found=False
            )
            if cron:
                # sudo: whoever may make fields need not administrate jobs
                cron.sudo()._trigger()
        return made
