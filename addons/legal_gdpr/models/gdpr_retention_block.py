from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

BATCH = 500


class GdprRetentionRule(models.Model):
    _inherit = "gdpr.retention.rule"

    @api.constrains("block_at_once", "model_id")
    def _check_block(self):
        for rule in self.filtered("block_at_once"):
            model = self.env.get(rule.model)
            if model is not None and "gdpr_restricted" not in model._fields:
                raise ValidationError(
                    self.env._(
                        "“%s” cannot be blocked meanwhile: contacts, matters, "
                        "communications and inquiries can.",
                        model._description,
                    )
                )


class GdprRetention(models.AbstractModel):
    """The stage before the end: kept for the law alone, and blocked for daily work.

    § 35(3) BDSG, and what the CNIL calls intermediate archiving.
    """

    _inherit = "gdpr.retention"

    @api.model
    def _cron_block(self, batch=BATCH):
        """Block what a rule says, batch by batch. A record that an officer unblocked
        stays unblocked until its event happens anew."""
        cron = self.env["ir.cron"]
        # sudo: see _judge
        rules = (
            self.env["gdpr.retention.rule"]
            .sudo()
            .search([("state", "=", "approved"), ("block_at_once", "=", True)])
        )
        for rule in rules:
            if rule.model not in self.env:
                continue
            waiting = self._to_block(rule)
            cron._commit_progress(remaining=len(waiting))
            for start in range(0, len(waiting), batch):
                some = waiting[start : start + batch]
                self._block_some(some, rule)
                if not cron._commit_progress(len(some)):
                    return

    @api.model
    def _to_block(self, rule):
        """Records of a rule whose event has happened and that are not blocked."""
        # sudo: see _judge
        model = self.env[rule.model].sudo().with_context(active_test=False)
        if "gdpr_restricted" not in model._fields:
            return model
        domain = Domain(rule._own_domain()) & Domain("gdpr_restricted", "!=", True)
        today = fields.Date.context_today(self)
        if "." not in rule.trigger:
            domain &= Domain(rule.trigger, "<=", today)
        records = self._where_it_holds(model.search(domain), rule)
        days = self._trigger_days(records, rule)
        # sudo: see _judge
        lifted = self.env["gdpr.restriction"].sudo()
        ended = {
            restriction.res_id: fields.Date.to_date(restriction.lifted_on)
            for restriction in lifted.search(
                [
                    ("res_model", "=", rule.model),
                    ("source", "=", "retention"),
                    ("lifted_on", "!=", False),
                ],
                order="lifted_on",
            )
        }
        return records.filtered(
            lambda record: days[record.id]
            and ended.get(record.id, days[record.id]) <= days[record.id] <= today
        )

    @api.model
    def _block_some(self, records, rule):
        in_use = set(self._in_use(records))
        records = records.filtered(lambda record: record.id not in in_use)
        # sudo: the rule was approved; nobody in particular blocks
        restriction = self.env["gdpr.restriction"].sudo()
        try:
            restriction._block(records, rule.source, source="retention")
        except UserError:
            # one of them cannot be blocked (a colleague's contact): the others are
            for record in records:
                try:
                    restriction._block(record, rule.source, source="retention")
                except UserError:
                    continue
