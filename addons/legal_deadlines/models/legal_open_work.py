from odoo import api, models

from .legal_deadline import RUNNING


class LegalOpenWork(models.AbstractModel):
    """Dates pass to a colleague when somebody leaves or is shut out."""

    _inherit = "legal.open.work"

    @api.model
    def _kinds(self):
        return {"deadline": self.env._("Date"), **super()._kinds()}

    @api.model
    def _owners(self, kind, record):
        if kind == "deadline":
            return record.user_id | record.deputy_id
        return super()._owners(kind, record)

    @api.model
    def _date_field(self, kind):
        return "date_deadline" if kind == "deadline" else super()._date_field(kind)

    def _find_deadline(self, users, matters):
        domain = [
            ("state", "in", (*RUNNING, "done_unchecked")),
            "|",
            ("user_id", "in", users.ids),
            ("deputy_id", "in", users.ids),
        ]
        if matters is not None:
            domain += [("matter_id", "in", matters.ids)]
        return self.env["legal.deadline"].search(domain)

    def _hand_over_deadline(self, records, old, new):
        before = records._snapshot()
        deadlines = records._unlocked()
        mine = deadlines.filtered(lambda d: d.user_id == old)
        mine.write({"user_id": new.id})
        deputised = deadlines.filtered(lambda d: d.deputy_id == old)
        # Who answers for it already does not also stand in for himself.
        already = deputised.filtered(lambda d: d.user_id == new)
        already.write({"deputy_id": False})
        (deputised - already).write({"deputy_id": new.id})
        records._record("handed_over", before)
