from odoo import api, fields, models
from odoo.fields import Domain

SECOND_FACTORS = [
    ("passkey", "Passkey"),
    ("app", "Authenticator app"),
    ("mail", "Code by e-mail"),
    ("none", "None"),
]


class ResUsers(models.Model):
    """A second factor where a role demands it, and sessions that can be ended."""

    _inherit = "res.users"

    # Part of what a session is signed with: a new number ends every session of the
    # user, also those in a store that this server does not see. Empty as long as
    # nothing was ended, so that installing the suite signs nobody out.
    legal_session_epoch = fields.Integer(
        copy=False, groups=fields.NO_ACCESS, default=None
    )
    legal_second_factor = fields.Selection(
        SECOND_FACTORS,
        string="Second Factor",
        compute="_compute_legal_second_factor",
        compute_sudo=True,
        search="_search_legal_second_factor",
        groups="legal_crm.group_compliance,legal_crm.group_auditor,base.group_system",
        help="What is asked for besides the password. A code by e-mail is sent where "
        "the role demands a second factor and the person has set up none.",
    )

    @api.depends("totp_secret", "auth_passkey_key_ids", "group_ids", "email")
    def _compute_legal_second_factor(self):
        for user in self:
            if user.auth_passkey_key_ids:
                user.legal_second_factor = "passkey"
            elif user.totp_enabled:
                user.legal_second_factor = "app"
            elif user.id and user._mfa_type():
                user.legal_second_factor = "mail"
            else:
                user.legal_second_factor = "none"

    def _search_legal_second_factor(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: which factor somebody has, not the key of it
        users = self.sudo().with_context(active_test=False)
        found = users.search([("share", "=", False)])  # the people of one firm
        return Domain(
            "id", "in", found.filtered(lambda u: u.legal_second_factor in value).ids
        )

    def _role_demands_second_factor(self):
        """Whether a time-out of one of the user's roles asks for a second factor."""
        self.ensure_one()
        return any(
            second_factor
            # sudo: asked before somebody has signed in
            for timeouts in self.sudo()._get_lock_timeouts().values()
            for _seconds, second_factor in timeouts
        )

    def _mfa_type(self):
        """Where a role demands a second factor and there is none: a code by e-mail.

        Odoo's time-outs ask only those for a second factor who have set one up. A
        role that demands it means everybody who holds it.
        """
        kind = super()._mfa_type()
        if kind is None and self._role_demands_second_factor():
            return "totp_mail"
        return kind

    def _get_session_token_fields(self):
        return super()._get_session_token_fields() | {"legal_session_epoch"}

    @api.model
    def _check_uid_passwd(self, uid, passwd):
        # Programs have no session: they are asked here, on every call, first of all.
        if self.env["legal.role.grant"]._end_overdue():
            self.env.cr.rollback()  # this transaction still sees the role
        return super()._check_uid_passwd(uid, passwd)

    def _end_sessions(self):
        """Sign these users out everywhere and take away the keys of programs.

        Passkeys and the authenticator app stay: they belong to the person, and are
        taken in ``_end_sign_in``.

        :return: dict of what was ended: ``sessions``, ``keys``, ``devices``
        """
        # sudo: sessions and keys of another person, ended by who may end his access
        users = self.sudo()
        logs = self.env["res.device.log"].sudo()
        sessions = logs.search([("user_id", "in", users.ids), ("revoked", "=", False)])
        keys = users.api_key_ids
        devices = users.totp_trusted_device_ids
        push = (
            self.env["mail.push.device"]
            .sudo()
            .search([("partner_id", "in", users.partner_id.ids)])
        )
        ended = {
            "sessions": len(set(sessions.mapped("session_identifier"))),
            "keys": len(keys),
            "devices": len(devices) + len(push),
        }
        sessions.write({"revoked": True})
        keys._remove()
        devices._remove()
        push.unlink()
        for user in users:
            user.legal_session_epoch += 1
        return ended

    def _end_sign_in(self):
        """Take the means to sign in: password, passkeys, authenticator app.

        :return: dict of what was taken: ``passkeys``, ``app`` (0 or 1 each person)
        """
        users = self.sudo()  # see _end_sessions
        taken = {
            "passkeys": len(users.auth_passkey_key_ids),
            "app": len(users.filtered("totp_enabled")),
        }
        for user in users:
            values = {"password": ""}  # of no use to anybody: Odoo refuses an empty one
            if user.auth_passkey_key_ids:
                values["auth_passkey_key_ids"] = [
                    fields.Command.delete(key.id) for key in user.auth_passkey_key_ids
                ]
            if user.totp_enabled:
                values["totp_secret"] = False
            user.write(values)
        # A mailbox of his own through which the firm's mail would leave as his.
        mailboxes = self.env["ir.mail_server"].sudo()
        mailboxes.search([("owner_user_id", "in", users.ids)]).active = False
        return taken


class ResGroups(models.Model):
    _inherit = "res.groups"

    legal_people_count = fields.Integer(
        string="People", compute="_compute_legal_people", compute_sudo=True
    )
    legal_unsafe_count = fields.Integer(
        string="Without Second Factor",
        compute="_compute_legal_people",
        compute_sudo=True,
        help="People of this role with neither a passkey nor an authenticator app.",
    )

    @api.depends("all_user_ids")
    def _compute_legal_people(self):
        for group in self:
            people = group.all_user_ids.filtered("active")
            group.legal_people_count = len(people)
            group.legal_unsafe_count = len(
                people.filtered(lambda u: u.legal_second_factor in ("mail", "none"))
            )

    def action_people_without_second_factor(self):
        """The people of this role with neither a passkey nor an authenticator app."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "legal_crm.legal_sign_in_action_people"
        )
        action["domain"] = [("share", "=", False), ("all_group_ids", "in", self.ids)]
        action["context"] = {"search_default_unsafe": 1}
        return action

    @api.model
    def _set_sign_in_defaults(self):
        """Safe time-outs for every role: see data/sign_in_data.xml.

        Away from the desk for half an hour: the screen locks. After twelve hours,
        thus every morning, one signs in anew; who reads more than an assistant, or
        money or logs, with a second factor. All can be changed in the list of roles.
        """
        for name, second_factor in (
            ("external", False),
            ("accountant", True),
            ("assistant", False),
            ("lawyer", True),
            ("partner", True),
            ("compliance", True),
            ("auditor", True),
        ):
            self.env.ref(f"legal_crm.group_{name}").write(
                {
                    "lock_timeout_inactivity": 30,
                    "lock_timeout": 720,
                    "lock_timeout_mfa": second_factor,
                }
            )
