from datetime import datetime, time

import pytz

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError

from .legal_access_mixin import UNLOCK, LegalAccessMixin

#: told by the system, never by a caller
OWN_FIELDS = {
    "state",
    "planned_by_id",
    "planned_on",
    "execute_at",
    "done_on",
    "access_ended_on",
    "blocked_by",
    "roles_before",
    "roles_after",
    "session_count",
    "key_count",
    "device_count",
    "passkey_count",
    "app_removed",
    "team_count",
    "member_count",
    "follower_count",
    "channel_count",
}
#: what is planned; changed only before it is
_PLAN_FIELDS = {"user_id", "kind", "date", "new_group_ids", "leaves_teams"}


class LegalStaffChange(models.Model):
    """Somebody leaves the firm or changes his post: what ends, what passes on, proof.

    Who may do what: compliance officers, partners and administrators plan and carry
    out; nobody for himself, and nobody sees the plan about himself. Who may not read
    a matter sees its number here. The auditor reads. A partner gives the roles up to
    partner; who holds compliance, audit or administration is moved or let go by
    compliance or an administrator.

    ``draft`` -> ``checked`` (the open work is listed) -> ``planned`` -> ``done``. On
    the date everything is looked at again. If something cannot be handed over then,
    a change of post does not happen; a leaver's access ends all the same, and the
    record stays ``blocked`` until the work is placed.
    """

    _name = "legal.staff.change"
    _description = "Leaving or Change of Post"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"

    _gdpr_data = {
        "user_id": "employee of the firm",
        "successor_id": "employee of the firm",
        "planned_by_id": "employee of the firm",
        "note": "free text on the change",
        "blocked_by": "sentences that name employees",
    }

    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        domain="[('share', '=', False), ('id', '!=', uid)]",
    )
    kind = fields.Selection(
        [("leave", "Leaves the firm"), ("move", "Changes post")],
        string="What Happens",
        required=True,
        default="leave",
        tracking=True,
    )
    date = fields.Date(
        string="From",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
        help="The first day without the old post: the access ends as it begins.",
    )
    new_group_ids = fields.Many2many(
        "res.groups",
        "legal_staff_change_group_rel",
        "change_id",
        "group_id",
        string="New Roles",
        domain=lambda self: self.env["legal.role.grant"]._role_domain(),
        help="They replace all roles of the firm that the person has now.",
    )
    leaves_teams = fields.Boolean(
        help="Also leaves the departments, the teams of matters, and all that is "
        "followed. Who leaves the firm always does.",
    )
    successor_id = fields.Many2one(
        "res.users",
        string="Successor",
        ondelete="restrict",
        domain="[('share', '=', False), ('id', '!=', user_id)]",
        help="Takes over what has no successor of its own.",
    )
    note = fields.Text()
    line_ids = fields.One2many(
        "legal.staff.change.line", "change_id", string="Open Work", copy=False
    )
    line_count = fields.Integer(compute="_compute_line_count")
    open_count = fields.Integer(string="Not Handed Over", compute="_compute_line_count")
    problems = fields.Text(
        string="Stands in the Way", compute="_compute_problems", compute_sudo=False
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("checked", "Checked"),
            ("planned", "Planned"),
            ("blocked", "Not handed over"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )

    # The record of what was done.
    planned_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    planned_on = fields.Datetime(readonly=True, copy=False)
    execute_at = fields.Datetime(
        string="Due At", readonly=True, copy=False, index="btree_not_null"
    )
    done_on = fields.Datetime(string="Carried Out On", readonly=True, copy=False)
    access_ended_on = fields.Datetime(readonly=True, copy=False)
    blocked_by = fields.Text(readonly=True, copy=False)
    roles_before = fields.Text(readonly=True, copy=False)
    roles_after = fields.Text(readonly=True, copy=False)
    session_count = fields.Integer(string="Sessions Ended", readonly=True, copy=False)
    key_count = fields.Integer(string="API Keys Withdrawn", readonly=True, copy=False)
    device_count = fields.Integer(
        string="Trusted Devices Forgotten", readonly=True, copy=False
    )
    passkey_count = fields.Integer(string="Passkeys Removed", readonly=True, copy=False)
    app_removed = fields.Boolean(
        string="Authenticator App Removed", readonly=True, copy=False
    )
    team_count = fields.Integer(string="Departments Left", readonly=True, copy=False)
    member_count = fields.Integer(
        string="Teams of Matters Left", readonly=True, copy=False
    )
    follower_count = fields.Integer(
        string="No Longer Follows", readonly=True, copy=False
    )
    channel_count = fields.Integer(string="Channels Left", readonly=True, copy=False)

    _order_idx = models.Index("(date DESC, id DESC)")

    # -- computes ------------------------------------------------------------------

    @api.depends("user_id", "kind", "date")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for change in self:
            change.display_name = self.env._(
                "%(person)s: %(what)s",
                person=change.user_id.sudo().name or "",
                what=kinds.get(change.kind) or "",
            )

    @api.depends("line_ids.state")
    def _compute_line_count(self):
        for change in self:
            lines = change.line_ids
            change.line_count = len(lines)
            change.open_count = len(lines.filtered(lambda x: x.state == "open"))

    @api.depends(
        "user_id",
        "kind",
        "date",
        "new_group_ids",
        "leaves_teams",
        "state",
        "line_ids.successor_id",
    )
    def _compute_problems(self):
        for change in self:
            change.problems = False
            if (
                change.user_id
                and change.id
                and change.state
                not in (
                    "draft",
                    "done",
                    "cancelled",
                )
            ):
                change.problems = "\n".join(change._problems()) or False

    # -- checks --------------------------------------------------------------------

    @api.constrains("user_id", "successor_id")
    def _check_people(self):
        for change in self.sudo():  # whoever plans it: the same is refused
            if change.user_id.share:
                raise ValidationError(
                    self.env._(
                        "%s is a portal user, not one of the firm's people.",
                        change.user_id.name,
                    )
                )
            if change.successor_id == change.user_id:
                raise ValidationError(
                    self.env._("Nobody takes over from himself; choose a colleague.")
                )

    def _refuse_oneself(self, user_id):
        if user_id == self.env.uid and not self.env.su:
            raise UserError(
                self.env._(
                    "Nobody plans his own leaving or change of post. Ask a partner or "
                    "the compliance officer."
                )
            )

    # -- create and write ----------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_oneself(vals.get("user_id"))
            for field in OWN_FIELDS & set(vals):
                vals.pop(field)
        return super().create(vals_list)

    def write(self, vals):
        if self.env.context.get("legal_unlock") is UNLOCK:
            return super().write(vals)
        vals = {key: value for key, value in vals.items() if key not in OWN_FIELDS}
        self._refuse_oneself(vals.get("user_id"))
        if any(change.state in ("done", "cancelled") for change in self) and (
            set(vals) & (_PLAN_FIELDS | {"successor_id", "line_ids", "note"})
        ):
            raise UserError(
                self.env._("This is the record of what was done; it is not changed.")
            )
        if set(vals) & _PLAN_FIELDS and any(
            change.state in ("planned", "blocked") for change in self
        ):
            raise UserError(
                self.env._(
                    "It is planned already. Take it back to draft first; only who "
                    "takes over what can be changed now."
                )
            )
        result = super().write(vals)
        if set(vals) & _PLAN_FIELDS:
            self.filtered(lambda c: c.state == "checked")._put({"state": "draft"})
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_planned(self):
        if any(change.state != "draft" or change.planned_on for change in self):
            raise UserError(
                self.env._(
                    "Only a draft is deleted; a plan is cancelled and stays on record."
                )
            )

    def _message_auto_subscribe_followers(self, updated_values, default_subtype_ids):
        """Mail makes ``user_id`` a follower, and tells him: not here, of all places."""
        return []

    def _message_subscribe(self, partner_ids=None, subtype_ids=None, customer_ids=None):
        """Whom it is about does not follow the plan."""
        for change in self:
            others = [
                partner_id
                for partner_id in partner_ids or []
                if partner_id != change.user_id.sudo().partner_id.id
            ]
            if others:
                super(LegalStaffChange, change)._message_subscribe(
                    others, subtype_ids, customer_ids
                )
        return True

    def _put(self, values):
        # sudo: the system writes its own fields; the callers have checked the right
        return self.sudo().with_context(legal_unlock=UNLOCK).write(values)

    # -- buttons -------------------------------------------------------------------

    def action_check(self):
        """List the open work, with who takes it over as far as that is known."""
        self.check_access("write")
        for change in self:
            if change.state not in ("draft", "checked"):
                raise UserError(self.env._("It is planned already."))
            if not change.user_id.sudo().active and change.kind == "move":
                raise UserError(
                    self.env._(
                        "%s is archived. Restore the user first.",
                        change.user_id.sudo().name,
                    )
                )
            change._collect()
            change._put({"state": "checked"})
        return True

    def action_fill(self):
        """Give the successor to every line that has none."""
        self.check_access("write")
        for change in self:
            if not change.successor_id:
                raise UserError(self.env._("Choose the successor first."))
            change._fill()
        return True

    def action_confirm(self):
        """Plan it for its date, or carry it out when that is today or was before.

        :raises UserError: with everything that stands in the way
        """
        self.check_access("write")
        for change in self:
            change._lock_or_retry()
            if change.state != "checked":
                raise UserError(
                    self.env._("List the open work first, with the button “Check”.")
                )
            change._collect()
            problems = change._problems()
            if problems:
                raise UserError("\n".join(problems))
            at = change._midnight()
            change._put(
                {
                    "state": "planned",
                    "planned_by_id": self.env.uid,
                    "planned_on": fields.Datetime.now(),
                    "execute_at": at,
                }
            )
            if at <= fields.Datetime.now():
                change._execute()
            else:
                # sudo: triggers belong to the system
                self.env.ref("legal_crm.cron_staff_changes").sudo()._trigger(at=at)
        return True

    def action_execute(self):
        """Hand over what was blocked.

        :raises UserError: with what still stands in the way
        """
        self.check_access("write")
        for change in self:
            change._lock_or_retry()
            if change.state != "blocked":
                raise UserError(self.env._("There is nothing left to hand over."))
            change._collect()
            problems = change._problems()
            if problems:
                raise UserError("\n".join(problems))
            change._execute()
        return True

    def action_cancel(self):
        self.check_access("write")
        for change in self:
            if change.access_ended_on or change.state == "done":
                raise UserError(
                    self.env._(
                        "The access has ended already. Place the open work; whether "
                        "the person comes back is decided by the administrator."
                    )
                )
            change._put({"state": "cancelled"})
        return True

    def action_draft(self):
        self.check_access("write")
        for change in self:
            if change.access_ended_on or change.state == "done":
                raise UserError(
                    self.env._(
                        "This is the record of what was done; it is not changed."
                    )
                )
            change._put({"state": "draft", "execute_at": False, "blocked_by": False})
        return True

    def action_lines(self):
        """The open work as a list of its own, where many lines change at once."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "legal_crm.legal_staff_change_line_action"
        )
        action["domain"] = [("change_id", "=", self.id)]
        return action

    def _midnight(self):
        """When the date begins for who plans it (UTC, naive)."""
        zone = pytz.timezone(self.env.user.tz or "UTC")
        start = zone.localize(datetime.combine(self.date, time.min))
        return start.astimezone(pytz.utc).replace(tzinfo=None)

    def _lock_or_retry(self):
        # the same for every model; this one is not a matter's child
        return LegalAccessMixin._lock_or_retry(self)

    # -- the open work -------------------------------------------------------------

    def _after_groups(self):
        """The groups the person will have, implied ones included."""
        self.ensure_one()
        change = self.sudo()  # groups of a user, for who may plan about him
        groups = self.env["res.groups"].sudo()
        if change.kind == "leave":
            return groups
        kept = change.user_id.group_ids - groups._legal_roles()
        return (kept | change.new_group_ids).all_implied_ids

    def _must_pass(self, kind, matter, after):
        """Whether the person cannot keep work of this kind (in this matter).

        :param after: the groups that the person will have
        """
        if self.kind == "leave":
            return True
        role = self.env["legal.open.work"]._role_for(kind, bool(matter))
        if self.env.ref(role) not in after:
            return True
        if not self.leaves_teams:
            return False
        reads_as_member = matter.access_policy in ("team", "restricted") and (
            matter.lawyer_id != self.user_id
        )
        return kind in ("team", "reader") or reads_as_member

    def _collect(self):
        """Make the lines agree with what is open now; keep who was chosen."""
        work = self.env["legal.open.work"]
        for change in self.sudo():  # lines are the system's; names are hidden in them
            known = {
                (line.kind, line.res_id): line
                for line in change.line_ids
                if line.state == "open"
            }
            new, after = [], change._after_groups()
            for kind, records in work._find(change.user_id).items():
                matters = work._matter_of(kind, records)
                for record in records:
                    matter = matters.get(record.id, self.env["legal.matter"])
                    must_pass = change._must_pass(kind, matter, after)
                    line = known.pop((kind, record.id), None)
                    if line:
                        if line.must_pass != must_pass:
                            line._put({"must_pass": must_pass})
                        continue
                    new.append(
                        {
                            "change_id": change.id,
                            "kind": kind,
                            "res_model": records._name,
                            "res_id": record.id,
                            "matter_ref": matter.id,
                            "matter_number": matter.number,
                            "must_pass": must_pass,
                        }
                    )
            gone = change.line_ids.browse([line.id for line in known.values()])
            gone.with_context(legal_unlock=UNLOCK).unlink()
            change.line_ids.with_context(legal_unlock=UNLOCK).create(new)
        self._fill()

    def _fill(self):
        for change in self:
            if change.successor_id:
                # sudo: lines are the system's; who named the successor is written down
                change.sudo().line_ids.filtered(
                    lambda line: line.state == "open"
                    and line.must_pass
                    and not line.successor_id
                )._put(
                    {
                        "successor_id": change.successor_id.id,
                        "named_by_id": (
                            change.planned_by_id.id
                            if self.env.uid == SUPERUSER_ID and change.planned_by_id
                            else self.env.uid
                        ),
                    }
                )

    # -- for the report ------------------------------------------------------------

    def _lines_by_kind(self):
        """[(name of the kind, lines)], in the order of the kinds."""
        self.ensure_one()
        kinds = self.env["legal.open.work"]._kinds()
        return [
            (name, lines)
            for kind, name in kinds.items()
            if (lines := self.line_ids.filtered(lambda x, kind=kind: x.kind == kind))
        ]
