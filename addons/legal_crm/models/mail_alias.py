from odoo import models


class MailAlias(models.Model):
    _inherit = "mail.alias"

    # Each matter has an alias, and each message asks for that of its document.
    _parent_idx = models.Index(
        "(alias_parent_thread_id, alias_parent_model_id) "
        "WHERE alias_parent_thread_id <> 0"
    )
