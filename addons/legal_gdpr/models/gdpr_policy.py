import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import html2plaintext

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

_GUARDED = {
    "state", "version", "digest", "published_by_id", "published_on", "replaced_by_id",
}  # fmt: skip
#: what was published, and acknowledged
_FROZEN = {"code", "name", "body", "group_ids", "company_id"}


class GdprPolicy(models.Model):
    """One version of a policy of the firm, and who has acknowledged it.

    A published version does not change; a new one is drafted beside it, replaces it
    when it is published, and is acknowledged anew.
    """

    _name = "gdpr.policy"
    _description = "Policy"
    _inherit = ["mail.thread"]
    _order = "name, version desc, id desc"

    _gdpr_data = {"published_by_id": "employee who published it"}

    code = fields.Char(required=True, index=True)
    name = fields.Char(required=True, tracking=True)
    version = fields.Integer(required=True, default=1, readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("replaced", "Replaced")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    body = fields.Html(string="Text")
    group_ids = fields.Many2many(
        "res.groups",
        "gdpr_policy_group_rel",
        "policy_id",
        "group_id",
        string="For",
        help="Who has to acknowledge it; empty: everybody in the firm.",
    )
    digest = fields.Char(string="Hash of the Text", readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    published_on = fields.Datetime(readonly=True, copy=False)
    replaced_by_id = fields.Many2one("gdpr.policy", readonly=True, copy=False)
    acknowledgement_ids = fields.One2many(
        "gdpr.policy.acknowledgement", "policy_id", copy=False
    )
    done_count = fields.Integer(string="Acknowledged", compute="_compute_counts")
    open_count = fields.Integer(string="Not Acknowledged", compute="_compute_counts")
    acknowledged = fields.Boolean(
        string="Acknowledged by Me",
        compute="_compute_acknowledged",
        search="_search_acknowledged",
    )
    for_me = fields.Boolean(
        string="To Be Acknowledged by Me",
        compute="_compute_for_me",
        search="_search_for_me",
    )

    _version_unique = models.UniqueIndex(
        "(company_id, code, version)", "This version of the policy is there already."
    )

    def _audience(self):
        """The active people of the firm who have to acknowledge it."""
        self.ensure_one()
        domain = [("share", "=", False), ("company_ids", "in", self.company_id.ids)]
        if self.group_ids:
            domain.append(("all_group_ids", "in", self.group_ids.ids))
        # sudo: who they are is counted, whoever looks
        return self.env["res.users"].sudo().search(domain)

    @api.depends("acknowledgement_ids", "state", "group_ids")
    def _compute_counts(self):
        for policy in self:
            # sudo: how many, not who
            done = policy.sudo().acknowledgement_ids.user_id
            policy.done_count = len(done)
            policy.open_count = (
                len(policy._audience() - done) if policy.state == "published" else 0
            )

    @api.depends("acknowledgement_ids")
    @api.depends_context("uid")
    def _compute_acknowledged(self):
        for policy in self:
            # sudo: one's own alone
            done = policy.sudo().acknowledgement_ids.user_id
            policy.acknowledged = self.env.user in done

    def _search_acknowledged(self, operator, value):
        if operator != "in" or list(value) != [True]:
            return NotImplemented
        own = Domain("user_id", "=", self.env.uid)
        return Domain("acknowledgement_ids", "any", own)

    @api.depends("acknowledgement_ids", "state", "group_ids")
    @api.depends_context("uid")
    def _compute_for_me(self):
        waiting = set(self._waiting_for_me())
        for policy in self:
            policy.for_me = policy._origin.id in waiting

    def _search_for_me(self, operator, value):
        if operator != "in" or list(value) != [True]:
            return NotImplemented
        return Domain("id", "in", self._waiting_for_me())

    @api.model
    def _waiting_for_me(self):
        due = self.env["gdpr.policy.due"].search(
            [("user_id", "=", self.env.uid), ("state", "=", "open")]
        )
        return due.policy_id.ids

    def _digest(self):
        """Of the wording alone: a heading made bold is no other text."""
        self.ensure_one()
        text = f"{self.name}\n{html2plaintext(self.body or '')}"
        return hashlib.sha256(text.encode()).hexdigest()

    # -- versions ----------------------------------------------------------------------

    @api.model
    def default_get(self, fields_list):
        found = super().default_get(fields_list)
        if self.env.context.get("legal_unlock") is not UNLOCK:
            for name in _GUARDED & found.keys():
                del found[name]
            for name, value in (("state", "draft"), ("version", 1)):
                if name in fields_list:
                    found[name] = value
        return found

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            vals_list = [
                {
                    name: value
                    for name, value in vals.items()
                    if name not in _GUARDED | {"acknowledgement_ids"}
                }
                for vals in vals_list
            ]
        return super().create(vals_list)

    def write(self, vals):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            if (_GUARDED | {"acknowledgement_ids"}) & vals.keys():
                raise UserError(
                    self.env._("A policy is published and replaced with its buttons.")
                )
            if _FROZEN & vals.keys() and self.filtered(lambda p: p.state != "draft"):
                raise UserError(
                    self.env._(
                        "A published policy does not change: people acknowledged this "
                        "very text. Make a new version."
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _keep_published(self):
        if self.filtered(lambda policy: policy.state != "draft"):
            raise UserError(
                self.env._("A policy that was published is kept: it is the proof.")
            )

    def action_publish(self):
        """Let the version count; the one before it is replaced.

        :raises UserError: it has no text
        """
        self.check_access("write")
        for policy in self.filtered(lambda p: p.state == "draft"):
            policy.lock_for_update()
            if not html2plaintext(policy.body or "").strip():
                raise UserError(
                    self.env._("“%s” has no text yet: write it first.", policy.name)
                )
            before = self.search(
                [
                    ("code", "=", policy.code),
                    ("company_id", "=", policy.company_id.id),
                    ("state", "=", "published"),
                ]
            )
            before._legal_unlocked().write(
                {"state": "replaced", "replaced_by_id": policy.id}
            )
            policy._legal_unlocked().write(
                {
                    "state": "published",
                    "published_by_id": self.env.uid,
                    "published_on": fields.Datetime.now(),
                    "digest": policy._digest(),
                }
            )
            policy._tell_audience()
        return True

    def _tell_audience(self):
        """Everybody who has to acknowledge it hears of it, but who published it."""
        self.ensure_one()
        people = self._audience() - self.env.user
        if not people:
            return
        # sudo: who they are is known to the system, whoever publishes
        self.sudo().message_notify(
            partner_ids=people.partner_id.ids,
            subject=self.env._("Policy to be acknowledged"),
            body=self.env._(
                "“%(policy)s”, version %(version)s, counts from now on. Read it, and "
                "press “I Have Read It”.",
                policy=self.name,
                version=self.version,
            ),
        )

    def action_new_version(self):
        self.ensure_one()
        latest = self.search(
            [("code", "=", self.code), ("company_id", "=", self.company_id.id)],
            order="version desc",
            limit=1,
        )
        draft = self._legal_unlocked().copy(
            {
                "name": self.name,
                "state": "draft",
                "version": latest.version + 1,
                "group_ids": [Command.set(self.group_ids.ids)],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "view_mode": "form",
        }

    def action_acknowledge(self):
        """Say that one has read this version: the caller, for himself alone."""
        self.check_access("read")
        # sudo: nobody writes acknowledgements but this button, for who presses it
        made = self.env["gdpr.policy.acknowledgement"].sudo()
        for policy in self:
            if policy.state != "published":
                raise UserError(
                    self.env._("“%s” is not the version that counts.", policy.name)
                )
            if policy.acknowledged:
                continue
            made._legal_unlocked().create(
                {
                    "policy_id": policy.id,
                    "user_id": self.env.uid,
                    "date": fields.Datetime.now(),
                    "digest": policy.digest,
                }
            )
        return True

    def action_open_people(self):
        """Who has acknowledged it, and who has not; of an old version who did."""
        self.ensure_one()
        if self.state == "published":
            action = self.env["ir.actions.act_window"]._for_xml_id(
                "legal_gdpr.gdpr_policy_due_action"
            )
            action["domain"] = [("policy_id", "=", self.id)]
            action["context"] = {}
            return action
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Acknowledged"),
            "res_model": "gdpr.policy.acknowledgement",
            "view_mode": "list,form",
            "domain": [("policy_id", "=", self.id)],
        }


class GdprPolicyAcknowledgement(models.Model):
    """Who said when that he read which text. Added to, never changed."""

    _name = "gdpr.policy.acknowledgement"
    _description = "Acknowledgement of a Policy"
    _order = "date desc, id desc"

    _gdpr_data = {"user_id": "employee of the firm"}

    policy_id = fields.Many2one(
        "gdpr.policy", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", related="policy_id.company_id", store=True, index=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    date = fields.Datetime(required=True, readonly=True)
    digest = fields.Char(string="Hash of the Text", required=True, readonly=True)

    _person_unique = models.UniqueIndex(
        "(policy_id, user_id)", "This version is acknowledged already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse()
        return super().create(vals_list)

    def write(self, vals):
        self._refuse()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        self._refuse()

    def _refuse(self):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            raise UserError(
                self.env._(
                    "Everybody acknowledges for himself, with the button of the policy."
                )
            )
