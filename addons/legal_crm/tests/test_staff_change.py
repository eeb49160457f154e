from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, ConcurrencyError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .people_common import PeopleCommon


@tagged("post_install", "-at_install")
class TestStaffLeaves(PeopleCommon):
    """A lawyer leaves: work passes on, access ends, nothing is lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.matter = cls._matter()
        cls.todo = cls._activity(cls.matter)
        cls.draft = cls._call(cls.matter).sudo()

    def test_everything_passes_to_the_successor(self):
        team = self.env["legal.team"].create(
            {
                "name": "Labour",
                "leader_id": self.lawyer.id,
                "member_ids": [Command.set(self.lawyer.ids)],
            }
        )
        lead = self.env["crm.lead"].create({"name": "I.", "user_id": self.lawyer.id})
        event = self.env["calendar.event"].create(
            {
                "name": "Hearing",
                "start": "2099-01-01 08:00:00",
                "stop": "2099-01-01 09:00:00",
                "user_id": self.lawyer.id,
                "partner_ids": [Command.set(self.lawyer.partner_id.ids)],
            }
        )
        preset = self.env["mail.activity.type"].create(
            {"name": "Check", "default_user_id": self.lawyer.id}
        )
        change = self._left(self._change(successor_id=self.lawyer2.id))
        self.assertEqual(change.state, "done")
        self.assertEqual(self.matter.lawyer_id, self.lawyer2)
        self.assertEqual(self.todo.user_id, self.lawyer2)
        self.assertEqual(self.draft.user_id, self.lawyer2)
        self.assertEqual(lead.user_id, self.lawyer2)
        self.assertEqual(event.user_id, self.lawyer2)
        self.assertEqual(event.partner_ids, self.lawyer2.partner_id)
        self.assertEqual(preset.default_user_id, self.lawyer2)
        self.assertEqual(team.leader_id, self.lawyer2)
        self.assertNotIn(self.lawyer, team.member_ids)
        self.assertNotIn(self.lawyer, self.matter.member_ids)
        self.assertFalse(self.lawyer.active)
        self.assertFalse(self.lawyer.has_group("legal_crm.group_assistant"))
        moved = change.line_ids.filtered(lambda line: line.state == "moved")
        self.assertEqual(moved, change.line_ids)
        self.assertEqual(moved.moved_to_id, self.lawyer2)
        self.assertTrue(all(line.moved_on for line in moved))
        self.assertIn("Lawyer", change.roles_before)
        self.assertNotIn("Lawyer", change.roles_after)

    def test_log_says_who_left_and_what_passed(self):
        change = self._left(self._change(successor_id=self.lawyer2.id))
        self.assertEqual(len(self._logged("staff_left", change)), 1)
        matters = self._logged("handed_over", self.matter)
        self.assertEqual(matters.detail, "matter")
        others = self._logged("handed_over", change)
        self.assertIn(("activity", 1), [(x.detail, x.quantity) for x in others])

    def test_nobody_follows_or_is_listed_any_more(self):
        channel = self.env["discuss.channel"].create(
            {"name": "Kitchen", "channel_type": "channel"}
        )
        channel._add_members(users=self.lawyer)
        partner = self.lawyer.partner_id
        self.assertIn(partner, self.matter.message_partner_ids)
        change = self._left(self._change(successor_id=self.lawyer2.id))
        followed = self.env["mail.followers"].search([("partner_id", "=", partner.id)])
        self.assertFalse(followed)
        self.assertFalse(
            self.env["discuss.channel.member"].search([("partner_id", "=", partner.id)])
        )
        self.assertGreater(change.follower_count, 0)
        self.assertGreater(change.channel_count, 0)

    def test_a_message_that_waits_is_sent_by_the_successor(self):
        message = (
            self.env["mail.scheduled.message"]
            .with_user(self.lawyer)
            .create(
                {
                    "model": "legal.matter",
                    "res_id": self.matter.id,
                    "author_id": self.lawyer.partner_id.id,
                    "body": "Tomorrow",
                    "scheduled_date": "2099-01-01 08:00:00",
                    "is_note": True,
                }
            )
        )
        self._left(self._change(successor_id=self.lawyer2.id))
        message = message.sudo()
        self.assertEqual(message.create_uid, self.lawyer2)
        message._post_message()
        self.assertEqual(self.matter.message_ids[0].author_id, self.lawyer2.partner_id)

    def test_blocked_by_everything_at_once(self):
        walled = self._restricted(excluded_user_ids=[Command.set(self.lawyer2.ids)])
        change = self._change()
        change.action_check()
        lines = change.line_ids
        by_matter = {line.res_id: line for line in lines if line.kind == "matter"}
        by_matter[walled.id].successor_id = self.lawyer2
        by_matter[self.matter.id].successor_id = self.assistant
        with self.assertRaises(UserError) as caught:
            change.action_confirm()
        text = str(caught.exception)
        self.assertIn("Choose who takes over", text)
        self.assertIn(f"An ethical wall keeps Anne Lefèvre from: {walled.number}", text)
        self.assertIn("Sara Koch does not have the role", text)
        self.assertEqual(change.state, "checked")
        self.assertTrue(self.lawyer.active)
        self.assertEqual(self.matter.lawyer_id, self.lawyer)

    def test_a_successor_who_is_archived_or_leaves_is_refused(self):
        change = self._change(successor_id=self.lawyer2.id, date="2099-05-01")
        change.action_check()
        other = self._change(self.lawyer2, date="2099-04-01")
        other.action_check()
        other.action_confirm()
        self.assertIn("leaves on 2099-04-01", change.problems)
        other.action_cancel()
        self.lawyer2.active = False
        change.invalidate_recordset()
        self.assertIn("is archived and cannot take over", change.problems)

    def test_the_last_reader_is_named(self):
        lonely = self._restricted(
            lawyer_id=self.lawyer2.id, member_ids=[Command.set(self.lawyer.ids)]
        )
        lonely.sudo().lawyer_id = False
        change = self._change(successor_id=self.lawyer2.id, planner=self.compliance)
        change.action_check()
        line = change.line_ids.filtered(lambda x: x.kind == "reader")
        self.assertEqual(line.matter_number, lonely.number)
        change.action_confirm()
        self.assertEqual(lonely.member_ids, self.lawyer2)
        self.assertTrue(lonely._readable_for(self.lawyer2))

    def test_an_outsider_lets_nobody_into_a_restricted_matter(self):
        secret = self._restricted()
        change = self._change(successor_id=self.boss.id)
        change.action_check()
        self.assertIn("is no reader of " + secret.number, change.problems)
        with self.assertRaises(UserError):
            change.action_confirm()
        # the compliance officer may say so
        lines = change.line_ids.with_user(self.compliance)
        lines.filtered(lambda x: x.matter_number == secret.number).write(
            {"successor_id": self.boss.id}
        )
        change.invalidate_recordset()
        self.assertFalse(change.problems)
        change.action_confirm()
        self.assertEqual(secret.lawyer_id, self.boss)

    def test_names_stay_hidden(self):
        secret = self._restricted(name="Secret against State")
        todo = self._activity(secret, summary="Very secret")
        change = self._change(planner=self.admin_user)
        change.action_check()
        self.env.invalidate_all()
        for user in (self.admin_user, self.boss, self.compliance):
            lines = change.with_user(user).line_ids
            for line in lines.filtered(lambda x: x.matter_number == secret.number):
                self.assertFalse(line.shown_name)
                self.assertNotIn("ecret", str(line.read()))
        mine = change.line_ids.filtered(
            lambda x: x.kind == "activity" and x.res_id == todo.id
        )
        self.assertNotIn("ecret", mine._label())
        change.successor_id = self.lawyer2
        self.assertNotIn("ecret", change.problems or "")

    def test_not_by_oneself(self):
        with self.assertRefused(UserError, "Nobody plans his own"):
            self._change(self.boss, planner=self.boss)
        change = self._change(self.lawyer)
        with self.assertRefused(UserError, "Nobody plans his own"):
            change.write({"user_id": self.boss.id})
        about_boss = self._change(self.boss, planner=self.compliance)
        with self.assertRaises(AccessError):
            about_boss.with_user(self.boss).read(["note"])
        found = self.env["legal.staff.change"].with_user(self.boss).search([])
        self.assertNotIn(about_boss, found)

    def test_whom_it_is_about_hears_nothing(self):
        partner = self.lawyer.partner_id
        changes = self.env(user=self.boss, context={})["legal.staff.change"]
        change = changes.create({"user_id": self.lawyer.id, "date": "2099-01-01"})
        change.message_subscribe(partner_ids=partner.ids)
        self.env.flush_all()
        self.env.cr.precommit.run()
        change.action_check()
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.assertNotIn(partner, change.message_partner_ids)
        messages = change.sudo().message_ids
        self.assertTrue(messages)
        self.assertNotIn(partner, messages.notified_partner_ids)
        told = self.env["mail.message"].search([("partner_ids", "in", partner.ids)])
        self.assertFalse(told.filtered(lambda m: m.model == change._name))

    def test_who_may_plan(self):
        for user in (self.lawyer2, self.assistant, self.outsider):
            with self.assertRaises(AccessError):
                self._change(planner=user)
        for user in (self.boss, self.compliance, self.admin_user):
            self.assertTrue(self._change(planner=user))

    def test_portal_and_oneself_are_no_people_to_hand_over_to(self):
        portal = self._user("p.ortal", "base.group_portal", "A Client")
        with self.assertRaises(ValidationError):
            self._change(portal)
        with self.assertRaises(ValidationError):
            self._change(successor_id=self.lawyer.id)
        change = self._change(successor_id=portal.id)
        change.action_check()
        self.assertIn("does not have the role", change.problems)

    def test_the_last_compliance_officer_stays(self):
        change = self._change(self.compliance, planner=self.admin_user)
        change.action_check()
        with self.assertRefused(UserError, "last compliance officer"):
            change.action_confirm()
        self.assertTrue(self.compliance.active)

    def test_the_last_administrator_stays(self):
        group = self.env.ref("base.group_system")
        others = self.env["res.users"]._active_holders(group) - self.admin_user
        others.write({"group_ids": [Command.unlink(group.id)]})
        change = self._change(self.admin_user, planner=self.compliance)
        change.action_check()
        with self.assertRefused(UserError, "last administrator"):
            change.action_confirm()
        self.assertTrue(self.admin_user.active)

    def test_partners_do_not_let_compliance_go(self):
        second = self._user("c2", "legal_crm.group_compliance", "Second")
        change = self._change(second, planner=self.boss)
        change.action_check()
        self.assertIn("Ask one of them", change.problems)
        with self.assertRaises(UserError):
            change.action_confirm()

    def test_state_and_record_are_not_forged(self):
        change = self._change(state="done", key_count=5)
        self.assertEqual((change.state, change.key_count), ("draft", 0))
        for context in ({}, {"legal_unlock": True}):
            change.with_context(**context).write(
                {"state": "planned", "execute_at": "2020-01-01 00:00:00"}
            )
            self.assertEqual(change.state, "draft")
        change.action_check()
        line = change.line_ids[0]
        line.write({"state": "moved", "kind": "draft", "res_id": 1})
        self.assertEqual(line.state, "open")
        self.assertNotEqual(line.res_id, 1)
        with self.assertRaises(AccessError):
            line.unlink()
        with self.assertRaises(UserError):
            self.env["legal.staff.change.line"].with_user(self.boss).create(
                {"change_id": change.id, "kind": "matter", "res_id": self.matter.id}
            )

    def test_done_is_done(self):
        change = self._left(self._change(successor_id=self.lawyer2.id))
        for values in ({"note": "x"}, {"date": "2020-01-01"}, {"kind": "move"}):
            with self.assertRaises(UserError):
                change.write(values)
        with self.assertRaises(UserError):
            change.action_cancel()
        with self.assertRaises(UserError):
            change.unlink()
        log = len(self._logged("handed_over"))
        change.sudo()._execute()
        self.assertEqual(len(self._logged("handed_over")), log)
        self.assertEqual(change.session_count, 0)

    def test_the_printed_record_names_no_matter(self):
        self.matter.name = "Meier ./. Müller GmbH wegen Kündigung"
        change = self._left(self._change(successor_id=self.lawyer2.id))
        html = (
            self.env["ir.actions.report"]
            .with_user(self.compliance)
            ._render_qweb_html("legal_crm.report_staff_change", change.ids)[0]
        )
        text = html.decode()
        self.assertIn(self.matter.number, text)
        self.assertIn("Lena Brandt", text)
        self.assertIn("Anne Lef", text)
        self.assertNotIn("Kündigung", text)


@tagged("post_install", "-at_install")
class TestStaffOnTheDate(PeopleCommon):
    """Planned for later: looked at again, and carried out by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.matter = cls._matter()
        cls.boss.tz = "Europe/Berlin"

    def setUp(self):
        super().setUp()
        self.cron = self.env.ref("legal_crm.cron_staff_changes")

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()

    def _planned(self, **values):
        with freeze_time("2026-03-02 10:00:00"):
            change = self._change(
                date="2026-03-31", successor_id=self.lawyer2.id, **values
            )
            change.action_check()
            change.action_confirm()
        self.assertEqual(change.state, "planned")
        return change

    def test_at_midnight_where_the_planner_is(self):
        change = self._planned()
        self.assertEqual(str(change.execute_at), "2026-03-30 22:00:00")
        with freeze_time("2026-03-30 21:59:00"):
            self._run_cron()
            self.assertEqual(change.state, "planned")
            self.assertTrue(self.lawyer.active)
        with freeze_time("2026-03-30 22:00:00"):
            self._run_cron()
        self.assertEqual(change.state, "done")
        self.assertFalse(self.lawyer.active)
        self.assertEqual(self.matter.lawyer_id, self.lawyer2)

    def test_work_that_came_meanwhile_passes_too(self):
        change = self._planned()
        todo = self._activity(self.matter)
        with freeze_time("2026-04-01 00:00:00"):
            self._run_cron()
        self.assertEqual(change.state, "done")
        self.assertEqual(todo.user_id, self.lawyer2)

    def test_a_wall_that_went_up_blocks_but_access_ends(self):
        change = self._planned()
        self.matter.sudo().excluded_user_ids = self.lawyer2
        with freeze_time("2026-04-01 00:00:00"):
            self._run_cron()
            self.assertEqual(change.state, "blocked")
            self.assertFalse(self.lawyer.active)
            self.assertEqual(self.matter.lawyer_id, self.lawyer)
            self.assertIn(self.matter.number, change.blocked_by)
            self.assertEqual(change.activity_ids.user_id, self.boss)
            found = (
                self.env["legal.staff.change"]
                .with_user(self.boss)
                .search([("state", "=", "blocked")])
            )
            self.assertIn(change, found)
            with self.assertRaises(UserError):
                change.action_execute()
            with self.assertRaises(UserError):
                change.action_cancel()
            line = change.line_ids.filtered(lambda x: x.kind == "matter")
            line.successor_id = self.boss
            change.action_execute()
        self.assertEqual(change.state, "done")
        self.assertEqual(self.matter.lawyer_id, self.boss)
        self.assertFalse(change.activity_ids)
        self.assertEqual(len(self._logged("staff_left", change)), 1)

    def test_killed_in_the_last_step_nothing_happened(self):
        todo = self._activity(self.matter)
        change = self._change(successor_id=self.lawyer2.id)
        change.action_check()
        self.env.flush_all()
        target = type(self.env["legal.staff.change"])
        with (
            patch.object(target, "_leave_teams", side_effect=RuntimeError("killed")),
            self.assertRaises(RuntimeError),
            self.env.cr.savepoint(),
        ):
            change.action_confirm()
        self.env.invalidate_all()
        self.assertEqual(change.state, "checked")
        self.assertTrue(self.lawyer.active)
        self.assertEqual(self.matter.lawyer_id, self.lawyer)
        self.assertEqual(todo.user_id, self.lawyer)
        self.assertFalse(self._logged("staff_left", change))
        self._left(change)
        self.assertEqual(change.state, "done")

    def test_a_failure_on_the_date_still_ends_the_access(self):
        change = self._planned()
        target = type(self.env["legal.staff.change"])
        failing = patch.object(target, "_leave_teams", side_effect=RuntimeError("bug"))
        with freeze_time("2026-04-01 00:00:00"):
            noise = "odoo.addons.legal_crm.models.legal_staff_change_execute"
            with failing, mute_logger(noise):
                self._run_cron()
            self.assertEqual(change.state, "blocked")
            self.assertFalse(self.lawyer.active)
            self.assertEqual(self.matter.lawyer_id, self.lawyer)
            self.assertIn("Handing over failed", change.blocked_by)
            change.action_execute()
        self.assertEqual(change.state, "done")
        self.assertEqual(self.matter.lawyer_id, self.lawyer2)

    def test_somebody_filing_just_then_is_no_failure(self):
        change = self._planned()
        target = type(self.env["legal.staff.change"])
        busy = patch.object(target, "_leave_teams", side_effect=ConcurrencyError("now"))
        with freeze_time("2026-04-01 00:00:00"):
            with busy:
                self._run_cron()
            self.assertEqual(change.state, "planned")
            self.assertEqual(self.matter.lawyer_id, self.lawyer)
            self._run_cron()
        self.assertEqual(change.state, "done")
        self.assertFalse(self.lawyer.active)

    def test_compliance_that_became_the_last_still_leaves(self):
        second = self._user("c2", "legal_crm.group_compliance", "Second")
        with freeze_time("2026-03-02 10:00:00"):
            change = self._change(second, planner=self.admin_user, date="2026-03-31")
            change.action_check()
            change.action_confirm()
        self.compliance.active = False
        with freeze_time("2026-04-01 00:00:00"):
            self._run_cron()
        self.assertEqual(change.state, "blocked")
        self.assertFalse(second.active)

    def test_cancelled_does_not_happen(self):
        change = self._planned()
        with self.assertRaises(UserError):
            change.write({"date": "2026-05-01"})
        change.action_cancel()
        with freeze_time("2026-04-01 00:00:00"):
            self._run_cron()
        self.assertTrue(self.lawyer.active)

    def test_two_plans_for_one_person_are_refused(self):
        self._planned()
        change = self._change(successor_id=self.lawyer2.id)
        change.action_check()
        with self.assertRefused(UserError, "another plan"):
            change.action_confirm()


