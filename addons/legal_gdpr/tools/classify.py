"""What a stored field has to do with a person, judged by what the program says of it.

Nothing here knows the database: the facts of a field go in, a proposal comes out, with
the reason as a code that the map puts into words. A proposal: the officer decides.
"""

from dataclasses import dataclass, replace

from . import words

#: links of core whose record is the person's own, or is not, against the general rule
KNOWN_EDGES = {
    ("mail.message", "author_id"): "shared",
    ("mail.message", "author_guest_id"): "stop",
    ("mail.message", "parent_id"): "stop",
    ("mail.message", "res_id"): "owned",
    ("mail.followers", "partner_id"): "owned",
    ("mail.notification", "res_partner_id"): "owned",
    ("mail.notification", "author_id"): "stop",
    ("mail.activity", "user_id"): "shared",
    ("calendar.attendee", "partner_id"): "owned",
    ("res.partner", "parent_id"): "stop",
    ("res.partner", "commercial_partner_id"): "stop",
    ("res.users", "partner_id"): "owned",
    ("res.company", "partner_id"): "stop",
    ("res.partner.bank", "partner_id"): "owned",
    ("crm.lead", "partner_id"): "owned",
    ("hr.employee", "user_id"): "owned",
    ("hr.employee", "work_contact_id"): "owned",
    ("legal.matter.party", "partner_id"): "shared",
    ("legal.matter.party", "contact_id"): "shared",
    ("legal.partner.name", "partner_id"): "owned",
    ("rating.rating", "partner_id"): "owned",
    ("rating.rating", "rated_partner_id"): "shared",
    ("discuss.channel", "channel_partner_ids"): "shared",
    ("gdpr.subject", "partner_id"): "stop",
    ("gdpr.consent", "partner_id"): "owned",
    ("gdpr.notice.given", "partner_id"): "owned",
    # the firm's own proof of what it did about an incident
    ("gdpr.breach.person", "partner_id"): "stop",
}
#: models in which many people meet: a link takes one person in, not the record
SHARED_MODELS = frozenset({
    "mail.message", "mail.mail", "mail.scheduled.message", "account.move",
    "account.move.line", "account.payment", "calendar.event", "project.task",
    "project.project", "legal.matter", "legal.matter.party", "legal.communication",
    "legal.deadline", "sale.order", "purchase.order", "stock.picking",
    "account.analytic.line", "discuss.channel", "mailing.mailing", "res.company",
    "event.event", "repair.order", "fleet.vehicle",
})  # fmt: skip
#: they have an address of their own and are nobody
NOT_PEOPLE = SHARED_MODELS | {
    "mail.alias", "mail.alias.domain", "fetchmail.server", "ir.mail_server",
    "mailing.trace", "mail.template", "mail.gateway.allowed", "res.bank",
    "calendar.attendee", "mail.mail.statistics", "mail.notification",
    "ir.model", "ir.model.fields", "website", "event.organizer",
}  # fmt: skip
BASE_PEOPLE = frozenset({"res.partner", "res.users"})
#: people whatever their links
KNOWN_PEOPLE = BASE_PEOPLE | {"mailing.contact", "mail.blacklist", "mail.guest"}
_TECHNICAL = ("ir.", "bus.", "base.", "base_import.", "report.", "web_", "digest.tip",
              "mail.ice", "onboarding.", "res.lang", "res.currency", "res.country",
              "res.groups", "uom.", "format.", "decimal.")  # fmt: skip
_PERSONAL_TECHNICAL = frozenset({"ir.attachment", "ir.logging", "ir.profile",
                                 "bus.presence", "ir.filters"})  # fmt: skip
_BOOKS = ("account.move", "account.payment", "account.bank.statement",
          "account.analytic.line")  # fmt: skip
