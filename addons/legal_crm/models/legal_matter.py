from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError

from .legal_access_mixin import UNLOCK
from .legal_erasing import is_erasing
from .legal_matter_type import ACCESS_POLICIES

# What decides on who may read a matter.
_READER_FIELDS = {"access_policy", "member_ids", "lawyer_id", "excluded_user_ids"}


class LegalMatter(models.Model):
    """The matter file (Akte, dossier): who the firm acts for and against.

    Who may do what: assistants, lawyers and partners read and change the matters
    whose readers they are (``access_policy``, ``excluded_user_ids``); nobody deletes
    one, its number is given once and stays. Administrators of the system have no
    rights on matters.
    """

    _name = "legal.matter"
    _description = "Matter"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "mail.alias.mixin.optional",
        "legal.access.mixin",
    ]
    _order = "date_opened desc, id desc"
    _rec_name = "name"
    _check_company_auto = True
    _mail_post_access = "read"

    _access_matter_field = None
    _look_opens = True
    _look_content = frozenset({"description", "close_reason"})

    _gdpr_data = {
        "name": "rubrum, names the parties",
        "client_id": "client",
        "opponent_id": "opponent",
        "lawyer_id": "employee of the firm",
        "member_ids": "employees of the firm",
        "excluded_user_ids": "employees of the firm",
        "description": "facts of the case",
        "close_reason": "free text on the end of the mandate",
        "amount_in_dispute": "financial circumstances of the parties",
        "court_reference": "identifies proceedings of the parties",
    }

    number = fields.Char(
        string="Matter No.", readonly=True, copy=False, index="trigram", tracking=True
    )
    legacy_number = fields.Char(
        string="Old Number",
        copy=False,
        help="The number in the system used before. It is searched as well.",
    )
    name = fields.Char(
        string="Rubrum",
        compute="_compute_name",
        store=True,
        readonly=False,
        index="trigram",
        tracking=True,
        help="Proposed from the parties until somebody writes another one.",
    )
    name_manual = fields.Boolean(string="Rubrum Written by Hand", copy=False)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    client_id = fields.Many2one(
        "res.partner",
        compute="_compute_principals",
        inverse="_inverse_client_id",
        store=True,
        readonly=False,
        index=True,
        tracking=True,
        ondelete="restrict",
    )
    opponent_id = fields.Many2one(
        "res.partner",
        compute="_compute_principals",
        inverse="_inverse_opponent_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        tracking=True,
        ondelete="restrict",
    )
    party_ids = fields.One2many("legal.matter.party", "matter_id", string="Parties")
    lawyer_id = fields.Many2one(
        "res.users",
        string="Responsible Lawyer",
        default=lambda self: self._default_lawyer_id(),
        domain=lambda self: [
            ("all_group_ids", "in", self.env.ref("legal_crm.group_lawyer").ids)
        ],
        index=True,
        tracking=True,
    )
    member_ids = fields.Many2many(
        "res.users",
        "legal_matter_member_rel",
        "matter_id",
        "user_id",
        string="Team",
        domain="[('share', '=', False)]",
        default=lambda self: self.env.user if not self.env.su else False,
    )
    team_id = fields.Many2one(
        "legal.team", string="Department", check_company=True, index="btree_not_null"
    )
    practice_area_id = fields.Many2one(
        "legal.practice.area",
        compute="_compute_practice_area_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        tracking=True,
    )
    type_id = fields.Many2one(
        "legal.matter.type", index="btree_not_null", tracking=True
    )
    stage_id = fields.Many2one(
        "legal.matter.stage",
        default=lambda self: self._default_stage_id(),
        group_expand="_read_group_stage_ids",
        ondelete="restrict",
        index=True,
        copy=False,
        tracking=True,
    )
    state = fields.Selection(related="stage_id.state", store=True, index=True)
    court_reference = fields.Char(copy=False, tracking=True)
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    amount_in_dispute = fields.Monetary(tracking=True)
    date_opened = fields.Date(
        default=fields.Date.context_today, required=True, copy=False, tracking=True
    )
    date_closed = fields.Date(readonly=True, copy=False, tracking=True)
    close_reason = fields.Text(readonly=True, copy=False)
    parent_id = fields.Many2one(
        "legal.matter",
        string="Main Matter",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    instance = fields.Selection(
        [
            ("pretrial", "Out of court"),
            ("first", "First instance"),
            ("appeal", "Appeal"),
            ("revision", "Last instance"),
            ("enforcement", "Enforcement"),
        ],
        default="pretrial",
    )
    child_ids = fields.One2many("legal.matter", "parent_id", string="Sub-matters")
    child_count = fields.Integer(
        compute="_compute_child_count", string="Sub-matter Count"
    )
    description = fields.Html(string="Facts of the Case")
    access_policy = fields.Selection(
        ACCESS_POLICIES,
        string="Who May Read",
        required=True,
        default=lambda self: self.env.company.legal_default_access_policy,
        tracking=True,
    )
    excluded_user_ids = fields.Many2many(
        "res.users",
        "legal_matter_excluded_rel",
        "matter_id",
        "user_id",
        string="Excluded",
        domain="[('share', '=', False)]",
        help="These people see nothing of this matter, whatever their role.",
    )

    access_list_id = fields.Many2one(index=False)  # see _readers_idx

    _order_idx = models.Index("(date_opened DESC, id DESC)")
    # Unique, so that a change of readers and a new record of the matter wait for each
    # other: see legal_access_lock.py. It must not become partial.
    _readers_idx = models.UniqueIndex("(access_list_id, id)")
    # What the menu opens and the board counts, without looking at closed matters.
    _running_idx = models.Index(
        "(date_opened DESC, id DESC) INCLUDE (stage_id, company_id, access_list_id, "
        "active) WHERE state IN ('intake', 'open')"
    )
    _company_number_unique = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL",
        "This matter number is taken already. Change the pattern of the numbers or the "
        "counter under Settings, Legal.",
    )

    # -- defaults -----------------------------------------------------------------

    @api.model
    def _default_stage_id(self):
        return self.env["legal.matter.stage"]._first("intake")

    @api.model
    def _default_lawyer_id(self):
        user = self.env.user
        return user if user.has_group("legal_crm.group_lawyer") else user.browse()

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        # pylint: disable=no-search-all
        return stages.search([])  # the columns of the board: a handful

    @api.depends("type_id")
    def _compute_practice_area_id(self):
        for matter in self:
            if matter.type_id.practice_area_id and not matter.practice_area_id:
                matter.practice_area_id = matter.type_id.practice_area_id

    @api.onchange("type_id")
    def _onchange_type_id(self):
        if self.type_id.practice_area_id:
            self.practice_area_id = self.type_id.practice_area_id
        if self.type_id.access_policy:
            self.access_policy = self.type_id.access_policy

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("A matter cannot be its own sub-matter. Choose another one.")
            )

    @api.constrains("amount_in_dispute")
    def _check_amount(self):
        if any(matter.amount_in_dispute < 0 for matter in self):
            raise ValidationError(
                self.env._("The amount in dispute is zero or more, never below.")
            )

    @api.depends("child_ids")
    def _compute_child_count(self):
        for matter in self:
            matter.child_count = len(matter.child_ids)

    # -- display -------------------------------------------------------------------

    @api.depends("number", "name", "access_policy", "access_list_id")
    @api.depends_context("uid")
    def _compute_display_name(self):
        for matter in self:
            matter.display_name = " ".join(
                filter(None, [matter.number, matter.name])
            ) or self.env._("New matter")
        self._hide_names()

    def _name_hidden(self):
        """Whose rubrum is not shown: see ``access_policy``.

        Of a matter of the team the name is known in the firm, but not to whom it is
        closed by a wall. What the system writes by itself (mails, reports) may go to
        anybody: it names no restricted matter.
        """
        if self.env.uid == SUPERUSER_ID:
            return self.filtered(lambda matter: matter.access_policy == "restricted")
        hidden = super()._name_hidden()
        if not self._has_access_role():
            return hidden
        return hidden.filtered(
            # sudo: whether the name is hidden, asked for somebody who may not read it
            lambda matter: matter.access_policy == "restricted"
            or self.env.user in matter.sudo().excluded_user_ids
        )

    # -- create and write ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        companies = self.env["res.company"]
        for vals in vals_list:
            if not (vals.get("client_id") or vals.get("party_ids") or vals.get("name")):
                # A number is not spent on a form that was opened and left.
                raise UserError(
                    self.env._("Choose the client; the matter is opened for somebody.")
                )
            vals["name_manual"] = bool(vals.get("name"))
            company = companies.browse(vals.get("company_id")) or self.env.company
            vals["number"] = self._take_number(company, vals)
            vals["alias_name"] = self._free_alias_name(company, vals["number"])
            kind = self.env["legal.matter.type"].browse(vals.get("type_id"))
            if not vals.get("access_policy"):
                vals["access_policy"] = (
                    kind.access_policy or company.legal_default_access_policy
                )
            if vals.get("parent_id"):
                self.browse()._inherit_walls(vals)
            vals.pop("date_closed", None)
            vals.pop("close_reason", None)
            stage = self.env["legal.matter.stage"].browse(vals.get("stage_id"))
            if stage.state in ("closed", "archived"):
                vals.pop("stage_id")
        # The log of a created record names everything tracked: the number is enough.
        matters = super().create(vals_list)
        for matter in matters:
            if matter.name_manual and matter.name == matter._propose_name():
                matter.name_manual = False
            if matter.state == "open":
                matter._check_state_change("open")
        matters._check_lawyer_not_excluded()
        matters.with_context(legal_matters_created=True)._update_access_list()
        for matter in matters.sudo().filtered("excluded_user_ids"):
            matter.sudo(self.env.su)._record_raised(
                matter.excluded_user_ids, self.env.context.get("legal_wall_reason")
            )
        matters._sync_references()
        matters._let_lawyer_follow()
        return matters

    def write(self, vals):
        vals = dict(vals)
        if self.env.context.get("legal_unlock") is not UNLOCK:
            self._guard_written(vals)
        if "name" in vals and "name_manual" not in vals:
            vals["name_manual"] = bool(vals["name"])
        if vals.get("stage_id"):
            stage = self.env["legal.matter.stage"].browse(vals["stage_id"])
            moving = self.filtered(lambda m: m.state != stage.state)
            moving._before_state_change(stage.state)
        if vals.get("parent_id"):
            self = self._inherit_walls(vals)
        if _READER_FIELDS & set(vals):
            self._claim_readers(self.ids)
        # sudo: the writer may shut himself out with this very change
        walled = {matter.id: matter.sudo().excluded_user_ids for matter in self}
        result = super().write(vals)
        if "excluded_user_ids" in vals:
            self._record_walls(walled)
        if {"excluded_user_ids", "lawyer_id"} & set(vals):
            self._check_lawyer_not_excluded()
        if "name" in vals:
            for matter in self:
                if not vals["name"] or matter.name == matter._propose_name():
                    super(LegalMatter, matter).write({"name_manual": False})
        if _READER_FIELDS & set(vals):
            self._update_access_list()
        if {"legacy_number", "court_reference"} & set(vals):
            self._sync_references()
        if "lawyer_id" in vals:
            self._let_lawyer_follow()
        return result

    def _guard_written(self, vals):
        """Refuse what is never changed by hand: over RPC the form does not help."""
        if "number" in vals and any(m.number != vals["number"] for m in self):
            raise UserError(
                self.env._(
                    "The matter number was given once and stays: letters and courts "
                    "use it. For the number of another system there is “Old Number”."
                )
            )
        for field in ("date_closed", "close_reason"):
            vals.pop(field, None)
        vals.pop("number", None)
        if "company_id" in vals and any(
            m.company_id.id != vals["company_id"] for m in self
        ):
            raise UserError(
                self.env._(
                    "A matter stays with the firm that opened it, as its number does. "
                    "Open a new matter in the other one."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        if is_erasing(self):
            return
        raise UserError(
            self.env._(
                "A matter is not deleted: its number would be missing. Close it, or "
                "archive an inquiry that came to nothing."
            )
        )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        for matter, vals in zip(self, vals_list, strict=True):
            vals.pop("client_id", None)
            vals.pop("opponent_id", None)
            vals.setdefault(
                "party_ids",
                [
                    fields.Command.create(
                        {
                            "partner_id": party.partner_id.id,
                            "role_id": party.role_id.id,
                            "side": party.side,
                            "reference": party.reference,
                        }
                    )
                    for party in matter.party_ids.filtered(lambda p: not p.date_to)
                ],
            )
            if not matter.name_manual:
                vals.pop("name", None)
        return vals_list