@tagged("post_install", "-at_install")
class TestStaffMoves(PeopleCommon):
    """A change of post: other roles, and only what no longer fits passes on."""

    def _move(self, role, user=None, planner=None, **values):
        group = self.env.ref(f"legal_crm.group_{role}")
        change = self._change(
            user or self.lawyer,
            planner=planner or self.compliance,
            kind="move",
            new_group_ids=[Command.set(group.ids)],
            **values,
        )
        change.action_check()
        return change

    def test_promotion_keeps_the_work(self):
        matter = self._matter()
        change = self._move("partner")
        change.action_confirm()
        self.assertEqual(change.state, "done")
        self.assertEqual(matter.lawyer_id, self.lawyer)
        self.assertTrue(self.lawyer.has_group("legal_crm.group_partner"))
        self.assertTrue(self.lawyer.active)
        self.assertEqual(set(change.line_ids.mapped("state")), {"kept"})
        self.assertEqual(len(self._logged("staff_moved", change)), 1)

    def test_to_compliance_all_of_the_file_passes(self):
        matter = self._matter()
        todo = self._activity(matter)
        lead = self.env["crm.lead"].create({"name": "I.", "user_id": self.lawyer.id})
        change = self._move("compliance", planner=self.admin_user)
        self.assertIn("Choose who takes over", change.problems)
        change.successor_id = self.lawyer2
        change.action_confirm()
        self.assertEqual(matter.lawyer_id, self.lawyer2)
        self.assertEqual(todo.user_id, self.lawyer2)
        self.assertEqual(lead.user_id, self.lawyer)
        legal = self.lawyer.group_ids & self.env["res.groups"]._legal_roles()
        self.assertEqual(legal, self.env.ref("legal_crm.group_compliance"))
        self.assertFalse(matter.with_user(self.lawyer).has_access("read"))
        self.assertNotIn(self.lawyer.partner_id, matter.message_partner_ids)

    def test_leaving_the_team_passes_what_only_members_read(self):
        matter = self._matter(
            lawyer_id=self.lawyer2.id,
            access_policy="team",
            member_ids=[Command.set((self.lawyer | self.lawyer2).ids)],
        )
        todo = self._activity(matter)
        change = self._move("lawyer", leaves_teams=True)
        change.successor_id = self.lawyer2
        change.action_confirm()
        self.assertEqual(todo.user_id, self.lawyer2)
        self.assertFalse(matter._readable_for(self.lawyer))

    def test_new_roles_are_asked_for(self):
        change = self._change(kind="move", planner=self.compliance)
        change.action_check()
        with self.assertRefused(UserError, "Choose the new roles"):
            change.action_confirm()

    def test_partners_do_not_appoint_compliance(self):
        change = self._move("compliance", planner=self.boss)
        with self.assertRefused(UserError, "Ask one of them"):
            change.action_confirm()
        self.assertFalse(self.lawyer.has_group("legal_crm.group_compliance"))

    def test_the_last_compliance_officer_does_not_move_on(self):
        change = self._move("lawyer", self.compliance, planner=self.admin_user)
        with self.assertRefused(UserError, "last compliance officer"):
            change.action_confirm()

    def test_blocked_on_the_date_the_post_stays(self):
        matter = self._matter()
        with freeze_time("2026-03-02 10:00:00"):
            change = self._move(
                "assistant", date="2026-03-31", successor_id=self.lawyer2.id
            )
            change.action_confirm()
        matter.sudo().excluded_user_ids = self.lawyer2
        with freeze_time("2026-04-01 00:00:00"), self.enter_registry_test_mode():
            self.env.ref("legal_crm.cron_staff_changes").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(change.state, "blocked")
        self.assertTrue(self.lawyer.has_group("legal_crm.group_lawyer"))
        self.assertFalse(change.access_ended_on)
        change.action_draft()
        self.assertEqual(change.state, "draft")
