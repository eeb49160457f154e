from odoo import fields, models

from ..engine import calendars, places


class LegalJurisdiction(models.Model):
    """A place whose holidays decide about deadlines: where a court or an office sits.

    ``code`` is the place as the engine knows it (``engine/places.py``): DE-BY,
    DE-BY/catholic, FR-AM, CH-ZH, AT, EU-LU.
    """

    _name = "legal.jurisdiction"
    _description = "Jurisdiction"
    _order = "country_id, sequence, name, id"

    _gdpr_none = "places and their holidays"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False, help="As DE-BY, FR-974, CH-ZH or AT.")
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    country_id = fields.Many2one("res.country", index=True)
    holiday_ids = fields.One2many(
        "legal.local.holiday", "jurisdiction_id", string="Local Holidays"
    )

    _code_uniq = models.UniqueIndex(
        "(code) WHERE active", "There is a jurisdiction of that code already."
    )

    def _local_holidays(self):
        """((day rule, name), ...) of this place beside those of the law."""
        return tuple(
            (holiday.day, holiday.name) for holiday in self.sudo().holiday_ids
        )  # sudo: facts, for whoever computes a date

    def _calendar(self):
        """The engine's calendar of this place; of no place: weekends alone."""
        place = places.parse(self.code or "-")
        return calendars.calendar_of(place, local=self._local_holidays())


class LegalLocalHoliday(models.Model):
    """A holiday that the law of the place has beside those of its region."""

    _name = "legal.local.holiday"
    _description = "Local Holiday"
    _order = "jurisdiction_id, day, id"

    _gdpr_none = "places and their holidays"

    jurisdiction_id = fields.Many2one(
        "legal.jurisdiction", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(required=True)
    day = fields.Char(
        required=True, help="12-26, easter+50, or 09-sun3+1 (engine/dayrules.py)."
    )
    source = fields.Char(required=True)
