from odoo import api, fields, models
from odoo.exceptions import UserError


class GdprRequest(models.Model):
    """The review of what was found: who decides, what is open, what is hidden."""

    _inherit = "gdpr.request"

    reviewer_ids = fields.Many2many(
        "res.users",
        "gdpr_request_reviewer_rel",
        "request_id",
        "user_id",
        string="Reviewed by",
        readonly=True,
        copy=False,
    )
    item_count = fields.Integer(compute="_compute_items", string="Findings")
    open_count = fields.Integer(compute="_compute_items", string="To Be Decided")
    hidden_count = fields.Integer(
        compute="_compute_items",
        string="Behind a Wall",
        help="Findings in records you may not read: their readers decide.",
    )

    @api.depends_context("uid")
    @api.depends("subject_id.item_ids.access_decision", "subject_id.item_ids.confirmed")
    def _compute_items(self):
        for request in self:
            items_sudo = request.sudo().subject_id.item_ids  # sudo: numbers alone
            mine = items_sudo.with_env(self.env)._filtered_access("read")
            request.item_count = len(items_sudo)
            request.hidden_count = len(items_sudo) - len(mine)
            request.open_count = len(request._undecided_sudo())

    def _undecided_sudo(self):
        """The findings that hinder a release. Read as superuser."""
        # sudo: what others have to decide hinders the release as well
        items = self.sudo().subject_id.item_ids
        if self.kind == "erasure":
            return items.filtered(
                lambda item: item.erase_decision == "pending"
                or (not item.confirmed and item.erase_decision != "keep")
            )
        if self.kind not in ("access", "portability"):
            return items.browse()
        return items.filtered(
            lambda item: item.access_decision == "pending"
            or (not item.confirmed and item.access_decision != "withhold")
        )

    def _check_decided(self):
        """:raises UserError: findings are open; says how many, and who decides"""
        self.ensure_one()
        if self.kind in ("access", "portability", "erasure") and not self.subject_id:
            raise UserError(self.env._("Nothing was looked for yet: collect first."))
        open_sudo = self._undecided_sudo()
        if not open_sudo:
            return
        mine = open_sudo.with_env(self.env)._filtered_access("read")
        hidden = len(open_sudo) - len(mine)
        text = self.env._("%s findings are not decided yet.", len(open_sudo))
        if mine:
            text += " " + self.env._("You can decide %s of them yourself.", len(mine))
        if hidden:
            text += " " + self.env._(
                "Of %(count)s you may not read the record: the lawyers of their "
                "matters have an activity in this request (%(people)s).",
                count=hidden,
                people=", ".join(self.reviewer_ids.mapped("name"))
                or self.env._("not called yet: press “Review”"),
            )
        raise UserError(text)

    def _call_reviewers(self):
        """The lawyer of each matter gets one activity: n findings to review."""
        self.ensure_one()
        counts = {}
        for model, items in self._undecided_sudo().grouped("res_model").items():
            if model not in self.env:
                continue
            # sudo: whose matter it is
            records = self.env[model].sudo().browse(items.mapped("res_id")).exists()
            for matter in items._matters_of(records).values():
                if matter.lawyer_id:
                    counts[matter.lawyer_id] = counts.get(matter.lawyer_id, 0) + 1
        activity = "mail.mail_activity_data_warning"
        # sudo: whoever asks, they are called
        self.sudo().activity_unlink([activity])
        for lawyer, count in counts.items():
            self._unlocked().write({"reviewer_ids": [(4, lawyer.id)]})
            self.sudo().activity_schedule(
                activity,
                date_deadline=fields.Date.context_today(self),
                summary=self.env._("Findings to review: %s", count),
                user_id=lawyer.id,
            )

    def action_items(self):
        """The findings, as far as the user may read them."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Findings"),
            "res_model": "gdpr.subject.item",
            "views": [
                (
                    self.env.ref("legal_gdpr.gdpr_subject_item_view_list_review").id,
                    "list",
                ),
                (
                    self.env.ref("legal_gdpr.gdpr_subject_item_view_form_review").id,
                    "form",
                ),
            ],
            "search_view_id": [
                self.env.ref("legal_gdpr.gdpr_subject_item_view_search_review").id,
                "search",
            ],
            # sudo: the number of the subject
            "domain": [("subject_id", "=", self.sudo().subject_id.id)],
            "context": {"create": False, "gdpr_erasure": self.kind == "erasure"},
        }
