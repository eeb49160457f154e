from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

#: § 31(2) no. 1 OWiG: how long a wrong answer can be fined
YEARS_KEPT = 3
_BATCH = 50


class GdprRequest(models.Model):
    """Who asked is forgotten when nobody can ask about the answer any more."""

    _inherit = "gdpr.request"

    @api.model
    def _cron_forget(self, batch=_BATCH):
        """Forget batch by batch; what is held or still restricted waits."""
        cron = self.env["ir.cron"]
        day = fields.Datetime.now() - relativedelta(years=YEARS_KEPT)
        due = self.search(
            [("closed_on", "<", day), ("forgotten_on", "=", False)], order="id"
        )
        running = self.env["gdpr.restriction"].search([("lifted_on", "=", False)])
        due -= running.request_id
        held = self.env["gdpr.retention"]._holds_on(due)
        due = due.filtered(lambda request: not held.get(request.id))
        cron._commit_progress(remaining=len(due))
        for start in range(0, len(due), batch):
            some = due[start : start + batch]
            some._forget()
            if not cron._commit_progress(len(some)):
                return

    def _forget(self):
        """Take the person off: number, dates, kind and token stay."""
        for request in self:
            request.subject_id._forget()
            letters = request._unlocked().letter_ids
            papers = letters.attachment_id
            letters.write(
                {
                    "body": False,
                    "email_to": False,
                    "subject": request.name,
                    "attachment_id": False,
                }
            )
            service = self.env["gdpr.erasure"]
            service._drop(papers)
            request.export_ids._expire()
            request._unlocked().write(
                {
                    "requester_name": False,
                    "requester_email": False,
                    "requester_address": False,
                    "representative_name": False,
                    "representative_email": False,
                    "representative_address": False,
                    "partner_id": False,
                    "text": False,
                    "identity_note": False,
                    "refusal_text": False,
                    "extension_reason": False,
                    "communication_id": False,
                    "origin_token": False,
                    "forgotten_on": fields.Datetime.now(),
                }
            )
            request.message_ids.sudo().unlink()  # sudo: the texts name the person
            notices = request.notice_ids.with_env(request._unlocked().env)
            notices.write(
                {"name": "-", "email": False, "partner_id": False, "what": False,
                 "reason": False}
            )  # fmt: skip
            # sudo: what was attached tells who it was
            attached = self.env["ir.attachment"].sudo()
            service._drop(
                attached.search(
                    [("res_model", "=", self._name), ("res_id", "=", request.id)]
                )
            )
