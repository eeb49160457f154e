import json

from psycopg2 import DatabaseError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK
from odoo.addons.legal_deadlines import engine
from odoo.addons.legal_deadlines.engine import storage

from .common import DeadlineCommon


def computed():
    """An appeal's grounds served in Berlin, its end moved by the Day of Unity."""
    return engine.compute(
        engine.Request(
            regime="DE-ZPO",
            event=engine.request.read_date("2026-08-03"),
            length=2,
            unit="month",
            place="DE-BE",
        )
    )


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25 10:00:00")
class TestSheet(DeadlineCommon):
    """The control sheet: written once, printed, compared."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deadline = cls._deadline()

    @classmethod
    def _sheet(cls, action="changed", deadline=None, **values):
        deadline = deadline or cls.deadline
        return (
            cls.env["legal.deadline.sheet"]
            .create(
                {
                    "deadline_id": deadline.id,
                    "matter_id": deadline.matter_id.id,
                    "company_id": deadline.company_id.id,
                    "date": Datetime.now(),
                    "user_id": cls.assistant.id,
                    "action": action,
                    **values,
                }
            )
            .with_user(cls.assistant)
        )

    def _html(self, sheets, user=None):
        reports = self.env["ir.actions.report"].with_user(user or self.assistant)
        html, _kind = reports._render_qweb_html(
            "legal_deadlines.report_sheet", sheets.ids
        )
        return html.decode()

    def test_old_beside_new(self):
        sheet = self._sheet(
            reason="The court granted it",
            values={
                "date_deadline": ["2026-12-15", "2027-01-15"],
                "state": ["provisional", "open"],
                "note": [None, "by fax"],
            },
        )
        html = self._html(sheet)
        for text in (
            "Tue 15.12.2026",
            "Fri 15.01.2027",
            "Provisional",
            "by fax",
            "The court granted it",
            "Sara Koch",
            self.matter.number,
            "Signature",
            "Entered by hand",
        ):
            self.assertIn(text, html)
        self.assertIn("State: Provisional → Open", sheet.changes)

    def test_the_date_with_its_explanation(self):
        """Each step with its article, the holidays used, from the sheet's own time."""
        result = computed()
        first = self._sheet(
            action="created",
            values={
                "name": [None, "Grounds as they were entered"],
                "result": [None, storage.dump(result)],
                "date_deadline": [None, str(result.date)],
                "basis": [None, result.calendar],
            },
        )
        later = self._sheet(values={"name": ["Grounds as they were entered", "Else"]})
        for sheet in (first, later):
            html = self._html(sheet)
            self.assertIn("§ 222", html)
            self.assertIn("05.10.2026", html)
            self.assertNotIn('{"date"', html, "the stored form is not for people")
        self.assertIn("Grounds as they were entered", self._html(first))

    def test_what_cannot_be_read_is_shown_as_it_is(self):
        sheet = self._sheet(
            values={
                "date_deadline": ["never", "2026-13-45"],
                "gone_field": ["a", "b"],
                "pending_values": [None, json.dumps({"date_deadline": "2027-02-01"})],
            }
        )
        html = self._html(sheet)
        for text in ("never", "2026-13-45", "gone_field", "Mon 01.02.2027"):
            self.assertIn(text, html)

    def test_each_reader_in_his_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.assistant.lang = "de_DE"
        sheet = self._sheet(values={"date_deadline": [None, "2026-12-15"]})
        self.assertIn("Di", sheet.with_context(lang="de_DE").changes)

    def test_printing_is_noted_once(self):
        sheet = self._sheet()
        self.assertTrue(
            self.env["legal.deadline.sheet"].search(
                [("is_printed", "=", False), ("id", "=", sheet.id)]
            )
        )
        reports = self.env["ir.actions.report"]
        reports.with_user(self.assistant)._render_qweb_pdf(
            "legal_deadlines.report_sheet", sheet.ids
        )
        self.assertEqual(sheet.printed_by_id, self.assistant)
        self.assertEqual(sheet.printed_on, Datetime.now())
        with freeze_time("2026-11-26 10:00:00"):
            reports.with_user(self.lawyer)._render_qweb_pdf(
                "legal_deadlines.report_sheet", sheet.ids
            )
        self.assertEqual(sheet.printed_by_id, self.assistant)
        self.assertTrue(sheet.is_printed)

    def test_todays_sheets_that_nobody_printed(self):
        sheets = self.env["legal.deadline.sheet"].with_user(self.assistant)
        sheets.search([])._mark_printed()
        with self.assertRaisesRegex(UserError, "are printed"):
            sheets.action_print_new()
        old = self._sheet(date="2026-11-24 10:00:00")
        new = self._sheet()
        action = sheets.action_print_new()
        self.assertEqual(action["context"]["active_ids"], new.ids)
        self.assertFalse(old.printed_on)

    def test_nobody_changes_or_deletes_one(self):
        sheet = self._sheet(values={"note": ["a", "b"]})
        for user in (self.assistant, self.partner_user, self.admin_user):
            for values in ({"reason": "else"}, {"printed_on": False}):
                with self.assertRaises(UserError):
                    sheet.with_user(user).write(values)
            with self.assertRaises(UserError):
                sheet.with_user(user).unlink()
        with self.assertRaises(UserError):
            sheet.sudo().write({"values": {}})
        with self.assertRaises(UserError):
            sheet.sudo().with_context(legal_unlock=UNLOCK).write({"reason": "else"})
        with self.assertRaises(UserError):
            sheet.sudo().with_context(legal_unlock=True).write({"printed_on": False})
        with self.assertRaises(UserError):
            sheet.sudo().unlink()

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_as_well(self):
        sheet = self._sheet(values={"note": ["a", "b"]})
        self.env.flush_all()
        for query in (
            "UPDATE legal_deadline_sheet SET reason = 'else' WHERE id = %s",
            "UPDATE legal_deadline_sheet SET values = '{}' WHERE id = %s",
            "DELETE FROM legal_deadline_sheet WHERE id = %s",
            "TRUNCATE legal_deadline_sheet CASCADE -- %s",
        ):
            with self.assertRaises(DatabaseError), self.env.cr.savepoint():
                self.env.cr.execute(query, [sheet.id])
        self.env.cr.execute(
            "UPDATE legal_deadline_sheet SET printed_on = now() WHERE id = %s",
            [sheet.id],
        )

    def test_the_readers_follow_the_matter(self):
        sheet = self._sheet()
        self.assertTrue(sheet.with_user(self.lawyer2).has_access("read"))
        self.matter.with_user(self.lawyer).access_policy = "restricted"
        self.env.invalidate_all()
        self.assertFalse(sheet.with_user(self.lawyer2).has_access("read"))
        with self.assertRaises(AccessError):
            self._html(sheet, self.lawyer2)
        with self.assertRaises(AccessError):
            sheet.with_user(self.lawyer2).action_print()
        self.assertFalse(sheet.sudo().printed_on)

    def test_one_real_pdf(self):
        sheet = self._sheet(values={"note": ["a", "b"]})
        with self.allow_pdf_render():
            pdf, kind = (
                self.env["ir.actions.report"]
                .with_context(force_report_rendering=True)
                ._render_qweb_pdf("legal_deadlines.report_sheet", sheet.ids)
            )
        self.assertEqual(kind, "pdf")
        self.assertTrue(pdf.startswith(b"%PDF"))
