import json

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.bus.models.bus import channel_with_db, json_dump


class LegalMatter(models.Model):
    """What is on its way to somebody ends when he may not read the matter any more."""

    _inherit = "legal.matter"

    def _shut_out(self, users):
        result = super()._shut_out(users)
        documents = self._documents()
        partners = users.partner_id
        on_document = self._pointing_at(documents, "model", "res_id")
        self._end_following(documents, partners)
        self._end_queued_mail(on_document, users)
        self._end_notifications(on_document, users)
        self._end_drafts(on_document, users)
        self._end_push(documents, partners)
        self._end_bus(documents, users)
        return result

    def _documents(self):
        """The matters and all that belongs to them, as ids the database can look up.

        :return: dict of model name to ids: a list, or a ``Query``
        """
        found = {self._name: self.ids}
        for model, field in self._access_children():
            found[model._name] = model.with_context(active_test=False)._search(
                [(field.name, "in", self.ids)]
            )
        return found

    def _pointing_at(self, documents, model_field, id_field):
        return Domain.OR(
            Domain(model_field, "=", name) & Domain(id_field, "in", ids)
            for name, ids in documents.items()
        )

    def _end_following(self, documents, partners):
        self.env["mail.followers"].search(
            Domain("partner_id", "in", partners.ids)
            & self._pointing_at(documents, "res_model", "res_id")
        ).unlink()

    def _end_queued_mail(self, on_document, users):
        """Mails to them that are not sent yet; others keep theirs."""
        addresses = set(users.partner_id.mapped("email_normalized")) - {False, ""}
        written = Domain.OR(
            Domain(name, "ilike", address)
            for name in ("email_to", "email_cc")
            for address in addresses
        )
        mails = self.env["mail.mail"].search(
            Domain("state", "in", ("outgoing", "exception"))
            & Domain("mail_message_id", "any", on_document)
            & (Domain("recipient_ids", "in", users.partner_id.ids) | written)
        )
        mails._drop_shut_out()

    def _end_notifications(self, on_document, users):
        """Unread entries of the inbox vanish, from an open browser as well."""
        notifications = self.env["mail.notification"].search(
            Domain("res_partner_id", "in", users.partner_id.ids)
            & Domain("mail_message_id", "any", on_document)
            & (
                Domain("notification_status", "=", "ready")
                | (
                    Domain("notification_type", "=", "inbox")
                    & Domain("is_read", "=", False)
                )
            )
        )
        notifications.filtered(lambda n: n.notification_type == "email").write(
            {"notification_status": "canceled"}
        )
        inbox = notifications.filtered(lambda n: n.notification_type == "inbox")
        message_ids = {
            partner: rows.mail_message_id.ids
            for partner, rows in inbox.grouped("res_partner_id").items()
        }
        inbox.unlink()
        for user in users:
            if message_ids.get(user.partner_id):
                user._bus_send(
                    "mail.message/delete", {"message_ids": message_ids[user.partner_id]}
                )

    def _end_drafts(self, on_document, users):
        """What they planned to send is not sent; what they began to write is gone."""
        own = Domain("create_uid", "in", users.ids)
        self.env["mail.scheduled.message"].search(own & on_document)._withdraw()
        for name, model_field in (
            ("mail.compose.message", "model"),
            ("mail.activity.schedule", "res_model"),
            ("mail.followers.edit", "res_model"),
        ):
            keyed = self.env["legal.document.wall"]._wall_models()
            # They live for hours and name their documents in a text: all of them go.
            self.env[name].search(own & Domain(model_field, "in", list(keyed))).unlink()

    def _end_push(self, documents, partners):
        """Messages for their telephones that wait to be sent."""
        waiting = self.env["mail.push"].search(
            [("mail_push_device_id.partner_id", "in", partners.ids)]
        )
        about = {push: _named(push.payload)[0] for push in waiting}
        reached = self._reached(documents, set().union(*about.values()))
        waiting.filtered(lambda push: about[push] & reached).unlink()

    def _end_bus(self, documents, users):
        """What their browsers have not fetched yet (Odoo keeps it for a day)."""
        channels = [
            json_dump(channel_with_db(self.env.cr.dbname, record))
            for user in users
            for record in (user, user.partner_id)
        ]
        # Of this very transaction, not yet in the table.
        pending = self.env.cr.precommit.data.get("bus.bus.values", [])
        rows = self.env["bus.bus"].search([("channel", "in", channels)])
        found = {
            source: _named(message)
            for source, message in [
                *((row, row.message) for row in rows),
                *(
                    (i, values["message"])
                    for i, values in enumerate(pending)
                    if values["channel"] in channels
                ),
            ]
        }
        named = set().union(*(pairs for pairs, _ids in found.values()))
        message_ids = set().union(*(ids for _pairs, ids in found.values()))
        of_message = {
            row.id: (row.model, row.res_id)
            for row in self.env["mail.message"].browse(message_ids).exists()
        }
        reached = self._reached(documents, named | set(of_message.values()))
        stale = [
            source
            for source, (pairs, ids) in found.items()
            if reached & (pairs | {of_message[id_] for id_ in ids if id_ in of_message})
        ]
        rows.filtered(lambda row: row in stale).unlink()
        for i in sorted((s for s in stale if isinstance(s, int)), reverse=True):
            del pending[i]

    def _reached(self, documents, pairs):
        """The subset of ``(model, id)`` pairs that are among ``documents``."""
        reached = set()
        for name, ids in documents.items():
            asked = [res_id for model, res_id in pairs if model == name and res_id]
            if not asked:
                continue
            if isinstance(ids, list):
                reached |= {(name, res_id) for res_id in asked if res_id in ids}
                continue
            field = self.env[name]._access_matter_field
            # a query: asked for these few, not loaded
            rows = self.env.execute_query(
                SQL(
                    "SELECT id FROM %s WHERE id IN %s AND %s IN %s",
                    SQL.identifier(self.env[name]._table),
                    tuple(asked),
                    SQL.identifier(field),
                    tuple(self.ids),
                )
            )
            reached |= {(name, row[0]) for row in rows}
        return reached


def _named(payload):
    """What the JSON text of a notification names: documents and messages.

    :return: ``({(model, id)}, {message id})``
    """
    pairs, message_ids = set(), set()

    def walk(value):
        if isinstance(value, list):
            for item in value:
                walk(item)
        elif isinstance(value, dict):
            for model, res_id in (
                ("model", "res_id"),
                ("model", "id"),
                ("res_model", "res_id"),
            ):
                if isinstance(value.get(model), str) and isinstance(
                    value.get(res_id), int
                ):
                    pairs.add((value[model], value[res_id]))
            messages = value.get("mail.message")
            if isinstance(messages, list):
                message_ids.update(
                    row["id"]
                    for row in messages
                    if isinstance(row, dict) and isinstance(row.get("id"), int)
                )
            for item in value.values():
                walk(item)

    try:
        content = json.loads(payload or "null")
    except ValueError:
        content = None  # not ours: nothing is named in it
    walk(content)
    return pairs, message_ids
