from odoo import api, fields, models
from odoo.fields import Domain


class LegalMatter(models.Model):
    """The dates of a matter, on its form and as its next date."""

    _inherit = "legal.matter"

    agenda_ids = fields.One2many(
        "legal.agenda",
        "matter_id",
        string="Dates",
        domain=[("state", "in", ("provisional", "open", "done_unchecked"))],
        readonly=True,
    )
    agenda_count = fields.Integer(
        string="Coming Dates", compute="_compute_agenda_count"
    )

    @api.depends("agenda_ids")
    def _compute_agenda_count(self):
        rows = self.env["legal.agenda"]._read_group(
            [("matter_id", "in", self.ids), ("running", "=", True)],
            ["matter_id"],
            ["__count"],
        )
        counts = {matter.id: count for matter, count in rows}
        for matter in self:
            matter.agenda_count = counts.get(matter.id, 0)

    # -- the next date --------------------------------------------------------------

    def _next_dates(self):
        dates = super()._next_dates()
        rows = self.env["legal.agenda"].search(
            [("matter_id", "in", self.ids), *self._coming_appointments()]
        )
        for row in rows:
            dates.setdefault(row.matter_id.id, []).append((row.date, row.name or ""))
        return dates

    def _search_next_date(self, operator, value):
        found = Domain(super()._search_next_date(operator, value))
        coming = Domain(self._coming_appointments())
        if operator == "in" and set(value) == {False}:
            return found & ~Domain("agenda_ids", "any", coming)
        return found | Domain(
            "agenda_ids", "any", coming & Domain("date", operator, value)
        )

    @api.model
    def _coming_appointments(self):
        """The domain of the appointments that are not over, among all dates: private
        ones of others are not there."""
        return [("res_model", "=", "calendar.event"), ("running", "=", True)]

    # -- buttons ----------------------------------------------------------------------

    def action_view_agenda(self):
        """All dates of the matter, the struck ones as well."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "legal_deadlines.legal_agenda_action"
        )
        action["domain"] = [("matter_id", "in", self.ids)]
        action["context"] = {"default_matter_id": self[:1].id}
        return action

    def action_new_hearing(self):
        """An appointment at the court, with the place of the court of the matter."""
        self.ensure_one()
        court = self.party_ids.filtered(
            lambda party: party.role_id.code in ("court", "authority")
            and not party.date_to
        )[:1].partner_id
        return self._action_new_event(
            self.env._("Hearing %s", self.number or "").strip(),
            legal_is_hearing=True,
            location=court._display_address(without_company=True).replace("\n", ", ")
            if court
            else False,
        )

    def action_new_appointment(self):
        self.ensure_one()
        return self._action_new_event(
            self.env._("Appointment %s", self.number or "").strip()
        )

    def _action_new_event(self, name, **values):
        """The form of an appointment, with what is known of it; nothing is saved."""
        people = (self.lawyer_id | self.env.user).partner_id
        values.update(name=name, matter_id=self.id, partner_ids=people.ids)
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "calendar.event",
            "views": [(False, "form")],
            "context": {f"default_{key}": value for key, value in values.items()},
        }
