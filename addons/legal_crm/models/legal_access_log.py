from datetime import timedelta

from odoo import api, fields, models
from odoo.http import request
from odoo.service.server import thread_local
from odoo.tools import SQL

ACTIONS = [
    ("open", "Looked into"),
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
    ("ledger_accepted", "Damaged record accepted"),
    ("ics_created", "Calendar link created"),
    ("ics_withdrawn", "Calendar link withdrawn"),
    ("access_reviewed", "Access reviewed"),
]
CHANNELS = [
    ("web", "Browser"),
    ("rpc", "Program"),
    ("system", "System"),
]
_RPC_PATHS = ("/json/2", "/jsonrpc", "/xmlrpc")


class LegalAccessLog(models.Model):
    """Who looked at which matter, and who changed who may look."""

    _name = "legal.access.log"
    _description = "Access Log"
    _inherit = "legal.ledger.matter.mixin"
    _log_access = False

    _gdpr_none = "keyed tokens, numbers and codes only"

    _ledger_fields = (
        "date",
        "action",
        "model",
        "res_id",
        "matter_id",
        "actor",
        "person",
        "quantity",
        "detail",
        "channel",
    )

    action = fields.Selection(ACTIONS, string="What", required=True, readonly=True)
    model = fields.Char(string="Kind of Record", readonly=True)
    model_label = fields.Char(string="Record", compute="_compute_model_label")
    res_id = fields.Integer(string="Record Number", readonly=True, aggregator=None)
    person = fields.Char(string="Token of the Person", readonly=True)
    person_id = fields.Many2one(
        "res.users",
        string="Whom",
        compute="_compute_people",
        search="_search_person_id",
        help="Whose role changed, who was let in or shut out.",
    )
    quantity = fields.Integer(string="Count", readonly=True)
    detail = fields.Char(string="Details", readonly=True)
    channel = fields.Selection(CHANNELS, string="Through", readonly=True)

    # Enough for the usual questions: the last entries, those of a matter, of a person,
    # of a document. Each further index would be paid for with every look.
    _matter_idx = models.Index("(matter_id, id DESC) WHERE matter_id IS NOT NULL")
    _actor_idx = models.Index("(actor, id DESC)")
    _date_idx = models.Index("USING brin (date)")

    @api.model
    def _token_fields(self):
        return super()._token_fields() | {"person_id": "person"}

    @api.depends("person")
    def _compute_people(self):
        return super()._compute_people()

    def _search_person_id(self, operator, value):
        return self._search_person("person", operator, value)

    @api.depends("action", "date")
    def _compute_display_name(self):
        actions = dict(self._fields["action"]._description_selection(self.env))
        for entry in self:
            entry.display_name = f"{actions.get(entry.action)} {entry.id}"

    # -- writing --------------------------------------------------------------------

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
        :return: the entries
        :raises UserError: it cannot be recorded (``legal.key``); then it must not
            happen
        """
        if records is None or not records:
            places = [(None, None, None)]
        else:
            matters = self._matters_of(records)
            places = [
                (records._name, res_id, matters.get(res_id)) for res_id in records.ids
            ]
        key = self.env["legal.key"]
        people = [key._user_token(user.id) for user in person or ()] or [None]
        return self._append(
            [
                {
                    "action": action,
                    "model": model,
                    "res_id": res_id,
                    "matter_id": matter_id,
                    "person": token,
                    "quantity": quantity,
                    "detail": detail or None,
                    "channel": self._channel(),
                }
                for model, res_id, matter_id in places
                for token in people
            ]
        )

    @api.model
    def _log_by_matter(self, action, records, detail=""):
        """One entry per matter, with how many of ``records`` belong to it.

        What belongs to no matter is not recorded.
        """
        counts = {}
        for matter_id in self._matters_of(records).values():
            counts[matter_id] = counts.get(matter_id, 0) + 1
        return self._append(
            [
                {
                    "action": action,
                    "model": records._name,
                    "matter_id": matter_id,
                    "quantity": count,
                    "detail": detail or None,
                    "channel": self._channel(),
                }
                for matter_id, count in counts.items()
            ]
        )

    @api.model
    def _log_once(self, action, records):
        """``_log``, but the same entry only once in a transaction.

        A form is read by several calls of the ORM, and is one look.
        """
        done = self.env.cr.precommit.data.setdefault("legal.access.log", set())
        new = records.filtered(
            lambda r: (action, self.env.uid, r._name, r.id) not in done
        )
        if not new:
            return self.browse()
        entries = self._log(action, new)
        done.update((action, self.env.uid, r._name, r.id) for r in new)
        return entries

    @api.model
    def _recently(self, action, record):
        """Whether the current user did this with this record within the hour."""
        return bool(
            self.env.execute_query(
                SQL(
                    """SELECT 1 FROM legal_access_log
                        WHERE actor = %s AND date > %s AND action = %s
                          AND model = %s AND res_id = %s LIMIT 1""",
                    self.env["legal.key"]._user_token(self.env.uid),
                    fields.Datetime.now() - timedelta(hours=1),
                    action,
                    record._name,
                    record.id,
                )
            )
        )

    @api.model
    def _channel(self):
        if not request:
            # XML-RPC and JSON-RPC hide the request from what they call, and name the
            # call here; a scheduled action has none.
            return "rpc" if thread_local.rpc_model_method else "system"
        return "rpc" if request.httprequest.path.startswith(_RPC_PATHS) else "web"

    # -- which matter ---------------------------------------------------------------

    @api.model
    def _matters_of(self, records):
        """{id of a record: id of its matter}, without those that have none.

        Asked with SQL, for many records at once and whatever the caller may read: the
        number goes into the log and nowhere else.
        """
        model = records.sudo(False)
        ids = [record_id for record_id in records.ids if record_id]
        if not ids:
            return {}
        if hasattr(model, "_access_matter_field"):
            return self._matters_of_keyed(model, ids)
        if model._name in ("ir.attachment", "mail.message"):
            return self._matters_of_documents(model, ids)
        return {}

    @api.model
    def _matters_of_keyed(self, model, ids):
        name = model._access_matter_field
        if not name:
            return {record_id: record_id for record_id in ids}
        if not model._auto or not model._fields[name].store:
            # sudo: see _matters_of
            return {
                record.id: record[name].id
                for record in model.sudo().browse(ids)
                if record[name]
            }
        model.flush_model([name])
        rows = self.env.execute_query(
            SQL(
                "SELECT id, %(field)s FROM %(table)s "
                "WHERE id = ANY(%(ids)s) AND %(field)s IS NOT NULL",
                field=SQL.identifier(name),
                table=SQL.identifier(model._table),
                ids=ids,
            )
        )
        return dict(rows)

    @api.model
    def _matters_of_documents(self, model, ids):
        """Of files and messages: through the record that they belong to."""
        column = "model" if model._name == "mail.message" else "res_model"
        model.flush_model([column, "res_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT %(column)s, res_id, id FROM %(table)s "
                "WHERE id = ANY(%(ids)s) AND %(column)s IS NOT NULL AND res_id > 0",
                column=SQL.identifier(column),
                table=SQL.identifier(model._table),
                ids=ids,
            )
        )
        places = {}
        for name, res_id, record_id in rows:
            places.setdefault(name, {}).setdefault(res_id, []).append(record_id)
        found = {}
        for name, by_record in places.items():
            owner = self.env.get(name)
            if owner is None or not hasattr(owner, "_access_matter_field"):
                continue
            matters = self._matters_of_keyed(owner, list(by_record))
            for res_id, matter_id in matters.items():
                found.update(dict.fromkeys(by_record[res_id], matter_id))
        return found
