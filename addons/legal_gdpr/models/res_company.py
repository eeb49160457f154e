from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    gdpr_four_eyes = fields.Boolean(
        string="A Second Person Approves Erasures",
        default=True,
        help="Whoever makes the list of what is due does not approve it.",
    )
    gdpr_run_ceiling = fields.Integer(
        string="Records of One Run",
        default=1000,
        help="A run with more records is not approved: somebody looks first why.",
    )
    gdpr_authority = fields.Text(
        string="Supervisory Authority",
        help="Name and address, as letters give it. Empty: that of the country.",
    )
    gdpr_purposes = fields.Text(
        string="Purposes, Legal Bases",
        translate=True,
        help="Art. 15(1)(a) GDPR, as the answer says it.",
    )
    gdpr_recipients = fields.Text(
        string="Recipients", translate=True, help="Art. 15(1)(c) GDPR."
    )
    gdpr_sources = fields.Text(
        string="Sources of the Data", translate=True, help="Art. 15(1)(g) GDPR."
    )
    gdpr_automated = fields.Text(
        string="Automated Decisions", translate=True, help="Art. 15(1)(h) GDPR."
    )
    gdpr_transfers = fields.Text(
        string="Third Countries", translate=True, help="Art. 15(2) GDPR."
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    gdpr_four_eyes = fields.Boolean(related="company_id.gdpr_four_eyes", readonly=False)
    gdpr_run_ceiling = fields.Integer(
        related="company_id.gdpr_run_ceiling", readonly=False
    )
