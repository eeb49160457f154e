from odoo import models

from odoo.addons.mail.tools.parser import parse_res_ids


class MailFollowersEdit(models.TransientModel):
    """Whoever adds a follower hears that he may not read the document."""

    _inherit = "mail.followers.edit"

    def edit_followers(self):
        keyed = self.env["legal.document.wall"]._wall_models()
        for wizard in self:
            if wizard.operation == "add" and wizard.res_model in keyed:
                documents = keyed[wizard.res_model].browse(
                    parse_res_ids(wizard.res_ids, self.env) or []
                )
                documents.check_access("read")
                documents._check_named_colleagues(wizard.partner_ids.ids)
        return super().edit_followers()
