from odoo import api, models


class GdprSubject(models.Model):
    """What the certificate of an erasure says: numbers, laws, days and the seal."""

    _inherit = "gdpr.subject"

    def _certificate(self):
        """
        :return: dict: ``done`` [{label, action, count}], ``kept`` [{label, source,
            until, count}], ``first``, ``last`` (numbers in the journal), ``begin``,
            ``end`` (UTC), ``zone`` (of the firm's office, whoever prints it),
            ``block`` (the legal.ledger.block that seals them, may be empty),
            ``unreviewed`` (fields nobody has looked at: while there are any, the
            erasure is not called complete)
        """
        self.ensure_one()
        # sudo: counts of the journal, and of what is kept under which law: the officer
        # answers for them also where he may not read the record
        subject = self.sudo()
        journal = self.env["gdpr.erasure.journal"].sudo()
        entries = journal.search([("subject", "=", subject.token)], order="id")
        actions = dict(journal._fields["action"]._description_selection(self.env))
        counts = {}
        for entry in entries:
            key = (entry.model or "", entry.action)
            counts[key] = counts.get(key, 0) + entry.quantity
        kept = {}
        for item in subject.item_ids.filtered(
            lambda item: item.confirmed and item.erase_decision in ("block", "keep")
        ):
            key = (item.res_model, item.keep_source or "", item.keep_until or False)
            kept[key] = kept.get(key, 0) + 1
        block = self.env["legal.ledger.block"].sudo()
        if entries:
            block = block.search(
                [
                    ("ledger", "=", journal._name),
                    ("last_id", ">=", entries[-1].id),
                ],
                order="number",
                limit=1,
            )
        return {
            "done": [
                {
                    "label": self._kind(model) if model else self.env._("Files"),
                    "action": actions[action],
                    "count": count,
                }
                for (model, action), count in sorted(counts.items())
            ],
            "kept": [
                {
                    "label": self._kind(model),
                    "source": source,
                    "until": until,
                    "count": count,
                }
                for (model, source, until), count in sorted(kept.items(), key=str)
            ],
            "first": entries[:1].id,
            "last": entries[-1:].id,
            "zone": subject.company_id._legal_office().zone or "UTC",
            "begin": entries[:1].date,
            "end": entries[-1:].date,
            "block": block,
            # sudo: a number
            "unreviewed": self.env["gdpr.field.map"].sudo()._unreviewed_count(),
        }

    @api.model
    def _kind(self, model_name):
        # sudo: the name of a kind of record
        return self.env["ir.model"].sudo()._get(model_name).name or model_name
