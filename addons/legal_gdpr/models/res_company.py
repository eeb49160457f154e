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


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    gdpr_four_eyes = fields.Boolean(related="company_id.gdpr_four_eyes", readonly=False)
    gdpr_run_ceiling = fields.Integer(
        related="company_id.gdpr_run_ceiling", readonly=False
    )
