import csv

from odoo import api, fields, models
from odoo.tools.misc import file_open

_PLAIN = ("domain", "minimum_unit", "trigger", "anchor", "source", "final_action")


class GdprRetentionRule(models.Model):
    """The catalogue of retention periods that comes with the suite: drafts that the
    officer reads, corrects and approves. What a firm made of them is left alone."""

    _inherit = "gdpr.retention.rule"

    catalogue_values = fields.Json(
        readonly=True, copy=False, export_string_translation=False
    )

    @api.model
    def _sync_catalogue(self):
        """Bring the drafts up to the catalogue, at installation and with every update.

        A line of which the application is missing waits until it is installed. Where
        the law changed, an approved rule stays and a new draft stands beside it.
        """
        for row in self._catalogue_rows():
            values = self._catalogue_vals(row)
            latest = self.search(
                [("code", "=", row["code"])], order="version desc", limit=1
            )
            if not latest:
                self._create_from(values, row, 1)
            elif latest.catalogue_values not in (False, None, values):
                latest._follow_catalogue(values, row)

    @api.model
    def _catalogue_rows(self):
        with file_open("legal_gdpr/data/retention_catalogue.csv") as file:
            return [row for row in csv.DictReader(file) if row["model"] in self.env]

    @api.model
    def _catalogue_vals(self, row):
        """The line as plain values, comparable with what was read before."""
        return {
            **{name: row[name] for name in _PLAIN},
            "minimum": int(row["minimum"]),
            "maximum": int(row["maximum"]),
            "source_checked": row["checked"],
            "note": row["note"],
            "country": row["country"],
            "model": row["model"],
            "name": row["name"],
        }

    @api.model
    def _own_values(self, values):
        """Those that are fields of the rule by the same name."""
        return {n: v for n, v in values.items() if n not in ("country", "model")}

    @api.model
    def _create_from(self, values, row, version):
        vals = self._own_values(values)
        # sudo: the catalogue names kinds of records and countries, nothing is read
        model_id = self.env["ir.model"].sudo()._get_id(values["model"])
        country = self.env.ref(f"base.{values['country'].lower()}")
        rule = self.create(
            {
                **vals,
                "code": row["code"],
                "version": version,
                "model_id": model_id,
                "country_id": country.id,
                "catalogue_values": values,
            }
        )
        rule._take_names(row)
        return rule

    def _take_names(self, row):
        languages = dict(self.env["res.lang"].get_installed())
        names = {"de_DE": row["name_de"], "fr_FR": row["name_fr"]}
        self.update_field_translations(
            "name", {lang: name for lang, name in names.items() if lang in languages}
        )

    def _follow_catalogue(self, values, row):
        self.ensure_one()
        before = self.catalogue_values
        untouched = all(
            self[name] == value
            for name, value in before.items()
            if name not in ("country", "model", "note")
        )
        if self.state == "draft" and not untouched:
            self.catalogue_values = values  # the firm's own draft stays as it is
        elif self.state == "draft":
            self.write(
                {
                    **self._own_values(values),
                    "catalogue_values": values,
                }
            )
            self._take_names(row)
        else:
            self._create_from(values, row, self.version + 1)
