import re

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.legal_crm.tools import names

from ..tools import classify, people
from .gdpr_finder import OWN_MODELS

#: what is shorter stands in too many texts that mean something else
_SHORTEST = 5


class GdprFinder(models.AbstractModel):
    """Texts in which the person is named: each table is read once."""

    _inherit = "gdpr.finder"

    @api.model
    def _mentions(self, subject, found):
        """An address in a field made for addresses (the sender of a mail) is the
        person's; a mention in a text waits for somebody to look.

        An address that another contact has as well is not taken for anybody's.
        """
        sought = self._sought(subject)
        if not sought:
            return
        doubtful = self._held_by_others(found)
        indexed = self._indexed_columns()
        for model_name, columns in self._text_columns().items():
            table = SQL.identifier(self.env[model_name]._table)
            index = indexed.get(self.env[model_name]._table, ())
            texts = [SQL("%s::text", SQL.identifier(name)) for name, _role in columns]
            rows = self.env.execute_query(
                SQL(
                    "SELECT id, %s FROM %s WHERE %s",
                    SQL(", ").join(texts),
                    table,
                    self._may_hold(texts, sought, self._by_index(columns, index)),
                )
            )
            for res_id, *values in rows:
                for (name, role), value in zip(columns, values, strict=True):
                    kinds = self._kinds_in(value, sought)
                    if not kinds:
                        continue
                    sure = role == "identifier" and "email" in kinds and not doubtful
                    found.put(
                        model_name,
                        res_id,
                        "shared" if role == "identifier" else "mention",
                        f"{model_name}.{name}",
                        name,
                        confirmed=sure,
                    )

    @api.model
    def _by_index(self, columns, index):
        """The expression by which an index finds all these columns, or None."""
        named = {name for name, _role in columns}
        return self._joined(index) if index and named <= set(index) else None

    @api.model
    def _may_hold(self, texts, sought, joined=None):
        """The condition that one of the texts holds something like what is sought.

        ``_kinds_in`` looks closely at what is left. Each text is made small once and
        not for each pattern, and A to Z only, by which a large table is read several
        times as fast as with ILIKE. Any character may stand for one that is not ASCII;
        what has too few others, as a Greek name, is compared in full.
        """
        plain, other = set(), set()
        for _kind, text in sought:
            loose = "".join(c.lower() if c.isascii() else "_" for c in text)
            if sum(c.isascii() and c.isalnum() for c in text) < _SHORTEST:
                other.add(f"%{self._escape(text)}%")
            else:
                parts = (self._escape(part) for part in loose.split("_"))
                plain.add(f"%{'_'.join(parts)}%")
        # Most rows hold not even the one word that all ways of writing share.
        shared = [f"%{word}%" for word in self._shared_words(plain)]
        asked = []
        if plain:
            smalls = [SQL('lower(%s COLLATE "C")', text) for text in texts]
            for small in [joined] if joined else smalls:
                asked.append(
                    SQL(
                        "(%s LIKE ANY(%s) AND %s LIKE ANY(%s))",
                        *(small, shared, small, sorted(plain)),
                    )
                )
        if other:
            asked += [SQL("%s ILIKE ANY(%s)", text, sorted(other)) for text in texts]
        return SQL(" OR ").join(asked)

    @api.model
    def _shared_words(self, patterns):
        """Few words such that each of the patterns holds one of them."""
        words, left = [], set(patterns)
        candidates = {
            word for pattern in patterns for word in re.findall(r"[a-z0-9]+", pattern)
        }
        while left:
            holding = {
                word: {pattern for pattern in left if word in pattern}
                for word in candidates
            }
            best = max(
                candidates,
                key=lambda word: (len(holding[word]) * min(len(word), 6), len(word)),
            )
            words.append(best)
            left -= holding[best]
        return words

    @api.model
    def _kinds_in(self, text, sought):
        if not text:
            return set()
        holds = {"email": people.holds_address}
        return {
            kind
            for kind, value in sought
            if holds.get(kind, people.holds_words)(text, value)
        }

    @api.model
    def _held_by_others(self, found):
        """Whether somebody of another name has the person's address."""
        other = self._how("email_other_name")
        return any(
            model in classify.BASE_PEOPLE
            and finding.path == other
            and not finding.confirmed
            for (model, _id), finding in found.items()
        )

    @api.model
    def _sought(self, subject):
        """``[(kind, text)]``: how the confirmed identifiers may be written."""
        sought = set()
        for identifier in subject.identifier_ids:
            value = " ".join((identifier.value or "").split())
            if not identifier.confirmed or len(value) < _SHORTEST:
                continue
            kind = identifier.kind
            texts = {value}
            if kind == "name":
                if len(value.split()) < 2:
                    continue
                first, last = value.rsplit(" ", 1)
                texts |= {f"{last}, {first}", f"{last} {first}"}
                texts |= set(names.query_keys(value))
            elif kind == "email":
                texts = {identifier.key}
            elif kind == "phone":
                texts |= self._phone_forms(value)
            elif kind not in ("number", "account"):
                continue
            else:
                texts.add(re.sub(r"\s", "", value))
            sought |= {(kind, text) for text in texts if len(text) >= _SHORTEST}
        return sorted(sought)

    @api.model
    def _phone_forms(self, value):
        plain = re.sub(r"[^\d+]", "", value)
        return {plain} if len(people.digits(plain)) >= people.PHONE else set()

    @api.model
    def _text_columns(self):
        """``{model: [(column, role)]}`` of everything that holds text of its own."""
        rows = self.env["gdpr.field.map"].search(
            [
                ("role", "in", ("identifier", "content", "free_text")),
                ("field_type", "in", classify.TEXT_TYPES),
                ("category", "!=", "technical"),
                ("gone", "=", False),
            ]
        )
        rows |= self.env["gdpr.field.map"].search(
            [("field", "=", "login"), ("gone", "=", False)]
        )
        columns = {}
        for row in rows.filtered(lambda row: row.model not in OWN_MODELS):
            model = self.env.get(row.model)
            target = model is not None and model._fields.get(row.field)
            if target and target.store and target.column_type:
                columns.setdefault(row.model, []).append((row.field, row.role))
        return columns
