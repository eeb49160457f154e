from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import ValidationError


class MailActivity(models.Model):
    """An activity is read, and done, by people who may read its document."""

    _name = "mail.activity"
    _inherit = ["legal.document.wall", "mail.activity"]

    def _legal_matter(self):
        """The matter this activity belongs to, directly or by its document."""
        self.ensure_one()
        matters = self.env["legal.matter"].sudo()  # which matter, not what is in it
        if self.res_model == matters._name:
            return matters.browse(self.res_id).exists()
        document = self.env.get(self.res_model) if self.res_model else None
        if document is None or not hasattr(document, "_access_matter_id"):
            return matters
        record = document.browse(self.res_id).exists()
        return matters.browse(record._access_matter_id() if record else 0).exists()

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
