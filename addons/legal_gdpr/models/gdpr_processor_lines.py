from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .gdpr_processor import CLAUSES


class GdprProcessorClause(models.Model):
    """One point that art. 28(3) GDPR wants in the contract, and where it is."""

    _name = "gdpr.processor.clause"
    _description = "Content of a Processing Contract"
    _order = "processor_id, code"
    _rec_name = "code"

    _gdpr_none = "where in a contract something is said"
    _access_exempt = "is read with its processor"

    processor_id = fields.Many2one(
        "gdpr.processor", required=True, index=True, ondelete="cascade"
    )
    code = fields.Selection(CLAUSES, string="Art. 28(3)", required=True)
    agreed = fields.Boolean()
    place = fields.Char(string="Where in the Contract")

    _code_unique = models.UniqueIndex(
        "(processor_id, code)", "This point is in the list already."
    )

    @api.constrains("agreed", "place")
    def _check_place(self):
        for clause in self:
            if clause.agreed and not (clause.place or "").strip():
                raise ValidationError(
                    self.env._(
                        "Say where in the contract it is, as “§ 4(2)”: whoever reads "
                        "this later has to find it."
                    )
                )
        self.processor_id._check_gate_kept()

    @api.ondelete(at_uninstall=False)
    def _keep_list(self):
        if self.processor_id.exists().filtered(lambda p: p.state == "active"):
            raise UserError(
                self.env._("The points of an active processor stay in the list.")
            )


class GdprProcessorInstruction(models.Model):
    """An instruction to a processor (art. 28(3)(a) GDPR): documented, not changed."""

    _name = "gdpr.processor.instruction"
    _description = "Instruction to a Processor"
    _order = "date desc, id desc"
    _rec_name = "date"

    _gdpr_data = {"user_id": "employee of the firm", "text": "free text"}
    _access_exempt = "is read with its processor"

    processor_id = fields.Many2one(
        "gdpr.processor", required=True, index=True, ondelete="restrict"
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    user_id = fields.Many2one(
        "res.users",
        string="Given by",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    text = fields.Text(string="Instruction", required=True)
    confirmed_on = fields.Date()

    @api.constrains("date", "confirmed_on")
    def _check_dates(self):
        today = fields.Date.context_today(self)
        for line in self:
            if line.date > today or (line.confirmed_on or today) > today:
                raise ValidationError(
                    self.env._("An instruction is noted when it was given, not before.")
                )
            if line.confirmed_on and line.confirmed_on < line.date:
                raise ValidationError(
                    self.env._("It cannot be confirmed before it was given.")
                )

    def write(self, vals):
        if vals.keys() - {"confirmed_on"}:
            raise UserError(
                self.env._(
                    "An instruction stays as it was given. Give a new one that "
                    "replaces it."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _keep(self):
        raise UserError(self.env._("An instruction stays as it was given."))


class GdprProcessorAudit(models.Model):
    """That a processor was audited: when, how, with what result (art. 28(3)(h))."""

    _name = "gdpr.processor.audit"
    _description = "Audit of a Processor"
    _order = "date desc, id desc"
    _rec_name = "date"

    _gdpr_data = {
        "user_id": "employee of the firm",
        "findings": "free text",
        "attachment_ids": "evidence",
    }
    _access_exempt = "is read with its processor"

    processor_id = fields.Many2one(
        "gdpr.processor", required=True, index=True, ondelete="restrict"
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    kind = fields.Selection(
        [
            ("certificate", "Certificate"),
            ("self", "Questionnaire"),
            ("report", "Report of an auditor"),
            ("site", "On site"),
        ],
        string="How",
        required=True,
        default="self",
    )
    result = fields.Selection(
        [("passed", "Passed"), ("findings", "With findings"), ("failed", "Failed")],
        required=True,
    )
    findings = fields.Text()
    attachment_ids = fields.Many2many(
        "ir.attachment", "gdpr_processor_audit_file_rel", string="Evidence"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Audited by",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )

    @api.constrains("date", "result", "findings", "attachment_ids")
    def _check_evidence(self):
        today = fields.Date.context_today(self)
        for audit in self:
            if audit.date > today:
                raise ValidationError(
                    self.env._("An audit lies in the past: enter when it was.")
                )
            if audit.result != "passed" and not (audit.findings or "").strip():
                raise ValidationError(self.env._("Say what was found."))
            if not audit.attachment_ids and not (audit.findings or "").strip():
                raise ValidationError(
                    self.env._("An audit needs evidence: a file, or what was seen.")
                )

    def write(self, vals):
        if vals.keys() - {"attachment_ids"}:
            raise UserError(self.env._("An audit stays as it was noted."))
        before = {audit: audit.attachment_ids for audit in self}
        result = super().write(vals)
        # a file may come, and none goes
        if any(files - audit.attachment_ids for audit, files in before.items()):
            raise UserError(self.env._("An audit stays as it was noted."))
        return result

    @api.ondelete(at_uninstall=False)
    def _keep(self):
        raise UserError(self.env._("An audit stays as it was noted."))
