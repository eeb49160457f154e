"""The catalogue's own words, in the reader's language.

What a period is counted from, its nature and whether it can be extended stand in the
catalogue in English or in the words of the law. `_lt` marks them for translation as in
``engine/texts.py``; what a firm wrote itself is shown as it is.
"""

# There is no environment here that could translate.
# pylint: disable=prefer-env-translation
from odoo import api, fields, models

from ..engine.texts import _lt

#: fields of the rule that hold words of the catalogue
WORDS = ("trigger", "nature", "extendable", "note")

TEXTS = (
    _lt("avis de fixation"),
    _lt("avis de fixation / notification"),
    _lt("becoming aware"),
    _lt("date of the order (order day counts, Cass. 30.6.2022)"),
    _lt("declaration of appeal"),
    _lt("delivery of authorisation"),
    _lt("end of the missed period"),
    _lt("expiry of filing period, or service of judgment if later"),
    _lt("expiry of notice-of-defence period (at least two further weeks, judge sets)"),
    _lt("expiry of the period set for the response to the appeal"),
    _lt("hearing (backward)"),
    _lt("knowledge"),
    _lt("knowledge of the violation; latest 1 year"),
    _lt("notification"),
    _lt("notification (4-day fiction, AO 122(2))"),
    _lt("notification (délai franc)"),
    _lt("notification of appellant's pleadings"),
    _lt("notification of decision on objection"),
    _lt("notification of operative part"),
    _lt("notification of the act"),
    _lt("notification/publication (délai franc)"),
    _lt("notification; grounds 4 months"),
    _lt("opening of judgment"),
    _lt("pronouncement"),
    _lt("pronouncement (contradictory)"),
    _lt("pronouncement (jours francs)"),
    _lt("provisional release"),
    _lt("publication"),
    _lt("publication (+14 days), notification or knowledge"),
    _lt("receipt"),
    _lt("receipt of written dismissal"),
    _lt("removal of obstacle"),
    _lt("removal of the cause; latest 6 months"),
    _lt("removal of the obstacle"),
    _lt("service"),
    _lt("service of appeal"),
    _lt("service of appeal judgment"),
    _lt("service of claim"),
    _lt("service of complete judgment; latest 5 months after pronouncement"),
    _lt("service of decision"),
    _lt("service of decision on objection"),
    _lt("service of full decision"),
    _lt("service of judgment"),
    _lt("service of judgment; latest 5 months after pronouncement"),
    _lt("service of order; 4 weeks in listed cases"),
    _lt("service of payment order"),
    _lt("service of reasoned decision"),
    _lt("service of reasoned judgment"),
    _lt("service of the claim"),
    _lt("service of the hearing record copy"),
    _lt("service of the payment order"),
    _lt("service; 10 days for summary and procedural orders"),
    _lt("service; grounds 2 months"),
    _lt("service; interim orders 2 weeks"),
    _lt("service; latest 3 months after pronouncement"),
    _lt("service; latest 5 months after pronouncement"),
    _lt("service; latest 6 months after pronouncement"),
    _lt("service; latest 7 months after pronouncement"),
    _lt("signification"),
    _lt("signification (to the person)"),
    _lt("signification/notification"),
    _lt("Notfrist"),
    _lt("Notfrist (filing); grounds statutory"),
    _lt("Notfrist; grounds 2 months"),
    _lt("caducité"),
    _lt("caducité / irrecevabilité"),
    _lt("déchéance"),
    _lt("forclusion"),
    _lt("irrecevabilité"),
    _lt("judicial"),
    _lt("not preclusive until enforcement order"),
    _lt("preclusive"),
    _lt("statutory"),
    _lt("statutory (not Notfrist)"),
    _lt("+2 months"),
    _lt("abridgeable (226)"),
    _lt("filing no; grounds yes"),
    _lt("grounds once"),
    _lt("grounds: +1 month"),
    _lt("no"),
    _lt("no (SchKG 33)"),
    _lt("no (late admission KSchG 5)"),
    _lt("no (longer by law if judgment on file >21/35 weeks)"),
    _lt("reasons if late"),
    _lt("with that period"),
    _lt("yes"),
    _lt("yes (1 month without consent; longer with consent)"),
    _lt("yes (2 months without consent)"),
    _lt("yes (BAO 245(3))"),
    _lt("yes (ZPO 224(2),225)"),
    _lt("yes (as 551(2))"),
    _lt("yes by order"),
    _lt("yes by order (911)"),
    _lt("Vorfrist"),
    _lt("end = end of judicial response period"),
    _lt("labour court: 1 week, ArbGG 59"),
    _lt("party proceedings 3 days"),
    _lt("period editable"),
    _lt("reply: 3 days, 132(2)"),
    _lt(
        'text: period "begins with the day" the obstacle fell away; show '
        "13-day safe date"
    ),
)


