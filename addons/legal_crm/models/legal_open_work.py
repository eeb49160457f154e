from odoo import api, fields, models


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

    # -- activities ---------------------------------------------------------------

    def _find_activity(self, users, matters):
        domain = [("user_id", "in", users.ids)]
        activities = self.env["mail.activity"].search(domain)
        if matters is None:
            return activities
        return activities.filtered(
            lambda activity: activity._legal_matter() & matters.sudo()
        )

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
            domain += [
                ("res_model", "=", "legal.matter"),
                ("res_id", "in", matters.ids),
            ]
        return self.env["calendar.event"].search(domain)

    def _hand_over_event(self, records, old, new):
        for event in records:
            if event.user_id == old:
                event.user_id = new
            if old.partner_id in event.partner_ids:
                event.partner_ids = event.partner_ids - old.partner_id | new.partner_id