#: as the map's "why it stays" has it: names of laws, the same in every language
BOOKS_LAW = "§ 147 AO, art. L123-22 Code de commerce, art. 958f OR, § 132 BAO"
TEXT_TYPES = ("char", "text", "html", "json", "properties")
_FREE = ("text", "html", "json", "properties", "properties_definition")
MAGIC = ("create_uid", "write_uid", "create_date", "write_date")
#: where the model is written down beside a plain number
MODEL_FIELDS = ("res_model", "model", "res_model_name", "model_name", "rec_model")


@dataclass(frozen=True)
class Facts:
    """
    :param str type: Odoo's type of the field
    :param comodel: where a link leads
    :param on_person: the model is one of people
    :param to_person: the link leads to a person
    :param component: the record cannot be without what it points at, which is a
        person's own
    :param near_person: the model has a link to a person
    :param polymorphic: the field is the number in a pair of model and number
    :param declared: the words of the model's declaration, or None
    :param silent: the application declares, and does not name this field: why
    """

    model: str
    field: str
    type: str
    label: str = ""
    comodel: str | None = None
    required: bool = False
    cascade: bool = False
    translate: bool = False
    custom: bool = False
    on_person: bool = False
    to_person: bool = False
    component: bool = False
    near_person: bool = False
    polymorphic: bool = False
    declared: str | None = None
    silent: str | None = None


@dataclass(frozen=True)
class Proposal:
    """What the map proposes; the names are those of its fields."""

    role: str = "none"
    category: str | None = None
    special: bool = False
    criminal: bool = False
    edge: str | None = None
    on_access: str = "leave"
    on_erasure: str = "keep"
    keep_reason: str | None = None
    source: str = "inferred"
    reason: str = "type"


def is_person_model(model, links, identifiers):
    """Whether the records of a model are people themselves.

    :param links: its links to contacts and users, without those of Odoo's own
    :param identifiers: its own fields with an address or a phone number
    """
    if model in KNOWN_PEOPLE:
        return True
    if model in NOT_PEOPLE or not identifiers:
        return False
    return bool(links) and not model.startswith(("ir.", "legal.", "gdpr."))


def is_technical(model):
    """Whether a model holds the program's own definitions."""
    return model.startswith(_TECHNICAL) and model not in _PERSONAL_TECHNICAL


def classify(facts):
    """
    :param Facts facts: a stored field
    :return: Proposal
    """
    if facts.field in MAGIC:
        link = facts.type == "many2one"
        return Proposal(
            role="link" if link else "none",
            category="technical" if link else None,
            edge="stop" if link else None,
            source="declared",
            reason="magic",
        )
    if facts.silent is not None:
        return Proposal(source="declared", reason=facts.silent)
    proposal = _by_kind(facts)
    if facts.declared is not None:
        if proposal.role == "none":
            proposal = _content(facts, "declared")
        proposal = replace(proposal, source="declared", reason=facts.declared)
    return _sensitive(facts, _books(facts, proposal))


def _by_kind(facts):
    if facts.type in ("many2one", "many2many", "one2many"):
        return _link(facts)
    if facts.type in ("reference", "many2one_reference") or facts.polymorphic:
        return _polymorphic(facts)
    if is_technical(facts.model) and not facts.custom:
        return Proposal(reason="technical")
    if facts.type in ("binary", "image"):
        return Proposal("file", "other", on_access="review", on_erasure="empty",
                        reason="file")  # fmt: skip
    if words.is_secret(facts.field) and facts.type in TEXT_TYPES:
        return Proposal("content", "technical", on_access="leave",
                        on_erasure="empty", reason="secret")  # fmt: skip
    return _value(facts)


def _value(facts):
    category = words.identifies(facts.field)
    if category is None and facts.on_person and facts.field in ("name", "x_name"):
        category = "identity"
    if category and facts.type not in ("boolean", "integer", "datetime"):
        return Proposal(
            "identifier",
            category,
            on_access="export",
            on_erasure="redact" if facts.required else "empty",
            reason="identifier",
        )
    if facts.type in _FREE:
        return Proposal("free_text", _category(facts), on_access="review",
                        on_erasure="redact", reason="free_text")  # fmt: skip
    if facts.type == "char":
        if facts.translate and not facts.near_person and not facts.custom:
            return Proposal(reason="catalogue")
        return Proposal("free_text", _category(facts), on_access="review",
                        on_erasure="redact", reason="char")  # fmt: skip
    if facts.on_person or facts.custom and facts.near_person:
        return _content(facts, "on_person")
    return Proposal()


