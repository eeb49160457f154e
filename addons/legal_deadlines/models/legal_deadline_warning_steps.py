import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models

from .legal_deadline import RUNNING

_logger = logging.getLogger(__name__)

RESPONSIBLE, DEPUTY, TEAM, PARTNERS = range(4)
NOBODY = -1
BATCH = 100
RETRY = timedelta(minutes=10)
#: kinds that go one level further on each working day; the others by the hour
_BY_DAY = ("early", "query")


class LegalDeadlineWarning(models.Model):
    """Who is told next, and when.

    A warning goes to the responsible person (level 0), then to the deputy (1), the
    team (2) and the partners (3), until somebody acknowledges it. Whoever may not read
    the deadline is not told. If everybody of a level is away, has left or may not
    read, the next level is told in the same step.

    - early and query: a level more on each working day
    - day and overdue: a level more every few hours (a setting of the firm)
    - overdue: again on each working day until the deadline is done, also if it was
      acknowledged; all levels at once if nobody acknowledged the one before

    A later warning of the same deadline takes the place of earlier ones: those go no
    further.
    """

    _inherit = "legal.deadline.warning"

    date_deadline = fields.Date(
        string="Of the Date",
        readonly=True,
        help="The date of the deadline that this warns of; it may have moved since.",
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("open", "Told"),
            ("acknowledged", "Acknowledged"),
            ("closed", "Ended"),
        ],
        default="planned",
        required=True,
        readonly=True,
        help="Ended: the deadline was done or changed before somebody acknowledged.",
    )
    level = fields.Integer(default=NOBODY, readonly=True, aggregator=None)
    level_name = fields.Char(string="Went To", compute="_compute_level_name")
    next_on = fields.Datetime(string="Next Step", readonly=True)
    nobody = fields.Boolean(
        string="No Partner Can Be Told",
        readonly=True,
        help="It went to the last level, and no partner may read the deadline.",
    )
    error = fields.Char(
        string="Not Sent Because", readonly=True, groups="base.group_system"
    )
    notice_ids = fields.One2many(
        "legal.deadline.notice", "warning_id", string="Told To", readonly=True
    )
    name = fields.Char(related="deadline_id.name", related_sudo=False)
    user_id = fields.Many2one(related="deadline_id.user_id", related_sudo=False)

    _next_idx = models.Index(
        "(next_on, id) WHERE acknowledged_by_id IS NULL AND next_on IS NOT NULL"
    )
    _open_idx = models.Index("(date, id) WHERE state = 'open'")
    _once = models.UniqueIndex(
        "(deadline_id, date_deadline, kind, date) WHERE state != 'closed'",
        "This warning is there already.",
    )

    @api.depends("level")
    @api.depends_context("lang")
    def _compute_level_name(self):
        names = {
            RESPONSIBLE: self.env._("Responsible"),
            DEPUTY: self.env._("Deputy"),
            TEAM: self.env._("Team"),
            PARTNERS: self.env._("Partners"),
        }
        for warning in self:
            warning.level_name = names.get(warning.level, False)

    @api.depends("kind", "deadline_id")
    @api.depends_context("lang", "uid")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for warning in self:
            # sudo: names that must not be read are hidden below
            name = warning.sudo().deadline_id.name
            warning.display_name = f"{kinds.get(warning.kind, '')}: {name}"
        self._hide_names()

    def action_acknowledge(self):
        return self.deadline_id.action_acknowledge()

    def action_open_deadline(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "legal.deadline",
            "res_id": self.deadline_id.id,
            "views": [(False, "form")],
        }

    # -- the scheduled action --------------------------------------------------

    @api.model
    def _due_domain(self, now):
        return [("next_on", "<=", now), ("acknowledged_by_id", "=", False)]

    @api.model
    def _cron_remind(self, batch=BATCH):
        """Tell whoever has to be told now.

        What a batch writes (notices, activities, mails, the next step) is one
        transaction: killed at any moment and started again, everybody is told once.
        Two servers that run it at once take different rows.
        """
        run = self.env["legal.deadline.run"]._begin("remind")
        cron, now = self.env["ir.cron"], fields.Datetime.now()
        deadlines = self.env["legal.deadline"]
        left = self._left(now)
        time_left = cron._commit_progress(remaining=left)
        lost_races = 0
        while lost_races < 3:
            try:
                planned, failed = deadlines._plan_stale_warnings()
                run._count(failed=failed)
                time_left = cron._commit_progress(planned)
            except psycopg2.errors.SerializationFailure:
                self.env.cr.rollback()
                self.env.invalidate_all()
                lost_races += 1
                continue
            if not planned or not time_left:
                break
        lost_races = 0
        while lost_races < 3:  # a batch at least, however much there was to plan
            try:
                warnings = self.search(
                    self._due_domain(now), order="next_on, id", limit=batch
                ).try_lock_for_update(allow_referencing=True)
                if not warnings:
                    break
                failed = warnings._step_safely(now)
                run._count(told=len(warnings) - len(failed), failed=len(failed))
                time_left = cron._commit_progress(len(warnings))
            except psycopg2.errors.SerializationFailure:
                # Somebody acknowledged, or another server was faster: look again.
                self.env.cr.rollback()
                self.env.invalidate_all()
                lost_races += 1
            if not time_left:
                break
        left = self._left(now)
        run._end(left)
        cron._commit_progress(remaining=left)

    @api.model
    def _left(self, now):
        """How much there is to do: warnings to tell, deadlines to plan again."""
        stale = [("warnings_stale", "=", True)]
        return self.search_count(self._due_domain(now)) + self.env[
            "legal.deadline"
        ].search_count(stale)

    def _step_safely(self, now):
        """Take the next step of each; one that fails is tried again later.

        :return: the warnings that failed
        """
        try:
            with self.env.cr.savepoint():
                self._step(now)
        except psycopg2.OperationalError:
            raise  # the database refuses for now: nothing of this batch is kept
        except Exception as error:  # whatever is wrong with one stops no other
            if len(self) > 1:
                return self.browse().union(*(w._step_safely(now) for w in self))
            _logger.exception("Warning %s could not be sent", self.id)
            self.write({"next_on": now + RETRY, "error": repr(error)[:200]})
            return self
        return self.browse()

    def _step(self, now):
        """Tell the next level of each of these warnings.

        The number of queries does not depend on how many there are.
        """
        warnings = self._supersede(now)
        warnings.notice_ids.fetch(["user_id", "warning_id", "level"])
        deadlines = warnings.deadline_id
        people = deadlines._people_by_level()
        offices = self.env["res.users"]._legal_offices(
            [(d.user_id, d.company_id) for d in deadlines]
        )
        absent = self._absent_among(people, now)
        unheard = warnings._unheard()
        told, following = [], {}
        for warning in warnings:
            deadline = warning.deadline_id
            if deadline.state not in RUNNING:
                warning.write({"state": "closed", "next_on": False})
                continue
            office = offices[deadline.user_id.id, deadline.company_id.id]
            if warning.state == "planned" and warning.kind == "overdue":
                following[deadline] = warning._next_overdue(office, now)
            at_once = warning.kind == "overdue" and deadline in unheard
            level, fresh = warning._climb(people[deadline.id], absent, at_once)
            told += [(warning, level_, user) for level_, user in fresh]
            last = level == PARTNERS
            warning.write(
                {
                    "level": level,
                    "state": "open",
                    "error": False,
                    "nobody": last and not people[deadline.id][PARTNERS],
                    "next_on": not last and warning._next_step(office, now),
                }
            )
        self._plan_following(following)
        self.env["legal.deadline.notice"]._tell(told, absent, now)

    def _climb(self, levels, absent, at_once):
        """The level reached now, and who is told at which.

        :param levels: list of ``res.users``, by level
        :param absent: ``res.users`` who are away
        :param at_once: whether all levels are told now
        :return: ``(level, [(level, user)])``
        """
        self.ensure_one()
        told = self.notice_ids.user_id
        found, level = [], self.level
        while level < PARTNERS:
            level += 1
            fresh = levels[level] - told
            found += [(level, user) for user in fresh]
            told |= fresh
            if fresh - absent and not at_once:
                break
        return level, found

    def _next_step(self, office, now):
        self.ensure_one()
        company = self.deadline_id.company_id
        if self.kind in _BY_DAY:
            day = office.after(office.today(now))
            return office.at(day, company.legal_deadline_warning_hour)
        return now + timedelta(hours=company.legal_deadline_step_hours)

    def _next_overdue(self, office, now):
        """The values of the warning of the next working day."""
        self.ensure_one()
        deadline = self.deadline_id
        day = office.after(office.today(now))
        return {
            "deadline_id": deadline.id,
            "matter_id": deadline.matter_id.id,
            "date_deadline": deadline.date_deadline,
            "kind": "overdue",
            "date": day,
            "next_on": office.at(day, deadline.company_id.legal_deadline_warning_hour),
        }

    @api.model
    def _plan_following(self, values):
        """Make these warnings, if none is planned there yet.

        :param values: dict of deadline to values of an overdue warning
        """
        deadlines = self.env["legal.deadline"].union(*values)
        if not deadlines:
            return
        planned = self.search(
            [
                ("deadline_id", "in", deadlines.ids),
                ("kind", "=", "overdue"),
                ("state", "=", "planned"),
            ]
        )
        self.create([values[d] for d in deadlines - planned.deadline_id])

    def _unheard(self):
        """The deadlines whose last overdue warning nobody acknowledged."""
        overdue = self.filtered(lambda w: w.kind == "overdue" and w.state == "planned")
        if not overdue:
            return self.env["legal.deadline"]
        rows = self._read_group(
            [
                ("deadline_id", "in", overdue.deadline_id.ids),
                ("kind", "=", "overdue"),
                ("state", "=", "open"),
            ],
            ["deadline_id"],
        )
        return self.env["legal.deadline"].union(*(deadline for (deadline,) in rows))

    def _supersede(self, now):
        """Of each deadline the latest warning goes on, earlier ones go no further.

        One that was due and not told (the server was down) ends here: the later one
        tells the same people. A query asks for something else and stands apart.

        :return: those of ``self`` that go on
        """
        rows = self.search(
            [
                ("deadline_id", "in", self.deadline_id.ids),
                ("next_on", "!=", False),
                ("acknowledged_by_id", "=", False),
                "|",
                ("state", "=", "open"),
                ("next_on", "<=", now),
            ]
        )
        latest = {}
        for warning in rows.sorted(lambda w: (w.date, w.id)):
            latest[warning.deadline_id, warning.kind == "query"] = warning.id
        going_on = set(latest.values())
        earlier = rows.filtered(lambda w: w.id not in going_on)
        earlier.filtered(lambda w: w.state == "planned").state = "closed"
        earlier.write({"next_on": False})
        return self - earlier

    @api.model
    def _absent_among(self, people, now):
        users = self.env["res.users"].union(
            *(users for levels in people.values() for users in levels)
        )
        return users._legal_absent_on(
            {user.id: user._legal_today(now) for user in users}
        )


