from odoo import fields, models

SIDES = [("own", "Own side"), ("adverse", "Adverse side"), ("neutral", "Neutral")]


class LegalPartyRole(models.Model):
    """What somebody is in a matter: client, opponent, court, expert ..."""

    _name = "legal.party.role"
    _description = "Party Role"
    _order = "sequence, id"

    _gdpr_none = "the firm's own list of roles, names nobody"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        help="Used by the system to find a role: client, opponent, court ...",
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    side = fields.Selection(
        SIDES,
        string="Usual Side",
        required=True,
        default="neutral",
        help="Proposed when somebody gets this role in a matter.",
    )
    principal = fields.Boolean(
        help="Principals are the parties of the dispute themselves: they are named in "
        "the rubrum.",
    )
    color = fields.Integer()

    _code_unique = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "A role with this code exists already."
    )
