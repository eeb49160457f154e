from odoo import fields, models
from odoo.tools import SQL

#: who holds which role, directly or because another implies it; of a WITH RECURSIVE
HOLDS = SQL(
    """
    holds(uid, gid) AS (
        SELECT uid, gid FROM res_groups_users_rel
         UNION
        SELECT holds.uid, implied.hid
          FROM holds
          JOIN res_groups_implied_rel implied ON implied.gid = holds.gid
    )
    """
)
STATES = [
    ("lapsed", "Lapsed"),
    ("missing", "Never taken"),
    ("soon", "Due soon"),
    ("current", "Valid"),
]


class GdprTrainingDue(models.Model):
    """Each course that each person has to take, and how it stands today.

    Nothing is stored: it follows from roles, courses and what was recorded. Who lost
    a role for want of the course still has to take it.
    """

    _name = "gdpr.training.due"
    _description = "Training Due"
    _auto = False
    _order = "user_id, training_id, id"

    _gdpr_data = {"user_id": "employee of the firm"}

    training_id = fields.Many2one("gdpr.training", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", string="Person", readonly=True)
    date = fields.Date(string="Taken On", readonly=True)
    expires_on = fields.Date(string="Valid Until", readonly=True)
    state = fields.Selection(STATES, readonly=True)

    _depends = {
        "gdpr.training": ["active", "company_id", "group_ids", "soon_days"],
        "gdpr.training.record": ["active", "date", "expires_on", "user_id"],
        "gdpr.training.gate": ["state", "user_id", "training_id"],
        "res.users": ["active", "company_ids", "group_ids", "share"],
        "res.groups": ["implied_ids"],
    }

    def action_record(self):
        """A new record of a training taken, with person and course filled in."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Training Taken"),
            "res_model": "gdpr.training.record",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_training_id": self.training_id.id,
                "default_user_id": self.user_id.id,
            },
        }

    @property
    def _table_query(self):
        return SQL(
            """
            WITH RECURSIVE %(holds)s
            SELECT training.id::bigint * 1000000 + person.id AS id,
                   training.id AS training_id,
                   training.company_id,
                   person.id AS user_id,
                   taken.date,
                   taken.expires_on,
                   CASE WHEN taken.date IS NULL THEN 'missing'
                        WHEN taken.expires_on < %(today)s THEN 'lapsed'
                        WHEN taken.expires_on - training.soon_days <= %(today)s
                             THEN 'soon'
                        ELSE 'current' END AS state
              FROM gdpr_training training
              JOIN res_company_users_rel office ON office.cid = training.company_id
              JOIN res_users person
                ON person.id = office.user_id
               AND person.active AND NOT person.share
              LEFT JOIN LATERAL (
                  SELECT record.date, record.expires_on
                    FROM gdpr_training_record record
                   WHERE record.training_id = training.id
                     AND record.user_id = person.id AND record.active
                   ORDER BY record.expires_on DESC, record.id DESC
                   LIMIT 1
              ) taken ON TRUE
             WHERE training.active
               AND (NOT EXISTS (
                        SELECT 1 FROM gdpr_training_group_rel wanted
                         WHERE wanted.training_id = training.id)
                    OR EXISTS (
                        SELECT 1 FROM gdpr_training_group_rel wanted
                          JOIN holds ON holds.gid = wanted.group_id
                         WHERE wanted.training_id = training.id
                           AND holds.uid = person.id)
                    OR EXISTS (
                        SELECT 1 FROM gdpr_training_gate gate
                         WHERE gate.training_id = training.id
                           AND gate.user_id = person.id
                           AND gate.state = 'withheld'))
            """,
            holds=HOLDS,
            today=fields.Date.context_today(self),
        )
