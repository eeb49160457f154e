from odoo import models


class ResUsers(models.Model):
    """The open lines of a reviewer who leaves go back, at once."""

    _inherit = "res.users"

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals and not vals["active"]:
            # sudo: whoever archives a reviewer, his lines go to somebody else
            lines = self.env["gdpr.access.review.line"].sudo()
            lines = lines.search(
                [
                    ("reviewer_id", "in", self.ids),
                    ("state", "in", ("open", "failed")),
                    ("review_id.state", "in", ("running", "expired")),
                ]
            )
            for review in lines.review_id:
                review._assign()
                review.message_post(
                    body=self.env._(
                        "A reviewer left. The open lines went to another one."
                    )
                )
        return result
