from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import LegalCommon


@tagged("post_install", "-at_install")
class TestMatterNumber(LegalCommon):
    def _counter(self, matter):
        return int(matter.number.split("/")[0])

    def test_numbers_follow_each_other(self):
        first, second = self._matter(), self._matter()
        self.assertEqual(self._counter(second), self._counter(first) + 1)

    def test_a_failed_creation_leaves_no_gap(self):
        before = self._matter()
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self._matter(amount_in_dispute=-1)
        self.assertEqual(self._counter(self._matter()), self._counter(before) + 1)

    def test_an_empty_form_spends_no_number(self):
        before = self._matter()
        with self.assertRaisesRegex(UserError, "client"):
            self.env["legal.matter"].with_user(self.lawyer).create({})
        self.assertEqual(self._counter(self._matter()), self._counter(before) + 1)

    def test_counter_restarts_with_the_year(self):
        with freeze_time("2031-12-30"):
            old = self._matter()
        with freeze_time("2032-01-02"):
            new = self._matter()
        self.assertEqual((old.number, new.number), ("0001/31", "0001/32"))

    def test_parts_of_the_pattern(self):
        self.company.legal_number_pattern = "{counter:3}/{year2} {initials}-{area}"
        self.lawyer.legal_initials = "LB"
        number = self._matter().number
        self.assertRegex(number, r"^\d{3}/\d\d LB-ZR$")

    def test_two_firms_count_apart(self):
        other = self.env["res.company"].create({"name": "Second Firm"})
        self._matter()
        self.lawyer.company_ids |= other
        number = self._matter(company_id=other.id).number
        self.assertTrue(number.startswith("0001/"))

    def test_number_is_never_changed(self):
        matter = self._matter()
        for user in (self.lawyer, self.partner_user, self.env.ref("base.user_root")):
            with self.assertRaises(UserError):
                matter.with_user(user).write({"number": "9999/99"})

    def test_a_given_number_is_not_taken(self):
        matter = self._matter(number="9999/99")
        self.assertNotEqual(matter.number, "9999/99")

    def test_a_copy_gets_its_own_number(self):
        matter = self._matter(legacy_number="1998-77")
        copy = matter.copy()
        self.assertNotEqual(copy.number, matter.number)
        self.assertFalse(copy.legacy_number)
        self.assertEqual(copy.client_id, self.meier)

    def test_a_matter_is_not_deleted(self):
        matter = self._matter()
        with self.assertRaisesRegex(UserError, "not deleted"):
            matter.sudo().unlink()

    def test_bad_patterns_are_explained(self):
        for pattern, words in (
            ("", "needs a pattern"),
            ("{year}", "needs {counter}"),
            ("{counter}", "year"),
            ("{counter}/{jahr}", "{jahr}"),
            ("{counter}/{year2", "brace"),
            ("{area}-{counter}-{year}-{initials}", "different signs"),
        ):
            with self.assertRaises(ValidationError) as raised, self.cr.savepoint():
                self.company.legal_number_pattern = pattern
            self.assertIn(words, str(raised.exception), pattern)

    def test_settings_show_the_next_number(self):
        last = self._matter()
        with Form(self.env["res.config.settings"]) as settings:
            settings.legal_number_pattern = "K-{counter:5}/{year}"
            preview = settings.legal_number_preview
            settings.legal_number_pattern = "{year}"
            self.assertTrue(settings.legal_number_error)
            settings.legal_number_pattern = "K-{counter:5}/{year}"
        self.assertEqual(
            preview, f"K-{self._counter(last) + 1:05}/20{last.number[-2:]}"
        )
        self.assertEqual(self._matter().number, preview)

    def test_search_with_any_punctuation(self):
        matter = self._matter(
            legacy_number="RA 1998/0077-b", court_reference="12 O 3/26"
        )
        matter.party_ids.filtered(
            lambda p: p.side == "adverse"
        ).reference = "St-55/2026"
        digits = matter.number.replace("/", "")
        for text in (
            matter.number,
            matter.number.replace("/", "-"),
            matter.number.lstrip("0"),
            matter.number.replace("/", " "),
            digits,
            "ra1998.77 B",
            "12 o 3 / 26",
            "O 3/26",
            "3/26",
            "ST 55-2026",
        ):
            found = self.env["legal.matter"].with_user(self.assistant)
            self.assertIn(matter, found.search([("find", "ilike", text)]), text)
            names = found.name_search(text)
            self.assertIn(matter.id, [row[0] for row in names], text)

    def test_search_by_alias_and_spelling(self):
        matter = self._matter()
        self.env["legal.partner.name"].create(
            {"partner_id": self.meier.id, "name": "Kowalczyk", "kind": "birth"}
        )
        matters = self.env["legal.matter"].with_user(self.assistant)
        for text in ("Kowalczyk", "kowal", "Mueller", "MÜLLER", "Muller", "Meier"):
            self.assertIn(matter, matters.search([("find", "ilike", text)]), text)
        self.assertNotIn(matter, matters.search([("find", "ilike", "100%")]))

    def test_search_is_not_fooled_by_wildcards(self):
        self._matter()
        matters = self.env["legal.matter"].with_user(self.assistant)
        self.assertFalse(matters.search([("find", "ilike", "%_%")]))

    def test_references_to_copy(self):
        matter = self._matter(court_reference="12 O 3/26", legacy_number="1998-77")
        court = self._contact("Landgericht Stuttgart")
        matter.party_ids = [
            (
                0,
                0,
                {
                    "partner_id": court.id,
                    "role_id": self.env.ref("legal_crm.role_court").id,
                    "reference": "12 O 3/26",
                },
            )
        ]
        shown = {row["value"]: row["label"] for row in matter.copy_references}
        self.assertEqual(shown["12 O 3/26"], "Landgericht Stuttgart")
        self.assertEqual(set(shown), {"12 O 3/26", "1998-77"})

    def test_derived_references_are_not_edited(self):
        matter = self._matter()
        reference = matter.reference_ids.filtered(lambda r: r.kind == "number")
        with self.assertRaises(UserError):
            reference.write({"value": "1/1"})
        with self.assertRaises(UserError):
            reference.unlink()
        own = reference.create(
            {"matter_id": matter.id, "kind": "number", "value": "S-4711"}
        )
        self.assertEqual(own.kind, "other")
        self.assertIn(matter, matter.search([("find", "ilike", "s4711")]))
