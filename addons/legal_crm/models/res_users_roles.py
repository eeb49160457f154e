from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import UserError, ValidationError

from .legal_access_mixin import UNLOCK

#: what may change who holds a role, on a user
_ROLE_FIELDS = {"group_ids", "all_group_ids", "active", "role"}
#: the same, on a group
_MEMBER_FIELDS = {"user_ids", "all_user_ids", "implied_ids", "implied_by_ids"}
#: work whose loss would go unnoticed; appointments and presets stay visible
_BLOCKS_ARCHIVING = ("matter", "draft", "activity", "scheduled")


class ResUsers(models.Model):
    """Roles are not given to people who left, and compliance always has somebody."""

    _inherit = "res.users"

    @api.model
    def _active_holders(self, group):
        """The active internal users who hold ``group``, implied or not."""
        # sudo: how many there are is asked whoever changes one of them
        return self.sudo().search(
            [("share", "=", False), ("all_group_ids", "in", group.ids)]
        )

    @contextmanager
    def _guarding_roles(self):
        """Refuse what happens inside if it leaves roles in a state nobody wants.

        :raises UserError: the last compliance officer would be gone, or a role of
            the firm would be given to somebody who is archived
        """
        if self.env.context.get("legal_unlock") is UNLOCK:
            yield
            return
        compliance = self.env.ref("legal_crm.group_compliance", False)
        if not compliance:  # while the suite is installed or removed
            yield
            return
        had_officer = bool(self._active_holders(compliance))
        before = self._role_pairs()
        yield
        if had_officer and not self._active_holders(compliance):
            raise UserError(
                self.env._(
                    "The firm needs a compliance officer: only this role lifts ethical "
                    "walls. Give the role to a colleague first."
                )
            )
        given = self._role_pairs(archived_only=True) - before
        if given:
            users = self.sudo().browse({user_id for user_id, _group in given})
            raise UserError(
                self.env._(
                    "%s is archived and cannot be given a role. Restore the user "
                    "first, or choose somebody else.",
                    ", ".join(users.mapped("name")),
                )
            )

    @api.model
    def _role_pairs(self, archived_only=False):
        """Pairs (user id, group id) of the firm's people and roles."""
        # sudo: who holds what is compared, not shown
        roles = self.env["res.groups"].sudo()._legal_roles()
        users = self.env["res.users"].sudo().with_context(active_test=False)
        domain = [("group_ids", "in", roles.ids)]
        if archived_only:
            domain.append(("active", "=", False))
        return {
            (user.id, group.id)
            for user in users.search(domain)
            for group in user.group_ids & roles
        }

    @api.model_create_multi
    def create(self, vals_list):
        with self._guarding_roles():
            return super().create(vals_list)

    def write(self, vals):
        if not _ROLE_FIELDS & set(vals):
            return super().write(vals)
        if "active" in vals and not vals["active"]:
            self._check_work_is_placed()
        with self._guarding_roles():
            return super().write(vals)

    def action_archive(self):
        # mail deletes the activities first: ask before, not half-way
        self._check_work_is_placed()
        return super().action_archive()

    def _check_work_is_placed(self):
        """Nobody is archived who still has work of the file.

        :raises UserError: with how much, and where it is handed over
        """
        if self.env.context.get("legal_unlock") is UNLOCK:
            return
        work = self.env["legal.open.work"]
        names, kinds = [], work._kinds()
        for user in self.filtered("active"):
            found = work._find(user)
            if "activity" in found:
                in_matters = work._matter_of("activity", found["activity"])
                found["activity"] = found["activity"].filtered(
                    lambda activity, known=in_matters: activity.id in known
                )
            counts = [
                f"{kinds[kind]}: {len(found[kind])}"
                for kind in _BLOCKS_ARCHIVING
                if found.get(kind)
            ]
            if counts:
                # sudo: whose work it is, for somebody who may archive him
                names.append(f"{user.sudo().name} ({', '.join(counts)})")
        if names:
            raise UserError(
                self.env._(
                    "Hand over the open work first: %s. Matters, People, Leaving and "
                    "change of post lists it, hands it over and ends the access.",
                    "; ".join(names),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_acted(self):
        """The file names who did what: nobody who ever worked here is deleted."""
        # sudo: whether there is a trace, whoever asks
        users = (
            self.sudo()
            .with_context(active_test=False)
            .filtered(lambda user: not user.share)
        )
        acted = users.filtered("log_ids")
        for model, field in self._acted_fields():
            records = self.env[model].sudo().with_context(active_test=False)
            for [user] in records._read_group([(field, "in", users.ids)], [field]):
                acted |= user & users
        if acted:
            raise UserError(
                self.env._(
                    "%s worked here, and the files name who did what. Do not delete "
                    "the user; end the access with Matters, People, Leaving and "
                    "change of post.",
                    ", ".join(acted.mapped("name")),
                )
            )

    @api.model
    def _acted_fields(self):
        """Where it is written who did what, as (model, field); other addons add."""
        return (
            ("legal.matter", "lawyer_id"),
            ("legal.matter", "member_ids"),
            ("legal.communication", "user_id"),
            ("legal.communication", "filed_by_id"),
            ("legal.staff.change", "user_id"),
            ("legal.role.grant", "user_id"),
        )

    def unlink(self):
        with self._guarding_roles():
            return super().unlink()


class ResGroups(models.Model):
    _inherit = "res.groups"

    @api.model
    def _legal_roles(self):
        """The roles of the firm: all groups under the heading Legal."""
        category = self.env.ref("legal_crm.module_category_legal", False)
        if not category:
            return self.browse()
        return self.search([("privilege_id.category_id", "=", category.id)])

    @api.model_create_multi
    def create(self, vals_list):
        with self.env["res.users"]._guarding_roles():
            return super().create(vals_list)

    def write(self, vals):
        if not _MEMBER_FIELDS & set(vals):
            return super().write(vals)
        with self.env["res.users"]._guarding_roles():
            return super().write(vals)

    @api.constrains("lock_timeout", "lock_timeout_inactivity")
    def _check_timeouts(self):
        if any(g.lock_timeout < 0 or g.lock_timeout_inactivity < 0 for g in self):
            raise ValidationError(
                self.env._("A time-out is a number of minutes; 0 switches it off.")
            )
