from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.period import end_of_period
from ..tools.verdict import Term, judge


class GdprRetention(models.AbstractModel):
    """What the approved rules and the running holds say of records.

    Everything that destroys asks ``_judge`` under a lock on the record, whatever a
    list or a simulation said before.
    """

    _name = "gdpr.retention"
    _description = "Retention"

    _gdpr_none = "stores nothing"

    @api.model
    def _judge(self, records):
        """
        :param records: a recordset of any stored model
        :return: {id: tools.verdict.Verdict}, of every record
        """
        # sudo: whether a record may go depends on all rules, holds and records, and not
        # on what the person who asks may read
        records = records.sudo().with_context(active_test=False)
        terms = self._terms(records)
        holds = self._holds_on(records)
        return {
            record_id: judge(terms.get(record_id, ()), holds.get(record_id, ()))
            for record_id in records.ids
        }

    @api.model
    def _rules_of(self, model_name):
        """The approved rules of a kind of record. Read as superuser."""
        # sudo: see _judge
        return (
            self.env["gdpr.retention.rule"]
            .sudo()
            .search([("model", "=", model_name), ("state", "=", "approved")])
        )

    @api.model
    def _terms(self, records):
        """{id: [Term]}: what each rule says. An addon adds what else keeps a record."""
        found = {record_id: [] for record_id in records.ids}
        for rule in self._rules_of(records._name):
            chosen = records.filtered_domain(rule._own_domain())
            chosen = chosen.filtered(
                lambda record, rule=rule: not rule.country_id
                or self._country_of(record) == rule.country_id
            )
            days = self._trigger_days(chosen, rule)
            for record in chosen:
                found[record.id].append(self._term(rule, days[record.id], record))
        return found

    @api.model
    def _term(self, rule, day, record):
        if not day:
            return Term(rule.id, None)
        fiscal = self._fiscal_end(self._company_of(record))
        kept = end_of_period(day, rule.minimum, rule.minimum_unit, rule.anchor, fiscal)
        gone = rule.maximum and end_of_period(
            day, rule.maximum, rule.maximum_unit, rule.anchor, fiscal
        )
        return Term(rule.id, kept, gone or None)

    @api.model
    def _trigger_days(self, records, rule):
        """{id: the latest day on the rule's path, or None}"""
        days = {}
        for record in records:
            found = [
                fields.Date.to_date(day) for day in record.mapped(rule.trigger) if day
            ]
            days[record.id] = max(found, default=None)
        return days

    @api.model
    def _company_of(self, record):
        company = "company_id" in record._fields and record.company_id
        return company or self.env.company

    @api.model
    def _country_of(self, record):
        """The country whose law says how long: that of the firm's office."""
        # sudo: see _judge
        return self._company_of(record).sudo().country_id

    @api.model
    def _fiscal_end(self, company):
        """(month, day) of the end of the business year; Odoo's accounting has it."""
        if "fiscalyear_last_month" in company._fields:
            return int(company.fiscalyear_last_month), company.fiscalyear_last_day
        return 12, 31

    @api.model
    def _holds_on(self, records):
        """{id: [ids of running holds]}. An addon adds what else a hold reaches."""
        # sudo: see _judge
        holds = self.env["gdpr.legal.hold"].sudo()
        running = Domain("released_on", "=", False)
        found = {}
        for hold in holds.search(
            running
            & Domain("scope", "=", "record")
            & Domain("res_model", "=", records._name)
            & Domain("res_id", "in", records.ids)
        ):
            found.setdefault(hold.res_id, []).append(hold.id)
        for hold in holds.search(
            running
            & Domain("scope", "=", "domain")
            & Domain("res_model", "=", records._name)
        ):
            for record in records.filtered_domain(hold._own_domain()):
                found.setdefault(record.id, []).append(hold.id)
        if records._name == "res.partner":
            for hold in holds.search(running & Domain("partner_id", "in", records.ids)):
                found.setdefault(hold.partner_id.id, []).append(hold.id)
        return found
