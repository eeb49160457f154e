from odoo import api, fields, models


class GdprNamedRecord(models.AbstractModel):
    """A row that names any record by ``res_model`` and ``res_id``: how it is shown."""

    _name = "gdpr.named.record"
    _description = "Record Named by Model and Number"

    _gdpr_none = "stores nothing"

    model_label = fields.Char(string="Kind of Record", compute="_compute_label")
    label = fields.Char(
        string="Record",
        compute="_compute_label",
        compute_sudo=False,
        help="Its name, as far as you may see it.",
    )

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "lang")
    def _compute_label(self):
        names = self._record_names()
        for row in self:
            # sudo: the name of a kind of record
            kind = self.env["ir.model"].sudo()._get(row.res_model or "")
            row.model_label = kind.name
            row.label = names.get((row.res_model, row.res_id), False)

    def _record_names(self):
        """{(model, id): name} of the records that the user may read; one search and
        one fetch for each kind."""
        names = {}
        for model_name, rows in self.grouped("res_model").items():
            model = self.env.get(model_name) if model_name else None
            if model is None:
                continue
            there = model.browse(filter(None, rows.mapped("res_id"))).exists()
            for record in there._filtered_access("read"):
                # a message has no name: how it begins
                names[model_name, record.id] = record.display_name or (
                    "preview" in record._fields and record["preview"]
                )
        return names
