import time

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import GdprCommon


@tagged("post_install", "-at_install")
class TestFieldMap(GdprCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.map = cls.env["gdpr.field.map"]
        cls.map._discover()

    def _row(self, model, field):
        return self.map.search([("model", "=", model), ("field", "=", field)])

    def _custom(self, name="x_union", **values):
        field = self.env["ir.model.fields"].create(
            {
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "name": name,
                "field_description": "Membership of a union",
                "ttype": "char",
                **values,
            }
        )
        # the database forgets it at the end of the test, the registry would not
        self.addCleanup(lambda: field.exists().unlink())
        return field

    def test_each_stored_field_is_mapped(self):
        mapped = {
            (row.model, row.field) for row in self.map.search([("gone", "=", False)])
        }
        missing = [
            (name, field.name)
            for name, model in self.env.items()
            if model._auto and not (model._abstract or model._transient)
            for field in model._fields.values()
            if field.store and field.name != "id" and field.type != "one2many"
            if (name, field.name) not in mapped
        ]
        self.assertEqual(missing, [])

    def test_again_changes_nothing_and_is_fast(self):
        before = self.map.search([]).read()
        started = time.monotonic()
        self.assertFalse(self.map._discover())
        self.assertLess(time.monotonic() - started, 5)
        self.assertEqual(self.map.search([]).read(), before)

    def test_few_queries_whatever_the_size(self):
        self.map._discover()
        self.env.flush_all()
        with self.assertQueryCount(25):
            self.map._discover()

    def test_what_it_says(self):
        for model, field, role, edge in [
            ("res.partner", "email", "identifier", False),
            ("res.partner", "name", "identifier", False),
            ("res.partner", "create_uid", "link", "stop"),
            ("res.partner", "parent_id", "link", "stop"),
            ("res.partner", "comment", "free_text", False),
            ("res.partner.bank", "partner_id", "link", "owned"),
            ("res.users", "partner_id", "link", "owned"),
            ("mail.message", "author_id", "link", "shared"),
            ("mail.message", "res_id", "link", "owned"),
            ("mail.message", "email_from", "identifier", False),
            ("mail.tracking.value", "mail_message_id", "link", "owned"),
            ("mail.followers", "partner_id", "link", "owned"),
            ("mail.notification", "res_partner_id", "link", "owned"),
            ("calendar.attendee", "partner_id", "link", "owned"),
            ("calendar.event", "partner_ids", "link", "shared"),
            ("crm.lead", "partner_id", "link", "owned"),
            ("crm.lead", "user_id", "link", "stop"),
            ("crm.lead", "email_from", "identifier", False),
            ("crm.lead", "lead_properties", "free_text", False),
            ("legal.matter", "client_id", "link", "shared"),
            ("legal.matter", "description", "free_text", False),
            ("legal.communication", "partner_ids", "link", "shared"),
            ("ir.attachment", "res_id", "link", "owned"),
            ("ir.attachment", "index_content", "free_text", False),
            ("ir.ui.view", "arch_db", "none", False),
        ]:
            with self.subTest(model=model, field=field):
                row = self._row(model, field)
                self.assertEqual((row.role, row.edge), (role, edge), row.reason)
                self.assertTrue(row.reason)

    def test_what_the_suite_declares(self):
        row = self._row("legal.matter", "court_reference")
        self.assertEqual((row.source, row.state), ("declared", "confirmed"))
        self.assertEqual(row.reason, "identifies proceedings of the parties")
        silent = self._row("legal.matter", "date_opened")
        self.assertEqual((silent.source, silent.role), ("declared", "none"))
        # an extension of a model of Odoo declares its own fields only
        self.assertEqual(
            self._row("res.partner", "legal_search_key").source, "declared"
        )
        self.assertEqual(self._row("res.partner", "street").source, "inferred")

    def test_custom_field_arrives_unreviewed(self):
        self._custom()
        new = self.map._discover_if_changed()
        self.assertEqual(new.mapped("field"), ["x_union"])
        self.assertEqual(
            (new.state, new.custom, new.special), ("unreviewed", True, True)
        )
        self.assertEqual(new.label, "Membership of a union")
        self.assertGreater(self.map._debt()["res.partner"], 0)
        self.assertIn(new, self.map._rows("res.partner"))

    def test_a_decision_stays_until_the_type_changes(self):
        row = self._row("res.partner", "street")
        row.with_user(self.dpo).write({"on_erasure": "redact", "category": "other"})
        self.assertEqual((row.source, row.state), ("manual", "confirmed"))
        self.assertEqual(row.reviewed_by_id, self.dpo)
        self.map._discover()
        self.assertEqual((row.on_erasure, row.category), ("redact", "other"))
        self.env.cr.execute(
            "UPDATE gdpr_field_map SET field_type = 'integer' WHERE id = %s", [row.id]
        )
        row.invalidate_recordset()
        self.map._discover()
        self.assertEqual((row.state, row.field_type), ("unreviewed", "char"))

    def test_a_field_that_goes(self):
        field = self._custom()
        row = self.map._discover()
        row.with_user(self.dpo).action_confirm()
        field.unlink()
        self.map._discover()
        self.assertTrue(row.gone)
        self.assertEqual(row.state, "confirmed")
        self.assertNotIn(row, self.map._rows("res.partner"))
        self._custom()
        self.assertFalse(self.map._discover())
        self.assertFalse(row.gone)

    def test_who_confirms(self):
        rows = self._row("res.partner", "city") | self._row("res.partner", "zip")
        with self.assertRaises(AccessError):
            rows.with_user(self.lawyer).action_confirm()
        rows.with_user(self.dpo).action_confirm()
        self.assertEqual(set(rows.mapped("state")), {"confirmed"})
        self.assertEqual(set(rows.mapped("source")), {"inferred"})
        with self.assertRaisesRegex(ValidationError, "say why"):
            rows.with_user(self.dpo).write({"on_erasure": "keep"})

    def test_new_since_the_last_review(self):
        self._row("res.partner", "city").with_user(self.dpo).action_confirm()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE gdpr_field_map SET reviewed_on = now() at time zone 'utc' "
            "- interval '1 hour' WHERE reviewed_on IS NOT NULL"
        )
        self.env.cr.execute(
            "UPDATE gdpr_field_map SET found_on = now() at time zone 'utc' "
            "- interval '2 hours'"
        )
        self.env.invalidate_all()
        self._custom()
        new = self.map._discover()
        self.assertEqual(
            self.map.with_user(self.dpo).search([("is_new", "=", True)]), new
        )
        self.assertTrue(new.is_new)
