from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    _gdpr_none = "transient settings of the firm"

    legal_number_pattern = fields.Char(
        related="company_id.legal_number_pattern", readonly=False
    )
    legal_number_yearly = fields.Boolean(
        related="company_id.legal_number_yearly", readonly=False
    )
    legal_number_preview = fields.Char(
        string="Next Number", compute="_compute_legal_number_preview"
    )
    legal_number_error = fields.Char(compute="_compute_legal_number_preview")
    legal_rubrum_separator = fields.Char(
        related="company_id.legal_rubrum_separator", readonly=False
    )
    legal_rubrum_others = fields.Char(
        related="company_id.legal_rubrum_others", readonly=False
    )
    legal_default_access_policy = fields.Selection(
        related="company_id.legal_default_access_policy", readonly=False
    )
    legal_filing_threshold = fields.Float(
        related="company_id.legal_filing_threshold", readonly=False
    )
    legal_matter_alias_prefix = fields.Char(
        related="company_id.legal_matter_alias_prefix", readonly=False
    )
    legal_alias_name = fields.Char(
        related="company_id.legal_alias_id.alias_name", readonly=False
    )
    legal_alias_domain = fields.Char(related="company_id.alias_domain_id.name")
    legal_outside_services = fields.Boolean(
        string="Outside Services",
        config_parameter="legal_crm.outside_services",
        help="Address completion, enrichment of inquiries, SMS, letters by post and "
        "the like send names to companies outside the firm. Off unless you say so.",
    )

    @api.depends("legal_number_pattern", "legal_number_yearly", "company_id")
    def _compute_legal_number_preview(self):
        for settings in self:
            pattern, yearly = (
                settings.legal_number_pattern,
                settings.legal_number_yearly,
            )
            company = settings.company_id
            settings.legal_number_error = company._legal_number_pattern_error(
                pattern, yearly
            )
            settings.legal_number_preview = company._legal_number_preview(
                pattern, yearly
            )

    def set_values(self):
        for settings in self:
            if settings.legal_alias_name and not settings.company_id.legal_alias_id:
                settings.company_id._legal_create_alias(settings.legal_alias_name)
        return super().set_values()
