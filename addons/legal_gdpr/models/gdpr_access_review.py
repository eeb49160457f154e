from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

from ..tools.each_alone import each_alone

STATES = [
    ("draft", "Draft"),
    ("running", "Running"),
    ("expired", "Expired"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]
_GUARDED = {"state", "user_id", "started_on", "ended_on", "reported_on"}
_PLAN = {
    "company_id", "with_roles", "with_teams", "with_portal", "with_keys", "group_ids",
    "user_ids",
}  # fmt: skip


class GdprAccessReview(models.Model):
    """A campaign: who has which access, and whether he should keep it.

    Its start takes a snapshot: roles given with all they imply, teams of closed
    matters, portal users, API keys, last sign-in, training. Each line is decided by
    its reviewer, never by whom it is about. What is revoked is taken at once, and the
    access read again. What nobody decided by the last day is reported, or revoked,
    never silently kept.
    """

    _name = "gdpr.access.review"
    _description = "Access Review"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_due desc, id desc"

    _gdpr_data = {
        "user_id": "employee who started it",
        "reviewer_id": "employee of the firm",
        "deputy_id": "employee of the firm",
        "user_ids": "employees of the firm",
    }

    name = fields.Char(
        required=True, default=lambda self: self._default_name(), tracking=True
    )
    state = fields.Selection(
        STATES,
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    date_due = fields.Date(
        string="To Be Decided By",
        required=True,
        default=lambda self: fields.Date.today() + timedelta(days=30),
        tracking=True,
    )
    reviewer_id = fields.Many2one(
        "res.users",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        tracking=True,
    )
    deputy_id = fields.Many2one(
        "res.users",
        string="Second Reviewer",
        domain="[('share', '=', False)]",
        tracking=True,
        help="Decides on what the reviewer himself has.",
    )
    on_expiry = fields.Selection(
        [("report", "Are reported to the officer"), ("revoke", "Are revoked")],
        string="Lines Left Open",
        required=True,
        default="report",
        tracking=True,
    )
    with_roles = fields.Boolean(string="Roles", default=True)
    with_teams = fields.Boolean(string="Teams of Closed Circles", default=True)
    with_portal = fields.Boolean(string="Portal Users", default=True)
    with_keys = fields.Boolean(string="API Keys", default=True)
    group_ids = fields.Many2many(
        "res.groups",
        "gdpr_access_review_group_rel",
        "review_id",
        "group_id",
        string="Only These Roles",
        help="Empty: all roles.",
    )
    user_ids = fields.Many2many(
        "res.users",
        "gdpr_access_review_user_rel",
        "review_id",
        "user_id",
        string="Only These People",
        help="Empty: everybody.",
    )
    user_id = fields.Many2one("res.users", string="Started By", readonly=True)
    started_on = fields.Datetime(string="Snapshot Of", readonly=True, copy=False)
    ended_on = fields.Datetime(readonly=True, copy=False)
    reported_on = fields.Datetime(readonly=True, copy=False)
    line_ids = fields.One2many("gdpr.access.review.line", "review_id", copy=False)
    line_count = fields.Integer(string="Lines", compute="_compute_counts")
    open_count = fields.Integer(string="Open", compute="_compute_counts")
    failed_count = fields.Integer(string="Not Carried Out", compute="_compute_counts")
    progress = fields.Float(compute="_compute_counts")

    @api.model
    def _default_name(self):
        return self.env._("Access review %s", fields.Date.today().strftime("%Y-%m"))

    @api.depends("line_ids.state")
    def _compute_counts(self):
        rows = self.env["gdpr.access.review.line"]._read_group(
            [("review_id", "in", self.ids)], ["review_id", "state"], ["__count"]
        )
        counts = {}
        for review, state, count in rows:
            counts.setdefault(review.id, {})[state] = count
        for review in self:
            found = counts.get(review.id, {})
            review.line_count = sum(found.values())
            review.open_count = found.get("open", 0)
            review.failed_count = found.get("failed", 0)
            settled = review.line_count - review.open_count - review.failed_count
            review.progress = (
                100 * settled / review.line_count if review.line_count else 0
            )

    # -- checks ------------------------------------------------------------------------

    @api.constrains("reviewer_id", "deputy_id")
    def _check_reviewers(self):
        for review in self.sudo():  # whoever plans it: the same is refused
            if review.reviewer_id == review.deputy_id:
                raise ValidationError(
                    self.env._("The second reviewer is somebody else than the first.")
                )
            if review.reviewer_id.share or review.deputy_id.share:
                raise ValidationError(
                    self.env._("Access is reviewed by the firm's own people.")
                )

    @api.model
    def default_get(self, fields_list):
        found = super().default_get(fields_list)
        if self.env.context.get("legal_unlock") is not UNLOCK:
            for name in _GUARDED & found.keys():
                del found[name]
            if "state" in fields_list:
                found["state"] = "draft"
        return found

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(
            [
                {n: v for n, v in vals.items() if n not in _GUARDED | {"line_ids"}}
                for vals in vals_list
            ]
        )

    def write(self, vals):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            if _GUARDED & vals.keys():
                raise UserError(
                    self.env._("The buttons of the review keep count of this.")
                )
            if _PLAN & vals.keys() and self.filtered(lambda r: r.state != "draft"):
                raise UserError(
                    self.env._(
                        "The snapshot is taken: what is reviewed stays as it was."
                    )
                )
            if self.filtered(lambda r: r.state in ("done", "cancelled")) and (
                {"date_due", "on_expiry", "reviewer_id", "deputy_id"} & vals.keys()
            ):
                raise UserError(self.env._("This review is closed."))
            self.filtered(lambda r: r.state == "running")._check_end(vals)
        result = super().write(vals)
        if {"reviewer_id", "deputy_id"} & vals.keys():
            self.filtered(lambda r: r.state in ("running", "expired"))._assign()
        return result

    def _check_end(self, vals):
        """Whoever decides has the time he was told of.

        :raises UserError: it would be over earlier, or end otherwise than was said
        """
        day = fields.Date.to_date(vals.get("date_due"))
        today = fields.Date.context_today(self)
        for review in self:
            if day and day < today and day != review.date_due:
                raise UserError(
                    self.env._("The day to decide by lies in the past: choose another.")
                )
            if day and day < review.date_due and review.on_expiry == "revoke":
                raise UserError(
                    self.env._(
                        "What is left open is revoked, so the last day is not brought "
                        "forward: the reviewers were told of it."
                    )
                )
            if vals.get("on_expiry") == "revoke" and review.on_expiry != "revoke":
                raise UserError(
                    self.env._(
                        "That open lines are revoked is said before the review starts: "
                        "the reviewers were told otherwise."
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _keep_started(self):
        if self.filtered(lambda review: review.state != "draft"):
            raise UserError(
                self.env._("A review that was started is kept: it is the proof.")
            )

    def _unlocked(self):
        return self._legal_unlocked()

    def _check_officer(self):
        self.check_access("write")
        if not self.env.user.has_group("legal_gdpr.group_dpo"):
            raise UserError(
                self.env._(
                    "Reviews are started and closed by the data protection officer."
                )
            )

    # -- steps -------------------------------------------------------------------------

    def action_start(self):
        """Take the snapshot, and hand the lines to their reviewers."""
        self._check_officer()
        for review in self:
            review.lock_for_update()
            if review.state != "draft":
                raise UserError(self.env._("This review is started already."))
            if review.date_due < fields.Date.context_today(review):
                raise UserError(
                    self.env._("The day to decide by lies in the past: choose another.")
                )
            review._unlocked().write(
                {
                    "state": "running",
                    "user_id": self.env.uid,
                    "started_on": fields.Datetime.now(),
                }
            )
            review._take_snapshot()
            review._assign()
            review._invite()
        return True

    def _take_snapshot(self, added=False):
        """Lines for what is not in the review yet.

        :param bool added: it came after the snapshot, which the line says
        :return: how many lines are new
        """
        self.ensure_one()
        facts = self.env["gdpr.access.facts"]._collect(self)
        # sudo: facts nobody writes by hand, put down for the officer who may start it
        lines = self.env["gdpr.access.review.line"].sudo()
        known = set(lines.search([("review_id", "=", self.id)]).mapped("fact_key"))
        new = [fact for key, fact in facts.items() if key not in known]
        lines._legal_unlocked().create(
            [
                {**fact, "review_id": self.id, "added_later": added, "state": "open"}
                for fact in new
            ]
        )
        return len(new)

    def action_look_again(self):
        """Add what was given since the snapshot."""
        self._check_officer()
        found = 0
        self._lock_state()
        for review in self:
            if review.state not in ("running", "expired"):
                raise UserError(self.env._("This review is not running."))
            found += review._take_snapshot(added=True)
            review._assign()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("%s lines were added.", found),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _assign(self):
        """Give each open line a reviewer who is there and whom it is not about."""
        for review in self:
            # sudo: who decides is put down by the system
            lines = self.env["gdpr.access.review.line"].sudo()
            lines = lines.search(
                [("review_id", "=", review.id), ("state", "in", ("open", "failed"))]
            )
            for subject, own in lines.grouped("user_id").items():
                wanted = review._reviewer_for(subject)
                own.filtered(
                    lambda line, wanted=wanted: line.reviewer_id != wanted
                )._legal_unlocked().write({"reviewer_id": wanted.id})

    def _reviewer_for(self, subject):
        """The reviewer, his deputy, or an officer: active, and not ``subject``."""
        self.ensure_one()
        review = self.sudo()  # who they are, not what they may read
        officers = self.env["res.users"]._active_holders(
            self.env.ref("legal_gdpr.group_dpo")
        )
        for user in review.reviewer_id | review.deputy_id | review.user_id | officers:
            if user.active and not user.share and user != subject:
                return user
        return self.env["res.users"]

    def _invite(self):
        self.ensure_one()
        # sudo: the reviewers are told, whoever starts the review
        for user in self.sudo().line_ids.reviewer_id:
            self.sudo().message_notify(
                partner_ids=user.partner_id.ids,
                subject=self.env._("Access review"),
                body=self.env._(
                    "“%(review)s” waits for your decisions until %(date)s: Data "
                    "Protection, Reviews, My Access Decisions.",
                    review=self.name,
                    date=fields.Date.to_string(self.date_due),
                ),
            )

    def action_done(self):
        """Close the review. :raises UserError: with what is not decided yet"""
        self._check_officer()
        self._lock_state()
        # sudo: a decision that is being taken right now is waited for
        self.sudo().line_ids.lock_for_update()
        self.invalidate_recordset()
        for review in self:
            if review.state not in ("running", "expired"):
                raise UserError(self.env._("This review is not running."))
            if review.open_count or review.failed_count:
                raise UserError(
                    self.env._(
                        "%(open)s lines are not decided, and %(failed)s decisions "
                        "were not carried out. Nothing is kept silently: decide them "
                        "first.",
                        open=review.open_count,
                        failed=review.failed_count,
                    )
                )
            review._unlocked().write(
                {"state": "done", "ended_on": fields.Datetime.now()}
            )
            review.activity_ids.action_feedback()
        return True

    def _lock_state(self):
        self.lock_for_update()
        self.invalidate_recordset(["state"])

    def action_cancel(self):
        self._check_officer()
        self._lock_state()
        if self.filtered(lambda r: r.state not in ("draft", "running", "expired")):
            raise UserError(self.env._("This review is closed."))
        self._unlocked().write(
            {"state": "cancelled", "ended_on": fields.Datetime.now()}
        )
        return True

    def action_open_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "legal_gdpr.gdpr_access_review_line_action"
        )
        action["domain"] = [("review_id", "=", self.id)]
        action["context"] = {"search_default_by_user": 1}
        if self.env.context.get("only_open"):
            action["context"] = {"search_default_open": 1}
        return action

    # -- every day ---------------------------------------------------------------------

    @api.model
    def _cron_run(self):
        """Hand on the lines of reviewers who left; end what is over its day."""
        # sudo: the scheduler's own work
        running = self.sudo().search([("state", "in", ("running", "expired"))])
        each_alone(running, lambda review: review._assign())
        today = fields.Date.today()
        over = running.filtered(lambda r: r.state == "running" and r.date_due < today)
        for review in over.filtered(lambda r: r.on_expiry == "revoke"):
            if not review._revoke_open():
                return  # the time is over: the rest at the next run
        each_alone(over, lambda review: review._expire())

    def _revoke_open(self):
        """Revoke what nobody decided. :return: whether all lines were looked at

        What changed since the snapshot is left for a person to look at. That is asked
        once: each question looks at the whole firm.
        """
        self.ensure_one()
        left = self.line_ids.filtered(
            lambda line: line.state == "open" and not line.to_look_at
        )
        # one by one: what is taken empties the cache, and all would be read again
        return each_alone(left, lambda line: line.with_prefetch()._revoke_by_default())

    def _expire(self):
        """The last day is over: what is left is reported, by name."""
        self.ensure_one()
        self._lock_state()
        if self.state != "running":
            return
        left = self.line_ids.filtered(lambda line: line.state in ("open", "failed"))
        self._unlocked().write(
            {"state": "expired", "reported_on": fields.Datetime.now()}
        )
        self.message_post(
            body=self.env._("The last day is over. Not decided: %s", len(left))
        )
        officers = self.env["res.users"]._active_holders(
            self.env.ref("legal_gdpr.group_dpo")
        )
        told = self.user_id if self.user_id in officers else officers[:1]
        if left and told:
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                user_id=told.id,
                summary=self.env._("%s lines of the review are not decided", len(left)),
            )
