from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import engine
from ..engine import calendars, dayrules, places


class LegalJurisdiction(models.Model):
    """A place whose holidays decide about deadlines: where a court or an office sits.

    ``code`` is the place as the engine knows it (``engine/places.py``): DE-BY,
    DE-BY/catholic, FR-AM, CH-ZH, AT, EU-LU.
    """

    _name = "legal.jurisdiction"
    _description = "Jurisdiction"
    _order = "country_id, sequence, name, id"
    _rec_names_search = ["name", "code"]

    _gdpr_none = "places and their holidays"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False, help="As DE-BY, FR-974, CH-ZH or AT.")
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    country_id = fields.Many2one(
        "res.country",
        index=True,
        compute="_compute_country_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    holiday_ids = fields.One2many(
        "legal.local.holiday", "jurisdiction_id", string="Local Holidays"
    )

    _code_uniq = models.UniqueIndex(
        "(code) WHERE active", "There is a jurisdiction of that code already."
    )

    @api.constrains("code")
    def _check_code(self):
        for jurisdiction in self:
            try:
                calendars.calendar_of(places.parse(jurisdiction.code))
            except engine.DeadlineError as error:
                raise ValidationError(
                    self.env["legal.deadline"]._engine_error(error)
                ) from error

    @api.depends("code")
    def _compute_country_id(self):
        known = {
            country.code: country
            for country in self.env["res.country"].search(
                [("code", "in", [(place.code or "")[:2] for place in self])]
            )
        }
        for jurisdiction in self:
            jurisdiction.country_id = (
                known.get((jurisdiction.code or "")[:2]) or jurisdiction.country_id
            )

    @api.depends("name", "code")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for jurisdiction in self:
            jurisdiction.display_name = (
                f"{jurisdiction.name} ({jurisdiction.code})"
                if jurisdiction.code and jurisdiction.code != jurisdiction.name
                else jurisdiction.name
            )

    def _local_holidays(self):
        """What the engine is told of a place beside the law of its region.

        :return: tuple of (day rule, name) pairs, as ``Request.local_holidays`` wants
            them; empty for no place
        """
        # sudo: facts, for whoever computes a date
        holidays = self.sudo().holiday_ids
        return tuple(
            (holiday.day, f"{holiday.name}, {holiday.source}")
            for holiday in holidays.sorted(lambda found: (found.day, found.id))
        )


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
        required=True,
        help="12-26 is 26 December, easter+50 the fiftieth day after Easter Sunday, "
        "09-sun3+1 the day after the third Sunday of September.",
    )
    source = fields.Char(required=True, help="The law or order that says so.")

    @api.constrains("day")
    def _check_day(self):
        for holiday in self:
            try:
                dayrules.reader(holiday.day)
            except engine.DeadlineError as error:
                raise ValidationError(
                    self.env["legal.deadline"]._engine_error(error)
                ) from error
