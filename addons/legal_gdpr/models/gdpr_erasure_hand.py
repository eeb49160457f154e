from contextlib import contextmanager

from odoo import api, fields, models


class GdprErasure(models.AbstractModel):
    """What somebody deletes by hand and may: it is written down all the same."""

    _inherit = "gdpr.erasure"

    @api.model
    @contextmanager
    def _by_hand(self, records):
        """Intents before the block, journal after it. An error in it leaves neither."""
        file = self.env["gdpr.erasure.file"]
        # sudo: when a record was made, for its token
        records = records.sudo()
        numbers = file._intend(
            {
                "time": fields.Datetime.to_string(fields.Datetime.now()),
                "action": "delete",
                "model": record._name,
                "id": record.id,
                "subject": None,
                "record": token,
                "rule": None,
                "source": "hand",
                "fields": [],
            }
            for record, token in zip(records, file._record_tokens(records), strict=True)
        )
        if not numbers:
            yield
            return
        file._settle_later(numbers)
        yield
        # sudo: nobody has the right to add to the journal
        self.env["gdpr.erasure.journal"].sudo()._append(
            [
                {
                    "action": "delete",
                    "source": "hand",
                    "model": records._name,
                    "res_id": record_id,
                    "quantity": 1,
                    "entry": number,
                }
                for record_id, number in zip(records.ids, numbers, strict=True)
            ]
        )


class GdprRetentionRule(models.Model):
    _inherit = "gdpr.retention.rule"

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self.env.registry.clear_cache()  # which models are guarded
        return result


class GdprLegalHold(models.Model):
    _inherit = "gdpr.legal.hold"

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        self.env.registry.clear_cache()  # which models are guarded
        return holds

    def write(self, vals):
        result = super().write(vals)
        if {"released_on", "res_model", "scope"} & vals.keys():
            self.env.registry.clear_cache()
        return result
