from odoo import api, fields, models


class GdprSubject(models.Model):
    """What the form of a subject shows and does."""

    _inherit = "gdpr.subject"

    item_count = fields.Integer(string="Findings", compute="_compute_counts")
    proposal_count = fields.Integer(string="To Be Looked At", compute="_compute_counts")
    hidden_text = fields.Char(string="Behind a Wall", compute="_compute_counts")

    @api.depends("item_ids", "item_ids.confirmed")
    @api.depends_context("uid")
    def _compute_counts(self):
        items = self.env["gdpr.subject.item"]
        domain = [("subject_id", "in", self.ids)]
        groups = ["subject_id", "confirmed"]
        seen = {}
        for subject, confirmed, count in items._read_group(domain, groups, ["__count"]):
            seen[subject.id, confirmed] = count
        # sudo: only how many there are, so that nobody takes the list for the whole
        total = dict(
            items.sudo()._read_group(domain, ["subject_id"], ["__count"]),
        )
        total = {subject.id: count for subject, count in total.items()}
        for subject in self:
            proposed = seen.get((subject.id, False), 0)
            subject.item_count = seen.get((subject.id, True), 0) + proposed
            subject.proposal_count = proposed
            hidden = total.get(subject.id, 0) - subject.item_count
            subject.hidden_text = hidden > 0 and self.env._(
                "%s more that only their readers see", hidden
            )

    def action_find(self):
        """The button: look for the person everywhere."""
        self.check_access("write")
        for subject in self:
            self.env["gdpr.finder"]._find(subject)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_items(self):
        """The findings, by kind of record."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "legal_gdpr.gdpr_subject_item_action"
        )
        return {
            **action,
            "domain": [("subject_id", "=", self.id)],
            "context": {"search_default_group_model": 1},
        }
