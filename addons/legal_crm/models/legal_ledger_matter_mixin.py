from odoo import api, fields, models

from .legal_ledger_mixin import LooseMany2one


class LegalLedgerMatterMixin(models.AbstractModel):
    """A ledger whose entries name a matter: by its number, to who may not read it."""

    _name = "legal.ledger.matter.mixin"
    _description = "Ledger of Matters"
    _inherit = "legal.ledger.mixin"

    matter_id = LooseMany2one("legal.matter", readonly=True)
    matter_number = fields.Char(
        string="Matter No.",
        compute="_compute_matter_number",
        search="_search_matter_number",
    )

    def _name_gone(self, matter_ids):
        """Give matters that are gone a name, so that showing the entry does not fail.

        Nothing in the application deletes a matter; who owns the database may have.
        """
        # sudo: which are there, not what is in them
        matters = self.env["legal.matter"].sudo().browse(filter(None, set(matter_ids)))
        gone = matters - matters.exists()
        name = matters._fields["display_name"]
        for matter in gone:
            name._update_cache(matter, self.env._("gone (%s)", matter.id))

    def _read_format(self, fnames, load="_classic_read"):
        if "matter_id" in fnames:
            self._name_gone(self.matter_id._ids)
        return super()._read_format(fnames, load=load)

    def _web_read_group_groupby_formatter(self, groupby_spec, values):
        if groupby_spec == "matter_id":
            self._name_gone(matter.id for matter in values)
        return super()._web_read_group_groupby_formatter(groupby_spec, values)

    @api.depends("matter_id")
    def _compute_matter_number(self):
        # sudo: the number alone, which tells nothing of the case
        matters = self.sudo().matter_id.exists()
        numbers = {matter.id: matter.number for matter in matters}
        for entry in self:
            matter_id = entry.matter_id.id
            entry.matter_number = numbers.get(matter_id) or (
                self.env._("gone (%s)", matter_id) if matter_id else False
            )

    def _search_matter_number(self, operator, value):
        if operator not in ("in", "ilike", "=ilike", "like", "=like"):
            return NotImplemented
        # sudo: whoever reads the log finds its entries by the number that they show
        matters = self.env["legal.matter"].sudo().with_context(active_test=False)
        return [("matter_id", "in", matters.search([("number", operator, value)]).ids)]
