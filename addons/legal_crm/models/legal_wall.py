from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


class LegalWall(models.Model):
    """Why somebody may see nothing of a matter, since when, and who decided it.

    One row per person and matter, kept after the wall is lowered. Who may do what:
    lawyers and partners raise a wall in matters they read, the compliance officer in
    every matter; only the compliance officer lowers one, and never his own. The rows
    are read by the matter's readers and the compliance officer, never by the person.
    """

    _name = "legal.wall"
    _description = "Ethical Wall"
    _inherit = "legal.access.mixin"
    _order = "raised_on desc, id desc"
    _rec_name = "user_id"

    _access_groups = "legal_crm.group_assistant,legal_crm.group_compliance"

    _gdpr_data = {
        "user_id": "employee of the firm who is shut out",
        "raised_by_id": "employee of the firm",
        "lowered_by_id": "employee of the firm",
        "reason": "why, may name former clients",
        "lowered_reason": "free text",
    }

    matter_id = fields.Many2one(
        "legal.matter", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="matter_id.company_id", store=True)
    user_id = fields.Many2one(
        "res.users",
        string="Shut Out",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    state = fields.Selection(
        [("up", "Up"), ("down", "Lowered")],
        required=True,
        default="up",
        readonly=True,
    )
    reason = fields.Text(required=True, readonly=True)
    raised_by_id = fields.Many2one(
        "res.users", readonly=True, default=lambda self: self.env.user
    )
    raised_on = fields.Datetime(readonly=True, default=fields.Datetime.now)
    lowered_by_id = fields.Many2one("res.users", readonly=True)
    lowered_on = fields.Datetime(readonly=True)
    lowered_reason = fields.Text(string="Why Lowered", readonly=True)

    _one_up = models.UniqueIndex(
        "(matter_id, user_id) WHERE state = 'up'",
        "There is a wall between this person and this matter already.",
    )
    _order_idx = models.Index("(raised_on DESC, id DESC)")

    # -- readers -------------------------------------------------------------------

    @api.depends("user_id")
    def _compute_legal_readable(self):
        # pylint: disable=missing-return
        super()._compute_legal_readable()
        officer = self.env.user.has_group("legal_crm.group_compliance")
        for wall in self:
            wall.legal_readable = (
                wall.legal_readable or officer
            ) and wall.sudo().user_id.id != self.env.uid  # sudo: whose wall it is

    def _search_legal_readable(self, operator, value):
        domain = super()._search_legal_readable(operator, value)
        if domain is NotImplemented:
            return domain
        if self.env.user.has_group("legal_crm.group_compliance"):
            domain = Domain.TRUE
        return domain & Domain("user_id", "!=", self.env.uid)

    # -- lowering --------------------------------------------------------------------

    def action_lower(self):
        """Ask why the walls come down."""
        self._check_may_lower()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lower the wall"),
            "res_model": "legal.wall.lower",
            "view_mode": "form",
            "target": "new",
            "context": {"default_wall_ids": self.ids},
        }

    def _check_may_lower(self):
        """:raises AccessError: the user is not the compliance officer, or is the one
        who was shut out"""
        if self.env.su:
            return
        if not self.env.user.has_group("legal_crm.group_compliance"):
            raise AccessError(
                self.env._("Only the compliance officer lifts an ethical wall.")
            )
        if self.env.user in self.sudo().user_id:  # whose walls they are
            raise AccessError(
                self.env._(
                    "Nobody lowers the wall he stands behind himself. Ask another "
                    "compliance officer."
                )
            )

    def _lower(self, reason):
        """Let the people in again.

        :param str reason: why, for the file
        :raises AccessError: see ``_check_may_lower``
        :raises UserError: without a reason, or the wall was lowered already
        """
        self.check_access("read")
        self._check_may_lower()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the wall is lowered."))
        self._lock_or_retry()
        if any(wall.state != "up" for wall in self):
            raise UserError(self.env._("This wall was lowered already."))
        # sudo: the compliance officer decides on walls and reads no matters
        for matter in self.sudo().matter_id:
            users = self.sudo().filtered(lambda w, m=matter: w.matter_id == m).user_id
            matter.with_context(legal_wall_reason=reason.strip()).write(
                {
                    "excluded_user_ids": [
                        fields.Command.unlink(user.id) for user in users
                    ]
                }
            )

    def action_open_matter(self):
        self.ensure_one()
        self.matter_id.check_access("read")
        return self.matter_id.get_formview_action()
