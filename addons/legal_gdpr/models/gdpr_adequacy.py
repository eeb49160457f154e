from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

REGIMES = [("gdpr", "GDPR (Art. 45)"), ("fadp", "Swiss FADP (Art. 16)")]
#: what a confirmed decision says does not change
FROZEN = {
    "country_id", "country_group_id", "regime", "number", "adopted_on", "valid_from",
    "condition",
}  # fmt: skip
GUARDED = {
    "state", "confirmed_by_id", "confirmed_on", "invalidated_on", "invalidated_by_id",
    "invalidated_reason",
}  # fmt: skip


class GdprAdequacy(models.Model):
    """That a country protects personal data well enough (art. 45 GDPR, art. 16 FADP).

    Seeds are drafts: the officer compares them with the official text and confirms
    them. Invalidating one makes each transfer that rests on it non-compliant at once.
    """

    _name = "gdpr.adequacy"
    _description = "Adequacy Decision"
    _inherit = "mail.thread"
    _order = "regime, country_id, valid_from desc, id"

    _gdpr_data = {
        "confirmed_by_id": "employee of the firm",
        "invalidated_by_id": "employee of the firm",
        "invalidated_reason": "free text",
    }

    country_id = fields.Many2one("res.country")
    country_group_id = fields.Many2one(
        "res.country.group", help="Where the list names several countries at once."
    )
    regime = fields.Selection(REGIMES, string="Law", required=True, default="gdpr")
    number = fields.Char(
        string="Decision", required=True, help="As “Decision 2000/518/EC”."
    )
    adopted_on = fields.Date()
    valid_from = fields.Date()
    valid_until = fields.Date(
        tracking=True, help="Empty: until it is repealed or annulled."
    )
    condition = fields.Text(
        string="Only for",
        translate=True,
        help="Where it holds for some recipients alone: each transfer is asked.",
    )
    note = fields.Text(translate=True)
    checked = fields.Selection(
        [("yes", "Checked"), ("no", "To be checked")],
        string="Against the Official Text",
        required=True,
        default="no",
        tracking=True,
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("confirmed", "Confirmed"),
            ("invalidated", "Invalidated"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    confirmed_on = fields.Datetime(readonly=True, copy=False)
    invalidated_on = fields.Date(readonly=True, copy=False, tracking=True)
    invalidated_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    invalidated_reason = fields.Text(readonly=True, copy=False)
    transfer_ids = fields.One2many("gdpr.transfer", "adequacy_id", string="Transfers")
    transfer_count = fields.Integer(compute="_compute_transfer_count")

    _number_unique = models.UniqueIndex(
        "(regime, number, country_id, country_group_id)",
        "This decision is in the list already.",
    )
    _dates = models.Constraint(
        "CHECK (valid_until IS NULL OR valid_from IS NULL "
        "OR valid_until >= valid_from)",
        "The decision ends before it begins. Correct one of the two days.",
    )

    @api.depends("transfer_ids")
    def _compute_transfer_count(self):
        for decision in self:
            decision.transfer_count = len(decision.transfer_ids)

    @api.depends("country_id", "country_group_id", "number")
    def _compute_display_name(self):
        for decision in self:
            place = decision.country_id.name or decision.country_group_id.name or ""
            decision.display_name = f"{place}: {decision.number}"

    @api.constrains("number", "country_id", "country_group_id")
    def _check_place(self):
        for decision in self:
            if bool(decision.country_id) == bool(decision.country_group_id):
                raise ValidationError(
                    self.env._("Name one country, or one group of countries.")
                )

    def _covers(self, country, regime, day):
        """Whether it lets data go to ``country`` on ``day`` by itself."""
        self.ensure_one()
        return (
            self.state == "confirmed"
            and self.regime == regime
            and country in (self.country_id | self.country_group_id.country_ids)
            and (not self.valid_from or self.valid_from <= day)
            and (not self.valid_until or self.valid_until >= day)
        )

    # -- guards ------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            self = self._without_defaults(GUARDED)
            vals_list = [
                {key: value for key, value in vals.items() if key not in GUARDED}
                | {"state": "draft"}
                for vals in vals_list
            ]
        return super().create(vals_list)

    def write(self, vals):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            if GUARDED & vals.keys():
                raise UserError(
                    self.env._("A decision is confirmed and invalidated with buttons.")
                )
            if FROZEN & vals.keys() and any(d.state != "draft" for d in self):
                raise UserError(
                    self.env._(
                        "A confirmed decision is not changed: transfers rest on it. "
                        "Enter a new one."
                    )
                )
        return super().write(vals)

    def update_field_translations(self, field_name, translations, *args, **kwargs):
        """A wording in another language is a change like any other."""
        if self.env.context.get("legal_unlock") is not UNLOCK:
            for decision in self:
                # goes through write, which refuses for a confirmed decision
                decision.write({field_name: decision[field_name]})
        return super().update_field_translations(
            field_name, translations, *args, **kwargs
        )

    @api.ondelete(at_uninstall=False)
    def _keep_confirmed(self):
        if any(decision.state != "draft" for decision in self):
            raise UserError(self.env._("A confirmed decision is kept."))

    def _need_officer(self):
        if not self.env.su and not self.env.user.has_group("legal_gdpr.group_dpo"):
            raise AccessError(
                self.env._("The data protection officer takes this step.")
            )

    # -- steps -------------------------------------------------------------------------

    def action_confirm(self):
        """The officer compared it with the official text."""
        self._need_officer()
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        for decision in self.filtered(lambda d: d.state == "draft"):
            if not decision.valid_from:
                raise UserError(self.env._("Enter since when the decision holds."))
            decision._legal_unlocked().write(
                {
                    "state": "confirmed",
                    "checked": "yes",
                    "confirmed_by_id": self.env.uid,
                    "confirmed_on": fields.Datetime.now(),
                }
            )

    def action_invalidate(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invalidate"),
            "res_model": "gdpr.adequacy.invalidate",
            "view_mode": "form",
            "target": "new",
            "context": {"default_adequacy_id": self.id},
        }

    def _invalidate(self, day, reason):
        """It holds no more: the transfers that rest on it are told.

        :param day: since when
        :return: the ``gdpr.transfer`` concerned
        :raises UserError: not confirmed, no reason, a day to come
        """
        self.ensure_one()
        self._need_officer()
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        if self.state != "confirmed":
            raise UserError(
                self.env._("Only a decision that was confirmed can be invalidated.")
            )
        if not (reason or "").strip() or not day:
            raise UserError(
                self.env._("Say since when, and by what: the judgment, the repeal.")
            )
        if day > fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "It still holds. Enter the day as “Valid until”: the transfers "
                    "turn red by themselves."
                )
            )
        self._legal_unlocked().write(
            {
                "state": "invalidated",
                "invalidated_on": day,
                "invalidated_by_id": self.env.uid,
                "invalidated_reason": reason.strip(),
            }
        )
        # sudo: transfers of all firms of this database rest on the same decision
        transfers = self.sudo().transfer_ids.filtered(lambda t: t.state == "active")
        transfers._tell_due()
        return transfers

    def action_transfers(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Transfers That Rest on %s", self.display_name),
            "res_model": "gdpr.transfer",
            "view_mode": "list,form",
            "domain": [("adequacy_id", "=", self.id)],
        }
