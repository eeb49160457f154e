from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

from .legal_deadline import RUNNING

DONE_FIELDS = {
    "done_by_id": False,
    "done_on": False,
    "done_what": False,
    "sent_on": False,
    "done_communication_id": False,
    "receipt_ids": [(5,)],
    "receipt_names": False,
    "checked_by_id": False,
    "checked_on": False,
}


class LegalDeadline(models.Model):
    """Done, with evidence. See ``legal_deadline_struck`` for the other end."""

    _inherit = "legal.deadline"

    is_last = fields.Boolean(
        string="Last Open Date of the Matter", compute="_compute_is_last"
    )

    @api.depends("state", "matter_id.state", "matter_id.deadline_ids.state")
    def _compute_is_last(self):
        """Whether an open matter has no date left once this one is gone."""
        open_matters = self.matter_id.filtered(lambda matter: matter.state == "open")
        counts = dict(
            # sudo: a date of a colleague is a date as well
            self.sudo()._read_group(
                [("matter_id", "in", open_matters.ids), ("state", "in", RUNNING)],
                ["matter_id"],
                ["__count"],
            )
        )
        for deadline in self:
            matter = deadline.matter_id
            deadline.is_last = (
                deadline.state in RUNNING
                and matter in open_matters
                and counts.get(matter, 0) <= 1
            )

    def _check_last(self, confirmed):
        """An open matter without any date is how deadlines are lost."""
        last = self.filtered("is_last")
        if last and not confirmed:
            raise UserError(
                self.env._(
                    "This is the last open date of the matter %s. Enter a follow-up, "
                    "or confirm that the matter stays without a date.",
                    ", ".join(sorted(set(last.matter_id.mapped("number")))),
                )
            )

    def _check_running(self):
        for deadline in self:
            deadline._lock_or_retry()
            if deadline.state not in RUNNING:
                raise UserError(
                    self.env._(
                        "“%(name)s” is no longer open (%(state)s).",
                        name=deadline.name,
                        state=dict(
                            self._fields["state"]._description_selection(self.env)
                        )[deadline.state],
                    )
                )

    # -- done ----------------------------------------------------------------------

    def _record_done(
        self, what, sent_on, receipts=None, communication=None, last_confirmed=False
    ):
        """Record that something was sent; a second person checks it.

        :param what: what was sent, to whom, how
        :param sent_on: naive UTC datetime of the dispatch
        :param receipts: ``ir.attachment``, the proofs of receipt
        :param communication: the filed communication it was sent with
        :raises UserError: what is missing
        """
        self.check_access("write")
        self._check_running()
        # as this user, whoever gathered them
        receipts = (receipts or self.env["ir.attachment"]).with_env(self.env)
        communication = communication or self.env["legal.communication"]
        if communication:
            receipts |= communication.document_ids
        if not (what or "").strip():
            raise UserError(self.env._("Say what was sent, to whom and how."))
        if not sent_on or sent_on > fields.Datetime.now():
            raise UserError(
                self.env._("Enter when it was sent; that is not in the future.")
            )
        if not receipts:
            raise UserError(
                self.env._(
                    "Attach the receipt: the court's confirmation, the fax report, the "
                    "posting slip. Without it a deadline is not struck."
                )
            )
        unchecked = self._needs_entry_check()
        if unchecked:
            raise UserError(
                self.env._(
                    "The entry of “%s” was not checked yet. A colleague checks it "
                    "first.",
                    ", ".join(unchecked.mapped("name")),
                )
            )
        if communication and (
            communication.matter_id != self.matter_id or len(self.matter_id) > 1
        ):
            raise UserError(self.env._("That communication belongs to another matter."))
        self._check_last(last_confirmed)
        before = self._snapshot()
        receipts = communication.document_ids | self._keep_receipts(
            receipts - communication.document_ids
        )
        self._unlocked().write(
            {
                "state": "done_unchecked",
                "done_by_id": self.env.uid,
                "done_on": fields.Datetime.now(),
                "done_what": what,
                "sent_on": sent_on,
                "done_communication_id": communication.id,
                "receipt_ids": [(6, 0, receipts.ids)],
                "receipt_names": ", ".join(receipts.mapped("name")),
                "pending_kind": False,
                "pending_values": False,
                "pending_reason": False,
                "pending_by_id": False,
            }
        )
        self._record("done", before)
        return True

    def _keep_receipts(self, receipts):
        """Hang the files of a dialog on the deadline, so that its readers see them.

        What already belongs elsewhere (the proof of another date, a document of the
        file) stays there; the deadline gets a copy.

        :return: the files as they hang on these deadlines
        """
        receipts.check_access("read")
        target = {"res_model": self._name, "res_id": self[:1].id}
        kept = receipts.browse()
        for receipt in receipts:
            receipt_sudo = receipt.sudo()  # where it belongs, and to whom
            if receipt_sudo.res_model == self._name and receipt_sudo.res_id in self.ids:
                kept |= receipt
            elif (
                receipt_sudo.res_model in (False, "legal.deadline.done")
                and receipt_sudo.create_uid == self.env.user
            ):
                # sudo: this user put the file into the dialog
                receipt_sudo.with_context(legal_unlock=UNLOCK).write(target)
                kept |= receipt
            else:
                kept |= receipt.copy(target)
        return kept

    def _is_late(self, sent_on):
        """Whether something sent then (naive UTC) came after the deadline."""
        self.ensure_one()
        if self.moment_deadline:
            return sent_on > self.moment_deadline
        return self._day_of(sent_on, self.jurisdiction_id) > self.date_deadline

    def action_done(self):
        """A follow-up is done at once; a deadline asks for the evidence."""
        if self and all(deadline.kind == "follow_up" for deadline in self):
            last = self.filtered("is_last")
            if not last or self.env.context.get("legal_last_confirmed"):
                return self._record_follow_up_done()
        return self._dialog("legal.deadline.done", self.env._("Done"))

    def _record_follow_up_done(self, last_confirmed=False):
        self.check_access("write")
        self._check_running()
        if any(deadline.kind != "follow_up" for deadline in self):
            raise UserError(
                self.env._("A deadline is recorded as done with its evidence.")
            )
        confirmed = last_confirmed or self.env.context.get("legal_last_confirmed")
        self._check_last(confirmed)
        before = self._snapshot()
        self._unlocked().write(
            {
                "state": "done",
                "done_by_id": self.env.uid,
                "done_on": fields.Datetime.now(),
            }
        )
        self._record("done", before)
        return True

    def _return_to_open(self, reason):
        """The second person found that it was not sent, or not rightly."""
        self.check_access("write")
        self._need_reason(reason)
        for deadline in self:
            deadline._lock_or_retry()
            if deadline.state != "done_unchecked":
                raise UserError(
                    self.env._("“%s” does not wait for a check.", deadline.name)
                )
        self._open_again("returned", reason)

    # -- the dialogs ---------------------------------------------------------------

    def _dialog(self, model, title, **context):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_deadline_ids": self.ids,
                "dialog_size": "medium",
                **context,
            },
        }

    def action_return(self):
        return self._dialog(
            "legal.deadline.reason",
            self.env._("Not in order"),
            default_action="return",
        )

    @api.model
    def _locked_receipt_ids(self, attachment_ids):
        """Those of these files that prove that something was sent."""
        if not attachment_ids:
            return set()
        # sudo: a file is protected from whoever may not see its deadline as well
        found = self.sudo().search(
            [
                ("receipt_ids", "in", attachment_ids),
                ("state", "in", ("done_unchecked", "done")),
            ]
        )
        return set(found.receipt_ids.ids) & set(attachment_ids)
