from odoo import api, models

#: what everybody has, and how one wants to be told; no decision is asked for it
_EVERYBODY = (
    "base.group_user",
    "base.group_portal",
    "base.group_public",
    "mail.group_mail_notification_type_inbox",
)


class GdprAccessFacts(models.AbstractModel):
    """What somebody has access to at this moment, as plain facts.

    The snapshot of a review and the look before each decision ask here, so that they
    compare the same.
    """

    _name = "gdpr.access.facts"
    _description = "Facts of Access"

    @api.model
    def _collect(self, review):
        """All that ``review`` asks about, as it is now.

        :return: {key of the fact: values of a ``gdpr.access.review.line``}
        """
        # sudo: the review lists what everybody has, also behind walls: numbers of
        # matters and names of roles, never what a matter is about
        facts = self.sudo()
        review = review.sudo()
        found = {}
        people = facts._people(review)
        if review.with_roles:
            found |= facts._roles(people, review.group_ids)
        if review.with_teams and not review.group_ids:
            found |= facts._teams(people, review.company_id)
        if review.with_keys and not review.group_ids:
            found |= facts._keys(people)
        if review.with_portal and not review.group_ids:
            found |= facts._portal(review)
        facts._add_person(found)
        return found

    @api.model
    def _people(self, review):
        domain = [("share", "=", False), ("company_ids", "in", review.company_id.ids)]
        if review.user_ids:
            domain.append(("id", "in", review.user_ids.ids))
        return self.env["res.users"].search(domain)

    @api.model
    def _roles(self, people, only):
        everybody = self.env["res.groups"].browse()
        for name in _EVERYBODY:
            everybody |= self.env.ref(name)
        grants = self.env["legal.role.grant"].search(
            [("user_id", "in", people.ids), ("state", "=", "running")]
        )
        gates = self.env["gdpr.training.gate"]._withheld(people)
        withheld = {
            user: own.group_id for user, own in gates.grouped("user_id").items()
        }
        until = {(g.user_id.id, g.group_id.id): g.date_until for g in grants}
        found = {}
        for user in people:
            # one that is withheld comes back by itself, and is decided on as well
            away = withheld.get(user, everybody.browse())
            for group in (user.group_ids | away) - everybody:
                if only and group not in only and not (group.all_implied_ids & only):
                    continue
                implied = group.all_implied_ids - group - everybody
                names = implied.mapped("full_name")
                if group not in user.group_ids:
                    names.insert(0, self.env._("withheld for want of training"))
                found[f"role:{user.id}:{group.id}"] = {
                    "fact_key": f"role:{user.id}:{group.id}",
                    "kind": "role",
                    "user_id": user.id,
                    "group_id": group.id,
                    "fact": ", ".join(names) or False,
                    "valid_until": until.get((user.id, group.id), False),
                    "snapshot": {"implied": sorted(implied.ids)},
                }
        return found

    @api.model
    def _teams(self, people, company):
        """Where membership decides who reads: not in matters open to the firm."""
        matters = self.env["legal.matter"].search(
            [
                ("company_id", "=", company.id),
                ("access_policy", "!=", "firm"),
                ("state", "not in", ("closed", "archived")),
                ("member_ids", "in", people.ids),
            ]
        )
        found = {}
        for matter in matters:
            for user in matter.member_ids & people:
                key = f"team:{user.id}:{matter.id}"
                found[key] = {
                    "fact_key": key,
                    "kind": "team",
                    "user_id": user.id,
                    "matter_ref": matter.id,
                    "fact": matter.number,
                    "snapshot": {"policy": matter.access_policy},
                }
        return found

    @api.model
    def _keys(self, people):
        keys = self.env["res.users.apikeys"].search([("user_id", "in", people.ids)])
        uses = self.env["gdpr.api.key.use"].search([("key_ref", "in", keys.ids)])
        used = {use.key_ref: use.used_on for use in uses}
        found = {}
        for key in keys:
            name = f"key:{key.user_id.id}:{key.id}"
            found[name] = {
                "fact_key": name,
                "kind": "key",
                "user_id": key.user_id.id,
                "key_ref": key.id,
                "fact": key.name,
                "valid_until": key.expiration_date,
                "last_used": used.get(key.id, False),
                "snapshot": {"scope": key.scope or ""},
            }
        return found

    @api.model
    def _portal(self, review):
        domain = [
            ("share", "=", True),
            ("company_ids", "in", review.company_id.ids),
            ("all_group_ids", "in", self.env.ref("base.group_portal").ids),
        ]
        if review.user_ids:
            domain.append(("id", "in", review.user_ids.ids))
        found = {}
        for user in self.env["res.users"].search(domain):
            key = f"portal:{user.id}"
            found[key] = {
                "fact_key": key,
                "kind": "portal",
                "user_id": user.id,
                "fact": user.login,
                "snapshot": {"login": user.login},
            }
        return found

    @api.model
    def _add_person(self, found):
        """Last sign-in and training, which help to decide; they are no drift."""
        users = self.env["res.users"].browse(
            {values["user_id"] for values in found.values()}
        )
        trainings = users._training_states()
        for values in found.values():
            user = users.browse(values["user_id"])
            state, missing = trainings[user.id]
            values["last_login"] = user.login_date
            values["training_state"] = state
            values["training_missing"] = missing or False
