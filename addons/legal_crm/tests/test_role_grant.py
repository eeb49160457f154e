from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from .people_common import PeopleCommon

NOON = "2026-06-01 12:00:00"
LATER = "2026-06-08 12:00:00"
AFTER = "2026-06-08 12:00:01"


class RoleCommon(PeopleCommon):
    def _grant(self, user=None, role="lawyer", giver=None, **values):
        return (
            self.env["legal.role.grant"]
            .with_user(giver or self.compliance)
            .create(
                {
                    "user_id": (user or self.assistant).id,
                    "group_id": self.env.ref(f"legal_crm.group_{role}").id,
                    "date_until": LATER,
                    "reason": "Stands in for Anne",
                    **values,
                }
            )
        )

    def _is(self, role, user=None):
        self.env.invalidate_all()
        return (user or self.assistant).has_group(f"legal_crm.group_{role}")

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("legal_crm.cron_role_grants").method_direct_trigger()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestRoleGrant(RoleCommon):
    """A role that ends by itself, and takes nothing that one has otherwise."""

    def test_it_begins_at_once_and_ends_on_its_date(self):
        grant = self._grant()
        self.assertEqual(grant.state, "running")
        self.assertTrue(self._is("lawyer"))
        with freeze_time("2026-06-08 11:59:00"):
            self._run_cron()
            self.assertTrue(self._is("lawyer"))
        with freeze_time(AFTER):
            self._run_cron()
        self.assertEqual(grant.state, "ended")
        self.assertFalse(self._is("lawyer"))
        self.assertTrue(self._is("assistant"))

    def test_it_begins_later(self):
        grant = self._grant(date_from="2026-06-03 06:00:00")
        self.assertEqual(grant.state, "planned")
        self.assertFalse(self._is("lawyer"))
        with freeze_time("2026-06-03 06:00:00"):
            self._run_cron()
        self.assertEqual(grant.state, "running")
        self.assertTrue(self._is("lawyer"))

    def test_one_never_begun_does_not_begin_too_late(self):
        grant = self._grant(date_from="2026-06-03 06:00:00")
        with freeze_time(AFTER):
            self._run_cron()
        self.assertEqual(grant.state, "ended")
        self.assertFalse(self._is("lawyer"))

    def test_a_role_held_anyway_stays(self):
        grant = self._grant(self.lawyer)
        self.assertTrue(grant.held_before)
        with freeze_time(AFTER):
            self._run_cron()
        self.assertTrue(self._is("lawyer", self.lawyer))

    def test_two_that_overlap(self):
        first = self._grant()
        second = self._grant(date_until="2026-06-20 12:00:00")
        self.assertFalse(second.held_before)
        with freeze_time(AFTER):
            self._run_cron()
            self.assertEqual((first.state, second.state), ("ended", "running"))
            self.assertTrue(self._is("lawyer"))
        with freeze_time("2026-06-21 00:00:00"):
            self._run_cron()
        self.assertFalse(self._is("lawyer"))

    def test_extending_is_written_down(self):
        grant = self._grant()
        self.env.cr.precommit.run()
        grant = grant.with_env(grant.env(context={}))  # with tracking
        grant.date_until = "2026-07-01 12:00:00"
        self.env.flush_all()
        self.env.cr.precommit.run()
        tracked = grant.sudo().message_ids.tracking_value_ids
        self.assertIn("date_until", tracked.field_id.mapped("name"))
        with freeze_time(AFTER):
            self._run_cron()
        self.assertEqual(grant.state, "running")

    def test_ended_early(self):
        grant = self._grant()
        grant.action_end()
        self.assertEqual(grant.state, "ended")
        self.assertFalse(self._is("lawyer"))
        with self.assertRefused(UserError, "has ended"):
            grant.date_until = "2026-07-01 12:00:00"

    def test_who_may_give_one(self):
        for user in (self.boss, self.lawyer, self.assistant, self.outsider):
            with self.assertRaises(AccessError):
                self._grant(self.lawyer2, giver=user)
        self.assertTrue(self._grant(giver=self.admin_user))

    def test_not_to_oneself(self):
        for role in ("lawyer", "auditor", "compliance"):
            with self.assertRefused(ValidationError, "Nobody gives himself"):
                self._grant(self.admin_user, role, giver=self.admin_user)

    def test_refused_with_a_clear_sentence(self):
        self.lawyer2.active = False
        portal = self._user("p.ortal", "base.group_portal", "A Client")
        system = self.env.ref("base.group_system")
        for text, values in (
            ("is archived", {"user": self.lawyer2}),
            ("portal user", {"user": portal}),
            ("no role of the firm", {"group_id": system.id}),
            ("no role of the firm", {"role": "external"}),
            ("before it begins", {"date_from": "2026-06-09 12:00:00"}),
            ("in the past", {"date_from": "2026-01-01", "date_until": "2026-05-01"}),
            ("why the person", {"reason": "  "}),
        ):
            with self.subTest(text), self.assertRefused(ValidationError, text):
                self._grant(**values)

    def test_nothing_is_forged(self):
        grant = self._grant(
            date_from="2026-06-03 06:00:00",
            state="running",
            held_before=True,
            granted_by_id=self.lawyer.id,
        )
        self.assertEqual(grant.state, "planned")
        self.assertFalse(grant.held_before)
        self.assertEqual(grant.granted_by_id, self.compliance)
        grant.with_context(legal_unlock=True).write({"state": "ended"})
        self.assertEqual(grant.state, "planned")
        for values in (
            {"user_id": self.lawyer2.id},
            {"group_id": self.env.ref("legal_crm.group_partner").id},
            {"reason": "Another"},
        ):
            with self.assertRaises(UserError):
                grant.write(values)
        with self.assertRaises(AccessError):
            grant.unlink()
        with self.assertRaises(UserError):
            grant.sudo().unlink()

    def test_the_last_compliance_officer_keeps_the_role_and_it_is_told(self):
        grant = self._grant(self.lawyer2, "compliance")
        self.compliance.active = False
        with self.assertRefused(UserError, "needs a compliance officer"):
            grant.sudo().action_end()
        noise = "odoo.addons.legal_crm.models.legal_role_grant"
        with freeze_time(AFTER), mute_logger(noise):
            self._run_cron()
            self.assertEqual(grant.state, "running")
            self.assertIn("compliance officer", grant.obstacle)
            self.assertFalse(self.env["legal.role.grant"]._next_end())
            self.compliance.active = True
            self._run_cron()
        self.assertEqual(grant.state, "ended")

    def test_it_ends_with_the_person(self):
        grant = self._grant()
        change = self._left(self._change(self.assistant))
        self.assertEqual(change.state, "done")
        self.assertEqual(grant.state, "ended")

    def test_a_new_post_replaces_it(self):
        grant = self._grant()
        change = self._change(
            self.assistant,
            kind="move",
            planner=self.compliance,
            new_group_ids=[Command.set(self.env.ref("legal_crm.group_lawyer").ids)],
        )
        self._left(change)
        self.assertEqual(grant.state, "ended")
        self.assertTrue(self._is("lawyer"))


