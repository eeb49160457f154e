from odoo import api, fields, models


class LegalMatterStateWizard(models.TransientModel):
    """Asks why a matter is closed, archived or opened again."""

    _name = "legal.matter.state.wizard"
    _description = "Close or Reopen a Matter"

    _gdpr_none = "transient, gone within hours"

    matter_ids = fields.Many2many("legal.matter", string="Matters", required=True)
    state = fields.Selection(
        [("open", "Reopen"), ("closed", "Close"), ("archived", "Archive")],
        required=True,
    )
    reason = fields.Text()
    missing = fields.Text(compute="_compute_missing")

    @api.depends("matter_ids", "state")
    def _compute_missing(self):
        for wizard in self:
            wizard.missing = "\n".join(
                self.env._(
                    "%(text)s: %(detail)s", text=matter.display_name, detail=sentence
                )
                for matter in wizard.matter_ids
                for sentence in matter._missing_for_state(wizard.state)
            )

    def action_apply(self):
        self.ensure_one()
        self.matter_ids._change_state(self.state, self.reason or "")
        return {"type": "ir.actions.act_window_close"}
