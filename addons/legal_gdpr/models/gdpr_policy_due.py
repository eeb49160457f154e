from odoo import fields, models
from odoo.tools import SQL

from .gdpr_training_due import HOLDS


class GdprPolicyDue(models.Model):
    """Each policy that counts, and each person who has to acknowledge it.

    Nothing is stored: it follows from roles and acknowledgements.
    """

    _name = "gdpr.policy.due"
    _description = "Policy to Acknowledge"
    _auto = False
    _order = "policy_id, state desc, user_id, id"

    _gdpr_data = {"user_id": "employee of the firm"}

    policy_id = fields.Many2one("gdpr.policy", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", string="Person", readonly=True)
    published_on = fields.Datetime(readonly=True)
    date = fields.Datetime(string="Acknowledged On", readonly=True)
    state = fields.Selection(
        [("open", "Not acknowledged"), ("done", "Acknowledged")], readonly=True
    )

    _depends = {
        "gdpr.policy": ["company_id", "group_ids", "published_on", "state"],
        "gdpr.policy.acknowledgement": ["date", "policy_id", "user_id"],
        "res.users": ["active", "company_ids", "group_ids", "share"],
        "res.groups": ["implied_ids"],
    }

    @property
    def _table_query(self):
        return SQL(
            """
            WITH RECURSIVE %(holds)s
            SELECT policy.id::bigint * 1000000 + person.id AS id,
                   policy.id AS policy_id,
                   policy.company_id,
                   person.id AS user_id,
                   policy.published_on,
                   done.date,
                   CASE WHEN done.date IS NULL THEN 'open' ELSE 'done' END AS state
              FROM gdpr_policy policy
              JOIN res_company_users_rel office ON office.cid = policy.company_id
              JOIN res_users person
                ON person.id = office.user_id
               AND person.active AND NOT person.share
              LEFT JOIN gdpr_policy_acknowledgement done
                ON done.policy_id = policy.id AND done.user_id = person.id
             WHERE policy.state = 'published'
               AND (NOT EXISTS (
                        SELECT 1 FROM gdpr_policy_group_rel wanted
                         WHERE wanted.policy_id = policy.id)
                    OR EXISTS (
                        SELECT 1 FROM gdpr_policy_group_rel wanted
                          JOIN holds ON holds.gid = wanted.group_id
                         WHERE wanted.policy_id = policy.id
                           AND holds.uid = person.id))
            """,
            holds=HOLDS,
        )
