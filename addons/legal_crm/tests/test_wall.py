from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import LegalCommon


@tagged("post_install", "-at_install")
class TestWall(LegalCommon):
    """A wall goes up with a reason, moves what is open, and stays until compliance
    lowers it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls._user(
            "i.sommer", "legal_crm.group_compliance", "Ingrid Sommer"
        )
        cls.matter = cls._matter()
        cls.matter.member_ids |= cls.lawyer2

    def _raise(self, users=None, user=None, reason="Advised the other side", **kwargs):
        matter = self.matter.with_user(user or self.lawyer)
        return matter._raise_wall(users or self.lawyer2, reason, **kwargs)

    def _log(self, action):
        return self.env["legal.access.log"].search(
            [("action", "=", action), ("res_id", "=", self.matter.id)]
        )

    def test_a_wall_has_a_reason_and_stays_on_record(self):
        wall = self._raise()
        self.assertRecordValues(
            wall.sudo(),
            [
                {
                    "user_id": self.lawyer2.id,
                    "reason": "Advised the other side",
                    "state": "up",
                    "raised_by_id": self.lawyer.id,
                }
            ],
        )
        self.assertFalse(self.matter.with_user(self.lawyer2).has_access("read"))
        self.assertNotIn(self.lawyer2, self.matter.member_ids)
        self.assertEqual(len(self._log("wall_up")), 1)
        for reason in ("", "  "):
            with self.assertRaisesRegex(UserError, "why"):
                self._raise(self.assistant, reason=reason)

    def test_no_wall_past_the_reason(self):
        """Over RPC the field is written directly; that needs the reason too."""
        matter = self.matter.with_user(self.lawyer)
        with self.assertRaisesRegex(UserError, "reason"):
            matter.write({"excluded_user_ids": [(4, self.lawyer2.id)]})
        self.assertTrue(self.matter.with_user(self.lawyer2).has_access("read"))

    def test_an_assistant_raises_none(self):
        with self.assertRaises(AccessError):
            self._raise(user=self.assistant)

    def test_nobody_walls_himself(self):
        for users in (self.lawyer, self.lawyer | self.lawyer2):
            with self.assertRaisesRegex(UserError, "yourself"), self.cr.savepoint():
                self._raise(users, heir=self.partner_user)
        self.assertFalse(self.matter.wall_ids)

    def test_the_responsible_lawyer_needs_an_heir(self):
        with self.assertRaisesRegex(UserError, "takes over"):
            self._raise(self.lawyer, user=self.partner_user)
        with self.assertRaisesRegex(UserError, "cannot take over"):
            self._raise(self.lawyer, user=self.partner_user, heir=self.assistant)
        with self.assertRaisesRegex(UserError, "shut out"):
            self._raise(self.lawyer, user=self.partner_user, heir=self.lawyer)
        self._raise(self.lawyer, user=self.partner_user, heir=self.lawyer2)
        self.assertEqual(self.matter.lawyer_id, self.lawyer2)
        self.assertFalse(self.matter.with_user(self.lawyer).has_access("read"))
        with self.assertRaises(ValidationError):
            self.matter.sudo().lawyer_id = self.lawyer

    def test_somebody_is_left_to_read(self):
        self.matter.write(
            {"access_policy": "restricted", "member_ids": [(6, 0, self.lawyer2.ids)]}
        )
        with self.assertRaisesRegex(UserError, "shut out"):
            self._raise(
                self.lawyer | self.lawyer2, user=self.officer, heir=self.lawyer2
            )
        # the last reader would be gone: refused, and nothing half done
        self.matter.sudo().lawyer_id = False
        with (
            self.assertRaisesRegex(UserError, "Nobody could read"),
            self.cr.savepoint(),
        ):
            self._raise(self.lawyer2, user=self.officer)
        self.env.invalidate_all()
        self.assertTrue(self.matter.with_user(self.lawyer2).has_access("read"))
        self.assertFalse(self.matter.sudo().wall_ids)
        # the same without a wall, by taking the last member away
        with self.assertRaisesRegex(UserError, "Nobody could read"):
            self.matter.with_user(self.lawyer2).member_ids = False

    def test_open_work_moves(self):
        """Activities, also on what belongs to the matter, go to the heir."""
        call = self._call(self.matter)
        call._file()
        todo = self.env.ref("mail.mail_activity_data_todo")
        on_matter = self.matter.activity_schedule(
            activity_type_id=todo.id, user_id=self.lawyer2.id, summary="Draft reply"
        )
        others = self.matter.activity_schedule(
            activity_type_id=todo.id, user_id=self.assistant.id, summary="Copy"
        )
        elsewhere = self._matter().activity_schedule(
            activity_type_id=todo.id, user_id=self.lawyer2.id, summary="Other matter"
        )
        self.matter.message_subscribe(self.lawyer2.partner_id.ids)
        rows = self.matter.with_user(self.lawyer)._open_work(self.lawyer2)
        self.assertEqual([row["name"] for row in rows], ["Draft reply"])
        self._raise(heir=self.partner_user)
        self.assertEqual(on_matter.user_id, self.partner_user)
        self.assertEqual(others.user_id, self.assistant)
        self.assertEqual(elsewhere.user_id, self.lawyer2)
        self.assertNotIn(self.lawyer2.partner_id, self.matter.message_partner_ids)
        self.assertTrue(self.matter.message_partner_ids, "others still follow")

    def test_open_work_goes_to_the_responsible_lawyer(self):
        activity = self.matter.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.lawyer2.id
        )
        event = self.env["calendar.event"].create(
            {
                "name": "Hearing",
                "start": fields.Datetime.now() + timedelta(days=3),
                "stop": fields.Datetime.now() + timedelta(days=3, hours=1),
                "user_id": self.lawyer2.id,
                "partner_ids": [(6, 0, self.lawyer2.partner_id.ids)],
                "res_model_id": self.env["ir.model"]._get_id("legal.matter"),
                "res_id": self.matter.id,
            }
        )
        self._raise()
        self.assertEqual(activity.user_id, self.lawyer)
        self.assertEqual(event.user_id, self.lawyer)
        self.assertEqual(event.partner_ids, self.lawyer.partner_id)

    def test_losing_the_right_moves_work_as_well(self):
        """Not only walls: a matter that becomes the team's own."""
        outside = self._user("n.ott", "legal_crm.group_lawyer", "Nina Ott")
        activity = self.matter.activity_schedule(
            "mail.mail_activity_data_todo", user_id=outside.id
        )
        self.matter.message_subscribe(outside.partner_id.ids)
        self.matter.with_user(self.lawyer).access_policy = "team"
        self.assertEqual(activity.user_id, self.lawyer)
        self.assertNotIn(outside.partner_id, self.matter.message_partner_ids)

    def test_a_wall_covers_the_instances(self):
        child = self._matter(parent_id=self.matter.id)
        self._raise()
        self.assertFalse(child.with_user(self.lawyer2).has_access("read"))
        later = self._matter(parent_id=self.matter.id)
        self.assertFalse(later.with_user(self.lawyer2).has_access("read"))
        cleared = self.matter.with_user(self.lawyer).copy(
            {"parent_id": self.matter.id, "excluded_user_ids": False}
        )
        self.assertFalse(cleared.with_user(self.lawyer2).has_access("read"))
        moved = self._matter()
        moved.with_user(self.lawyer).parent_id = self.matter
        self.assertFalse(moved.with_user(self.lawyer2).has_access("read"))

    def test_nothing_is_put_below_a_matter_one_may_not_read(self):
        self._raise()
        with self.assertRaises(AccessError):
            self._matter(user=self.lawyer2, parent_id=self.matter.id)

    def test_only_compliance_lowers(self):
        wall = self._raise()
        for user in (self.lawyer, self.partner_user, self.assistant):
            with self.assertRaises(AccessError):
                wall.with_user(user)._lower("Please")
        with self.assertRaisesRegex(UserError, "why"):
            wall.with_user(self.officer)._lower(" ")
        wall.with_user(self.officer)._lower("Consent of all clients")
        self.assertEqual(wall.sudo().state, "down")
        self.assertEqual(wall.sudo().lowered_by_id, self.officer)
        self.assertTrue(self.matter.with_user(self.lawyer2).has_access("read"))
        self.assertEqual(len(self._log("wall_down")), 1)
        with self.assertRaisesRegex(UserError, "already"):
            wall.with_user(self.officer)._lower("Again")

    def test_an_officer_does_not_lower_his_own_wall(self):
        both = self._user(
            "b.oth", "legal_crm.group_lawyer,legal_crm.group_compliance", "Bea Oth"
        )
        wall = self._raise(both)
        walls = self.env["legal.wall"].with_user(both)
        self.assertFalse(walls.search([("id", "=", wall.id)]))
        with self.assertRaises(AccessError):
            wall.with_user(both).read(["reason"])
        with self.assertRaises(AccessError):
            wall.with_user(both)._lower("I am fine")
        matter = self.matter.with_user(both)
        with self.assertRaises(AccessError):
            matter.write({"excluded_user_ids": [(3, both.id)]})

    def test_the_officer_works_by_number(self):
        """He reads no matter, raises and lowers walls all the same."""
        self.assertFalse(
            self.env["legal.matter"].with_user(self.officer).has_access("read")
        )
        activity = self.matter.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.lawyer2.id, summary="Secret"
        )
        values = {
            "numbers": self.matter.number,
            "user_ids": [(6, 0, self.lawyer2.ids)],
            "reason": "Was in-house counsel of the opponent",
        }
        wizard = self.env["legal.wall.raise"].with_user(self.officer).create(values)
        self.assertEqual(len(wizard.work_ids), 1, "the work is counted")
        self.assertFalse(wizard.work_ids.name, "and not named")
        wizard.action_apply()
        self.assertEqual(activity.user_id, self.lawyer)
        wall = (
            self.env["legal.wall"]
            .with_user(self.officer)
            .search([("user_id", "=", self.lawyer2.id)])
        )
        self.assertEqual(wall.matter_id.sudo().display_name, self.matter.number)
        unknown = wizard.create({**values, "numbers": "9999/99"})
        with self.assertRaisesRegex(UserError, "9999/99"):
            unknown.action_apply()

    def test_who_reads_walls(self):
        wall = self._raise()
        Wall = self.env["legal.wall"]
        for user in (self.lawyer, self.officer, self.assistant):
            self.assertTrue(
                Wall.with_user(user).search([("id", "=", wall.id)]), user.name
            )
            wall.with_user(user).read(["reason"])
        auditor = self._user("a.udit", "legal_crm.group_auditor", "Al Udit")
        for user in (self.admin_user, self.outsider, auditor):
            with self.assertRaises(AccessError):
                wall.with_user(user).read(["reason"])
        for user in (self.lawyer, self.officer):
            for method, args in (("write", [{"state": "down"}]), ("unlink", [])):
                with self.assertRaises(AccessError):
                    getattr(wall.with_user(user), method)(*args)

    def test_the_wizard_shows_what_moves(self):
        self.matter.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.lawyer2.id, summary="Reply"
        )
        self._matter(parent_id=self.matter.id)
        wizard = (
            self.env["legal.wall.raise"]
            .with_user(self.lawyer)
            .create(
                {
                    "matter_ids": [(6, 0, self.matter.ids)],
                    "user_ids": [(6, 0, self.lawyer2.ids)],
                    "reason": "Former client",
                }
            )
        )
        self.assertEqual(wizard.work_ids.mapped("name"), ["Reply"])
        self.assertEqual(wizard.submatter_count, 1)
        wizard.action_apply()
        self.assertFalse(self.matter.with_user(self.lawyer2).has_access("read"))

    def test_a_wizard_opens_no_other_matter(self):
        """Ids put into the dialog over RPC are looked at as the caller."""
        self._raise()
        wizards = self.env["legal.wall.raise"].with_user(self.lawyer2)
        values = {
            "matter_ids": [(6, 0, self.matter.ids)],
            "user_ids": [(6, 0, self.assistant.ids)],
            "reason": "Sabotage",
        }
        with self.assertRaises(AccessError):
            wizards.create(values).action_apply()
        numbered = wizards.create(
            {**values, "matter_ids": False, "numbers": self.matter.number}
        )
        with self.assertRaisesRegex(UserError, "Choose the matter"):
            numbered.action_apply()
        self.assertFalse(numbered.work_ids)
        self.assertTrue(self.matter.with_user(self.assistant).has_access("read"))

    def test_names_behind_the_wall(self):
        """A many2one elsewhere shows the number only, to whom it is not open."""
        call = self._call(self.matter)
        portal = new_test_user(self.env, "port.al", groups="base.group_portal")
        self._raise()
        for user in (
            self.lawyer2,
            self.admin_user,
            self.outsider,
            portal,
            self.officer,
        ):
            for record in (self.matter, call, self.matter.party_ids[:1]):
                self.assertEqual(
                    record.with_user(user).sudo().display_name,
                    self.matter.number,
                    f"{user.name} {record._name}",
                )
        self.assertIn("Meier", self.matter.with_user(self.lawyer).display_name)
        # a matter of the team is known by name to colleagues, restricted ones are not
        team = self._matter(access_policy="team")
        self.assertIn("Meier", team.with_user(self.assistant).sudo().display_name)
        team.access_policy = "restricted"
        self.assertEqual(
            team.with_user(self.assistant).sudo().display_name, team.number
        )

    def test_default_for_new_matters(self):
        self.company.legal_default_access_policy = "team"
        matter = self._matter()
        self.assertEqual(matter.access_policy, "team")
        self.assertFalse(matter.with_user(self.lawyer2).has_access("read"))
