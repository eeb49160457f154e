import ast

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

GROUNDS = [
    ("claims", "Legal claims (Art. 17(3)(e) GDPR)"),
    ("obligation", "Legal obligation (Art. 17(3)(b) GDPR)"),
    ("proceedings", "Pending proceedings or investigation"),
    ("subject", "The person asked for it (Art. 18(1)(c) GDPR)"),
]


class GdprLegalHold(models.Model):
    """Something must not be destroyed until released, whatever a rule says."""

    _name = "gdpr.legal.hold"
    _description = "Legal Hold"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "released_on desc, review_on, id"

    _gdpr_data = {
        "name": "what it is about",
        "partner_id": "the person",
        "reason": "free text",
        "release_reason": "free text",
        "user_id": "employee of the firm",
        "released_by_id": "employee of the firm",
    }
    _access_exempt = "the matter is a document of the hold, read with it"

    name = fields.Char(string="About", required=True, tracking=True)
    scope = fields.Selection(
        [
            ("person", "A person"),
            ("record", "A record (matter, communication, ...)"),
            ("domain", "All records of a kind that ..."),
        ],
        required=True,
        default="record",
    )
    partner_id = fields.Many2one(
        "res.partner", string="Contact", index="btree_not_null", ondelete="restrict"
    )
    res_model = fields.Char(string="Technical Model", index=True)
    res_id = fields.Many2oneReference(string="Number", model_field="res_model")
    domain = fields.Char()
    ground = fields.Selection(GROUNDS, required=True, default="claims", tracking=True)
    reason = fields.Text(required=True)
    user_id = fields.Many2one(
        "res.users", string="Set by", readonly=True, default=lambda self: self.env.user
    )
    date = fields.Datetime(
        string="Set on", readonly=True, default=fields.Datetime.now, required=True
    )
    review_on = fields.Date(
        string="Look Again on",
        required=True,
        tracking=True,
        help="A hold is no way of keeping things for ever.",
    )
    released_on = fields.Datetime(readonly=True, copy=False, tracking=True)
    released_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    release_reason = fields.Char(readonly=True, copy=False)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )

    _running_idx = models.Index("(res_model, res_id) WHERE released_on IS NULL")

    @api.constrains("scope", "partner_id", "res_model", "res_id", "domain")
    def _check_scope(self):
        for hold in self:
            if hold.scope == "person" and not hold.partner_id:
                raise ValidationError(self.env._("Whom does the hold concern?"))
            if hold.scope == "record" and not (
                hold.res_model in self.env and hold.res_id
            ):
                raise ValidationError(self.env._("Which record does the hold concern?"))
            if hold.scope == "domain":
                try:
                    # sudo: whether the condition can be searched for, not what it finds
                    self.env[hold.res_model].sudo()._search(hold._own_domain(), limit=1)
                except Exception as error:  # whatever somebody typed into the field
                    raise ValidationError(
                        self.env._("These records cannot be searched for: %s", error)
                    ) from error

    def _own_domain(self):
        """The condition. :raises ValueError, SyntaxError: it is none"""
        self.ensure_one()
        return Domain(ast.literal_eval(self.domain or "[]"))

    def write(self, vals):
        guarded = {"released_on", "released_by_id", "release_reason", "user_id", "date"}
        if self.env.context.get("legal_unlock") is not UNLOCK and guarded & vals.keys():
            raise UserError(
                self.env._("A hold is released with its button, which asks why.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _keep_holds(self):
        if self:
            raise UserError(
                self.env._(
                    "A hold is released, not deleted: it shows why something stayed."
                )
            )

    def _release(self, reason):
        """End the hold. What waited for it comes up again at the next run.

        :raises UserError: no reason
        """
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the hold ends."))
        self.check_access("write")
        self.filtered(lambda hold: not hold.released_on)._legal_unlocked().write(
            {
                "released_on": fields.Datetime.now(),
                "released_by_id": self.env.uid,
                "release_reason": reason.strip(),
            }
        )
        return True
