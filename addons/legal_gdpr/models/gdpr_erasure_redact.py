import re

from psycopg2.extras import Json

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.redaction import Redactor

#: columns that hold text; a selection or a reference names nobody
TEXT_TYPES = ("char", "text", "html", "json", "properties", "properties_definition")
#: names of models, keys and hashes: a hit there would be chance
TECHNICAL = frozenset(
    {"model", "res_model", "res_field", "mimetype", "checksum", "store_fname",
     "access_token", "key", "token", "state"}
)  # fmt: skip
_END_TAG = re.compile(r"</[a-zA-Z]+>")
#: numbers of mails: they end in the domain of who wrote them
MESSAGE_IDS = ("message_id", "rfc_message_id", "references")


class GdprErasure(models.AbstractModel):
    """A person taken out of records that stay: out of their text and their links.

    Past the ORM's ``write``: a change that were tracked would write the name into the
    tracking, and a mail would go out. Computed fields that rest on a text are computed
    anew.
    """

    _inherit = "gdpr.erasure"

    @api.model
    def _redact(self, records, names=()):
        if records._name == "res.users":
            self._anonymise(records)
            return
        partner_ids = self.env.context.get("gdpr_partner_ids")
        redactor = self.env.context.get("gdpr_redactor")
        if redactor is None:
            for record in records:
                people = self._people_of(record)
                self._redact_for(record, self._redactor_of(people), people.ids, names)
            return
        self._redact_for(records, redactor, list(partner_ids or ()), names)

    @api.model
    def _redact_for(self, records, redactor, partner_ids, names=()):
        changed = self._redact_texts(records, redactor, names)
        if names:
            return
        self._unlink_people(records, partner_ids)
        if records._name != "mail.message":
            self._redact_messages(records, redactor, partner_ids)
            self._redact_hanging(records, redactor)
        else:
            self._redact_tracking(records, redactor)
        if changed:
            records.modified(changed)

    # -- who ---------------------------------------------------------------------------

    @api.model
    def _people_of(self, record):
        """The contacts that a record names, colleagues and the firm aside."""
        people = self.env["res.partner"]
        for name, field in record._fields.items():
            if field.comodel_name == "res.partner" and field.store:
                people |= record[name]
        if record._name == "res.partner":
            people = record
        # sudo: whether a contact is a colleague or the firm
        firms = self.env["res.company"].sudo().search([("id", "!=", False)])
        firms = firms.partner_id
        # sudo: as above
        people = people.sudo().with_context(active_test=False)
        return people.filtered(
            lambda partner: not partner.user_ids.filtered(lambda u: not u.share)
            and partner not in firms
        )

    @api.model
    def _identifiers_of(self, partners):
        """[(kind, value)] that contacts are known by."""
        found = []
        for partner in partners:
            found += [("name", partner.name), ("email", partner.email_normalized)]
            found += [("email", partner.email)]
            found += [
                ("phone", partner[name])
                for name in ("phone", "mobile")
                if name in partner._fields
            ]
            found += [("number", partner.vat)]
            found += [("account", bank.acc_number) for bank in partner.bank_ids]
            found += [("address", partner.street), ("address", partner.street2)]
        return [(kind, value) for kind, value in found if value]

    @api.model
    def _redactor_of(self, partners):
        return Redactor(self._identifiers_of(partners), self._mark())

    @api.model
    def _mark(self):
        """What stands where a person stood, in the language of the firm."""
        # sudo: the language of the firm, whoever asks
        lang = self.env.company.sudo().partner_id.lang
        return self.with_context(lang=lang).env._("[erased]")

    # -- texts -------------------------------------------------------------------------

    @api.model
    def _text_fields(self, model, names=()):
        """Its stored texts. What the officer confirmed as kept stays as it is."""
        # sudo: the map is the officer's; the service follows it
        kept = (
            self.env["gdpr.field.map"]
            .sudo()
            .search(
                [
                    ("model", "=", model._name),
                    ("on_erasure", "=", "keep"),
                    ("state", "=", "confirmed"),
                    ("role", "not in", (False, "none")),
                ]
            )
        )
        kept = set(kept.mapped("field"))
        return [
            field
            for name, field in model._fields.items()
            if field.store
            and field.column_type
            and field.type in TEXT_TYPES
            and name not in TECHNICAL
            and (name in names if names else name not in kept)
        ]

    @api.model
    def _redact_texts(self, records, redactor, names=()):
        """:return: the names of the fields that changed"""
        text_fields = self._text_fields(records, names)
        if not redactor or not text_fields or not records:
            return []
        records.flush_recordset([field.name for field in text_fields])
        rows = self.env.execute_query(
            SQL(
                "SELECT id, %s FROM %s WHERE id = ANY(%s) ORDER BY id",
                SQL(", ").join(SQL.identifier(f.name) for f in text_fields),
                SQL.identifier(records._table),
                records.ids,
            )
        )
        changed = set()
        for record_id, *values in rows:
            new = {}
            for field, value in zip(text_fields, values, strict=True):
                redacted = self._redact_value(redactor, field, value)
                if redacted != value:
                    new[field] = redacted
            if new:
                self._update(records, record_id, new)
                changed.update(field.name for field in new)
        if changed:
            records.invalidate_recordset(flush=False)
        return sorted(changed)

    @api.model
    def _redact_value(self, redactor, field, value):
        if not value:
            return value
        if field.name in MESSAGE_IDS:
            return redactor.message_ids(value)
        if isinstance(value, (dict, list)):  # translated, json, properties
            if field.type == "html":
                return {lang: redactor.html(text) for lang, text in value.items()}
            return redactor.json(value)
        # the body of an outgoing mail is HTML in a field of text
        if field.type == "html" or _END_TAG.search(value):
            return redactor.html(value)
        return redactor.text(value)

    @api.model
    def _update(self, model, record_id, values):
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id = %s",
                SQL.identifier(model._table),
                SQL(", ").join(
                    SQL(
                        "%s = %s",
                        SQL.identifier(field.name),
                        Json(value) if isinstance(value, (dict, list)) else value,
                    )
                    for field, value in values.items()
                ),
                record_id,
            )
        )

    # -- links -------------------------------------------------------------------------

    @api.model
    def _unlink_people(self, records, partner_ids):
        """Take the person off the links of the records. A link that must be there
        stays, and keeps the contact until the record goes."""
        if not partner_ids:
            return
        for name, field in records._fields.items():
            if field.comodel_name != "res.partner" or not field.store:
                continue
            if field.type == "many2many" and field.relation:
                self._unlink_many2many(records, field, partner_ids)
            elif (
                field.type == "many2one"
                and not field.required
                and not (field.related or field.compute and field.readonly)
            ):
                self._unlink_many2one(records, name, field, partner_ids)

    @api.model
    def _unlink_many2many(self, records, field, partner_ids):
        records.flush_recordset([field.name])
        self.env.cr.execute(
            SQL(
                "DELETE FROM %s WHERE %s = ANY(%s) AND %s = ANY(%s)",
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                records.ids,
                SQL.identifier(field.column2),
                partner_ids,
            )
        )
        if self.env.cr.rowcount:
            records.invalidate_recordset([field.name], flush=False)
            records.modified([field.name])

    @api.model
    def _unlink_many2one(self, records, name, field, partner_ids):
        if field.company_dependent or not field.column_type:
            return
        records.flush_recordset([name])
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s = NULL WHERE id = ANY(%s) AND %s = ANY(%s)",
                SQL.identifier(records._table),
                SQL.identifier(name),
                records.ids,
                SQL.identifier(name),
                partner_ids,
            )
        )
        if self.env.cr.rowcount:
            records.invalidate_recordset([name], flush=False)
            records.modified([name])

    # -- what hangs on the records -----------------------------------------------------

    @api.model
    def _redact_messages(self, records, redactor, partner_ids):
        messages = records.env["mail.message"].search(
            [("model", "=", records._name), ("res_id", "in", records.ids)]
        )
        if "message_id" in records._fields and (
            records._fields["message_id"].comodel_name == "mail.message"
        ):
            messages |= records.message_id
        if messages:
            self._redact_for(messages, redactor, partner_ids)

    @api.model
    def _redact_tracking(self, messages, redactor):
        tracking = messages.env["mail.tracking.value"].search(
            [("mail_message_id", "in", messages.ids)]
        )
        self._redact_texts(tracking, redactor)
        mails = messages.env["mail.mail"].search(
            [("mail_message_id", "in", messages.ids)]
        )
        self._redact_texts(mails, redactor)

    @api.model
    def _redact_hanging(self, records, redactor):
        """Names and indexed text of files; the file itself is deleted or kept, by a
        person: see ``_files_naming``."""
        for model_name in ("ir.attachment", "mail.activity", "mail.scheduled.message"):
            model_field = (
                "model" if model_name == "mail.scheduled.message" else "res_model"
            )
            hanging = records.env[model_name].search(
                self._hanging_domain(model_name, model_field, "res_id", records)
            )
            self._redact_texts(hanging, redactor)

    @api.model
    def _files_naming(self, records, redactor):
        """Attachments whose text names the person: a file cannot be redacted, so that
        somebody decides whether it is deleted or kept. Asked before the redaction."""
        files = records.env["ir.attachment"].search(
            self._hanging_domain("ir.attachment", "res_model", "res_id", records)
        )
        return files.filtered(lambda file: redactor.names(file.index_content))

    # -- single fields -----------------------------------------------------------------

    @api.model
    def _empty(self, records, names):
        """Set fields to nothing, and forget what the tracking says they held.

        :return: names of files in the file store that may have lost their owner
        :raises UserError: one of them must have a value
        """
        for name in names:
            if records._fields[name].required:
                raise UserError(
                    self.env._(
                        "“%s” has to have a value and cannot be emptied.",
                        records._fields[name].get_description(self.env, ["string"])[
                            "string"
                        ],
                    )
                )
        files = self._files_of_fields(records, names)
        records.write(dict.fromkeys(names, False))
        tracking = records.env["mail.tracking.value"].search(
            [
                ("mail_message_id.model", "=", records._name),
                ("mail_message_id.res_id", "in", records.ids),
                ("field_id.model", "=", records._name),
                ("field_id.name", "in", list(names)),
            ]
        )
        tracking.unlink()
        return files

    @api.model
    def _files_of_fields(self, records, names):
        """Names in the file store of what these fields hold."""
        files = records.env["ir.attachment"].search(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("res_field", "in", list(names)),
            ]
        )
        return set(filter(None, files.mapped("store_fname")))
