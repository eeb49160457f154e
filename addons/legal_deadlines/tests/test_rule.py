from datetime import date, time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.legal_deadlines import engine
from odoo.addons.legal_deadlines.engine import rules as catalogue

from .common import DeadlineCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02")
class TestRule(DeadlineCommon):
    """Rules: the catalogue's, the firm's, their versions, who has read them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["legal.deadline.rule"]
        cls.appeal = cls._rule("DE-ZPO-517")

    def _own(self, user=None, **values):
        return self.rules.with_user(user or self.lawyer).create(
            {
                "code": "own-1",
                "name": "Own",
                "regime": "DE-ZPO",
                "length": 10,
                "unit": "day",
                "source": "contract",
                **values,
            }
        )

    # -- the catalogue

    def test_every_rule_of_the_catalogue_is_there_and_computes_the_same(self):
        known = catalogue.catalogue()
        for code, original in known.items():
            with self.subTest(code):
                rule = self._rule(code)
                self.assertEqual(len(rule), 1)
                self.assertEqual(rule.origin, "catalogue")
                self.assertFalse(rule.reviewed)
                place = rule._sample_place()
                more = {"length": 0 if rule.length else 2}
                if rule.unit == "hour":
                    more["event_time"] = time(9, 30)
                event = date(2025, 5, 6)
                self.assertEqual(
                    rule._request(event, place, **more)[0],
                    original.request(event, place, **more),
                )
        self.assertTrue(self.env.ref("legal_deadlines.rule_de_zpo_517"))

    def test_an_update_leaves_alone_what_the_firm_changed(self):
        changed, archived = self.appeal, self._rule("DE-ZPO-548")
        changed.with_user(self.lawyer).length = 2
        archived.with_user(self.lawyer).active = False
        before = self.rules.with_context(active_test=False).search_count([])
        for _update in range(2):
            self.rules._sync_catalogue()
            self.assertEqual((changed.length, changed.origin), (2, "changed"))
            self.assertFalse(archived.active)
        after = self.rules.with_context(active_test=False).search_count([])
        self.assertEqual(before, after)
        self.assertIn("2", changed.difference)

    def test_an_update_brings_what_the_catalogue_corrected(self):
        """What the firm did not touch follows; what it changed shows the difference."""
        plain, changed = self._rule("DE-ZPO-520"), self.appeal
        plain.with_user(self.lawyer).action_reviewed()
        changed.with_user(self.lawyer).note = "our note"
        old = {**self.rules._catalogue()}
        new = {
            code: {**values, "length": 3, "note": "corrected"}
            if code in ("DE-ZPO-520", "DE-ZPO-517")
            else values
            for code, values in old.items()
        }
        self.patch(type(self.rules), "_catalogue", lambda self: new)
        self.rules._sync_catalogue()
        self.assertEqual((plain.length, plain.note), (3, "corrected"))
        self.assertEqual(plain.origin, "catalogue")
        self.assertFalse(plain.reviewed, "nobody has read the corrected one")
        self.assertEqual((changed.length, changed.note), (1, "our note"))
        self.assertEqual(changed.origin, "changed")
        changed.with_user(self.lawyer).action_take_over()
        self.assertEqual((changed.length, changed.origin), (3, "catalogue"))

    def test_a_follower_that_was_taken_out_stays_out(self):
        self.assertEqual(self.appeal.next_ids.mapped("next_code"), ["DE-ZPO-520"])
        self.appeal.with_user(self.lawyer).next_ids.unlink()
        self.rules._sync_catalogue()
        self.assertFalse(self.appeal.next_ids)

    def test_a_rule_of_the_firm_under_a_new_code_of_the_catalogue_stays(self):
        self.appeal.with_context(active_test=False)
        own = self._own(code="DE-NEW-1")
        values = {**self.rules._catalogue()}
        values["DE-NEW-1"] = {**values["DE-ZPO-517"], "next": []}
        self.patch(type(self.rules), "_catalogue", lambda self: values)
        self.rules._sync_catalogue()
        self.assertEqual((own.length, own.origin), (10, "changed"))

    # -- the firm's own

    def test_what_the_engine_cannot_compute_is_refused(self):
        for values, words in (
            ({"regime": "DE-XYZ"}, "DE-ZPO"),
            ({"options": "frank=1"}, "franc"),
            ({"options": "fiction=soon"}, "fiction"),
            ({"options": "franc=1"}, "DE-ZPO"),
            ({"long_stop": "five months"}, "five months"),
            ({"long_stop": "second=5month"}, "long_stop"),
            ({"length": -1}, "-1"),
            ({"length": 20_000}, "20000"),
            ({"warning_days": "soon"}, "7, 1"),
        ):
            with self.subTest(values):
                with self.assertRaises(ValidationError) as caught:
                    self._own(**values)
                self.assertIn(words, str(caught.exception))
                with self.assertRaises(ValidationError):
                    self.appeal.with_user(self.lawyer).write(values)

    def test_a_code_is_found_however_it_is_written(self):
        own = self._own(code=" own-7 ")
        self.assertEqual(own.code, "OWN-7")
        self.assertEqual(self.rules._for("Own-7 "), own)
        self.assertEqual(own.origin, "own")

    def test_assistants_and_administrators_do_not_change_rules(self):
        for user in (self.assistant, self.admin_user, self.outsider):
            with self.subTest(user.name):
                appeal = self.appeal.with_user(user)
                self.assertEqual(appeal.code, "DE-ZPO-517")
                with self.assertRaises(AccessError):
                    appeal.write({"length": 5})
                with self.assertRaises(AccessError):
                    appeal.write({"reviewed": True})
                with self.assertRaises(AccessError):
                    appeal.action_reviewed()
                with self.assertRaises(AccessError):
                    appeal.action_take_over()
                with self.assertRaises(AccessError):
                    appeal._new_version(date(2027, 1, 1))
                with self.assertRaises(AccessError):
                    self._own(user)

    def test_no_rule_is_deleted(self):
        with self.assertRaisesRegex(UserError, "Archive"):
            self._own().sudo().unlink()
        with self.assertRaises(AccessError):
            self._own(code="own-2").unlink()

    # -- reviewed

    def test_a_review_names_the_lawyer_and_ends_with_a_change(self):
        appeal = self.appeal.with_user(self.lawyer)
        appeal.action_reviewed()
        self.assertEqual(appeal.reviewed_by_id, self.lawyer)
        self.assertEqual(appeal.reviewed_on, date(2026, 3, 2))
        appeal.note = "see commentary"
        self.assertTrue(appeal.reviewed)
        appeal.length = 1
        self.assertTrue(appeal.reviewed, "nothing changed")
        appeal.length = 2
        self.assertFalse(appeal.reviewed or appeal.reviewed_by_id or appeal.reviewed_on)

    def test_nobody_reviews_in_the_name_of_another(self):
        appeal = self.appeal.with_user(self.lawyer)
        appeal.write({"reviewed": True, "reviewed_by_id": self.partner_user.id})
        self.assertEqual(appeal.reviewed_by_id, self.lawyer)
        appeal.write({"reviewed_by_id": self.partner_user.id})
        self.assertEqual(appeal.reviewed_by_id, self.lawyer)
        own = self._own(reviewed=True, reviewed_by_id=self.partner_user.id)
        self.assertEqual(own.reviewed_by_id, self.lawyer)

    # -- versions

    def test_the_version_of_the_day_of_the_event(self):
        wizard = (
            self.env["legal.deadline.rule.version"]
            .with_user(self.lawyer)
            .create({"rule_id": self.appeal.id, "date_from": "2027-01-01"})
        )
        self.appeal.reviewed = True
        new = self.rules.browse(wizard.action_create()["res_id"])
        self.assertFalse(new.reviewed)
        new.length = 6
        self.assertEqual(self.rules._for("DE-ZPO-517", date(2026, 12, 31)), self.appeal)
        self.assertEqual(self.rules._for("DE-ZPO-517", date(2027, 1, 1)), new)
        self.assertEqual(self.rules._for("DE-ZPO-517"), self.appeal, "today")
        self.assertEqual(self.appeal.date_to, date(2026, 12, 31))
        self.assertFalse(new.date_to)
        self.assertEqual(new.next_ids.next_code, "DE-ZPO-520")
        self.assertEqual(new.version_ids, self.appeal | new)
        for day in ("2027-01-01", "2026-06-01"):
            with self.assertRaisesRegex(ValidationError, "2027-01-01"):
                self.appeal._new_version(date.fromisoformat(day))
        self.rules._sync_catalogue()
        self.assertEqual((new.length, new.origin), (6, "own"))

    def test_an_unknown_code_names_similar_ones(self):
        self.assertFalse(self.rules._for("DE-ZPO-571"))
        with self.assertRaisesRegex(UserError, "DE-ZPO-517"):
            self.rules._found("DE-ZPO-5177")

    # -- computing

    def test_of_two_ends_the_earlier_holds(self):
        served, pronounced = date(2008, 6, 10), date(2007, 12, 14)
        alone = self.appeal._compute_date(served, "DE-NW")
        self.assertEqual(alone.date, date(2008, 7, 10))
        both = self.appeal._compute_date(served, "DE-NW", pronounced=pronounced)
        self.assertEqual(both.date, date(2008, 6, 16))
        asked = self.appeal._request(served, "DE-NW", pronounced=pronounced)
        self.assertEqual(len(asked), 2)

    def test_a_later_end_keeps_its_doubt_if_that_is_earlier(self):
        rule = self._own(long_stop="1month", options="begin_disputed=1", length=31)
        result = rule._compute_date(
            date(2026, 1, 12), "DE-BE", pronounced=date(2026, 1, 12)
        )
        self.assertLessEqual(result.safe, date(2026, 2, 11))

    def test_a_period_of_ones_own_and_what_is_missing(self):
        judicial = self._rule("DE-ZPO-524")
        with self.assertRaises(engine.DeadlineError) as caught:
            judicial._compute_date(date(2026, 2, 2), "DE-BE")
        self.assertEqual(caught.exception.code, "period_missing")
        found = judicial._compute_date(date(2026, 2, 2), "DE-BE", length=3, unit="week")
        self.assertEqual(found.date, date(2026, 2, 23))

    def test_local_holidays_move_the_end(self):
        rule = self._rule("DE-ZPO-339")
        more = {"local_holidays": (("02-16", "Local, ord."),)}
        self.assertEqual(
            rule._compute_date(date(2026, 2, 2), "DE-BE").date, date(2026, 2, 16)
        )
        self.assertEqual(
            rule._compute_date(date(2026, 2, 2), "DE-BE", **more).date,
            date(2026, 2, 17),
        )

    def test_trying_a_rule_shows_the_date_and_keeps_none(self):
        before = self.env["legal.deadline"].search_count([])
        form = Form(self.env["legal.deadline.rule.try"].with_user(self.assistant))
        form.rule_id = self.appeal
        form.event_date = date(2026, 2, 2)
        form.jurisdiction_id = self.berlin
        self.assertIn("02.03.2026", form.answer)
        self.assertIn("ZPO", form.answer)
        self.assertFalse(form.problem)
        form.jurisdiction_id = self.env["legal.jurisdiction"]
        self.assertIn("Enter where the court", form.problem)
        self.assertFalse(form.answer)
        form.event_date = date(1900, 1, 1)
        form.jurisdiction_id = self.berlin
        self.assertIn("1900", form.problem)
        self.assertEqual(self.env["legal.deadline"].search_count([]), before)

    def test_the_period_in_words(self):
        self.assertEqual(self.appeal.period, "1 month")
        self.assertEqual(self._rule("DE-ZPO-132").period, "1 week before")
        self.assertEqual(self._rule("DE-ZPO-524").period, "set by the judge")

    # -- what follows

    def test_every_shipped_follower_is_a_rule(self):
        followers = self.env["legal.deadline.rule.next"].search([])
        self.assertGreaterEqual(len(followers), 15)
        self.assertEqual(
            followers.filtered(lambda line: not line.next_rule_id), followers.browse()
        )
        self.assertEqual(self.appeal.next_ids.link, "trigger")

    def test_a_follower_has_a_code_that_exists(self):
        own = self._own()
        own.next_ids = [(0, 0, {"next_code": "de-zpo-520", "link": "date"})]
        self.assertEqual(own.next_ids.next_rule_id, self._rule("DE-ZPO-520"))
        with self.assertRaisesRegex(UserError, "DE-ZPO-520"):
            own.next_ids = [(0, 0, {"next_code": "DE-ZPO-52O"})]
        with self.assertRaises(ValidationError):
            own.next_ids = [(0, 0, {"next_code": "OWN-1"})]
