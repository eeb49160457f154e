from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import LegalCommon


@tagged("post_install", "-at_install")
class TestDoorsInquiries(LegalCommon):
    """Inquiries: read by people with a legal role, and by the readers of the matter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._user(
            "seller", "sales_team.group_sale_manager,base.group_system", "Sales Admin"
        )
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Dismissed on Monday", "contact_name": "Hans Meier"}
        )

    def test_only_a_legal_role_reads_inquiries(self):
        lead = self.lead.with_user(self.assistant)
        self.assertEqual(lead.search([("id", "=", lead.id)]), lead)
        lead.write({"name": "Dismissed on Tuesday"})
        closed = self.lead.with_user(self.seller)
        for active_test in (True, False):
            found = closed.with_context(active_test=active_test)
            self.assertFalse(found.search([("id", "=", lead.id)]))
            self.assertFalse(found._read_group([], [], ["__count"])[0][0])
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            closed.read(["name"])
        with self.assertRaises(AccessError):
            closed.create({"name": "Made by somebody without a role"})
        self.assertFalse(closed.name_search("Dismissed"))

    def test_archived_inquiries_are_closed_alike(self):
        self.lead.active = False
        closed = self.lead.with_user(self.seller).with_context(active_test=False)
        self.assertFalse(closed.search([("id", "=", self.lead.id)]))

    def test_the_pipeline_works_for_an_assistant(self):
        lead = (
            self.env["crm.lead"]
            .with_user(self.assistant)
            .create(
                {"name": "New inquiry", "partner_id": self.mueller.id, "type": "lead"}
            )
        )
        other = lead.copy({"name": "The same again"})
        wizard = self.env["crm.lead2opportunity.partner"].with_user(self.assistant)
        wizard = wizard.with_context(
            active_model="crm.lead", active_id=lead.id, active_ids=lead.ids
        )
        wizard.create({"name": "convert", "action": "exist"}).action_apply()
        self.assertEqual(lead.type, "opportunity")
        merge = self.env["crm.merge.opportunity"].with_user(self.assistant)
        merge.create({"opportunity_ids": [(6, 0, (lead | other).ids)]}).action_merge()
        self.assertEqual(len((lead | other).exists()), 1)

    def test_mail_still_makes_inquiries(self):
        alias = self.env["mail.alias"].create(
            {
                "alias_name": "inquiries-test",
                "alias_model_id": self.env["ir.model"]._get_id("crm.lead"),
            }
        )
        domain = self.env["mail.alias.domain"].search([], limit=1)
        if not domain:
            domain = self.env["mail.alias.domain"].create({"name": "firm.example"})
        alias.alias_domain_id = domain
        self.env["mail.thread"].message_process(
            False,
            f"From: new@client.example\nTo: inquiries-test@{domain.name}\n"
            "Subject: Please help me\nMessage-ID: <inq@client.example>\n\nHello",
        )
        lead = self.env["crm.lead"].search([("name", "=", "Please help me")])
        self.assertTrue(lead)
        self.assertTrue(lead.with_user(self.assistant).has_access("write"))
        self.assertFalse(lead.with_user(self.seller).has_access("read"))

    def test_an_inquiry_takes_the_readers_of_its_matter(self):
        self.lead.partner_id = self.meier
        lead = self.lead.with_user(self.lawyer)
        lead.action_open_matter()
        matter = lead.matter_id
        self.assertTrue(lead.with_user(self.lawyer2).has_access("read"))
        matter.access_policy = "restricted"
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(lead.with_user(self.lawyer2).has_access("read"))
        shown = lead.with_user(self.lawyer2).sudo().display_name
        self.assertEqual(shown, matter.number)

    def test_the_report_of_activities_follows_the_inquiry(self):
        activity = self.lead.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.lawyer.id, summary="Call back"
        )
        activity.action_feedback(feedback="He was dismissed")
        self.env.flush_all()
        report = self.env["crm.activity.report"]
        domain = [("lead_id", "=", self.lead.id)]
        self.assertTrue(report.with_user(self.assistant).search(domain))
        self.assertFalse(report.with_user(self.seller).search(domain))
        self.assertFalse(
            report.with_user(self.seller)._read_group(domain, ["lead_id"], ["__count"])
        )
