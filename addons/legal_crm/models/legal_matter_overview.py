from odoo import api, fields, models
from odoo.tools import SQL


class LegalMatter(models.Model):
    """What a lawyer looks for first, and the buttons pressed most."""

    _inherit = "legal.matter"

    communication_ids = fields.One2many(
        "legal.communication", "matter_id", string="Communications"
    )
    communication_count = fields.Integer(compute="_compute_communications")
    last_communication_id = fields.Many2one(
        "legal.communication", compute="_compute_last_communication"
    )
    last_communication_date = fields.Datetime(
        string="Last Communication On", compute="_compute_last_communication"
    )
    next_date = fields.Date(
        compute="_compute_next_date",
        search="_search_next_date",
        help="The next thing that is due in this matter.",
    )
    next_date_label = fields.Char(compute="_compute_next_date")

    @api.depends("communication_ids.date", "communication_ids.state")
    def _compute_communications(self):
        rows = self.env["legal.communication"]._read_group(
            [("matter_id", "in", self.ids), ("state", "!=", "corrected")],
            ["matter_id"],
            ["__count"],
        )
        counts = {matter.id: count for matter, count in rows}
        for matter in self:
            matter.communication_count = counts.get(matter.id, 0)

    @api.depends("communication_ids.date", "communication_ids.state")
    def _compute_last_communication(self):
        """What somebody said or wrote last: no draft, and no machine's answer."""
        self.env["legal.communication"].flush_model(
            ["matter_id", "date", "state", "is_auto"]
        )
        # Who reads a matter reads its communications: they share one key. One step
        # in the index per matter, however many entries it has.
        rows = self.env.execute_query(
            SQL(
                """SELECT m.id, c.id, c.date
                     FROM unnest(%s::int[]) AS m (id) CROSS JOIN LATERAL (
                          SELECT id, date FROM legal_communication
                           WHERE matter_id = m.id AND state = 'filed'
                             AND is_auto IS NOT TRUE
                           ORDER BY date DESC, id DESC LIMIT 1) c""",
                list(self._origin.ids),
            )
        )
        last = {matter_id: (entry_id, date) for matter_id, entry_id, date in rows}
        for matter in self:
            entry_id, date = last.get(matter._origin.id, (False, False))
            matter.last_communication_id = entry_id
            matter.last_communication_date = date

    def _next_dates(self):
        """Hook: the dates that are due, as {matter id: [(date, label)]}.

        Other addons add theirs (deadlines, hearings); here it is activities.
        """
        dates = {}
        activities = self.env["mail.activity"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        )
        for activity in activities:
            dates.setdefault(activity.res_id, []).append(
                (
                    activity.date_deadline,
                    activity.summary or activity.activity_type_id.name or "",
                )
            )
        return dates

    @api.depends("activity_ids.date_deadline")
    def _compute_next_date(self):
        dates = self._next_dates()
        for matter in self:
            first = min(dates.get(matter.id, []), default=(False, False))
            matter.next_date, matter.next_date_label = first

    def _search_next_date(self, operator, value):
        """Hook as well: matters with a date that is due. An addon with dates of its
        own joins its domain with OR."""
        if operator == "in" and set(value) == {False}:
            return [("activity_ids", "=", False)]
        return [("activity_ids.date_deadline", operator, value)]

    def action_new_submatter(self):
        """A file for the next instance, with the same parties."""
        self.ensure_one()
        child = self.copy({"parent_id": self.id, "instance": "first"})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": child.id,
            "view_mode": "form",
        }

    def action_view_children(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "legal_crm.legal_matter_action"
        )
        action["domain"] = [("parent_id", "in", self.ids)]
        action["context"] = {"default_parent_id": self[:1].id}
        return action

    def action_view_timeline(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "legal_crm.legal_communication_action"
        )
        action["domain"] = [("matter_id", "in", self.ids)]
        action["context"] = {
            "default_matter_id": self[:1].id,
            "default_partner_ids": self[:1].client_id.ids,
        }
        return action

    def action_log_call(self):
        self.ensure_one()
        return self.env["legal.communication"]._action_log(
            "phone", matter=self, partners=self.client_id
        )

    def action_log_other(self):
        self.ensure_one()
        return self.env["legal.communication"]._action_log("note", matter=self)
