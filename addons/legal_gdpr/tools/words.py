"""The words by which a field's name or label says what it holds.

Words are compared whole or by their beginning, never inside another word: "race" is
in "trace", "union" in "reunion".
"""

import re
import unicodedata

_SPLIT = re.compile(r"[^a-z0-9]+")

#: Art. 9 GDPR, by how the word begins (English, German, French)
_SPECIAL = (
    "health", "medic", "disab", "handicap", "illness", "sick", "diagnos", "religi",
    "church", "confession", "denominat", "ethnic", "racial", "politic", "sexual",
    "biometr", "genetic", "pregnan", "gesundheit", "krank", "behinder", "schwanger",
    "gewerkschaft", "konfession", "kirche", "syndica", "grossesse", "maladi",
)  # fmt: skip
_SPECIAL_WHOLE = {"union", "race", "sante", "allergies", "allergy", "blood", "faith"}
#: Art. 10 GDPR
_CRIMINAL = ("criminal", "convict", "offence", "offense", "vorstraf", "straftat",
             "infraction", "casier")  # fmt: skip
_CRIMINAL_WHOLE = {"crime", "penal", "felony"}

#: fields that name or reach somebody, whole
_IDENTIFIERS = {
    "login": "technical", "vat": "financial", "iban": "financial",
    "acc_number": "financial", "acc_holder_name": "financial",
    "sanitized_acc_number": "financial", "street": "contact", "street2": "contact",
    "zip": "contact", "city": "contact", "partner_latitude": "contact",
    "partner_longitude": "contact", "birthday": "identity", "birthdate": "identity",
    "date_of_birth": "identity", "place_of_birth": "identity", "gender": "identity",
    "sex": "identity", "marital": "identity", "ssnid": "identity",
    "sinid": "identity", "identification_id": "identity", "passport_id": "identity",
    "license_plate": "professional", "emergency_contact": "contact",
    "record_name": "identity", "reply_to": "contact", "author_name": "identity",
    "legal_name": "identity", "legal_search_key": "identity",
    "signed_by": "identity", "address": "contact", "website": "contact",
    "function": "professional", "job_title": "professional", "siret": "financial",
    "company_registry": "financial", "barcode": "other",
    "invoice_partner_display_name": "identity", "ip": "technical",
    "ip_address": "technical", "user_agent": "technical", "image_1920": "identity",
}  # fmt: skip
#: words of which one is enough; the word and its category
_IDENTIFYING_WORDS = {
    "email": "contact", "mail": "contact", "phone": "contact", "mobile": "contact",
    "fax": "contact", "street": "contact", "zip": "contact", "birth": "identity",
    "iban": "financial", "passport": "identity", "ssn": "identity",
    "firstname": "identity", "lastname": "identity", "surname": "identity",
    "geburtsdatum": "identity", "telefon": "contact", "anschrift": "contact",
    "incoming": "contact",
}  # fmt: skip
#: what stands before "name" when the name is somebody's, copied
_NAME_OWNERS = {
    "partner", "contact", "customer", "client", "employee", "author", "display",
    "candidate", "applicant", "attendee", "visitor", "person", "first", "last",
    "family", "maiden", "holder", "sender", "recipient", "complete", "private",
    "legal", "signatory", "donor", "member", "guest",
}  # fmt: skip
_SECRETS = {"password", "token", "secret", "key", "passkey", "totp", "credential"}
_STAFF = {
    "user_id", "user_ids", "manager_id", "coach_id", "responsible_id", "lawyer_id",
    "owner_id", "author_user_id", "approver_id", "assigned_user_id", "salesman_id",
    "invoice_user_id", "activity_user_id", "requested_by_id", "deputy_id",
}  # fmt: skip


def words(*texts):
    """The words of names and labels, without accents, in lower case.

    :rtype: frozenset of str
    """
    found = set()
    for text in texts:
        plain = unicodedata.normalize("NFD", (text or "").casefold())
        plain = "".join(char for char in plain if not unicodedata.combining(char))
        found.update(word for word in _SPLIT.split(plain) if word)
    return frozenset(found)


def is_special(said):
    """Whether ``words`` speak of Art. 9 GDPR."""
    return bool(said & _SPECIAL_WHOLE) or any(w.startswith(_SPECIAL) for w in said)


def is_criminal(said):
    """Whether ``words`` speak of Art. 10 GDPR."""
    return bool(said & _CRIMINAL_WHOLE) or any(w.startswith(_CRIMINAL) for w in said)


def identifies(name):
    """The category of what a field of this name identifies a person by, or None."""
    bare = name.removeprefix("x_studio_").removeprefix("x_")
    if bare in _IDENTIFIERS:
        return _IDENTIFIERS[bare]
    parts = words(bare)
    if "name" in parts and parts & _NAME_OWNERS:
        return "identity"
    for part in sorted(parts):
        if part in _IDENTIFYING_WORDS:
            return _IDENTIFYING_WORDS[part]
    return None


def is_secret(name):
    """Whether a field of this name opens something."""
    return bool(words(name) & _SECRETS)


def is_staff(name):
    """Whether a link of this name is to who is responsible, not to whom it is about."""
    return name in _STAFF or name.endswith(("_by_id", "_by_ids", "_uid"))
