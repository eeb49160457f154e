from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class ResourceCalendarLeaves(models.Model):
    """Absences of colleagues, for firms without a leave application.

    Odoo keeps them by resource; a colleague has one as soon as he is away for the
    first time. What a leave application writes here counts as well.
    """

    _inherit = "resource.calendar.leaves"

    legal_user_id = fields.Many2one(
        "res.users",
        string="Colleague",
        compute="_compute_legal_user_id",
        inverse="_inverse_legal_user_id",
        search="_search_legal_user_id",
        domain=[("share", "=", False)],
    )

    @api.depends("resource_id")
    def _compute_legal_user_id(self):
        for leave in self:
            leave.legal_user_id = leave.resource_id.user_id

    @api.depends("name", "resource_id")
    def _compute_display_name(self):
        """A reason need not be given; the calendar then shows who is away."""
        result = super()._compute_display_name()
        for leave in self.filtered(lambda leave: not leave.name and leave.resource_id):
            leave.display_name = leave.resource_id.name
        return result

    def _inverse_legal_user_id(self):
        for leave in self.filtered("legal_user_id"):
            leave.resource_id = leave.legal_user_id._legal_resource()

    def _search_legal_user_id(self, operator, value):
        return [("resource_id.user_id", operator, value)]

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # Before the rules look: one's own absences are one's own by the resource.
            user = self.env["res.users"].browse(vals.pop("legal_user_id", False))
            if user:
                self._check_legal_user(user)
                vals["resource_id"] = user._legal_resource().id
            elif self.env.context.get("legal_absence") and not vals.get("resource_id"):
                raise UserError(self.env._("Choose the colleague who is away."))
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("legal_user_id"):
            self._check_legal_user(self.env["res.users"].browse(vals["legal_user_id"]))
        return super().write(vals)

    @api.model
    def _check_legal_user(self, user):
        """:raises AccessError: it is somebody else, and the writer is no partner"""
        if (
            not self.env.su
            and user != self.env.user
            and not self.env.user.has_groups(
                "legal_crm.group_partner,base.group_erp_manager"
            )
        ):
            raise AccessError(
                self.env._(
                    "You can enter your own absences. A partner enters those of others."
                )
            )


class ResUsers(models.Model):
    _inherit = "res.users"

    def _legal_resource(self):
        """The resource of this colleague in his firm, made if there is none."""
        self.ensure_one()
        # sudo: a row of Odoo's own that stands for the user, made by the system
        user = self.sudo()
        resource = (
            user.resource_ids.filtered(lambda r: r.company_id == user.company_id)
            or user.resource_ids
        )
        return resource[:1].sudo(False) or user.env["resource.resource"].create(
            {
                "name": user.name,
                "user_id": user.id,
                "company_id": user.company_id.id,
                "resource_type": "user",
                "calendar_id": user.company_id.resource_calendar_id.id,
                "tz": user.tz or "UTC",
            }
        ).sudo(False)
