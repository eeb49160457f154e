from odoo.exceptions import AccessDenied
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .people_common import PeopleCommon


@tagged("post_install", "-at_install")
class TestStaffAccess(PeopleCommon, HttpCase):
    """Sessions, keys and devices are really of no use any more."""

    def _signed_in(self):
        answer = self._call_web("res.users", "context_get")
        return "result" in answer

    def _web(self):
        return self.url_open("/odoo", allow_redirects=False)

    def test_a_leaver_is_signed_out(self):
        self.authenticate("l.brandt", "l.brandt")
        self.assertTrue(self._signed_in())
        key = self._key(self.lawyer)
        self.env.flush_all()
        self.assertEqual(self._by_key(key, self.lawyer).status_code, 200)
        change = self._left(self._change())
        self.assertEqual(change.state, "done")
        self.assertEqual(change.key_count, 1)
        with mute_logger("odoo.http"):
            self.assertFalse(self._signed_in())
            self.assertIn("/web/login", self._web().headers.get("Location", ""))
            self.assertEqual(self._by_key(key, self.lawyer).status_code, 401)
        with self.assertRaises(AccessDenied), mute_logger("odoo.addons.base"):
            self.env["res.users"].authenticate(
                {"type": "password", "login": "l.brandt", "password": "l.brandt"}, {}
            )

    def test_who_changes_post_signs_in_anew(self):
        self.authenticate("l.brandt", "l.brandt")
        key = self._key(self.lawyer)
        partner = self.env.ref("legal_crm.group_partner")
        change = self._change(
            kind="move", planner=self.compliance, new_group_ids=partner.ids
        )
        self._left(change)
        with mute_logger("odoo.http"):
            self.assertFalse(self._signed_in())
            self.assertEqual(self._by_key(key, self.lawyer).status_code, 401)
        self.authenticate("l.brandt", "l.brandt")
        self.assertTrue(self._signed_in())

    def test_means_to_sign_in_are_gone(self):
        users = self.env["res.users"]
        self.lawyer.totp_secret = "JBSWY3DPEHPK3PXP"
        self.env["auth.passkey.key"].sudo().create(
            {
                "name": "Key",
                "credential_identifier": "abc",
                "create_uid": self.lawyer.id,
            }
        )
        self.env.cr.execute(
            "UPDATE auth_passkey_key SET create_uid = %s, public_key = 'x'",
            (self.lawyer.id,),
        )
        self.env.invalidate_all()
        devices = self.env["auth_totp.device"].with_user(self.lawyer).sudo()
        devices._generate("browser", "Phone", None)
        self.env["mail.push.device"].create(
            {
                "partner_id": self.lawyer.partner_id.id,
                "endpoint": "https://push.example/1",
                "keys": "k",
            }
        )
        self.env["res.device.log"].create(
            {"session_identifier": "s" * 42, "user_id": self.lawyer.id}
        )
        change = self._left(self._change())
        self.assertEqual(
            (
                change.session_count,
                change.device_count,
                change.passkey_count,
                change.app_removed,
            ),
            (1, 2, 1, True),
        )
        self.assertFalse(self.lawyer.totp_enabled)
        self.assertFalse(self.lawyer.auth_passkey_key_ids)
        self.assertFalse(self.lawyer.totp_trusted_device_ids)
        self.assertFalse(
            self.env["mail.push.device"].search(
                [("partner_id", "=", self.lawyer.partner_id.id)]
            )
        )
        # coming back is a new invitation, not the old password
        users.browse(self.lawyer.id).active = True
        with self.assertRaises(AccessDenied), mute_logger("odoo.addons.base"):
            users.authenticate(
                {"type": "password", "login": "l.brandt", "password": "l.brandt"}, {}
            )
