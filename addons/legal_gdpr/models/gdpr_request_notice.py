from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK


class GdprRequestNotice(models.Model):
    """Who got the data has to hear of a rectification, erasure or restriction.

    Art. 19 GDPR. To tell somebody is left out only where it is impossible or costs a
    disproportionate effort, and then the reason stands here.
    """

    _name = "gdpr.request.notice"
    _description = "Notice to a Recipient of Data"
    _order = "request_id, id"

    _gdpr_data = {
        "name": "who got the data",
        "email": "address of who got the data",
        "partner_id": "who got the data",
        "request_id": "the person's request",
        "reason": "free text",
        "what": "free text",
    }

    _access_exempt = "who got data, typed in by the officer"

    request_id = fields.Many2one(
        "gdpr.request", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Recipient", index="btree_not_null", ondelete="set null"
    )
    name = fields.Char(
        required=True,
        compute="_compute_reach",
        store=True,
        readonly=False,
        precompute=True,
    )
    email = fields.Char(
        compute="_compute_reach", store=True, readonly=False, precompute=True
    )
    role = fields.Selection(
        [
            ("processor", "Processor"),
            ("court", "Court or authority"),
            ("opponent", "Opponent"),
            ("other", "Somebody else"),
        ],
        required=True,
        default="other",
    )
    what = fields.Char(string="What They Got")
    state = fields.Selection(
        [
            ("open", "To be told"),
            ("told", "Told"),
            ("impossible", "Impossible"),
            ("effort", "Disproportionate effort"),
        ],
        required=True,
        default="open",
        readonly=True,
    )
    told_on = fields.Datetime(readonly=True)
    reason = fields.Char(string="Why Not Told", readonly=True)
    letter_id = fields.Many2one("gdpr.request.letter", readonly=True)

    @api.depends("partner_id")
    def _compute_reach(self):
        for notice in self:
            notice.name = notice.partner_id.name or notice.name
            notice.email = notice.partner_id.email or notice.email

    def write(self, vals):
        guarded = {"state", "told_on", "reason", "letter_id", "request_id"}
        if guarded & vals.keys() and self.env.context.get("legal_unlock") is not UNLOCK:
            raise UserError(self.env._("A notice is noted with its buttons."))
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            for name in ("state", "told_on", "reason", "letter_id"):
                vals.pop(name, None)
        notices = super().create(vals_list)
        # a default from the context would note what nobody did
        notices._legal_unlocked().write(
            {"state": "open", "told_on": False, "reason": False, "letter_id": False}
        )
        return notices

    @api.ondelete(at_uninstall=False)
    def _keep_told(self):
        if any(notice.state != "open" for notice in self):
            raise UserError(self.env._("What was noted about a recipient stays."))

    def action_letter(self):
        self.ensure_one()
        self.request_id._need_officer()
        if self.state != "open":
            raise UserError(self.env._("“%s” was told already.", self.name))
        letters = self.env["gdpr.request.letter"]
        return letters._draft(self.request_id, "notice", notice=self)._open()

    def action_not_told(self):
        """The dialog that asks why this recipient is not told."""
        self.ensure_one()
        action = self.request_id._step("not_told", self.env._("Not Told"))
        action["context"]["default_notice_id"] = self.id
        return action

    def _told(self, letter):
        self._legal_unlocked().write(
            {"state": "told", "told_on": letter.sent_on, "letter_id": letter.id}
        )

    def _not_told(self, state, reason):
        """:raises UserError: no reason"""
        self.ensure_one()
        self.request_id._need_officer()
        if state not in ("impossible", "effort") or not (reason or "").strip():
            raise UserError(self.env._("Say why this recipient is not told."))
        if self.state != "open":
            raise UserError(self.env._("“%s” was told already.", self.name))
        self._legal_unlocked().write({"state": state, "reason": reason.strip()})


class GdprRequest(models.Model):
    _inherit = "gdpr.request"

    notice_ids = fields.One2many(
        "gdpr.request.notice", "request_id", string="Recipients"
    )

    def action_find_recipients(self):
        """To whom the data went out: the other people of the outgoing communications
        that are among the findings and that the user may read."""
        for request in self:
            request._need_officer()
            # sudo: the recipients of what went out, whoever may read it
            subject = request.sudo().subject_id
            items = subject.item_ids.filtered(
                lambda item: item.res_model == "legal.communication"
            )
            sent = (
                self.env["legal.communication"]
                .browse(items.mapped("res_id"))
                .exists()
                ._filtered_access("read")
                .filtered(lambda entry: entry.direction == "out")
            )
            known = request.notice_ids.partner_id
            own = subject.partner_id | subject._own_partners()
            # sudo: who received it
            self.env["gdpr.request.notice"].create(
                [
                    {
                        "request_id": request.id,
                        "partner_id": partner.id,
                        "name": partner.name,
                        "email": partner.email,
                    }
                    for partner in sent.sudo().partner_ids - known - own
                ]
            )
