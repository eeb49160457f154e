from odoo import models
from odoo.tools import email_normalize, html2plaintext, parse_contact_from_email


class LegalCommunication(models.Model):
    _inherit = "legal.communication"

    def action_gdpr_request(self):
        """A data subject request out of this mail, call or letter."""
        self.ensure_one()
        self.check_access("read")
        name, email = parse_contact_from_email(self.email_from or "")
        partner = self.partner_ids[:1]
        request = self.env["gdpr.request"].create(
            {
                "channel": {"email": "mail", "phone": "phone", "portal": "portal"}.get(
                    self.channel, "letter"
                ),
                "received_on": self.date,
                "text": html2plaintext(self._text()).strip(),
                "requester_name": name or partner.name,
                "requester_email": email_normalize(email or partner.email or ""),
                "partner_id": partner.id,
                "company_id": self.company_id.id,
            }
        )
        request._unlocked().write({"communication_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "res_model": request._name,
            "res_id": request.id,
            "view_mode": "form",
        }
