from odoo import SUPERUSER_ID, fields, models

MOST_LABELS = 8


class LegalStaffChange(models.Model):
    """What stands in the way: one clear sentence each, all of them at once."""

    _inherit = "legal.staff.change"

    def _planner(self):
        return self.sudo().planned_by_id or self.env.user

    def _problems(self):
        """Sentences on what keeps the change from being carried out; none when free.

        They name numbers and colleagues, never what a matter is about: they are
        stored, and read by people who may not read the matter.

        :return: list of str in the user's language
        """
        self.ensure_one()
        change = self.sudo()  # the same obstacles, whoever asks
        return [
            *change._problems_of_plan(),
            *change._problems_of_roles(),
            *change._problems_of_lines(),
        ]

    def _problems_of_plan(self):
        user, planner = self.user_id, self._planner()
        found = []
        if user == planner:
            found.append(
                self.env._(
                    "Nobody plans his own leaving or change of post. Ask a partner or "
                    "the compliance officer."
                )
            )
        if self.kind == "move" and not user.active:
            found.append(
                self.env._("%s is archived. Restore the user first.", user.name)
            )
        if self.kind == "move" and not self.new_group_ids:
            found.append(self.env._("Choose the new roles of %s.", user.name))
        other = self.search(
            [
                ("id", "!=", self.id),
                ("user_id", "=", user.id),
                ("state", "in", ("planned", "blocked")),
            ],
            limit=1,
        )
        if other:
            found.append(
                self.env._(
                    "There is another plan for %(person)s, from %(date)s. Cancel it or "
                    "carry it out first.",
                    person=user.name,
                    date=fields.Date.to_string(other.date),
                )
            )
        return found

    def _problems_of_roles(self):
        user, planner, found = self.user_id, self._planner(), []
        after = self._after_groups()
        compliance = self.env.ref("legal_crm.group_compliance")
        auditor = self.env.ref("legal_crm.group_auditor")
        system = self.env.ref("base.group_system")
        guarded = compliance | auditor | system
        may_all = planner.id == SUPERUSER_ID or bool(
            planner.all_group_ids & (compliance | system)
        )
        if not may_all and (user.all_group_ids | self.new_group_ids) & guarded:
            found.append(
                self.env._(
                    "Compliance, audit and administration are given and taken by the "
                    "compliance officer or an administrator. Ask one of them to plan "
                    "this."
                )
            )
        if self._is_last(compliance) and compliance not in after:
            found.append(
                self.env._(
                    "%s is the last compliance officer: only this role lifts ethical "
                    "walls. Give the role to a colleague first.",
                    user.name,
                )
            )
        if self._is_last(system) and self.kind == "leave":
            found.append(
                self.env._(
                    "%s is the last administrator. Make somebody else one first.",
                    user.name,
                )
            )
        return found

    def _is_last(self, group):
        holders = self.env["res.users"]._active_holders(group)
        return holders == self.user_id

    # -- lines ---------------------------------------------------------------------

    def _problems_of_lines(self):
        lines = self.line_ids.filtered(
            lambda line: line.state == "open" and (line.must_pass or line.successor_id)
        )
        found = []
        without = lines.filtered(lambda line: not line.successor_id)
        if without:
            found.append(
                self.env._("Choose who takes over: %s.", self._labels(without))
            )
        for successor, passed in (lines - without).grouped("successor_id").items():
            found += self._problems_of_successor(successor, passed)
        return found

    def _problems_of_successor(self, successor, lines):
        name = successor.name
        if not successor.active:
            return [
                self.env._(
                    "%(person)s is archived and cannot take over: %(work)s. Choose "
                    "somebody else.",
                    person=name,
                    work=self._labels(lines),
                )
            ]
        leaving = self.search(
            [
                ("user_id", "=", successor.id),
                ("kind", "=", "leave"),
                ("state", "=", "planned"),
                ("date", "<=", self.date),
            ],
            limit=1,
        )
        if leaving:
            return [
                self.env._(
                    "%(person)s leaves on %(date)s and cannot take over: %(work)s. "
                    "Choose somebody who stays.",
                    person=name,
                    date=fields.Date.to_string(leaving.date),
                    work=self._labels(lines),
                )
            ]
        found = []
        unfit = lines.filtered(lambda line: not self._fits(line, successor))
        if unfit:
            found.append(
                self.env._(
                    "%(person)s does not have the role for: %(work)s. A responsible "
                    "lawyer is a lawyer, work in a matter needs a role that reads "
                    "matters.",
                    person=name,
                    work=self._labels(unfit),
                )
            )
        matters = {matter.id: matter for matter in lines._matters().exists()}
        walled = lines.filtered(
            lambda line: line.matter_ref in matters
            and successor in matters[line.matter_ref].excluded_user_ids
        )
        if walled:
            found.append(
                self.env._(
                    "An ethical wall keeps %(person)s from: %(work)s. Choose somebody "
                    "else.",
                    person=name,
                    work=self._labels(walled),
                )
            )
        foreign = (lines - walled).filtered(
            lambda line: line.matter_ref in matters
            and matters[line.matter_ref].company_id not in successor.company_ids
        )
        if foreign:
            found.append(
                self.env._(
                    "%(person)s does not work for the firm that has: %(work)s.",
                    person=name,
                    work=self._labels(foreign),
                )
            )
        strange = self._not_to_be_let_in(lines - walled, successor)
        if strange:
            found.append(
                self.env._(
                    "%(person)s is no reader of %(work)s, and would become one. Only a "
                    "reader of the matter or the compliance officer may choose so.",
                    person=name,
                    work=self._labels(strange),
                )
            )
        return found

    def _fits(self, line, successor):
        role = self.env["legal.open.work"]._role_for(line.kind, bool(line.matter_ref))
        return successor.has_group(role) and not successor.share

    def _not_to_be_let_in(self, lines, successor):
        """Lines whose successor would become a reader by the word of an outsider."""
        matters = {matter.id: matter for matter in lines._matters().exists()}
        keys = lines._matters().exists().access_list_id
        readable = keys._readable_by(successor.id)
        refused = lines.browse()
        for namer, named in lines.grouped("named_by_id").items():
            namer = namer or self._planner()
            if namer.id == SUPERUSER_ID or namer.has_group(
                "legal_crm.group_compliance"
            ):
                continue
            known = keys.browse()
            if namer.has_group("legal_crm.group_assistant"):
                known = keys._readable_by(namer.id)
            refused |= named.filtered(
                lambda line, known=known: line.matter_ref in matters
                and (key := matters[line.matter_ref].access_list_id)
                and key not in readable
                and key not in known
            )
        return refused

    def _labels(self, lines):
        labels = list(dict.fromkeys(line._label() for line in lines))
        shown = ", ".join(labels[:MOST_LABELS])
        if len(labels) > MOST_LABELS:
            return self.env._(
                "%(labels)s and %(count)s more",
                labels=shown,
                count=len(labels) - MOST_LABELS,
            )
        return shown
