import csv
import os
import stat
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.legal_deadlines.models import legal_deadline_emergency as module
from odoo.addons.legal_deadlines.tools import folder

from .common import DeadlineCommon

LOGGER = module.__name__


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25 02:00:00")
class TestEmergency(DeadlineCommon):
    """The list for the day the system is down, as files in a folder."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._empty_calendar()

    def setUp(self):
        super().setUp()
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name, "emergency")
        self.startPatcher(
            patch.dict(os.environ, {"LEGAL_EMERGENCY_FOLDER": str(self.folder)})
        )
        self.reports = type(self.env["ir.actions.report"])
        self.pdf = self.startPatcher(
            patch.object(self.reports, "_run_wkhtmltopdf", return_value=b"%PDF-1")
        )
        self.startPatcher(
            patch.object(self.reports, "get_wkhtmltopdf_state", return_value="ok")
        )
        self.emergency = self.env["legal.deadline.emergency"]

    def _write(self):
        return self.emergency._write_list(self.company)

    def _file(self, kind):
        (path,) = self.folder.glob(f"*.{kind}")
        return path

    def _html(self):
        return self._file("html").read_text(encoding="utf-8")

    def _lines(self):
        text = self._file("csv").read_text(encoding="utf-8-sig")
        return list(csv.reader(text.splitlines(), delimiter=";"))

    def test_what_it_says(self):
        self._deadline("2026-11-20", name="Overdue one")
        self._deadline("2026-12-25", name="In thirty days", deputy_id=self.lawyer2.id)
        self._deadline("2026-12-26", name="Later")
        unchecked = self._deadline("2026-11-24", name="Not checked")
        self._set(unchecked, state="done_unchecked")
        done = self._deadline("2026-11-26", name="Long done")
        self._set(done, state="done")
        self._deadline("2026-11-27", name="A follow-up", kind="follow_up")
        self.env["calendar.event"].create(
            {
                "name": "Hearing",
                "matter_id": self.matter.id,
                "user_id": self.lawyer.id,
                "start": "2026-12-01 08:30:00",
                "stop": "2026-12-01 09:30:00",
            }
        )
        row = self._write()
        self.assertFalse(row.error)
        self.assertEqual(row.written_on, Datetime.now())
        html, lines = self._html(), self._lines()
        for text in (
            "Overdue one",
            "OVERDUE",
            "In thirty days",
            "Anne Lefèvre",
            "Not checked",
            "A follow-up",
            "Hearing",
            "09:30",
            self.company.name,
            self.matter.number,
            self.matter.name,
        ):
            self.assertIn(text, html)
        for text in ("Later", "Long done"):
            self.assertNotIn(text, html)
        self.assertNotIn("http", html.replace("http-equiv", ""), "loads nothing")
        self.assertEqual(row.date_count, len(lines) - 1)
        days = [line[0] for line in lines[1:]]
        self.assertEqual(days, sorted(days))
        self.assertEqual(self._file("pdf").read_bytes(), b"%PDF-1")

    def test_of_a_closed_matter_the_number(self):
        secret = self._matter(access_policy="restricted", name="Marker secret")
        self._deadline("2026-12-01", matter=secret, name="Marker what")
        walled = self._matter(name="Marker walled")
        walled._raise_wall(self.lawyer2, "Marker reason")
        self._deadline("2026-12-02", matter=walled, name="Marker too")
        self.env["calendar.event"].create(
            {
                "name": "Marker hearing",
                "matter_id": secret.id,
                "user_id": self.lawyer.id,
                "partner_ids": [(6, 0, self.lawyer.partner_id.ids)],
                "location": "Marker court",
                "start": "2026-12-01 08:30:00",
                "stop": "2026-12-01 09:30:00",
            }
        )
        self._write()
        content = self._html() + str(self._lines())
        self.assertNotIn("Marker", content)
        self.assertNotIn("Meier", content)
        for number in (secret.number, walled.number):
            self.assertIn(number, content)
        self.assertIn("Lena Brandt", content)
        self.assertIn("2026-12-01", content)
        bodies = self.pdf.call_args.args[0]
        self.assertNotIn("Marker", "".join(bodies))

    def test_names_are_no_markup_and_no_formula(self):
        self._deadline("2026-12-01", name="<script>alert(1)</script>")
        self._deadline("2026-12-02", name='=HYPERLINK("x")')
        self._write()
        self.assertNotIn("<script>", self._html())
        whats = [line[3] for line in self._lines()]
        self.assertIn('\'=HYPERLINK("x")', whats)
        self.assertIn("<script>alert(1)</script>", whats)

    def test_files_are_private_and_named_by_date(self):
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        self._write()
        self.assertEqual(stat.S_IMODE(self.folder.stat().st_mode), 0o700)
        names = sorted(path.name for path in self.folder.iterdir())
        self.assertEqual(len(names), 3)
        for name in names:
            self.assertRegex(name, r"_2026-11-25\.(csv|html|pdf)$")
            self.assertIn(folder.slug(self.company.name), name)
            mode = stat.S_IMODE((self.folder / name).stat().st_mode)
            self.assertEqual(mode, 0o600)

    def test_two_weeks_are_kept(self):
        for day in range(1, 21):
            with freeze_time(f"2026-11-{day:02} 02:00:00"):
                self._write()
        self.assertEqual(len(list(self.folder.glob("*.html"))), 14)
        self.assertFalse(list(self.folder.glob("*_2026-11-06.*")))
        self.assertTrue(list(self.folder.glob("*_2026-11-07.*")))

    def test_stopped_in_the_middle(self):
        """What was there is there: HTML and CSV, whole, from before."""
        self._deadline("2026-12-01", name="Before")
        self._write()
        old = self._html()
        self._deadline("2026-12-01", name="After")
        emergency = type(self.emergency)
        with (
            patch.object(emergency, "_csv_line", side_effect=KeyboardInterrupt),
            self.assertRaises(KeyboardInterrupt),
        ):
            self._write()
        self.assertEqual(self._html(), old)
        self.assertEqual(len(list(self.folder.iterdir())), 3)
        self._write()
        self.assertIn("After", self._html())

    @mute_logger(LOGGER)
    def test_a_folder_that_cannot_be_written(self):
        self._write()
        yesterday = self.emergency.search([("company_id", "=", self.company.id)])
        written_on = yesterday.written_on
        self.folder.with_name("file").touch()
        os.environ["LEGAL_EMERGENCY_FOLDER"] = str(self.folder.with_name("file"))
        with freeze_time("2026-11-26 02:00:00"):
            row = self._write()
            self.assertIn("cannot be written", row.error)
            self.assertIn("legal_emergency_folder", row.error)
            self.assertEqual(row.written_on, written_on, "it is as old as it is")
            state = self.emergency._emergency_state()
        self.assertFalse(state["ok"])
        self.assertIn(row.error, state["messages"])
        os.environ["LEGAL_EMERGENCY_FOLDER"] = str(self.folder)
        self.assertFalse(self._write().error)

    @mute_logger(LOGGER)
    def test_a_full_disk(self):
        error = OSError(28, "No space left on device")
        with patch.object(module.folder, "writing", side_effect=error):
            row = self._write()
        self.assertIn("No space left", row.error)

    @mute_logger(LOGGER)
    def test_without_a_pdf_there_are_the_others(self):
        self._deadline("2026-12-01", name="Needed")
        with patch.object(
            self.reports, "get_wkhtmltopdf_state", return_value="install"
        ):
            row = self._write()
        self.assertIn("wkhtmltopdf is missing", row.error)
        self.assertEqual(row.written_on, Datetime.now())
        self.assertIn("Needed", self._html())
        self.assertFalse(list(self.folder.glob("*.pdf")))
        self.pdf.side_effect = UserError("Exit code 1")
        self.assertIn("Exit code 1", self._write().error)

    def test_too_many_for_paper(self):
        for number in range(5):
            self._deadline("2026-12-01", name=f"Number {number}")
        with patch.object(module, "_MOST_PDF", 4), patch.object(module, "_BATCH", 2):
            row = self._write()
        self.assertEqual(row.date_count, 5)
        self.assertFalse(row.error)
        self.assertFalse(list(self.folder.glob("*.pdf")))
        self.assertEqual(self._html().count("Number"), 5)
        self.assertEqual(len(self._lines()), 6)

    def test_queries_do_not_grow_with_each_date(self):
        def queries(count):
            for number in range(count):
                self._deadline("2026-12-01", name=f"Number {number}")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._write()
            return self.env.cr.sql_log_count - before

        queries(1)
        few, many = queries(5), queries(40)
        self.assertLess(many - few, 5)

    def test_when_it_is_old(self):
        self._write()
        with freeze_time("2026-11-26 13:00:00"):
            self.assertTrue(self.emergency._emergency_state(self.company)["ok"])
        with freeze_time("2026-11-26 15:00:00"):
            state = self.emergency._emergency_state(self.company)
        self.assertFalse(state["ok"])
        self.assertIn("is old", state["messages"][0])

    def test_never_written(self):
        self.emergency.search([]).unlink()
        cron = self.env.ref("legal_deadlines.cron_emergency_list")
        with freeze_time(cron.create_date):
            self.assertTrue(self.emergency._emergency_state(self.company)["ok"])
        with freeze_time("2100-01-01"):
            state = self.emergency._emergency_state(self.company)
        self.assertIn("never written", state["messages"][0])
        self.assertIsNone(state["written_on"])

    def test_the_nightly_run(self):
        self.env["res.company"].create({"name": "Zweite Kanzlei"})
        cron = self.env.ref("legal_deadlines.cron_emergency_list")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        companies = self.env["res.company"].search([])
        self.assertEqual(self.emergency.search([]).company_id, companies)
        self.assertEqual(len(list(self.folder.glob("*.csv"))), len(companies))
        self.assertTrue(list(self.folder.glob("*Zweite-Kanzlei_2026-11-25.csv")))

    def test_each_firm_its_own(self):
        other = self.env["res.company"].create({"name": "Zweite Kanzlei"})
        self._deadline("2026-12-01", name="Of the first")
        self.emergency._write_list(other)
        self.assertNotIn("Of the first", self._html())

    def test_the_button_is_the_administrators(self):
        settings = self.env["res.config.settings"].with_user(self.admin_user)
        wizard = settings.create({})
        self.assertFalse(wizard.legal_emergency_problem)
        answer = wizard.action_legal_emergency_write()
        self.assertEqual(answer["params"]["type"], "success")
        self.assertEqual(wizard.new({}).legal_emergency_folder, str(self.folder))
        with self.assertRaises(AccessError):
            self.env["res.config.settings"].with_user(self.lawyer).browse(
                wizard.id
            ).action_legal_emergency_write()
        with self.assertRaises(AccessError):
            self.emergency.with_user(self.assistant).search([])
        with self.assertRaises(AccessError):
            self.emergency.with_user(self.admin_user).search([]).unlink()

    def test_one_real_pdf(self):
        self._deadline("2026-12-01", name="Größe, «guillemets»")
        patch.stopall()
        self.env.flush_all()
        with patch.dict(os.environ, {"LEGAL_EMERGENCY_FOLDER": str(self.folder)}):
            row = self._write()
        self.assertFalse(row.error)
        self.assertTrue(self._file("pdf").read_bytes().startswith(b"%PDF"))
