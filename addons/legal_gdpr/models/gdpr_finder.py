from collections import defaultdict
from dataclasses import dataclass, field

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: the longest way from a person to a part of a part of its records
_ROUNDS = 8
_EDGES = ("mention", "stop", "shared", "owned")
#: the search itself is no finding
OWN_MODELS = ("gdpr.subject", "gdpr.subject.identifier", "gdpr.subject.item")


@dataclass
class Finding:
    """Why a record is among the findings."""

    edge: str
    path: str
    confirmed: bool = True
    fields: set = field(default_factory=set)


class Findings(dict):
    """``{(model, id): Finding}``; a stronger reason replaces a weaker one."""

    def put(self, model, res_id, edge, path, field_name=None, confirmed=True):
        """:return: whether the record is new, or its reason stronger than before"""
        known = self.get((model, res_id))
        names = {field_name} if field_name else set()
        if known is None:
            self[model, res_id] = Finding(edge, path, confirmed, names)
            return True
        known.fields |= names
        strength = (confirmed, _EDGES.index(edge))
        if strength <= (known.confirmed, _EDGES.index(known.edge)):
            return False
        known.edge, known.path, known.confirmed = edge, path, confirmed
        return True


class GdprFinder(models.AbstractModel):
    """Finds every record in which a person is.

    From the person's contacts, users, leads, employees (``_seeds``) along the links of
    the map to the records that are the person's own, and from those on (``_walk``);
    records shared with others are found, and not gone through. Then every text is read
    for the person's names, addresses and numbers (``_mentions``).
    """

    _name = "gdpr.finder"
    _description = "Finder of Personal Data"

    _gdpr_none = "stores nothing"

    @api.model
    def _find(self, subject):
        """Fill the identifiers and the items of ``subject``; may be repeated.

        What was decided on an item stays. Items that are not found any more go, unless
        something was decided on them.

        :param subject: one ``gdpr.subject``
        :raises UserError: nothing is known by which to look
        """
        subject.ensure_one()
        # sudo: whether all was found must not depend on who looks. The findings are
        # read through the wall (gdpr.subject.item).
        finder, subject = self.sudo(), subject.sudo()
        finder = finder.with_context(active_test=False)
        if not subject.partner_id and not subject.identifier_ids:
            raise UserError(
                self.env._(
                    "Nothing is known of this person. Choose the contact, or enter a "
                    "name, an e-mail address or a number."
                )
            )
        self.env["gdpr.field.map"]._discover_if_changed()
        self.env.flush_all()
        found = Findings()
        finder._seeds(subject, found)
        finder._walk(found)
        finder._sent_files(found)
        finder._mentions(subject, found)
        finder._keep(subject, found)
        subject.write({"state": "found", "searched_on": fields.Datetime.now()})
        return subject.item_ids

    @api.model
    def _links(self):
        """``{where it leads: [(row, field)]}`` of the links that are gone along; the
        links to any document under "*"."""
        rows = self.env["gdpr.field.map"].search(
            [
                ("role", "=", "link"),
                ("edge", "in", ("owned", "shared")),
                ("gone", "=", False),
            ]
        )
        links = defaultdict(list)
        for row in rows:
            model = self.env.get(row.model)
            if model is None or row.model in OWN_MODELS:
                continue
            target = model._fields.get(row.field)
            if target is not None and target.store:
                links[target.comodel_name or "*"].append((row, target))
        return links

    @api.model
    def _walk(self, found):
        links = self._links()
        for row in self.env["gdpr.field.map"].search(
            [("field_type", "=", "properties"), ("gone", "=", False)]
        ):
            if row.model in self.env and row.field in self.env[row.model]._fields:
                links["*"].append((row, self.env[row.model]._fields[row.field]))
        done = set()
        for _round in range(_ROUNDS):
            frontier = defaultdict(list)
            for (model, res_id), finding in found.items():
                own = finding.edge == "owned" and finding.confirmed
                if own and (model, res_id) not in done:
                    frontier[model].append(res_id)
                    done.add((model, res_id))
            if not frontier:
                return
            for model, ids in frontier.items():
                for row, pairs in self._linked(links.get(model, ()), ids):
                    self._along(found, row, pairs, model)
                for row, target in links["*"]:
                    rows = self._ids_pointing(row, target, model, ids)
                    self._along(found, row, rows, model)
                self._inherited(found, model, ids)

    def _along(self, found, row, pairs, model):
        edge = row.edge or "shared"
        for res_id, parent_id in pairs:
            parent = found[model, parent_id]
            path = f"{parent.path} > {row.model}.{row.field}"[-250:]
            found.put(row.model, res_id, edge, path, row.field)

    def _linked(self, links, ids):
        """``(row, pairs)`` as of ``_ids_linked``. The plain columns of a table that
        have no index are read at one go, and those that have one by their indexes."""
        plain = defaultdict(list)
        for row, target in links:
            if target.type == "many2one" and not target.company_dependent:
                plain[row.model, bool(target.index)].append(row)
            else:
                yield row, self._ids_linked(row, target, ids)
        sought = set(ids)
        for (model_name, _index), rows in plain.items():
            columns = [SQL.identifier(row.field) for row in rows]
            query = SQL(
                "SELECT id, %s FROM %s WHERE %s",
                SQL(", ").join(columns),
                SQL.identifier(self.env[model_name]._table),
                SQL(" OR ").join(SQL("%s = ANY(%s)", name, ids) for name in columns),
            )
            pairs = [[] for _row in rows]
            for res_id, *values in self.env.execute_query(query):
                for pointing, value in zip(pairs, values, strict=True):
                    if value in sought:
                        pointing.append((res_id, value))
            yield from zip(rows, pairs, strict=True)

    def _ids_linked(self, row, target, ids):
        """``(id, id it points at)`` of the rows of a link that point at ``ids``."""
        model = self.env[row.model]
        column = SQL.identifier(row.field)
        if target.type == "many2many":
            query = SQL(
                "SELECT %s, %s FROM %s WHERE %s = ANY(%s)",
                SQL.identifier(target.column1),
                SQL.identifier(target.column2),
                SQL.identifier(target.relation),
                SQL.identifier(target.column2),
                ids,
            )
        elif target.type == "many2one":  # one with a value for each company
            query = SQL(
                "SELECT t.id, v.value::int FROM %s t, jsonb_each_text(t.%s) v"
                " WHERE t.%s IS NOT NULL AND v.value = ANY(%s)",
                SQL.identifier(model._table),
                column,
                column,
                [str(res_id) for res_id in ids],
            )
        else:
            return []
        return self.env.execute_query(query)

    def _ids_pointing(self, row, target, model_name, ids):
        """As ``_ids_linked``, of a field that names any document."""
        model = self.env[row.model]
        table, column = SQL.identifier(model._table), SQL.identifier(row.field)
        if target.type == "properties":
            return self._ids_in_properties(model, target, model_name, ids)
        if target.type == "reference":
            query = SQL(
                "SELECT id, split_part(%s, ',', 2)::int FROM %s WHERE %s = ANY(%s)",
                column,
                table,
                column,
                [f"{model_name},{res_id}" for res_id in ids],
            )
            return self.env.execute_query(query)
        model_field = row._model_field(target, set(model._fields))
        named = model._fields.get(model_field or "")
        if named is None or not named.store or named.type not in ("char", "selection"):
            return []
        query = SQL(
            "SELECT id, %s FROM %s WHERE %s = %s AND %s = ANY(%s)",
            column,
            table,
            SQL.identifier(model_field),
            model_name,
            column,
            ids,
        )
        return self.env.execute_query(query)

    def _ids_in_properties(self, model, target, model_name, ids):
        """Links among the values of properties: what they point at is said where they
        are defined."""
        container = self.env[model._fields[target.definition_record].comodel_name]
        definition = container._fields[target.definition_record_field]
        if not definition.store:
            return []
        query = SQL(
            "SELECT DISTINCT d->>'name' FROM %s c, jsonb_array_elements(c.%s) d"
            " WHERE jsonb_typeof(c.%s) = 'array' AND d->>'comodel' = %s",
            SQL.identifier(container._table),
            SQL.identifier(definition.name),
            SQL.identifier(definition.name),
            model_name,
        )
        pairs = []
        for (name,) in self.env.execute_query(query):
            value = SQL("t.%s->%s", SQL.identifier(target.name), name)
            query = SQL(
                "SELECT t.id, v.value::text::int FROM %s t, jsonb_array_elements("
                "CASE jsonb_typeof(%s) WHEN 'array' THEN %s WHEN 'number'"
                " THEN jsonb_build_array(%s) ELSE '[]'::jsonb END) v"
                " WHERE t.%s ? %s AND v.value::text = ANY(%s)",
                SQL.identifier(model._table),
                value,
                value,
                value,
                SQL.identifier(target.name),
                name,
                [str(res_id) for res_id in ids],
            )
            pairs += self.env.execute_query(query)
        return pairs

    def _sent_files(self, found):
        """The files of the messages that the person wrote, wherever they hang."""
        written = [
            res_id
            for (model, res_id), finding in found.items()
            if model == "mail.message" and "author_id" in finding.fields
        ]
        files = self.env["mail.message"]._fields["attachment_ids"]
        rows = self.env.execute_query(
            SQL(
                "SELECT %s, %s FROM %s WHERE %s = ANY(%s)",
                SQL.identifier(files.column2),
                SQL.identifier(files.column1),
                SQL.identifier(files.relation),
                SQL.identifier(files.column1),
                written,
            )
        )
        for res_id, message_id in rows:
            path = f"{found['mail.message', message_id].path} > attachment_ids"[-250:]
            found.put("ir.attachment", res_id, "shared", path)
        self._originals(found)

    def _originals(self, found):
        """The mails as they came, of the communications in which the person is."""
        ids = [
            res_id
            for (model, res_id), finding in found.items()
            if model == "legal.communication" and finding.confirmed
        ]
        rows = self.env.execute_query(
            SQL(
                "SELECT original_id, id FROM legal_communication "
                "WHERE id = ANY(%s) AND original_id IS NOT NULL",
                ids,
            )
        )
        for res_id, entry_id in rows:
            parent = found["legal.communication", entry_id]
            path = f"{parent.path} > original_id"[-250:]
            found.put("ir.attachment", res_id, "shared", path)

    def _inherited(self, found, model_name, ids):
        """A user is a contact, an employee its version: what a record is made of."""
        for parent, link in self.env[model_name]._inherits.items():
            rows = self.env.execute_query(
                SQL(
                    "SELECT id, %s FROM %s WHERE id = ANY(%s) AND %s IS NOT NULL",
                    SQL.identifier(link),
                    SQL.identifier(self.env[model_name]._table),
                    ids,
                    SQL.identifier(link),
                )
            )
            for res_id, parent_id in rows:
                path = f"{found[model_name, res_id].path} > {link}"[-250:]
                found.put(parent, parent_id, "owned", path)

    def _keep(self, subject, found):
        """Write the findings down beside what was decided before."""
        for request in subject.request_ids:  # what one asks is no finding of it
            found.pop((request._name, request.id), None)
        known = {(item.res_model, item.res_id): item for item in subject.item_ids}
        vanished = subject.item_ids.filtered(
            lambda item: (
                (item.res_model, item.res_id) not in found
                and item.access_decision == "pending"
                and item.erase_decision == "pending"
                and not (item.note or item.erased_on)
            )
        )
        created, changed = [], defaultdict(list)
        for (model, res_id), finding in found.items():
            values = {
                "edge": finding.edge,
                "path": finding.path,
                "field_names": ", ".join(sorted(finding.fields)) or False,
            }
            item = known.get((model, res_id))
            if item is None:
                created.append(
                    {
                        **values,
                        "subject_id": subject.id,
                        "res_model": model,
                        "res_id": res_id,
                        "confirmed": finding.confirmed,
                    }
                )
                continue
            if finding.confirmed and not item.confirmed:
                values["confirmed"] = True
            if any(item[name] != value for name, value in values.items()):
                changed[tuple(values.items())].append(item.id)
        vanished.unlink()
        items = self.env["gdpr.subject.item"]
        for values, ids in changed.items():
            items.browse(ids).write(dict(values))
        items.create(created)
