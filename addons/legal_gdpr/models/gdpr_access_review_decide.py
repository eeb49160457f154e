from odoo import fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command


class GdprAccessReviewLine(models.Model):
    """Decisions that act, and are looked at again."""

    _inherit = "gdpr.access.review.line"

    def action_keep(self):
        self._check_mine()
        self._put({"decision": "keep"})
        return self.action_decide()

    def action_revoke(self):
        self._check_mine()
        self._put({"decision": "revoke"})
        return self.action_decide()

    def action_decide(self):
        """Carry out what is proposed on these lines.

        :raises UserError: no decision or reason, or something changed since the
            snapshot that nobody has looked at; then nothing is done
        """
        self._check_mine()
        for line in self:
            line.lock_for_update()
        self.invalidate_recordset(["state", "decision", "drift", "to_look_at"])
        self._check_mine()
        for line in self:
            line._check_decision()
        for line in self:
            line._carry_out(line.decision)
        return True

    def _check_decision(self):
        self.ensure_one()
        if not self.decision:
            raise UserError(
                self.env._("“%s”: keep, change or revoke?", self.display_name)
            )
        if self.to_look_at:
            raise UserError(
                self.env._(
                    "“%(line)s” has changed since the snapshot: %(drift)s Look at it "
                    "first, then decide.",
                    line=self.display_name,
                    drift=self.drift,
                )
            )
        if not (self.reason or "").strip():
            if self.decision != "keep":
                raise UserError(
                    self.env._("“%s”: write down the reason first.", self.display_name)
                )
            if self.training_state == "lapsed":
                raise UserError(
                    self.env._(
                        "“%(line)s”: a training is missing (%(courses)s). Write down "
                        "why the access is kept all the same.",
                        line=self.display_name,
                        courses=self.training_missing or "-",
                    )
                )
        if self.decision == "change":
            self._check_change()

    def _check_change(self):
        # sudo: what a role implies is the same for everybody
        old, new = self.sudo().group_id, self.sudo().new_group_id
        if self.kind != "role":
            raise UserError(
                self.env._(
                    "“%s” is kept or revoked; only a role is changed for another.",
                    self.display_name,
                )
            )
        if not new or new == old or new not in old.all_implied_ids:
            raise UserError(
                self.env._(
                    "“%s”: choose a role that the present one implies. A review gives "
                    "nobody more than before.",
                    self.display_name,
                )
            )

    def _carry_out(self, decision):
        self.ensure_one()
        if decision == "keep":
            self._settle("kept", False)
            return
        reason = self._why_protected()
        if not reason:
            try:
                with self.env.cr.savepoint():
                    self._take(decision)
                    self.env.flush_all()
            except (UserError, ValidationError) as error:
                reason = str(error)
        if not reason:
            reason = self._still_there(decision)
        if reason:
            self._settle("failed", reason)
        else:
            self._settle("changed" if decision == "change" else "revoked", False)

    def _settle(self, state, outcome):
        """Write down what was done, here and in the access log."""
        now = fields.Datetime.now()
        self._put(
            {
                "state": state,
                "outcome": outcome,
                "decided_by_id": self.env.uid,
                "decided_on": now,
                "verified_on": now
                if state in ("changed", "revoked", "gone")
                else False,
            }
        )
        # sudo: the person's token and codes go into the log, whoever decided
        line = self.sudo()
        detail = f"{line.kind}:{state}"
        if line.group_id:
            names = line.group_id.get_external_id()
            detail += f":{names[line.group_id.id] or line.group_id.id}"
        self.env["legal.access.log"]._log(
            "access_reviewed", self.browse(self.id), person=line.user_id, detail=detail
        )

    # -- what protects -----------------------------------------------------------------

    def _why_protected(self):
        """Why this is not taken, whoever decides: a sentence, or False."""
        # sudo: how many hold a role is asked whoever decides
        line = self.sudo()
        if line.kind != "role":
            return False
        holders = self.env["res.users"]._active_holders
        # what the person would still have without this role
        rest = (line.user_id.group_ids - line.group_id).all_implied_ids
        if line.decision == "change":
            rest |= line.new_group_id.all_implied_ids
        for name, sentence in (
            ("base.group_system", self.env._("%s is the last administrator.")),
            (
                "legal_gdpr.group_dpo",
                self.env._("%s is the last data protection officer."),
            ),
            (
                "legal_crm.group_compliance",
                self.env._("%s is the last compliance officer."),
            ),
        ):
            group = self.env.ref(name)
            if group not in line.group_id.all_implied_ids or group in rest:
                continue
            group._one_at_a_time()
            if holders(group) == line.user_id:
                return sentence % line.user_id.name
        return False

    # -- taking ------------------------------------------------------------------------

    def _take(self, decision):
        # sudo: a reviewer has no right on users, keys and matters; what is taken was
        # decided on a line that is his, and nothing but what the line names
        getattr(self.sudo(), f"_take_{self.kind}")(decision)

    def _take_role(self, decision):
        grants = self.env["legal.role.grant"].search(
            [
                ("user_id", "=", self.user_id.id),
                ("group_id", "=", self.group_id.id),
                ("state", "!=", "ended"),
            ]
        )
        grants._end()
        # who has nothing but this role stays one of the firm's people
        staff = self.env.ref("base.group_user")
        commands = [Command.link(staff.id), Command.unlink(self.group_id.id)]
        if decision == "change":
            commands.append(Command.link(self.new_group_id.id))
        # the role may be withheld at the moment: then it does not come back
        gates = self.env["gdpr.training.gate"]
        gates._withheld(self.user_id).filtered(
            lambda gate: gate.group_id == self.group_id
        )._overrule(self.env._("It was revoked in an access review."))
        self.user_id._by_gate().write({"group_ids": commands})

    def _take_team(self, decision):
        matter = self.env["legal.matter"].browse(self.matter_ref).exists()
        matter.write({"member_ids": [Command.unlink(self.user_id.id)]})

    def _take_key(self, decision):
        key = self.env["res.users.apikeys"].browse(self.key_ref).exists()
        key.unlink()
        # what is remembered of keys goes with it: Odoo's own way of removing one
        self.env.registry.clear_cache()

    def _take_portal(self, decision):
        self.user_id._end_sessions()
        self.user_id.write({"active": False})

    # -- looking again -----------------------------------------------------------------

    def _still_there(self, decision):
        """Read the effective access again: a sentence if it is still there."""
        self.env.flush_all()
        self.env.invalidate_all()
        line = self.sudo()  # see _take
        user = line.user_id
        if line.kind == "role":
            if line.group_id in user.all_group_ids:
                by = user.group_ids.filtered(
                    lambda group: line.group_id in group.all_implied_ids
                )
                return self.env._(
                    "%(person)s still has the role, by: %(roles)s. Decide on these "
                    "lines as well.",
                    person=user.name,
                    roles=", ".join(by.mapped("full_name")),
                )
            if decision == "change" and line.new_group_id not in user.all_group_ids:
                return self.env._("The role instead was not given.")
        elif line.kind == "team":
            matter = self.env["legal.matter"].sudo().browse(line.matter_ref).exists()
            if user in matter.member_ids:
                return self.env._("The person is still in the team.")
            if user == matter.lawyer_id:
                return self.env._(
                    "The person answers for the matter and reads it. Hand it over "
                    "first: Matters, People, Leaving and change of post."
                )
        elif line.kind == "key":
            if self.env["res.users.apikeys"].sudo().browse(line.key_ref).exists():
                return self.env._("The key is still there.")
        elif user.active:
            return self.env._("The portal user is still active.")
        return False

    # -- nobody decided ----------------------------------------------------------------

    def _revoke_by_default(self):
        """The last day is over, and it was said that what is open is revoked."""
        self.ensure_one()
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        if self.state != "open":
            return
        self._put(
            {
                "decision": "revoke",
                "reason": self.env._("Not decided by the last day of the review."),
            }
        )
        self._carry_out("revoke")