def _content(facts, reason):
    return Proposal(
        "content",
        _category(facts),
        on_access="export",
        on_erasure="redact" if facts.required else "empty",
        reason=reason,
    )


def _category(facts):
    if facts.model.startswith(("mail.", "discuss.", "sms.", "mailing.")):
        return "communication"
    if facts.model.startswith("hr."):
        return "professional"
    if facts.model.startswith(("account.", "sale.", "payment.")):
        return "financial"
    return "case" if facts.model.startswith("legal.") else "other"


def _link(facts):
    known = KNOWN_EDGES.get((facts.model, facts.field))
    if not (facts.to_person or facts.component or known):
        return Proposal(reason="not_person")
    if facts.type == "one2many":
        return Proposal("link", _category(facts), edge="stop", reason="other_side")
    edge, reason = _edge(facts)
    if known:
        edge, reason = known, "known"
    return Proposal(
        "link",
        _category(facts),
        edge=edge,
        on_access={"owned": "export", "shared": "review", "stop": "leave"}[edge],
        on_erasure=_link_erasure(facts, edge),
        reason=reason,
    )


def _edge(facts):
    if facts.component:
        return "owned", "component"
    if facts.comodel == "res.users":
        # To a user: who does the work, unless the record exists for the user alone.
        own = facts.model.startswith(("res.users.", "auth_", "res.device"))
        if own or facts.cascade and facts.required:
            return "owned", "cascade"
        return "stop", "staff"
    if words.is_staff(facts.field):
        return "stop", "staff"
    if facts.model in SHARED_MODELS or facts.type == "many2many":
        return "shared", "shared"
    if facts.cascade and facts.required:
        return "owned", "cascade"
    if facts.on_person and facts.field in ("partner_id", "user_partner_id"):
        return "owned", "same_person"
    if facts.field == "employee_id" and facts.required:
        return "owned", "employee"
    return "shared", "shared"


def _link_erasure(facts, edge):
    if edge == "owned":
        return "delete"
    if edge == "shared" and not facts.required:
        return "unlink"
    return "keep"


def _polymorphic(facts):
    if is_technical(facts.model) and facts.model != "ir.attachment":
        return Proposal("link", "technical", edge="stop", reason="technical")
    edge = KNOWN_EDGES.get((facts.model, facts.field), "owned")
    if facts.type == "reference":
        edge = "shared"
    if facts.model.startswith(("legal.ledger", "gdpr.")):
        edge = "stop"
    return Proposal(
        "link",
        _category(facts),
        edge=edge,
        on_access={"owned": "export", "shared": "review", "stop": "leave"}[edge],
        on_erasure=_link_erasure(facts, edge),
        reason="polymorphic",
    )


def _books(facts, proposal):
    if facts.model.startswith(_BOOKS) and proposal.role not in ("none", "link"):
        return replace(proposal, on_erasure="keep", keep_reason=BOOKS_LAW)
    return proposal


def _sensitive(facts, proposal):
    if is_technical(facts.model) or facts.type == "one2many":
        return proposal
    said = words.words(facts.field, facts.label)
    special, criminal = words.is_special(said), words.is_criminal(said)
    if not (special or criminal) or proposal.role == "link":
        return proposal
    if proposal.role == "none" and (facts.on_person or facts.near_person):
        proposal = replace(
            proposal, role="content", category=_category(facts), on_access="review",
            on_erasure="redact" if facts.required else "empty", reason="sensitive",
        )  # fmt: skip
    if proposal.role == "none":
        return proposal
    return replace(proposal, special=special, criminal=criminal)
