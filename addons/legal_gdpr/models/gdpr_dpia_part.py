from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

SCALE = [
    ("1", "1 Negligible"),
    ("2", "2 Limited"),
    ("3", "3 Significant"),
    ("4", "4 Maximum"),
]
LEVELS = [("low", "Low"), ("medium", "Medium"), ("high", "High")]


class GdprDpiaPart(models.AbstractModel):
    """A line of an impact assessment: written as long as the assessment is."""

    _name = "gdpr.dpia.part"
    _description = "Part of an Impact Assessment"
    _inherit = "gdpr.computed.mixin"

    #: what goes on after the signature
    _free_fields = frozenset()

    dpia_id = fields.Many2one(
        "gdpr.dpia",
        string="Impact Assessment",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", related="dpia_id.company_id", store=True, index=True
    )

    def _is_unlocked(self):
        return self.env.context.get("legal_unlock") is UNLOCK

    def _as_part(self):
        """Unlocked: the suite copies the lines of a signed revision."""
        return self._legal_unlocked()

    @api.model_create_multi
    def create(self, vals_list):
        if self._is_unlocked():
            return super().create(vals_list)
        named = {vals["dpia_id"] for vals in vals_list if vals.get("dpia_id")}
        self._check_written(self.env["gdpr.dpia"].browse(named))
        parts = super().create(vals_list)
        parts._check_written(parts.dpia_id)  # also one that came as a default
        return parts

    def write(self, vals):
        if self._is_unlocked() or not vals.keys() - self._free_fields:
            return super().write(vals)
        self._check_written(self.dpia_id)  # where it leaves
        result = super().write(vals)
        self._check_written(self.dpia_id)  # and where it goes
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        if not self._is_unlocked():
            self._check_written(self.dpia_id)

    def _check_written(self, dpias):
        """Look whether parts of ``dpias`` may be written, and note who does.

        :raises UserError: the assessment is not being worked on
        """
        # nobody signs what is being written at this moment, and the other way round
        dpias.lock_for_update(allow_referencing=True)
        dpias.invalidate_recordset(["state"])
        dpias._check_open()
        if any(dpia.state != "draft" for dpia in dpias):
            raise UserError(
                self.env._("Screen the activity first, and decide for an assessment.")
            )
        dpias._note_author()


