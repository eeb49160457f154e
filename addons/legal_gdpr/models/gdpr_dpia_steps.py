from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import risk as scale
from ..tools.each_alone import each_alone
from .gdpr_dpia_risk import EVENTS, FEARED

_CONTEXT = ("context_overview", "context_data", "context_process", "context_assets")


class GdprDpia(models.Model):
    """The steps of an assessment, and what is missing before the next one."""

    _inherit = "gdpr.dpia"

    written_by_me = fields.Boolean(compute="_compute_written_by_me")
    missing = fields.Text(string="Still Missing", compute="_compute_missing")
    missing_count = fields.Integer(string="Points Missing", compute="_compute_missing")
    residual_level = fields.Selection(
        [("low", "Low"), ("medium", "Medium"), ("high", "High")],
        string="Residual Risk",
        compute="_compute_residual_level",
        store=True,
    )

    @api.depends("risk_ids.level_after")
    def _compute_residual_level(self):
        for dpia in self:
            dpia.residual_level = scale.highest(
                level or None for level in dpia.risk_ids.mapped("level_after")
            )

    @api.depends(
        "state",
        *_CONTEXT,
        "answer_ids.answer",
        "answer_ids.verdict",
        "risk_ids.sources",
        "risk_ids.threats",
        "risk_ids.impacts",
        "risk_ids.measures",
        "risk_ids.level_before",
        "risk_ids.level_after",
        "action_ids.owner_id",
        "action_ids.date_due",
        "officer_opinion",
        "officer_opinion_by_id",
        "subjects_asked",
        "subjects_opinion",
        "subjects_why_not",
        "review_on",
    )
    def _compute_missing(self):
        for dpia in self:
            found = dpia._missing() if dpia.state in ("draft", "submitted") else []
            dpia.missing = "\n".join(found) or False
            dpia.missing_count = len(found)

    def _missing(self):
        """Sentences that name what has to be filled in before the signature.

        :return: list of str in the user's language; empty when nothing is missing
        """
        self.ensure_one()
        return [
            *self._missing_context(),
            *self._missing_answers(),
            *self._missing_risks(),
            *self._missing_opinions(),
        ]

    def _label(self, name):
        """The name of a field of the form, in the user's language."""
        return self._fields[name]._description_string(self.env)

    def _missing_context(self):
        return [
            self.env._("Context: %s is empty.", self._label(name))
            for name in _CONTEXT
            if not (self[name] or "").strip()
        ]

    def _missing_answers(self):
        if not self.answer_ids:
            return [self.env._("Principles: no question was asked.")]
        return [
            self.env._("Principles: “%s” is not answered.", answer.name)
            for answer in self.answer_ids
            if not answer._is_answered()
        ]

    def _missing_risks(self):
        found = [
            self.env._(
                "Risks: “%(risk)s” lacks %(what)s.",
                risk=risk.name,
                what=", ".join(points),
            )
            for risk in self.risk_ids
            if (points := risk._open_points())
        ]
        events = dict(self.risk_ids._fields["event"]._description_selection(self.env))
        there = set(self.risk_ids.mapped("event"))
        found += [
            self.env._("Risks: “%s” is not assessed.", events[event])
            for event in FEARED
            if event not in there
        ]
        found += [
            self.env._("Action plan: say who does “%s”, and by when.", action.name)
            for action in self.action_ids
            if not action.done_on and not (action.owner_id and action.date_due)
        ]
        return found

    def _missing_opinions(self):
        found = []
        if not (self.officer_opinion or "").strip() or not self.officer_opinion_by_id:
            found.append(self.env._("Opinions: the officer has not given his."))
        if not self.subjects_asked:
            found.append(
                self.env._("Opinions: say whether the data subjects were asked.")
            )
        elif self.subjects_asked == "yes" and not (self.subjects_opinion or "").strip():
            found.append(self.env._("Opinions: say what the data subjects said."))
        elif self.subjects_asked == "no" and not (self.subjects_why_not or "").strip():
            found.append(
                self.env._("Opinions: say why the data subjects were not asked.")
            )
        if not self.review_on:
            found.append(self.env._("Say when the assessment is reviewed."))
        return found

    # -- steps ---------------------------------------------------------------------

    @api.depends("author_ids", "submitted_by_id", "officer_opinion_by_id")
    @api.depends_context("uid")
    def _compute_written_by_me(self):
        for dpia in self:
            theirs = dpia._writers() | dpia.officer_opinion_by_id
            dpia.written_by_me = self.env.user in theirs

    def _writers(self):
        """Who wrote any of it or handed it over: somebody else signs."""
        return self.author_ids | self.submitted_by_id

    def _check_step(self, *states):
        """Lock the rows, and look whether the step fits.

        :raises UserError: the state is another one, or the user may not write
        """
        self.check_access("write")
        self._lock_or_raise()
        labels = dict(self._fields["state"]._description_selection(self.env))
        for dpia in self:
            if dpia.state not in states:
                raise UserError(
                    self.env._(
                        "“%(what)s” is in the state “%(state)s”; this step comes at "
                        "another time.",
                        what=dpia.display_name,
                        state=labels[dpia.state],
                    )
                )

    def _lock_or_raise(self):
        self.lock_for_update()
        self.invalidate_recordset(["state"])

    def action_not_needed(self):
        """Decide that no assessment is made. :raises UserError: without a reason"""
        self._check_step("screening")
        for dpia in self:
            if not (dpia.not_needed_reason or "").strip():
                raise UserError(
                    self.env._(
                        "Write down why no assessment is made: the decision has to "
                        "be justified."
                    )
                )
            dpia._sign({"state": "not_needed", **dpia._screened()})
            dpia._close_previous()
        return True

    def action_assess(self):
        """Begin the assessment: the questions and the feared events are laid out."""
        self._check_step("screening")
        for dpia in self:
            dpia._unlocked().write({"state": "draft", **dpia._screened()})
            dpia._lay_out()
        return True

    def _screened(self):
        return {"screened_by_id": self.env.uid, "screened_on": fields.Datetime.now()}

    def _lay_out(self):
        """Ask what is not asked yet; a new revision brings its answers along."""
        self.ensure_one()
        asked = self.answer_ids.question_id
        questions = self.env["gdpr.dpia.question"].search([("id", "not in", asked.ids)])
        answers = (
            self.answer_ids.browse()
            ._as_part()
            .create(
                [
                    {
                        "dpia_id": self.id,
                        "question_id": question.id,
                        "sequence": question.sequence,
                        "name": question.name,
                    }
                    for question in questions
                ]
            )
        )
        for answer, question in zip(answers, questions, strict=True):
            translations = question.get_field_translations("name")[0]
            answer.update_field_translations(
                "name",
                {row["lang"]: row["value"] for row in translations if row["value"]},
            )
        there = set(self.risk_ids.mapped("event"))
        self.env["gdpr.dpia.risk"].create(
            [
                {"dpia_id": self.id, "event": event, "sequence": number}
                for number, (event, _label) in enumerate(EVENTS, start=1)
                if event in FEARED and event not in there
            ]
        )

    def action_submit(self):
        """Hand it over to be validated. :raises UserError: with what is missing"""
        self._check_step("draft")
        for dpia in self:
            dpia._refuse_gaps()
            dpia._unlocked().write(
                {"state": "submitted", "submitted_by_id": self.env.uid}
            )
        return True

    def _refuse_gaps(self):
        gaps = self._missing()
        if gaps:
            raise UserError("\n".join([self.env._("Not yet:"), *gaps]))

    def action_draft(self):
        """Take it back to work on it."""
        self._check_step("submitted")
        self._unlocked().write({"state": "draft", "submitted_by_id": False})
        return True

    def action_validate(self):
        """Sign the revision: from now on its content does not change.

        :raises UserError: the user wrote any of it, gave the opinion, or is neither a
            partner nor an officer, or something is missing
        """
        self._check_step("submitted")
        for dpia in self:
            if not self.env.user.has_groups(
                "legal_crm.group_partner,legal_gdpr.group_dpo"
            ):
                raise UserError(
                    self.env._(
                        "A partner or the data protection officer validates an "
                        "assessment."
                    )
                )
            if self.env.user == dpia.officer_opinion_by_id:
                raise UserError(
                    self.env._(
                        "Your opinion is a part of this assessment. Somebody else "
                        "validates it."
                    )
                )
            if self.env.user in dpia._writers():
                raise UserError(
                    self.env._(
                        "You wrote this assessment, or a part of it. Somebody else "
                        "validates it."
                    )
                )
            dpia._refuse_gaps()
            dpia._sign({"state": "validated"})
            dpia._close_previous()
            dpia._tell_owners()
            # of what is signed, not of a column that was computed from it
            levels = [scale.level(*risk._rating("after")) for risk in dpia.risk_ids]
            if scale.highest(levels) == "high":
                dpia._ask_authority()
        return True

    def _tell_owners(self):
        """Whoever has to carry out a measure hears of it: it counts from now on."""
        self.ensure_one()
        left = self.action_ids.filtered(lambda action: not action.done_on)
        for owner, actions in left.grouped("owner_id").items():
            if owner == self.env.user:
                continue
            self._notify_owner(
                owner,
                self.env._("Measures of an impact assessment"),
                self.env._(
                    "You answer for: %s. Data Protection, Reviews, My Measures.",
                    ", ".join(
                        f"{action.name} ({fields.Date.to_string(action.date_due)})"
                        for action in actions
                    ),
                ),
            )

    def _notify_owner(self, owner, subject, body):
        # sudo: who answers for a measure may not read the assessment; he is told the
        # name and the day of his own measure alone
        self.sudo().message_notify(
            partner_ids=owner.partner_id.ids, subject=subject, body=body
        )

    def _close_previous(self):
        """The revision before this one is history now."""
        previous = self.previous_id
        if previous:
            previous.activity_ids.action_feedback()
            previous._unlocked().write({"state": "replaced"})

    # -- art. 36 -----------------------------------------------------------------------

    def _ask_authority(self):
        self._unlocked().write({"consultation_needed": True})
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=self._to_be_told(self.owner_id).id,
            summary=self.env._("Consult the supervisory authority (Art. 36 GDPR)"),
            note=self.env._(
                "The risk stays high after all measures. The authority is asked before "
                "the processing begins."
            ),
        )

    def action_consulted(self):
        """Note that the authority was asked today."""
        self._check_step("validated", "review")
        for dpia in self:
            if not dpia.consultation_needed or dpia.consulted_on:
                raise UserError(self.env._("There is no consultation to be noted."))
            dpia._unlocked().write({"consulted_on": fields.Date.context_today(dpia)})
        return True

    # -- review ------------------------------------------------------------------------

    def _reopen(self, reason):
        """Say that a signed assessment does not fit any more, and tell its owner."""
        for dpia in self.filtered(lambda d: d.state in ("validated", "not_needed")):
            dpia._unlocked().write({"state": "review", "review_reason": reason})
            dpia.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=dpia._to_be_told(dpia.owner_id).id,
                summary=self.env._("Review the impact assessment"),
                note=reason,
            )

    def _to_be_told(self, user):
        """``user``, or an officer where he left or may not read the assessment."""
        self.ensure_one()
        if user.active and self.with_user(user).has_access("read"):
            return user
        officers = self.env["res.users"]._active_holders(
            self.env.ref("legal_gdpr.group_dpo")
        )
        return officers[:1] or self.env.user

    def action_review(self):
        """Begin the review by hand."""
        self._check_step("validated", "not_needed")
        self._reopen(self.env._("Begun by hand."))
        return True

    def action_new_revision(self):
        """The next revision, beside the signed one, with what that one said.

        :return: action that opens it
        """
        self.ensure_one()
        self._check_step("validated", "not_needed", "review")
        draft = self.search([("previous_id", "=", self.id)], limit=1)
        if not draft:
            draft = self._next_revision()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "view_mode": "form",
        }

    def _next_revision(self):
        current = self.processing_id
        while current.replaced_by_id:
            current = current.replaced_by_id
        latest = self.search(
            [("processing_id", "=", current.id)], order="revision desc", limit=1
        )
        draft = self._unlocked().copy(
            {
                "processing_id": current.id,
                "revision": max(self.revision, latest.revision) + 1,
                "previous_id": self.id,
                "state": "screening",
                "officer_opinion": False,
                "review_on": fields.Date.add(fields.Date.today(), years=3),
            }
        )
        risks = {
            risk: risk.copy({"dpia_id": draft.id}) for risk in self.risk_ids._as_part()
        }
        for answer in self.answer_ids._as_part():
            answer.copy({"dpia_id": draft.id})
        for action in self.action_ids._as_part():
            action.copy(
                {
                    "dpia_id": draft.id,
                    "done_on": action.done_on,
                    "risk_ids": [
                        fields.Command.set([risks[r].id for r in action.risk_ids])
                    ],
                }
            )
        return draft.with_context(legal_unlock=None)

    # -- every day ---------------------------------------------------------------------

    @api.model
    def _cron_due(self):
        """Reopen what is due for review, and tell who is late with a measure."""
        today = fields.Date.today()
        due = self.search([("state", "=", "validated"), ("review_on", "<=", today)])
        reason = self.env._("The day of its review has come.")
        if not each_alone(due, lambda dpia: dpia._reopen(reason)):
            return
        actions = self.env["gdpr.dpia.action"].search(
            [
                ("done_on", "=", False),
                ("date_due", "<", today),
                ("reminded", "=", False),
                ("dpia_id.state", "in", ("validated", "review")),
            ]
        )
        each_alone(actions, lambda action: action._remind())
