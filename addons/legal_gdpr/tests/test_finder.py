from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import GdprCommon


@tagged("post_install", "-at_install")
class TestFinder(GdprCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"]
        cls.person = partners.create(
            {
                "name": "Quirin Zabelstein",
                "email": "Quirin.Zabelstein@example.org",
                "phone": "+49 30 7654321",
                "bank_ids": [(0, 0, {"acc_number": "DE89370400440532013000"})],
            }
        )
        cls.address = partners.create(
            {"parent_id": cls.person.id, "type": "delivery", "street": "Am Ende 4"}
        )

    def _find(self, partner=None, **values):
        subject = (
            self.env["gdpr.subject"]
            .with_user(self.dpo)
            .create({"partner_id": (partner or self.person).id, **values})
        )
        subject.action_find()
        return subject

    def _item(self, subject, record):
        return subject.sudo().item_ids.filtered(
            lambda item: (item.res_model, item.res_id) == (record._name, record.id)
        )

    def _assert_found(self, subject, record, edge, confirmed=True):
        item = self._item(subject, record)
        self.assertTrue(item, f"{record} was not found")
        self.assertEqual((item.edge, item.confirmed), (edge, confirmed), item.path)
        return item

    def test_own_records(self):
        lead = self.env["crm.lead"].create(
            {"name": "Inquiry", "email_from": "quirin.zabelstein@example.org",
             "contact_name": "Quirin Zabelstein"}
        )  # fmt: skip
        other = self.env["legal.partner.name"].create(
            {"partner_id": self.person.id, "name": "Quirin Altmann"}
        )
        attachment = self.env["ir.attachment"].create(
            {"name": "passport.txt", "raw": b"x", "res_model": "res.partner",
             "res_id": self.person.id}
        )  # fmt: skip
        note = self.person.message_post(body="a note")
        self.person.active = False
        subject = self._find()
        for record in (self.person, self.address, self.person.bank_ids, lead, other):
            self._assert_found(subject, record, "owned")
        self._assert_found(subject, attachment, "owned")
        self._assert_found(subject, note, "owned")
        self.assertEqual(subject.state, "found")
        kinds = set(subject.identifier_ids.mapped("kind"))
        self.assertEqual(kinds, {"name", "email", "phone", "account"})

    def test_shared_records_are_not_gone_through(self):
        matter = self.matter
        self.env["legal.matter.party"].create(
            {"matter_id": matter.id, "partner_id": self.person.id,
             "role_id": self.env["legal.party.role"].search([], limit=1).id}
        )  # fmt: skip
        stranger = matter.message_post(body="nothing of theirs")
        own = matter.message_post(
            body="mine", author_id=self.person.id, attachments=[("scan.txt", b"x")]
        )
        event = self.env["calendar.event"].create(
            {"name": "Talk", "start": "2026-01-01", "stop": "2026-01-01",
             "partner_ids": [(4, self.person.id)]}
        )  # fmt: skip
        subject = self._find()
        party = matter.party_ids.filtered(lambda p: p.partner_id == self.person)
        self._assert_found(subject, party, "shared")
        self._assert_found(subject, own, "shared")
        self._assert_found(subject, own.attachment_ids, "shared")
        self._assert_found(subject, event, "shared")
        self.assertFalse(self._item(subject, stranger))

    def test_duplicates_and_namesakes(self):
        partners = self.env["res.partner"]
        twice = partners.create(
            {"name": "Zabelstein Quirin", "email": "quirin.zabelstein@example.org"}
        )
        wife = partners.create(
            {"name": "Ulla Zabelstein", "email": "quirin.zabelstein@example.org"}
        )
        bank = self.env["res.partner.bank"].create(
            {"partner_id": wife.id, "acc_number": "DE02120300000000202051"}
        )
        namesake = partners.create({"name": "Quirin Zabelstein"})
        by_phone = partners.create(
            {"name": "Quirin Zabelstein", "phone": "030 / 7654321"}
        )
        subject = self._find()
        self._assert_found(subject, twice, "owned")
        self._assert_found(subject, by_phone, "owned")
        item = self._assert_found(subject, wife, "owned", confirmed=False)
        self.assertIn("another name", item.path)
        self._assert_found(subject, namesake, "owned", confirmed=False)
        self.assertFalse(self._item(subject, bank), "a proposal is not gone through")
        item.confirmed = True
        subject.action_find()
        self._assert_found(subject, bank, "owned")

    def test_sender_who_is_no_contact(self):
        message = self.matter.message_post(
            body="hello", email_from="Stranger <stranger@nowhere.example>",
            author_id=False,
        )  # fmt: skip
        near = self.matter.message_post(
            body="hello", email_from="mstranger@nowhere.example", author_id=False
        )
        subject = self.env["gdpr.subject"].create(
            {"identifier_ids": [(0, 0, {"value": "stranger@nowhere.example"})]}
        )
        self.env["gdpr.finder"]._find(subject)
        self._assert_found(subject, message, "shared")
        self.assertFalse(self._item(subject, near))

    def test_mentions_wait_for_somebody(self):
        self.matter.description = "<p>Seen with Quirin Zabelstein in Rome</p>"
        attachment = self.env["ir.attachment"].create(
            {"name": "letter.txt", "raw": b"Dear Zabelstein, Quirin", "mimetype":
             "text/plain", "res_model": "legal.matter", "res_id": self.matter.id}
        )  # fmt: skip
        attachment.index_content = "Dear Zabelstein, Quirin"
        subject = self._find()
        self._assert_found(subject, self.matter, "mention", confirmed=False)
        self._assert_found(subject, attachment, "mention", confirmed=False)

    def test_names_in_any_script_and_case(self):
        said = {
            "Jürgen Möllenkötter": "JÜRGEN MÖLLENKÖTTER",
            "Ελένη Παπαδοπούλου": "Ελένη Παπαδοπούλου",
        }
        other = self.matter.message_post(body="Jargen Mallenkatter, Ελένη Παππά")
        for name, text in said.items():
            person = self.env["res.partner"].create({"name": name})
            note = self.matter.message_post(body=f"Mit {text} gesprochen")
            subject = self._find(person)
            self._assert_found(subject, note, "mention", confirmed=False)
            self.assertFalse(self._item(subject, other), "another name")

    def test_custom_fields_and_properties(self):
        field = self.env["ir.model.fields"].create(
            {
                "model_id": self.env["ir.model"]._get_id("res.country"),
                "name": "x_friend",
                "field_description": "Friend",
                "ttype": "many2one",
                "relation": "res.partner",
            }
        )
        # the database forgets it at the end of the test, the registry would not
        self.addCleanup(lambda: field.exists().unlink())
        country = self.env.ref("base.fr")
        country[field.name] = self.person
        team = self.env["crm.team"].create(
            {
                "name": "Team",
                "lead_properties_definition": [
                    {"name": "witness", "type": "many2one", "string": "Witness",
                     "comodel": "res.partner"}
                ],
            }
        )  # fmt: skip
        lead = self.env["crm.lead"].create(
            {"name": "Case", "team_id": team.id,
             "lead_properties": {"witness": self.person.id}}
        )  # fmt: skip
        subject = self._find()
        self._assert_found(subject, country, "shared")
        self._assert_found(subject, lead, "shared")

    def test_again_keeps_decisions(self):
        lead = self.env["crm.lead"].create(
            {"name": "Inquiry", "partner_id": self.person.id}
        )
        gone = self.person.message_post(body="a note")
        subject = self._find()
        item = self._item(subject, lead)
        item.access_decision = "disclose"
        lead.partner_id = False
        gone.unlink()
        before = set(subject.sudo().item_ids.ids)
        subject.action_find()
        self.assertEqual(item.exists().access_decision, "disclose")
        after = set(subject.sudo().item_ids.ids)
        self.assertLess(after, before)
        subject.action_find()
        self.assertEqual(set(subject.sudo().item_ids.ids), after)

    def test_malformed_addresses(self):
        bad = "not an (address@@%_'"
        partner = self.env["res.partner"].create({"name": "Bad Address", "email": bad})
        subject = self.env["gdpr.subject"].create(
            {"identifier_ids": [(0, 0, {"value": bad}), (0, 0, {"value": "\\"})]}
        )
        self.env["gdpr.finder"]._find(subject)
        self.assertTrue(self._item(subject, partner))

    def test_nothing_known(self):
        subject = self.env["gdpr.subject"].with_user(self.dpo).create({"name": "X"})
        with self.assertRaisesRegex(UserError, "Choose the contact"):
            subject.action_find()
        with self.assertRaises(AccessError):
            subject.with_user(self.lawyer).action_find()
        self.assertFalse(subject.hidden_text)

    def test_behind_a_wall_only_counted(self):
        self.matter.access_policy = "restricted"
        self.matter.description = "<p>Quirin Zabelstein</p>"
        subject = self._find()
        self.assertTrue(self._item(subject, self.matter))
        seen = self.env["gdpr.subject.item"].with_user(self.dpo)
        self.assertFalse(
            seen.search(
                [("subject_id", "=", subject.id), ("res_model", "=", "legal.matter")]
            )
        )
        self.assertIn("only their readers", subject.hidden_text)
