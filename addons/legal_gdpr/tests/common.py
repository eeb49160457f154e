from unittest.mock import patch

from odoo import fields

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK
from odoo.addons.legal_deadlines.tests.common import DeadlineCommon


class GdprCommon(DeadlineCommon):
    """The small firm with an open matter in Berlin, and its data protection officer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dpo = cls._user("d.vogt", "legal_gdpr.group_dpo", "Dana Vogt")
        cls.company.country_id = cls.env.ref("base.de")
        # the catalogue's own rules, should somebody have approved them
        cls.env["gdpr.retention.rule"].with_context(legal_unlock=UNLOCK).search(
            []
        ).write({"state": "draft"})

    @classmethod
    def _retention(cls, model, approve=True, **values):
        rule = (
            cls.env["gdpr.retention.rule"]
            .with_user(cls.dpo)
            .create(
                {
                    "code": f"TEST-{model}-{len(values)}",
                    "name": f"Test rule for {model}",
                    "model_id": cls.env["ir.model"]._get_id(model),
                    "source": "§ 50 BRAO",
                    "minimum": 6,
                    "anchor": "calendar_year",
                    "trigger": "date_closed",
                    **values,
                }
            )
        )
        if approve:
            rule.action_approve()
        return rule

    @classmethod
    def _closed_on(cls, matter, day):
        """A matter that was closed on ``day``, as the database has it."""
        cls.env.flush_all()
        closed = cls.env["legal.matter.stage"]._first("closed", matter.practice_area_id)
        cls.env.cr.execute(
            "UPDATE legal_matter SET date_closed = %s, state = 'closed', stage_id = %s "
            "WHERE id = %s",
            [fields.Date.to_date(day), closed.id, matter.id],
        )
        matter.invalidate_recordset()
        return matter

    @classmethod
    def _hold(cls, record, user=None, **values):
        return (
            cls.env["gdpr.legal.hold"]
            .with_user(user or cls.lawyer)
            .create(
                {
                    "name": "Claim expected",
                    "scope": "record",
                    "res_model": record._name,
                    "res_id": record.id,
                    "reason": "Opponent has announced an action.",
                    "review_on": "2030-01-01",
                    **values,
                }
            )
        )

    @classmethod
    def _uncommitted(cls):
        """While it lasts, the scheduler's work is written and not committed."""

        def commit(cron, processed=0, **kwargs):
            cron.env.flush_all()
            return float("inf")

        return patch.object(type(cls.env["ir.cron"]), "_commit_progress", commit)
