from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import email_normalize

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

KINDS = [("given", "Given"), ("withdrawn", "Withdrawn")]
CHANNELS = [
    ("page", "Preference page"),
    ("web", "Website"),
    ("email", "E-mail"),
    ("letter", "Letter"),
    ("phone", "Phone"),
    ("oral", "In person"),
]
#: what the system writes, whatever a client sends
_SYSTEM = {
    "address_token", "text_hash", "withdraws_id", "noted_on", "noted_by_id",
    "company_id",
}  # fmt: skip
#: what a person says, or a context or a default of his in his place
_SAID = [
    "partner_id", "email", "purpose_id", "kind", "text_id", "lang", "channel",
    "evidence", "effective_on",
]  # fmt: skip


class GdprConsent(models.Model):
    """That somebody agreed to a purpose or withdrew it (art. 7 GDPR): one event each.

    Nothing is overwritten. Whose latest event is a withdrawal, or who has none, did not
    consent. Of a person who is no contact only a keyed token of the address is kept.
    ``effective_on`` is when the person said so, ``noted_on`` when it was entered (UTC).
    """

    _name = "gdpr.consent"
    _description = "Consent"
    _inherit = "gdpr.append.only"
    _order = "effective_on desc, id desc"

    _gdpr_data = {
        "partner_id": "who consented",
        "evidence": "free text",
        "noted_by_id": "employee who noted it",
    }

    partner_id = fields.Many2one(
        "res.partner", string="Contact", index="btree_not_null", ondelete="restrict"
    )
    email = fields.Char(
        string="E-Mail Address",
        compute="_compute_email",
        readonly=False,
        help="Of somebody who is no contact. A keyed token of it is kept, not the "
        "address.",
    )
    address_token = fields.Char(readonly=True, index="btree_not_null", copy=False)
    purpose_id = fields.Many2one(
        "gdpr.purpose", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="purpose_id.company_id", store=True, precompute=True
    )
    kind = fields.Selection(KINDS, string="Event", required=True, default="given")
    text_id = fields.Many2one(
        "gdpr.consent.text",
        string="Text",
        ondelete="restrict",
        domain="[('purpose_id', '=', purpose_id), ('state', '!=', 'draft')]",
        help="The words to which the person agreed.",
    )
    text_hash = fields.Char(string="SHA-256 of the Text", readonly=True)
    lang = fields.Char(string="Language")
    channel = fields.Selection(CHANNELS, required=True, default="email")
    evidence = fields.Text(help="What proves it: the form, the mail, who was there.")
    effective_on = fields.Datetime(
        string="Effective", required=True, default=fields.Datetime.now
    )
    withdraws_id = fields.Many2one(
        "gdpr.consent", string="Withdraws", readonly=True, ondelete="restrict"
    )
    noted_on = fields.Datetime(string="Noted", required=True, readonly=True)
    noted_by_id = fields.Many2one(
        "res.users", string="Noted by", readonly=True, ondelete="restrict"
    )

    _somebody = models.Constraint(
        "CHECK (partner_id IS NOT NULL OR address_token IS NOT NULL)",
        "Say whose consent it is: a contact, or an e-mail address.",
    )
    _partner_idx = models.Index("(purpose_id, partner_id, effective_on)")

    @api.depends("partner_id")
    def _compute_email(self):
        for event in self:
            event.email = event.partner_id.email

    @api.depends("purpose_id.name", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for event in self:
            event.display_name = f"{event.purpose_id.name}: {kinds.get(event.kind)}"

    # -- adding ------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """:raises ValidationError: the event cannot have happened so"""
        own = self.env.context.get("legal_unlock") is UNLOCK
        # what a default says is looked at like what is entered, and never afterwards
        said = self.default_get(_SAID)
        clean = {
            k: v
            for k, v in self.env.context.items()
            if k != "legal_unlock" and not k.startswith("default_")
        }
        # keys have to go: the whole context is given
        # pylint: disable-next=context-overridden
        events = self.with_context(clean)
        events = super(GdprConsent, events).create(
            [events._complete({**said, **vals}, own) for vals in vals_list]
        )
        return events.with_env(self.env)

    @api.model
    def _complete(self, vals, own):
        """The event as the system notes it.

        :param own: the suite itself calls (the preference page)
        """
        email = vals.get("email")
        token = own and vals.get("address_token")
        vals = {k: v for k, v in vals.items() if k not in _SYSTEM and k != "email"}
        if vals.get("channel") == "page" and not own:
            raise ValidationError(
                self.env._(
                    "What came over the preference page is written by the page itself. "
                    "Choose another channel."
                )
            )
        partner = self.env["res.partner"].browse(vals.get("partner_id"))
        email = email or partner.email
        if email and not token:
            key = email_normalize(email)
            if not key:
                raise ValidationError(self.env._("“%s” is no e-mail address.", email))
            token = self._token(key)
        now = fields.Datetime.now()
        effective = fields.Datetime.to_datetime(vals.get("effective_on")) or now
        if effective > now:
            raise ValidationError(
                self.env._(
                    "A consent is not given or withdrawn in the future: enter when the "
                    "person said so."
                )
            )
        purpose = self.env["gdpr.purpose"].browse(vals.get("purpose_id"))
        text = self.env["gdpr.consent.text"].browse(vals.get("text_id"))
        vals |= {
            "address_token": token or False,
            "effective_on": effective,
            "noted_on": now,
            "noted_by_id": self.env.uid,
            "lang": vals.get("lang") or text.lang or partner.lang or self.env.lang,
            # sudo: the hash of words that were published
            "text_hash": text.sudo().digest,
        }
        if vals.get("kind", "given") == "given":
            self._check_text(purpose, text)
        else:
            vals["withdraws_id"] = self._withdrawn_by(
                purpose, partner, token, effective
            ).id
        return vals

    def _check_text(self, purpose, text):
        if not text or text.purpose_id != purpose or text.state == "draft":
            raise ValidationError(
                self.env._(
                    "Choose the published text of “%s” to which the person agreed: "
                    "without it the consent cannot be proved.",
                    purpose.name,
                )
            )

    def _withdrawn_by(self, purpose, partner, token, effective):
        """The consent that a withdrawal ends. :raises ValidationError: none before"""
        # sudo: whether there is a consent, for whoever notes its withdrawal
        given = self.sudo().search(
            self._of(purpose, partner.ids, [token] if token else [])
            & Domain("kind", "=", "given")
        )
        if not given:
            raise ValidationError(
                self.env._(
                    "There is no consent to “%s” that could be withdrawn. If the "
                    "person wants no mail at all, enter an objection as a data subject "
                    "request.",
                    purpose.name,
                )
            )
        before = given.filtered(lambda event: event.effective_on <= effective)
        if not before:
            raise ValidationError(
                self.env._(
                    "The withdrawal would lie before the consent, which was given on "
                    "%s. Enter when the person withdrew it.",
                    fields.Datetime.to_string(given[-1].effective_on),
                )
            )
        return before[0]

    # -- reading -----------------------------------------------------------------------

    @api.model
    def _token(self, email):
        """What stands for a normalised e-mail address in a new event."""
        return self.env["legal.key"]._for_writing().token("consent/email", email)

    @api.model
    def _tokens(self, email):
        """All tokens under which an address may stand, the current key's first."""
        return self.env["legal.key"]._for_writing().tokens("consent/email", email)

    @api.model
    def _of(self, purposes, partner_ids, tokens):
        return Domain("purpose_id", "in", purposes.ids) & (
            Domain("partner_id", "in", list(partner_ids))
            | Domain("address_token", "in", list(tokens))
        )

    @api.model
    def _standing(self, purposes, partner=None, tokens=()):
        """What of these purposes a person agreed to.

        Several contacts may share an address: then each of them has to have consented.

        :return: {purpose: latest event, or an empty one}
        """
        partner_ids = partner.ids if partner else []
        # sudo: asked by the gate and by the person
        events = self.sudo().search(self._of(purposes, partner_ids, tokens))
        events = events._of_address(partner, tokens)
        return {
            purpose: self._judge(
                events.filtered(lambda event, p=purpose: event.purpose_id == p),
                partner_ids,
            )
            for purpose in purposes
        }

    def _of_address(self, partner, tokens):
        """Without what was agreed to over a link that went to another address.

        Whoever enters an address of his own for a moment gets the link of somebody
        else: what he agrees to there is no word of that person.

        :param tokens: of the address that is written to; none: it is a telephone
        """
        pages = self.filtered(lambda e: e.channel == "page" and e.kind == "given")
        if not pages:
            return self
        known = set(tokens)
        if not known and partner:
            # without the key nothing can be compared, and nothing counts
            ring = self.env["legal.key"]._for_reading()
            # sudo: the address is only compared
            for address in filter(None, partner.sudo().mapped("email_normalized")):
                known.update(ring.tokens("consent/email", address))
        return self - pages.filtered(lambda event: event.address_token not in known)

    @api.model
    def _judge(self, events, partner_ids=()):
        """The event that counts: the latest, and of several people a withdrawal.

        :param events: of one purpose, the latest first
        :param partner_ids: whose; empty: whoever has the address
        """
        people = set(partner_ids) or set(events.partner_id.ids) or {False}
        latest = [
            events.filtered(lambda e, who=who: e.partner_id.id in (who, False))[:1]
            for who in people
        ]
        withdrawn = [event for event in latest if event.kind != "given"]
        return (withdrawn or latest or [events])[0]
