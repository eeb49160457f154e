from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK
from odoo.addons.legal_crm.models.legal_erasing import is_erasing

from .legal_deadline import RUNNING, STATES
from .legal_deadline_list import STRUCK

#: what somebody says of a line
_DECISION = frozenset({"finding", "remark"})


class LegalDeadlineControlLine(models.Model):
    """One deadline of an evening control, and what was found.

    Who recorded it as done, cancelled it or entered it does not confirm it himself.
    What is due and not done is never "in order".
    """

    _name = "legal.deadline.control.line"
    _description = "Line of an Evening Control"
    _inherit = "legal.access.mixin"
    _order = "control_id desc, sequence, date_deadline, id"
    _access_role_always = True

    _gdpr_data = {
        "name": "what was due",
        "responsible_id": "employee of the firm",
        "checked_by_id": "employee of the firm",
        "remark": "free text",
    }

    control_id = fields.Many2one(
        "legal.deadline.control", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="control_id.company_id", store=True)
    control_state = fields.Selection(
        related="control_id.state", string="State of the Control"
    )
    sequence = fields.Integer(readonly=True)
    deadline_id = fields.Many2one(
        "legal.deadline", required=True, index=True, readonly=True, ondelete="restrict"
    )
    matter_id = fields.Many2one(
        "legal.matter", index="btree_not_null", readonly=True, ondelete="restrict"
    )
    reason = fields.Selection(
        [
            ("overdue", "Overdue"),
            ("due", "Due"),
            ("unchecked", "Done, to Be Checked"),
            ("struck", "Struck"),
            ("entry", "New Entry, to Be Checked"),
        ],
        string="Why It Is Here",
        readonly=True,
    )
    # as it was when somebody decided; until then as it is
    name = fields.Char(string="What", readonly=True)
    date_deadline = fields.Date(string="Date", readonly=True)
    responsible_id = fields.Many2one(
        "res.users", string="Responsible", readonly=True, ondelete="restrict"
    )
    state = fields.Selection(STATES, readonly=True)
    is_struck = fields.Boolean(compute="_compute_is_struck")
    finding = fields.Selection([("ok", "In Order"), ("not_ok", "Not in Order")])
    remark = fields.Char()
    checked_by_id = fields.Many2one(
        "res.users", string="Decided By", readonly=True, ondelete="restrict"
    )
    checked_on = fields.Datetime(string="Decided On", readonly=True)
    is_own = fields.Boolean(
        string="Recorded by Me",
        compute="_compute_is_own",
        help="You recorded this yourself: a colleague confirms it.",
    )

    _deadline_uniq = models.UniqueIndex(
        "(control_id, deadline_id)", "This deadline is on the control already."
    )

    @api.depends("state")
    def _compute_is_struck(self):
        for line in self:
            line.is_struck = line.state in STRUCK

    @api.depends("deadline_id")
    @api.depends_context("uid")
    def _compute_is_own(self):
        for line in self:
            line.is_own = self.env.user in line._recorded_by()

    def _recorded_by(self):
        """Who recorded what is to be confirmed."""
        # sudo: who it was, whoever asks
        deadline = self.deadline_id.sudo()
        if deadline.state == "cancelled":
            return deadline.cancelled_by_id | deadline.done_by_id
        if deadline.state in STRUCK:
            return deadline.done_by_id
        if self._entry_unchecked():
            return deadline.entered_by_id
        return self.env["res.users"]

    def _entry_unchecked(self):
        deadline = self.deadline_id.sudo()  # two marks, nothing of the case
        return deadline.needs_entry_check and not deadline.entry_checked_by_id

    # -- lines of a control: called as superuser ---------------------------------------

    @api.model
    def _values_of(self, deadline, day):
        """What a line says of its deadline."""
        reason = self._reason(deadline, day)
        reasons = [code for code, _name in self._fields["reason"].selection]
        return {
            "name": deadline.name,
            "date_deadline": deadline.date_deadline,
            "responsible_id": deadline.user_id.id,
            "state": deadline.state,
            "reason": reason,
            "sequence": reasons.index(reason),
        }

    @api.model
    def _reason(self, deadline, day):
        if deadline.state in RUNNING and deadline.date_deadline < day:
            return "overdue"
        if deadline.state in RUNNING and deadline.date_deadline == day:
            return "due"
        if deadline.state == "done_unchecked":
            return "unchecked"
        return "struck" if deadline.state in STRUCK else "entry"

    @api.model
    def _add(self, vals_list):
        return self.with_context(legal_unlock=UNLOCK).create(vals_list)

    def _refresh(self):
        """Say what the deadline says now.

        :return: whether it has to be decided anew
        """
        self.ensure_one()
        values = self._values_of(self.deadline_id, self.control_id.date)
        again = bool(self.finding) and (
            self.date_deadline != values["date_deadline"]
            or (self.state in STRUCK and values["state"] in RUNNING)
        )
        if self.finding and not again:
            return False
        if again:
            values.update(finding=False, checked_by_id=False, checked_on=False)
        changed = {
            name: value
            for name, value in values.items()
            if self._fields[name].convert_to_write(self[name], self) != value
        }
        if changed:
            self.with_context(legal_unlock=UNLOCK).write(changed)
        return again

    # -- deciding ----------------------------------------------------------------------

    def action_ok(self):
        """In order; of what is done and not checked, this is the check."""
        for line in self:
            line.check_access("write")
            line._check_four_eyes()
            question = line._check_deadline()
            if question:
                return question
            line.write({"finding": "ok"})
        return True

    def _check_deadline(self):
        """Check a deadline that is recorded as done, in the one way there is.

        :return: the dialog that asks more, if there is one
        """
        self.ensure_one()
        deadline = self.deadline_id
        if deadline.state == "done_unchecked":
            answer = deadline.action_check()
            if deadline.state == "done_unchecked" and isinstance(answer, dict):
                return answer
        return None

    def action_open_deadline(self):
        self.ensure_one()
        return self.deadline_id.get_formview_action()

    def write(self, vals):
        if self.env.context.get("legal_unlock") is UNLOCK:
            return super().write(vals)
        if set(vals) - _DECISION:
            raise UserError(
                self.env._("Of a line only the finding and the remark are entered.")
            )
        self.check_access("write")
        self.control_id._share()
        self.control_id._check_open()
        for line in self:
            line._decide(vals)
        return True

    def _decide(self, vals):
        """Write a finding or a remark, as the current user.

        :raises UserError: it cannot be in order, or not by him; no reason is given
        """
        finding = vals.get("finding", self.finding)
        remark = (vals.get("remark", self.remark) or "").strip()
        if finding == "ok" and "finding" in vals:
            self._check_four_eyes()
            self._check_may_be_ok()
        if finding == "not_ok" and not remark:
            raise UserError(
                self.env._(
                    "“%s” is not in order: say in the remark what is wrong, or what "
                    "is done about it.",
                    self.name,
                )
            )
        # sudo: only this method writes a line, after everything was asked
        line = self.sudo().with_context(legal_unlock=UNLOCK)
        values = {"remark": remark or False}
        if "finding" in vals:
            values.update(
                self._values_of(line.deadline_id, line.control_id.date),
                finding=finding,
                checked_by_id=self.env.uid if finding else False,
                checked_on=fields.Datetime.now() if finding else False,
            )
        line.write(values)

    def _check_four_eyes(self):
        """:raises UserError: the user recorded himself what he is to confirm"""
        if self.env.user in self._recorded_by():
            raise UserError(
                self.env._(
                    "You recorded “%s” yourself. A colleague says whether it is in "
                    "order.",
                    self.name,
                )
            )

    def _check_may_be_ok(self):
        deadline, control = self.deadline_id, self.control_id
        if deadline.state in RUNNING and deadline.date_deadline <= control.date:
            raise UserError(
                self.env._(
                    "“%s” is due and not done. Record it as done, or note “Not in "
                    "Order” and what is done about it.",
                    deadline.name,
                )
            )
        if deadline.state == "done_unchecked":
            self._check_deadline()
            if deadline.state == "done_unchecked":
                raise UserError(
                    self.env._("Check “%s” first: press “Checked”.", deadline.name)
                )
        if deadline.state in RUNNING and self._entry_unchecked():
            raise UserError(
                self.env._(
                    "The entry “%s” is not checked yet. Compare it with what was "
                    "served, or note “Not in Order” and why.",
                    deadline.name,
                )
            )

    # -- what is open ------------------------------------------------------------------

    def _number(self):
        """How the line is named to those who may not read its matter."""
        return self.matter_id.number or self.env._("Date %s", self.deadline_id.id)

    def _open_reason(self, env):
        """Why it is open, in the language of ``env``."""
        labels = dict(self._fields["state"]._description_selection(env))
        return labels.get(self.state) or ""

    # -- it stays ----------------------------------------------------------------------

    def init(self):
        """Lines follow their control: with a closed one, they are over as well."""
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION legal_deadline_control_line_guard()
                RETURNS trigger AS $$
                DECLARE
                    free text[] := ARRAY['access_list_id', 'write_date', 'write_uid'];
                BEGIN
                    IF legal_erasing() AND TG_OP IN ('UPDATE', 'DELETE') THEN
                        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                    END IF;
                    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - free = to_jsonb(NEW) - free
                    THEN
                        RETURN NEW;
                    END IF;
                    IF TG_OP IN ('INSERT', 'UPDATE') THEN
                        IF (TG_OP = 'INSERT' OR (OLD.control_id, OLD.deadline_id)
                                = (NEW.control_id, NEW.deadline_id))
                           AND EXISTS (SELECT 1 FROM legal_deadline_control
                                       WHERE id = NEW.control_id AND state = 'open')
                        THEN
                            RETURN NEW;
                        END IF;
                        RAISE EXCEPTION
                            'An evening control that is over is not changed (line %%)',
                            NEW.id;
                    END IF;
                    RAISE EXCEPTION
                        'A line of an evening control is not deleted: %% is refused',
                        TG_OP;
                END $$ LANGUAGE plpgsql;
                CREATE OR REPLACE TRIGGER legal_deadline_control_line_guard
                    BEFORE INSERT OR UPDATE OR DELETE ON legal_deadline_control_line
                    FOR EACH ROW
                    EXECUTE FUNCTION legal_deadline_control_line_guard();
                CREATE OR REPLACE TRIGGER legal_deadline_control_line_guard_truncate
                    BEFORE TRUNCATE ON legal_deadline_control_line
                    FOR EACH STATEMENT
                    EXECUTE FUNCTION legal_deadline_control_line_guard();
                """
            )
        )
        return super().init()

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            raise UserError(
                self.env._("The lines of an evening control are collected by itself.")
            )
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if is_erasing(self):
            return
        raise UserError(self.env._("A line of an evening control is not deleted."))