def _text_field(name, **attributes):
    return fields.Char(
        compute="_compute_texts",
        inverse=f"_inverse_{name}_text",
        **attributes,
    )


class LegalDeadlineRule(models.Model):
    _inherit = "legal.deadline.rule"

    trigger_text = _text_field("trigger", string="Counted From (in Words)")
    nature_text = _text_field("nature", string="Nature (in Words)")
    extendable_text = _text_field("extendable", string="Extendable (in Words)")
    note_text = _text_field("note", string="Note (in Words)")

    @api.depends(*WORDS)
    @api.depends_context("lang")
    def _compute_texts(self):
        for rule in self:
            for name in WORDS:
                rule[f"{name}_text"] = rule._in_words(rule[name])

    @api.model
    def _in_words(self, text):
        """What the catalogue says, in the user's language; anything else as it is."""
        if text not in TEXTS:
            return text
        return self.env["legal.deadline"]._engine_translate(text)

    def _take_words(self, name):
        """A changed text is the firm's own; the shown one taken over as it is stays."""
        for rule in self:
            if rule[f"{name}_text"] != rule._in_words(rule[name]):
                rule[name] = rule[f"{name}_text"]

    def _inverse_trigger_text(self):
        self._take_words("trigger")

    def _inverse_nature_text(self):
        self._take_words("nature")

    def _inverse_extendable_text(self):
        self._take_words("extendable")

    def _inverse_note_text(self):
        self._take_words("note")

    # -- which rule is meant -----------------------------------------------------------

    of_this_country = fields.Boolean(
        compute="_compute_of_this_country",
        search="_search_of_this_country",
        export_string_translation=False,
    )

    @api.model
    def _country_domain(self):
        """The rules of the country where the court sits (``legal_place`` in the
        context), or else the firm; all of them where nobody says."""
        place = self.env.context.get("legal_place")
        jurisdiction = self.env["legal.jurisdiction"].browse(place or ()).exists()
        jurisdiction = jurisdiction or self.env.company.legal_jurisdiction_id
        country = (jurisdiction.code or "")[:2].upper()
        if not country:
            return fields.Domain.TRUE
        return fields.Domain("code", "=ilike", f"{country}-%")

    @api.depends("code")
    @api.depends_context("legal_place", "allowed_company_ids")
    def _compute_of_this_country(self):
        here = self.filtered_domain(self._country_domain())
        here.of_this_country = True
        (self - here).of_this_country = False

    def _search_of_this_country(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._country_domain()

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """The rules of the country first where the court sits (``legal_place``)."""
        if "legal_place" not in self.env.context:
            return super().name_search(name, domain, operator, limit)
        here = self._country_domain()
        given = fields.Domain(domain or [])
        found = super().name_search(name, given & here, operator, limit)
        if limit and len(found) >= limit:
            return found
        rest = limit and limit - len(found)
        return found + super().name_search(name, given & ~here, operator, rest)
