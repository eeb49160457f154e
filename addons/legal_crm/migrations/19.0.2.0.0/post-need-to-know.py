from odoo import SUPERUSER_ID, api
from odoo.tools import SQL


def migrate(cr, version):
    """What the new version keeps of old records: walls, keys, and what was filed."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute(
        """INSERT INTO legal_wall
                  (matter_id, company_id, user_id, state, reason, access_list_id,
                   create_uid, write_uid, raised_by_id,
                   create_date, write_date, raised_on)
           SELECT m.id, m.company_id, r.user_id, 'up',
                  'Raised before reasons were kept', m.access_list_id,
                  1, 1, 1, now(), now(), now()
             FROM legal_matter_excluded_rel r JOIN legal_matter m ON m.id = r.matter_id
           ON CONFLICT DO NOTHING"""
    )
    for model, field in env["legal.access.mixin"]._access_children():
        cr.execute(
            SQL(
                """UPDATE %(table)s t SET access_list_id = m.access_list_id
                     FROM legal_matter m
                    WHERE m.id = t.%(matter)s
                      AND t.access_list_id IS DISTINCT FROM m.access_list_id""",
                table=SQL.identifier(model._table),
                matter=SQL.identifier(field.name),
            )
        )
    env.invalidate_all()
    _record_filed(env)


def _record_filed(env, batch=1000):
    """What was filed before there was a log of it counts from now on as it stands."""
    last = 0
    while True:
        filed = env["legal.communication"].search(
            [("state", "!=", "draft"), ("id", ">", last)], order="id", limit=batch
        )
        if not filed:
            return
        filed._log_filing("filed")
        last = filed[-1].id
        env.invalidate_all()
