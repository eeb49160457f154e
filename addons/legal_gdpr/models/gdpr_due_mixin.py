from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.each_alone import each_alone


class GdprDueMixin(models.AbstractModel):
    """A record of the officer that falls due: one activity for each thing and day."""

    _name = "gdpr.due.mixin"
    _description = "What Falls Due"
    _inherit = "gdpr.computed.mixin"

    due_told = fields.Json(readonly=True, copy=False, export_string_translation=False)

    @api.model
    def _system_names(self):
        # who could say that it was told would never be told
        return super()._system_names() | {"due_told"}

    def _due(self):
        """Hook: what is due of this record today.

        :return: list of (code, day, sentence): told once for each code and day, and
            again after it was in order meanwhile
        """
        return []

    @api.model
    def _due_domain(self):
        """Hook: the records to look at."""
        return []

    @api.model
    def _cron_due(self):
        """Raise an activity for whatever fell due; what was told is not told again."""
        records = self.search(self._due_domain(), order="id")
        each_alone(records, lambda record: record._tell_due())

    def _tell_due(self):
        for record in self:
            told = record.due_told or {}
            due = record._due()
            for code, day, sentence in due:
                if told.get(code) != str(day):
                    record._due_activity(day, sentence)
            now = {code: str(day) for code, day, _sentence in due}
            if now != told:
                record._due_write({"due_told": now})

    def _begin_step(self, *states):
        """Lock the rows, and look whether the step fits.

        :raises UserError: the state is another one, or somebody works on it right now
        """
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        labels = dict(self._fields["state"]._description_selection(self.env))
        for record in self:
            if record.state not in states:
                raise UserError(
                    self.env._(
                        "“%(what)s” is in the state “%(state)s”; this step comes at "
                        "another time.",
                        what=record.display_name,
                        state=labels[record.state],
                    )
                )

    def _due_write(self, vals):
        """Hook: past the guards of the model."""
        self._legal_unlocked().write(vals)

    def _due_activity(self, day, sentence):
        self.ensure_one()
        owner = self.owner_id or self.company_id._gdpr_people()[:1]
        if not owner:
            return
        # sudo: whoever caused it, the one who answers for it is told
        self.sudo().activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=day,
            summary=sentence,
            user_id=owner.id,
        )
