from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.auth_totp.models.totp import TOTP, hotp

from .people_common import PeopleCommon

SECRET = "JBSWY3DPEHPK3PXP"


@tagged("post_install", "-at_install")
class TestSignIn(PeopleCommon, HttpCase):
    """Time-outs and the second factor, as the suite is installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the demo firm goes without; a real one starts with these
        cls.env["res.groups"]._set_sign_in_defaults()
        cls.auditor = cls._user("a.audit", "legal_crm.group_auditor", "Al Audit")
        cls.money = cls._user("m.money", "legal_crm.group_accountant", "Mo Money")

    def _form(self, login):
        self.authenticate(None, None)
        password = login + "x" * (8 - len(login))  # see new_test_user
        page = self.url_open("/web/login")
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        return self.url_open(
            "/web/login",
            data={"csrf_token": token, "login": login, "password": password},
        )

    def test_every_role_has_safe_time_outs(self):
        for role in self.env["res.groups"]._legal_roles():
            with self.subTest(role.full_name):
                self.assertEqual(role.lock_timeout_inactivity, 30)
                self.assertEqual(role.lock_timeout, 720)

    def test_who_needs_a_second_factor(self):
        for user in (
            self.lawyer,
            self.partner_user,
            self.compliance,
            self.auditor,
            self.money,
        ):
            self.assertEqual(user._mfa_type(), "totp_mail")
            self.assertTrue(user._rpc_api_keys_only())
        for user in (self.assistant, self.admin_user, self.outsider):
            self.assertIsNone(user._mfa_type())
        self.lawyer.totp_secret = SECRET
        self.assertEqual(self.lawyer._mfa_type(), "totp")

    def test_the_firm_decides(self):
        group = self.env.ref("legal_crm.group_assistant")
        group.with_user(self.admin_user).lock_timeout_mfa = True
        self.assertEqual(self.assistant._mfa_type(), "totp_mail")
        for name in ("assistant", "lawyer"):
            group = self.env.ref(f"legal_crm.group_{name}")
            group.with_user(self.admin_user).lock_timeout_mfa = False
        self.assertIsNone(self.lawyer._mfa_type())
        with self.assertRaises(AccessError):
            group.with_user(self.compliance).lock_timeout = 0
        with self.assertRefused(ValidationError, "number of minutes"):
            group.with_user(self.admin_user).lock_timeout = -5

    def test_a_code_comes_by_mail(self):
        answer = self._form("l.brandt")
        self.assertTrue(answer.url.endswith("/web/login/totp"), answer.url)
        mail = self.env["mail.mail"].search([], order="id desc", limit=1)
        self.assertIn("l.brandt@firm.example", mail.email_to or "")
        self.assertIn("/web/login", self.url_open("/odoo").url)
        code, _expires = self.lawyer._get_totp_mail_code()
        token = answer.text.split('name="csrf_token" value="')[1].split('"')[0]
        answer = self.url_open(
            "/web/login/totp", data={"csrf_token": token, "totp_token": code}
        )
        self.assertNotIn("/web/login", answer.url)

    def test_without_an_address_it_says_so_and_an_administrator_helps(self):
        self.lawyer.email = False
        self.env.flush_all()
        with mute_logger("odoo.http", "odoo.addons.auth_totp_mail"):
            answer = self._form("l.brandt")
        self.assertIn("no email address", answer.text)
        self.assertIn("/web/login", self.url_open("/odoo").url)
        self.lawyer.with_user(self.admin_user).email = "l.brandt@firm.example"
        self.env.flush_all()
        answer = self._form("l.brandt")
        self.assertTrue(answer.url.endswith("/web/login/totp"))

    def test_with_the_app_no_mail_is_sent(self):
        self.lawyer.totp_secret = SECRET
        self.env.flush_all()
        before = self.env["mail.mail"].search([])
        with patch.object(TOTP, "match", return_value=12345):
            answer = self._form("l.brandt")
            self.assertTrue(answer.url.endswith("/web/login/totp"))
            token = answer.text.split('name="csrf_token" value="')[1].split('"')[0]
            answer = self.url_open(
                "/web/login/totp",
                data={"csrf_token": token, "totp_token": str(hotp(b"x", 1)).zfill(6)},
            )
        self.assertNotIn("/web/login", answer.url)
        codes = (self.env["mail.mail"].search([]) - before).filtered(
            lambda mail: "code" in (mail.subject or "").lower()
        )
        self.assertFalse(codes)

    def test_an_assistant_signs_in_with_the_password(self):
        answer = self._form("s.koch")
        self.assertNotIn("/web/login", answer.url)

    def test_signed_out_after_the_time(self):
        self.authenticate("s.koch", "s.koch", session_extra={"create_time": 1})
        with mute_logger("odoo.http"):
            answer = self._call_web("res.users", "context_get")
        self.assertIn("SessionExpired", answer["error"]["data"]["name"])

    def test_the_list_of_people_without_one(self):
        self.lawyer.totp_secret = SECRET
        users = self.env["res.users"].with_user(self.compliance)
        unsafe = users.search([("legal_second_factor", "in", ("mail", "none"))])
        self.assertIn(self.lawyer2, unsafe)
        self.assertIn(self.assistant, unsafe)
        self.assertNotIn(self.lawyer, unsafe)
        values = {
            u.id: u.legal_second_factor
            for u in users.browse((self.lawyer | self.lawyer2 | self.assistant).ids)
        }
        self.assertEqual(values[self.lawyer.id], "app")
        self.assertEqual(values[self.lawyer2.id], "mail")
        self.assertEqual(values[self.assistant.id], "none")
        with self.assertRaises(AccessError):
            self.lawyer2.with_user(self.lawyer).read(["legal_second_factor"])
        role = self.env.ref("legal_crm.group_lawyer").with_user(self.compliance)
        people = role.legal_people_count
        self.assertGreaterEqual(people, 3)
        self.assertLess(role.legal_unsafe_count, people)
        action = role.action_people_without_second_factor()
        self.assertEqual(action["res_model"], "res.users")

    def test_the_number_that_ends_sessions_is_nobodys_to_read(self):
        for user in (self.lawyer, self.admin_user):
            with self.assertRaises(AccessError):
                self.lawyer.with_user(user).read(["legal_session_epoch"])
