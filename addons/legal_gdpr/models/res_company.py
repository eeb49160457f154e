from odoo import api, fields, models


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
    gdpr_alias_id = fields.Many2one(
        "mail.alias",
        string="Address for Requests",
        ondelete="set null",
        copy=False,
        help="Mail to this address becomes a data subject request.",
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

    def _gdpr_create_alias(self, name="privacy"):
        """Give each firm an address for requests of data subjects."""
        for company in self.filtered(lambda company: not company.gdpr_alias_id):
            alias = company._make_alias(name, "gdpr.request")
            # sudo: aliases belong to the system
            alias.alias_defaults = repr({"company_id": company.id, "channel": "mail"})
            company.sudo().gdpr_alias_id = alias

    def _gdpr_people(self, group="legal_gdpr.group_dpo"):
        """Who has a role in this firm; without a group, its officers."""
        self.ensure_one()
        # sudo: who has which role is no secret
        users = self.env.ref(group).sudo().all_user_ids
        return users.filtered(lambda user: user.active and self in user.company_ids)

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._gdpr_create_alias()
        return companies


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    gdpr_four_eyes = fields.Boolean(related="company_id.gdpr_four_eyes", readonly=False)
    gdpr_run_ceiling = fields.Integer(
        related="company_id.gdpr_run_ceiling", readonly=False
    )
