from unittest.mock import patch

from odoo.exceptions import AccessError, LockError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

from .common import GdprCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25 09:00:00")
class TestAccessReview(GdprCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["gdpr.training"].search([]).active = False  # those of the demo firm
        cls.compliance = cls._user(
            "c.omp", "legal_crm.group_compliance", "Carl Compliance"
        )
        cls.people = cls.lawyer | cls.lawyer2 | cls.assistant | cls.partner_user
        cls.lawyer_role = cls.env.ref("legal_crm.group_lawyer")
        cls.assistant_role = cls.env.ref("legal_crm.group_assistant")

    def _review(self, start=True, **values):
        review = (
            self.env["gdpr.access.review"]
            .with_user(self.dpo)
            .create(
                {
                    "reviewer_id": self.partner_user.id,
                    "deputy_id": self.dpo.id,
                    "user_ids": [Command.set(self.people.ids)],
                    "date_due": "2026-12-20",
                    **values,
                }
            )
        )
        if start:
            review.action_start()
        return review

    def _line(self, review, user, group=None, kind="role"):
        line = review.sudo().line_ids.filtered(
            lambda x: x.user_id == user
            and x.kind == kind
            and (group is None or x.group_id == group)
        )
        self.assertEqual(len(line), 1)
        return line.with_user(line.reviewer_id)

    def _key(self, user, name="Backup script"):
        self.env["res.users.apikeys"].with_user(user).sudo()._generate(
            "rpc", name, False
        )
        return self.env["res.users.apikeys"].search([("user_id", "=", user.id)])

    def _run(self):
        with self._uncommitted():
            self.env["gdpr.access.review"]._cron_run()

    # -- the snapshot ----------------------------------------------------------------

    def test_the_snapshot_sees_roles_and_what_they_imply(self):
        review = self._review()
        line = self._line(review, self.lawyer, self.lawyer_role)
        self.assertIn(self.assistant_role.full_name, line.sudo().fact)
        self.assertIn(self.assistant_role.id, line.sudo().snapshot["implied"])
        self.assertFalse(
            review.line_ids.filtered(
                lambda x: x.group_id == self.env.ref("base.group_user")
            )
        )

    def test_how_one_is_told_is_no_access(self):
        inbox = self.env.ref("mail.group_mail_notification_type_inbox")
        self.lawyer.notification_type = "inbox"
        self.env.flush_all()
        self.assertIn(inbox, self.lawyer.group_ids)
        self.assertNotIn(inbox, self._review().sudo().line_ids.group_id)

    def test_each_line_says_what_access_it_is(self):
        self._matter(access_policy="team", member_ids=[Command.set(self.lawyer2.ids)])
        review = self._review()
        line = self._line(review, self.lawyer, self.lawyer_role)
        self.assertEqual(line.access, self.lawyer_role.full_name)
        team = self._line(review, self.lawyer2, kind="team")
        self.assertEqual(team.access, f"Team of a matter: {team.fact}")

    def test_the_officer_opens_the_lines_that_are_open(self):
        review = self._review()
        action = review.with_context(only_open=True).action_open_lines()
        self.assertEqual(action["context"], {"search_default_open": 1})
        lines = self.env[action["res_model"]].with_user(self.dpo)
        self.assertEqual(lines.search_count(action["domain"]), review.line_count)

    def test_the_snapshot_sees_teams_keys_and_portal_users(self):
        matter = self._matter(
            access_policy="team", member_ids=[Command.set(self.lawyer2.ids)]
        )
        key = self._key(self.lawyer)
        portal = self._user("kd", "base.group_portal", "Klaus Draußen")
        review = self._review(user_ids=[Command.clear()])
        team = self._line(review, self.lawyer2, kind="team")
        self.assertEqual(team.fact, matter.number)
        found = self._line(review, self.lawyer, kind="key")
        self.assertEqual((found.key_ref, found.fact), (key.id, "Backup script"))
        self.assertEqual(self._line(review, portal, kind="portal").fact, "kd")

    def test_the_last_use_of_a_key_is_known_to_the_day(self):
        keys = self.env["res.users.apikeys"]
        secret = keys.with_user(self.lawyer).sudo()._generate("rpc", "Script", False)
        review = self._review()
        self.assertFalse(self._line(review, self.lawyer, kind="key").last_used)
        self.assertEqual(
            keys._check_credentials(scope="rpc", key=secret), self.lawyer.id
        )
        keys._check_credentials(scope="rpc", key=secret)
        self.env.invalidate_all()
        other = self._review()
        line = self._line(other, self.lawyer, kind="key")
        self.assertEqual(str(line.last_used), "2026-11-25")

    # -- who decides -------------------------------------------------------------------

    def test_the_reviewer_is_not_the_subject(self):
        review = self._review()
        own = self._line(
            review, self.partner_user, self.env.ref("legal_crm.group_partner")
        )
        self.assertEqual(own.sudo().reviewer_id, self.dpo)
        with self.assertRaises(AccessError):
            own.with_user(self.partner_user).write({"decision": "keep"})
        # also if somebody made him the reviewer of his own line
        own.sudo().with_context(legal_unlock=UNLOCK).reviewer_id = self.partner_user
        with self.assertRaisesRegex(UserError, "own access"):
            own.with_user(self.partner_user).action_keep()

    def test_nobody_else_decides_and_facts_are_read_only(self):
        review = self._review()
        line = self._line(review, self.lawyer, self.lawyer_role)
        with self.assertRaisesRegex(UserError, "is decided by"):
            line.with_user(self.dpo).action_keep()
        with self.assertRaises(AccessError):
            line.with_user(self.assistant).read(["fact"])
        for values in (
            {"state": "kept"},
            {"user_id": self.assistant.id},
            {"reviewer_id": self.dpo.id},
            {"seen": "x"},
        ):
            with self.assertRaises(UserError):
                line.write(values)
        with self.assertRaises(UserError):
            line.with_user(self.dpo).unlink()
        with self.assertRaises(UserError):
            self.env["gdpr.access.review.line"].with_user(self.dpo).create(
                {"review_id": review.id, "fact_key": "x", "kind": "role"}
            )

    def test_only_the_officer_starts_and_nothing_is_forged(self):
        forged = (
            self.env["gdpr.access.review"]
            .with_user(self.dpo)
            .with_context(default_state="done", default_user_id=self.lawyer.id)
            .create({"reviewer_id": self.partner_user.id, "state": "done"})
        )
        self.assertEqual(forged.state, "draft")
        self.assertFalse(forged.user_id)
        with self.assertRaises(UserError):
            forged.write({"state": "done"})
        with self.assertRaises(AccessError):
            forged.with_user(self.partner_user).action_start()
        with self.assertRaises(ValidationError):
            forged.deputy_id = self.partner_user

    # -- decisions that act ------------------------------------------------------------

    def test_revoking_takes_the_role_and_is_verified(self):
        review = self._review()
        line = self._line(review, self.lawyer2, self.lawyer_role)
        line.decision = "revoke"
        with self.assertRaisesRegex(UserError, "reason"):
            line.action_decide()
        line.reason = "Works in accounting now."
        line.action_decide()
        self.assertNotIn(self.lawyer_role, self.lawyer2.all_group_ids)
        self.assertEqual(line.sudo().state, "revoked")
        self.assertTrue(line.sudo().verified_on)
        actions = (
            self.env["legal.access.log"]
            .search([("person_id", "=", self.lawyer2.id)])
            .mapped("action")
        )
        self.assertIn("role_taken", actions)
        self.assertIn("access_reviewed", actions)

    def test_a_role_that_another_still_gives_is_not_called_revoked(self):
        self.lawyer2.group_ids = [Command.link(self.assistant_role.id)]
        review = self._review()
        line = self._line(review, self.lawyer2, self.assistant_role)
        line.write({"decision": "revoke", "reason": "Not needed."})
        line.action_decide()
        self.assertEqual(line.sudo().state, "failed")
        self.assertIn(self.lawyer_role.full_name, line.sudo().outcome)
        with self.assertRaises(UserError):
            review.action_done()

    def test_changing_gives_less_never_more(self):
        review = self._review()
        line = self._line(review, self.lawyer2, self.lawyer_role)
        line.write({"decision": "change", "reason": "Part-time assistant."})
        for group in ("legal_crm.group_partner", "base.group_system"):
            line.new_group_id = self.env.ref(group)
            with self.assertRaisesRegex(UserError, "nobody more"):
                line.action_decide()
        line.new_group_id = self.assistant_role
        line.action_decide()
        self.assertEqual(line.sudo().state, "changed")
        self.assertNotIn(self.lawyer_role, self.lawyer2.all_group_ids)
        self.assertIn(self.assistant_role, self.lawyer2.all_group_ids)

    def test_a_role_until_a_date_ends(self):
        grant = (
            self.env["legal.role.grant"]
            .with_user(self.compliance)
            .create(
                {
                    "user_id": self.assistant.id,
                    "group_id": self.lawyer_role.id,
                    "date_until": "2026-12-31 00:00:00",
                    "reason": "Stands in for a lawyer.",
                }
            )
        )
        review = self._review()
        line = self._line(review, self.assistant, self.lawyer_role)
        self.assertTrue(line.valid_until)
        line.write({"decision": "revoke", "reason": "The colleague is back."})
        line.action_decide()
        self.assertEqual(grant.state, "ended")
        self.assertNotIn(self.lawyer_role, self.assistant.all_group_ids)

    def test_a_key_goes_and_the_team_is_left(self):
        matter = self._matter(
            access_policy="team", member_ids=[Command.set(self.lawyer2.ids)]
        )
        key = self._key(self.lawyer)
        review = self._review()
        for user, kind in ((self.lawyer, "key"), (self.lawyer2, "team")):
            line = self._line(review, user, kind=kind)
            line.write({"decision": "revoke", "reason": "Old."})
            line.action_decide()
            self.assertEqual(line.sudo().state, "revoked", line.sudo().outcome)
        self.assertFalse(key.exists())
        self.assertFalse(matter.with_user(self.lawyer2).has_access("read"))

    def test_a_portal_user_is_archived(self):
        portal = self._user("kd", "base.group_portal", "Klaus Draußen")
        review = self._review(user_ids=[Command.set(portal.ids)])
        line = self._line(review, portal, kind="portal")
        line.write({"decision": "revoke", "reason": "No client any more."})
        line.action_decide()
        self.assertFalse(portal.active)
        self.assertEqual(line.sudo().state, "revoked")

    def test_the_last_administrator_stays(self):
        system = self.env.ref("base.group_system")
        others = self.env["res.users"]._active_holders(system) - self.admin_user
        others.write({"group_ids": [Command.unlink(system.id)]})
        self.assertEqual(self.env["res.users"]._active_holders(system), self.admin_user)
        review = self._review(user_ids=[Command.set(self.admin_user.ids)])
        line = self._line(review, self.admin_user, system)
        line.write({"decision": "revoke", "reason": "Too much power."})
        line.action_decide()
        self.assertEqual(line.sudo().state, "failed")
        self.assertIn("last administrator", line.sudo().outcome)
        self.assertIn(system, self.admin_user.group_ids)

    # -- drift -------------------------------------------------------------------------

    def test_what_is_gone_blocks_until_it_is_looked_at(self):
        review = self._review()
        line = self._line(review, self.lawyer2, self.lawyer_role)
        self.lawyer2.group_ids = [Command.unlink(self.lawyer_role.id)]
        line.write({"decision": "keep"})
        self.assertIn("gone", line.drift)
        with self.assertRaisesRegex(UserError, "changed since"):
            line.action_decide()
        line.action_seen()
        self.assertEqual(line.sudo().state, "gone")

    def test_a_role_that_implies_more_blocks_until_it_is_looked_at(self):
        review = self._review()
        line = self._line(review, self.lawyer2, self.lawyer_role)
        more = self.env["res.groups"].create({"name": "Sees more"})
        self.lawyer_role.sudo().implied_ids = [Command.link(more.id)]
        with self.assertRaisesRegex(UserError, "implies more"):
            line.action_keep()
        line.action_seen()
        line.action_keep()
        self.assertEqual(line.sudo().state, "kept")

    def test_what_was_given_since_is_added_and_blocks(self):
        review = self._review()
        compliance = self.env.ref("legal_crm.group_compliance")
        self.lawyer2.group_ids = [Command.link(compliance.id)]
        review.action_look_again()
        line = self._line(review, self.lawyer2, compliance)
        self.assertTrue(line.added_later and line.to_look_at)
        with self.assertRaisesRegex(UserError, "after the snapshot"):
            line.action_keep()
        line.action_seen()
        line.action_keep()
        self.assertEqual(line.sudo().state, "kept")

    # -- the end -----------------------------------------------------------------------

    def _decide_all(self, review):
        lines = review.sudo().line_ids.filtered(lambda x: x.state == "open")
        for line in lines:
            line.with_user(line.reviewer_id).action_keep()

    def test_it_is_closed_when_everything_is_decided(self):
        review = self._review()
        with self.assertRaisesRegex(UserError, "not decided"):
            review.action_done()
        self._decide_all(review)
        review.action_done()
        self.assertEqual(review.state, "done")
        with self.assertRaises(UserError):
            review.unlink()

    def test_open_lines_are_reported_not_kept(self):
        review = self._review()
        with freeze_time("2026-12-21 09:00:00"):
            self._run()
        self.assertEqual(review.state, "expired")
        self.assertEqual(set(review.line_ids.mapped("state")), {"open"})
        self.assertEqual(review.activity_ids.user_id, self.dpo)
        self.assertIn(self.lawyer_role, self.lawyer2.group_ids)
        self._decide_all(review)  # late, and written down as that
        review.action_done()

    def test_open_lines_are_revoked_where_that_was_chosen(self):
        review = self._review(
            on_expiry="revoke", group_ids=[Command.set(self.lawyer_role.ids)]
        )
        self._line(review, self.lawyer, self.lawyer_role).action_keep()
        with freeze_time("2026-12-21 09:00:00"):
            self._run()
        self.assertIn(self.lawyer_role, self.lawyer.group_ids)
        self.assertNotIn(self.lawyer_role, self.lawyer2.all_group_ids)

    def test_lines_of_a_reviewer_who_left_go_back(self):
        reviewer = self._user("r.ev", "legal_crm.group_partner", "Rita Review")
        review = self._review(reviewer_id=reviewer.id, deputy_id=False)
        line = self._line(review, self.lawyer2, self.lawyer_role)
        self.assertEqual(line.sudo().reviewer_id, reviewer)
        reviewer.active = False
        self.assertEqual(line.sudo().reviewer_id, self.dpo)
        line.with_user(self.dpo).action_keep()

    def test_lapsed_training_shows_and_keeping_needs_a_reason(self):
        training = self.env["gdpr.training"].create(
            {
                "name": "Money laundering",
                "group_ids": [Command.set(self.lawyer_role.ids)],
            }
        )
        review = self._review()
        line = self._line(review, self.lawyer2, self.lawyer_role)
        self.assertEqual(line.training_state, "lapsed")
        self.assertEqual(line.training_missing, training.name)
        with self.assertRaisesRegex(UserError, "training is missing"):
            line.action_keep()
        line.reason = "Booked for next week."
        line.action_keep()
        self.assertEqual(
            self._line(review, self.assistant, self.assistant_role).training_state,
            "none",
        )

    # -- what somebody tries -----------------------------------------------------------

    def test_a_start_takes_nothing_from_the_callers_context(self):
        review = self._review(start=False)
        forged = {
            "default_state": "kept",
            "default_decision": "keep",
            "default_reason": "Fine.",
            "default_decided_by_id": self.partner_user.id,
            "default_decided_on": "2026-11-20 09:00:00",
            "default_reviewer_id": self.dpo.id,
            "default_verified_on": "2026-11-20 09:00:00",
            "default_seen": "x",
        }
        review.with_context(**forged).action_start()
        compliance = self.env.ref("legal_crm.group_compliance")
        self.lawyer2.group_ids = [Command.link(compliance.id)]
        review.with_context(**forged).action_look_again()
        lines = review.sudo().line_ids
        self.assertIn(compliance, lines.group_id)
        self.assertEqual(set(lines.mapped("state")), {"open"})
        for name in ("decision", "reason", "decided_by_id", "verified_on", "seen"):
            self.assertFalse(any(lines.mapped(name)), name)
        self.assertEqual(
            self._line(review, self.lawyer, self.lawyer_role).sudo().reviewer_id,
            self.partner_user,
        )
        with self.assertRaisesRegex(UserError, "not decided"):
            review.action_done()

    def test_the_last_day_is_not_moved_behind_the_reviewers_back(self):
        review = self._review()
        for values in (
            {"date_due": "2026-11-24"},
            {"on_expiry": "revoke"},
            {"date_due": "2026-11-24", "on_expiry": "revoke"},
        ):
            with self.assertRaises(UserError):
                review.write(values)
        review.date_due = "2026-12-10"  # what is left is only reported
        strict = self._review(on_expiry="revoke")
        with self.assertRaisesRegex(UserError, "brought forward"):
            strict.date_due = "2026-11-26"
        strict.date_due = "2026-12-27"
        strict.on_expiry = "report"

    def test_one_line_that_fails_stops_no_other(self):
        review = self._review(
            on_expiry="revoke", group_ids=[Command.set(self.lawyer_role.ids)]
        )
        Line = type(self.env["gdpr.access.review.line"])
        take = Line._take_role

        def failing(line, decision):
            if line.user_id == self.lawyer:
                raise ZeroDivisionError
            return take(line, decision)

        with (
            freeze_time("2026-12-21 09:00:00"),
            patch.object(Line, "_take_role", failing),
            mute_logger("odoo.addons.legal_gdpr.tools.each_alone"),
        ):
            self._run()
        self.assertIn(self.lawyer_role, self.lawyer.group_ids)
        self.assertNotIn(self.lawyer_role, self.lawyer2.all_group_ids)
        self.assertEqual(review.state, "expired")
        self.assertEqual(
            self._line(review, self.lawyer, self.lawyer_role).sudo().state, "open"
        )

    def test_expiry_looks_at_the_firm_once(self):
        review = self._review(on_expiry="revoke")
        Facts = type(self.env["gdpr.access.facts"])
        collect = Facts._collect
        looks = []

        def counting(facts, review):
            looks.append(review)
            return collect(facts, review)

        with freeze_time("2026-12-21 09:00:00"):
            with patch.object(Facts, "_collect", counting):
                self._run()
        self.assertGreater(len(review.sudo().line_ids), 3)
        self.assertEqual(len(looks), 1)

    def test_two_officers_do_not_close_it_at_once(self):
        review = self._review()
        busy = patch.object(type(review), "lock_for_update", side_effect=LockError("x"))
        for step in ("action_look_again", "action_done", "action_cancel"):
            with busy, self.assertRaises(LockError):
                getattr(review, step)()

    def test_a_role_that_is_withheld_is_reviewed_and_revoked(self):
        gate = self._gate()
        review = self._review()
        line = self._line(review, self.lawyer2, self.lawyer_role)
        self.assertIn("withheld", line.sudo().fact)
        line.write({"decision": "revoke", "reason": "Works in accounting now."})
        line.action_decide()
        self.assertEqual(line.sudo().state, "revoked")
        self.assertEqual(gate.state, "ended")
        self._train(gate)
        self.assertNotIn(self.lawyer_role, self.lawyer2.all_group_ids)

    def test_another_role_revoked_leaves_what_is_withheld(self):
        compliance = self.env.ref("legal_crm.group_compliance")
        self.lawyer2.group_ids = [Command.link(compliance.id)]
        gate = self._gate()
        review = self._review()
        line = self._line(review, self.lawyer2, compliance)
        line.write({"decision": "revoke", "reason": "Was a stand-in."})
        line.action_decide()
        self.assertEqual(line.sudo().state, "revoked", line.sudo().outcome)
        self.assertEqual(gate.state, "withheld")
        self._train(gate)
        self.assertIn(self.lawyer_role, self.lawyer2.group_ids)

    def _gate(self):
        """The lawyer role of the second lawyer is withheld."""
        training = self.env["gdpr.training"].create(
            {
                "name": "Money laundering",
                "gate_group_id": self.lawyer_role.id,
                "group_ids": [Command.set(self.lawyer_role.ids)],
            }
        )
        gate = (
            self.env["gdpr.training.gate"]
            .with_context(legal_unlock=UNLOCK)
            .create(
                {
                    "training_id": training.id,
                    "user_id": self.lawyer2.id,
                    "group_id": self.lawyer_role.id,
                    "withheld_from": "2026-11-24",
                }
            )
        )
        gate._withhold()
        self.assertEqual(gate.state, "withheld")
        return gate

    def _train(self, gate):
        self.env["gdpr.training.record"].with_user(self.dpo).create(
            {
                "training_id": gate.training_id.id,
                "user_id": gate.user_id.id,
                "date": "2026-11-25",
                "evidence": "List",
            }
        )
