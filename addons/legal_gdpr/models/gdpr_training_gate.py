from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

from ..tools.each_alone import each_alone


class GdprTrainingGate(models.Model):
    """A role that is withheld until its training is taken: notice, removal, return.

    The scheduler gives notice when a course is missing or has lapsed, takes the role
    when the notice is over, and gives it back when the course is recorded. The last
    holder of the role and the last administrator keep it, and the officer is told.
    """

    _name = "gdpr.training.gate"
    _description = "Role Withheld for Want of Training"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"

    _gdpr_data = {"user_id": "employee of the firm"}

    training_id = fields.Many2one(
        "gdpr.training", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", related="training_id.company_id", store=True, index=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    group_id = fields.Many2one(
        "res.groups", string="Role", required=True, readonly=True, ondelete="restrict"
    )
    state = fields.Selection(
        [
            ("warned", "Notice given"),
            ("withheld", "Withheld"),
            ("returned", "Given back"),
            ("settled", "Trained in time"),
            ("ended", "Ended"),
        ],
        required=True,
        readonly=True,
        default="warned",
        tracking=True,
        index=True,
    )
    warned_on = fields.Date(string="Notice Given On", readonly=True)
    withheld_from = fields.Date(readonly=True)
    withheld_on = fields.Datetime(readonly=True)
    returned_on = fields.Datetime(readonly=True)
    obstacle = fields.Char(string="What Prevents It", readonly=True)

    _open_unique = models.UniqueIndex(
        "(training_id, user_id, group_id) WHERE state IN ('warned', 'withheld')",
        "This role is withheld, or announced to be, already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse()
        return super().create(vals_list)

    def write(self, vals):
        if set(vals) - {"message_follower_ids", "activity_ids", "message_ids"}:
            self._refuse()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        self._refuse()

    def _refuse(self):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            raise UserError(
                self.env._(
                    "Roles are withheld and given back by the system. Record the "
                    "training, or change the course."
                )
            )

    @api.depends("user_id", "group_id")
    def _compute_display_name(self):
        for gate in self:
            gate.display_name = self.env._(
                "%(role)s for %(person)s",
                role=gate.group_id.sudo().name or "",
                person=gate.user_id.sudo().name or "",
            )

    def _put(self, values):
        # sudo: the system writes its own fields
        return self.sudo()._legal_unlocked().write(values)

    # -- every day ---------------------------------------------------------------------

    @api.model
    def _cron_run(self):
        """Give notice, withhold what was announced, and settle what was trained."""
        # sudo: the scheduler's own work, and the same whoever starts it
        gate = self.sudo()
        gate._settle()
        gate._warn()
        gate._withhold_due()

    def _untrained(self, training):
        rows = self.env["gdpr.training.due"].search(
            [
                ("training_id", "=", training.id),
                ("state", "in", ("missing", "lapsed")),
            ]
        )
        return rows.user_id

    @api.model
    def _warn(self):
        trainings = self.env["gdpr.training"].search([("gate_group_id", "!=", False)])
        for training in trainings:
            group = training.gate_group_id
            users = self._untrained(training).filtered(
                lambda user, group=group: group in user.group_ids
            )
            known = self.search(
                [
                    ("training_id", "=", training.id),
                    ("group_id", "=", group.id),
                    ("state", "in", ("warned", "withheld")),
                ]
            )
            each_alone(
                users - known.user_id,
                lambda user, training=training: self._warn_one(training, user),
            )

    @api.model
    def _warn_one(self, training, user):
        group = training.gate_group_id
        gate = self._legal_unlocked().create(
            {
                "training_id": training.id,
                "user_id": user.id,
                "group_id": group.id,
                "state": "warned",
                "warned_on": fields.Date.today(),
                "withheld_from": fields.Date.today()
                + timedelta(days=training.notice_days),
            }
        )
        gate._tell(
            user,
            self.env._(
                "Your training “%(training)s” is missing or has lapsed. From "
                "%(date)s on the role “%(role)s” is withheld until it is "
                "taken.",
                training=training.name,
                date=fields.Date.to_string(gate.withheld_from),
                role=group.name,
            ),
        )

    def _tell(self, users, body):
        self.ensure_one()
        self.message_notify(
            partner_ids=users.partner_id.ids,
            subject=self.env._("Training and role"),
            body=body,
        )
        self.message_post(body=body)

    @api.model
    def _withhold_due(self):
        due = self.search(
            [("state", "=", "warned"), ("withheld_from", "<=", fields.Date.today())]
        )
        each_alone(due, lambda gate: gate._withhold())

    def _withhold(self):
        """Take the role away; where it may not be taken, say why to the officer."""
        self.ensure_one()
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        if self.state != "warned":
            return
        user, group = self.user_id, self.group_id
        if not user.active or group not in user.group_ids:
            self._put({"state": "ended"})
            return
        reason = self._why_not()
        if not reason:
            try:
                with self.env.cr.savepoint():
                    # who has nothing but this role stays one of the firm's people
                    staff = self.env.ref("base.group_user")
                    user._by_gate().write(
                        {
                            "group_ids": [
                                Command.link(staff.id),
                                Command.unlink(group.id),
                            ]
                        }
                    )
                    self._put(
                        {
                            "state": "withheld",
                            "withheld_on": fields.Datetime.now(),
                            "obstacle": False,
                        }
                    )
            except UserError as error:
                reason = str(error)
        if reason:
            self._note_obstacle(reason, self.env._("The role is not withheld"))
            return
        self._tell(
            user | self._officers(),
            self.env._(
                "The role “%(role)s” of %(person)s is withheld until “%(training)s” is "
                "taken.",
                role=group.name,
                person=user.name,
                training=self.training_id.name,
            ),
        )

    def _why_not(self):
        """Why the role stays for now: a sentence, or False."""
        user, group = self.user_id, self.group_id
        system = self.env.ref("base.group_system")
        holders = self.env["res.users"]._active_holders
        (group | (system & group.all_implied_ids))._one_at_a_time()
        if holders(group) == user:
            return self.env._(
                "%(person)s is the last who has the role “%(role)s”.",
                person=user.name,
                role=group.name,
            )
        if system in group.all_implied_ids and holders(system) == user:
            return self.env._("%s is the last administrator.", user.name)
        return False

    def _note_obstacle(self, reason, summary):
        if self.obstacle == reason:
            return
        self._put({"obstacle": reason})
        for officer in self._officers()[:1]:
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                user_id=officer.id,
                summary=summary,
                note=reason,
            )

    def _officers(self):
        officers = self.env["res.users"]._active_holders(
            self.env.ref("legal_gdpr.group_dpo")
        )
        return officers - self.user_id

    # -- trained -----------------------------------------------------------------------

    @api.model
    def _trained(self, records):
        """Give back what was withheld from who took a course now."""
        # sudo: who records a course may not give roles; this one was held before
        open_gates = self.sudo().search(
            [
                ("training_id", "in", records.training_id.ids),
                ("user_id", "in", records.user_id.ids),
                ("state", "in", ("warned", "withheld")),
            ]
        )
        open_gates._settle_these()

    @api.model
    def _settle(self):
        open_gates = self.search([("state", "in", ("warned", "withheld"))])
        for training, gates in open_gates.grouped("training_id").items():
            untrained = self._untrained(training)
            each_alone(
                gates, lambda gate, untrained=untrained: gate._settle_one(untrained)
            )

    def _settle_these(self):
        for training, gates in self.grouped("training_id").items():
            untrained = self._untrained(training)
            for gate in gates:
                gate._settle_one(untrained)

    def _settle_one(self, untrained):
        self.ensure_one()
        if self.state not in ("warned", "withheld"):
            return
        other_role = self.group_id != self.training_id.gate_group_id
        if not self.user_id.active or (self.state == "warned" and other_role):
            self._put({"state": "ended"})
        elif self.user_id not in untrained or other_role:
            self._give_back()

    def _give_back(self):
        self.ensure_one()
        if self.state == "warned":
            self._put({"state": "settled", "obstacle": False})
            return
        reason = self._why_not_back()
        if reason:
            self._put({"state": "ended", "obstacle": reason})
            self.message_post(body=reason)
            return
        try:
            with self.env.cr.savepoint():
                self._return_role()
        except UserError as error:
            # the course is recorded all the same; tried again every day
            self._note_obstacle(str(error), self.env._("The role is not given back"))

    def _return_role(self):
        self._put(
            {
                "state": "returned",
                "returned_on": fields.Datetime.now(),
                "obstacle": False,
            }
        )
        if not self.sudo().search_count(  # another course may still withhold it
            [
                ("user_id", "=", self.user_id.id),
                ("group_id", "=", self.group_id.id),
                ("state", "=", "withheld"),
            ]
        ):
            # sudo: see _trained
            user = self.sudo().user_id._by_gate()
            user.write({"group_ids": [Command.link(self.group_id.id)]})

    def _why_not_back(self):
        """Why the role does not come back by itself: a sentence, or False.

        Somebody decided on the person's roles in the meantime, and that counts.
        """
        grants = self.env["legal.role.grant"].search(
            [("user_id", "=", self.user_id.id), ("group_id", "=", self.group_id.id)]
        )
        ended = grants.filtered(
            lambda g: g.state == "ended"
            and g.ended_on
            and g.ended_on >= self.withheld_on
            and not g.held_before
        )
        if ended and not grants.filtered(lambda g: g.state == "running"):
            return self.env._("The role was given until a date, which has come.")
        if self.env["legal.staff.change"].search_count(
            [
                ("user_id", "=", self.user_id.id),
                ("access_ended_on", ">=", self.withheld_on),
            ]
        ):
            return self.env._("The person has changed the post in the meantime.")
        return False