class LegalDeadline(models.Model):
    _inherit = "legal.deadline"

    def _people_by_level(self):
        """Who is told of these deadlines, level by level: those who may read them.

        :return: dict of id to list of ``res.users``, by level
        """
        partners = self._partners_by_company()
        levels = {}
        for deadline in self:
            team = deadline.team_id or deadline.matter_id.team_id
            levels[deadline.id] = [
                deadline.user_id,
                deadline.deputy_id,
                team.leader_id | team.member_ids | deadline.matter_id.member_ids,
                partners[deadline.company_id.id],
            ]
        everybody = self.env["res.users"].union(
            *(users for found in levels.values() for users in found)
        )
        everybody = everybody.filtered("active")
        readers = self._readers_among(everybody)
        inside = {
            company.id: everybody.filtered(lambda u, c=company: c in u.company_ids)
            for company in self.company_id
        }
        for deadline in self:
            may_read = readers[deadline.id] & inside[deadline.company_id.id]
            levels[deadline.id] = [users & may_read for users in levels[deadline.id]]
        return levels

    def _partners_by_company(self):
        """:return: dict of company id to its active partners (``group_partner``)"""
        group = self.env.ref("legal_crm.group_partner")
        users = self.env["res.users"].search(
            [
                ("all_group_ids", "in", group.ids),
                ("company_ids", "in", self.company_id.ids),
                ("share", "=", False),
            ]
        )
        return {
            company.id: users.filtered(lambda u, c=company: c in u.company_ids)
            for company in self.company_id
        }
