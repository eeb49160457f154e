import io
from unittest.mock import patch

import openpyxl

from odoo.exceptions import AccessError, LockError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import GdprCommon


class RegisterCommon(GdprCommon):
    """The small firm; whatever else its database has of a register is set aside."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dpo2 = cls._user("f.second", "legal_gdpr.group_dpo", "Finn Second")
        cls.auditor = cls._user("a.audit", "legal_crm.group_auditor", "Ada Audit")
        cls.activities = cls.env["gdpr.processing.activity"]
        cls.env.cr.execute("UPDATE gdpr_processing_activity SET state = 'draft'")
        cls.env.invalidate_all()

    @classmethod
    def _one(cls, model, code):
        return cls.env[model].search([("code", "=", code)])

    @classmethod
    def _activity(cls, user=None, approve=False, **values):
        """An activity in which nothing is missing that approval needs."""
        activity = cls.activities.with_user(user or cls.dpo).create(
            {
                "name": "Chess club of the firm",
                "purposes": "To invite to the games.",
                "legal_basis": "b",
                "person_category_ids": [
                    Command.set(cls._one("gdpr.person.category", "employee").ids)
                ],
                "data_category_ids": [
                    Command.set(cls._one("gdpr.data.category", "identity").ids)
                ],
                **values,
            }
        )
        if approve:
            activity.with_user(cls.dpo2).action_approve()
        return activity


@tagged("post_install", "-at_install")
class TestRegister(RegisterCommon):
    def test_without_a_purpose_nothing_is_approved(self):
        activity = self._activity(purposes="  ")
        with self.assertRaisesRegex(UserError, "purpose is missing"):
            activity.with_user(self.dpo2).action_approve()
        self.assertEqual(activity.state, "draft")
        self.assertIn("purpose", activity.missing)
        before = activity.completeness
        activity.purposes = "To invite to the games."
        self.assertGreater(activity.completeness, before)
        activity.with_user(self.dpo2).action_approve()
        self.assertEqual(activity.state, "approved")
        self.assertEqual(activity.approved_by_id, self.dpo2)

    def test_legitimate_interests_need_a_balancing_test(self):
        for values in ({"legal_basis": "f"}, {"second_basis": "f"}):
            activity = self._activity(**values)
            with self.assertRaisesRegex(UserError, "balancing test"):
                activity.with_user(self.dpo2).action_approve()
            activity.balancing_test = "Colleagues expect it, and may say no."
            activity.with_user(self.dpo2).action_approve()
            self.assertEqual(activity.state, "approved")

    def test_special_and_criminal_data_need_their_own_basis(self):
        activity = self._activity()
        activity.data_category_ids |= self._one("gdpr.data.category", "health")
        activity.data_category_ids |= self._one("gdpr.data.category", "criminal")
        self.assertTrue(activity.special and activity.criminal)
        with self.assertRaisesRegex(UserError, "Art. 9"):
            activity.with_user(self.dpo2).action_approve()
        activity.special_basis = "b"
        with self.assertRaisesRegex(UserError, "Art. 10"):
            activity.with_user(self.dpo2).action_approve()
        activity.criminal_basis = "§ 26 BDSG"
        activity.with_user(self.dpo2).action_approve()
        self.assertEqual(activity.state, "approved")

    def test_a_second_person_approves(self):
        self.company.gdpr_four_eyes = True
        activity = self._activity()
        with self.assertRaisesRegex(UserError, "second person"):
            activity.action_approve()
        # a change makes whoever made it the author
        activity.with_user(self.dpo2).law = "§ 1 of the house rules"
        with self.assertRaisesRegex(UserError, "second person"):
            activity.with_user(self.dpo2).action_approve()
        activity.action_approve()
        self.assertEqual(activity.approved_by_id, self.dpo)
        self.company.gdpr_four_eyes = False
        alone = self._activity()
        alone.action_approve()
        self.assertEqual(alone.state, "approved")

    def test_who_approves(self):
        activity = self._activity()
        for user in (self.lawyer, self.assistant, self.auditor):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                activity.with_user(user).action_approve()
        with self.assertRaises(AccessError):
            activity.with_user(self.partner_user).write({"purposes": "Other"})
        activity.with_user(self.partner_user).action_approve()
        self.assertEqual(activity.approved_by_id, self.partner_user)

    def test_forged_approvals(self):
        forged = {
            "state": "approved",
            "approved_by_id": self.dpo2.id,
            "changed_by_id": self.dpo2.id,
            "version": 7,
        }
        activity = self._activity(**forged)
        self.assertEqual((activity.state, activity.version), ("draft", 1))
        self.assertFalse(activity.approved_by_id)
        self.assertEqual(activity.changed_by_id, self.dpo)
        defaults = {f"default_{name}": value for name, value in forged.items()}
        activity = self.activities.with_user(self.dpo).with_context(**defaults)
        activity = activity.create({"name": "x", "code": "X"})
        self.assertEqual((activity.state, activity.version), ("draft", 1))
        self.assertEqual(activity.changed_by_id, self.dpo)
        for name, value in forged.items():
            with self.subTest(name), self.assertRaises(UserError):
                activity.write({name: value})

    def test_two_officers_at_once(self):
        activity = self._activity()
        activity.with_user(self.dpo2).action_approve()
        with self.assertRaisesRegex(UserError, "approved by Finn Second meanwhile"):
            activity.with_user(self.partner_user).action_approve()
        other = self._activity()
        locked = patch.object(
            type(self.activities), "lock_for_update", side_effect=LockError("taken")
        )
        with locked, self.assertRaisesRegex(UserError, "Somebody else is deciding"):
            other.with_user(self.dpo2).action_approve()
        self.assertEqual(other.state, "draft")

    def test_approved_stands_still(self):
        activity = self._activity(approve=True)
        with self.assertRaisesRegex(UserError, "New Version"):
            activity.write({"purposes": "Something else"})
        with self.assertRaisesRegex(UserError, "New Version"):
            activity.write({"person_category_ids": [Command.clear()]})
        with self.assertRaisesRegex(UserError, "New Version"):
            activity.update_field_translations("name", {"en_US": "Other"})
        with self.assertRaisesRegex(UserError, "End the activity"):
            activity.unlink()
        activity.owner_id = self.lawyer  # who is responsible may change
        activity.action_end()
        self.assertEqual(activity.state, "ended")

    def test_versions_and_their_differences(self):
        activity = self._activity(
            approve=True,
            recipient_category_ids=[
                Command.set(self._one("gdpr.recipient.category", "it").ids)
            ],
        )
        draft = self.activities.browse(activity.action_new_version()["res_id"])
        draft = draft.with_user(self.dpo)
        self.assertEqual((draft.version, draft.code), (2, activity.code))
        self.assertEqual(draft.recipient_category_ids, activity.recipient_category_ids)
        # again: the same draft
        self.assertEqual(activity.action_new_version()["res_id"], draft.id)
        draft.recipient_category_ids |= self._one("gdpr.recipient.category", "bank")
        draft.purposes = "To invite to the games, and to keep the scores."
        self.assertEqual(
            draft._differences(activity),
            [
                (
                    "Purposes",
                    "To invite to the games.",
                    "To invite to the games, and to keep the scores.",
                ),
                (
                    "Recipients",
                    "Providers of IT and telecommunication",
                    "Banks\nProviders of IT and telecommunication",
                ),
            ],
        )
        self.assertIn("keep the scores", draft.changes)
        self.assertEqual(draft.version_count, 2)
        self.assertEqual(activity.state, "approved")
        draft.with_user(self.dpo2).action_approve()
        self.assertEqual((activity.state, draft.state), ("replaced", "approved"))
        self.assertEqual(activity.replaced_by_id, draft)

    def test_the_guard_is_not_left_open(self):
        activity = self._activity(approve=True)
        draft = activity._draft_of()
        with self.assertRaises(UserError):
            draft.write({"state": "approved"})


@tagged("post_install", "-at_install")
class TestRegisterMap(RegisterCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.map = cls.env["gdpr.field.map"]
        cls.map._discover()

    def _gaps(self, user=None):
        return self.map.with_user(user or self.dpo).search(self.map._drift_domain())

    def test_custom_field_shows_up_as_gap(self):
        field = self.env["ir.model.fields"].create(
            {
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "name": "x_shoe_size",
                "field_description": "Size of shoes",
                "ttype": "char",
            }
        )
        self.addCleanup(lambda: field.exists().unlink())
        self.map.with_user(self.dpo).action_drift()
        gap = self._gaps().filtered(lambda row: row.field == "x_shoe_size")
        self.assertTrue(gap)
        activity = self._activity(approve=True)
        adding = self.env["gdpr.processing.add"].with_user(self.dpo)
        context = gap.with_user(self.dpo).action_add_to_activity()["context"]
        wizard = adding.with_context(**context).create({"activity_id": activity.id})
        self.assertEqual(wizard.field_ids, gap)
        draft = self.activities.browse(wizard.action_add()["res_id"])
        # what was approved is as it was; the gap is closed by the approval
        self.assertFalse(activity.field_map_ids)
        self.assertEqual((draft.version, draft.field_map_ids), (2, gap))
        self.assertIn(gap, self._gaps())
        draft.with_user(self.partner_user).action_approve()
        self.assertNotIn(gap, self._gaps())

    def test_no_gap_in_a_register_of_all_templates(self):
        self.company.gdpr_four_eyes = True
        self.activities.with_user(self.dpo)._add_templates(self.company)
        drafts = self.activities.search(
            [
                ("company_id", "=", self.company.id),
                ("code", "in", self.company.gdpr_register_codes),
            ]
        )
        drafts.with_user(self.dpo).action_approve()
        self.assertEqual(set(drafts.mapped("state")), {"approved"})
        for draft in drafts:
            draft = draft.with_user(self.auditor)
            self.assertTrue(draft.purposes, draft.name)
            self.assertGreaterEqual(draft.completeness, 60, draft.missing)
        apps = ("legal_crm", "legal_deadlines", "legal_gdpr", "mail", "base", "crm")
        gaps = self._gaps().filtered(lambda row: row.application in apps)
        self.assertEqual(sorted({f"{gap.application} {gap.model}" for gap in gaps}), [])

    def test_templates_leave_the_firm_its_own(self):
        mine = self.activities.search(
            [("code", "=", "MANDATES"), ("company_id", "=", self.company.id)]
        )
        gone = self.activities.search(
            [("code", "=", "VISITORS"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual((len(mine), len(gone)), (1, 1))
        mine.with_user(self.dpo).purposes = "Ours"
        gone.with_user(self.dpo).unlink()
        self.activities._sync_catalogue()
        self.assertEqual(mine.purposes, "Ours")
        again = [("code", "=", "VISITORS"), ("company_id", "=", self.company.id)]
        self.assertFalse(self.activities.search(again))
        # asked for, it comes back
        self.activities.with_user(self.dpo).action_add_templates()
        self.assertTrue(self.activities.search(again))
        with self.assertRaises(AccessError):
            self.activities.with_user(self.partner_user).action_add_templates()

    def test_templates_in_three_languages(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.env["res.lang"]._activate_lang("fr_FR")
        mine = self.activities.search(
            [("code", "=", "AML"), ("company_id", "=", self.company.id)]
        )
        mine.with_user(self.dpo).unlink()
        self.activities._add_templates(self.company)
        new = self.activities.search(
            [("code", "=", "AML"), ("company_id", "=", self.company.id)]
        )
        for lang, name in [
            ("en_US", "Prevention of money laundering"),
            ("de_DE", "Geldwäscheprävention"),
            ("fr_FR", "Lutte contre le blanchiment"),
        ]:
            self.assertEqual(new.with_context(lang=lang).name, name)


@tagged("post_install", "-at_install")
class TestRegisterExport(RegisterCommon):
    def _sheets(self, user):
        content = self.activities.with_user(user)._register_xlsx(self.company)
        return openpyxl.load_workbook(io.BytesIO(content))

    def test_spreadsheet_has_all_of_article_30(self):
        self.company.gdpr_dpo = "Dana Vogt, privacy@firm.example"
        self._activity(
            approve=True,
            name="=1+1",
            law="§ 1",
            transfer_text="Norway: in the EEA.",
            measure_text="Locked cupboard.",
            retention_text="Until the next game.",
            joint_controller_ids=[Command.set(self.mueller.ids)],
            recipient_category_ids=[
                Command.set(self._one("gdpr.recipient.category", "bank").ids)
            ],
        )
        self._activity(purposes="A draft is not in it")
        self.activities.with_user(self.dpo).create(
            {
                "name": "Payroll for a client",
                "role": "processor",
                "purposes": "Computing wages",
                "client_ids": [Command.set(self.meier.ids)],
                "transfer_text": "None outside.",
                "measure_text": "Sealed envelopes.",
            }
        ).with_user(self.dpo2).action_approve()
        book = self._sheets(self.auditor)
        first, second = (
            {cell.value for row in book[name] for cell in row if cell.value}
            for name in ("Controller", "Processor")
        )
        text = "\n".join(map(str, first))
        for letter, said in [
            ("(a)", "Müller GmbH"),
            ("(a)", "Dana Vogt, privacy@firm.example"),
            ("(b)", "To invite to the games."),
            ("(c)", "Employees"),
            ("(c)", "Identity"),
            ("(d)", "Banks"),
            ("(e)", "Norway: in the EEA."),
            ("(f)", "Until the next game."),
            ("(g)", "Locked cupboard."),
            ("(a)", self.company.name),
        ]:
            with self.subTest(letter=letter, said=said):
                self.assertIn(said, text)
                self.assertIn(f"Art. 30(1){letter}", text)
        self.assertNotIn("A draft is not in it", text)
        self.assertIn("=1+1", text)  # a text, not a formula
        other = "\n".join(map(str, second))
        for letter, said in [
            ("(a)", "Hans Meier"),
            ("(a)", "hans.meier@example.com"),
            ("(b)", "Computing wages"),
            ("(c)", "None outside."),
            ("(d)", "Sealed envelopes."),
        ]:
            with self.subTest(letter=letter, said=said):
                self.assertIn(said, other)
                self.assertIn(f"Art. 30(2){letter}", other)

    def test_pdf_has_the_same(self):
        self._activity(approve=True, measure_text="Locked cupboard.")
        html = (
            self.env["ir.actions.report"]
            .with_user(self.partner_user)
            ._render_qweb_html("legal_gdpr.report_register", self.company.ids)[0]
            .decode()
        )
        for said in ("Art. 30(1)(g)", "Locked cupboard.", "Chess club of the firm"):
            self.assertIn(said, html)

    def test_only_readers_of_the_register_export_it(self):
        for user in (self.assistant, self.lawyer, self.outsider):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self._sheets(user)

    def test_a_new_firm_begins_with_drafts_and_purposes(self):
        self.env["res.lang"]._activate_lang("de_DE")
        firm = self.env["res.company"].create({"name": "Second Firm"})
        branch = self.env["res.company"].create(
            {"name": "Its branch", "parent_id": firm.id}
        )
        drafts = self.activities.search([("company_id", "=", firm.id)])
        rows = self.activities._catalogue_rows()
        self.assertEqual(set(drafts.mapped("code")), {row["code"] for row in rows})
        self.assertEqual(set(drafts.mapped("state")), {"draft"})
        purposes = self.env["gdpr.purpose"].search([("company_id", "=", firm.id)])
        self.assertEqual(set(purposes.mapped("code")), {"newsletter", "event"})
        german = purposes.with_context(lang="de_DE").mapped("name")
        self.assertIn("Einladungen", german)
        for model in ("gdpr.processing.activity", "gdpr.purpose"):
            self.assertFalse(
                self.env[model].search_count([("company_id", "=", branch.id)])
            )

    def test_purposes_of_the_firm_survive_an_update(self):
        purposes = self.env["gdpr.purpose"].search(
            [("company_id", "=", self.company.id)]
        )
        event = purposes.filtered(lambda purpose: purpose.code == "event")
        event.write({"name": "Hikes", "active": False})
        purposes._sync_catalogue()
        now = purposes.with_context(active_test=False).search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(now, purposes)
        self.assertEqual(event.name, "Hikes")
