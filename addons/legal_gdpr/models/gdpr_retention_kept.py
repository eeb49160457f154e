from odoo import api, models

from ..tools.verdict import Term

#: stand in a verdict where a rule has its id
REQUESTED, RESTRICTED = -1, -2
ENDED = ("answered", "refused", "withdrawn")


class GdprRetention(models.AbstractModel):
    """What keeps a record for the person's own sake.

    What somebody asks a copy of does not go before he has the answer; what is blocked
    on demand is evidence (art. 18(1) GDPR: instead of being erased).
    """

    _inherit = "gdpr.retention"

    @api.model
    def _terms(self, records):
        found = super()._terms(records)
        for term, ids in (
            (Term(REQUESTED, None), self._asked_for(records)),
            (Term(RESTRICTED, None), self._restricted(records)),
        ):
            for record_id in ids:
                found[record_id].append(term)
        return found

    @api.model
    def _answering(self, request_ids):
        """The service while it does what requests ask for: these keep nothing.

        A frozenset cannot be sent over RPC, so nobody names a request from outside.
        """
        return self.with_context(gdpr_answering=frozenset(request_ids))

    @api.model
    def _asked_for(self, records):
        """The ids of records that an open request found, or whose person asked."""
        own = self.env.context.get("gdpr_answering")
        own = list(own) if isinstance(own, frozenset) else []
        # sudo: see _judge
        requests = self.env["gdpr.request"].sudo()
        open_requests = requests.search(
            [("state", "not in", ENDED), ("id", "not in", own)]
        )
        if not open_requests:
            return []
        # sudo: see _judge
        items = self.env["gdpr.subject.item"].sudo()
        found = items.search(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("subject_id", "in", open_requests.subject_id.ids),
            ]
        ).mapped("res_id")
        if records._name == "res.partner":
            found += (records & open_requests.partner_id).ids
        return set(found)

    @api.model
    def _restricted(self, records):
        if "gdpr_restricted" not in records._fields:
            return []
        blocked = records.filtered("gdpr_restricted")
        if not blocked:
            return []
        # sudo: see _judge
        restrictions = self.env["gdpr.restriction"].sudo()
        return set(
            restrictions.search(
                [
                    ("res_model", "=", blocked._name),
                    ("res_id", "in", blocked.ids),
                    ("lifted_on", "=", False),
                    ("source", "!=", "retention"),
                ]
            ).mapped("res_id")
        )

    @api.model
    def _other_reason(self, verdict):
        if RESTRICTED in verdict.waiting:
            return self.env._("It is blocked on demand: lift the restriction first.")
        if REQUESTED in verdict.waiting:
            return self.env._(
                "A request of its person is not answered yet: answer that first."
            )
        return super()._other_reason(verdict)
