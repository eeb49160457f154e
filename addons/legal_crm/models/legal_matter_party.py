from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .legal_party_role import SIDES


class LegalMatterParty(models.Model):
    """Somebody's part in a matter: role, side, their own reference, since when."""

    _name = "legal.matter.party"
    _description = "Party"
    _inherit = "legal.access.mixin"
    _order = "matter_id, sequence, id"
    _rec_names_search = ["partner_id", "reference"]

    _gdpr_data = {
        "partner_id": "the party",
        "contact_id": "contact person at the party",
        "represents_id": "who represents whom",
        "reference": "the party's file number",
        "note": "remark on the party",
    }

    matter_id = fields.Many2one(
        "legal.matter", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        index=True,
        ondelete="restrict",
    )
    contact_id = fields.Many2one(
        "res.partner",
        string="Contact Person",
        domain="[('id', 'child_of', partner_id), ('id', '!=', partner_id)]",
        index="btree_not_null",
        ondelete="restrict",
    )
    role_id = fields.Many2one(
        "legal.party.role", required=True, ondelete="restrict", index=True
    )
    side = fields.Selection(
        SIDES,
        compute="_compute_side",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    represents_id = fields.Many2one(
        "legal.matter.party",
        string="Represents",
        domain="[('matter_id', '=', matter_id), ('id', '!=', id)]",
        index="btree_not_null",
        ondelete="set null",
    )
    represented_by_ids = fields.One2many(
        "legal.matter.party", "represents_id", string="Represented By"
    )
    reference = fields.Char(string="Their Reference")
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="Until")
    note = fields.Char()
    email = fields.Char(compute="_compute_reach")
    phone = fields.Char(compute="_compute_reach")
    number = fields.Char(related="matter_id.number", string="Matter No.")
    matter_state = fields.Selection(related="matter_id.state", string="Matter State")

    @api.depends("role_id")
    def _compute_side(self):
        for party in self:
            party.side = party.role_id.side or party.side or "neutral"

    @api.depends("partner_id.email", "partner_id.phone", "contact_id.email")
    def _compute_reach(self):
        for party in self:
            for field in ("email", "phone"):
                party[field] = party.contact_id[field] or party.partner_id[field]

    @api.depends("partner_id", "role_id", "access_list_id")
    @api.depends_context("uid")
    def _compute_display_name(self):
        for party in self:
            party.display_name = self.env._(
                "%(name)s (%(role)s)",
                name=party.partner_id.name or "",
                role=party.role_id.name or "",
            )
        self._hide_names()

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for party in self:
            if party.date_from and party.date_to and party.date_to < party.date_from:
                raise ValidationError(
                    self.env._(
                        "%s leaves the matter before joining it. Correct one of the "
                        "dates.",
                        party.partner_id.name,
                    )
                )

    @api.constrains("represents_id", "matter_id")
    def _check_represents(self):
        for party in self:
            if party.represents_id and party.represents_id.matter_id != party.matter_id:
                raise ValidationError(
                    self.env._("Who is represented belongs to the same matter.")
                )
        if self._has_cycle("represents_id"):
            raise ValidationError(
                self.env._("Two parties cannot represent each other, nor one itself.")
            )

    @api.onchange("represents_id")
    def _onchange_represents_id(self):
        # A lawyer stands on the side of whom he represents.
        if self.represents_id:
            self.side = self.represents_id.side

    @api.model_create_multi
    def create(self, vals_list):
        parties = super().create(vals_list)
        parties._sync_references()
        return parties

    def write(self, vals):
        result = super().write(vals)
        if {"reference", "matter_id"} & set(vals):
            self._sync_references()
        return result

    def _sync_references(self):
        """Bring the table of reference numbers in step with the parties'."""
        # sudo: the rows follow the party, whoever changed it
        references_sudo = self.env["legal.matter.reference"].sudo()
        references_sudo.search([("party_id", "in", self.ids)]).unlink()
        references_sudo.create(
            [
                {
                    "matter_id": party.matter_id.id,
                    "party_id": party.id,
                    "kind": "court"
                    if party.role_id.code in ("court", "authority")
                    else "party",
                    "value": party.reference.strip(),
                }
                for party in self
                if party.reference and any(char.isalnum() for char in party.reference)
            ]
        )

    def action_open_matter(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "legal.matter",
            "res_id": self.matter_id.id,
            "view_mode": "form",
        }
