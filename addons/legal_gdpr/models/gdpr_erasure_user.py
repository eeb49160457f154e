from odoo import api, http, models
from odoo.tools import SQL

#: what lets a user in, beside the password: (model, field of the user)
KEYS = (
    ("res.users.apikeys", "user_id"),
    ("auth_totp.device", "user_id"),
    ("auth.passkey.key", "create_uid"),
    ("res.device.log", "user_id"),
    ("legal.ics.feed", "user_id"),
)
#: columns of the user with secrets or traces, as far as they are there
SECRETS = (
    "password", "totp_secret", "oauth_uid", "oauth_access_token",
)  # fmt: skip


class GdprErasure(models.AbstractModel):
    """Users. Whoever worked here stays as an author without a name: files and ledgers
    say who did what, by number."""

    _inherit = "gdpr.erasure"

    @api.model
    def _acted(self, users):
        """Those of whom files say what they did."""
        acted = users.filtered(lambda user: not user.share and user.log_ids)
        for model_name, name in users._acted_fields():
            records = users.env[model_name].sudo().with_context(active_test=False)
            for [user] in records._read_group([(name, "in", users.ids)], [name]):
                acted |= user & users
        return acted

    @api.model
    def _journal_action(self, action, record):
        if action == "delete" and record._name == "res.users" and self._acted(record):
            return "redact"
        return super()._journal_action(action, record)

    @api.model
    def _anonymise_who_acted(self, users):
        """:return: the users who can be deleted"""
        acted = self._acted(users)
        self._anonymise(acted)
        self._end_access(users - acted)
        return users - acted

    @api.model
    def _anonymise(self, users):
        """Take name, addresses, picture and every way in from users; archive them."""
        mark = self._mark()
        for user in users:
            self._end_access(user)
            redactor = self._redactor_of(user.partner_id)
            partner = user.partner_id
            user.write(
                {
                    "active": False,
                    "login": f"erased-{user.id}",
                    "signature": False,
                    "image_1920": False,
                }
            )
            self._redact_for(partner, redactor, [])
            plain = {
                name: False
                for name in (
                    "email", "phone", "mobile", "street", "street2", "zip", "city",
                    "state_id", "country_id", "vat", "website", "comment", "function",
                    "ref", "barcode", "image_1920",
                )
                if name in partner._fields
            }  # fmt: skip
            partner.write({**plain, "name": mark})
            partner.bank_ids.unlink()
            self._redact_texts(user, redactor)

    @api.model
    def _end_access(self, users):
        """Sessions, keys, devices and second factors of users are no more."""
        if not users:
            return
        sessions = users.env["res.device.log"].search([("user_id", "in", users.ids)])
        identifiers = list(set(sessions.mapped("session_identifier")))
        for model_name, name in KEYS:
            if model_name in users.env:
                users.env[model_name].search([(name, "in", users.ids)]).unlink()
        columns = [name for name in SECRETS if self._has_column(users, name)]
        users.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE res_users SET %s WHERE id = ANY(%s)",
                SQL(", ").join(
                    SQL("%s = NULL", SQL.identifier(name)) for name in columns
                ),
                users.ids,
            )
        )
        users.invalidate_recordset(flush=False)
        if identifiers:
            self.env.cr.postcommit.add(
                lambda: http.root.session_store.delete_from_identifiers(identifiers)
            )

    @api.model
    def _has_column(self, users, name):
        return bool(
            self.env.execute_query(
                SQL(
                    "SELECT 1 FROM information_schema.columns WHERE table_name = %s "
                    "AND column_name = %s AND table_schema = current_schema",
                    users._table,
                    name,
                )
            )
        )
