from odoo.exceptions import UserError
from odoo.tests import tagged

from .erasure_common import ErasureCommon
from .test_register import RegisterCommon


@tagged("post_install", "-at_install")
class TestConsentErasure(ErasureCommon, RegisterCommon):
    """What somebody agreed to and was told goes with him, and with nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls._contact("Erna Beispiel", "erna@example.com")
        cls.purpose = cls.env["gdpr.purpose"].create(
            {"name": "Chess evenings", "code": "chess"}
        )
        cls.text = cls.env["gdpr.consent.text"].create(
            {"purpose_id": cls.purpose.id, "lang": "en_US", "body": "Yes, invite me."}
        )
        cls.text.with_user(cls.dpo).action_publish()
        cls._activity().with_user(cls.dpo2).action_approve()
        cls.notice = cls.env["gdpr.notice"].with_user(cls.dpo)
        cls.notice = cls.notice.create({"audience": "staff"})
        cls.notice.action_publish()
        cls.given = cls._event(cls.person, "given", "2026-01-10 09:00:00")
        cls.withdrawn = cls._event(cls.person, "withdrawn", "2026-03-10 09:00:00")
        cls.again = cls._event(cls.person, "given", "2026-05-10 09:00:00")
        cls.told = cls._told(cls.person)
        cls.other = cls._event(cls.mueller, "given", "2026-01-10 09:00:00")
        cls.other |= cls._event(cls.mueller, "withdrawn", "2026-03-10 09:00:00")
        cls.events = cls.given | cls.withdrawn | cls.again

    @classmethod
    def _event(cls, partner, kind, moment):
        return (
            cls.env["gdpr.consent"]
            .with_user(cls.assistant)
            .create(
                {
                    "partner_id": partner.id,
                    "purpose_id": cls.purpose.id,
                    "kind": kind,
                    "text_id": cls.text.id if kind == "given" else False,
                    "channel": "letter",
                    "evidence": f"Letter of {partner.name}",
                    "effective_on": moment,
                }
            )
        ).sudo()

    @classmethod
    def _told(cls, partner):
        given = cls.env["gdpr.notice.given"].with_user(cls.assistant)
        values = {"partner_id": partner.id, "notice_id": cls.notice.id, "how": "hand"}
        return given.create(values).sudo()

    def test_the_withdrawal_names_what_it_ends(self):
        self.assertEqual(self.withdrawn.withdraws_id, self.given)

    def test_they_go_with_the_contact(self):
        result = self._destroy(self.person)
        self.assertEqual(result, {self.person.id: None})
        self.assertFalse((self.events | self.person.gdpr_consent_ids).exists())
        self.assertFalse(self.told.exists())
        self.assertFalse(self.person.exists())
        self.assertEqual(self.other.exists(), self.other)
        written = self._journal().mapped("model")
        self.assertEqual(written.count("gdpr.consent"), 3)
        self.assertIn("gdpr.notice.given", written)

    def test_a_consent_takes_its_withdrawal_along(self):
        self.assertEqual(self._destroy(self.given), {self.given.id: None})
        self.assertFalse((self.given | self.withdrawn).exists())
        self.assertTrue(self.again.exists())

    def test_they_are_found_and_erased_as_the_person_asks(self):
        subject = self.env["gdpr.subject"].create(
            {"name": "Erna Beispiel", "partner_id": self.person.id}
        )
        self.env["gdpr.finder"]._find(subject)
        found = subject.item_ids.grouped("res_model")
        self.assertEqual(
            set(found["gdpr.consent"].mapped("res_id")), set(self.events.ids)
        )
        self.assertEqual(
            set(found["gdpr.consent"].mapped("edge"))
            | set(found["gdpr.notice.given"].mapped("edge")),
            {"owned"},
        )
        result = self.env["gdpr.erasure"]._erase_subject(subject, request_id=3)
        self.assertFalse(result["refused"])
        self.assertFalse(self.person.exists())
        self.assertFalse(self.events.exists())
        self.assertFalse(self.told.exists())
        self.assertEqual(self.other.exists(), self.other)

    def test_nobody_deletes_them_by_hand(self):
        with self.assertRaises(UserError):
            self.given.unlink()
        with self.assertRaises(UserError):
            self.told.unlink()
