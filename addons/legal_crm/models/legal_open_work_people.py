from odoo import api, models
from odoo.tools import SQL


class LegalOpenWork(models.AbstractModel):
    """The work of a colleague who leaves or changes his post.

    Matters come first: who answers for one reads it, and may then take over what
    hangs on it.
    """

    _inherit = "legal.open.work"

    @api.model
    def _kinds(self):
        return {
            "matter": self.env._("Responsible lawyer"),
            "reader": self.env._("Only reader of a matter"),
            **super()._kinds(),
            "inquiry": self.env._("Inquiry"),
            "draft": self.env._("Draft of a communication"),
            "scheduled": self.env._("Message that waits to be sent"),
            "team": self.env._("Head of a department"),
            "sales_team": self.env._("Head of a team for inquiries"),
            "activity_type": self.env._("Preset of an activity type"),
            "activity_plan": self.env._("Preset of an activity plan"),
        }

    _OWNER_FIELDS = {
        "matter": "lawyer_id",
        "reader": "lawyer_id",
        "scheduled": "create_uid",
        "team": "leader_id",
        "activity_type": "default_user_id",
        "activity_plan": "responsible_id",
    }

    @api.model
    def _owners(self, kind, record):
        if kind in self._OWNER_FIELDS:
            return record[self._OWNER_FIELDS[kind]]
        return super()._owners(kind, record)

    @api.model
    def _date_field(self, kind):
        dates = {"draft": "date", "scheduled": "scheduled_date"}
        return dates.get(kind) or super()._date_field(kind)

    @api.model
    def _role_for(self, kind, in_matter):
        """The role somebody needs to do work of this kind.

        :param bool in_matter: whether the work belongs to a matter
        :return: XML id of a group
        """
        if kind == "matter":
            return "legal_crm.group_lawyer"
        return "legal_crm.group_assistant" if in_matter else "base.group_user"

    @api.model
    def _matter_of(self, kind, records):
        """The matter that each of ``records`` belongs to.

        :return: dict of record id to ``legal.matter`` (superuser rights), without
            those that belong to none
        """
        pairs = {"activity": ("res_model", "res_id"), "event": ("res_model", "res_id")}
        pairs["scheduled"] = ("model", "res_id")
        documents = {}  # (model, id) -> ids of records
        for record in records:
            names = pairs.get(kind)
            key = (record[names[0]], record[names[1]]) if names else None
            if not key or not (key[0] and key[1]):
                key = (record._name, record.id)
            documents.setdefault(key, []).append(record.id)
        found = {}
        for model in {model for model, _res_id in documents} & set(self.env.registry):
            ids = [res_id for name, res_id in documents if name == model]
            for document in self.env[model].sudo().browse(ids).exists():
                matter = _matter_of_document(document)
                for record_id in documents[model, document.id] if matter else ():
                    found[record_id] = matter
        return found

    @api.model
    def _loses_readers(self, user):
        """Sets of readers in which, without ``user``, nobody is left who may read."""
        assistant = self.env.ref("legal_crm.group_assistant")
        others = self.env["res.users"]._active_holders(assistant) - user
        lists = self.env["legal.access.list"]
        only = lists.search([("mode", "=", "only"), ("user_ids", "in", user.ids)])
        walls = lists.search(
            [("mode", "=", "all_but"), ("user_ids", "not in", user.ids)]
        )
        return only.filtered(lambda key: not key.user_ids & others) | walls.filtered(
            lambda key: not others - key.user_ids
        )

    # -- matters -------------------------------------------------------------------

    def _find_matter(self, users, matters):
        domain = [("lawyer_id", "in", users.ids), ("state", "in", ("intake", "open"))]
        if matters is not None:
            domain.append(("id", "in", matters.ids))
        return self.env["legal.matter"].search(domain)

    def _hand_over_matter(self, records, old, new):
        for matters in records.grouped(lambda m: old in m.member_ids).values():
            values = {"lawyer_id": new.id}
            if old in matters[:1].member_ids:  # the colleague stands in for him fully
                values["member_ids"] = [(4, new.id)]
            matters.write(values)

    def _find_reader(self, users, matters):
        """Matters that nobody would read any more, unless their lawyer is replaced.

        Asked when somebody leaves; a change of readers that leaves nobody is refused.
        """
        found = self.env["legal.matter"]
        if matters is not None:
            return found
        for user in users:
            domain = [("access_list_id", "in", self._loses_readers(user).ids)]
            lonely = found.with_context(active_test=False).search(domain)
            found |= lonely - self._find_matter(user, matters)
        return found

    def _hand_over_reader(self, records, old, new):
        records.write({"member_ids": [(4, new.id)]})

    # -- inquiries, drafts, messages that wait -------------------------------------

    def _find_inquiry(self, users, matters):
        domain = [("user_id", "in", users.ids), ("won_status", "=", "pending")]
        if matters is not None:
            domain.append(("matter_id", "in", matters.ids))
        return self.env["crm.lead"].search(domain)

    def _hand_over_inquiry(self, records, old, new):
        records.write({"user_id": new.id})

    def _find_draft(self, users, matters):
        domain = [("user_id", "in", users.ids), ("state", "=", "draft")]
        if matters is not None:
            domain.append(("matter_id", "in", matters.ids))
        return self.env["legal.communication"].search(domain)

    def _hand_over_draft(self, records, old, new):
        records.write({"user_id": new.id})

    def _find_scheduled(self, users, matters):
        messages = self.env["mail.scheduled.message"]
        if matters is not None:  # shut out: it is withdrawn and not sent, by nobody
            return messages
        return messages.search([("create_uid", "in", users.ids)])

    def _hand_over_scheduled(self, records, old, new):
        records.write({"author_id": new.partner_id.id})
        # Odoo sends such a message as whoever made it, and with that user's files.
        for record in (records, records.attachment_ids):
            if record:
                self.env.cr.execute(
                    SQL(
                        "UPDATE %s SET create_uid = %s WHERE id IN %s",
                        SQL.identifier(record._table),
                        new.id,
                        tuple(record.ids),
                    )
                )
                record.invalidate_recordset(["create_uid"])

    # -- posts ---------------------------------------------------------------------

    def _find_team(self, users, matters):
        teams = self.env["legal.team"]
        return teams if matters is not None else _led(teams, "leader_id", users)

    def _hand_over_team(self, records, old, new):
        records.write({"leader_id": new.id, "member_ids": [(4, new.id)]})

    def _find_sales_team(self, users, matters):
        teams = self.env["crm.team"]
        return teams if matters is not None else _led(teams, "user_id", users)

    def _hand_over_sales_team(self, records, old, new):
        records.write({"user_id": new.id})

    def _find_activity_type(self, users, matters):
        types = self.env["mail.activity.type"]
        return types if matters is not None else _led(types, "default_user_id", users)

    def _hand_over_activity_type(self, records, old, new):
        records.write({"default_user_id": new.id})

    def _find_activity_plan(self, users, matters):
        steps = self.env["mail.activity.plan.template"]
        return steps if matters is not None else _led(steps, "responsible_id", users)

    def _hand_over_activity_plan(self, records, old, new):
        records.write({"responsible_id": new.id})


def _led(model, field, users):
    return model.search([(field, "in", users.ids)])


def _matter_of_document(document):
    if hasattr(document, "_access_matter_field"):
        field = document._access_matter_field
        return document[field] if field else document
    if document._fields.get("matter_id"):
        return document.matter_id
    return document.env["legal.matter"]
