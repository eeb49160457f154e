from odoo.tests import TransactionCase, tagged
from odoo.tools import convert_file


@tagged("post_install", "-at_install")
class TestDemoLoad(TransactionCase):
    """The demo records of incidents, processors, transfers and measures load."""

    def test_demo_files_load(self):
        # a database with the demo firm has read them when it was made
        if not self.env.ref("legal_gdpr.breach_drill", False):
            for name in ("res_users", "gdpr_processor", "gdpr_breach"):
                convert_file(
                    self.env, "legal_gdpr", f"demo/{name}.xml", {}, noupdate=True
                )
        self.assertEqual(self.env.ref("legal_gdpr.breach_lost_phone").state, "closed")
        self.assertTrue(self.env.ref("legal_gdpr.breach_drill").is_drill)
        hosting = self.env.ref("legal_gdpr.processor_hosting")
        self.assertEqual(hosting.state, "active")
        self.assertEqual(self.env.ref("legal_gdpr.measure_restore").status, "overdue")
