from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

KINDS = [
    ("role", "Role"),
    ("team", "Team of a matter"),
    ("key", "API key"),
    ("portal", "Portal user"),
]
DECISIONS = [("keep", "Keep"), ("change", "Change"), ("revoke", "Revoke")]
STATES = [
    ("open", "Open"),
    ("kept", "Kept"),
    ("changed", "Changed"),
    ("revoked", "Revoked"),
    ("gone", "Was gone"),
    ("failed", "Not carried out"),
]
#: what the reviewer writes; all else is put down by the system
_PROPOSED = {"decision", "reason", "new_group_id"}


class GdprAccessReviewLine(models.Model):
    """One access of one person: what the snapshot saw, and what was decided.

    Its reviewer decides, never the person it is about. The facts are read-only.
    """

    _name = "gdpr.access.review.line"
    _description = "Line of an Access Review"
    _order = "review_id desc, user_id, kind, id"

    _gdpr_data = {
        "user_id": "whose access it is",
        "reviewer_id": "employee who decides",
        "decided_by_id": "employee who decided",
        "reason": "free text on an access",
        "fact": "sign-in name of a portal user, name of a key",
    }

    review_id = fields.Many2one(
        "gdpr.access.review",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", related="review_id.company_id", store=True, index=True
    )
    fact_key = fields.Char(required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    reviewer_id = fields.Many2one(
        "res.users", readonly=True, index=True, ondelete="restrict"
    )
    group_id = fields.Many2one(
        "res.groups", string="Role", readonly=True, ondelete="set null"
    )
    matter_ref = fields.Integer(string="Matter", readonly=True, aggregator=None)
    key_ref = fields.Integer(string="Key", readonly=True, aggregator=None)
    fact = fields.Char(
        string="What",
        readonly=True,
        help="What the role implies, the number of the matter, the name of the key.",
    )
    access = fields.Char(
        compute="_compute_access", help="The role, the matter, the key, the sign-in."
    )
    valid_until = fields.Datetime(readonly=True)
    last_login = fields.Datetime(string="Last Sign-In", readonly=True)
    last_used = fields.Date(string="Key Last Used", readonly=True)
    training_state = fields.Selection(
        [("none", "None to take"), ("current", "Valid"), ("lapsed", "Lapsed")],
        string="Training",
        readonly=True,
    )
    training_missing = fields.Char(readonly=True)
    snapshot = fields.Json(readonly=True, export_string_translation=False)
    added_later = fields.Boolean(string="Given Since", readonly=True)
    seen = fields.Char(readonly=True, export_string_translation=False)
    drift = fields.Char(
        string="Changed Since",
        compute="_compute_drift",
        help="What is different from the snapshot; to be looked at first.",
    )
    to_look_at = fields.Boolean(compute="_compute_drift")
    decision = fields.Selection(DECISIONS)
    new_group_id = fields.Many2one(
        "res.groups",
        string="Role Instead",
        ondelete="set null",
        help="One that the role implies: a review gives nobody more.",
    )
    reason = fields.Char()
    state = fields.Selection(
        STATES, required=True, default="open", readonly=True, index=True
    )
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    verified_on = fields.Datetime(
        readonly=True, help="When the access was read again after the decision."
    )
    outcome = fields.Char(string="What Came of It", readonly=True)
    mine = fields.Boolean(string="I Decide", compute="_compute_mine")

    _fact_unique = models.UniqueIndex(
        "(review_id, fact_key)", "This access is in the review already."
    )
    _reviewer_idx = models.Index("(reviewer_id) WHERE state IN ('open', 'failed')")

    @api.depends("kind", "user_id", "group_id", "fact")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for line in self:
            # sudo: names of roles and colleagues
            what = line.sudo().group_id.name if line.kind == "role" else line.fact
            line.display_name = (
                f"{line.sudo().user_id.name or ''}: {kinds.get(line.kind)} {what or ''}"
            )

    @api.depends("kind", "group_id", "fact")
    @api.depends_context("lang")
    def _compute_access(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for line in self:
            # sudo: names of roles, for who reads the line
            role = line.sudo().group_id.full_name
            if line.kind == "role":
                line.access = role or ""
            else:
                line.access = f"{kinds[line.kind]}: {line.fact or ''}"

    @api.depends("reviewer_id", "user_id", "state")
    @api.depends_context("uid")
    def _compute_mine(self):
        for line in self:
            line.mine = (
                line.reviewer_id == self.env.user and line.user_id != self.env.user
            )

    # -- drift -----------------------------------------------------------------------

    @api.depends("state", "seen", "snapshot")
    def _compute_drift(self):
        open_lines = self.filtered(lambda line: line.state in ("open", "failed"))
        (self - open_lines).update({"drift": False, "to_look_at": False})
        for review, lines in open_lines.grouped("review_id").items():
            now = self.env["gdpr.access.facts"]._collect(review)
            for line in lines:
                line.drift = line._say_drift(now.get(line.fact_key))
                line.to_look_at = bool(line.drift) and line.seen != (
                    line._mark(now.get(line.fact_key))
                )

    @api.model
    def _mark(self, fact):
        """What somebody has looked at, to be compared later."""
        return repr(fact["snapshot"]) if fact else "gone"

    def _say_drift(self, fact):
        """What changed since the snapshot: a sentence, or False."""
        self.ensure_one()
        if fact is None:
            return self.env._("The access is gone since.")
        if self.added_later:
            return self.env._("Given after the snapshot was taken.")
        if fact["snapshot"] != self.snapshot:
            if self.kind != "role":
                return self.env._("It is another one since.")
            groups = self.env["res.groups"].sudo()  # names of roles
            before = set((self.snapshot or {}).get("implied", ()))
            after = set(fact["snapshot"]["implied"])
            return self.env._(
                "The role implies more: %(more)s; less: %(less)s.",
                more=", ".join(groups.browse(after - before).mapped("name")) or "-",
                less=", ".join(groups.browse(before - after).exists().mapped("name"))
                or "-",
            )
        return False

    def action_seen(self):
        """Say that one has looked at what changed."""
        self._check_mine()
        for review, lines in self.grouped("review_id").items():
            now = self.env["gdpr.access.facts"]._collect(review)
            for line in lines:
                fact = now.get(line.fact_key)
                if fact is None:
                    line._settle("gone", self.env._("The access was gone."))
                else:
                    line._put({"seen": line._mark(fact)})
        return True

    # -- what may be written ---------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            raise UserError(
                self.env._("The lines are what the snapshot found; none is added.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if self.env.context.get("legal_unlock") is UNLOCK:
            return super().write(vals)
        if set(vals) - _PROPOSED:
            raise UserError(
                self.env._("What the snapshot saw, and what was done, is not changed.")
            )
        self._check_mine()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("A line is decided, not deleted: it is the proof."))

    def _put(self, values):
        # sudo: the system writes its own fields; the callers have checked the right
        return self.sudo()._legal_unlocked().write(values)

    def _check_mine(self):
        """
        :raises UserError: the caller does not decide on this line, or it is decided
        """
        self.check_access("write")
        for line in self:
            if line.user_id == self.env.user:
                raise UserError(
                    self.env._(
                        "Nobody decides on his own access: %s", line.display_name
                    )
                )
            if line.reviewer_id != self.env.user:
                raise UserError(
                    self.env._(
                        "“%(line)s” is decided by %(who)s.",
                        line=line.display_name,
                        # sudo: the name of a colleague
                        who=line.sudo().reviewer_id.name or self.env._("nobody yet"),
                    )
                )
            if line.state not in ("open", "failed"):
                raise UserError(
                    self.env._("“%s” is decided already.", line.display_name)
                )
            if line.review_id.sudo().state not in ("running", "expired"):
                raise UserError(self.env._("This review is not running."))
