import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError

from .legal_access_mixin import UNLOCK, LegalAccessMixin

_logger = logging.getLogger(__name__)


class LegalStaffChange(models.Model):
    """Carrying out a change: in one transaction, once, and written down."""

    _inherit = "legal.staff.change"

    @api.model
    def _cron_run(self, batch_size=20):
        """Carry out what is planned and due."""
        domain = [
            ("state", "=", "planned"),
            ("execute_at", "<=", fields.Datetime.now()),
        ]
        changes = self.search(domain, limit=batch_size, order="execute_at, id")
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(changes))
        for change in changes:
            change = change.try_lock_for_update()
            if change:
                change._execute_or_block()
            if not cron._commit_progress(1):
                break

    def _execute_or_block(self):
        """Carry out; should that fail, undo it, end a leaver's access, and tell."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._execute()
        except (ConcurrencyError, OperationalError):
            # Somebody filed into one of the matters just then: a minute later it works.
            _logger.info("staff change %s is tried again", self.id, exc_info=True)
            # sudo: the scheduler's own time-table
            self.env.ref("legal_crm.cron_staff_changes").sudo()._trigger(
                at=fields.Datetime.now() + timedelta(minutes=1)
            )
        except Exception as error:  # pylint: disable=broad-except
            # Whatever it was: on this day the access of a leaver ends.
            _logger.exception("staff change %s could not be carried out", self.id)
            self._block(
                [
                    self.env._(
                        "Handing over failed (%s). Tell the administrator; the log of "
                        "the server says more.",
                        type(error).__name__,
                    )
                ]
            )

    def _execute(self):
        """End the access, hand over, change roles, write it down: all or nothing.

        Everything is looked at again, as a wall may have gone up since it was
        planned. Doing it twice does nothing the second time.
        """
        self.ensure_one()
        change = self.sudo()  # the rights were checked when it was planned
        if change.state not in ("planned", "blocked"):
            return
        change._collect()
        problems = change._problems()
        if problems:
            change._block(problems)
            return
        if not change.access_ended_on:
            change._end_access()
        change._hand_over()
        if change.kind == "leave" or change.leaves_teams:
            change._leave_teams()
        if change.kind == "move":
            change._change_roles()
        change.activity_ids.unlink()  # what told about a block
        change._put(
            {
                "state": "done",
                "done_on": fields.Datetime.now(),
                "roles_after": change._role_names(),
                "blocked_by": False,
            }
        )

    def _block(self, problems):
        """Write down what is in the way, and tell; a leaver's access ends all the same.

        Only the last administrator keeps his: without him nobody could appoint
        another one.
        """
        change = self.sudo()  # see _execute
        if (
            change.kind == "leave"
            and not change.access_ended_on
            and not change._is_last(self.env.ref("base.group_system"))
        ):
            change._end_access()
        change._put({"state": "blocked", "blocked_by": "\n".join(problems)})
        for user in change._to_be_told():
            change.activity_schedule(
                "mail.mail_activity_data_warning",
                user_id=user.id,
                summary=self.env._("Work is not handed over"),
            )

    def _to_be_told(self):
        """Who planned it; when he is gone, the compliance officers."""
        planner = self.planned_by_id
        if planner.active and planner != self.user_id:
            return planner
        group = self.env.ref("legal_crm.group_compliance")
        return self.env["res.users"]._active_holders(group) - self.user_id

    # -- access --------------------------------------------------------------------

    def _end_access(self):
        """Sessions, keys and devices of the person; of a leaver also the rest."""
        user = self.user_id
        ended = user._end_sessions()
        values = {
            "roles_before": self._role_names(),
            "access_ended_on": fields.Datetime.now(),
            "session_count": ended["sessions"],
            "key_count": ended["keys"],
            "device_count": ended["devices"],
        }
        if self.kind == "leave":
            taken = user._end_sign_in()
            values["passkey_count"] = taken["passkeys"]
            values["app_removed"] = bool(taken["app"])
            values["follower_count"] = self._unfollow()
            values["channel_count"] = self._leave_channels()
            self._end_grants()
            unlocked = user.with_context(legal_unlock=UNLOCK)
            unlocked.write(
                {
                    "group_ids": [fields.Command.set(self._kept_groups().ids)],
                    "active": False,
                }
            )
            values["roles_after"] = self._role_names()
        self._put(values)
        action = "staff_left" if self.kind == "leave" else "staff_moved"
        self.env["legal.access.log"]._log(action, self, person=user)

    def _kept_groups(self):
        """A leaver keeps no role and no administration; he stays one of the firm's."""
        taken = self.env["res.groups"]._legal_roles()
        taken |= self.env.ref("base.group_system")
        taken |= self.env.ref("base.group_erp_manager")
        return (self.user_id.group_ids - taken) | self.env.ref("base.group_user")

    def _end_grants(self):
        grants = self.env["legal.role.grant"].sudo()
        grants = grants.search(
            [("user_id", "=", self.user_id.id), ("state", "!=", "ended")]
        )
        # unlocked: whether compliance still has somebody was looked at before
        grants.with_context(legal_unlock=UNLOCK)._end()

    def _change_roles(self):
        user = self.user_id
        self._end_grants()
        kept = user.group_ids - self.env["res.groups"]._legal_roles()
        user.write({"group_ids": [fields.Command.set((kept | self.new_group_ids).ids)]})
        if not user.has_group("legal_crm.group_assistant"):
            self._put(
                {
                    "follower_count": self.follower_count
                    + self._unfollow(matters_only=True)
                }
            )

    def _role_names(self):
        groups = self.user_id.group_ids.sorted(lambda g: (g.privilege_id.id or 0, g.id))
        return ", ".join(groups.mapped("full_name"))

    # -- handing over --------------------------------------------------------------

    def _hand_over(self):
        """Pass each kind of work to each successor, in one step per pair."""
        work, log = self.env["legal.open.work"], self.env["legal.access.log"]
        lines = self.line_ids.filtered(lambda line: line.state == "open")
        now = fields.Datetime.now()
        for kind in work._kinds():
            of_kind = lines.filtered(
                lambda line, kind=kind: line.kind == kind and line.successor_id
            )
            for successor, passed in of_kind.grouped("successor_id").items():
                model = self.env[passed[0].res_model].with_context(active_test=False)
                records = model.browse(passed.mapped("res_id")).exists()
                gone = passed.filtered(
                    lambda x, there=records: x.res_id not in there.ids
                )
                gone._put({"state": "gone"})
                passed -= gone
                if not passed:
                    continue
                if kind != "matter":  # who answers for a matter reads it
                    passed._let_in(successor)
                work._hand_over(kind, records, self.user_id, successor)
                passed._put(
                    {
                        "state": "moved",
                        "moved_to_id": successor.id,
                        "moved_on": now,
                    }
                )
                if kind in ("matter", "reader"):
                    log._log("handed_over", records, person=successor, detail=kind)
                else:
                    log._log(
                        "handed_over",
                        self,
                        person=successor,
                        quantity=len(records),
                        detail=kind,
                    )
        lines.filtered(lambda line: line.state == "open")._put({"state": "kept"})

    # -- teams and lists -----------------------------------------------------------

    def _leave_teams(self):
        """Departments, teams of matters, lists: no mail and no name is left there."""
        user, out = self.user_id, [fields.Command.unlink(self.user_id.id)]
        everything = self.with_context(active_test=False).env
        teams = everything["legal.team"].search([("member_ids", "in", user.ids)])
        teams.write({"member_ids": out})
        matters = everything["legal.matter"].search([("member_ids", "in", user.ids)])
        matters.write({"member_ids": out})
        members = self.env["crm.team.member"].search([("user_id", "=", user.id)])
        members.active = False
        values = {
            "team_count": len(teams) + len(members),
            "member_count": len(matters),
        }
        if self.kind == "leave":
            self._leave_digests(out)
        values["follower_count"] = self.follower_count + self._unfollow()
        self._put(values)

    def _leave_channels(self):
        members = self.env["discuss.channel.member"].search(
            [("partner_id", "=", self.user_id.partner_id.id)]
        )
        count = len(members)
        members.unlink()
        return count

    def _leave_digests(self, out):
        if "digest.digest" in self.env:  # comes with inquiries, and is no dependency
            digests = self.env["digest.digest"].with_context(active_test=False)
            digests.search([("user_ids", "in", self.user_id.ids)]).user_ids = out

    def _unfollow(self, matters_only=False):
        """Stop following, and return how many records were followed."""
        domain = [("partner_id", "=", self.user_id.partner_id.id)]
        if matters_only:
            keyed = [
                name
                for name in self.env.registry
                if isinstance(self.env[name], LegalAccessMixin)
            ]
            domain.append(("res_model", "in", keyed))
        followers = self.env["mail.followers"].sudo().search(domain)  # see _execute
        count = len(followers)
        followers.unlink()
        return count
