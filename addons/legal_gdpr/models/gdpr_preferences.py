import hmac
from calendar import timegm
from datetime import timedelta

from odoo import api, fields, models

#: how long a link in a mail works
LIFETIME = timedelta(days=365)


class GdprPreferences(models.AbstractModel):
    """The page on which a person sees and changes what he agreed to.

    The link carries whose page it is and until when, signed with the key of the
    installation: nothing of it is stored. The signature holds the address to which the
    link went: with another address it ends.
    """

    _name = "gdpr.preferences"
    _description = "Preference Page"

    _gdpr_none = "stores nothing"

    @api.model
    def _link(self, partner=None, email=None):
        """The link for a contact, or for an address that is none (path and query).

        :raises UserError: there is no usable key
        """
        if partner:
            kind, who = "p", str(partner.id)
        else:
            kind, who = "a", self.env["gdpr.consent"]._token(email)
        # of one firm: the others of this database are no business of his
        company = (partner and partner.company_id) or self.env.company
        until = timegm((fields.Datetime.now() + LIFETIME).timetuple())
        ring = self.env["legal.key"]._for_writing()
        mac = self._mac(ring, ring.current, kind, who, company.id, until, partner)
        token = ".".join(
            (
                kind,
                who.replace(":", "-"),
                str(company.id),
                str(until),
                ring.current,
                mac,
            )
        )
        return f"{self.get_base_url()}/privacy/preferences/{token}"

    @api.model
    def get_base_url(self):
        # sudo: the address of this installation
        return self.env["ir.config_parameter"].sudo().get_param("web.base.url")

    @api.model
    def _mac(self, ring, key_id, kind, who, company_id, until, partner):
        # sudo: the address is only hashed
        bound = partner.sudo().email_normalized or "" if partner else ""
        return ring.mac(key_id, "preferences", kind, who, company_id, until, bound)

    @api.model
    def _read(self, token):
        """Whose page a link opens.

        :return: (``res.partner`` as superuser or None, tokens of the address,
            ``res.company`` as superuser), or None: the link is wrong or over
        """
        try:
            kind, who, company_id, until, key_id, mac = token.split(".")
            until, company_id = int(until), int(company_id)
        except ValueError:
            return None
        ring = self.env["legal.key"]._for_reading()
        # what is compared below has to be ASCII
        if kind not in ("p", "a") or key_id not in ring or not mac.isascii():
            return None
        partner = None
        if kind == "p":
            if not who.isdecimal() or len(who) > 9:
                return None
            # sudo: the person himself, proved by the signature. One query, whether
            # there is such a contact or not: the time taken tells nobody
            partner = (
                self.env["res.partner"]
                .sudo()
                .with_context(active_test=False)
                .search_fetch([("id", "=", int(who))], ["email_normalized"])
            )
        else:
            who = who.replace("-", ":")
        good = self._mac(ring, key_id, kind, who, company_id, until, partner)
        over = until <= timegm(fields.Datetime.now().timetuple())
        if not hmac.compare_digest(good, mac) or over:
            return None
        # sudo: as signed; a firm that is gone asks nobody
        company = self.env["res.company"].sudo().browse(company_id).exists()
        if not company or (kind == "p" and not partner):
            return None
        if partner:
            address = partner.email_normalized
            tokens = self.env["gdpr.consent"]._tokens(address) if address else []
            return partner, tokens, company
        return None, [who], company

    @api.model
    def _rows(self, whose, lang):
        """What the page shows.

        :param whose: what ``_read`` returned
        :return: [{purpose, given: bool, since: datetime or False, text: the published
            ``gdpr.consent.text`` or an empty one}]
        """
        partner, tokens, company = whose
        # sudo: purposes and words that are published to whoever is asked
        domain = [
            ("needs_consent", "=", True),
            ("company_id", "in", company.parent_ids.ids),
        ]
        purposes = self.env["gdpr.purpose"].sudo().search(domain)
        texts = self.env["gdpr.consent.text"].sudo()
        published = texts._published(purposes, lang)
        standing = self.env["gdpr.consent"]._standing(purposes, partner, tokens)
        rows = []
        for purpose in purposes:
            event = standing[purpose]
            given = event.kind == "given"
            text = published.get(purpose, texts)
            if given or text:
                rows.append(
                    {
                        "purpose": purpose,
                        "given": given,
                        "since": event.effective_on,
                        "text": text,
                    }
                )
        return rows

    @api.model
    def _choose(self, whose, lang, purpose_id, give, digest=""):
        """One click on the page: agree or withdraw. What holds already is not noted
        again.

        :param digest: hash of the words that the person saw when he agreed
        :return: whether something was noted
        """
        partner, tokens, _company = whose
        row = next(
            (r for r in self._rows(whose, lang) if r["purpose"].id == purpose_id), None
        )
        if not row or row["given"] == give:
            return False
        if give and (not row["text"] or row["text"].digest != digest):
            return False  # the words changed meanwhile: the page shows the new ones
        # sudo: the person's own decision, proved by the signature of the link
        self.env["gdpr.consent"].sudo()._legal_unlocked().create(
            {
                "partner_id": partner.id if partner else False,
                "address_token": tokens[0] if tokens else False,
                "purpose_id": purpose_id,
                "kind": "given" if give else "withdrawn",
                "text_id": row["text"].id if give else False,
                "lang": lang,
                "channel": "page",
            }
        )
        return True
