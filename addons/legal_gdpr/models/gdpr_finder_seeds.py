from odoo import api, models
from odoo.tools import SQL

from odoo.addons.legal_crm.tools import names

from ..tools import people, words


class GdprFinder(models.AbstractModel):
    """The records that are the person: contacts, users, employees, leads, subscribers.

    Two of name, e-mail and phone must agree. An address held under another name is
    proposed, and not followed, until somebody confirms it.
    """

    _inherit = "gdpr.finder"

    @api.model
    def _seeds(self, subject, found):
        partner = subject.partner_id
        if partner:
            found.put("res.partner", partner.id, "owned", "partner_id")
            self._learn(subject, partner)
        for item in subject.item_ids:
            # What somebody confirmed is gone through from now on.
            if item.confirmed and item.edge == "owned" and item.res_model in self.env:
                if self.env[item.res_model].browse(item.res_id).exists():
                    found.put(item.res_model, item.res_id, "owned", item.path or "")
        known = self._known_by(subject)
        stored = self._people_models()
        for model_name in sorted(stored):
            self._seeds_of(model_name, known, found)
        self._addresses_of_contacts(found, known)

    @api.model
    def _people_models(self):
        mapped = self.env["gdpr.field.map"]
        return mapped._people(
            {
                name: list(mapped._stored_fields(model))
                for name, model in self.env.items()
                if model._auto and not (model._abstract or model._transient)
            }
        )

    @api.model
    def _learn(self, subject, partner):
        """Take the contact's own particulars into the identifiers."""
        values = [("name", partner.name), ("email", partner.email)]
        values += [("phone", partner.phone), ("number", partner.vat)]
        values += [("name", other.name) for other in partner.legal_name_ids]
        values += [("account", bank.acc_number) for bank in partner.bank_ids]
        identifiers = self.env["gdpr.subject.identifier"]
        known = {(known.kind, known.key) for known in subject.identifier_ids}
        fresh = []
        for kind, value in values:
            key = identifiers._key_of(kind, value)
            if key and (kind, key) not in known:
                known.add((kind, key))
                fresh.append(
                    {
                        "subject_id": subject.id,
                        "kind": kind,
                        "value": value,
                        "source": "found",
                    }
                )
        identifiers.create(fresh)

    @api.model
    def _known_by(self, subject):
        """``{kind: keys}`` of the confirmed identifiers."""
        known = {"name": set(), "email": set(), "phone": set()}
        for identifier in subject.identifier_ids:
            if identifier.confirmed and identifier.key:
                known.setdefault(identifier.kind, set()).add(identifier.key)
        return known

    @api.model
    def _particulars(self, model_name):
        """The columns ``{kind: names}`` in which people of a model are named."""
        model = self.env[model_name]
        columns = {"name": [], "email": [], "phone": []}
        for name, target in model._fields.items():
            if target.type != "char" or not target.store or target.translate:
                continue
            said = words.words(name)
            if "email" in said or name == "login":
                columns["email"].append(name)
            elif said & {"phone", "mobile"} and "type" not in said:
                columns["phone"].append(name)
            elif name in ("name", "contact_name", "partner_name"):
                columns["name"].append(name)
        if model_name == "crm.lead":
            # A lead's own name is its subject.
            columns["name"].remove("name")
        return columns

    def _seeds_of(self, model_name, known, found):
        columns = self._particulars(model_name)
        asked = self._conditions(model_name, columns, known)
        if not asked:
            return
        listed = [*columns["name"], *columns["email"], *columns["phone"]]
        rows = self.env.execute_query(
            SQL(
                "SELECT id, %s FROM %s WHERE %s",
                SQL(", ").join(SQL.identifier(name) for name in listed),
                SQL.identifier(self.env[model_name]._table),
                SQL(" OR ").join(asked),
            )
        )
        for res_id, *values in rows:
            row = dict(zip(listed, values, strict=True))
            judged = self._judge_row(row, columns, known)
            if judged:
                confirmed, how, fields = judged
                path = self._how(how)
                for name in fields or [None]:
                    found.put(model_name, res_id, "owned", path, name, confirmed)

    def _conditions(self, model_name, columns, known):
        asked = []
        emails, tails = list(known["email"]), {p[-7:] for p in known["phone"]}
        tails = [tail for tail in tails if len(tail) == people.PHONE]
        for name in columns["email"] if emails else ():
            column = SQL.identifier(name)
            if name == "email_normalized":
                asked.append(SQL("%s = ANY(%s)", column, emails))
            elif "email_normalized" not in columns["email"] or name == "login":
                patterns = [f"%{self._escape(email)}%" for email in emails]
                asked.append(SQL("%s ILIKE ANY(%s)", column, patterns))
            else:
                # The malformed ones, which have no normalized form.
                asked.append(SQL("lower(%s) = ANY(%s)", column, emails))
        # its digits with anything between; first, since it is quick
        spaced = [f"%{'%'.join(tail)}%" for tail in tails]
        for name in columns["phone"] if tails else ():
            column = SQL.identifier(name)
            asked.append(
                SQL(
                    r"(%s LIKE ANY(%s) AND"
                    r" right(regexp_replace(%s, '\D', '', 'g'), 7) = ANY(%s))",
                    column,
                    spaced,
                    column,
                    tails,
                )
            )
        if model_name == "res.partner":
            for name in known["name"]:
                pattern = f"%{self._escape(name)}%"
                asked.append(SQL("legal_search_key LIKE %s", pattern))
        return asked

    @api.model
    def _escape(self, text):
        return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")

    @api.model
    def _judge_row(self, row, columns, known):
        fields = []
        agree = {"name": False, "email": False, "phone": False}
        for name in columns["name"]:
            folded = names.fold(row[name])
            if any(people.same_name(folded, own) for own in known["name"]):
                agree["name"] = True
                fields.append(name)
        for name in columns["email"]:
            value = (row[name] or "").strip().casefold()
            if any(
                value == own or people.holds_address(value, own)
                for own in known["email"]
            ):
                agree["email"] = True
                fields.append(name)
        for name in columns["phone"]:
            if any(people.same_phone(row[name], own) for own in known["phone"]):
                agree["phone"] = True
                fields.append(name)
        # Somebody who gave an address only: it is all there is to compare.
        named = bool(known["name"]) and any(row[name] for name in columns["name"])
        if not known["name"] and agree["email"] and agree["phone"]:
            named = False
        judged = people.judge(agree["name"], agree["email"], agree["phone"], named)
        return judged and (*judged, fields)

    @api.model
    def _how(self, code):
        """The words for the codes of ``tools/people.py``."""
        return {
            "name_email": self.env._("same name and e-mail"),
            "name_phone": self.env._("same name and phone"),
            "email": self.env._("same e-mail"),
            "email_other_name": self.env._("same e-mail under another name"),
            "phone_other_name": self.env._("same phone, nothing else in common"),
            "name": self.env._("same name only"),
        }[code]

    @api.model
    def _addresses_of_contacts(self, found, known):
        """The addresses and people below a person's contact.

        An address without a name or an e-mail of its own is the person's; a contact
        with its own is proposed.
        """
        parents = [
            res_id
            for (model, res_id), finding in found.items()
            if model == "res.partner" and finding.confirmed
        ]
        rows = self.env.execute_query(
            SQL(
                "SELECT id, name, email FROM res_partner WHERE parent_id = ANY(%s)",
                parents,
            )
        )
        for res_id, name, email in rows:
            folded = names.fold(name)
            stranger = folded and not any(
                people.same_name(folded, own) for own in known["name"]
            )
            address = (email or "").strip().casefold()
            stranger = stranger or address and address not in known["email"]
            path = self.env._("contact below the person's")
            found.put("res.partner", res_id, "owned", path, "parent_id", not stranger)
