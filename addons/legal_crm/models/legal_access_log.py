from odoo import api, fields, models

ACTIONS = [
    ("open", "Opened"),
    ("download", "Document downloaded"),
    ("print", "Printed"),
    ("export", "Exported"),
    ("conflict_name", "Saw a restricted name in a conflict check"),
    ("wall_up", "Wall raised"),
    ("wall_down", "Wall lowered"),
    ("readers", "Readers changed"),
    ("role_given", "Role given"),
    ("role_taken", "Role taken"),
    ("staff_left", "Left the firm"),
    ("staff_moved", "Changed post"),
    ("handed_over", "Work handed over"),
]


class LegalAccessLog(models.Model):
    """Who looked at which matter, and who changed who may look."""

    _name = "legal.access.log"
    _description = "Access Log"
    _order = "id desc"

    _gdpr_none = "keyed tokens, numbers and codes only"

    date = fields.Datetime(required=True, default=fields.Datetime.now, readonly=True)
    action = fields.Selection(ACTIONS, required=True, readonly=True)
    model = fields.Char(readonly=True)
    res_id = fields.Integer(readonly=True)
    matter_ref = fields.Integer(readonly=True)
    actor_ref = fields.Integer(readonly=True)
    person_ref = fields.Integer(readonly=True)
    quantity = fields.Integer(readonly=True, default=1)
    detail = fields.Char(readonly=True)

    @api.model
    def _log(self, action, records=None, *, person=None, quantity=1, detail=""):
        """Write down that the current user did ``action`` with ``records``.

        :param str action: one of ``ACTIONS``
        :param records: a recordset of any model, or None; one entry per record. The
            matter is found through the access mixin of its model.
        :param person: ``res.users`` the action was about (who was shut out, whose role
            changed); one entry per person
        :param int quantity: how many rows the entry stands for
        :param str detail: codes only (field names, XML ids), never free text
        """
        rows = []
        for record in records if records is not None and records else [None]:
            for user in person if person else [None]:
                rows.append(
                    {
                        "action": action,
                        "model": record._name if record is not None else False,
                        "res_id": record.id if record is not None else 0,
                        "matter_ref": record._access_matter_id()
                        if record is not None and hasattr(record, "_access_matter_id")
                        else 0,
                        "actor_ref": self.env.uid,
                        "person_ref": user.id if user else 0,
                        "quantity": quantity,
                        "detail": detail or False,
                    }
                )
        # sudo: nobody has the right to write into the log
        return self.sudo().create(rows)
