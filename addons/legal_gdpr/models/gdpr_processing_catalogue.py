import csv
from fnmatch import fnmatchcase

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Command, Domain
from odoo.tools.misc import file_open

_LANGUAGES = {"de_DE": "_de", "fr_FR": "_fr"}
_FOLDER = "legal_gdpr/data/processing_"
#: the lists of the register and their files
_LISTS = {
    "gdpr.person.category": "person_categories",
    "gdpr.data.category": "data_categories",
    "gdpr.recipient.category": "recipient_categories",
}
#: field of the activity: column of the file
_TEXTS = {
    "name": "name",
    "purposes": "purposes",
    "law": "law",
    "balancing_test": "balancing",
    "criminal_basis": "criminal_basis",
    "source_text": "source",
    "retention_text": "time",
}


class GdprProcessingCategory(models.AbstractModel):
    _inherit = "gdpr.processing.category"

    @api.model
    def _sync_list(self):
        """Add what the list that comes with the suite has and the firm does not."""
        with file_open(f"{_FOLDER}{_LISTS[self._name]}.csv") as file:
            rows = list(csv.DictReader(file))
        everything = self.with_context(active_test=False)
        known = {code for (code,) in everything._read_group([], ["code"])}
        for number, row in enumerate(rows, 1):
            if row["code"] in known:
                continue
            values = {
                name: value
                for name, value in row.items()
                if name in self._fields and name not in ("special", "criminal")
            }
            values |= {
                name: row[name] == "1"
                for name in ("special", "criminal")
                if name in row
            }
            entry = self.with_context(lang=None).create(
                {**values, "sequence": number * 10}
            )
            entry.update_field_translations("name", _translations(self.env, row))


class GdprProcessingActivity(models.Model):
    """The register of a law firm as drafts, which one adapts and has approved."""

    _inherit = "gdpr.processing.activity"

    @api.model
    def _sync_catalogue(self):
        """At installation and with every update: what no firm has had yet."""
        for name in _LISTS:
            self.env[name]._sync_list()
        if not self.env["gdpr.field.map"].search_count([], limit=1):
            self.env["gdpr.field.map"]._discover()
        for company in self.env["res.company"]._gdpr_firms():
            self._add_templates(company, again=False)

    @api.model
    def _add_templates(self, company, again=True):
        """Draft the activities of the catalogue that the firm does not have.

        :param again: also those that it had and deleted
        :return: the new drafts
        """
        # sudo: the catalogue is the program's; who asks for it was asked before
        activities = self.sudo().with_context(
            tracking_disable=True, lang=None, allowed_company_ids=company.ids
        )
        had = set(company.sudo().gdpr_register_codes or [])
        known = set(
            activities.search([("company_id", "=", company.id)]).mapped("code")
        ) | (set() if again else had)
        new = activities.browse()
        for row in self._catalogue_rows():
            if row["code"] not in known:
                new += activities._draft_from(row, company)
        if new:
            codes = sorted(had | set(new.mapped("code")))
            company.sudo().gdpr_register_codes = codes
        return new.with_env(self.env)

    @api.model
    def _catalogue_rows(self):
        with file_open(f"{_FOLDER}catalogue.csv") as file:
            return list(csv.DictReader(file))

    def _draft_from(self, row, company):
        # the program wrote it: whoever approves it is a second person
        activity = self.with_user(SUPERUSER_ID).create(
            {
                "code": row["code"],
                "company_id": company.id,
                "legal_basis": row["basis"],
                "second_basis": row["second"] or False,
                "special_basis": row["special_basis"] or False,
                "person_category_ids": self._listed(
                    "gdpr.person.category", row["persons"]
                ),
                "data_category_ids": self._listed("gdpr.data.category", row["data"]),
                "recipient_category_ids": self._listed(
                    "gdpr.recipient.category", row["recipients"]
                ),
                "retention_rule_ids": self._rules_of(row, company),
                "field_map_ids": self._fields_of(row),
                **{field: row[column] for field, column in _TEXTS.items()},
            }
        )
        for field, column in _TEXTS.items():
            if row[column]:
                activity.update_field_translations(
                    field, _translations(self.env, row, column)
                )
        return activity

    def _listed(self, model, codes):
        entries = self.env[model].search([("code", "in", codes.split())])
        return [Command.set(entries.ids)]

    def _rules_of(self, row, company):
        """The rules of the firm's country; those of all without one."""
        rules = self.env["gdpr.retention.rule"].search(
            [("code", "in", row["retention"].split()), ("state", "!=", "replaced")]
        )
        country = company.country_id
        own = rules.filtered(lambda rule: not country or rule.country_id == country)
        return [Command.set((own or rules).ids)]

    def _fields_of(self, row):
        """The fields of the map whose model one of the row's patterns names."""
        patterns = row["models"].split()
        rows = self.env["gdpr.field.map"]
        models_ = [
            name
            for (name,) in rows._read_group(rows._personal_domain(), ["model"])
            if any(fnmatchcase(name, pattern) for pattern in patterns)
        ]
        found = rows.search(rows._personal_domain() & Domain("model", "in", models_))
        return [Command.set(found.ids)]

    def action_add_templates(self):
        """The button: the drafts of the catalogue that the firm does not have."""
        self.check_access("create")
        new = self._add_templates(self.env.company)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if new else "info",
                "message": self.env._("%s drafts were added.", len(new)),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


