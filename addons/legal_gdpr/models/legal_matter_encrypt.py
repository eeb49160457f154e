from odoo import api, fields, models
from odoo.exceptions import AccessError


class LegalMatter(models.Model):
    """A matter whose files are encrypted at rest (art. 32(1)(a) GDPR)."""

    _inherit = "legal.matter"

    encrypt_files = fields.Boolean(
        tracking=True,
        help="Files of this matter, of its mails, notes, deadlines and tasks are "
        "stored encrypted, and searched by their name only. Those that are there "
        "already follow in the background.",
    )
    encrypt_files_waiting = fields.Integer(
        string="Files Waiting",
        compute="_compute_encrypt_files_waiting",
        help="Files that are still to be encrypted.",
    )
    # few are marked
    _encrypt_files_idx = models.Index("(id) WHERE encrypt_files IS TRUE")

    encrypt_files_mine = fields.Boolean(
        compute="_compute_encrypt_files_mine", export_string_translation=False
    )

    @api.depends_context("uid")
    def _compute_encrypt_files_mine(self):
        self.encrypt_files_mine = self.env.user.has_group("legal_crm.group_lawyer")

    @api.depends("encrypt_files")
    def _compute_encrypt_files_waiting(self):
        # sudo: a number
        files = self.env["ir.attachment"].sudo()
        for matter in self:
            ids = matter._origin.encrypt_files and matter._origin.ids
            matter.encrypt_files_waiting = ids and len(
                files._gdpr_to_turn(True, 1000, matter_ids=ids)
            )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_encrypt_files(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        if "encrypt_files" in vals:
            self._check_encrypt_files([vals])
        result = super().write(vals)
        if "encrypt_files" in vals:
            self.env["legal.access.mixin"]._gdpr_seal_soon()
        return result

    def _check_encrypt_files(self, vals_list):
        """:raises AccessError: it is not a lawyer who decides"""
        if (
            any(vals.get("encrypt_files") for vals in vals_list)
            or self
            and any("encrypt_files" in vals for vals in vals_list)
        ) and not (self.env.su or self.env.user.has_group("legal_crm.group_lawyer")):
            raise AccessError(
                self.env._(
                    "Whether the files of a matter are encrypted is decided by a "
                    "lawyer. Ask the lawyer of the matter."
                )
            )
        if any(vals.get("encrypt_files") for vals in vals_list):
            # a matter is not marked where nothing can be sealed
            self.env["legal.key"]._sealer(writing=True)


class LegalAccessMixin(models.AbstractModel):
    """What moves into another matter takes its files along."""

    _inherit = "legal.access.mixin"

    def write(self, vals):
        result = super().write(vals)
        if self._access_matter_field and self._access_matter_field in vals:
            # sudo: whether files are encrypted, whoever moves the record
            marked = self.env["legal.matter"].sudo()
            if marked.search_count([("encrypt_files", "=", True)], limit=1):
                self._gdpr_seal_soon()
        return result

    @api.model
    def _gdpr_seal_soon(self):
        cron = self.env.ref("legal_gdpr.cron_gdpr_seal", raise_if_not_found=False)
        if cron:
            # sudo: whoever decides it lets the work begin
            cron.sudo()._trigger()
