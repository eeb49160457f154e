from odoo import api, models


class GdprFinder(models.AbstractModel):
    """What was agreed to under an address alone, by somebody who is no contact."""

    _inherit = "gdpr.finder"

    @api.model
    def _seeds(self, subject, found):
        """An event under an address that somebody of another name has as well is
        proposed, and waits for somebody to look."""
        result = super()._seeds(subject, found)
        ring = self.env["legal.key"]._for_reading()
        tokens = [
            token
            for identifier in subject.identifier_ids
            if identifier.confirmed and identifier.kind == "email" and identifier.key
            for token in ring.tokens("consent/email", identifier.key)
        ]
        events = self.env["gdpr.consent"].search(
            [("address_token", "in", tokens), ("partner_id", "=", False)]
        )
        sure = not (events and self._held_by_others(found))
        for event in events:
            path = "gdpr.consent.address_token"
            found.put(
                "gdpr.consent", event.id, "owned", path, "address_token", confirmed=sure
            )
        return result
