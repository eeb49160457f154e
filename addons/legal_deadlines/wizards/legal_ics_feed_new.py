from odoo import fields, models


class LegalIcsFeedNew(models.TransientModel):
    """Ask what a new calendar link is for."""

    _name = "legal.ics.feed.new"
    _description = "New Calendar Link"

    _gdpr_none = "asks for the name of a device, kept for an hour"

    name = fields.Char(string="Used By", required=True)

    def action_create(self):
        """Make the link and show it: this once, and it is stored nowhere."""
        self.ensure_one()
        _feed, url = self.env["legal.ics.feed"]._issue(self.name)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Calendar Link"),
            "res_model": "legal.ics.feed.show",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_url": url},
        }


class LegalIcsFeedShow(models.AbstractModel):
    """Show a link; as an abstract model it has no table in which it could stay."""

    _name = "legal.ics.feed.show"
    _description = "Calendar Link, Shown Once"

    # the field 'id' is necessary for the onchange that returns the value of 'url'
    id = fields.Id()
    url = fields.Char(string="Address", readonly=True)
