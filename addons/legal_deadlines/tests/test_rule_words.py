from odoo.tests import tagged

from ..engine import tables
from ..models.legal_deadline_rule_texts import TEXTS, WORDS
from .common import DeadlineCommon


@tagged("post_install", "-at_install")
class TestRuleWords(DeadlineCommon):
    """A lawyer reads the catalogue in his language, his country's rules first."""

    def test_every_word_of_the_catalogue_is_translated(self):
        rows = tables.rows("deadline_catalog")
        words = {row[name] for row in rows for name in WORDS if row[name]}
        self.assertEqual(words, set(TEXTS))
        for lang in ("de_DE", "fr_FR"):
            self.env["res.lang"]._activate_lang(lang)
            rules = self.env["legal.deadline.rule"].with_context(lang=lang)
            untouched = {text for text in TEXTS if rules._in_words(text) == text}
            # terms of the law that are the same word there
            allowed = {
                "Notfrist", "Vorfrist", "forclusion", "déchéance", "caducité",
                "irrecevabilité", "caducité / irrecevabilité", "notification",
                "avis de fixation", "avis de fixation / notification", "signification",
                "notification (délai franc)", "notification/publication (délai franc)",
                "publication", "signification/notification",
            }  # fmt: skip
            self.assertEqual(untouched - allowed, set(), lang)

    def test_a_german_and_a_french_reader(self):
        rule = self._rule("DE-ZPO-517")
        for lang, word in [
            ("de_DE", "Zustellung"),
            ("fr_FR", "signification"),
            ("en_US", "service of"),
        ]:
            self.env["res.lang"]._activate_lang(lang)
            shown = rule.with_context(lang=lang).trigger_text
            self.assertIn(word.lower(), shown.lower())

    def test_what_the_firm_wrote_is_shown_as_it_is(self):
        self.env["res.lang"]._activate_lang("de_DE")
        rule = self._rule("DE-ZPO-517").with_context(lang="de_DE")
        shown = rule.trigger_text
        rule.trigger_text = shown  # saved with the form, unchanged
        self.assertEqual(rule.origin, "catalogue")
        rule.trigger_text = "Zustellung an den Anwalt"
        self.assertEqual(rule.trigger, "Zustellung an den Anwalt")
        self.assertEqual(rule.origin, "changed")
        self.env["legal.deadline.rule"]._sync_catalogue()
        self.assertEqual(rule.trigger_text, "Zustellung an den Anwalt")

    def test_the_rules_of_the_courts_country_come_first(self):
        rules = self.env["legal.deadline.rule"].with_user(self.lawyer)
        vienna = self._jurisdiction("AT", "Österreich")
        for place, country in ((self.berlin, "DE-"), (vienna, "AT-")):
            found = rules.with_context(legal_place=place.id).name_search("Berufung")
            codes = [rules.browse(row[0]).code for row in found]
            self.assertTrue(codes[0].startswith(country))
            here = [code.startswith(country) for code in codes]
            self.assertEqual(here, sorted(here, reverse=True))
            self.assertEqual(len(codes), len(set(codes)))
        dialog = rules.with_context(legal_place=vienna.id)
        found = dialog.search([("of_this_country", "=", True)])
        self.assertTrue(all(rule.code.startswith("AT-") for rule in found))
        self.assertTrue(all(found.mapped("of_this_country")))
        at_home = rules.with_context(legal_place=False).name_search("Berufung", limit=2)
        self.assertEqual(len(at_home), 2)
        self.assertTrue(rules.browse(at_home[0][0]).code.startswith("DE-"))
