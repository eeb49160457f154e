from datetime import date

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from .common import GdprCommon

TODAY = date(2026, 11, 25)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25 10:00:00")
class TestRetentionKeepers(GdprCommon):
    """Contacts, communications and deadlines stay as long as what needs them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls._retention("legal.matter")

    def _verdict(self, record):
        return self.env["gdpr.retention"]._judge(record)[record.id]

    def test_an_open_matter_is_in_use_rule_or_no_rule(self):
        self.rule.with_context(legal_unlock=False)  # the rule needs no event here
        french = self._contact("Nobody's file")
        matter = self._matter(client_id=french.id)
        self.assertFalse(self._verdict(matter).may_go(TODAY))
        self.assertFalse(self._verdict(french).may_go(TODAY))
        sentence = self.env["gdpr.retention"]._in_words(self._verdict(matter))
        self.assertIn("in use", sentence)

    def test_a_contact_goes_when_its_last_matter_may_go(self):
        """One file does not exempt a person for ever, and no day too early."""
        self._closed_on(self.matter, "2010-05-05")
        self.assertTrue(self._verdict(self.meier).may_go(TODAY))
        later = self._matter()
        self._closed_on(later, "2022-03-01")
        verdict = self._verdict(self.meier)
        self.assertEqual(verdict.may_on, date(2029, 1, 1))
        self.assertFalse(verdict.may_go(TODAY))
        self.assertTrue(verdict.may_go(date(2029, 1, 1)))

    def test_what_hangs_on_a_matter_goes_with_it(self):
        call = self._call(self.matter)
        self.assertFalse(self._verdict(call).may_go(TODAY))
        self._closed_on(self.matter, "2019-05-05")
        self.assertEqual(self._verdict(call).may_on, date(2026, 1, 1))
        self._retention(
            "legal.communication",
            minimum=10,
            trigger="date",
            domain="[('channel', '=', 'phone')]",
        )
        self.assertGreater(self._verdict(call).may_on, date(2036, 1, 1))

    def test_an_open_sub_matter_keeps_the_period_from_beginning(self):
        rule = self._retention(
            "legal.matter", code="SUB", trigger="child_ids.date_closed", anchor="exact"
        )
        child, other = (self._matter(parent_id=self.matter.id) for _n in range(2))
        self._closed_on(self.matter, "2010-05-05")
        self._closed_on(child, "2012-05-05")
        self.assertIn(rule.id, self._verdict(self.matter).waiting)
        self._closed_on(other, "2011-05-05")
        self.assertEqual(self._verdict(self.matter).may_on, date(2018, 5, 6))

    def test_a_hold_on_a_matter_reaches_what_hangs_on_it_and_its_parties(self):
        call = self._call(self.matter)
        self._closed_on(self.matter, "2010-05-05")
        hold = self._hold(self.matter)
        for record in self.matter, call, self.meier, self.mueller:
            self.assertIn(hold.id, self._verdict(record).holds, record)
        self.assertFalse(self._verdict(self.counsel).holds)

    def test_a_hold_on_a_person_reaches_the_persons_matters(self):
        call = self._call(self.matter)
        self._closed_on(self.matter, "2010-05-05")
        hold = self._hold(self.meier, scope="person", partner_id=self.meier.id)
        for record in self.meier, self.matter, call:
            self.assertIn(hold.id, self._verdict(record).holds, record)
        hold._release("Over")
        self.assertTrue(self._verdict(self.matter).may_go(TODAY))

    def test_the_form_says_it_in_words(self):
        self._closed_on(self.matter, "2022-05-05")
        shown = self.matter.with_user(self.assistant)
        self.assertEqual(str(shown.gdpr_may_go_on), "2029-01-01")
        self.assertIn("§ 50 BRAO", shown.gdpr_retention)
        self._hold(self.matter)
        shown.invalidate_recordset()
        self.assertTrue(shown.gdpr_held)
        self.assertIn("Claim expected", shown.gdpr_retention)

    def test_due_ones_are_found(self):
        matters = self.env["legal.matter"]
        old = self._closed_on(self._matter(), "2019-12-31")
        young = self._closed_on(self._matter(), "2020-01-01")
        held = self._closed_on(self._matter(), "2015-01-01")
        self._hold(held)
        found = matters.search([("gdpr_due", "=", True)])
        self.assertIn(old, found)
        self.assertNotIn(young, found)  # kept until 31 December 2026
        self.assertNotIn(held, found)
        self.assertNotIn(self.matter, found)

    def test_the_number_of_queries_does_not_grow(self):
        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["gdpr.retention"]._judge(records)
            return self.env.cr.sql_log_count - before

        matters = self.env["legal.matter"].browse(
            [self._closed_on(self._matter(), "2015-01-01").id for _n in range(12)]
        )
        count(matters)
        self.assertLessEqual(count(matters), count(matters[:2]) + 2)
        self._hold(matters[0])  # asked for all together, not for each
        count(matters)
        self.assertLessEqual(count(matters), count(matters[:2]) + 2)
        contacts = self.meier | self.mueller | self.counsel
        self.assertLessEqual(count(contacts), count(self.meier) + 4)

    def test_the_title_outlives_its_file(self):
        title = (
            self.env["gdpr.title"]
            .with_user(self.lawyer)
            .create(
                {
                    "name": "Judgment of 3 March",
                    "matter_id": self.matter.id,
                    "date_final": "2010-04-03",
                }
            )
        )
        self._retention("gdpr.title", minimum=30, trigger="date_final", anchor="exact")
        self._closed_on(self.matter, "2010-05-05")
        self.assertTrue(self._verdict(self.matter).may_go(TODAY))
        self.assertEqual(self._verdict(title).may_on, date(2040, 4, 4))
        self.assertEqual(title.matter_number, self.matter.number)


@tagged("post_install", "-at_install")
class TestRetentionCatalogue(GdprCommon):
    def test_the_catalogue_comes_as_drafts_in_three_languages(self):
        rules = self.env["gdpr.retention.rule"]
        rule = rules.search([("code", "=", "DE-FILE")])
        self.assertEqual((rule.minimum, rule.anchor), (6, "calendar_year"))
        for lang, name in [("de_DE", "Handakten"), ("en_US", "Matter files")]:
            self.env["res.lang"]._activate_lang(lang)
            rules._sync_catalogue()
            self.assertEqual(rule.with_context(lang=lang).name, name)
        prospects = rules.search([("code", "=", "FR-PROSPECTS")])
        self.assertEqual(prospects.model, "crm.lead")

    def test_an_update_leaves_alone_what_the_firm_decided(self):
        rules = self.env["gdpr.retention.rule"]
        rule = rules.search([("code", "=", "AT-FILE")])
        rule.minimum = 8
        rules._sync_catalogue()
        self.assertEqual(rule.minimum, 8)
        changed = rule.catalogue_values | {"minimum": 4}
        rule.catalogue_values = changed  # as if an older catalogue had been read
        rules._sync_catalogue()
        self.assertEqual(rule.minimum, 8)
        self.assertEqual(rules.search_count([("code", "=", "AT-FILE")]), 1)

    def test_a_changed_law_makes_a_draft_beside_the_approved_rule(self):
        rules = self.env["gdpr.retention.rule"]
        rule = rules.search([("code", "=", "CH-FILE")])
        rule.catalogue_values = rule.catalogue_values | {"minimum": 9}
        rule.minimum = 9
        rule.with_user(self.dpo).action_approve()
        rules._sync_catalogue()
        both = rules.search([("code", "=", "CH-FILE")], order="version")
        self.assertEqual(both.mapped("state"), ["approved", "draft"])
        self.assertEqual(both.mapped("minimum"), [9, 10])
        self.assertEqual(both[1].approved_on, False)
        self.assertEqual(fields.Date.today(), fields.Date.context_today(both))


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25 10:00:00")
class TestRetentionPeriods(GdprCommon):
    """Periods that cannot be counted are said in the user's words, and keep nothing
    from opening."""

    def test_what_cannot_be_counted_is_said_translatably(self):
        for values, words in (
            ({"minimum": -1}, "not negative"),
            ({"minimum": 9000}, "year 9999"),
            ({"maximum": 9000}, "year 9999"),
        ):
            with self.assertRaises(ValidationError) as raised:
                self._retention("legal.matter", **values)
            self.assertIn(words, str(raised.exception))

    def test_a_day_of_another_age_keeps_and_breaks_nothing(self):
        rule = self._retention("legal.matter")
        self._closed_on(self.matter, "9998-05-05")
        verdict = self.env["gdpr.retention"]._judge(self.matter)[self.matter.id]
        self.assertEqual(verdict.waiting, (rule.id,))
        self.assertTrue(self.matter.gdpr_retention)
        self._closed_on(self.matter, "9993-05-05")
        verdict = self.env["gdpr.retention"]._judge(self.matter)[self.matter.id]
        self.assertEqual(verdict.waiting, (rule.id,))
        self._retention("legal.matter", minimum=7998, code="LONG")
        self.assertEqual(self.env["gdpr.retention"]._due("legal.matter"), [])
