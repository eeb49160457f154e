from odoo import fields, models
from odoo.exceptions import UserError


class CrmLead(models.Model):
    """An inquiry becomes a matter.

    Who asks a law firm for help is a secret as well: only people with a legal role
    read inquiries. Once there is a matter, its readers are the inquiry's.
    """

    _name = "crm.lead"
    _inherit = ["crm.lead", "legal.access.mixin"]

    _access_role_always = True

    _gdpr_data = {"matter_id": "the matter that came of the inquiry"}

    matter_id = fields.Many2one(
        "legal.matter", copy=False, readonly=True, index="btree_not_null"
    )

    def write(self, vals):
        result = super().write(vals)
        if "matter_id" in vals:
            # its appointments are the matter's from now on
            self.env["calendar.event"]._follow_documents(self)
        return result

    def action_open_matter(self):
        """Open the file for an accepted inquiry, or show the one it has."""
        self.ensure_one()
        if not self.matter_id:
            self._handle_partner_assignment(create_missing=True)
            if not self.partner_id:
                raise UserError(
                    self.env._(
                        "Enter the name of the person or company first; it becomes the "
                        "client."
                    )
                )
            self.matter_id = self.env["legal.matter"].create(
                {
                    "client_id": self.partner_id.id,
                    "description": self.description,
                    "company_id": (self.company_id or self.env.company).id,
                }
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "legal.matter",
            "res_id": self.matter_id.id,
            "view_mode": "form",
        }
