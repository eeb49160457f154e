from odoo import fields, models

from ..models.gdpr_request_identity import METHODS
from ..models.gdpr_request_steps import REFUSALS


class GdprRequestStep(models.TransientModel):
    """The dialogs of a request: each asks what its step needs."""

    _name = "gdpr.request.step"
    _description = "Step of a Data Subject Request"

    _gdpr_none = "a dialog: nothing stays"

    request_id = fields.Many2one("gdpr.request", required=True, readonly=True)
    step = fields.Selection(
        [
            ("identity", "Identity"),
            ("letter", "Letter"),
            ("extend", "Extension"),
            ("refuse", "Refusal"),
            ("withdraw", "Withdrawn"),
            ("not_told", "Recipient not told"),
        ],
        required=True,
        readonly=True,
    )
    identity_method = fields.Selection(METHODS, string="How")
    letter_kind = fields.Selection(
        [
            ("acknowledgement", "Acknowledgement"),
            ("identity", "Question of identity"),
            ("clarification", "Question what is meant"),
            ("extension", "Extension"),
        ],
        string="Letter",
        default="acknowledgement",
    )
    notice_id = fields.Many2one("gdpr.request.notice", readonly=True)
    not_told = fields.Selection(
        [("impossible", "Impossible"), ("effort", "Disproportionate effort")],
        string="Why Not",
    )
    refusal_code = fields.Selection(REFUSALS, string="Reason")
    text = fields.Text()

    def action_apply(self):
        self.ensure_one()
        request = self.request_id
        if self.step == "identity":
            request._settle_identity(self.identity_method, self.text)
        elif self.step == "extend":
            request._extend(self.text)
        elif self.step == "withdraw":
            request._withdraw(self.text)
        elif self.step == "not_told":
            self.notice_id._not_told(self.not_told, self.text)
        elif self.step == "refuse":
            return request._refuse(self.refusal_code, self.text)._open()
        elif self.letter_kind in ("identity", "clarification"):
            return request._ask(self.letter_kind, self.text)._open()
        else:
            request._need_officer()
            letters = self.env["gdpr.request.letter"]
            return letters._draft(request, self.letter_kind, self.text)._open()
        return {"type": "ir.actions.act_window_close"}
