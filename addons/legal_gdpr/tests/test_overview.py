from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import GdprCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25 09:00:00")
class TestOverview(GdprCommon):
    def _tiles(self):
        self.env.flush_all()
        self.env.invalidate_all()
        tiles = self.env["gdpr.overview"].with_user(self.dpo).search([])
        return {tile.code: tile for tile in tiles}

    def test_every_figure_opens_the_records_it_counts(self):
        tiles = self._tiles()
        self.assertGreater(len(tiles), 8)
        for tile in tiles.values():
            self.assertTrue(tile.name)
            for kind in ("due", "overdue", "missing"):
                with self.subTest(area=tile.code, kind=kind):
                    if not tile[f"{kind}_label"]:
                        continue
                    action = getattr(tile, f"action_{kind}")()
                    model = self.env[action["res_model"]].with_user(self.dpo)
                    self.assertEqual(
                        tile[f"{kind}_count"], model.search_count(action["domain"])
                    )
                    for _view, mode in action["views"]:
                        model.get_view(view_type=mode)

    def test_the_auditor_reads_no_figure_that_he_may_not_open(self):
        auditor = self._user("aud", "legal_crm.group_auditor", "Audi Tor")
        tiles = self.env["gdpr.overview"].with_user(auditor).search([])
        shown = 0
        for tile in tiles:
            for kind in ("due", "overdue", "missing"):
                if not tile[f"{kind}_label"]:
                    continue
                shown += 1
                action = getattr(tile, f"action_{kind}")()
                model = self.env[action["res_model"]].with_user(auditor)
                with self.subTest(area=tile.code, kind=kind):
                    self.assertEqual(
                        tile[f"{kind}_count"], model.search_count(action["domain"])
                    )
        self.assertGreater(shown, 8)

    def test_a_drill_is_counted_as_a_drill_alone(self):
        def counted():
            figures = self._report()._figures()
            return {what: n for area, what, n in figures if area == "Incidents"}

        before = counted()
        tile = self._tiles()["breaches"]
        drill = self.env["gdpr.breach"].with_user(self.dpo)
        drill.create({"description": "The laptop is gone.", "is_drill": True})
        self.env.flush_all()
        after = counted()
        self.assertEqual(after["drills"], before["drills"] + 1)
        self.assertEqual(after["reported"], before["reported"])
        self.assertEqual(self._tiles()["breaches"].due_count, tile.due_count)

    def test_what_is_red_stands_first(self):
        self.env["gdpr.training"].create({"name": "Basics"})
        self.env.flush_all()
        overview = self.env["gdpr.overview"].with_user(self.dpo)
        rows = overview.web_search_read([], {"worst": {}, "code": {}})["records"]
        ranks = [("red", "yellow", "green").index(row["worst"]) for row in rows]
        self.assertEqual(ranks, sorted(ranks))
        self.assertEqual(rows[0]["worst"], "red")
        other = overview.web_search_read([], {"code": {}}, order="code")["records"]
        self.assertEqual(
            [row["code"] for row in other], sorted(row["code"] for row in other)
        )

    def test_an_acknowledgement_that_is_missing_is_counted(self):
        before = self._tiles()["policies"].missing_count
        policy = (
            self.env["gdpr.policy"]
            .with_user(self.dpo)
            .create({"code": "OV", "name": "Policy", "body": "<p>Lock it.</p>"})
        )
        self.assertGreaterEqual(self._tiles()["policies"].due_count, 1)
        policy.action_publish()
        tile = self._tiles()["policies"]
        self.assertEqual(tile.missing_count, before + policy.open_count)
        self.assertEqual(tile.worst, "red")
        policy.with_user(self.lawyer).action_acknowledge()
        self.assertEqual(
            self._tiles()["policies"].missing_count, before + policy.open_count
        )

    def test_a_late_request_is_counted_and_then_not(self):
        before = self._tiles()["requests"].overdue_count
        request = (
            self.env["gdpr.request"]
            .with_user(self.dpo)
            .create(
                {
                    "kind": "access",
                    "channel": "mail",
                    "partner_id": self.meier.id,
                    "received_on": "2026-09-01 09:00:00",
                    "text": "What do you know of me?",
                }
            )
        )
        tile = self._tiles()["requests"]
        self.assertEqual(tile.overdue_count, before + 1)
        self.assertEqual(tile.worst, "red")
        self.assertIn(
            request,
            self.env["gdpr.request"].search(tile.action_overdue()["domain"]),
        )

    def test_trainings_and_assessments_are_there(self):
        before = self._tiles()["training"].missing_count
        self.env["gdpr.training"].create({"name": "Basics"})
        self.assertGreater(self._tiles()["training"].missing_count, before)
        activity = self.env["gdpr.processing.activity"].create(
            {"code": "OV-TEST", "name": "Test"}
        )
        self.env["gdpr.dpia"].with_user(self.partner_user).create(
            {"processing_id": activity.id}
        )
        self.assertIn("dpia", self._tiles())

    def test_it_is_the_officers_and_the_auditors(self):
        overview = self.env["gdpr.overview"]
        for user in (self.lawyer, self.partner_user, self.outsider):
            with self.assertRaises(AccessError):
                overview.with_user(user).search([])
        auditor = self._user("aud", "legal_crm.group_auditor", "Audi Tor")
        tiles = overview.with_user(auditor).search([])
        self.assertTrue(all(tile.name for tile in tiles))

    def test_nothing_behind_a_figure_that_is_not_there(self):
        tile = self._tiles()["map"]
        with self.assertRaises(UserError):
            tile.action_overdue()

    def _report(self, **values):
        return self.env["gdpr.yearly.report"].with_user(self.dpo).create({**values})

    def test_the_yearly_report_counts_its_year(self):
        self.env["gdpr.training"].create({"name": "Basics"})
        training = self.env["gdpr.training"].search([("name", "=", "Basics")])
        before = dict(
            ((area, what), number) for area, what, number in self._report()._figures()
        )
        for day in ("2025-12-31", "2026-01-01", "2026-11-25"):
            self.env["gdpr.training.record"].with_user(self.dpo).create(
                {
                    "training_id": training.id,
                    "user_id": self.lawyer.id,
                    "date": day,
                    "evidence": "List",
                }
            )
        self.env.flush_all()
        after = dict(
            ((area, what), number) for area, what, number in self._report()._figures()
        )
        key = ("Training", "taken")
        self.assertEqual(after[key], before[key] + 2)
        html = (
            self.env["ir.actions.report"]
            .with_user(self.dpo)
            ._render_qweb_html(
                "legal_gdpr.report_yearly", self._report(note="All well.").ids
            )[0]
            .decode()
        )
        for text in ("2026", "All well.", "Requests of data subjects", "taken"):
            self.assertIn(text, html)

    def test_a_year_that_is_none_is_refused(self):
        for year in ("2017", "2027", "abc", "²"):
            with self.subTest(year), self.assertRaises(ValidationError):
                self._report(year=year)
