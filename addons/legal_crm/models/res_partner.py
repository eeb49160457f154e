from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools import names


class ResPartner(models.Model):
    _inherit = "res.partner"

    _gdpr_data = {
        "legal_search_key": "name and other names, folded for searching",
        "data_verified_by_id": "employee of the firm",
        "data_verified_source": "where the data was checked",
    }

    legal_name_ids = fields.One2many(
        "legal.partner.name", "partner_id", string="Other Names"
    )
    legal_search_key = fields.Char(
        string="Names, Folded",
        compute="_compute_legal_search_key",
        store=True,
        index="trigram",
        export_string_translation=False,
    )
    party_ids = fields.One2many("legal.matter.party", "partner_id", string="Roles")
    matter_ids = fields.Many2many(
        "legal.matter",
        compute="_compute_matter_ids",
        search="_search_matter_ids",
    )
    matter_count = fields.Integer(compute="_compute_matter_ids")
    communication_ids = fields.Many2many(
        "legal.communication",
        "legal_communication_partner_rel",
        "partner_id",
        "communication_id",
    )
    communication_count = fields.Integer(compute="_compute_communication_count")
    data_verified_on = fields.Date(string="Verified On", tracking=True)
    data_verified_by_id = fields.Many2one(
        "res.users", string="Verified By", index="btree_not_null"
    )
    data_verified_source = fields.Char(
        string="Verified From",
        help="Identity card, register extract, letter of the client ...",
    )
    data_bounced = fields.Boolean(
        string="Mail Came Back",
        help="A mail to this contact could not be delivered.",
        copy=False,
    )
    data_state = fields.Selection(
        [
            ("verified", "Verified"),
            ("stale", "To be verified again"),
            ("unverified", "Not verified"),
        ],
        string="Master Data",
        compute="_compute_data_state",
        search="_search_data_state",
    )

    # Core looks contacts up by it for every mail, and has no index.
    _email_normalized_idx = models.Index(
        "(email_normalized) WHERE email_normalized IS NOT NULL"
    )

    @api.depends("name", "legal_name_ids.name")
    def _compute_legal_search_key(self):
        for partner in self:
            partner.legal_search_key = names.search_key(
                partner.name or "", *partner.legal_name_ids.mapped("name")
            )

    def _legal_family(self):
        """The contacts whose matters count as this contact's: itself and, for a
        company, its contact persons."""
        return self.with_context(active_test=False).search(
            [("id", "child_of", self.ids)]
        )

    @api.depends_context("uid")
    def _compute_matter_ids(self):
        # A contact without a legal role still opens contacts: no matters for him.
        if not self.env["legal.matter"].has_access("read"):
            self.matter_ids, self.matter_count = False, 0
            return
        rows = self.env["legal.matter.party"]._read_group(
            [("partner_id", "in", self.ids)], ["partner_id"], ["matter_id:recordset"]
        )
        matters = {partner.id: found for partner, found in rows}
        for partner in self:
            partner.matter_ids = matters.get(partner._origin.id, False)
            partner.matter_count = len(partner.matter_ids)

    def _search_matter_ids(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        if operator == "in" and False in value:
            found = Domain("party_ids", "=", False)
            rest = [v for v in value if v]
            return found | Domain("party_ids.matter_id", "in", rest) if rest else found
        return Domain("party_ids.matter_id", operator, value)

    @api.depends_context("uid")
    def _compute_communication_count(self):
        if not self.env["legal.communication"].has_access("read"):
            self.communication_count = 0
            return
        rows = self.env["legal.communication"]._read_group(
            [("partner_ids", "in", self.ids)], ["partner_ids"], ["__count"]
        )
        counts = {partner.id: count for partner, count in rows}
        for partner in self:
            partner.communication_count = counts.get(partner._origin.id, 0)

    def _data_stale_before(self):
        """Data verified before this day is to be verified again (two years)."""
        return fields.Date.context_today(self) - relativedelta(years=2)

    @api.depends("data_verified_on", "data_bounced")
    def _compute_data_state(self):
        limit = self._data_stale_before()
        for partner in self:
            if not partner.data_verified_on or partner.data_bounced:
                partner.data_state = "unverified"
            elif partner.data_verified_on < limit:
                partner.data_state = "stale"
            else:
                partner.data_state = "verified"

    def _search_data_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        limit = self._data_stale_before()
        whole = Domain("data_bounced", "=", False)
        parts = {
            "verified": whole & Domain("data_verified_on", ">=", limit),
            "stale": whole & Domain("data_verified_on", "<", limit),
            "unverified": Domain("data_verified_on", "=", False)
            | Domain("data_bounced", "=", True),
        }
        return Domain.OR([parts[v] for v in value if v in parts])

    @api.model
    def _search_display_name(self, operator, value):
        """A contact is found by each of its names, however it is spelled."""
        domain = Domain(super()._search_display_name(operator, value))
        if operator in ("ilike", "like") and isinstance(value, str) and value.strip():
            for key in names.query_keys(value):
                domain |= Domain("legal_search_key", "ilike", key)
        return domain

    def write(self, vals):
        if vals.get("data_verified_on") and "data_bounced" not in vals:
            vals = dict(vals, data_bounced=False)
        if "email" in vals and "data_bounced" not in vals:
            vals = dict(vals, data_bounced=False)
        return super().write(vals)

    def action_verify_data(self):
        """The data was checked today: by whom stands beside it."""
        self.write(
            {
                "data_verified_on": fields.Date.context_today(self),
                "data_verified_by_id": self.env.uid,
                "data_bounced": False,
            }
        )

    def action_view_matters(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "legal_crm.legal_matter_action"
        )
        action["domain"] = [("party_ids.partner_id", "child_of", self.ids)]
        action["context"] = {
            "default_client_id": self.id if len(self) == 1 else False,
        }
        return action

    def action_view_communications(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "legal_crm.legal_communication_action"
        )
        action["domain"] = [("partner_ids", "child_of", self.ids)]
        action["context"] = {"default_partner_ids": self.ids}
        return action

    def action_log_call(self):
        """Open the call form with what is known of this contact filled in."""
        self.ensure_one()
        matters = (
            self._legal_family().matter_ids if self.is_company else self.matter_ids
        )
        if not matters and self.parent_id:
            matters = self.parent_id.matter_ids
        open_matters = matters.filtered(lambda m: m.state in ("intake", "open"))
        return self.env["legal.communication"]._action_log(
            "phone",
            matter=open_matters if len(open_matters) == 1 else open_matters.browse(),
            partners=self,
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_party(self):
        # sudo: that there are matters, not which
        parties = self.env["legal.matter.party"].sudo()
        party = parties.search([("partner_id", "in", self.ids)], limit=1)
        if party:
            raise UserError(
                self.env._(
                    "“%s” is a party in a matter and stays as long as the file does. "
                    "Archive the contact instead.",
                    party.partner_id.name,
                )
            )
