from odoo import api, fields, models
from odoo.fields import Command, Domain


class GdprFieldMap(models.Model):
    """Which activity processes a field; what is in none is a gap of the register."""

    _name = "gdpr.field.map"
    _inherit = ["gdpr.field.map", "gdpr.register.side"]

    _register_field = "activity_ids"

    activity_ids = fields.Many2many(
        "gdpr.processing.activity",
        "gdpr_activity_field_rel",
        "field_id",
        "processing_id",
        string="Processing Activities",
    )
    in_register = fields.Boolean(
        compute="_compute_in_register",
        search="_search_in_register",
        help="An approved activity of the register processes it.",
    )

    @api.depends("activity_ids.state")
    def _compute_in_register(self):
        for row in self:
            row.in_register = "approved" in row.activity_ids.mapped("state")

    @api.model
    def _search_in_register(self, operator, value):
        if operator != "in":
            return NotImplemented
        approved = Domain("activity_ids", "any", [("state", "=", "approved")])
        if len(set(value)) == 2:
            return Domain.TRUE
        return approved if True in value else ~approved

    @api.model
    def _personal_domain(self):
        """The rows that hold data of a person: not who entered or owns a record."""
        return (
            Domain("gone", "=", False)
            & Domain(
                "role", "in", ["link", "identifier", "content", "free_text", "file"]
            )
            & (Domain("role", "!=", "link") | Domain("edge", "in", ["owned", "shared"]))
        )

    @api.model
    def _drift_domain(self):
        """Personal data that is in no approved activity."""
        return self._personal_domain() & Domain("in_register", "=", False)

    @api.model
    def _drift_count(self):
        """How many fields with personal data are in no approved activity."""
        # sudo: a number, for the officer's page
        return self.sudo().search_count(self._drift_domain())

    @api.model
    def action_drift(self):
        """The list of what is in no activity, found anew."""
        self.check_access("read")
        # sudo: the map is filled by the program, whoever looks
        self.sudo()._discover_if_changed()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "legal_gdpr.gdpr_field_map_drift_action"
        )
        return {**action, "domain": list(self._drift_domain())}

    def action_add_to_activity(self):
        """The button of the list: asks for the activity."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add to Activity"),
            "res_model": "gdpr.processing.add",
            "view_mode": "form",
            "target": "new",
            "context": {"default_field_ids": [Command.set(self.ids)]},
        }
