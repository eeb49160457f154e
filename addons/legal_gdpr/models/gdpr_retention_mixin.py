from odoo import api, fields, models


class GdprRetentionMixin(models.AbstractModel):
    """What a form says of how long its record is kept. See ``gdpr.retention``."""

    _name = "gdpr.retention.mixin"
    _description = "Retention of a Record"

    _gdpr_none = "stores nothing"

    gdpr_may_go_on = fields.Date(
        string="May Go From",
        compute="_compute_gdpr_retention",
        help="From this day on no rule keeps it.",
    )
    gdpr_must_go_on = fields.Date(
        string="Has to Go By", compute="_compute_gdpr_retention"
    )
    gdpr_retention = fields.Char(string="Retention", compute="_compute_gdpr_retention")
    gdpr_held = fields.Boolean(string="On Hold", compute="_compute_gdpr_retention")
    gdpr_due = fields.Boolean(
        string="Due for Erasure",
        compute="_compute_gdpr_due",
        search="_search_gdpr_due",
    )

    def _compute_gdpr_retention(self):
        service = self.env["gdpr.retention"]
        verdicts = service._judge(self._origin)
        nothing = self.env._("No approved rule says how long it is kept.")
        for record in self:
            verdict = verdicts.get(record._origin.id)
            record.gdpr_may_go_on = verdict and verdict.may_on
            record.gdpr_must_go_on = verdict and verdict.must_on
            record.gdpr_held = bool(verdict and verdict.holds)
            record.gdpr_retention = verdict and (service._in_words(verdict) or nothing)

    def _compute_gdpr_due(self):
        due = set(self.env["gdpr.retention"]._due(self._name))
        for record in self:
            record.gdpr_due = record._origin.id in due

    @api.model
    def _search_gdpr_due(self, operator, value):
        if operator != "in" or list(value) != [True]:
            return NotImplemented
        return [("id", "in", self.env["gdpr.retention"]._due(self._name))]

    def action_gdpr_hold(self):
        """Set a hold on this record: the form, filled in as far as it is known."""
        self.ensure_one()
        person = self._name == "res.partner"
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set a hold"),
            "res_model": "gdpr.legal.hold",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_name": self.display_name,
                "default_scope": "person" if person else "record",
                "default_partner_id": self.id if person else False,
                "default_res_model": False if person else self._name,
                "default_res_id": False if person else self.id,
            },
        }


class LegalMatter(models.Model):
    _name = "legal.matter"
    _inherit = ["legal.matter", "gdpr.retention.mixin"]

    gdpr_title_ids = fields.One2many("gdpr.title", "matter_id", string="Titles")


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "gdpr.retention.mixin"]


class LegalCommunication(models.Model):
    _name = "legal.communication"
    _inherit = ["legal.communication", "gdpr.retention.mixin"]


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "gdpr.retention.mixin"]
