from odoo import api, fields, models


class LegalCommunicationCorrect(models.TransientModel):
    """What is right instead of what a filed entry says."""

    _name = "legal.communication.correct"
    _description = "Correct a Communication"

    _gdpr_none = "transient, gone within hours"

    communication_id = fields.Many2one("legal.communication", required=True)
    is_mail = fields.Boolean(compute="_compute_is_mail")
    reason = fields.Char(required=True)
    matter_id = fields.Many2one(
        "legal.matter", compute="_compute_values", store=True, readonly=False
    )
    channel = fields.Selection(
        selection=lambda self: self.env["legal.communication"]
        ._fields["channel"]
        ._description_selection(self.env),
        compute="_compute_values",
        store=True,
        readonly=False,
    )
    direction = fields.Selection(
        selection=lambda self: self.env["legal.communication"]
        ._fields["direction"]
        ._description_selection(self.env),
        compute="_compute_values",
        store=True,
        readonly=False,
    )
    date = fields.Datetime(compute="_compute_values", store=True, readonly=False)
    duration = fields.Float(compute="_compute_values", store=True, readonly=False)
    subject = fields.Char(compute="_compute_values", store=True, readonly=False)
    body = fields.Html(compute="_compute_values", store=True, readonly=False)
    partner_ids = fields.Many2many(
        "res.partner",
        string="With",
        compute="_compute_values",
        store=True,
        readonly=False,
    )

    @api.depends("communication_id")
    def _compute_is_mail(self):
        for wizard in self:
            wizard.is_mail = bool(wizard.communication_id.message_id)

    @api.depends("communication_id")
    def _compute_values(self):
        for wizard in self:
            old = wizard.communication_id
            for field in self._copied_fields():
                wizard[field] = old[field]

    @api.model
    def _copied_fields(self):
        return (
            "matter_id",
            "channel",
            "direction",
            "date",
            "duration",
            "subject",
            "body",
            "partner_ids",
        )

    def action_apply(self):
        self.ensure_one()
        self.matter_id.check_access("read")
        vals = {
            "matter_id": self.matter_id.id,
            "partner_ids": [fields.Command.set(self.partner_ids.ids)],
        }
        if not self.is_mail:  # the mail's own text and date are what they are
            for field in (
                "channel",
                "direction",
                "date",
                "duration",
                "subject",
                "body",
            ):
                vals[field] = self[field]
        new = self.communication_id._correct(vals, self.reason)
        return new.action_open()
