import logging
from typing import NamedTuple

from odoo import api, models
from odoo.tools import email_normalize

_logger = logging.getLogger(__name__)


class Verdict(NamedTuple):
    """Whether somebody may be written to.

    :param reason: a code, "" if allowed; ``text`` says it in words
    """

    allowed: bool
    reason: str
    text: str


class GdprContactGate(models.AbstractModel):
    """Every channel asks here before it writes to people for a purpose.

    It fails closed: what cannot be judged is a no. Another channel (telephone, text
    message, an application for mailings) asks ``_judge`` for many, ``_may_contact`` for
    one; an application with a list of its own adds to ``_refusals`` and ``_reasons``.
    """

    _name = "gdpr.contact.gate"
    _description = "Contact Gate"

    _gdpr_none = "stores nothing"

    @api.model
    def _may_contact(self, who, purpose, channel="email"):
        """
        :param who: one ``res.partner``, or an address as it is written
        :param purpose: ``gdpr.purpose``, or its code
        :param channel: "email" or "phone"
        :return: Verdict; never raises
        """
        if isinstance(who, str):
            return self._judge(addresses=[who], purpose=purpose, channel=channel)[who]
        return self._judge(partners=who, purpose=purpose, channel=channel).get(
            who.id, self._verdict("error")
        )

    @api.model
    def _judge(self, partners=None, addresses=(), purpose=None, channel="email"):
        """:return: {id of the partner, or the address: Verdict}; never raises"""
        people = {address: (None, address) for address in addresses}
        try:
            with self.env.cr.savepoint():
                # sudo: whether one may write is asked by whatever sends; told is yes or
                # no and one reason
                gate = self.sudo()
                for partner in partners.sudo() if partners else ():
                    people[partner.id] = (partner, gate._address(partner, channel))
                refused = gate._refusals(people, gate._purpose(purpose), channel)
        except Exception:  # whatever went wrong: nobody is written to
            _logger.exception("The contact gate could not judge")
            keys = [*(partners.ids if partners else ()), *addresses]
            return {key: self._verdict("error") for key in keys}
        return {key: self._verdict(refused.get(key, "")) for key in people}

    @api.model
    def _address(self, partner, channel):
        return partner.phone if channel == "phone" else partner.email

    @api.model
    def _purpose(self, purpose):
        if isinstance(purpose, str):
            return self.env["gdpr.purpose"].search(
                [
                    ("code", "=", purpose),
                    ("company_id", "in", [self.env.company.id]),
                ]
            )
        return purpose or self.env["gdpr.purpose"]

    @api.model
    def _refusals(self, people, purpose, channel):
        """Hook, runs as superuser. Who may not be written to, and why.

        :param people: {key: (``res.partner`` or None, address)}
        :return: {key: code of the reason, see ``_reasons``}
        """
        if not purpose or not purpose.exists().active:
            return dict.fromkeys(people, "purpose")
        clean = {
            key: self._comparable(address, channel)
            for key, (_who, address) in people.items()
        }
        refused = {key: "no_address" for key, address in clean.items() if not address}
        blocked = self._blocked(people, clean, channel)
        for key, code in blocked.items():
            refused.setdefault(key, code)
        if purpose.needs_consent:
            for key in people.keys() - refused.keys():
                if not self._consented(people[key][0], clean[key], purpose, channel):
                    refused[key] = "consent"
        return refused

    @api.model
    def _comparable(self, address, channel):
        if channel == "email":
            return email_normalize(address or "") or ""
        return self.env["gdpr.subject.identifier"]._key_of("phone", address)

    @api.model
    def _blocked(self, people, clean, channel):
        """Who is restricted, objected, or is on Odoo's list."""
        addresses = [address for address in clean.values() if address]
        ids = [who.id for who, _address in people.values() if who]
        emails = ",".join(addresses) if channel == "email" else ""
        restricted = self.env["res.partner"]._restricted_among(ids, emails)
        held = set(restricted.ids) | set(restricted.mapped("email_normalized"))
        suppression = self.env["gdpr.suppression"]
        self.env["legal.key"]._for_writing()  # without the key nothing can be compared
        if channel == "email":
            objected = suppression._among(addresses)
            listed = set(
                self.env["mail.blacklist"]
                .search([("email", "in", addresses)])
                .mapped("email")
            )
        else:
            objected = {a for a in addresses if suppression._is_phone_suppressed(a)}
            listed = set()
        blocked = {}
        for key, address in clean.items():
            if key in held or address in held:
                blocked[key] = "restricted"
            elif address in objected:
                blocked[key] = "objection"
            elif address in listed:
                blocked[key] = "blacklist"
        return blocked

    @api.model
    def _consented(self, partner, address, purpose, channel):
        consents = self.env["gdpr.consent"]
        tokens = consents._tokens(address) if channel == "email" else []
        return consents._standing(purpose, partner, tokens)[purpose].kind == "given"

    @api.model
    def _reasons(self):
        """Hook: {code: sentence}"""
        return {
            "": "",
            "purpose": self.env._("The purpose is not known, or not in use any more."),
            "no_address": self.env._("There is no address."),
            "restricted": self.env._("The contact is restricted."),
            "objection": self.env._("The person objected to being written to."),
            "blacklist": self.env._(
                "The address is on the list of those not to be mailed."
            ),
            "consent": self.env._("The person did not consent, or withdrew it."),
            "error": self.env._("It could not be found out whether one may write."),
        }

    @api.model
    def _verdict(self, code):
        reasons = self._reasons()
        return Verdict(not code, code, reasons.get(code, code))
