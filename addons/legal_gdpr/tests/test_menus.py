from odoo.tests import tagged

from .common import GdprCommon

#: what everybody of the firm finds: reporting, and what is his own
ALL = {
    "menu_gdpr",
    "menu_incidents",
    "menu_gdpr_breach",
    "menu_gdpr_breach_report",
    "menu_review",
    "menu_access_review_mine",
    "menu_dpia_action_mine",
    "menu_training",
    "menu_policy",
    "menu_training_mine",
}
STAFF = ALL | {"menu_requests", "menu_gdpr_request", "menu_gdpr_request_report"}


@tagged("post_install", "-at_install")
class TestMenus(GdprCommon):
    """The application is open to all; each finds in it what is for him."""

    def _reached(self, user):
        """Names of the menus of the application that ``user`` can click."""
        menus = self.env["ir.ui.menu"].with_user(user)
        tree = menus.load_menus(False)
        root = self.env.ref("legal_gdpr.menu_gdpr").id
        found, todo = set(), [root]
        while todo:
            menu = tree.get(todo.pop())
            if menu:
                found.add(menu["id"])
                todo += menu["children"]
        names = self.env["ir.ui.menu"].browse(found).get_external_id().values()
        return {name.removeprefix("legal_gdpr.") for name in names}

    def test_everybody_reports_and_sees_his_own(self):
        self.assertEqual(self._reached(self.outsider), ALL)

    def test_staff_sees_requests_too(self):
        for user in (self.assistant, self.lawyer):
            with self.subTest(user=user.name):
                self.assertEqual(self._reached(user), STAFF)

    def test_a_partner_reads_the_register(self):
        reached = self._reached(self.partner_user)
        self.assertLess(STAFF, reached)
        self.assertLess(
            {"menu_register_activities", "menu_gdpr_processor", "menu_holds"}, reached
        )
        for name in ("menu_configuration", "menu_erasure", "menu_overview"):
            self.assertNotIn(name, reached)

    def test_the_officer_finds_everything(self):
        everything = self.env["ir.ui.menu"].search(
            [("id", "child_of", self.env.ref("legal_gdpr.menu_gdpr").id)]
        )
        names = {
            name.removeprefix("legal_gdpr.")
            for name in everything.get_external_id().values()
            if name.startswith("legal_gdpr.")
        }
        # who only reports a request has a button for it; the officer takes it down
        self.assertEqual(names - self._reached(self.dpo), {"menu_gdpr_request_report"})
