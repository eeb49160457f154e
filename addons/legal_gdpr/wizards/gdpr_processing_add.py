from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain


class GdprProcessingAdd(models.TransientModel):
    """Fields of the map are added to an activity: to its draft, never to what was
    approved."""

    _name = "gdpr.processing.add"
    _description = "Add Fields to an Activity"

    _gdpr_none = "transient, gone within hours"

    activity_id = fields.Many2one(
        "gdpr.processing.activity",
        string="Activity",
        required=True,
        domain="[('state', 'in', ['draft', 'approved'])]",
        ondelete="cascade",
    )
    field_ids = fields.Many2many("gdpr.field.map", string="Fields")
    whole_record = fields.Boolean(string="All Fields of These Kinds of Record")

    def action_add(self):
        """:raises UserError: no field, or the activity has ended"""
        self.ensure_one()
        if not self.field_ids:
            raise UserError(self.env._("Choose the fields first."))
        if self.activity_id.state not in ("draft", "approved"):
            raise UserError(
                self.env._("Choose an activity that is a draft, or approved.")
            )
        rows = self.field_ids
        if self.whole_record:
            rows |= rows.search(
                rows._personal_domain()
                & Domain("model", "in", list(set(rows.mapped("model"))))
            )
        draft = self.activity_id
        if draft.state == "approved":
            draft = draft._draft_of()
        draft.write({"field_map_ids": [Command.link(row.id) for row in rows]})
        return {
            "type": "ir.actions.act_window",
            "res_model": draft._name,
            "res_id": draft.id,
            "view_mode": "form",
        }
