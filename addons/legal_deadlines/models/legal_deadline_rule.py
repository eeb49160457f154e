from odoo import api, fields, models
from odoo.exceptions import UserError

UNITS = [
    ("day", "Days"),
    ("werktag", "Working Days"),
    ("week", "Weeks"),
    ("month", "Months"),
    ("halfmonth", "Half Months"),
    ("quarter", "Quarters"),
    ("halfyear", "Half Years"),
    ("year", "Years"),
    ("hour", "Hours"),
]
DIRECTIONS = [("forward", "After the Event"), ("backward", "Before the Event")]


class LegalDeadlineRule(models.Model):
    """A deadline of the law: how long, from what, by which law it is counted."""

    _name = "legal.deadline.rule"
    _description = "Deadline Rule"
    _order = "code, date_from desc, id"
    _rec_names_search = ["code", "name", "name_en", "source"]

    _gdpr_none = "rules of law"

    code = fields.Char(required=True, index=True)
    name = fields.Char(required=True, help="As lawyers of that country call it.")
    name_en = fields.Char(string="English Name")
    active = fields.Boolean(default=True)
    date_from = fields.Date(
        string="Holds From",
        help="The law changed: for events from that day on this version is taken.",
    )
    regime = fields.Char(required=True, help="The law of counting, as DE-ZPO.")
    length = fields.Integer(help="0: the law gives none, a judge sets it.")
    unit = fields.Selection(UNITS, required=True, default="day")
    direction = fields.Selection(DIRECTIONS, required=True, default="forward")
    options = fields.Char(help="What the computation is told beside the period.")
    long_stop = fields.Char(
        help="How long after pronouncement it ends, or with first= begins, at the "
        "latest."
    )
    trigger = fields.Char(string="Counted From")
    nature = fields.Char(help="Notfrist, statutory, judicial ...")
    statutory = fields.Boolean(default=True)
    extendable = fields.Char()
    source = fields.Char(required=True, string="Law")
    note = fields.Text()
    reviewed = fields.Boolean(
        copy=False, help="Whether a lawyer of this firm has compared it with the law."
    )
    warning_days = fields.Char(
        string="Early Warnings",
        help="Days before the deadline, as 7, 1. Empty: those of the firm.",
    )

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(date_from, '0001-01-01')) WHERE active",
        "There is a rule of that code from that day on already.",
    )

    @api.model
    def _for(self, code, day):
        """The version of a rule that holds for an event on ``day``."""
        found = self.search(
            [
                ("code", "=", code),
                "|",
                ("date_from", "=", False),
                ("date_from", "<=", day),
            ],
            order="date_from DESC NULLS LAST",
            limit=1,
        )
        if not found:
            raise UserError(self.env._("No deadline rule has the code “%s”.", code))
        return found
