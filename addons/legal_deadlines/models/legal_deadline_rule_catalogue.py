import csv

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools.misc import file_open

from ..engine import tables

# field of the rule: column of the catalogue
CATALOGUE = {
    "name": "name_original",
    "name_en": "name_en",
    "regime": "regime",
    "length": "period",
    "unit": "unit",
    "direction": "direction",
    "options": "options",
    "long_stop": "long_stop",
    "trigger": "trigger",
    "nature": "nature",
    "extendable": "extendable",
    "source": "source",
    "note": "note",
}
ORIGINS = [
    ("catalogue", "Catalogue"),
    ("changed", "Changed by the Firm"),
    ("own", "The Firm's Own"),
]


class LegalDeadlineRule(models.Model):
    """The catalogue that comes with the suite, and what the firm made of it.

    A rule keeps beside its own values those of the catalogue. As long as both are the
    same an update of the suite may change the rule; what the firm changed stays, and
    the form shows the difference.
    """

    _inherit = "legal.deadline.rule"

    # {field: value as in the catalogue}, and under "next" the codes it was followed by
    catalogue_values = fields.Json(
        readonly=True, copy=False, export_string_translation=False
    )
    origin = fields.Selection(
        ORIGINS, compute="_compute_origin", store=True, index=True
    )
    difference = fields.Html(
        string="Differs from the Catalogue",
        compute="_compute_difference",
        sanitize=False,
        export_string_translation=False,
    )

    @api.depends("catalogue_values", *CATALOGUE)
    def _compute_origin(self):
        for rule in self:
            if not rule.catalogue_values:
                rule.origin = "own"
            else:
                rule.origin = "changed" if rule._differences() else "catalogue"

    @api.depends("catalogue_values", *CATALOGUE)
    @api.depends_context("lang")
    def _compute_difference(self):
        for rule in self:
            rows = Markup().join(
                Markup("<tr><th>%s</th><td>%s</td><td>%s</td></tr>")
                % (rule._label_of(name), ours or "–", theirs or "–")
                for name, ours, theirs in rule._differences()
            )
            head = Markup("<tr><th></th><th>%s</th><th>%s</th></tr>") % (
                self.env._("The firm"),
                self.env._("The catalogue"),
            )
            rule.difference = rows and Markup(
                '<table class="table table-sm">%s%s</table>'
            ) % (head, rows)

    def _differences(self):
        """List of (field, the firm's value, the catalogue's), only what differs."""
        self.ensure_one()
        values = self.catalogue_values or {}
        return [
            (name, self[name], values[name])
            for name in CATALOGUE
            if name in values and (self[name] or False) != (values[name] or False)
        ]

    def _label_of(self, name):
        return self._fields[name].get_description(self.env, ["string"])["string"]

    def action_take_over(self):
        """The catalogue's values instead of the firm's."""
        self.check_access("write")
        for rule in self.filtered("catalogue_values"):
            rule.write({name: theirs for name, _, theirs in rule._differences()})

    def write(self, vals):
        if not self.env.su:
            vals = {**vals}
            vals.pop("catalogue_values", None)
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [
                {name: vals[name] for name in vals if name != "catalogue_values"}
                for vals in vals_list
            ]
        return super().create(vals_list)

    # -- at installation and with every update -----------------------------------------

    @api.model
    def _catalogue(self):
        """{code: values} of the catalogue, with the codes that follow under "next"."""
        chains = self._catalogue_chains()
        return {
            line["code"]: {
                **{name: line[column] for name, column in CATALOGUE.items()},
                "length": int(line["period"] or 0),
                "unit": line["unit"] or "day",
                "next": [found["next_code"] for found in chains.get(line["code"], [])],
            }
            for line in tables.rows("deadline_catalog")
        }

    @api.model
    def _catalogue_chains(self):
        """{code: rows} of what follows which deadline by the law."""
        chains = {}
        with file_open("legal_deadlines/data/legal_deadline_chain.csv") as file:
            for row in csv.DictReader(file):
                chains.setdefault(row["code"], []).append(row)
        return chains

    @api.model
    def _sync_catalogue(self):
        """Bring the rules up to the catalogue, and leave alone what the firm changed.

        Archived rules stay archived, and a follower that the firm took out stays out.
        """
        wanted = self._catalogue()
        rules = self.with_context(active_test=False).search(
            [("code", "in", list(wanted))]
        )
        # A rule of the firm under a code that the catalogue has got since is taken for
        # the catalogue's, changed by the firm; the real one wins.
        ours = {
            rule.code: rule
            for rule in rules.sorted(lambda rule: bool(rule.catalogue_values))
            if rule.catalogue_values or (rule.active and not rule.date_from)
        }
        self._load_records(
            [
                {
                    "xml_id": self._catalogue_xml_id(code),
                    "noupdate": True,
                    "values": self._catalogue_vals(code, values),
                }
                for code, values in wanted.items()
                if code not in ours
            ]
        )
        for code, rule in ours.items():
            rule._update_from_catalogue(wanted[code])

    @api.model
    def _catalogue_xml_id(self, code):
        return "legal_deadlines.rule_" + code.lower().replace("-", "_")

    @api.model
    def _catalogue_vals(self, code, values):
        rows = self._catalogue_chains().get(code, [])
        return {
            **{name: values[name] for name in CATALOGUE},
            "code": code,
            "statutory": "judicial" not in values["nature"],
            "catalogue_values": values,
            "next_ids": [fields.Command.create(self._next_vals(row)) for row in rows],
        }

    @api.model
    def _next_vals(self, row):
        return {name: row[name] for name in ("next_code", "link", "note")}

    def _update_from_catalogue(self, values):
        """Follow the catalogue, unless the firm changed this rule."""
        self.ensure_one()
        before = self.catalogue_values
        if before == values:
            return
        vals = {"catalogue_values": values}
        if before and not self._differences():
            vals |= {name: values[name] for name in CATALOGUE}
        known = (before or {}).get("next", [])
        vals["next_ids"] = [
            fields.Command.create(self._next_vals(row))
            for row in self._catalogue_chains().get(self.code, [])
            if row["next_code"] not in known
        ]
        self.write(vals)
