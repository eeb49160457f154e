from odoo import fields, models


class GdprProcessingActivity(models.Model):
    """The impact assessments of an activity."""

    _inherit = "gdpr.processing.activity"

    dpia_ids = fields.One2many(
        "gdpr.dpia", "processing_id", string="Impact Assessments", copy=False
    )

    def _after_approval(self, before):
        result = super()._after_approval(before)
        before._replaced_by(self)
        return result

    def _replaced_by(self, new):
        """A new version of these activities was approved.

        What was decided for a version before is looked at again.

        :param new: the version that counts from now on
        """
        # sudo: who approves an activity may not write its assessment
        older = self.sudo()
        for activity in self.sudo():
            older |= activity._versions() - new
        older.dpia_ids._reopen(
            self.env._(
                "The processing activity has a new version: %(name)s, version "
                "%(version)s.",
                name=new.name,
                version=new.version,
            )
        )

    def action_dpia(self):
        """The assessment of this activity, or the screening of a new one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "legal_gdpr.gdpr_dpia_action"
        )
        action["domain"] = [("processing_id.code", "=", self.code)]
        action["context"] = {"default_processing_id": self.id}
        return action
