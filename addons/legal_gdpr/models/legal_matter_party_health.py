from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from .gdpr_sealed import envelope, index, sealed

_FIELDS = ("health", "health_reason")


class LegalMatterParty(models.Model):
    """Health data on a party (art. 9 GDPR): injuries, disability, capacity. Sealed, and
    only with the reason why the case needs it; lawyers write it, readers with a role in
    the matter read it."""

    _name = "legal.matter.party"
    _inherit = ["legal.matter.party", "gdpr.sealed.mixin"]

    _sealed = _FIELDS
    _sealed_category = "case"
    _sealed_special = True

    _gdpr_data = {
        **{f"{name}_sealed": "health, encrypted" for name in _FIELDS},
        **{f"{name}_index": "search index of it" for name in _FIELDS},
    }

    health = sealed(
        fields.Text,
        "health",
        groups="legal_crm.group_assistant",
        help="Injuries, illness, disability: as far as the case needs it. Stored "
        "encrypted.",
    )
    health_sealed = envelope()
    health_index = index()
    health_reason = sealed(
        fields.Text,
        "health_reason",
        string="Why It Is Needed",
        groups="legal_crm.group_assistant",
        help="The claim it is needed for, or the consent (Art. 9(2) GDPR).",
    )
    health_reason_sealed = envelope()
    health_reason_index = index()
    has_health = fields.Boolean(
        compute="_compute_has_health", groups="legal_crm.group_assistant"
    )

    @api.depends("health_sealed")
    def _compute_has_health(self):
        for party in self:
            party.has_health = bool(party.sudo().health_sealed)  # sudo: the flag

    @api.model_create_multi
    def create(self, vals_list):
        parties = super().create(vals_list)
        parties._check_health_reason()
        return parties

    def write(self, vals):
        result = super().write(vals)
        # once both are there, and not between the two
        if set(_FIELDS) & vals.keys():
            self._check_health_reason()
        return result

    @api.depends("partner_id.gdpr_restricted", "contact_id.gdpr_restricted")
    @api.depends_context("uid")
    def _compute_sealed(self):
        """What is known of a restricted person waits for the officer (art. 18 GDPR)."""
        blocked = self._restricted_here()
        for name in self._sealed:
            blocked[name] = False
        return super(LegalMatterParty, self - blocked)._compute_sealed()

    def _seal(self, name):
        self._refuse_restricted()
        given = self.filtered(name) or self.sudo().filtered(f"{name}_sealed")
        if (
            given
            and not self.env.su
            and not self.env.user.has_group("legal_crm.group_lawyer")
        ):
            raise AccessError(
                self.env._(
                    "Health data is entered by a lawyer. Ask the lawyer of the matter."
                )
            )
        return super()._seal(name)

    def action_give_up_sealed(self):
        self._refuse_restricted()
        return super().action_give_up_sealed()

    def _refuse_restricted(self):
        if not self.env.su and self._restricted_here():
            raise AccessError(
                self.env._(
                    "This person's data is restricted and is not changed. Ask the data "
                    "protection officer."
                )
            )

    def _check_health_reason(self):
        """:raises ValidationError: health data without the reason for it"""
        for party in self.sudo():  # sudo: whether there is one
            if party.health_sealed and not party.health_reason_sealed:
                raise ValidationError(
                    self.env._(
                        "Health data needs a reason: enter why the case needs it "
                        "(Art. 9 GDPR)."
                    )
                )

    def action_health(self):
        """The dialog in which it is read and written."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Health"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [
                (self.env.ref("legal_gdpr.legal_matter_party_view_health").id, "form")
            ],
            "target": "new",
        }
