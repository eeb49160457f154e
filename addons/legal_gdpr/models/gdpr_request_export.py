from odoo import fields, models


class GdprRequest(models.Model):
    _inherit = "gdpr.request"

    export_ids = fields.One2many("gdpr.export", "request_id", string="Exports")

    def _retention_lines(self):
        """[(kind of record, rule, law)]: how long what is kept, for the answer."""
        models = set(self.sudo().subject_id.item_ids.mapped("res_model"))
        # sudo: the rules are no secret; the kinds of the person's own records
        rules = self.env["gdpr.retention.rule"].sudo()
        country = self.company_id.country_id
        found = rules.search([("state", "=", "approved")]).filtered(
            lambda rule: rule.model in models
            and (not rule.country_id or rule.country_id == country)
        )
        units = dict(rules._fields["minimum_unit"]._description_selection(self.env))
        return [
            (
                rule.model_id.name,
                f"{rule.name}: {rule.minimum} {units.get(rule.minimum_unit, '')}",
                rule.source,
            )
            for rule in found
        ]

    def _withheld_lines(self):
        """[(ground in words, count)]"""
        # sudo: numbers alone
        items = self.sudo().subject_id.item_ids
        grounds = dict(items._fields["access_ground"]._description_selection(self.env))
        return [
            (grounds.get(ground), len(group))
            for ground, group in items.filtered(
                lambda item: item.access_decision == "withhold"
            )
            .grouped("access_ground")
            .items()
        ]

    def _categories(self):
        """The categories of data of which something was found."""
        # sudo: categories, of the person's own records
        fields_map = self.env["gdpr.field.map"].sudo()
        models = set(self.sudo().subject_id.item_ids.mapped("res_model"))
        labels = dict(fields_map._fields["category"]._description_selection(self.env))
        found = fields_map._read_group(
            [("model", "in", list(models)), ("category", "!=", False)], ["category"]
        )
        return [labels[category] for [category] in found]