class GdprPurpose(models.Model):
    """The purposes that come with the suite: a firm renames or archives them."""

    _inherit = "gdpr.purpose"

    @api.model
    def _sync_catalogue(self):
        """At installation and with every update: what no firm has had yet."""
        self._add_templates(self.env["res.company"]._gdpr_firms())

    @api.model
    def _add_templates(self, companies):
        """Give firms the purposes of the catalogue that they do not have."""
        with file_open(f"{_FOLDER}purposes.csv") as file:
            rows = list(csv.DictReader(file))
        # sudo: the catalogue is the program's, for a firm that may have just begun
        purposes = self.sudo().with_context(active_test=False, lang=None)
        known = {
            (purpose.company_id, purpose.code)
            for purpose in purposes.search([("company_id", "in", companies.ids)])
        }
        for company in companies:
            for number, row in enumerate(rows, 1):
                if (company, row["code"]) in known:
                    continue
                purpose = purposes.create(
                    {
                        "code": row["code"],
                        "company_id": company.id,
                        "name": row["name"],
                        "description": row["description"],
                        "sequence": number * 10,
                    }
                )
                for column in ("name", "description"):
                    purpose.update_field_translations(
                        column, _translations(self.env, row, column)
                    )


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model
    def _gdpr_firms(self):
        """The firms, without their branches: they have one register each."""
        # every firm there is, not those of a user
        return self.search([("parent_id", "=", False)])

    @api.model_create_multi
    def create(self, vals_list):
        """A new firm begins with the drafts of a law firm's register."""
        companies = super().create(vals_list)
        firms = companies.filtered(lambda company: not company.parent_id)
        for firm in firms:
            self.env["gdpr.processing.activity"]._add_templates(firm)
        self.env["gdpr.purpose"]._add_templates(firms)
        return companies

    gdpr_register_codes = fields.Json(
        readonly=True, copy=False, export_string_translation=False
    )
    gdpr_representative = fields.Text(
        string="Representative",
        help="Representative in the Union, name and contact details (Art. 27 GDPR).",
    )
    gdpr_dpo = fields.Text(
        string="Data Protection Officer",
        help="Name and contact details, as the register and the notices give them.",
    )


def _translations(env, row, column="name"):
    installed = dict(env["res.lang"].get_installed())
    return {
        lang: row[f"{column}{suffix}"]
        for lang, suffix in _LANGUAGES.items()
        if lang in installed
    }
