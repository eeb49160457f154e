from odoo import api, fields, models
from odoo.fields import Domain


class LegalCommunicationReport(models.TransientModel):
    """Chooses what of a timeline is printed."""

    _name = "legal.communication.report"
    _description = "Print the Timeline"

    _gdpr_none = "transient, gone within hours"

    matter_id = fields.Many2one("legal.matter")
    partner_id = fields.Many2one("res.partner", string="Contact")
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="Until")
    channel = fields.Selection(
        selection=lambda self: self.env["legal.communication"]
        ._fields["channel"]
        ._description_selection(self.env),
        help="Empty: all channels.",
    )
    with_text = fields.Boolean(string="With the Text of Each Entry", default=True)
    with_corrected = fields.Boolean(
        string="With Corrected Entries, Struck Through", default=True
    )
    count = fields.Integer(string="Entries", compute="_compute_count")

    def _domain(self):
        self.ensure_one()
        domain = Domain("state", "in", ["filed", "corrected"])
        if not self.with_corrected:
            domain = Domain("state", "=", "filed")
        if self.matter_id:
            domain &= Domain("matter_id", "=", self.matter_id.id)
        if self.partner_id:
            domain &= Domain("partner_ids", "child_of", self.partner_id.ids)
        if self.date_from:
            domain &= Domain("date", ">=", self.date_from)
        if self.date_to:
            # dates of the form are days: the last one counts whole
            domain &= Domain("date", "<", fields.Date.add(self.date_to, days=1))
        if self.channel:
            domain &= Domain("channel", "=", self.channel)
        return domain

    @api.depends(
        "matter_id", "partner_id", "date_from", "date_to", "channel", "with_corrected"
    )
    def _compute_count(self):
        for wizard in self:
            wizard.count = self.env["legal.communication"].search_count(
                wizard._domain()
            )

    def _communications(self):
        """The chosen entries, oldest first, as far as the user may read them."""
        return self.env["legal.communication"].search(self._domain(), order="date, id")

    def _access_printed(self):
        """Whose print it is, for the log of access: the entries', not the wizard's."""
        return self._communications()

    def action_print(self):
        self.ensure_one()
        return self.env.ref("legal_crm.action_report_timeline").report_action(
            self, config=False
        )
