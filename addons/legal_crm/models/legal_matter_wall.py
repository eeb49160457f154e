from odoo import fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .legal_access_mixin import UNLOCK


class LegalMatter(models.Model):
    """Raising and lowering an ethical wall."""

    _inherit = "legal.matter"

    wall_ids = fields.One2many("legal.wall", "matter_id", string="Walls")

    def action_raise_wall(self):
        """Ask who is shut out and why, and show whose open work moves."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Raise a wall"),
            "res_model": "legal.wall.raise",
            "view_mode": "form",
            "target": "new",
            "context": {"default_matter_ids": self.ids},
        }

    def action_view_walls(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "legal_crm.legal_wall_action"
        )
        action["domain"] = [("matter_id", "=", self.id)]
        action["context"] = {}
        return action

    def _with_submatters(self):
        """These matters and all below them: a conflict does not end at an instance."""
        return self.with_context(active_test=False).search(
            [("id", "child_of", self.ids)]
        )

    def _raise_wall(self, users, reason, heir=None):
        """Shut ``users`` out of these matters and of their sub-matters.

        :param users: ``res.users`` to shut out
        :param str reason: why; it stays with the wall
        :param heir: who takes over their open work, and the matter if one of them
            answers for it; default the responsible lawyer
        :return: the new ``legal.wall`` records
        :raises AccessError: the caller may not raise a wall here
        :raises UserError: without a reason or a person, against oneself, against
            the responsible lawyer without an heir, or nobody would be left to read
        """
        self._check_may_raise()
        heir = heir or users.browse()
        if not users:
            raise UserError(self.env._("Choose who is shut out."))
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the wall is raised."))
        if heir & users:
            raise UserError(
                self.env._(
                    "%s is to be shut out and cannot take over the work. Choose "
                    "somebody else.",
                    heir.name,
                )
            )
        # sudo: who may raise walls was checked; the compliance officer reads no matters
        matters_sudo = self.sudo()._with_submatters()
        existing = matters_sudo.wall_ids
        for matter in matters_sudo:
            matter._check_heir(users, heir)
            vals = {
                "excluded_user_ids": [fields.Command.link(user.id) for user in users],
                "member_ids": [
                    fields.Command.unlink(user.id) for user in users & matter.member_ids
                ],
            }
            if matter.lawyer_id in users:
                vals["lawyer_id"] = heir.id
            if heir and matter.access_policy != "firm":
                vals["member_ids"].append(fields.Command.link(heir.id))
            matter.with_context(
                legal_wall_reason=reason.strip(), legal_heir_id=heir.id
            ).write(vals)
        return (matters_sudo.wall_ids - existing).sudo(self.env.su)

    def _check_may_raise(self):
        user = self.env.user
        if self.env.su or user.has_group("legal_crm.group_compliance"):
            return
        if not user.has_group("legal_crm.group_lawyer"):
            raise AccessError(
                self.env._(
                    "A wall is raised by a lawyer, a partner or the compliance "
                    "officer. Ask one of them."
                )
            )
        self.check_access("write")

    def _check_heir(self, users, heir):
        """Whether ``heir`` can stand in for ``users`` in this matter."""
        self.ensure_one()
        if self.lawyer_id in users and not heir:
            raise UserError(
                self.env._(
                    "%(name)s is the responsible lawyer of %(matter)s. Choose who "
                    "takes over.",
                    name=self.lawyer_id.name,
                    matter=self.number,
                )
            )
        if not heir:
            return
        if heir in self.excluded_user_ids:
            raise UserError(
                self.env._(
                    "%(name)s is shut out of %(matter)s as well. Choose somebody else.",
                    name=heir.name,
                    matter=self.number,
                )
            )
        role = "lawyer" if self.lawyer_id in users else "assistant"
        if not heir.active or not heir.has_group(f"legal_crm.group_{role}"):
            raise UserError(
                self.env._(
                    "%s cannot take over: an active colleague with the role it needs "
                    "is asked for.",
                    heir.name,
                )
            )

    # -- every way of writing the field passes here ----------------------------------

    def _record_walls(self, before):
        """Check a change of who is excluded, and write it down.

        :param dict before: matter id to the users excluded until now
        """
        reason = self.env.context.get("legal_wall_reason") or ""
        for matter in self:
            # sudo: the writer may have shut himself out with this very change
            matter_sudo = matter.sudo()
            now = matter_sudo.excluded_user_ids
            added, removed = now - before[matter.id], before[matter.id] - now
            if added:
                inherited = self.env.context.get("legal_wall_inherited") is UNLOCK
                if not self.env.su and not inherited:
                    self._check_may_raise()
                    if not reason:
                        raise UserError(
                            self.env._(
                                "A wall needs a reason: use “Raise a Wall”, it asks."
                            )
                        )
                matter._record_raised(added, reason)
            if removed:
                matter._record_lowered(removed, reason)

    def _record_raised(self, users, reason):
        reason = reason or self.env._("Shut out from the beginning")
        if self.env.user in users:
            raise UserError(
                self.env._(
                    "You cannot shut yourself out. Ask the compliance officer, or a "
                    "colleague who works on the matter."
                )
            )
        # sudo: walls are written by these two methods only
        self.env["legal.wall"].sudo().create(
            [
                {
                    "matter_id": self.id,
                    "user_id": user.id,
                    "reason": reason,
                }
                for user in users
            ]
        )
        self._tell_wall(
            "wall_up",
            users,
            self.env._(
                "Wall raised, shut out: %(names)s. %(reason)s",
                names=", ".join(users.mapped("name")),
                reason=reason,
            ),
        )

    def _record_lowered(self, users, reason):
        # sudo: the rows are the system's; who may lower them is checked on them
        walls_sudo = (
            self.env["legal.wall"]
            .sudo()
            .search(
                [
                    ("matter_id", "=", self.id),
                    ("user_id", "in", users.ids),
                    ("state", "=", "up"),
                ]
            )
        )
        walls_sudo.sudo(self.env.su)._check_may_lower()
        if not reason and not self.env.su:
            raise UserError(
                self.env._("Lowering a wall needs a reason: use “Lower the Wall”.")
            )
        walls_sudo.write(
            {
                "state": "down",
                "lowered_by_id": self.env.uid,
                "lowered_on": fields.Datetime.now(),
                "lowered_reason": reason or self.env._("Lowered by the system"),
            }
        )
        self._tell_wall(
            "wall_down",
            users,
            self.env._(
                "Wall lowered, let in again: %(names)s. %(reason)s",
                names=", ".join(users.mapped("name")),
                reason=reason,
            ),
        )

    def _tell_wall(self, action, users, text):
        """Write it into the access log, and as a note into the matter."""
        # sudo: whoever raises or lowers a wall may not read the matter himself
        matter_sudo = self.sudo()
        self.env["legal.access.log"]._log(action, matter_sudo, person=users)
        matter_sudo.message_post(body=text, subtype_xmlid="mail.mt_note")

    def _inherit_walls(self, vals):
        """Who is shut out of a matter is shut out of what is put below it.

        :param dict vals: values with ``parent_id``; the walls are added to them
        :return: ``self``, which may now write them without being asked why
        """
        parent = self.browse(vals["parent_id"])
        parent.check_access("read")
        # sudo: the walls count whoever puts the matter there
        walled = parent.sudo().excluded_user_ids
        missing = walled if not self else walled - self.sudo().excluded_user_ids
        if missing:
            vals["excluded_user_ids"] = [
                *(vals.get("excluded_user_ids") or []),
                *(fields.Command.link(user.id) for user in missing),
            ]
        return self.with_context(
            legal_wall_inherited=UNLOCK,
            legal_wall_reason=self.env._("As in %s", parent.number),
        )

    def _check_lawyer_not_excluded(self):
        for matter in self.sudo():  # whoever writes
            if matter.lawyer_id & matter.excluded_user_ids:
                raise ValidationError(
                    self.env._(
                        "%(name)s is shut out of %(matter)s and cannot answer for it. "
                        "Choose another responsible lawyer.",
                        name=matter.lawyer_id.name,
                        matter=matter.number,
                    )
                )