@tagged("post_install", "-at_install")
class TestRoleGrantLate(RoleCommon, HttpCase):
    """The scheduler is late: the role ends all the same."""

    def _overdue(self):
        grant = self._grant(
            date_from="2026-01-01 12:00:00", date_until="2099-01-01 12:00:00"
        )
        self.assertTrue(self._is("lawyer"))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE legal_role_grant SET date_until = '2026-02-01' WHERE id = %s",
            (grant.id,),
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        return grant

    def test_in_the_browser(self):
        self.authenticate("s.koch", "s.koch")
        grant = self._overdue()
        with mute_logger("odoo.service.model"):
            answer = self._call_web(
                "res.users", "has_group", self.assistant.ids, "legal_crm.group_lawyer"
            )
        self.assertIs(answer["result"], False)
        self.env.invalidate_all()
        self.assertEqual(grant.state, "ended")

    def test_for_programs(self):
        # with a password, which needs a real transaction: tests/test_people.py
        grant = self._overdue()
        key = self._key(self.assistant)
        self.env.flush_all()
        with mute_logger("odoo.service.model"):
            answer = self._by_key(key, self.assistant, "legal_crm.group_lawyer")
        self.assertIs(answer.json(), False)
        self.env.invalidate_all()
        self.assertEqual(grant.state, "ended")

    def test_nothing_is_asked_while_no_role_is_due(self):
        self._grant(date_from="2026-01-01 12:00:00", date_until="2099-01-01 12:00:00")
        grants = self.env["legal.role.grant"]
        grants._next_end()
        with self.assertQueryCount(0):
            self.assertFalse(grants._end_overdue())
