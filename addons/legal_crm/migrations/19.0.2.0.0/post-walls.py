from odoo import SUPERUSER_ID, api
from odoo.tools import SQL


def migrate(cr, version):
    """Write the rows of walls that stand, and the keys of records that get one."""
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
    for model in env["legal.access.mixin"]._access_child_models():
        field = model._fields[model._access_matter_field]
        if not field.store:
            continue
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
