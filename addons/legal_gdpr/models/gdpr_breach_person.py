from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

from .gdpr_breach_steps import GROUNDS

TOLD = {"state", "told_on", "told_by_id", "ground", "reason"}


class GdprBreach(models.Model):
    _inherit = "gdpr.breach"

    person_ids = fields.One2many(
        "gdpr.breach.person", "breach_id", string="People to Tell"
    )


class GdprBreachPerson(models.Model):
    """Who is told of an incident (art. 34 GDPR), how and when; or why not."""

    _name = "gdpr.breach.person"
    _description = "Communication to People Concerned"
    _order = "breach_id, state, id"

    _gdpr_data = {
        "partner_id": "the person",
        "name": "the person, or the group of people",
        "reason": "free text",
        "note": "free text",
        "told_by_id": "employee of the firm",
    }
    _access_exempt = "is read by the officer and audit alone"

    breach_id = fields.Many2one(
        "gdpr.breach",
        string="Incident",
        required=True,
        index=True,
        ondelete="restrict",
    )
    is_drill = fields.Boolean(related="breach_id.is_drill")
    partner_id = fields.Many2one(
        "res.partner", string="Contact", index="btree_not_null", ondelete="restrict"
    )
    name = fields.Char(string="Who", help="A person, or a group of people.")
    quantity = fields.Integer(string="People", default=1, aggregator="sum")
    how = fields.Selection(
        [
            ("email", "E-mail"),
            ("letter", "Letter"),
            ("phone", "Phone"),
            ("person", "In person"),
            ("public", "Public notice"),
        ],
        required=True,
        default="letter",
    )
    state = fields.Selection(
        [("open", "To be told"), ("told", "Told"), ("exempt", "Exempted")],
        required=True,
        readonly=True,
        default="open",
        copy=False,
    )
    told_on = fields.Datetime(readonly=True, copy=False)
    told_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    ground = fields.Selection(GROUNDS, string="Exception", readonly=True, copy=False)
    reason = fields.Text(readonly=True, copy=False)
    note = fields.Text()

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "At least one person is told: enter 1 or more."
    )

    @api.constrains("breach_id", "partner_id", "name")
    def _check_named(self):
        for person in self:
            if not person.partner_id and not (person.name or "").strip():
                raise ValidationError(
                    self.env._("Choose a contact, or write who is told.")
                )

    @api.depends("partner_id", "name")
    def _compute_display_name(self):
        for person in self:
            person.display_name = person.name or person.partner_id.display_name

    @api.model_create_multi
    def create(self, vals_list):
        unlocked = self.env.context.get("legal_unlock") is UNLOCK
        if not unlocked:
            vals_list = [
                {key: value for key, value in vals.items() if key not in TOLD}
                | {"state": "open"}
                for vals in vals_list
            ]
            plain = {
                key: value
                for key, value in self.env.context.items()
                if key not in {f"default_{name}" for name in TOLD}
            }
            # keys have to go: the whole context is given
            # pylint: disable-next=context-overridden
            self = self.with_context(plain)
        people = super().create(vals_list)
        for breach in people.breach_id:
            if breach.state == "closed":
                raise UserError(
                    self.env._("The incident is closed. Open it again first.")
                )
        return people

    def write(self, vals):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            if TOLD & vals.keys():
                raise UserError(
                    self.env._("That somebody was told is noted with the button.")
                )
            if "breach_id" in vals and any(
                person.breach_id.id != vals["breach_id"] for person in self
            ):
                raise UserError(
                    self.env._(
                        "People to tell stay with their incident: enter them anew in "
                        "the other one."
                    )
                )
            if vals.keys() and any(person.state != "open" for person in self):
                raise UserError(
                    self.env._("Who was told, and how, stays as it was noted.")
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _keep_told(self):
        if any(person.state != "open" for person in self):
            raise UserError(self.env._("Who was told, and how, stays as it was noted."))

    def unlink(self):
        """Whoever is taken off the list is not told: the journal says so."""
        self._keep_told()
        for person in self:
            person.breach_id._note("person", "person_ids", f"removed {person.quantity}")
        return super().unlink()

    def action_told(self):
        """They were told today."""
        for breach, people in self.grouped("breach_id").items():
            breach._need_officer()
            breach._need_state("assessing", "decided", "notified")
            people = people.filtered(lambda person: person.state == "open")
            people._legal_unlocked().write(
                {
                    "state": "told",
                    "told_on": fields.Datetime.now(),
                    "told_by_id": self.env.uid,
                }
            )
            for person in people:
                breach._note("person", "person_ids", f"told {person.quantity}")

    def action_exempt(self):
        self.ensure_one()
        return self.breach_id._step(
            "exempt", self.env._("Why They Are Not Told"), person_id=self.id
        )

    def _exempt(self, ground, reason):
        """:raises UserError: no ground or reason, or they were told"""
        self.ensure_one()
        self.breach_id._need_officer()
        self.breach_id._need_state("assessing", "decided", "notified")
        if self.state != "open":
            raise UserError(self.env._("Who was told, and how, stays as it was noted."))
        if ground not in dict(GROUNDS) or not (reason or "").strip():
            raise UserError(
                self.env._("An exception needs its ground, and the reason in words.")
            )
        self._legal_unlocked().write(
            {
                "state": "exempt",
                "ground": ground,
                "reason": reason.strip(),
                "told_by_id": self.env.uid,
            }
        )
        self.breach_id._note("person", "person_ids", f"exempt {ground}")
