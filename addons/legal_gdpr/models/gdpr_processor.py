from odoo import fields, models


class GdprProcessor(models.Model):
    """Who processes personal data for the firm (art. 28 GDPR, § 43e BRAO)."""

    _name = "gdpr.processor"
    _description = "Processor"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "name"
    _parent_store = True

    _gdpr_data = {
        "partner_id": "the processor",
        "owner_id": "employee of the firm",
    }

    name = fields.Char(required=True)
    partner_id = fields.Many2one(
        "res.partner", string="Contact", index="btree_not_null", ondelete="restrict"
    )
    parent_id = fields.Many2one(
        "gdpr.processor",
        string="Sub-Processor of",
        index="btree_not_null",
        ondelete="restrict",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("gdpr.processor", "parent_id", string="Sub-Processors")
    state = fields.Selection(
        [("draft", "Draft"), ("active", "Active"), ("ended", "Ended")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    country_id = fields.Many2one("res.country")
    owner_id = fields.Many2one(
        "res.users", string="Responsible", domain="[('share', '=', False)]"
    )
    activity_area_ids = fields.Many2many(
        "gdpr.processing.activity",
        "gdpr_processor_activity_rel",
        "processor_id",
        "processing_id",
        string="Processing Activities",
    )
