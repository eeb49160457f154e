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
        for deadline in records._unlocked():
            vals = {}
            if deadline.user_id == old:
                vals["user_id"] = new.id
            answers = new if vals else deadline.user_id
            if deadline.deputy_id == old:
                # who answers for it does not also stand in for himself
                vals["deputy_id"] = new.id if answers != new else False
            elif deadline.deputy_id == answers:
                vals["deputy_id"] = False
            deadline.write(vals)  # at once: the old one may read neither
        records._record("handed_over", before)
