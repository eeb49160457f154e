from odoo import api, fields, models

from ..models.gdpr_breach import TIMES
from ..models.gdpr_breach_steps import DECISIONS, GROUNDS, PERSONS, RISKS


class GdprBreachStep(models.TransientModel):
    """The dialogs of an incident: each asks what its step needs."""

    _name = "gdpr.breach.step"
    _description = "Step of an Incident"

    _gdpr_none = "a dialog: nothing stays"

    breach_id = fields.Many2one("gdpr.breach", required=True, readonly=True)
    is_drill = fields.Boolean(related="breach_id.is_drill")
    score = fields.Float(related="breach_id.score")
    band = fields.Selection(related="breach_id.band")
    step = fields.Selection(
        [
            ("times", "Times"),
            ("decide", "Decision"),
            ("send", "Sent"),
            ("exempt", "Exception"),
            ("close", "Close"),
            ("reopen", "Open again"),
        ],
        required=True,
        readonly=True,
    )
    occurred_on = fields.Datetime(string="Happened on")
    detected_on = fields.Datetime(string="Noticed on")
    aware_on = fields.Datetime(string="Firm Aware since")
    processor_informed_on = fields.Datetime(string="Told by the Processor on")
    risk = fields.Selection(RISKS)
    decision = fields.Selection(DECISIONS)
    persons_decision = fields.Selection(PERSONS, string="People")
    persons_reason = fields.Text(string="Why the People Are Not Told")
    ground = fields.Selection(GROUNDS, string="Exception")
    filing_id = fields.Many2one("gdpr.breach.filing", readonly=True)
    person_id = fields.Many2one("gdpr.breach.person", readonly=True)
    how = fields.Selection(
        [
            ("form", "Form of the authority"),
            ("email", "E-mail"),
            ("post", "By post"),
            ("phone", "Phone"),
        ],
        default="form",
    )
    when = fields.Datetime(help="Empty: now.")
    reference = fields.Char(string="Reference of the Authority")
    text = fields.Text()
    seen_on = fields.Datetime(
        string="Decision Seen", help="When what stands was decided, as one saw it."
    )

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        breach = self.env["gdpr.breach"].browse(values.get("breach_id"))
        if values.get("step") == "times":
            values.update({name: breach[name] for name in TIMES})
        elif values.get("step") == "decide":
            values.update(
                risk=breach.risk,
                decision=breach.decision,
                persons_decision=breach.persons_decision,
                ground=breach.persons_ground,
                persons_reason=breach.persons_reason,
                seen_on=breach.decided_on,
            )
        return values

    def action_apply(self):
        self.ensure_one()
        breach = self.breach_id
        if self.step == "times":
            breach._correct_times({name: self[name] for name in TIMES}, self.text)
        elif self.step == "decide":
            breach._need_seen(self.seen_on)
            breach._decide(
                self.risk,
                self.decision,
                self.text,
                self.persons_decision,
                self.ground,
                self.persons_reason,
            )
        elif self.step == "send":
            # whose filing it is, the filing knows
            self.filing_id._send(self.how, self.when, self.reference)
        elif self.step == "exempt":
            self.person_id._exempt(self.ground, self.text)
        elif self.step == "close":
            breach._close(self.text)
        elif self.step == "reopen":
            breach._reopen(self.text)
        return {"type": "ir.actions.act_window_close"}
