from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..hooks import uninstall_hook
from .reminders_common import RemindersCommon

ORDER = [
    "My Dates",
    "All Dates",
    "Without a Next Date",
    "New Deadline",
    "Deadlines and Follow-Ups",
    "To Be Checked",
    "Warnings",
    "Evening Control",
    "Control Sheets",
    "Print the List of Dates",
    "Absences",
    "Recalculations",
    "Rules",
]


@tagged("post_install", "-at_install")
class TestHouse(RemindersCommon):
    """What the addon is as a whole: menu, mail queue, uninstalling."""

    def test_the_menu_is_in_the_order_of_use(self):
        menu = self.env.ref("legal_deadlines.menu_dates")
        shown = self.env["ir.ui.menu"].with_user(self.assistant)._visible_menu_ids()
        names = [item.name for item in menu.child_id if item.id in shown]
        self.assertEqual(names, ORDER)
        matters = menu.parent_id.child_id
        place = list(matters).index(menu)
        self.assertEqual(matters[place + 1], self.env.ref("legal_deadlines.menu_tasks"))

    def test_a_control_sheet_has_a_name(self):
        deadline = self._deadline()
        sheet = deadline.sheet_ids.with_user(self.assistant)
        self.assertEqual(sheet.display_name, "Entered: Grounds of appeal")
        self.matter.access_policy = "restricted"
        self.env.flush_all()
        self.env.invalidate_all()
        shown = sheet.with_user(self.lawyer2).sudo().display_name
        self.assertEqual(shown, self.matter.number)

    # -- the mail queue ----------------------------------------------------------------

    def _numbers(self, mails):
        """What the administrator sees of these mails: ``{model: number}``."""
        self.env.flush_all()
        self.env.invalidate_all()
        delivery = self.env["legal.mail.delivery"].with_user(self.admin_user)
        return {
            row["model"]: row["number"]
            for row in delivery.search([("id", "in", mails.ids)]).read(
                ["model", "number"]
            )
        }

    @freeze_time("2026-12-08 06:00:00")
    def test_the_mail_of_a_warning_is_under_its_matter(self):
        self._deadline()
        self._remind("2026-12-08")
        mails = self._mails(self.lawyer)
        self.assertEqual(
            self._numbers(mails), {"legal.deadline.notice": self.matter.number}
        )

    def test_mails_of_deadlines_and_tasks_are_under_their_matter(self):
        deadline = self._deadline()
        task = self.env["project.task"].create(
            {"name": "Copies", "matter_id": self.matter.id}
        )
        free = self.env["project.task"].create({"name": "Coffee"})
        mails = self.env["mail.mail"].create(
            [
                {
                    "model": record._name,
                    "res_id": record.id,
                    "body_html": "x",
                    "email_to": "a@example.com",
                }
                for record in (deadline, task)
            ]
        )
        number = self.matter.number
        self.assertEqual(
            self._numbers(mails), {"legal.deadline": number, "project.task": number}
        )
        mail = self.env["mail.mail"].create(
            {"model": free._name, "res_id": free.id, "body_html": "x"}
        )
        self.assertEqual(self._numbers(mail), {"project.task": False})

    # -- uninstalling ------------------------------------------------------------------

    def _others_gone(self):
        """Hide what the database of the tests holds beside this matter."""
        self.env.flush_all()
        self.env.cr.execute(
            """

            UPDATE project_task SET matter_id = NULL;
            """
        )
        self.env.cr.execute("SET LOCAL session_replication_role = replica")
        self.env.cr.execute("DELETE FROM legal_deadline")
        self.env.cr.execute("SET LOCAL session_replication_role = origin")
        self.env.invalidate_all()

    def _functions(self):
        self.env.cr.execute(
            "SELECT proname FROM pg_proc WHERE proname LIKE 'legal\\_deadline%'"
        )
        return [name for [name] in self.env.cr.fetchall()]

    def test_it_stays_while_there_is_a_deadline(self):
        self._others_gone()
        self._deadline()
        with self.assertRaisesRegex(UserError, "1 deadlines and 0 tasks"):
            uninstall_hook(self.env)
        self.assertTrue(self._functions())

    def test_it_stays_while_there_is_a_task_of_a_matter(self):
        self._others_gone()
        task = self.env["project.task"].create(
            {"name": "Copies", "matter_id": self.matter.id}
        )
        task.active = False
        with self.assertRaisesRegex(UserError, "0 deadlines and 1 tasks"):
            uninstall_hook(self.env)

    def test_it_takes_its_functions_along(self):
        self._others_gone()
        self.assertTrue(self._functions())
        uninstall_hook(self.env)
        self.assertEqual(self._functions(), [])