class GdprDpiaAnswer(models.Model):
    """What is answered to one of the questions on proportionality and rights."""

    _name = "gdpr.dpia.answer"
    _description = "Answer of an Impact Assessment"
    _inherit = "gdpr.dpia.part"
    _order = "dpia_id, sequence, id"

    _gdpr_none = "words on a processing, not on a person"

    question_id = fields.Many2one(
        "gdpr.dpia.question",
        string="Entry of the Catalogue",
        required=True,
        ondelete="restrict",
    )
    sequence = fields.Integer(readonly=True)
    # the wording that was answered stays, should the catalogue change
    name = fields.Char(string="Question", translate=True, readonly=True)
    section = fields.Selection(related="question_id.section", store=True)
    answer = fields.Text()
    measures = fields.Text(help="What is done, or planned, to keep to the principle.")
    verdict = fields.Selection(
        [
            ("good", "Acceptable"),
            ("improve", "To be improved"),
            ("none", "Does not apply"),
        ],
        string="Assessment",
    )

    _question_unique = models.UniqueIndex(
        "(dpia_id, question_id)", "This question is asked already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self._is_unlocked():
            raise UserError(
                self.env._("The questions come from the catalogue, in Configuration.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if not self._is_unlocked() and {"name", "question_id", "dpia_id"} & vals.keys():
            raise UserError(self.env._("A question is answered, not changed."))
        return super().write(vals)

    def update_field_translations(self, field_name, translations, *args, **kwargs):
        if not self._is_unlocked():
            for answer in self:
                # goes through write, which refuses
                answer.write({field_name: answer[field_name]})
        return super().update_field_translations(
            field_name, translations, *args, **kwargs
        )

    def _is_answered(self):
        """Words, and a verdict; what does not apply says why."""
        self.ensure_one()
        return bool((self.answer or "").strip() and self.verdict)


class GdprDpiaAction(models.Model):
    """A measure of the action plan: by whom, by when, done on which day."""

    _name = "gdpr.dpia.action"
    _description = "Measure of an Impact Assessment"
    _inherit = "gdpr.dpia.part"
    _order = "date_due, id"

    _gdpr_data = {"owner_id": "employee of the firm"}
    _free_fields = frozenset({"done_on", "done_note"})

    name = fields.Char(string="Measure", required=True)
    measure_id = fields.Many2one(
        "gdpr.measure", string="In the List of Measures", ondelete="restrict"
    )
    risk_ids = fields.Many2many(
        "gdpr.dpia.risk",
        "gdpr_dpia_action_risk_rel",
        "action_id",
        "risk_id",
        string="Against",
        domain="[('dpia_id', '=', dpia_id)]",
    )
    owner_id = fields.Many2one(
        "res.users", string="Responsible", domain="[('share', '=', False)]"
    )
    date_due = fields.Date(string="Due", index="btree_not_null")
    done_on = fields.Date()
    done_note = fields.Char(string="Evidence")
    reminded = fields.Boolean(readonly=True, copy=False)
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")

    @api.model
    def _system_names(self):
        return super()._system_names() | {"reminded"}

    def write(self, vals):
        if self._is_unlocked() or not {"done_on", "done_note"} & vals.keys():
            return super().write(vals)
        before = {action: action._done_words() for action in self}
        result = super().write(vals)
        for action in self:
            if action._done_words() != before[action]:
                # sudo: who answers for a measure may not read the assessment; that he
                # called it done, or not done, stays with it
                action.dpia_id.sudo().message_post(
                    body=self.env._(
                        "“%(measure)s”: %(before)s → %(after)s",
                        measure=action.name,
                        before=before[action],
                        after=action._done_words(),
                    )
                )
        return result

    def _done_words(self):
        """The day it was done and what shows it, for the chatter."""
        self.ensure_one()
        if not self.done_on:
            return self.env._("not done")
        return " ".join(
            filter(None, [fields.Date.to_string(self.done_on), self.done_note])
        )

    def _remind(self):
        self.ensure_one()
        self.dpia_id.activity_schedule(
            "mail.mail_activity_data_warning",
            user_id=self.dpia_id._to_be_told(self.owner_id).id,
            summary=self.env._("Measure overdue: %s", self.name),
        )
        owner = self.owner_id
        if owner.active and not self.dpia_id.with_user(owner).has_access("read"):
            self.dpia_id._notify_owner(
                owner,
                self.env._("Measure overdue: %s", self.name),
                self.env._(
                    "It was due on %s. Data Protection, Reviews, My Measures.",
                    fields.Date.to_string(self.date_due),
                ),
            )
        self._as_part().write({"reminded": True})

    @api.depends("date_due", "done_on", "dpia_id.state")
    def _compute_overdue(self):
        # What a revision left open goes on in the next one, and is late there alone.
        today = fields.Date.context_today(self)
        for action in self:
            action.overdue = bool(
                not action.done_on
                and action.date_due
                and action.date_due < today
                # sudo: who does it may not read the assessment
                and action.sudo().dpia_id.state != "replaced"
            )

    def _search_overdue(self, operator, value):
        if operator != "in" or list(value) != [True]:
            return NotImplemented
        today = fields.Date.context_today(self)
        # any!: past the rules, since who does it may not read the assessment
        return (
            Domain("done_on", "=", False)
            & Domain("date_due", "<", today)
            & Domain("dpia_id", "any!", [("state", "!=", "replaced")])
        )

    @api.constrains("done_on")
    def _check_done_on(self):
        for action in self:
            if action.done_on and action.done_on > fields.Date.context_today(self):
                raise ValidationError(
                    self.env._(
                        "“%s” is not done yet: enter the day on which it was done.",
                        action.name,
                    )
                )

    @api.constrains("risk_ids", "dpia_id")
    def _check_risks(self):
        for action in self:
            if action.risk_ids.dpia_id - action.dpia_id:
                raise ValidationError(
                    self.env._(
                        "“%s” answers risks of its own assessment alone.", action.name
                    )
                )
