from odoo import models

from .legal_deadline_reminders import ACTIVITY_TYPE


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        """Who marks the activity of a warning as done has seen the warning."""
        kind = self.env.ref(ACTIVITY_TYPE, False)
        warned = self.filtered(
            lambda activity: activity.res_model == "legal.deadline"
            and activity.activity_type_id == kind
            and activity.automated
        )
        deadlines = self.env["legal.deadline"].browse(warned.mapped("res_id"))
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        for deadline in deadlines.exists():
            deadline._acknowledge()
        return result
