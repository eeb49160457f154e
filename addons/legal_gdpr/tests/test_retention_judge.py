from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import GdprCommon


@tagged("post_install", "-at_install")
class TestRetentionJudge(GdprCommon):
    def _verdict(self, record):
        return self.env["gdpr.retention"]._judge(record)[record.id]

    def test_a_file_is_kept_six_years_from_the_end_of_the_year(self):
        rule = self._retention("legal.matter")
        self._closed_on(self.matter, "2020-03-05")
        verdict = self._verdict(self.matter)
        self.assertEqual(verdict.may_on, date(2027, 1, 1))
        self.assertEqual(verdict.rules, (rule.id,))

    def test_no_period_for_what_the_system_is_made_of(self):
        for model in ("res.groups", "ir.rule", "gdpr.erasure.journal", "res.users"):
            with self.subTest(model=model), self.assertRaises(ValidationError):
                self._retention(model, trigger="create_date", approve=False)

    def test_an_open_matter_stays(self):
        self._retention("legal.matter")
        verdict = self._verdict(self.matter)
        self.assertTrue(verdict.waiting)
        self.assertFalse(verdict.may_go(date(2999, 1, 1)))

    def test_a_draft_and_a_rule_of_another_country_say_nothing(self):
        self._retention("legal.matter", approve=False, code="A", minimum=30)
        self._retention("legal.matter", code="B", country_id=self.env.ref("base.fr").id)
        self._closed_on(self.matter, "2020-03-05")
        self.assertEqual(self._verdict(self.matter).rules, ())

    def test_the_latest_child_counts(self):
        self._retention("legal.matter", trigger="child_ids.date_closed", anchor="exact")
        child = self._matter(parent_id=self.matter.id)
        other = self._matter(parent_id=self.matter.id)
        self._closed_on(child, "2019-05-01")
        self._closed_on(other, "2020-02-29")
        self._closed_on(self.matter, "2020-02-29")
        self.assertEqual(self._verdict(self.matter).may_on, date(2026, 3, 1))

    def test_a_hold_keeps_until_it_is_released(self):
        self._retention("legal.matter")
        self._closed_on(self.matter, "2010-03-05")
        self.assertTrue(self._verdict(self.matter).may_go(date(2026, 11, 25)))
        hold = self._hold(self.matter)
        self.assertEqual(self._verdict(self.matter).holds, (hold.id,))
        with self.assertRaises(UserError):
            hold._release(" ")
        hold._release("The claim was settled.")
        self.assertFalse(self._verdict(self.matter).holds)

    def test_a_hold_cannot_be_deleted_or_released_by_a_write(self):
        hold = self._hold(self.matter)
        with self.assertRaises(UserError):
            hold.unlink()
        with self.assertRaises(UserError):
            hold.with_user(self.dpo).write({"released_on": "2026-01-01 00:00:00"})

    def test_an_approved_rule_is_replaced_and_never_changed(self):
        rule = self._retention("legal.matter")
        with self.assertRaises(UserError):
            rule.write({"minimum": 1})
        with self.assertRaises(UserError):
            rule.unlink()
        draft = rule.browse(rule.action_new_version()["res_id"])
        self.assertEqual((draft.version, draft.state), (2, "draft"))
        self.assertEqual(rule.state, "approved")
        draft.minimum = 7
        draft.action_approve()
        self.assertEqual((rule.state, rule.replaced_by_id), ("replaced", draft))

    def test_approval_is_the_officers(self):
        rule = self._retention("legal.matter", approve=False)
        with self.assertRaises(UserError):
            rule.with_user(self.partner_user).action_approve()
        with self.assertRaises(UserError):
            rule.write({"state": "approved"})
        made = self._retention(
            "legal.matter", approve=False, code="C", state="approved"
        )
        self.assertEqual(made.state, "draft")

    def test_nonsense_is_refused_in_words(self):
        for values, text in [
            ({"trigger": "no_such_field"}, "no stored date"),
            ({"trigger": "name"}, "no stored date"),
            ({"trigger": "write_date"}, "last change"),
            ({"domain": "[('nothing', '=', 1)]"}, "cannot be searched"),
            ({"domain": "import os"}, "cannot be searched"),
            ({"minimum": -1}, "negative"),
            ({"minimum": 10, "maximum": 5}, "before it may go"),
        ]:
            with self.subTest(values):
                with self.assertRaises(ValidationError) as raised:
                    self._retention("legal.matter", approve=False, **values)
                self.assertIn(text, str(raised.exception))
