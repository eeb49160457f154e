from odoo import api, fields, models


class LegalLedgerAccept(models.TransientModel):
    """Asks why a damaged or restored record begins anew."""

    _name = "legal.ledger.accept"
    _description = "Begin a Record Anew"

    _gdpr_none = "transient, gone within hours"

    ledger = fields.Selection(
        selection="_ledger_selection", string="Record", required=True
    )
    reason = fields.Char(
        required=True, help="What happened: which backup was restored, when and why."
    )

    @api.model
    def _ledger_selection(self):
        blocks = self.env["legal.ledger.block"]
        return [
            (model._name, blocks._ledger_name(model))
            for model in self.env["legal.ledger.mixin"]._ledgers()
        ]

    def action_apply(self):
        self.ensure_one()
        self.env["legal.ledger.check"]._accept(self.ledger, self.reason)
        return {"type": "ir.actions.act_window_close"}
