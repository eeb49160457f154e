from odoo import api, fields, models


class GdprTitle(models.Model):
    """An enforceable title: kept for thirty years (§ 197(1) no. 3 BGB), longer than the
    file it comes from. It holds its own documents, and the number of its matter as text
    for the day on which the matter is gone."""

    _name = "gdpr.title"
    _description = "Enforceable Title"
    _inherit = ["legal.access.mixin", "mail.thread"]
    _order = "date_final desc, id"
    _access_role_always = True

    _gdpr_data = {
        "name": "names the parties",
        "creditor_id": "who has the claim",
        "debtor_id": "who owes",
        "note": "free text",
    }

    name = fields.Char(required=True)
    kind = fields.Selection(
        [
            ("judgment", "Judgment"),
            ("settlement", "Settlement in court"),
            ("order", "Enforcement order"),
            ("deed", "Enforceable deed"),
            ("costs", "Order on costs"),
        ],
        required=True,
        default="judgment",
    )
    matter_id = fields.Many2one(
        "legal.matter", index="btree_not_null", ondelete="set null"
    )
    matter_number = fields.Char(compute="_compute_matter_number", store=True)
    date_final = fields.Date(
        string="Final Since", help="Thirty years are counted from this day."
    )
    creditor_id = fields.Many2one(
        "res.partner", index="btree_not_null", ondelete="restrict"
    )
    debtor_id = fields.Many2one(
        "res.partner", index="btree_not_null", ondelete="restrict"
    )
    original_at = fields.Char(
        string="Original", help="Where the original is, or to whom it was handed out."
    )
    note = fields.Text()
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )

    @api.depends("matter_id")
    def _compute_matter_number(self):
        for title in self.filtered("matter_id"):
            title.matter_number = title.matter_id.number
