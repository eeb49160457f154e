from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.legal_matter_mail import CONFIRMED


class MailComposeMessage(models.TransientModel):
    """The composer says where each recipient stands, and asks about the other side."""

    _inherit = "mail.compose.message"

    _gdpr_none = "transient, gone within hours"

    legal_sides = fields.Json(compute="_compute_legal_sides")
    legal_adverse_names = fields.Char(compute="_compute_legal_sides")
    legal_adverse_confirmed = fields.Boolean(string="Send to the adverse side")

    def _legal_matters(self):
        self.ensure_one()
        if self.model != "legal.matter":
            return self.env["legal.matter"]
        return self.env["legal.matter"].browse(self._evaluate_res_ids())

    @api.depends("model", "res_ids", "partner_ids")
    def _compute_legal_sides(self):
        labels = dict(
            self.env["legal.matter.party"]
            ._fields["side"]
            ._description_selection(self.env)
        )
        for wizard in self:
            rows, adverse = [], []
            matters = wizard._legal_matters()
            if len(matters) == 1 and matters.has_access("read"):
                for partner, email, parties in matters._recipient_sides(
                    wizard.partner_ids
                ):
                    sides = set(parties.mapped("side"))
                    side = next(
                        (s for s in ("adverse", "own", "neutral") if s in sides), ""
                    )
                    colleague = bool(partner.user_ids.filtered(lambda u: not u.share))
                    rows.append(
                        {
                            "name": partner.display_name or email,
                            "side": side or ("colleague" if colleague else "none"),
                            "label": labels.get(side)
                            or (
                                self.env._("Colleague")
                                if colleague
                                else self.env._("No party of this matter")
                            ),
                            "roles": ", ".join(parties.role_id.mapped("name")),
                        }
                    )
                    if side == "adverse":
                        adverse.append(partner.display_name or email)
            wizard.legal_sides = rows
            wizard.legal_adverse_names = ", ".join(adverse)

    @api.onchange("partner_ids")
    def _onchange_legal_partner_ids(self):
        # Another recipient is another decision.
        self.legal_adverse_confirmed = False

    def _legal_confirm(self):
        """Return self with the adverse recipients confirmed, or ask.

        :raises UserError: somebody of the other side is among the recipients and the
            box is not ticked
        """
        self.ensure_one()
        matters = self._legal_matters()
        confirmed = []
        for matter in matters:
            adverse = matter._adverse_recipients(self.partner_ids)
            if adverse and not self.legal_adverse_confirmed:
                raise UserError(
                    self.env._(
                        "This mail goes to the adverse side: %s.\n\nNothing was sent. "
                        "Tick “Send to the adverse side” if that is what you want.",
                        ", ".join(p.display_name or e for p, e, _parties in adverse),
                    )
                )
            confirmed += [partner.id or email for partner, email, _parties in adverse]
        return self.with_context(**{CONFIRMED: confirmed}) if confirmed else self

    def _action_send_mail_comment(self, res_ids):
        return super(
            MailComposeMessage, self._legal_confirm()
        )._action_send_mail_comment(res_ids)

    def _action_send_mail_mass_mail(self, res_ids, auto_commit=False):
        if self.model == "legal.matter":
            confirming = self._legal_confirm()
            prepared = self._manage_mail_values(self._prepare_mail_values(res_ids))
            for res_id, values in prepared.items():
                partners = self.env["res.partner"].browse(
                    [
                        id_
                        for command in values.get("recipient_ids") or []
                        for id_ in (command[2] if command[0] == 6 else [command[1]])
                    ]
                )
                context = (
                    {CONFIRMED: partners.ids} if self.legal_adverse_confirmed else {}
                )
                self.env["legal.matter"].browse(res_id).with_context(
                    **context
                )._check_adverse_recipients(partners, values.get("email_to") or "")
            self = confirming
        return super()._action_send_mail_mass_mail(res_ids, auto_commit=auto_commit)

    def _prepare_schedule_message_post_values(self, post_values):
        values = super(
            MailComposeMessage, self._legal_confirm()
        )._prepare_schedule_message_post_values(post_values)
        if self.model == "legal.matter" and self.legal_adverse_confirmed:
            values["send_context"] = {
                **(values.get("send_context") or {}),
                CONFIRMED: self._legal_confirm().env.context.get(CONFIRMED, []),
            }
        return values


class MailScheduledMessage(models.Model):
    """A mail for later is asked about now: at its hour nobody is there to answer."""

    _inherit = "mail.scheduled.message"

    _gdpr_data = {
        "body": "a mail not yet sent",
        "partner_ids": "its recipients",
        "subject": "what it is about",
    }

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        messages._check_legal_recipients()
        return messages

    def write(self, vals):
        result = super().write(vals)
        if "partner_ids" in vals:
            self._check_legal_recipients()
        return result

    def _check_legal_recipients(self):
        for message in self:
            if message.model == "legal.matter" and not message.is_note:
                confirmed = (message.send_context or {}).get(CONFIRMED, [])
                self.env["legal.matter"].browse(message.res_id).with_context(
                    **{CONFIRMED: confirmed}
                )._check_adverse_recipients(message.partner_ids)
