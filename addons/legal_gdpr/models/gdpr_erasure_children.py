from odoo import api, models, tools
from odoo.tools import SQL


class GdprErasure(models.AbstractModel):
    """A person taken out of what belongs to a record, and out of core's queue."""

    _inherit = "gdpr.erasure"

    @api.model
    @tools.ormcache("model_name")
    def _parts_of(self, model_name):
        """((model, field),): the records that go when one of ``model_name`` goes."""
        return tuple(
            (name, field.name)
            for name, model in sorted(self.env.items())
            if model._auto and not (model._abstract or model._transient)
            for field in model._fields.values()
            if field.type == "many2one"
            and field.store
            and field.comodel_name == model_name
            and field.ondelete == "cascade"
            and name != model_name
            and not name.startswith("mail.")  # these hang by model and number
        )

    @api.model
    def _redact_hanging(self, records, redactor):
        result = super()._redact_hanging(records, redactor)
        for name, field in self._parts_of(records._name):
            parts = records.env[name].with_context(active_test=False)
            self._redact_texts(parts.search([(field, "in", records.ids)]), redactor)
        return result

    @api.model
    def _redact_bus(self, redactor):
        """Notices that wait for a browser, or went out: core drops them days later."""
        if not redactor:
            return
        rows = self.env.execute_query(SQL("SELECT id, message FROM bus_bus"))
        named = [row_id for row_id, message in rows if redactor.names(message)]
        # sudo: the queue belongs to the system
        self.env["bus.bus"].sudo().browse(named).unlink()
