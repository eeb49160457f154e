from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import LegalCommon


@tagged("post_install", "-at_install")
class TestMatter(LegalCommon):
    def test_rubrum_follows_the_parties(self):
        matter = self._matter()
        self.assertEqual(matter.name, "Meier ./. Müller GmbH")
        huber = self._contact("Franz Huber")
        matter.party_ids = [
            (
                0,
                0,
                {
                    "partner_id": huber.id,
                    "role_id": self.env.ref("legal_crm.role_opponent").id,
                },
            )
        ]
        self.assertEqual(matter.name, "Meier ./. Müller GmbH u. a.")
        self.mueller.name = "Müller AG"
        self.assertEqual(matter.name, "Meier ./. Müller AG u. a.")

    def test_rubrum_written_by_hand_stays(self):
        matter = self._matter()
        matter.name = "Meier wegen Mängeln"
        matter.party_ids.filtered(lambda p: p.side == "adverse").unlink()
        self.assertEqual(matter.name, "Meier wegen Mängeln")
        matter.action_propose_name()
        self.assertEqual(matter.name, "Meier")
        matter.name = False
        self.assertEqual(matter.name, "Meier")
        self.assertFalse(matter.name_manual)

    def test_rubrum_in_the_form_before_saving(self):
        with Form(self.env["legal.matter"].with_user(self.lawyer)) as form:
            form.client_id = self.meier
            form.opponent_id = self.mueller
            self.assertEqual(form.name, "Meier ./. Müller GmbH")
        matter = form.save()
        self.assertFalse(matter.name_manual)
        self.assertEqual(
            matter.party_ids.mapped("role_id.code"), ["client", "opponent"]
        )

    def test_separator_of_the_firm(self):
        self.company.legal_rubrum_separator = "c/"
        self.assertEqual(self._matter().name, "Meier c/ Müller GmbH")

    def test_changing_the_client_changes_the_party(self):
        matter = self._matter()
        huber = self._contact("Franz Huber")
        matter.client_id = huber
        self.assertEqual(
            matter.party_ids.filtered(lambda p: p.side == "own").partner_id, huber
        )

    def test_counsel_stands_on_the_side_of_whom_he_represents(self):
        matter = self._matter()
        opponent = matter.party_ids.filtered(lambda p: p.side == "adverse")
        with Form(matter) as form, form.party_ids.new() as line:
            line.partner_id = self.counsel
            line.role_id = self.env.ref("legal_crm.role_own_counsel")
            line.represents_id = opponent
        counsel = matter.party_ids.filtered(lambda p: p.partner_id == self.counsel)
        self.assertEqual(counsel.side, "adverse")
        with self.assertRaises(ValidationError), self.cr.savepoint():
            opponent.represents_id = counsel
        other = self._matter()
        with self.assertRaises(ValidationError), self.cr.savepoint():
            counsel.represents_id = other.party_ids[0]

    def test_dates_of_a_party(self):
        with self.assertRaisesRegex(ValidationError, "before joining"):
            self._matter().party_ids[0].write(
                {"date_from": "2026-05-01", "date_to": "2026-04-01"}
            )

    def test_opening_says_all_that_is_missing(self):
        matter = self._matter(
            opponent_id=False,
            practice_area_id=False,
            lawyer_id=False,
            type_id=self.env.ref("legal_crm.type_litigation").id,
        )
        with self.assertRaises(UserError) as raised:
            matter.action_open()
        text = str(raised.exception)
        for word in ("lawyer", "practice area", "opponent"):
            self.assertIn(word, text)
        self.assertEqual(matter.state, "intake")

    def test_open_close_reopen_archive(self):
        matter = self._matter()
        matter.action_open()
        self.assertEqual(matter.state, "open")
        matter._change_state("closed", "Settled")
        self.assertEqual(matter.state, "closed")
        self.assertEqual(matter.close_reason, "Settled")
        self.assertTrue(matter.date_closed)
        matter._change_state("open", "Appeal of the other side")
        self.assertFalse(matter.date_closed)
        self.assertIn(
            "Appeal of the other side", "".join(matter.message_ids.mapped("body"))
        )
        matter._change_state("closed", "Final")
        matter._change_state("archived", "Originals returned")
        self.assertEqual(matter.state, "archived")

    def test_every_way_of_closing_needs_a_reason(self):
        matter = self._matter()
        matter.action_open()
        closed = self.env.ref("legal_crm.stage_closed")
        with self.assertRaisesRegex(UserError, "reason"):
            matter.stage_id = closed  # as dragging on the board does
        with self.assertRaisesRegex(UserError, "reason"):
            matter._change_state("closed", "   ")
        self.assertEqual(matter.state, "open")
        wizard = self.env["legal.matter.state.wizard"].with_user(self.lawyer)
        wizard.create(
            {"matter_ids": matter.ids, "state": "closed", "reason": "Done"}
        ).action_apply()
        self.assertEqual(matter.state, "closed")

    def test_states_are_not_skipped(self):
        matter = self._matter()
        with self.assertRaisesRegex(UserError, "directly"):
            matter._change_state("closed", "no")
        with self.assertRaises(UserError):
            matter.write({"stage_id": self.env.ref("legal_crm.stage_closed").id})
        created = self._matter(stage_id=self.env.ref("legal_crm.stage_archived").id)
        self.assertEqual(created.state, "intake")

    def test_closing_waits_for_what_is_running(self):
        matter = self._matter()
        matter.action_open()
        child = self._matter(parent_id=matter.id)
        self._call(matter)
        matter.activity_schedule("mail.mail_activity_data_todo", user_id=self.lawyer.id)
        with self.assertRaises(UserError) as raised:
            matter._change_state("closed", "Done")
        text = str(raised.exception)
        self.assertIn(child.number, text)
        self.assertIn("Activities", text)
        self.assertIn("not yet filed", text)

    def test_stage_with_matters_keeps_its_state(self):
        self._matter()
        with self.assertRaises(UserError):
            self.env.ref("legal_crm.stage_intake").state = "open"

    def test_submatter_has_the_parties(self):
        matter = self._matter()
        action = matter.action_new_submatter()
        child = matter.browse(action["res_id"])
        self.assertEqual(child.parent_id, matter)
        self.assertEqual(child.name, matter.name)
        with self.assertRaises(ValidationError), self.cr.savepoint():
            matter.parent_id = child

    def test_what_a_lawyer_needs_first(self):
        matter = self._matter()
        old = self._call(matter, date="2026-01-05 10:00:00")
        new = self._call(matter, date="2026-02-05 10:00:00")
        (old | new)._file()
        self.assertEqual(matter.last_communication_id, new)
        self.assertEqual(str(matter.last_communication_date), "2026-02-05 10:00:00")
        matter.activity_schedule(
            "mail.mail_activity_data_todo", date_deadline="2026-07-07", summary="Reply"
        )
        self.assertEqual(str(matter.next_date), "2026-07-07")
        self.assertEqual(matter.next_date_label, "Reply")
        matters = matter.search(
            [("id", "=", matter.id), ("next_date", "<=", "2026-07-07")]
        )
        self.assertEqual(matters, matter)
        self.assertFalse(
            matter.search([("id", "=", matter.id), ("next_date", "=", False)])
        )

    def test_partner_with_a_matter_is_not_deleted(self):
        self._matter()
        with self.assertRaises(UserError):
            self.meier.unlink()

    def test_contact_data_state(self):
        contact = self.meier
        self.assertEqual(contact.data_state, "unverified")
        contact.with_user(self.assistant).action_verify_data()
        self.assertEqual(contact.data_state, "verified")
        self.assertEqual(contact.data_verified_by_id, self.assistant)
        contact.data_verified_on = "2020-01-01"
        self.assertEqual(contact.data_state, "stale")
        partners = self.env["res.partner"]
        self.assertIn(contact, partners.search([("data_state", "=", "stale")]))
        self.assertNotIn(contact, partners.search([("data_state", "=", "verified")]))

    def test_alias_dates(self):
        with self.assertRaises(ValidationError):
            self.env["legal.partner.name"].create(
                {
                    "partner_id": self.meier.id,
                    "name": "Müller",
                    "date_from": "2020-01-01",
                    "date_to": "2019-01-01",
                }
            )

    def test_contact_is_found_by_alias(self):
        self.env["legal.partner.name"].create(
            {"partner_id": self.meier.id, "name": "Müßig", "kind": "birth"}
        )
        found = self.env["res.partner"].with_user(self.assistant).name_search("muessig")
        self.assertIn(self.meier.id, [row[0] for row in found])

    def test_lead_becomes_a_matter(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Inquiry",
                "contact_name": "Rosa Weiß",
                "email_from": "r@w.example",
            }
        )
        lead = lead.with_user(self.assistant)
        action = lead.action_open_matter()
        matter = self.env["legal.matter"].browse(action["res_id"])
        self.assertEqual(matter.client_id.name, "Rosa Weiß")
        self.assertEqual(matter.client_id.email, "r@w.example")
        self.assertEqual(lead.action_open_matter()["res_id"], matter.id)
