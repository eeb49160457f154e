from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from odoo.addons.legal_deadlines.engine import places

from .common import DeadlineCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02")
class TestJurisdiction(DeadlineCommon):
    """Places come with the suite, a court's place from its address."""

    def test_all_places_of_the_four_countries(self):
        codes = set(self.env["legal.jurisdiction"].search([]).mapped("code"))
        self.assertLessEqual({f"DE-{land}" for land in places.LAENDER}, codes)
        self.assertLessEqual({f"CH-{canton}" for canton in places.CANTONS}, codes)
        self.assertLessEqual({f"FR-{part}" for part in ("AM", "57", "971")}, codes)
        self.assertLessEqual({"AT", "EU-LU", "DE-BY/catholic", "DE-BY/Augsburg"}, codes)

    def test_a_code_is_a_place(self):
        for code in ("DE-XX", "Bayern", "CH", "de-by"):
            with self.subTest(code), self.assertRaises(ValidationError) as caught:
                self.env["legal.jurisdiction"].create({"name": "x", "code": code})
            self.assertNotIn("engine", str(caught.exception))
        with self.assertRaisesRegex(ValidationError, "DE-BY, FR-974"):
            self.berlin.code = "DE-QQ"

    def test_the_country_follows_from_the_code(self):
        place = self.env["legal.jurisdiction"].create({"name": "NL", "code": "NL"})
        self.assertEqual(place.country_id.code, "NL")
        self.assertEqual(place.display_name, "NL")
        self.assertIn("(DE-BE)", self.berlin.display_name)

    def test_holidays_are_listed_with_their_source(self):
        vienna = self._jurisdiction("AT")
        days = {day.date.isoformat(): laws for day, laws in vienna._days_of(2026)}
        self.assertEqual(days["2026-01-06"], [])
        self.assertIn("AT-ZPO", days["2026-04-03"])  # Good Friday
        self.assertIn("2026-12-24", days)
        self.assertNotIn("AT-ZPO", days["2026-12-24"])
        # one day, two sources: settled for one law, in doubt for others
        found = self._jurisdiction("CH-NE")._days_of(2026)
        second = [
            (day.doubtful, laws) for day, laws in found if str(day.date) == "2026-01-02"
        ]
        self.assertEqual(
            second, [(True, ["CH-BGG", "CH-VwVG", "CH-StPO"]), (False, ["CH-ZPO"])]
        )
        table = vienna.with_user(self.assistant).holiday_table
        self.assertIn("2026", table)
        self.assertIn("2027", table)
        self.assertIn("only for", table)

    def test_local_holidays_reach_the_engine(self):
        self.berlin.holiday_ids = [
            (0, 0, {"day": "06-15", "name": "Marker day", "source": "Ord. 12"})
        ]
        self.assertEqual(
            self.berlin._local_holidays(), (("06-15", "Marker day, Ord. 12"),)
        )
        self.assertIn("Marker day", self.berlin.holiday_table)
        self.assertEqual(self.env["legal.jurisdiction"]._local_holidays(), ())

    def test_a_local_holiday_is_a_day_of_the_year(self):
        with self.assertRaisesRegex(ValidationError, "30 February|02-30"):
            self.berlin.holiday_ids = [
                (0, 0, {"day": "02-30", "name": "none", "source": "x"})
            ]

    def test_assistants_do_not_change_places(self):
        with self.assertRaises(AccessError):
            self.berlin.with_user(self.assistant).name = "Other"
        with self.assertRaises(AccessError):
            self.env["legal.local.holiday"].with_user(self.lawyer).create(
                {
                    "jurisdiction_id": self.berlin.id,
                    "day": "06-15",
                    "name": "x",
                    "source": "y",
                }
            )

    # -- contacts

    def _court(self, country="de", **values):
        return (
            self.env["res.partner"]
            .with_user(self.assistant)
            .create(
                {
                    "name": "Court",
                    "is_company": True,
                    "country_id": self.env.ref(f"base.{country}").id,
                    **values,
                }
            )
        )

    def test_an_address_proposes_the_place(self):
        for country, zip_code, code in (
            ("de", "70182", "DE-BW"),
            ("de", "10115", "DE-BE"),
            ("de", "06108", False),  # straddles Länder
            ("de", False, False),
            ("fr", "75001", "FR"),
            ("fr", "67000", "FR-67"),
            ("fr", "F-97133", "FR-977"),
            ("ch", "8004", "CH-ZH"),
            ("ch", "1950", False),
            ("at", "1030", "AT"),
            ("be", "1000", False),
        ):
            with self.subTest(country=country, zip=zip_code):
                court = self._court(country, zip=zip_code)
                self.assertEqual(court.jurisdiction_id.code, code)

    def test_the_state_is_better_than_the_zip_code(self):
        zurich = self.env.ref("base.state_ch_zh_fr")
        court = self._court("ch", zip="1000", state_id=zurich.id)
        self.assertEqual(court.jurisdiction_id.code, "CH-ZH")

    def test_what_a_person_chose_stays(self):
        court = self._court(zip="70182")
        chosen = self._jurisdiction("DE-BY")
        court.jurisdiction_id = chosen
        court.zip = "10115"
        self.assertEqual(court.jurisdiction_id, chosen)
        court.jurisdiction_id = False
        court.zip = "70182"
        self.assertFalse(court.jurisdiction_id, "cleared by hand")

    def test_a_place_given_at_once_stays(self):
        court = self._court(zip="70182", jurisdiction_id=self.berlin.id)
        self.assertEqual(court.jurisdiction_id, self.berlin)
        court.write({"zip": "20095", "jurisdiction_id": self._jurisdiction("AT").id})
        self.assertEqual(court.jurisdiction_id.code, "AT")

    def test_a_new_address_proposes_anew_where_nobody_chose(self):
        court = self._court(zip="70182")
        court.zip = "10115"
        self.assertEqual(court.jurisdiction_id.code, "DE-BE")

    def test_people_have_no_place_of_their_own(self):
        person = self._court(zip="70182", is_company=False)
        self.assertFalse(person.jurisdiction_id)

    def test_a_chamber_has_the_place_of_its_court(self):
        court = self._court(zip="70182")
        court.jurisdiction_id = self._jurisdiction("DE-BY")
        chamber = self._court(zip="10115", parent_id=court.id, is_company=False)
        self.assertEqual(chamber._legal_jurisdiction().code, "DE-BY")
        alone = self._court(zip="10115", is_company=False)
        self.assertEqual(alone._legal_jurisdiction().code, "DE-BE")
        self.assertFalse(self.env["res.partner"]._legal_jurisdiction())

    def test_a_firm_has_sensible_warnings(self):
        self.company.legal_deadline_warning_days = "14, 7, 1"
        for wrong in ("soon", "7 and 1", "-1", "900"):
            with self.subTest(wrong), self.assertRaises(ValidationError):
                self.company.legal_deadline_warning_days = wrong
