from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

#: what a record of a training says for good
_RECORDED = {"training_id", "user_id", "date", "evidence", "recorded_by_id"}


class GdprTraining(models.Model):
    """A course: who takes it, how long it holds, and what is withheld without it."""

    _name = "gdpr.training"
    _description = "Training"
    _inherit = ["mail.thread"]
    _order = "name, id"

    _gdpr_none = "courses, not people"

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    description = fields.Text(translate=True)
    group_ids = fields.Many2many(
        "res.groups",
        "gdpr_training_group_rel",
        "training_id",
        "group_id",
        string="For",
        help="Who takes it; empty: everybody in the firm.",
    )
    validity_months = fields.Integer(
        string="Valid for Months", required=True, default=12, tracking=True
    )
    soon_days = fields.Integer(
        string="Announced Days Before",
        required=True,
        default=30,
        help="From then on it stands among what is due.",
    )
    gate_group_id = fields.Many2one(
        "res.groups",
        string="Withheld Without It",
        ondelete="restrict",
        tracking=True,
        help="Who has not taken the course loses this role after a notice, and has it "
        "back when the course is recorded.",
    )
    notice_days = fields.Integer(
        string="Notice in Days",
        required=True,
        default=14,
        help="So long after the notice the role is withheld, not before.",
    )
    record_ids = fields.One2many("gdpr.training.record", "training_id", copy=False)

    @api.constrains("validity_months", "soon_days", "notice_days")
    def _check_numbers(self):
        for training in self:
            if not 0 < training.validity_months <= 1200:
                raise ValidationError(
                    self.env._(
                        "“%s”: say for how many months the training holds, from 1 to "
                        "1,200.",
                        training.name,
                    )
                )
            if training.soon_days < 0:
                raise ValidationError(
                    self.env._("“%s”: a number of days is not negative.", training.name)
                )
            if training.gate_group_id and training.notice_days < 1:
                raise ValidationError(
                    self.env._(
                        "“%s”: a role is withheld after a notice of a day at least.",
                        training.name,
                    )
                )

    @api.constrains("gate_group_id")
    def _check_gate(self):
        # sudo: the roles of the firm, the same for everybody
        roles = self.env["res.groups"].sudo()._legal_roles()
        for training in self:
            if training.gate_group_id and training.gate_group_id not in roles:
                raise ValidationError(
                    self.env._(
                        "“%s” is no role of the firm. Choose one of those under Legal.",
                        training.gate_group_id.sudo().full_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _keep_taken(self):
        if self.sudo().record_ids:  # whether there is any, whoever asks
            raise UserError(
                self.env._("Somebody took this training: archive it instead.")
            )

    def action_open_due(self):
        """Who has taken it, and who has not."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "legal_gdpr.gdpr_training_due_action"
        )
        action["domain"] = [("training_id", "=", self.id)]
        action["context"] = {}
        return action


class GdprTrainingRecord(models.Model):
    """That somebody took a course, on which day, and what shows it.

    The officer records it. A wrong entry is archived with its reason in the chatter;
    none is changed or deleted.
    """

    _name = "gdpr.training.record"
    _description = "Training Taken"
    _inherit = ["mail.thread", "gdpr.computed.mixin"]
    _order = "date desc, id desc"

    _gdpr_data = {
        "user_id": "employee of the firm",
        "recorded_by_id": "employee who recorded it",
        "evidence": "what shows it, may name people",
        "evidence_file": "certificate of an employee",
    }

    training_id = fields.Many2one(
        "gdpr.training", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", related="training_id.company_id", store=True, index=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    date = fields.Date(
        string="Taken On", required=True, default=fields.Date.context_today
    )
    expires_on = fields.Date(
        string="Valid Until", compute="_compute_expires_on", store=True, index=True
    )
    evidence = fields.Char(
        required=True, help="List of participants, certificate, who held it."
    )
    evidence_file = fields.Binary(attachment=True, copy=False)
    evidence_name = fields.Char(copy=False)
    recorded_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    active = fields.Boolean(default=True, tracking=True)

    @api.depends("date", "training_id")
    def _compute_expires_on(self):
        # Not of the validity: what somebody was told when he took it stays.
        for record in self:
            record.expires_on = record.date and fields.Date.add(
                record.date, months=record.training_id.validity_months
            )

    @api.depends("training_id", "date")
    def _compute_display_name(self):
        for record in self:
            record.display_name = self.env._(
                "%(training)s, %(date)s",
                training=record.training_id.name or "",
                date=fields.Date.to_string(record.date) or "",
            )

    @api.constrains("date")
    def _check_date(self):
        for record in self:
            if record.date > fields.Date.context_today(record):
                raise ValidationError(
                    self.env._("A training is recorded after it was taken.")
                )

    @api.constrains("evidence")
    def _check_evidence(self):
        if any(not (record.evidence or "").strip() for record in self):
            raise ValidationError(
                self.env._("Say what shows that the training was taken.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(
            [{**vals, "recorded_by_id": self.env.uid} for vals in vals_list]
        )
        records._refuse_own()  # what was stored, wherever the person came from
        self.env["gdpr.training.gate"]._trained(records)
        return records

    def write(self, vals):
        if _RECORDED & vals.keys() or (
            # what shows it may come later, and is not exchanged
            {"evidence_file", "evidence_name"} & vals.keys()
            and self.filtered("evidence_file")
        ):
            raise UserError(
                self.env._(
                    "What was recorded stays. Archive a wrong entry, and record it "
                    "anew."
                )
            )
        if "active" in vals:
            self._refuse_own()
        return super().write(vals)

    def _refuse_own(self):
        """:raises UserError: one of these is the caller's own"""
        if not self.env.su and self.env.user in self.user_id:
            raise UserError(
                self.env._(
                    "Nobody records his own training. Ask another officer, or the "
                    "partner who answers for it."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(
            self.env._("A training that was recorded is archived, not deleted.")
        )


class ResUsers(models.Model):
    """What of the trainings somebody has to take is missing."""

    _inherit = "res.users"

    def _training_states(self):
        """{id of a user: (state, names of the courses that are not valid)}.

        The state is ``none`` (nothing to take), ``current`` or ``lapsed``.
        """
        # sudo: whether a role is held with its training is shown in the access review
        rows = (
            self.env["gdpr.training.due"]
            .sudo()
            .search(Domain("user_id", "in", self.ids))
        )
        found = dict.fromkeys(self.ids, ("none", ""))
        for user, due in rows.grouped("user_id").items():
            bad = due.filtered(lambda row: row.state in ("missing", "lapsed"))
            found[user.id] = (
                "lapsed" if bad else "current",
                ", ".join(bad.training_id.mapped("name")),
            )
        return found
