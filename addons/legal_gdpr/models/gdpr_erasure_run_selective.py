from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

#: codes and no free text: what is kept here would name the person again
GROUNDS = [
    ("consent", "Consent was withdrawn"),
    ("purpose", "Not needed any more"),
    ("unlawful", "Should never have been recorded"),
    ("wrong", "Wrong, and cannot be corrected"),
    ("objection", "The person objected"),
]


class GdprErasureRun(models.Model):
    """A run of one record that somebody chose: the same way as everything else.

    Who chose it stands for the list; where the firm wants two, another officer approves
    it. It is destroyed with the approval: there is no batch to wait for.
    """

    _inherit = "gdpr.erasure.run"

    kind = fields.Selection(
        [("retention", "Retention"), ("selective", "Single deletion")],
        required=True,
        readonly=True,
        copy=False,
        default="retention",
    )
    ground = fields.Selection(GROUNDS, string="Reason", readonly=True, copy=False)

    @api.model
    def default_get(self, fields_list):
        found = super().default_get(fields_list)
        # a context says nothing of what only the wizard makes
        return {n: v for n, v in found.items() if n != "ground"} | (
            {"kind": "retention"} if "kind" in found else {}
        )

    @api.model
    def _choose(self, record, names, ground):
        """Make the run for one record.

        :param names: fields to be emptied; none: the record goes
        :raises UserError: it has to stay, or nobody is there to approve it
        """
        action = "empty" if names else "delete"
        if (
            reason := self.env["gdpr.erasure"]
            ._would_stay(record, action)
            .get(record.id)
        ):
            raise UserError(self.env._("This is not deleted: %s", reason))
        # sudo: the firm of the record counts, whatever else of it may be read
        company = self.env["gdpr.retention"]._company_of(record.sudo())
        day = self.env["legal.deadline"]._show_day(fields.Date.context_today(self))
        run = self.create(
            {
                "name": self.env._("Single deletion on %s", day),
                "company_id": company.id,
            }
        )
        run._check_officer()
        # sudo: the run writes its own list
        self.env["gdpr.erasure.run.line"].sudo()._legal_unlocked().create(
            {
                "run_id": run.id,
                "res_model": record._name,
                "res_id": record.id,
                "action": action,
                "field_names": ",".join(names) or False,
            }
        )
        run._unlocked().write(
            {
                "kind": "selective",
                "ground": ground,
                "state": "simulated",
                "user_id": self.env.uid,
                "simulated_on": fields.Datetime.now(),
                "digest": run._count_digest(),
            }
        )
        if company.gdpr_four_eyes:
            run._ask_others()
        return run

    def _ask_others(self):
        """Tell the other officers. :raises UserError: there is none"""
        others = self.company_id._gdpr_people() - self.env.user
        if not others:
            raise UserError(
                self.env._(
                    "In your firm another data protection officer approves what is "
                    "deleted, and there is none. Ask the administrator to name a "
                    "second one, or to change the setting."
                )
            )
        for officer in others:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("A single deletion waits for your approval"),
                user_id=officer.id,
            )

    def action_simulate(self):
        if self.filtered(lambda run: run.kind == "selective"):
            raise UserError(
                self.env._("The record was chosen: there is nothing to look for.")
            )
        return super().action_simulate()

    def action_approve(self):
        single = self.filtered(lambda run: run.kind == "selective")
        for run in single:
            run._check_officer()
            # asked for, and not taken from what somebody else has read
            if not self.env["gdpr.erasure.run.line"].search([("run_id", "=", run.id)]):
                raise UserError(
                    self.env._(
                        "You may not read the record: somebody who may has to approve "
                        "it."
                    )
                )
        result = super().action_approve()
        for run in single:
            # sudo: the reminders of all officers are over
            run.sudo().activity_unlink(["mail.mail_activity_data_todo"])
            run._unlocked().write({"state": "running"})
            run._run_batch()  # the record
            run._run_batch()  # and nothing is left
        return result

    # -- what a hold kept --------------------------------------------------------------

    @api.model
    def _requeue(self, holds):
        """What only these holds kept waits again, and somebody says "go on".

        The approval was for that list and stands; each record is judged once more.
        """
        # sudo: whoever releases a hold need not see what waits for it
        lines = self.env["gdpr.erasure.run.line"].sudo()
        lines = lines.search([("hold_ids", "in", holds.ids), ("state", "=", "kept")])
        lines = lines.filtered(
            lambda line: all(hold.released_on for hold in line.hold_ids)
        )._legal_unlocked()
        if not lines:
            return
        for run, some in lines.grouped("run_id").items():
            some.write(
                {"state": "pending", "reason": False, "hold_ids": [Command.clear()]}
            )
            run = run._legal_unlocked()
            if run.state == "done":
                run.write({"state": "stopped", "ended_on": False})
            for officer in run.approved_by_id | run.user_id:
                run.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=run.with_context(lang=officer.lang).env._(
                        "A hold ended: %s records may go now", len(some)
                    ),
                    user_id=officer.id,
                )


class GdprLegalHold(models.Model):
    _inherit = "gdpr.legal.hold"

    def _release(self, reason):
        running = self.filtered(lambda hold: not hold.released_on)
        result = super()._release(reason)
        self.env["gdpr.erasure.run"]._requeue(running)
        return result
