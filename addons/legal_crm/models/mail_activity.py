from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import ValidationError

from .legal_access_mixin import LegalAccessMixin


class MailActivity(models.Model):
    """An activity is read, and done, by people who may read its document."""

    _name = "mail.activity"
    _inherit = ["legal.document.wall", "mail.activity"]

    def _of_matters(self, matters):
        """Those of ``self`` on one of ``matters``, or on a record of one."""
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

    @api.depends_context("uid")
    def _compute_res_name(self):
        # A name may be hidden from one user and not from the next.
        return super()._compute_res_name()

    @api.constrains("user_id", "res_model_id", "res_model", "res_id")
    def _check_legal_reader(self):
        """Nobody is given work on a document that he may not read.

        :raises ValidationError: with the name of the colleague
        """
        keyed = self.env["legal.document.wall"]._wall_models()
        # sudo: whoever assigns may know who cannot be assigned
        for name, activities in self.sudo().grouped("res_model").items():
            activities = activities.filtered(
                lambda a: a.res_id and a.user_id.id not in (False, SUPERUSER_ID)
            )
            if name not in keyed or not activities:
                continue
            documents = keyed[name].browse(activities.mapped("res_id")).exists()
            readers = documents._readers_among(activities.user_id)
            for activity in activities:
                if activity.user_id not in readers.get(
                    activity.res_id, activity.user_id
                ):
                    raise ValidationError(
                        self.env._(
                            "%(colleague)s may not read “%(document)s” and cannot be "
                            "given an activity there. Choose a colleague who may.",
                            colleague=activity.user_id.name,
                            document=documents.browse(activity.res_id).display_name,
                        )
                    )
