from odoo import models

from .legal_access_mixin import LegalAccessMixin


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _of_matters(self, matters):
        """Those of ``self`` on one of ``matters``, or on a record that belongs to one."""
        by_model = {}
        for activity in self:
            by_model.setdefault(activity.res_model, set()).add(activity.res_id)
        documents = set()
        for name, ids in by_model.items():
            model = self.env.get(name) if name else None
            if not isinstance(model, LegalAccessMixin):
                continue
            field = model._access_matter_field or "id"
            found = model.with_context(active_test=False).search(
                [("id", "in", list(ids)), (field, "in", matters.ids)]
            )
            documents |= {(name, record_id) for record_id in found.ids}
        return self.filtered(lambda a: (a.res_model, a.res_id) in documents)
