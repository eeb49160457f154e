from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import names, references


class LegalMatter(models.Model):
    _inherit = "legal.matter"

    reference_ids = fields.One2many(
        "legal.matter.reference", "matter_id", string="Reference Numbers"
    )
    copy_references = fields.Json(
        compute="_compute_copy_references", export_string_translation=False
    )
    find = fields.Char(
        string="Number, Name or Reference",
        compute="_compute_find",
        search="_search_find",
        export_string_translation=False,
    )

    @api.model
    def _take_number(self, company, vals):
        """The next number by the firm's pattern, with the parts this matter gives."""
        lawyer = self.env["res.users"].browse(
            vals.get("lawyer_id") or self._default_lawyer_id().id
        )
        kind = self.env["legal.matter.type"].browse(vals.get("type_id"))
        area = self.env["legal.practice.area"].browse(
            vals.get("practice_area_id") or kind.practice_area_id.id
        )
        return company._legal_next_number(
            fields.Date.context_today(self),
            initials=lawyer._legal_initials() if lawyer else "",
            area=area.code or "",
            matter_type=kind.code or "",
        )

    @api.depends("reference_ids.value", "reference_ids.party_id.partner_id.name")
    def _compute_copy_references(self):
        """All numbers with whose they are, for the chips one clicks to copy."""
        kinds = dict(
            self.env["legal.matter.reference"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        for matter in self:
            # The court's number stands on the matter and with the court: shown once.
            labels = {}
            for reference in matter.reference_ids:
                if reference.kind != "number":
                    party = reference.party_id.partner_id.name
                    labels[reference.value] = party or labels.get(
                        reference.value, kinds.get(reference.kind, "")
                    )
            matter.copy_references = [
                {"value": value, "label": label} for value, label in labels.items()
            ]

    def _sync_references(self):
        """Bring the table of reference numbers in step with the matters."""
        references_sudo = self.env["legal.matter.reference"].sudo()
        wanted = []
        for matter in self:
            for kind, value in (
                ("number", matter.number),
                ("legacy", matter.legacy_number),
                ("court", matter.court_reference),
            ):
                if value and references.canonical(value):
                    wanted.append(
                        {"matter_id": matter.id, "kind": kind, "value": value}
                    )
        # sudo: the rows follow the matter, whoever changed it
        present = references_sudo.search(
            [
                ("matter_id", "in", self.ids),
                ("kind", "in", ("number", "legacy", "court")),
            ]
        )
        present_keys = {(r.matter_id.id, r.kind, r.value): r for r in present}
        wanted_keys = {(v["matter_id"], v["kind"], v["value"]) for v in wanted}
        stale = references_sudo.union(
            *(r for key, r in present_keys.items() if key not in wanted_keys)
        )
        stale.unlink()
        references_sudo.create(
            [
                v
                for v in wanted
                if (v["matter_id"], v["kind"], v["value"]) not in present_keys
            ]
        )

    def _compute_find(self):
        self.find = False

    @api.model
    def _search_find(self, operator, value):
        """Search by number (any punctuation), old number, court's or other side's
        reference, rubrum, and the names of the parties, however spelled."""
        if operator not in ("ilike", "like", "=ilike", "in"):
            return NotImplemented
        words = value if isinstance(value, str) else next(iter(value), "")
        if not words or not words.strip():
            return Domain.TRUE
        return Domain("id", "in", self._find_sql(words.strip()))

    @api.model
    def _find_sql(self, text):
        """The ids that ``text`` finds, as a sub-select of indexed look-ups."""
        for model in ("legal.matter", "legal.matter.reference", "legal.matter.party"):
            self.env[model].flush_model()
        self.env["res.partner"].flush_model(["legal_search_key"])
        unaccent = self.env.registry.unaccent
        parts = []
        canonical, compact = references.canonical(text), references.compact(text)
        if any(char.isdigit() for char in compact):
            parts.append(
                SQL(
                    """SELECT matter_id FROM legal_matter_reference
                        WHERE key = %s OR key LIKE %s OR compact LIKE %s""",
                    canonical,
                    _like_prefix(canonical + "."),
                    _like_prefix(compact),
                )
            )
        if any(char.isdigit() for char in compact) and len(canonical) >= _INFIX_MIN:
            # “345/24” is how people search for “12 O 345/24”: whole groups within.
            parts.append(
                SQL(
                    """SELECT matter_id FROM legal_matter_reference
                        WHERE %s LIKE %s AND '.' || key LIKE %s""",
                    unaccent(SQL.identifier("key")),
                    _like_part(canonical),
                    _like_part("." + canonical),
                )
            )
        keys = [p for key in names.query_keys(text) for p in _like_words(key)]
        if keys:
            parts.append(
                SQL(
                    """SELECT party.matter_id FROM legal_matter_party party
                         JOIN res_partner partner ON partner.id = party.partner_id
                        WHERE %s ILIKE ANY (%s)""",
                    # as the trigram index has it, with unaccent or without
                    unaccent(SQL.identifier("partner", "legal_search_key")),
                    keys,
                )
            )
        parts.append(
            SQL(
                "SELECT id FROM legal_matter WHERE %s ILIKE ANY (ARRAY[%s])",
                unaccent(SQL.identifier("legal_matter", "name")),
                SQL(", ").join(unaccent(SQL("%s", p)) for p in _like_words(text)),
            )
        )
        return SQL("(%s)", SQL(" UNION ").join(parts))

    @api.model
    def _search_display_name(self, operator, value):
        if operator in ("ilike", "like") and isinstance(value, str) and value.strip():
            return self._search_find(operator, value)
        return super()._search_display_name(operator, value)


# Shorter pieces of a number stand in too many others to be worth a look.
_INFIX_MIN = 4


def _escape(text):
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _like_prefix(text):
    return _escape(text) + "%"


def _like_words(text):
    """Patterns for ``text`` anywhere; one or two letters only begin a word: the
    trigram index knows where words begin, but nothing shorter inside them."""
    if len(text) > 2:
        return [_like_part(text)]
    return [_like_prefix(text), "% " + _like_prefix(text)]


def _like_part(text):
    return "%" + _escape(text) + "%"
