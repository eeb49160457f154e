from odoo import api, fields, models
from odoo.fields import Command


class LegalOpenWork(models.AbstractModel):
    """What somebody still has to do, and how it passes to a colleague.

    Asked when a wall goes up (the work of one matter) and when somebody leaves or
    changes his post (all of it). An addon with work of its own (deadlines, tasks)
    inherits this, adds a kind in ``_kinds`` and the two methods of that kind:
    ``_find_<kind>(users, matters)`` and ``_hand_over_<kind>(records, old, new)``.
    """

    _name = "legal.open.work"
    _description = "Open Work"

    _gdpr_none = "stores nothing"

    @api.model
    def _kinds(self):
        """The kinds of open work, in the order in which they are shown.

        :return: dict of code to name in the user's language
        """
        return {
            "activity": self.env._("Activity"),
            "event": self.env._("Appointment"),
        }

    @api.model
    def _find(self, users, matters=None):
        """The open work of ``users``, in ``matters`` or everywhere.

        :return: dict of kind to recordset, with superuser rights: the caller shows
            what its user may know
        """
        # sudo: what is open is found whoever asks; it passes on before a wall closes
        work = self.sudo()
        found = {
            kind: getattr(work, f"_find_{kind}")(users, matters)
            for kind in self._kinds()
        }
        return {kind: records for kind, records in found.items() if records}

    @api.model
    def _hand_over(self, kind, records, old, new):
        """Pass ``records`` of ``kind`` from ``old`` to ``new`` (one user each).

        :raises UserError: the colleague cannot take it, with the reason
        """
        return getattr(self, f"_hand_over_{kind}")(records.sudo(), old, new)

    @api.model
    def _of_user(self, kind, records, user):
        """Those of ``records`` that are ``user``'s to do."""
        return records.filtered(lambda record: user in self._owners(kind, record))

    @api.model
    def _owners(self, kind, record):
        """Hook: the users whose work ``record`` is."""
        if kind == "event":
            return record.user_id | record.partner_ids.user_ids
        return record.user_id

    @api.model
    def _date_field(self, kind):
        """Hook: the field that says when a record of ``kind`` is due."""
        return {"activity": "date_deadline", "event": "start"}.get(kind, "write_date")

    # -- activities ---------------------------------------------------------------

    def _find_activity(self, users, matters):
        activities = self.env["mail.activity"].search([("user_id", "in", users.ids)])
        return activities if matters is None else activities._of_matters(matters)

    def _hand_over_activity(self, records, old, new):
        records.write({"user_id": new.id})

    # -- appointments ---------------------------------------------------------------

    def _find_event(self, users, matters):
        domain = [
            ("stop", ">=", fields.Datetime.now()),
            "|",
            ("user_id", "in", users.ids),
            ("partner_ids", "in", users.partner_id.ids),
        ]
        if matters is not None:
            domain += [("matter_id", "in", matters.ids)]
        return self.env["calendar.event"].search(domain)

    def _hand_over_event(self, records, old, new):
        for event in records:
            vals = {}
            if event.user_id == old:
                vals["user_id"] = new.id
            if old.partner_id in event.partner_ids:
                people = event.partner_ids - old.partner_id | new.partner_id
                vals["partner_ids"] = [Command.set(people.ids)]
            event.with_context(dont_notify=True).write(vals)
