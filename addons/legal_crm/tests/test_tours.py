from odoo.tests import HttpCase, tagged

from .common import LegalCommon


@tagged("post_install", "-at_install")
class TestTours(HttpCase, LegalCommon):
    """As an assistant in the browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.matter = cls._matter(member_ids=[(6, 0, cls.assistant.ids)])
        cls.url = f"/odoo/matters/{cls.matter.id}"

    def test_a_call_is_logged_in_three_clicks(self):
        self.start_tour(self.url, "legal_crm_log_call", login=self.assistant.login)
        call = self.matter.communication_ids
        self.assertEqual(call.subject, "He accepts the offer")
        self.assertEqual((call.state, call.channel), ("filed", "phone"))
        self.assertEqual(call.user_id, self.assistant)

    def test_the_composer_asks_before_writing_to_the_other_side(self):
        self.start_tour(self.url, "legal_crm_adverse_mail", login=self.assistant.login)
        sent = self.matter.communication_ids
        self.assertEqual(sent.partner_ids, self.meier | self.mueller)
        self.assertEqual((sent.state, sent.direction), ("filed", "out"))
