import contextlib
import logging
import os

import psycopg2

from odoo import api, models
from odoo.tools import SQL

from .gdpr_retention import HANGING

_logger = logging.getLogger(__name__)

#: what belongs to a record and keeps the database from deleting it: goes first, each
#: judged and written down like the record itself. The last named goes first: a deadline
#: before the communication that it was met with.
OWN = {
    "res.partner": (
        ("gdpr.consent", "partner_id"),
        ("gdpr.notice.given", "partner_id"),
    ),
    "gdpr.consent": (("gdpr.consent", "withdraws_id"),),
    "legal.matter": (
        ("legal.matter", "parent_id"),
        ("calendar.event", "matter_id"),
        ("project.task", "matter_id"),
        ("legal.communication", "matter_id"),
        ("legal.deadline", "matter_id"),
        ("legal.deadline.warning", "matter_id"),
        ("legal.deadline.notice", "matter_id"),
    ),
    "legal.deadline": (
        ("legal.deadline.control.line", "deadline_id"),
        ("legal.deadline.sheet", "deadline_id"),
        ("legal.deadline.recalculation.line", "deadline_id"),
        ("legal.deadline", "previous_id"),
    ),
    "legal.communication": (
        ("legal.deadline", "communication_id"),
        ("legal.communication", "replaces_id"),
    ),
}
#: of a record, what is deleted right after it because it names it
AFTERWARDS = {"legal.communication": ("message_id", "original_id", "attachment_ids")}


