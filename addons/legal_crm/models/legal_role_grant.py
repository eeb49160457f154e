import logging

from odoo import SUPERUSER_ID, api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from .legal_access_mixin import UNLOCK
from .legal_erasing import is_erasing

_logger = logging.getLogger(__name__)

#: told by the system, never by a caller
_OWN = ("state", "granted_by_id", "held_before", "started_on", "ended_on", "obstacle")
#: what was agreed once; another agreement is another grant
_FIXED = ("user_id", "group_id", "date_from", "reason")


class LegalRoleGrant(models.Model):
    """A role that somebody has until a date: a stand-in, a locum, an audit.

    Who may do what: the compliance officer and the administrator give such roles,
    never to themselves; the auditor reads. A role that the person holds anyway, or by
    another grant that still runs, is not taken when one ends.
    """

    _name = "legal.role.grant"
    _description = "Role Until a Date"
    _inherit = ["mail.thread"]
    _order = "date_until desc, id desc"

    _gdpr_data = {
        "user_id": "employee of the firm",
        "granted_by_id": "employee of the firm",
        "reason": "free text, why somebody needs the role",
    }

    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('id', '!=', uid)]",
    )
    group_id = fields.Many2one(
        "res.groups",
        string="Role",
        required=True,
        ondelete="restrict",
        domain=lambda self: self._role_domain(),
    )
    date_from = fields.Datetime(
        string="From", required=True, default=fields.Datetime.now
    )
    date_until = fields.Datetime(string="Until", required=True, tracking=True)
    reason = fields.Char(
        required=True, help="Why the person needs the role, and for how long."
    )
    granted_by_id = fields.Many2one(
        "res.users", string="Given By", readonly=True, copy=False
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("running", "Running"),
            ("ended", "Ended"),
        ],
        required=True,
        readonly=True,
        default="planned",
        copy=False,
        tracking=True,
    )
    held_before = fields.Boolean(
        readonly=True,
        copy=False,
        help="The person had the role already; it stays when this ends.",
    )
    started_on = fields.Datetime(string="Began", readonly=True, copy=False)
    ended_on = fields.Datetime(string="Ended", readonly=True, copy=False)
    obstacle = fields.Char(string="Does Not End Because", readonly=True, copy=False)

    _order_idx = models.Index("(date_until DESC, id DESC)")
    _open_idx = models.Index("(date_until) WHERE state != 'ended'")

    @api.model
    def _role_domain(self):
        # sudo: the list of roles, the same for everybody
        roles = self.env["res.groups"].sudo()._legal_roles()
        external = self.env.ref("legal_crm.group_external", False)
        return [("id", "in", (roles - external if external else roles).ids)]

    @api.depends("user_id", "group_id", "date_until")
    def _compute_display_name(self):
        for grant in self:
            grant.display_name = self.env._(
                "%(role)s for %(person)s",
                role=grant.group_id.sudo().name or "",
                person=grant.user_id.sudo().name or "",
            )

    # -- checks --------------------------------------------------------------------

    @api.constrains("date_from", "date_until")
    def _check_dates(self):
        for grant in self:
            if grant.date_until <= grant.date_from:
                raise ValidationError(
                    self.env._("The role ends before it begins; choose a later end.")
                )
            if grant.state != "ended" and grant.date_until <= fields.Datetime.now():
                raise ValidationError(
                    self.env._(
                        "The end lies in the past. Choose a later one, or press “End "
                        "now” on a role that runs."
                    )
                )

    @api.constrains("user_id", "group_id")
    def _check_who(self):
        roles = self.env["res.groups"].sudo().search(self._role_domain())
        for grant in self.sudo():  # whoever gives it: the same is refused
            if grant.group_id not in roles:
                raise ValidationError(
                    self.env._(
                        "“%s” is no role of the firm. Choose one of those under Legal.",
                        grant.group_id.full_name,
                    )
                )
            if not grant.user_id.active:
                raise ValidationError(
                    self.env._(
                        "%s is archived and cannot be given a role. Restore the user "
                        "first, or choose somebody else.",
                        grant.user_id.name,
                    )
                )
            if grant.user_id.share:
                raise ValidationError(
                    self.env._(
                        "%s is a portal user. The firm's roles are for its own people.",
                        grant.user_id.name,
                    )
                )

    @api.constrains("reason")
    def _check_reason(self):
        if any(not (grant.reason or "").strip() for grant in self):
            raise ValidationError(
                self.env._("Write down why the person needs the role.")
            )

    # -- create and write ----------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            for field in _OWN:
                vals.pop(field, None)
            if vals.get("user_id") == self.env.uid and not self.env.su:
                raise ValidationError(
                    self.env._(
                        "Nobody gives himself a role. Ask another compliance officer "
                        "or administrator."
                    )
                )
            vals["granted_by_id"] = self.env.uid
        grants = super().create(vals_list)
        grants._schedule()
        grants._start_due()
        return grants

    def write(self, vals):
        if self.env.context.get("legal_unlock") is UNLOCK:
            return super().write(vals)
        vals = {key: value for key, value in vals.items() if key not in _OWN}
        for grant in self:
            for field in set(_FIXED) & set(vals):
                new = self._fields[field].convert_to_cache(vals[field], grant)
                if new != self._fields[field].convert_to_cache(grant[field], grant):
                    raise UserError(
                        self.env._(
                            "Person, role, beginning and reason stay as they were "
                            "agreed. Change the end, or give the role anew."
                        )
                    )
            if "date_until" in vals and grant.state == "ended":
                raise UserError(
                    self.env._(
                        "“%s” has ended. Give the role anew instead of extending it.",
                        grant.display_name,
                    )
                )
        result = super().write(vals)
        if "date_until" in vals:
            self._schedule()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        if is_erasing(self):
            return
        raise UserError(
            self.env._("Who had which role stays on record. End the role instead.")
        )

    def _put(self, values):
        # sudo: the system writes its own fields; the callers have checked the right
        return self.sudo().with_context(legal_unlock=UNLOCK).write(values)

    # -- beginning and end ---------------------------------------------------------

    def _schedule(self):
        # sudo: triggers belong to the system
        cron = self.env.ref("legal_crm.cron_role_grants").sudo()
        cron._trigger_list({*self.mapped("date_from"), *self.mapped("date_until")})
        self.env.registry.clear_cache()  # _next_end

    def _siblings(self):
        """Other running grants of the same role to the same person."""
        self.ensure_one()
        return self.search(
            [
                ("id", "!=", self.id),
                ("state", "=", "running"),
                ("user_id", "=", self.user_id.id),
                ("group_id", "=", self.group_id.id),
            ]
        )

    def _start_due(self):
        now = fields.Datetime.now()
        # sudo: the role is given by who may give it, who has no right on users
        for grant in self.sudo():
            if grant.state != "planned" or grant.date_from > now:
                continue
            siblings = grant._siblings()
            grant._put(
                {
                    "state": "running",
                    "started_on": now,
                    "held_before": siblings[0].held_before
                    if siblings
                    else grant.group_id in grant.user_id.group_ids,
                }
            )
            if grant.group_id not in grant.user_id.group_ids:
                grant.user_id.group_ids = [fields.Command.link(grant.group_id.id)]

    def _end(self):
        """End these grants, now.

        :raises UserError: the firm would be without a compliance officer
        """
        now = fields.Datetime.now()
        for grant in self.sudo():  # see _start_due
            if grant.state == "ended":
                continue
            was_running = grant.state == "running"
            grant._put({"state": "ended", "ended_on": now, "obstacle": False})
            if was_running and not grant.held_before and not grant._siblings():
                grant.user_id.group_ids = [fields.Command.unlink(grant.group_id.id)]
        self.env.registry.clear_cache()  # _next_end

    def action_end(self):
        """End the role before its date."""
        self.check_access("write")
        self._end()

    def _end_or_note(self):
        """End each grant; where the firm forbids it, note why and tell who gave it."""
        for grant in self:
            try:
                with self.env.cr.savepoint():
                    grant._end()
            except (UserError, ValidationError) as error:
                _logger.warning("role %s does not end: %s", grant.id, error)
                if grant.obstacle != str(error):
                    grant._put({"obstacle": str(error)})
                    grant.sudo().message_post(  # as the system, to who gave the role
                        body=str(error),
                        partner_ids=grant.granted_by_id.partner_id.ids,
                    )

    @api.model
    def _cron_run(self, batch_size=100):
        """Begin and end what is due."""
        now = fields.Datetime.now()
        due = [
            "|",
            "&",
            ("state", "=", "planned"),
            ("date_from", "<=", now),
            "&",
            ("state", "=", "running"),
            ("date_until", "<=", now),
        ]
        grants = self.search(due, limit=batch_size)
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(grants))
        for grant in grants:
            grant = grant.try_lock_for_update()
            if not grant:
                continue
            if grant.date_until <= now:  # also one that was never begun
                grant._end_or_note()
            elif grant.user_id.active:
                grant._start_due()
            else:
                grant._end_or_note()  # left before it began
            if not cron._commit_progress(1):
                break

    @api.model
    @tools.ormcache(cache="default")
    def _next_end(self):
        """When the next running role ends (UTC), or None: asked on every request."""
        # sudo: a date, nothing else
        grant = self.sudo().search(
            [("state", "=", "running"), ("obstacle", "=", False)],
            order="date_until",
            limit=1,
        )
        return grant.date_until or None

    @api.model
    def _end_overdue(self):
        """End what should have ended, should the scheduler be late.

        In a transaction of its own: the caller's still sees the role, and is started
        anew by the caller.

        :return: whether something ended
        """
        end = self._next_end()
        if not end or end > fields.Datetime.now():
            return False
        if self.env.cr.readonly:  # nothing was written: see res.device.log
            self.env.cr.rollback()
        with self.env.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            overdue = env[self._name].search(
                [
                    ("state", "=", "running"),
                    ("obstacle", "=", False),
                    ("date_until", "<=", fields.Datetime.now()),
                ]
            )
            overdue = overdue.try_lock_for_update()
            overdue._end_or_note()
        self.env.registry.clear_cache()  # again: only now is it committed
        self.env.registry.signal_changes()
        return bool(overdue)
