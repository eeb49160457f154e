from datetime import date

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.period import PeriodError, end_of_period
from ..tools.verdict import Term, judge

#: models of which a record hangs on any other, and by which fields; in the order in
#: which they go with it
HANGING = {
    "mail.activity": ("res_model", "res_id"),
    "mail.scheduled.message": ("model", "res_id"),
    "mail.message": ("model", "res_id"),
    "mail.followers": ("res_model", "res_id"),
    "rating.rating": ("res_model", "res_id"),
    "mailing.trace": ("model", "res_id"),
    "snailmail.letter": ("model", "res_id"),
    "ir.attachment": ("res_model", "res_id"),
    "ir.model.data": ("model", "res_id"),
}
#: of these, what is kept as long as the record itself: the papers of a file
PAPERS = ("ir.attachment", "mail.message", "mail.activity")
#: stands in a verdict for "it is still in use", where a rule has its id
IN_USE = 0


class GdprRetention(models.AbstractModel):
    """What the approved rules and the running holds say of records.

    Everything that destroys asks ``_judge`` under a lock on the record, whatever a
    list or a simulation said before. What hangs on a matter stays and goes with it; a
    contact stays as long as anything that needs it. Nothing is kept by that for ever:
    when the last matter goes, the contact may.
    """

    _name = "gdpr.retention"
    _description = "Retention"

    _gdpr_none = "stores nothing"

    @api.model
    def _judge(self, records, overrule=()):
        """
        :param records: a recordset of any stored model
        :param overrule: what is not heeded: ids of rules, or ``IN_USE``; a hold is
        :return: {id: tools.verdict.Verdict}, of every record; a number of queries that
            does not depend on how many there are
        """
        # sudo: whether a record may go depends on all rules, holds and records, and not
        # on what the person who asks may read
        records = records.sudo().with_context(active_test=False)
        terms = self._terms(records)
        holds = self._holds_on(records)
        verdicts, judged = {}, {}
        for record_id in records.ids:
            heeded = [t for t in terms.get(record_id, ()) if t.rule not in overrule]
            case = tuple(heeded), tuple(holds.get(record_id, ()))
            if case not in judged:
                judged[case] = judge(*case)
            verdicts[record_id] = judged[case]
        return verdicts

    # -- what the rules say ------------------------------------------------------------

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
        """{id: [Term]}: what each rule says, and what else keeps a record."""
        found = {record_id: [] for record_id in records.ids}
        rules = self._rules_of(records._name)
        # these and no others: a row of some kinds of records has a hundred columns
        wanted = {"company_id", "create_date", "state", self._matter_field(records)}
        wanted |= {rule.trigger for rule in rules if "." not in rule.trigger}
        records.fetch([name for name in wanted if name in records._fields])
        for rule in rules:
            chosen = records.filtered_domain(rule._own_domain())
            chosen = self._where_it_holds(chosen, rule)
            days = self._trigger_days(chosen, rule)
            terms = {}  # a thousand files were closed on a few hundred days
            for record in chosen:
                key = self._company_of(record).id, days[record.id]
                if key not in terms:
                    terms[key] = self._term(rule, days[record.id], record)
                found[record.id].append(terms[key])
        for record_id in self._in_use(records):
            found[record_id].append(Term(IN_USE, None))
        for record_id, keepers in self._keepers(records).items():
            found[record_id] += keepers
        return found

    @api.model
    def _where_it_holds(self, records, rule):
        """Those whose office is in the country of the rule."""
        if not rule.country_id:
            return records
        return records.filtered(
            lambda record: self._country_of(record) == rule.country_id
        )

    @api.model
    def _term(self, rule, day, record):
        if not day:
            return Term(rule.id, None)
        fiscal = self._fiscal_end(self._company_of(record))
        kept = self._end(day, rule.minimum, rule.minimum_unit, rule.anchor, fiscal)
        if kept is None:
            return Term(rule.id, None)
        gone = rule.maximum and self._end(
            day, rule.maximum, rule.maximum_unit, rule.anchor, fiscal
        )
        return Term(rule.id, kept, gone or None)

    @api.model
    def _end(self, *period):
        """The last day of a period, or None: it lies beyond the calendar, since
        somebody mistyped a day into another age. The record stays."""
        try:
            end = end_of_period(*period)
        except PeriodError:
            return None
        return end if end < date.max else None

    @api.model
    def _trigger_days(self, records, rule):
        """{id: the latest day on the rule's path}; None if there is none, or if one of
        several has no day yet: with an open sub-matter the mandate goes on."""
        *path, name = rule.trigger.split(".")
        if not path:
            return {record.id: fields.Date.to_date(record[name]) for record in records}
        days = {}
        for record in records:
            ends = record.mapped(".".join(path))
            found = [fields.Date.to_date(end[name]) for end in ends]
            days[record.id] = max(found) if found and all(found) else None
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

    # -- what else keeps a record ------------------------------------------------------

    @api.model
    def _in_use(self, records):
        """Hook: the ids of records that daily work still needs, rule or no rule."""
        if records._name == "legal.matter":
            return records.filtered(lambda m: m.state in ("intake", "open")).ids
        if records._name == "legal.deadline":
            done = ("done", "cancelled")
            return records.filtered(lambda d: d.state not in done).ids
        if records._name == "res.partner":
            # sudo: see _judge; whoever signs in here is a user's contact
            users = self.env["res.users"].sudo()
            return users.search(
                [("partner_id", "in", records.ids), ("share", "=", False)]
            ).partner_id.ids
        return []

    @api.model
    def _keepers(self, records):
        """Hook: {id: [Term]} of what the records that need these say.

        Only what is in use or under a rule of its own keeps another one: two records
        without a rule do not keep each other for ever.
        """
        if records._name == "res.partner":
            return self._terms_of_those(self._needed_by(records))
        if records._name in PAPERS:
            return self._terms_of_those(self._hangs_on(records))
        if records._name == "account.move.line":
            return self._terms_of_those({line.id: {line.move_id} for line in records})
        name = self._matter_field(records)
        if not name:
            return {}
        return self._terms_of_those(
            {record.id: {record[name]} for record in records if record[name]}
        )

    @api.model
    def _hangs_on(self, records):
        """{id: {the record}} of files, messages and activities: what a file or a
        voucher has to be kept for, its papers are kept for. A contact is kept for
        others, and what was noted about it is not."""
        model_field, id_field = HANGING[records._name]
        found = {}
        for name, some in records.grouped(model_field).items():
            if not name or name not in self.env or name in ("res.partner", *PAPERS):
                continue
            model = self.env[name]
            if not self._rules_of(name) and not self._matter_field(model):
                if name != "legal.matter":
                    continue
            # sudo: see _judge
            there = model.sudo().browse(set(some.mapped(id_field))).exists()
            by_id = {record.id: record for record in there}
            for record in some:
                if record[id_field] in by_id:
                    found[record.id] = {by_id[record[id_field]]}
        return found

    @api.model
    def _matter_field(self, records):
        """The stored field by which these hang on a matter; None if they do not."""
        name = getattr(records, "_access_matter_field", None)
        field = records._fields.get(name) if name else None
        if field is None or not field.store or field.comodel_name != "legal.matter":
            return None
        return name

    @api.model
    def _needed_by(self, partners):
        """{id of a contact: records that cannot do without it}"""
        found = {partner_id: set() for partner_id in partners.ids}
        parties = self.env["legal.matter.party"].sudo()  # sudo: see _judge
        for party in parties.search([("partner_id", "in", partners.ids)]):
            found[party.partner_id.id].add(party.matter_id)
        # sudo: see _judge
        rules = self.env["gdpr.retention.rule"].sudo()
        names = set(rules.search([("state", "=", "approved")]).mapped("model"))
        for name in sorted(names - {"res.partner", "legal.matter"}):
            model = self.env.get(name)
            field = model is not None and model._fields.get("partner_id")
            if not field or not field.store or field.comodel_name != "res.partner":
                continue
            # sudo: see _judge
            needing = model.sudo().with_context(active_test=False)
            for record in needing.search([("partner_id", "in", partners.ids)]):
                found[record.partner_id.id].add(record)
        return found

    @api.model
    def _terms_of_those(self, needed):
        """{id: [Term]} of what the rules say of the records in ``needed``."""
        by_model = {}
        for records in needed.values():
            for record in records:
                by_model.setdefault(record._name, set()).add(record.id)
        terms = {
            name: self._terms(
                # sudo: see _judge
                self.env[name]
                .sudo()
                .with_context(active_test=False)
                .browse(sorted(ids))
            )
            for name, ids in by_model.items()
        }
        return {
            record_id: [
                term
                for record in sorted(records, key=lambda r: (r._name, r.id))
                for term in terms[record._name][record.id]
            ]
            for record_id, records in needed.items()
        }

    # -- holds -------------------------------------------------------------------------

    @api.model
    def _holds_on(self, records):
        """{id: [ids of running holds]}.

        A hold on a matter reaches what hangs on it and the contacts of its parties;
        one on a person the matters in which the person is a party, and what hangs on
        these.
        """
        found = self._holds_of(records)
        held_with = self._held_with(records)
        others = {}
        for other in {other for some in held_with.values() for other in some}:
            others.setdefault(other._name, set()).add(other.id)
        holds = {
            # sudo: see _judge
            name: self._holds_of(self.env[name].sudo().browse(sorted(ids)))
            for name, ids in others.items()
        }
        for record_id, some in held_with.items():
            for other in some:
                for hold in holds[other._name].get(other.id, ()):
                    if hold not in found.setdefault(record_id, []):
                        found[record_id].append(hold)
        return found

    @api.model
    def _running_holds(self):
        # sudo: see _judge
        return self.env["gdpr.legal.hold"].sudo().search([("released_on", "=", False)])

    @api.model
    def _holds_of(self, records):
        """{id: [ids]} of the holds that name the record itself."""
        found = {}
        ids = set(records.ids)
        for hold in self._running_holds():
            if hold.scope == "person":
                here = [hold.partner_id.id] if records._name == "res.partner" else []
            elif hold.res_model != records._name:
                here = []
            elif hold.scope == "record":
                here = [hold.res_id]
            else:
                here = records.filtered_domain(hold._own_domain()).ids
            for record_id in here:
                if record_id in ids:
                    found.setdefault(record_id, []).append(hold.id)
        return found

    @api.model
    def _held_with(self, records):
        """{id: [records]}: those whose holds reach this one as well."""
        if not self._running_holds():
            return {}
        parties = self.env["legal.matter.party"].sudo()  # sudo: see _judge
        if records._name == "res.partner":
            found = {}
            for party in parties.search([("partner_id", "in", records.ids)]):
                found.setdefault(party.partner_id.id, []).append(party.matter_id)
            return found
        if records._name == "legal.matter":
            found = {}
            for party in parties.search([("matter_id", "in", records.ids)]):
                found.setdefault(party.matter_id.id, []).append(party.partner_id)
            return found
        name = self._matter_field(records)
        if not name:
            return {}
        matters = self._held_with(records[name])
        return {
            record.id: [record[name], *matters.get(record[name].id, ())]
            for record in records
            if record[name]
        }

    @api.model
    def _other_reason(self, verdict):
        """Hook: what keeps a record beside rules and holds, in words; or None."""
        if IN_USE in verdict.waiting:
            return self.env._("It is still in use: end that first.")
        return None

    # -- in words ----------------------------------------------------------------------

    @api.model
    def _in_words(self, verdict):
        """What a verdict says, as one sentence in the user's language.

        :return: str; empty where no rule and no hold says anything
        """
        # sudo: names of rules and holds, for whoever reads the record they keep
        rules = self.env["gdpr.retention.rule"].sudo()
        holds = self.env["gdpr.legal.hold"].sudo().browse(verdict.holds)
        show = self.env["legal.deadline"]._show_day
        laws = ", ".join(
            dict.fromkeys(
                rules.browse([r for r in verdict.rules if r > IN_USE]).mapped("source")
            )
        )
        lines = []
        if other := self._other_reason(verdict):
            lines.append(other)
            if laws:
                lines.append(self.env._("Kept under: %s.", laws))
        elif verdict.waiting:
            lines.append(
                self.env._("Kept until its period begins (%(law)s).", law=laws)
            )
        elif verdict.may_on:
            lines.append(
                self.env._(
                    "May go from %(day)s (%(law)s).", day=show(verdict.may_on), law=laws
                )
            )
        if verdict.must_on and not verdict.waiting:
            lines.append(self.env._("Has to go by %(day)s.", day=show(verdict.must_on)))
        if holds:
            lines.append(
                self.env._("Held by: %s.", ", ".join(holds.mapped("display_name")))
            )
        return " ".join(lines)

    @api.model
    def _due(self, model_name, today=None):
        """The ids of records of a kind that may go and are under a rule.

        The database looks for the rules' own days; only what it finds is judged.
        """
        today = today or fields.Date.context_today(self)
        # sudo: see _judge
        model = self.env[model_name].sudo().with_context(active_test=False)
        found = model.browse()
        for rule in self._rules_of(model_name):
            found |= self._candidates(model, rule, today)
        return [
            record_id
            for record_id, verdict in self._judge(found).items()
            if verdict.may_go(today) and verdict.rules
        ]

    @api.model
    def _candidates(self, model, rule, today, within=Domain.TRUE):
        """The records, of those in the domain ``within``, whose period by this rule is
        over."""
        found = model.search(self._sieve(rule, today) & within)
        found = self._where_it_holds(found, rule)
        if "." not in rule.trigger:
            return found
        days = self._trigger_days(found, rule)

        def over(record):
            kept = self._term(rule, days[record.id], record).kept_until
            return kept and kept < today

        return found.filtered(over)

    @api.model
    def _sieve(self, rule, today):
        """The domain of records whose period by this rule is over: all of the rule's
        if its event is elsewhere.

        A period is at least as long as it is from the day itself: the database looks
        for the latest day of an event whose period is over.
        """
        domain = Domain(rule._own_domain())
        if "." in rule.trigger:
            return domain
        # sudo: see _judge; of each firm its own business year
        firms = self.env["res.company"].sudo()
        companies = [False, *firms.search([("id", "!=", False)])]
        over = Domain.FALSE
        for company in companies:
            here = Domain.TRUE
            if "company_id" in self.env[rule.model]._fields:
                here = Domain("company_id", "=", company.id if company else False)
            elif company:
                continue
            limit = self._latest_trigger(rule, company or self.env.company, today)
            over |= here & Domain(rule.trigger, "<=", limit)
        return domain & over

    @api.model
    def _latest_trigger(self, rule, company, today):
        """The latest day of an event whose period is over ``today``, by bisection: a
        later event never ends earlier."""
        fiscal = self._fiscal_end(company)
        low, high = date(1900, 1, 1).toordinal(), today.toordinal()
        while low < high:
            middle = (low + high + 1) // 2
            day = date.fromordinal(middle)
            kept = self._end(day, rule.minimum, rule.minimum_unit, rule.anchor, fiscal)
            over = kept is not None and kept < today
            low, high = (middle, high) if over else (low, middle - 1)
        return date.fromordinal(low)