class GdprErasure(models.AbstractModel):
    """Deleting records with all that hangs on them, down to the files on the disk."""

    _inherit = "gdpr.erasure"

    @api.model
    def _families(self, records, action):
        """{record: what goes with it, as recordsets in the order of destruction}"""
        # after a restore each has its own entry in the file
        if action != "delete" or self.env.context.get("gdpr_entries"):
            return {record: [record] for record in records}
        return self._families_below(
            {record: [record] for record in records},
            {record: {record} for record in records},
        )

    @api.model
    def _families_below(self, held, seen):
        """
        :param held: {root: list of records of one model}
        :param seen: {root: all of its family so far}
        :return: {root: recordsets}, the deepest first; a search for each kind of what
            may belong to them, however many there are
        """
        model = next((records[0].browse() for records in held.values()), None)
        families = {
            root: [model.browse(record.id for record in records)]
            for root, records in held.items()
        }
        for model_name, field in OWN.get(model._name, ()) if held else ():
            if model_name not in self.env:
                continue
            # sudo: what belongs to the record, whoever asks
            own = self.env[model_name].sudo().with_context(active_test=False)
            own = own.search(
                [(field, "in", [r.id for some in held.values() for r in some])]
            )
            by_holder = {}
            for record in own:
                by_holder.setdefault(record[field].id, []).append(record)
            below = {}
            for root, records in held.items():
                found = [
                    record
                    for holder in records
                    for record in by_holder.get(holder.id, ())
                    if record not in seen[root]
                ]
                if found:
                    seen[root].update(found)
                    below[root] = found
            if below:
                for root, parts in self._families_below(below, seen).items():
                    families[root] = parts + families[root]
        return families

    @api.model
    def _delete(self, records):
        """:return: names of files in the file store that may have lost their owner"""
        if records._name == "res.users":
            records = self._anonymise_who_acted(records)
            if not records:
                return set()
        after = [
            records[name]
            for name in AFTERWARDS.get(records._name, ())
            if name in records._fields
        ]
        files = self._files_of(records, after)
        if records._name == "ir.attachment":
            self._forget_originals(records)
        hanging = self._hanging_on(records)
        # files go before: their readers are those of the record; but not those that a
        # column of the record names. The rest goes with it, as far as its application
        # sees to it.
        self._delete_hanging(
            records, [row for row in hanging if row[0] == "ir.attachment"], spared=after
        )
        records.unlink()
        # some are only archived by their application (bank accounts): they go as well
        models.BaseModel.unlink(records.exists())
        for also in after:
            also.exists().unlink()
        self._delete_hanging(records, hanging)
        return files

    @api.model
    def _delete_hanging(self, records, rows, spared=()):
        """What names the records by model and number.

        :param rows: of ``HANGING``: (model, its field with the model, with the number)
        :param spared: recordsets that can go only after the record
        """
        for model_name, model_field, id_field in rows:
            hanging = (
                records.env[model_name]
                .with_context(active_test=False)
                .search(
                    self._hanging_domain(model_name, model_field, id_field, records)
                )
            )
            for also in spared:
                if also._name == model_name:
                    hanging -= also
            if hanging:
                hanging.unlink()

    @api.model
    def _hanging_on(self, records):
        """The rows of ``HANGING`` of which there is something, in one statement."""
        rows = [(name, *by) for name, by in HANGING.items() if name in self.env]
        self.env.flush_all()
        # the ids once, and as rows: a list of them in each part is planned for long
        found = self.env.execute_query(
            SQL(
                "WITH chosen AS MATERIALIZED (SELECT unnest(%s) AS id) %s",
                records.ids,
                SQL(" UNION ALL ").join(
                    SQL(
                        "SELECT %s::int WHERE EXISTS (SELECT FROM %s t JOIN chosen "
                        "ON chosen.id = t.%s WHERE t.%s = %s)",
                        number,
                        SQL.identifier(self.env[model_name]._table),
                        SQL.identifier(id_field),
                        SQL.identifier(model_field),
                        records._name,
                    )
                    for number, (model_name, model_field, id_field) in enumerate(rows)
                ),
            )
        )
        return [rows[number] for (number,) in sorted(found)]

    @api.model
    def _hanging_domain(self, model_name, model_field, id_field, records):
        domain = [(model_field, "=", records._name), (id_field, "in", records.ids)]
        if model_name == "ir.attachment":
            # core hides the files of fields unless one asks for them
            domain += ["|", ("res_field", "=", False), ("res_field", "!=", False)]
        return domain

    @api.model
    def _forget_originals(self, attachments):
        """A communication that stays does without the mail it came from."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE legal_communication SET original_id = NULL "
                "WHERE original_id = ANY(%s)",
                attachments.ids,
            )
        )
        if self.env.cr.rowcount:
            self.env["legal.communication"].invalidate_model(["original_id"])

    # -- files -------------------------------------------------------------------------

    @api.model
    def _files_of(self, records, after=()):
        """Names in the file store of everything that goes with ``records``."""
        self.env.flush_all()
        mails = [r.id for also in after if also._name == "mail.message" for r in also]
        own = [r.id for also in after if also._name == "ir.attachment" for r in also]
        if records._name == "ir.attachment":
            own += records.ids
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT store_fname FROM ir_attachment
                 WHERE store_fname IS NOT NULL
                   AND (res_model = %(model)s AND res_id = ANY(%(ids)s)
                        OR id = ANY(%(own)s)
                        OR id IN (
                           SELECT rel.attachment_id FROM message_attachment_rel rel
                             JOIN mail_message m ON m.id = rel.message_id
                            WHERE m.model = %(model)s AND m.res_id = ANY(%(ids)s)
                               OR m.id = ANY(%(mails)s)))
                """,
                model=records._name,
                ids=records.ids,
                own=own,
                mails=mails,
            )
        )
        return {name for (name,) in rows}

    @api.model
    def _drop_files_later(self, names):
        """Take files off the disk when the deletion is final."""
        registry = self.env.registry

        def drop():
            try:
                with registry.cursor() as cr:
                    api.Environment(cr, self.env.uid, {})["gdpr.erasure"]._drop_files(
                        names
                    )
            except psycopg2.Error:
                # the vacuum of core finds them, each is on its list
                _logger.warning("Files wait for the vacuum: %s", names, exc_info=True)

        self.env.cr.postcommit.add(drop)

    @api.model
    def _drop_files(self, names):
        """Delete those files that no attachment names any more, right now.

        As core's vacuum does it, which may be a day away: nobody may add a row for the
        same file meanwhile. First of all in a transaction of its own.
        """
        cr = self.env.cr
        cr.execute("SET LOCAL lock_timeout TO '10s'")
        cr.execute("LOCK ir_attachment IN SHARE MODE")
        names = list(names)
        used = {
            name
            for (name,) in self.env.execute_query(
                SQL(
                    "SELECT store_fname FROM ir_attachment WHERE store_fname = ANY(%s)",
                    names,
                )
            )
        }
        # sudo: the folder of the file store
        attachments = self.env["ir.attachment"].sudo()
        for name in set(names) - used:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(attachments._full_path(name))
            with contextlib.suppress(FileNotFoundError):
                os.unlink(os.path.join(attachments._full_path("checklist"), name))
