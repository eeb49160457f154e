from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

from ..engine import calendars
from .legal_deadline import RUNNING

_BATCH = 1000
#: what a computation needs, and what is compared with it
_LOOKED_AT = (
    "rule_id regime length unit direction options trigger_date trigger_time"
    " pronounced_on jurisdiction_id date_deadline date_computed manual_reason matter_id"
).split()


class LegalDeadlineRecalculation(models.Model):
    """Open deadlines computed anew after holidays were corrected.

    It only looks: what would move is listed, old beside new, and a lawyer applies
    what he accepts. It goes on where it stopped, if the system stops in the middle.
    """

    _name = "legal.deadline.recalculation"
    _description = "Recalculation"
    _order = "id desc"

    _access_exempt = "says how many deadlines were looked at; its lines have the key"
    _gdpr_data = {"user_id": "employee of the firm"}

    name = fields.Char(string="Why", required=True)
    jurisdiction_ids = fields.Many2many(
        "legal.jurisdiction", string="Places", help="Empty: all places."
    )
    company_id = fields.Many2one(
        "res.company", help="Empty: all companies of the system.", readonly=True
    )
    state = fields.Selection(
        [
            ("draft", "New"),
            ("running", "Counting"),
            ("review", "To Be Decided"),
            ("done", "Decided"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Asked By",
        default=lambda self: self.env.user,
        readonly=True,
    )
    revision = fields.Char(
        string="Holidays", readonly=True, copy=False, help="What was looked at."
    )
    last_id = fields.Integer(readonly=True, copy=False)
    total = fields.Integer(string="To Be Counted", readonly=True, copy=False)
    counted = fields.Integer(readonly=True, copy=False)
    progress = fields.Float(compute="_compute_progress")
    line_ids = fields.One2many(
        "legal.deadline.recalculation.line", "recalculation_id", string="What Moves"
    )
    line_count = fields.Integer(compute="_compute_line_count")

    @api.depends("total", "counted", "state")
    def _compute_progress(self):
        for run in self:
            share = run.counted / run.total if run.total else 0
            run.progress = 100 if run.state in ("review", "done") else 100 * share

    @api.depends("line_ids")
    def _compute_line_count(self):
        counts = dict(
            self.env["legal.deadline.recalculation.line"]._read_group(
                [("recalculation_id", "in", self.ids)],
                ["recalculation_id"],
                ["__count"],
            )
        )
        for run in self:
            run.line_count = counts.get(run, 0)

    @api.model_create_multi
    def create(self, vals_list):
        allowed = {"name", "jurisdiction_ids", "company_id"}
        return super().create(
            [
                {name: value for name, value in vals.items() if name in allowed}
                for vals in vals_list
            ]
        )

    def write(self, vals):
        unlocked = self.env.context.get("legal_unlock") is UNLOCK
        if not unlocked and set(vals) - {"name", "jurisdiction_ids"}:
            raise UserError(self.env._("The system keeps count of this."))
        return super().write(vals)

    def _unlocked(self):
        return self.with_context(legal_unlock=UNLOCK)

    def _check_lawyer(self):
        self.check_access("write")
        if not self.env.user.has_group("legal_crm.group_lawyer"):
            raise AccessError(self.env._("A lawyer decides about this."))

    def _domain(self):
        """The deadlines to look at, whose date was computed."""
        domain = [("state", "in", RUNNING), ("result", "!=", False)]
        if self.jurisdiction_ids:
            domain.append(("jurisdiction_id", "in", self.jurisdiction_ids.ids))
        if self.company_id:
            domain.append(("company_id", "=", self.company_id.id))
        return domain

    def action_start(self):
        self._check_lawyer()
        for run in self:
            if run.state == "draft":
                run._start()
        return True

    def _start(self):
        # sudo: every open deadline is looked at; who sees its line says the key
        self._unlocked().write(
            {
                "state": "running",
                "revision": calendars.revision(),
                "total": self.env["legal.deadline"].sudo().search_count(self._domain()),
            }
        )
        # sudo: whoever may start it may let it begin at once
        self.env.ref("legal_deadlines.cron_recalculate").sudo()._trigger()

    # -- counting ----------------------------------------------------------------------

    @api.model
    def _cron_recalculate(self, batch=_BATCH):
        """Count on where it stopped; a batch is written whole or not at all."""
        cron = self.env["ir.cron"]
        for run in self.search([("state", "=", "running")], order="id"):
            cron._commit_progress(remaining=max(run.total - run.counted, 1))
            while run.state == "running":
                done = run._count_batch(batch)
                if not cron._commit_progress(done):
                    return

    def _count_batch(self, batch=_BATCH):
        """Look at the next deadlines; list those that would move.

        :return: how many were looked at
        """
        self.ensure_one()
        deadlines = (
            self.env["legal.deadline"]
            .sudo()  # see _start
            .search_fetch(
                [*self._domain(), ("id", ">", self.last_id)],
                _LOOKED_AT,
                order="id",
                limit=batch,
            )
        )
        vals_list = list(filter(None, map(self._line_of, deadlines)))
        self.env["legal.deadline.recalculation.line"].create(vals_list)
        vals = {"counted": self.counted + len(deadlines)}
        if deadlines:
            vals["last_id"] = deadlines[-1].id
        if len(deadlines) < batch:
            found = self.line_count or vals_list
            vals["state"] = "review" if found else "done"
        self._unlocked().write(vals)
        deadlines.invalidate_recordset()
        return len(deadlines)

    def _line_of(self, deadline):
        """Values of the line of a deadline; None where its date stays."""
        problem = False
        after = deadline.date_deadline
        try:
            answer = deadline._answer_dates(deadline._ask())
        except UserError as error:
            problem = str(error)
        else:
            if answer["date_computed"] == deadline.date_computed and (
                deadline.manual_reason
                or answer["date_deadline"] == deadline.date_deadline
            ):
                return None
            if deadline.manual_reason:
                problem = self.env._(
                    "Entered by hand. The date by law is %s now.",
                    deadline._show_day(answer["date_computed"]),
                )
            else:
                after = answer["date_deadline"]
        return {
            "recalculation_id": self.id,
            "deadline_id": deadline.id,
            "matter_id": deadline.matter_id.id,
            "date_before": deadline.date_deadline,
            "date_after": after,
            "problem": problem,
        }

    @api.model
    def _cron_watch_holidays(self):
        """Holidays came with an update: count anew what was computed with others."""
        revision = calendars.revision()
        known = self.search_count([("revision", "=", revision)], limit=1)
        stale = (
            self.env["legal.deadline"]
            .sudo()  # whether there is one
            .search_count(
                [
                    ("state", "in", RUNNING),
                    ("basis", "!=", False),
                    ("basis", "!=", revision),
                ],
                limit=1,
            )
        )
        if stale and not known:
            self.create({"name": self.env._("Holidays were corrected")})._start()

    # -- deciding --------------------------------------------------------------------

    def action_apply(self):
        """Move what was ticked; what is not ticked stays as it is."""
        self._check_lawyer()
        for run in self:
            run._lock_or_raise()
            lines = run._my_open_lines().filtered(
                lambda line: line.accept and not line.problem
            )
            lines._apply(run.name)
            run._end_if_decided()
        return True

    def action_close(self):
        """Nothing more is to be moved."""
        self._check_lawyer()
        for run in self.filtered(lambda run: run.state == "review"):
            run._my_open_lines()._unlocked().write({"state": "left"})
            run._end_if_decided()
        return True

    def _my_open_lines(self):
        """The lines to be decided that this lawyer may read."""
        return self.env["legal.deadline.recalculation.line"].search(
            [("recalculation_id", "=", self.id), ("state", "=", "open")]
        )

    def _end_if_decided(self):
        # sudo: also lines that this lawyer may not read keep it open
        if not self.sudo()._my_open_lines():
            self._unlocked().state = "done"

    def _lock_or_raise(self):
        self.lock_for_update()
        if self.state != "review":
            raise UserError(self.env._("There is nothing to decide."))

    def action_view_lines(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What moves"),
            "res_model": "legal.deadline.recalculation.line",
            "view_mode": "list",
            "domain": [("recalculation_id", "=", self.id)],
        }
