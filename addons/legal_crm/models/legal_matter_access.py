from odoo import fields, models
from odoo.exceptions import UserError


class LegalMatter(models.Model):
    """Who may read a matter: the key that follows from policy, team and walls."""

    _inherit = "legal.matter"

    def _get_access_lists(self):
        lists = self.env["legal.access.list"]
        found = {}
        for matter in self.sudo():  # the key is computed for everybody alike
            excluded = matter.excluded_user_ids
            if matter.access_policy == "firm":
                key = lists._get("all_but", excluded)
            else:
                key = lists._get(
                    "only", (matter.member_ids | matter.lawyer_id) - excluded
                )
            found[matter.id] = key.id or False
        return found

    def _update_access_list(self):
        """Store who may read, on the matters and on all that belongs to them.

        Who could read them until now and cannot any more is shut out in the same
        step: see ``_shut_out``.

        :raises UserError: nobody would be left who may read a matter
        """
        by_change = {}
        for matter_id, list_id in self._get_access_lists().items():
            matter = self.browse(matter_id)
            # sudo: the writer may have just shut himself out.
            change = (matter.sudo().access_list_id.id, list_id)
            by_change.setdefault(change, self.browse())
            by_change[change] |= matter
        lists_sudo = self.env["legal.access.list"].sudo()  # the system's bookkeeping
        for (old_id, new_id), matters in by_change.items():
            if old_id == new_id:
                continue
            new = lists_sudo.browse(new_id)
            left = new._let_in()
            if new and not left:
                matters._refuse_without_reader()
            matters.sudo()._sync_access_lists()
            self._push_access_list(matters.ids, new_id)
            lost = lists_sudo.browse(old_id)._let_in() - left
            if self.env.context.get("legal_matters_created"):
                # A new matter has nobody's work yet, at most its creator follows it.
                lost &= matters.sudo().message_partner_ids.user_ids
            if lost:
                matters.sudo()._shut_out(lost)

    def _refuse_without_reader(self):
        raise UserError(
            self.env._(
                "Nobody could read %s any more. Name somebody with a legal role as "
                "responsible lawyer or in the team first.",
                ", ".join(self.sudo().mapped("number")),  # the numbers alone
            )
        )

    # -- what reached people until now ---------------------------------------------

    def _shut_out(self, users):
        """Hook: ``users`` may not read these matters any more; what reaches them ends.

        Called with superuser rights, after the key was stored. Their open work passes
        to the colleague named in the context (``legal_heir_id``), else to the one who
        answers for the matter. An addon that sends something to people by itself adds
        how it stops.
        """
        self.message_unsubscribe(users.partner_id.ids)
        work = self.env["legal.open.work"]
        for matter in self:
            for kind, records in work._find(users, matter).items():
                for user in users:
                    own = work._of_user(kind, records, user)
                    if own:
                        work._hand_over(kind, own, user, matter._heir())
                        self.env["legal.access.log"]._log(
                            "handed_over", own, person=user, detail=kind
                        )

    def _heir(self):
        """Who takes over open work in this matter."""
        self.ensure_one()
        users = self.env["res.users"]
        for user in (
            users.browse(self.env.context.get("legal_heir_id") or []),
            self.lawyer_id,
            self.env.user,
            *self.member_ids,
        ):
            if user and user.active and self._readable_for(user):
                return user
        return self.access_list_id._let_in().sorted("id")[:1]

    def _open_work(self, users):
        """The open work of ``users`` in these matters, as the caller may see it.

        :return: list of dicts ``matter``, ``user``, ``kind`` (code), ``name``, ``date``
        """
        work = self.env["legal.open.work"]
        kinds = work._kinds()
        rows = []
        for matter in self:
            readable = matter.has_access("read")
            for kind, records in work._find(users, matter).items():
                for user in users:
                    for record in work._of_user(kind, records, user):
                        rows.append(
                            {
                                "matter": matter,
                                "user": user,
                                "kind": kinds[kind],
                                "name": record.display_name if readable else "",
                                "date": fields.Date.to_date(
                                    record[work._date_field(kind)]
                                ),
                            }
                        )
        return rows
