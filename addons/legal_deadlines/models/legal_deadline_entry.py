from odoo import api, fields, models
from odoo.exceptions import UserError

from .legal_deadline_guard import ENTERED


class LegalDeadline(models.Model):
    """Entering a deadline: what is not given is filled in, then it is computed."""

    _inherit = "legal.deadline"

    @api.model_create_multi
    def create(self, vals_list):
        if not self._is_unlocked():
            # Everything else is filled in by the methods that check and record it.
            vals_list = [
                {name: value for name, value in vals.items() if name in ENTERED}
                for vals in vals_list
            ]
        today = fields.Date.context_today(self)
        vals_list = [self._complete(vals, today) for vals in vals_list]
        deadlines = super(
            LegalDeadline,
            self._unlocked().with_context(
                mail_create_nolog=True, mail_create_nosubscribe=True
            ),
        ).create(vals_list)
        deadlines = deadlines.with_env(self.env)
        deadlines._record("created")
        return deadlines

    @api.model
    def _complete(self, given, today):
        """The values of one new deadline, computed.

        :raises UserError: what is missing or cannot be, in the user's words
        """
        vals = {name: value for name, value in given.items() if value is not None}
        draft = self.new(vals)
        self._fill_in(draft, vals)
        matter = draft.matter_id
        if not matter and not vals.get("origin_id") and draft.kind == "deadline":
            raise UserError(self.env._("Choose the matter of the deadline."))
        if matter.state in ("closed", "archived"):
            raise UserError(
                self.env._(
                    "The matter %s is closed. Reopen it before you enter a date.",
                    matter.number,
                )
            )
        vals |= self._dated(draft, vals, today)
        vals.update(
            entered_by_id=self.env.uid,
            entered_on=fields.Datetime.now(),
            # sudo: a setting of the firm
            needs_entry_check=draft.kind == "deadline"
            and draft.company_id.sudo().legal_deadline_check_entries,
        )
        return vals

    @api.model
    def _fill_in(self, draft, vals):
        """Put into ``draft`` and ``vals`` what follows from what was given."""

        def put(name, value):
            if value and not vals.get(name):
                draft[name] = value
                vals[name] = value.id if hasattr(value, "_ids") else value

        if draft.previous_id:
            put("matter_id", draft.previous_id.matter_id)
            put("jurisdiction_id", draft.previous_id.jurisdiction_id)
            put("court_id", draft.previous_id.court_id)
        put("matter_id", draft.communication_id.matter_id)
        matter = draft.matter_id
        if matter:
            draft.company_id = matter.company_id
            vals["company_id"] = matter.company_id.id
        put("user_id", matter.lawyer_id or self.env.user)
        put("team_id", matter.team_id)
        put("jurisdiction_id", draft.court_id._legal_jurisdiction())
        for name, value in self._from_rule(draft.rule_id).items():
            put(name, value)
        put("name", draft.rule_id.name)
        if draft.event_id:
            put(
                "trigger_date",
                self._day_of(draft.event_id.start, draft.jurisdiction_id),
            )
        elif draft.communication_id and draft.rule_id:
            put(
                "trigger_date",
                self._day_of(draft.communication_id.date, draft.jurisdiction_id),
            )

    @api.model
    def _dated(self, draft, vals, today):
        """The date: computed, or typed with the reason why."""
        typed = fields.Date.to_date(vals.get("date_deadline"))
        reason = (vals.get("manual_reason") or "").strip()
        if not draft._is_computed():
            if draft.rule_id and not typed:
                raise UserError(
                    self.env._(
                        "Enter the day of the event from which “%(rule)s” is counted: "
                        "%(trigger)s.",
                        rule=draft.rule_id.name,
                        trigger=draft.rule_id.trigger_text or self.env._("service"),
                    )
                )
            return self._typed(draft, typed, reason)
        answer = self._answer_vals(draft._ask(today))
        if typed and typed != answer["date_deadline"]:
            if not reason:
                raise UserError(
                    self.env._(
                        "By the law the date is %(computed)s, not %(typed)s. Leave the "
                        "date empty, or say why another one holds.",
                        computed=self._show_day(answer["date_deadline"]),
                        typed=self._show_day(typed),
                    )
                )
            answer.update(date_deadline=typed, moment_deadline=False)
        return answer

    @api.model
    def _typed(self, draft, typed, reason):
        if not typed:
            raise UserError(
                self.env._("Choose a rule and the day of the event, or enter a date.")
            )
        if not 1990 <= typed.year <= 2100:
            raise UserError(
                self.env._("The year %s cannot be right. Check the date.", typed.year)
            )
        if draft.kind == "deadline" and not reason:
            raise UserError(
                self.env._(
                    "Say why the date is entered by hand: the court set it, a contract "
                    "names it ..."
                )
            )
        return {"date_deadline": typed}

    @api.depends("name", "matter_id", "access_list_id")
    @api.depends_context("uid")
    def _compute_display_name(self):
        for deadline in self:
            deadline.display_name = deadline.name
        self._hide_names()

    @api.model
    def _action_enter(self, **context):
        """The dialog in which a date is entered."""
        follow_up = context.get("default_kind") == "follow_up"
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New follow-up")
            if follow_up
            else self.env._("New deadline"),
            "res_model": "legal.deadline.entry",
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "large", **context},
        }
