import base64
import io
from datetime import datetime

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.legal_deadlines.models import legal_deadline_import
from odoo.addons.legal_deadlines.tools import table_file

from .common import DeadlineCommon

HEADER = "matter;rule;served on;place;date;what;kind;responsible;reason;note"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02")
class TestImport(DeadlineCommon):
    """From another system: the good lines come in, the bad ones are listed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.matter.legacy_number = "ALT-77/19"
        cls.matter.court_reference = "77 O 4711/25"
        cls.number = cls.matter.number

    def _import(self, lines, user=None, header=HEADER, name="old.csv", **values):
        text = "\n".join([header, *lines])
        return self._file(text.encode("utf-8-sig"), name, user, **values)

    def _file(self, content, name="old.csv", user=None, **values):
        return (
            self.env["legal.deadline.import"]
            .with_user(user or self.assistant)
            .create({"name": name, "file": base64.b64encode(content), **values})
        )

    def _deadlines(self, found):
        return self.env["legal.deadline"].search(
            [("import_id", "=", found.id)], order="import_line"
        )

    def _reasons(self, found):
        return dict(found.problem_ids.mapped(lambda line: (line.line, line.reason)))

    # -- the good lines

    def test_a_line_is_computed_and_kept_with_its_explanation(self):
        found = self._import(
            [f"{self.number};de-zpo-517;2026-02-10;DE-BE;;;;a.lefevre;;from before"]
        )
        found.action_check()
        self.assertEqual((found.good, found.bad, found.state), (1, 0, "checked"))
        self.assertFalse(self._deadlines(found), "nothing is written by the check")
        found.action_import()
        self.assertEqual((found.good, found.bad, found.state), (1, 0, "done"))
        deadline = self._deadlines(found)
        self.assertEqual(str(deadline.date_deadline), "2026-03-10")
        self.assertEqual(deadline.matter_id, self.matter)
        self.assertEqual(deadline.user_id, self.lawyer2)
        self.assertEqual(deadline.rule_id.code, "DE-ZPO-517")
        self.assertEqual((deadline.length, deadline.unit), (1, "month"))
        self.assertEqual(deadline.name, "Berufung")
        self.assertIn("ZPO", deadline.explanation)
        self.assertIn("holidays", deadline.basis)
        self.assertEqual(deadline.entered_by_id, self.assistant)
        self.assertTrue(deadline.sheet_ids, "a control sheet as for each entry")

    def test_numbers_people_and_places_are_found_as_people_write_them(self):
        found = self._import(
            [
                "alt 77/19;DE-ZPO-339;10.02.2026;berlin;;;;LB;;",
                "77 O 4711/25;DE-ZPO-339;10/02/2026;de-be;;;;s.koch@firm.example;;",
                f"{self.number};;;;1.4.2026;Old note;Wiedervorlage;anne lefèvre;;",
                f"{self.number};;;;2026-04-02;By the contract;;;the contract;",
            ]
        )
        found.action_check()
        self.assertFalse(self._reasons(found))
        found.action_import()
        deadlines = self._deadlines(found)
        self.assertEqual(deadlines.matter_id, self.matter)
        self.assertEqual(
            deadlines.mapped("kind"), ["deadline", "deadline", "follow_up", "deadline"]
        )
        self.assertEqual(
            deadlines.mapped("user_id.login"), ["l.brandt", "s.koch", "a.lefevre"]
        )
        self.assertEqual(str(deadlines[0].date_deadline), "2026-02-24")
        self.assertEqual(deadlines[3].user_id, self.lawyer, "the matter's lawyer")
        self.assertEqual(deadlines[3].manual_reason, "the contract")
        self.assertIn("old.csv", deadlines[2].manual_reason)

    def test_a_period_set_by_the_judge(self):
        found = self._import(
            [
                f"{self.number},DE-ZPO-524,2026-02-10,DE-BE,3,week",
                f"{self.number},DE-ZPO-524,2026-02-10,DE-BE,,",
                f"{self.number},DE-ZPO-524,2026-02-10,DE-BE,0,week",
                f"{self.number},DE-ZPO-524,2026-02-10,DE-BE,three,week",
                f"{self.number},DE-ZPO-524,2026-02-10,DE-BE,3,moon",
            ],
            header="Aktenzeichen,Regel,Zustellung,Ort,Dauer,Einheit",
        )
        found.action_check()
        reasons = self._reasons(found)
        self.assertEqual(set(reasons), {3, 4, 5, 6})
        self.assertIn("no period of its own", reasons[3])
        self.assertIn("1 or more", reasons[4])
        self.assertIn("three", reasons[5])
        self.assertIn("moon", reasons[6])
        found.action_import()
        deadline = self._deadlines(found)
        self.assertEqual(str(deadline.date_deadline), "2026-03-03")
        self.assertEqual((deadline.length, deadline.unit), (3, "week"))

    def test_the_version_of_the_day_of_service(self):
        rule = self._rule("DE-ZPO-339")
        rule._new_version(rule._fields["date_from"].to_date("2026-02-20")).length = 3
        found = self._import(
            [
                f"{self.number};DE-ZPO-339;2026-02-19;DE-BE;;;;;;",
                f"{self.number};DE-ZPO-339;2026-02-20;DE-BE;;;;;;",
            ]
        )
        found.action_check()
        found.action_import()
        self.assertEqual(self._deadlines(found).mapped("length"), [2, 3])

    def test_a_workbook_with_real_dates(self):
        book = openpyxl.Workbook()
        book.active.append(["Matter", "Rule", "Served On", "Place", "Note"])
        served = datetime.fromisoformat("2026-02-10")
        book.active.append([self.number, "DE-ZPO-339", served, "DE-BE", 12.0])
        file = io.BytesIO()
        book.save(file)
        found = self._file(file.getvalue(), "old.xlsx")
        found.action_check()
        found.action_import()
        deadline = self._deadlines(found)
        self.assertEqual(str(deadline.date_deadline), "2026-02-24")
        self.assertEqual(deadline.note, "12")

    # -- the bad lines

    def test_each_bad_line_says_why(self):
        n = self.number
        lines = {
            f"{n};DE-ZPO-517;2026-02-30;DE-BE;;;;;;": "2026-02-30",
            f"{n};DE-ZPO-517;30.02.2026;DE-BE;;;;;;": "30.02.2026",
            f"{n};DE-ZPO-517;1900-02-03;DE-BE;;;;;;": "1900",
            f"{n};DE-ZPO-517;2200-02-03;DE-BE;;;;;;": "2200",
            f"{n};DE-ZPO-517;2026-02-03;;;;;;;": "Enter where the court",
            f"{n};DE-ZPO-517;2026-02-03;Atlantis;;;;;;": "Atlantis",
            f"{n};DE-ZPO-517;2026-02-03;FR;;;;;;": "Germany",
            f"{n};DE-ZPO-517;2026-12-24;DE-BE;;;;;;": "future",
            f"{n};DE-ZPO-132;2026-03-05;DE-BE;;;;;;": "over",
            f"{n};DE-ZPO-5177;2026-02-03;DE-BE;;;;;;": "DE-ZPO-517",
            f"{n};DE-ZPO-517;;DE-BE;;;;;;": "service",
            f"{n};DE-ZPO-517;2026-02-10;DE-BE;2026-03-20;;;;;": "2026-03-10",
            f"{n};;;;;Something;;;;": "no rule and no date",
            f"{n};;;;2026-04-01;;;;;": "what is due",
            f"{n};;;;2026-04-01;x;someday;;;": "someday",
            f"{n};;;;2026-04-01;x;;nobody;;": "nobody",
            f"{n};;;;2026-04-01;x;;o.empl;;": "may not read",
            f"{n};;;;soon;x;;;;": "soon",
            f"{n};;;;2026-04-01;x;;;;": None,
            ";;;;2026-04-01;x;;;;": "no matter number",
            "9999/99;;;;2026-04-01;x;;;;": "9999/99",
        }
        found = self._import(list(lines))
        found.action_check()
        expected = {
            line: words for line, words in enumerate(lines.values(), start=2) if words
        }
        reasons = self._reasons(found)
        self.assertEqual(set(reasons), set(expected))
        for line, words in expected.items():
            with self.subTest(line=line, words=words):
                self.assertIn(words, reasons[line])
        found.action_import()
        self.assertEqual((found.good, found.bad), (1, len(expected)))
        self.assertEqual(len(self._deadlines(found)), 1)

    def test_another_date_than_the_law_needs_a_reason(self):
        found = self._import(
            [f"{self.number};DE-ZPO-517;2026-02-10;DE-BE;2026-03-20;;;;by order;"]
        )
        found.action_check()
        found.action_import()
        deadline = self._deadlines(found)
        self.assertEqual(str(deadline.date_deadline), "2026-03-20")
        self.assertEqual(str(deadline.date_computed), "2026-03-10")

    def test_a_matter_behind_a_wall_is_unknown(self):
        self.matter.with_user(self.partner_user).write(
            {"access_policy": "restricted", "team_id": False}
        )
        lines = [
            f"{self.number};;;;2026-04-01;x;;;;",
            "77 O 4711/25;;;;2026-04-01;x;;;;",
            "000/00;;;;2026-04-01;x;;;;",
        ]
        found = self._import(lines, self.lawyer2)
        found.action_check()
        reasons = self._reasons(found)
        for line, number in ((2, self.number), (3, "77 O 4711/25"), (4, "000/00")):
            self.assertEqual(reasons[line], f"No matter has the number “{number}”.")
        found.action_import()
        self.assertFalse(self._deadlines(found))

    def test_a_closed_matter_takes_no_date(self):
        closed = self._matter()
        closed.action_open()
        closed._change_state("closed", "settled")
        found = self._import([f"{closed.number};;;;2026-04-01;x;;;;"])
        found.action_check()
        self.assertIn("Reopen", self._reasons(found)[2])

    def test_two_matters_of_one_number(self):
        other = self._matter()
        other.court_reference = "77 O 4711/25"
        found = self._import(
            [
                "77 O 4711/25;;;;2026-04-01;x;;;;",
                f"{self.number};;;;2026-04-01;x;;;;",
            ]
        )
        found.action_check()
        reasons = self._reasons(found)
        self.assertEqual(set(reasons), {2})
        self.assertIn(other.number, reasons[2])

    def test_two_colleagues_of_the_same_initials(self):
        self._user("l.bauer", "legal_crm.group_lawyer", "Ludwig Bauer")
        found = self._import([f"{self.number};;;;2026-04-01;x;;LB;;"])
        found.action_check()
        self.assertIn("Ludwig Bauer", self._reasons(found)[2])

    def test_the_bad_lines_are_mended_and_imported_again(self):
        found = self._import(
            [
                f"{self.number};;;;2026-04-01;good;;;;",
                f"{self.number};;;;2026-02-30;bad;;;;semicolon, quote",
            ]
        )
        found.action_check()
        found.action_import()
        action = found.action_problem_file()
        self.assertIn("old-problems.csv", action["url"])
        content = base64.b64decode(found.problem_file)
        header, rows = table_file.read(content, "x.csv")
        self.assertEqual(header, ["Line", "Problem", *HEADER.split(";")])
        self.assertEqual(len(rows), 1)
        self.assertEqual(rows[0][0], "3")
        self.assertIn("2026-02-30", rows[0][1])
        again = self._file(content.replace(b"2026-02-30;", b"2026-02-28;"))
        again.action_check()
        self.assertEqual((again.good, again.bad), (1, 0))
        again.action_import()
        self.assertEqual(self._deadlines(again).note, "semicolon, quote")

    # -- the file

    def test_a_file_that_is_no_table(self):
        for content, words in (
            ("matter;date\nMüller;x".encode("latin-1"), "UTF-8"),
            (b"PK\x03\x04 not a workbook", "workbook"),
            (b"\n\n", "empty"),
            (b"matter;date\n", None),
            (b"matter;colour\n1;2", "colour"),
            (b"matter;what\n1;2", "date"),
            (b"date;what\n1;2", "matter"),
            (b"matter;date;datum\n1;2;3", "twice"),
            (b"matter;date\n1;2\0", "table"),
        ):
            with self.subTest(content):
                found = self._file(content)
                if words is None:
                    found.action_check()
                    self.assertEqual((found.good, found.total), (0, 0))
                    continue
                with self.assertRaises(UserError) as caught:
                    found.action_check()
                self.assertIn(words, str(caught.exception))
                with self.assertRaises(UserError):
                    found.action_import()

    def test_another_file_is_checked_anew(self):
        found = self._import([f"{self.number};;;;2026-04-01;x;;;;"])
        found.action_check()
        found.file = base64.b64encode(b"matter;date\n")
        self.assertEqual(found.state, "draft")
        found = self._import([f"{self.number};;;;2026-04-01;x;;;;"])
        found.action_check()
        found.action_import()
        with self.assertRaises(UserError):
            found.file = base64.b64encode(b"matter;date\n")
        with self.assertRaises(UserError):
            found.action_import()
        with self.assertRaises(UserError):
            found.action_check()

    # -- batches

    def test_a_run_goes_on_where_it_was_and_takes_no_line_twice(self):
        lines = [f"{self.number};;;;2026-04-01;line {n};;;;" for n in range(7)]
        lines[3] = f"{self.number};;;;never;bad;;;;"
        self.patch(legal_deadline_import, "BATCH", 3)
        found = self._import(lines)
        found.action_check()
        found.action_import()
        self.assertEqual((found.state, found.next_line, found.good), ("running", 3, 3))
        # as after a crash in which the number of the next line was lost
        found.sudo().write({"next_line": 1})
        with self.enter_registry_test_mode():
            self.env.ref("legal_deadlines.cron_deadline_import").method_direct_trigger()
        found.invalidate_recordset()
        self.assertEqual((found.state, found.next_line, found.bad), ("done", 7, 1))
        deadlines = self._deadlines(found)
        self.assertEqual(deadlines.mapped("import_line"), [2, 3, 4, 6, 7, 8])
        self.assertEqual(deadlines.entered_by_id, self.assistant)

    def test_a_line_that_fails_late_takes_no_other_with_it(self):
        lines = [f"{self.number};;;;2026-04-01;line {n};;;;" for n in range(3)]
        found = self._import(lines)
        found.action_check()
        deadlines = type(self.env["legal.deadline"])
        create = deadlines.create

        def create_but_one(records, vals_list):
            if any(vals.get("name") == "line 1" for vals in vals_list):
                raise UserError(records.env._("refused late"))
            return create(records, vals_list)

        self.patch(deadlines, "create", create_but_one)
        found.action_import()
        self.assertEqual((found.good, found.bad), (2, 1))
        self.assertEqual(self._reasons(found), {3: "refused late"})

    def test_whoever_left_brings_nothing_in(self):
        self.patch(legal_deadline_import, "BATCH", 1)
        found = self._import([f"{self.number};;;;2026-04-01;{n};;;;" for n in "ab"])
        found.action_check()
        found.action_import()
        self.assistant.active = False
        with self.enter_registry_test_mode():
            self.env.ref("legal_deadlines.cron_deadline_import").method_direct_trigger()
        self.assertEqual(found.sudo().state, "checked")
        self.assertEqual(len(self._deadlines(found)), 1)

    def test_queries_do_not_grow_with_the_lines(self):
        """Reading: one query for each thing that lines name, however many lines."""
        found = self._import([])
        counts = []
        for size in (5, 5, 50):  # the first fills the caches
            rows = [
                (
                    line,
                    {
                        "matter": self.number,
                        "rule": "DE-ZPO-517",
                        "trigger": "2026-02-10",
                        "place": "DE-BE",
                    },
                )
                for line in range(size)
            ]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            good, bad = found._read_rows(rows)
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual((len(good), len(bad)), (size, 0))
        self.assertEqual(*counts[1:])

    # -- who may

    def test_an_import_is_seen_by_the_one_who_made_it(self):
        found = self._import([f"{self.number};;;;never;x;;;;"])
        found.action_check()
        for user in (self.lawyer, self.partner_user, self.admin_user, self.outsider):
            with self.subTest(user.name):
                with self.assertRaises(AccessError):
                    found.with_user(user).read(["name", "file"])
                with self.assertRaises(AccessError):
                    found.problem_ids.with_user(user).read(["reason"])
        with self.assertRaises(AccessError):
            self._import([], self.outsider)

    def test_files_are_cleared_a_month_later(self):
        found = self._import([f"{self.number};;;;2026-04-01;x;;;;"])
        found.action_check()
        found.action_import()
        found.sudo()._gc_files()
        self.assertTrue(found.file)
        found.sudo().done_on = "2026-01-15 10:00:00"
        found.sudo()._gc_files()
        self.assertFalse(found.file or found.rows)
        self.assertEqual(len(self._deadlines(found)), 1)
