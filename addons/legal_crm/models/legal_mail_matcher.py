from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import filing, references

# Kind of a reference number -> what finding it in a mail counts as (tools.filing).
_EVIDENCE = {
    "number": "number",
    "legacy": "legacy",
    "court": "reference",
    "party": "reference",
    "other": "reference",
}


class LegalMailMatcher(models.AbstractModel):
    """Which matter does a mail belong to? Collects the evidence; ``tools.filing``
    weighs it."""

    _name = "legal.mail.matcher"
    _description = "Matching Mail with Matters"

    _gdpr_none = "stores nothing itself"

    @api.model
    def _partners(self, envelope):
        """The sender's contact first, then the known recipients."""
        addresses = [a for a in (envelope.sender, *envelope.recipients[:500]) if a]
        found = self.env["res.partner"].search_fetch(
            [("email_normalized", "in", addresses)],
            ["name", "email_normalized", "partner_share", "commercial_partner_id"],
        )
        senders = found.filtered(lambda p: p.email_normalized == envelope.sender)
        # colleagues are copied on everything: they are not the correspondents
        others = (found - senders).filtered("partner_share")
        return senders + others

    @api.model
    def _decide(self, incoming):
        """Weigh all evidence.

        :param incoming: ``Incoming`` with its companies and partners
        :return: ``filing.Decision``
        """
        company = incoming.companies[:1] or self.env.company
        senders = incoming.senders
        sender_matters = self._matters_of(senders)
        hits = [
            *self._by_thread(incoming.parent),
            *self._by_alias(incoming.aliases),
            *self._by_reference(incoming, sender_matters),
            *self._by_sender(senders, sender_matters),
        ]
        matters = self.env["legal.matter"].browse({hit[0] for hit in hits}).exists()
        if incoming.companies:
            # Two firms may have a matter of the same number: the one addressed is
            # meant. The matter's own address and its thread are beyond doubt.
            certain = {hit[0] for hit in hits if hit[1] in ("alias", "thread")}
            matters = matters.filtered(
                lambda m: m.company_id in incoming.companies or m.id in certain
            )
        candidates = [
            filing.Candidate(
                matter_id=matter_id,
                open=matters.browse(matter_id).state in ("intake", "open"),
                restricted=matters.browse(matter_id).access_policy == "restricted",
                evidence=evidence,
                score=score,
                detail=detail,
                loose=loose,
            )
            for matter_id, evidence, score, detail, loose in hits
            if matter_id in matters._ids
        ]
        return filing.decide(candidates, company.legal_filing_threshold or 0.7)

    # Each returns [(matter id, evidence, score, what was found, loose match)].

    @api.model
    def _by_thread(self, parent):
        matter_id = False
        if parent.model == "legal.matter":
            matter_id = parent.res_id
        elif parent.model == "legal.communication":
            waiting = self.env["legal.communication"].browse(parent.res_id).exists()
            matter_id = waiting.matter_id.id
        if not matter_id:
            return []
        return [(matter_id, "thread", filing.score("thread"), "", False)]

    @api.model
    def _by_alias(self, aliases):
        matter_model = self.env["ir.model"]._get_id("legal.matter")
        return [
            (
                alias.alias_force_thread_id,
                "alias",
                filing.score("alias"),
                alias.alias_full_name,
                False,
            )
            for alias in aliases
            if alias.alias_model_id.id == matter_model and alias.alias_force_thread_id
        ]

    @api.model
    def _by_reference(self, incoming, sender_matters):
        texts = {
            "subject": incoming.envelope.subject,
            "body": incoming.mail.content.search_text(),
        }
        keys = {key for text in texts.values() for key in references.candidates(text)}
        if not keys:
            return []
        self.env["legal.matter.reference"].flush_model(["key", "kind", "value"])
        rows = self.env.execute_query(
            SQL(
                """SELECT matter_id, kind, value FROM legal_matter_reference
                    WHERE key = ANY(%s) LIMIT 50""",
                list(keys),
            )
        )
        values = {value for _matter_id, _kind, value in rows}
        hits = []
        for place, text in texts.items():
            found = references.matches(values, text)
            for matter_id, kind, value in rows:
                if found[value] == references.NONE:
                    continue
                evidence = f"{_EVIDENCE[kind]}_{place}"
                score = filing.score(
                    evidence,
                    match=found[value],
                    specificity=references.specificity(value),
                    sender_is_party=matter_id in sender_matters,
                )
                loose = found[value] != references.EXACT
                hits.append((matter_id, evidence, score, value, loose))
        return hits

    @api.model
    def _matters_of(self, senders):
        """{matter id: is open} of the matters in which a sender takes part now.

        Open ones first, and only a few: a court takes part in hundreds, which says
        nothing about this mail.
        """
        if not senders:
            return {}
        self.env["legal.matter.party"].flush_model()
        self.env["legal.matter"].flush_model(["state"])
        family = senders | senders.commercial_partner_id
        rows = self.env.execute_query(
            SQL(
                """SELECT m.id, m.state IN ('intake', 'open') AS running
                     FROM legal_matter_party p JOIN legal_matter m ON m.id = p.matter_id
                    WHERE (p.partner_id IN %(ids)s OR p.contact_id IN %(ids)s)
                      AND (p.date_to IS NULL OR p.date_to >= %(today)s)
                    GROUP BY m.id ORDER BY running DESC, m.id DESC LIMIT 200""",
                ids=tuple(family.ids),
                today=fields.Date.today(),
            )
        )
        return dict(rows)

    @api.model
    def _by_sender(self, senders, sender_matters):
        running = [m for m, is_open in sender_matters.items() if is_open]
        found = running or list(sender_matters)
        if not found:
            return []
        score = filing.score("sender")
        name = senders[:1].name or ""
        return [(matter_id, "sender", score, name, False) for matter_id in found[:5]]
