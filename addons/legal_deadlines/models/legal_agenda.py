from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .legal_deadline import RUNNING, STATES

KINDS = [
    ("deadline", "Deadline"),
    ("follow_up", "Follow-Up"),
    ("hearing", "Hearing"),
    ("appointment", "Appointment"),
    ("task", "Task"),
]
#: when it is due, seen from today; the number keeps them in order
BUCKETS = [
    ("1_overdue", "Overdue"),
    ("2_today", "Today"),
    ("3_tomorrow", "Tomorrow"),
    ("4_week", "This Week"),
    ("5_next_week", "Next Week"),
    ("6_later", "Later"),
    ("7_check", "To Be Checked"),
    ("8_done", "Done and Struck"),
]


class LegalAgenda(models.Model):
    """All dates of the firm in one view: what is due, when, who sees to it.

    A view of the database over deadlines, appointments and tasks. It stores nothing;
    a row is opened as the record that it shows. The parts are joined by UNION ALL of
    plain columns of the same types, so that PostgreSQL takes every condition into each
    part and uses the indexes there. What one part cannot be found by (the conditions
    on ``res_model``) falls away when the query is planned.

    What depends on the viewer: days are those of his time zone, and a part leaves out
    what the model below hides from him beside the matter (private appointments, tasks
    of private projects).
    """

    _name = "legal.agenda"
    _description = "Date"
    _inherit = "legal.access.mixin"
    _auto = False
    _order = "date, all_day desc, start, id"
    _access_role_always = True

    _gdpr_none = "stores nothing: deadlines, appointments and tasks declare theirs"

    # What the parts read, to be written to the database before the view is asked.
    _depends = {
        "legal.deadline": [
            "kind",
            "name",
            "date_deadline",
            "moment_deadline",
            "matter_id",
            "company_id",
            "access_list_id",
            "user_id",
            "deputy_id",
            "team_id",
            "state",
            "needs_entry_check",
            "entry_checked_by_id",
        ],
        "calendar.event": [
            "legal_is_hearing",
            "name",
            "allday",
            "start",
            "stop",
            "start_date",
            "matter_id",
            "access_list_id",
            "user_id",
            "partner_ids",
            "location",
            "privacy",
            "active",
        ],
        "legal.matter": ["company_id", "team_id"],
        "res.users.settings": ["calendar_default_privacy"],
    }

    name = fields.Char(string="What", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    res_model = fields.Char(string="Kind of Record", readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", readonly=True, aggregator=None
    )
    date = fields.Date(readonly=True)
    start = fields.Datetime(readonly=True)
    stop = fields.Datetime(readonly=True)
    all_day = fields.Boolean(readonly=True)
    hour = fields.Char(compute="_compute_hour")
    days_left = fields.Integer(readonly=True, aggregator=None)
    bucket = fields.Selection(BUCKETS, string="When", readonly=True)
    matter_id = fields.Many2one("legal.matter", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", string="Responsible", readonly=True)
    deputy_id = fields.Many2one("res.users", string="Deputy", readonly=True)
    team_id = fields.Many2one("legal.team", string="Department", readonly=True)
    location = fields.Char(readonly=True)
    state = fields.Selection(STATES, readonly=True)
    entry_unchecked = fields.Boolean(string="Entry to Be Checked", readonly=True)
    created_on = fields.Datetime(readonly=True)
    changed_on = fields.Datetime(readonly=True)
    mine = fields.Boolean(
        string="My Dates",
        compute="_compute_mine",
        search="_search_mine",
        help="I am responsible or the deputy, or take part.",
    )
    of_my_team = fields.Boolean(
        string="Of My Departments",
        compute="_compute_mine",
        search="_search_of_my_team",
    )
    running = fields.Boolean(
        string="Not Done", compute="_compute_running", search="_search_running"
    )

    # -- the parts ------------------------------------------------------------------

    @property
    def _table_query(self):
        today = fields.Date.context_today(self)
        week_ends = today + timedelta(days=6 - today.weekday())
        return SQL(
            """
            SELECT part.*, part.date - %(today)s::date AS days_left,
                   (CASE WHEN state = 'done_unchecked' THEN '7_check'
                         WHEN state IN ('done', 'cancelled') THEN '8_done'
                         WHEN date < %(today)s THEN '1_overdue'
                         WHEN date = %(today)s THEN '2_today'
                         WHEN date = %(tomorrow)s THEN '3_tomorrow'
                         WHEN date <= %(week_ends)s THEN '4_week'
                         WHEN date <= %(next_week_ends)s THEN '5_next_week'
                         ELSE '6_later' END)::varchar AS bucket
              FROM (%(parts)s) part
            """,
            today=today,
            tomorrow=today + timedelta(days=1),
            week_ends=week_ends,
            next_week_ends=week_ends + timedelta(days=7),
            parts=SQL(" UNION ALL ").join(self._parts_sql()),
        )

    def _parts_sql(self):
        """Hook: a SELECT for each kind of record, all with the same columns and types.

        The id is that of the record times four, plus the number of the part; each table
        has an index on it.
        """
        return [self._deadline_sql(), self._event_sql()]

    def _deadline_sql(self):
        """Deadlines and follow-ups; a day without hour stands from 8 to 18 o'clock."""
        return SQL(
            """
            SELECT d.id * 4 AS id, 'legal.deadline'::varchar AS res_model,
                   d.id AS res_id, d.kind, d.name, d.date_deadline AS date,
                   COALESCE(d.moment_deadline, d.date_deadline + time '08:00')
                       AS start,
                   COALESCE(d.moment_deadline, d.date_deadline + time '18:00')
                       AS stop,
                   d.moment_deadline IS NULL AS all_day,
                   d.matter_id, d.company_id, d.access_list_id,
                   d.user_id, d.deputy_id, d.team_id, NULL::varchar AS location,
                   d.state,
                   COALESCE(d.needs_entry_check, FALSE)
                       AND d.entry_checked_by_id IS NULL AS entry_unchecked,
                   d.create_date AS created_on, d.write_date AS changed_on
              FROM legal_deadline d
            """
        )

    def _event_sql(self):
        """Appointments of a matter, without private ones of others.

        Core shows of these that the time is taken; here they would say in which matter.
        """
        user = self.env.user
        return SQL(
            """
            SELECT e.id * 4 + 1 AS id, 'calendar.event'::varchar AS res_model,
                   e.id AS res_id,
                   (CASE WHEN e.legal_is_hearing THEN 'hearing'
                         ELSE 'appointment' END)::varchar AS kind,
                   e.name,
                   CASE WHEN e.allday THEN e.start_date
                        ELSE (e.start AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date
                        END AS date,
                   e.start, e.stop, COALESCE(e.allday, FALSE) AS all_day,
                   e.matter_id, m.company_id, e.access_list_id, e.user_id,
                   NULL::integer AS deputy_id, m.team_id, e.location,
                   (CASE WHEN e.stop < %(now)s THEN 'done' ELSE 'open' END)::varchar
                       AS state,
                   FALSE AS entry_unchecked,
                   e.create_date AS created_on, e.write_date AS changed_on
              FROM calendar_event e JOIN legal_matter m ON m.id = e.matter_id
             WHERE e.matter_id IS NOT NULL AND e.active AND (
                   %(system)s
                   OR e.user_id = %(user)s
                   OR e.privacy IN ('public', 'confidential')
                   OR (e.privacy IS NULL AND NOT EXISTS (
                       SELECT FROM res_users_settings s
                        WHERE s.user_id = e.user_id
                          AND s.calendar_default_privacy = 'private'))
                   OR EXISTS (
                       SELECT FROM calendar_event_res_partner_rel r
                        WHERE r.calendar_event_id = e.id
                          AND r.res_partner_id = %(partner)s))
            """,
            zone=str(self.env.tz),
            now=fields.Datetime.now(),
            system=self.env.uid == api.SUPERUSER_ID,
            user=user.id,
            partner=user.partner_id.id,
        )

    # -- mine, and what is to be done -----------------------------------------------

    def _taken_part_sql(self):
        """Hook: where somebody is not in ``user_id`` or ``deputy_id`` but takes part.

        :return: {res_model: SQL of the ids of that model in which the user does}
        """
        return {
            "calendar.event": SQL(
                "(SELECT calendar_event_id FROM calendar_event_res_partner_rel "
                "WHERE res_partner_id = %s)",
                self.env.user.partner_id.id,
            )
        }

    def _search_mine(self, operator, value):
        if operator != "in" or list(value) != [True]:
            return NotImplemented
        mine = Domain("user_id", "=", self.env.uid)
        mine |= Domain("deputy_id", "=", self.env.uid)
        for name, ids in self._taken_part_sql().items():
            mine |= Domain("res_model", "=", name) & Domain("res_id", "in", ids)
        return mine

    def _search_of_my_team(self, operator, value):
        if operator != "in" or list(value) != [True]:
            return NotImplemented
        # sudo: who works with the user, however little he may read of departments
        teams = self.env["legal.team"].sudo()
        teams = teams.search([("member_ids", "in", self.env.uid)])
        return Domain("team_id", "in", teams.ids) | Domain(
            "user_id", "in", teams.member_ids.ids
        )

    @api.depends_context("uid")
    def _compute_mine(self):
        mine = self.search([("id", "in", self.ids), ("mine", "=", True)])
        of_my_team = self.search([("id", "in", self.ids), ("of_my_team", "=", True)])
        for row in self:
            row.mine = row in mine
            row.of_my_team = row in of_my_team

    @api.depends("state")
    def _compute_running(self):
        for row in self:
            row.running = row.state in RUNNING

    def _search_running(self, operator, value):
        if operator != "in" or list(value) != [True]:
            return NotImplemented
        # The state of an appointment is computed; its end is in an index.
        return Domain("state", "in", RUNNING) & (
            Domain("res_model", "!=", "calendar.event")
            | Domain("stop", ">=", fields.Datetime.now())
        )

    @api.depends("start", "all_day")
    @api.depends_context("tz")
    def _compute_hour(self):
        for row in self:
            local = row.start and fields.Datetime.context_timestamp(row, row.start)
            row.hour = f"{local:%H:%M}" if local and not row.all_day else False

    # -- opening --------------------------------------------------------------------

    def action_open_origin(self):
        """Open the deadline, appointment or task that this row shows."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
