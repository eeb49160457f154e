from odoo import SUPERUSER_ID, api, models


class MailComposeMessage(models.TransientModel):
    """Nobody composes from a document that he may not read.

    Core fills in the composer as superuser: the subject and the recipients of the
    message that is answered, and whatever a template says about the documents.
    """

    _inherit = "mail.compose.message"

    @api.model_create_multi
    def create(self, vals_list):
        composers = super().create(vals_list)
        composers._check_open()
        return composers

    def write(self, vals):
        result = super().write(vals)
        if {"model", "res_ids", "parent_id"} & set(vals):
            self._check_open()
        return result

    def _check_open(self):
        # Asked at once: the texts may be computed later, and by somebody else.
        self._check_parent_open()
        for composer in self:
            composer._evaluate_res_ids()

    def _evaluate_res_ids(self):
        ids = super()._evaluate_res_ids()
        documents = self.env["legal.document.wall"]._wall_models().get(self.model)
        if documents is not None and ids and self.env.uid != SUPERUSER_ID:
            documents.browse(ids).exists().sudo(False).check_access("read")
        return ids

    def _check_parent_open(self):
        closed = self.parent_id.filtered(lambda message: not message.legal_open)
        if closed:
            raise closed._make_access_error("read")

    def _compute_subject(self):
        self._check_parent_open()
        return super()._compute_subject()

    def _compute_model(self):
        self._check_parent_open()
        return super()._compute_model()

    def _compute_res_ids(self):
        self._check_parent_open()
        return super()._compute_res_ids()

    def _compute_partner_ids(self):
        self._check_parent_open()
        return super()._compute_partner_ids()
