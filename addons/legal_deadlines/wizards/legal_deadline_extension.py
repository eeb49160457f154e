from odoo import api, fields, models


class LegalDeadlineExtension(models.TransientModel):
    """Ask for an extension, or note what the court answered."""

    _name = "legal.deadline.extension"
    _description = "Extension of a Deadline"

    _gdpr_none = "transient, gone within hours"

    deadline_ids = fields.Many2many("legal.deadline", string="Deadlines", required=True)
    deadline_id = fields.Many2one("legal.deadline", compute="_compute_deadline_id")
    date_deadline = fields.Date(
        related="deadline_id.date_deadline", related_sudo=False, string="Ends On"
    )
    is_requested = fields.Boolean(compute="_compute_deadline_id")
    extendable = fields.Char(compute="_compute_deadline_id")
    answer = fields.Selection(
        [("granted", "Granted"), ("refused", "Refused")], string="The Court's Answer"
    )
    date = fields.Date(
        string="Extended To",
        compute="_compute_date",
        store=True,
        compute_sudo=False,
        readonly=False,
    )
    query_on = fields.Date(
        string="Ask the Court On",
        compute="_compute_date",
        store=True,
        compute_sudo=False,
        readonly=False,
        help="If no answer came by then, somebody asks.",
    )
    reason = fields.Char(string="Remark")

    @api.depends("deadline_ids")
    def _compute_deadline_id(self):
        for wizard in self:
            deadline = wizard.deadline_ids[:1]
            wizard.deadline_id = deadline
            wizard.is_requested = deadline.extension_state == "requested"
            wizard.extendable = deadline.rule_id.extendable_text

    @api.depends("deadline_ids")
    def _compute_date(self):
        for wizard in self:
            deadline = wizard.deadline_ids[:1]
            wizard.date = deadline.date_requested if wizard.is_requested else False
            wizard.query_on = (
                deadline.extension_query_on or deadline._query_day()
                if deadline
                else False
            )

    def action_apply(self):
        self.ensure_one()
        deadline = self.deadline_id
        if not self.is_requested:
            deadline._request_extension(self.date, self.query_on, self.reason)
        else:
            deadline._decide_extension(self.answer == "granted", self.date, self.reason)
        return {"type": "ir.actions.act_window_close"}
