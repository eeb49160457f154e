from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .people_common import PeopleCommon


@tagged("post_install", "-at_install")
class TestUsersRoles(PeopleCommon):
    """What is refused on users and groups, from either side."""

    def _group(self, name):
        return self.env.ref(f"legal_crm.group_{name}")

    def test_the_last_compliance_officer_stays(self):
        group = self._group("compliance")
        user = self.compliance
        admin = self.admin_user
        ways = {
            "the user's form": lambda: user.with_user(admin).write(
                {"group_ids": [Command.unlink(group.id)]}
            ),
            "all groups anew": lambda: user.with_user(admin).write(
                {"group_ids": [Command.set(self.env.ref("base.group_user").ids)]}
            ),
            "the group's form": lambda: group.with_user(admin).write(
                {"user_ids": [Command.unlink(user.id)]}
            ),
            "archiving": lambda: user.with_user(admin).action_archive(),
            "inactive": lambda: user.with_user(admin).write({"active": False}),
            "deleting": lambda: user.with_user(admin).unlink(),
            "portal": lambda: user.with_user(admin).write(
                {"group_ids": [Command.set(self.env.ref("base.group_portal").ids)]}
            ),
        }
        for name, way in ways.items():
            with self.subTest(name), self.assertRaises(UserError) as caught:
                way()
            if name != "deleting":
                self.assertIn("needs a compliance officer", str(caught.exception))
            self.env.invalidate_all()
            self.assertTrue(user.active)
            self.assertTrue(user.has_group("legal_crm.group_compliance"))

    def test_one_of_two_may_go(self):
        second = self._user("c2", "legal_crm.group_compliance", "Second")
        self.compliance.with_user(self.admin_user).write(
            {"group_ids": [Command.unlink(self._group("compliance").id)]}
        )
        self.assertTrue(second.has_group("legal_crm.group_compliance"))
        self.assertFalse(self.compliance.has_group("legal_crm.group_compliance"))

    def test_a_firm_without_one_may_change_roles(self):
        self.compliance.sudo().with_context(legal_unlock=None)
        group = self._group("compliance")
        self.env.cr.execute(
            "DELETE FROM res_groups_users_rel WHERE gid = %s", (group.id,)
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.lawyer2.write({"group_ids": [Command.link(self._group("partner").id)]})
        self.assertTrue(self.lawyer2.has_group("legal_crm.group_partner"))

    def test_no_role_for_somebody_archived(self):
        gone = self._user("gone", "base.group_user", "Gone Person")
        gone.active = False
        admin, group = self.admin_user, self._group("lawyer")
        ways = {
            "the user": lambda: gone.with_user(admin).write(
                {"group_ids": [Command.link(group.id)]}
            ),
            "the group": lambda: group.with_user(admin).write(
                {"user_ids": [Command.link(gone.id)]}
            ),
            "a new user": lambda: self.env["res.users"]
            .with_user(admin)
            .create(
                {
                    "name": "New",
                    "login": "new",
                    "active": False,
                    "group_ids": [Command.link(group.id)],
                }
            ),
        }
        for name, way in ways.items():
            with (
                self.subTest(name),
                self.assertRefused(UserError, "is archived and cannot"),
                self.env.cr.savepoint(),
            ):
                way()
        gone.with_user(admin).write(
            {"active": True, "group_ids": [Command.link(group.id)]}
        )
        self.assertTrue(gone.has_group("legal_crm.group_lawyer"))

    def test_nobody_is_archived_with_open_work(self):
        matter = self._matter()
        user = self.lawyer.with_user(self.admin_user)
        for way in (user.action_archive, lambda: user.write({"active": False})):
            with self.assertRefused(UserError, "Hand over the open work"):
                way()
        with self.assertRaises(UserError):
            user.with_context(legal_unlock=True).write({"active": False})
        matter.lawyer_id = self.lawyer2
        todo = self._activity(matter)
        with self.assertRefused(UserError, "Activity: 1"):
            user.action_archive()
        self.assertTrue(todo.exists(), "mail deletes them on archiving")
        todo.unlink()
        user.action_archive()
        self.assertFalse(self.lawyer.active)

    def test_who_worked_here_is_not_deleted(self):
        self._matter(lawyer_id=self.lawyer2.id)
        with self.assertRefused(UserError, "worked here"):
            self.lawyer2.with_user(self.admin_user).unlink()
        spare = self._user("spare", "base.group_user", "Typing Error")
        spare.with_user(self.admin_user).unlink()
        self.assertFalse(spare.exists())

    def test_nobody_below_gives_roles(self):
        for user in (self.boss, self.compliance, self.lawyer):
            with self.assertRaises(AccessError):
                self.lawyer2.with_user(user).write(
                    {"group_ids": [Command.link(self._group("partner").id)]}
                )
