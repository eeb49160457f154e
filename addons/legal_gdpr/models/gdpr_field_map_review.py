from odoo import api, fields, models
from odoo.fields import Domain

#: what a person decides; a change of one makes the row decided by hand
_DECIDED = {
    "role", "category", "special", "criminal", "edge", "on_access", "on_erasure",
    "keep_reason",
}  # fmt: skip


class GdprFieldMap(models.Model):
    """The officer's decisions on the map."""

    _inherit = "gdpr.field.map"

    is_new = fields.Boolean(
        string="New Since the Last Review",
        compute="_compute_is_new",
        search="_search_is_new",
        help="Found after somebody last confirmed a field.",
    )

    @api.model
    def _unreviewed_count(self):
        """How many fields that may hold personal data nobody has looked at."""
        return self.search_count(
            [
                ("state", "=", "unreviewed"),
                ("gone", "=", False),
                ("role", "not in", (False, "none")),
            ]
        )

    def _last_review(self):
        # sudo: only a time, the same for every reader of the map
        return (
            self.sudo()
            .search([("reviewed_on", "!=", False)], order="reviewed_on desc", limit=1)
            .reviewed_on
        )

    @api.depends("state", "found_on")
    def _compute_is_new(self):
        last = self._last_review()
        for row in self:
            row.is_new = row.state == "unreviewed" and (
                not last or bool(row.found_on and row.found_on > last)
            )

    @api.model
    def _search_is_new(self, operator, value):
        if operator != "in" or list(value) != [True]:
            return NotImplemented
        domain = Domain("state", "=", "unreviewed")
        last = self._last_review()
        return domain & Domain("found_on", ">", last) if last else domain

    def write(self, vals):
        if _DECIDED & set(vals) and not self.env.su:
            vals = {**vals, "source": "manual", **self._reviewed()}
        return super().write(vals)

    @api.model
    def _reviewed(self):
        return {
            "state": "confirmed",
            "reviewed_by_id": self.env.uid,
            "reviewed_on": fields.Datetime.now(),
        }

    def action_confirm(self):
        """Somebody looked at the rows: what the map says of them is right.

        :raises ValidationError: personal data stays without a reason
        """
        self.check_access("write")
        # The two fields are read-only in every screen; the right was asked above.
        self.filtered(lambda row: row.state == "unreviewed").write(self._reviewed())
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_discover(self):
        """The button: look again, and show what is new."""
        self.check_access("write")
        new = self._discover()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if new else "info",
                "message": self.env._(
                    "%(new)s new fields, %(open)s to be reviewed in all.",
                    new=len(new),
                    open=sum(self._debt().values()),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
