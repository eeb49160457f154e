from odoo import api, fields, models
from odoo.exceptions import UserError

#: so many findings are erased while the person who releases waits
AT_ONCE = 200


class GdprRequest(models.Model):
    """A released request for erasure, carried out; killed, it goes on."""

    _inherit = "gdpr.request"

    erasure_state = fields.Selection(
        [("waiting", "Being erased"), ("done", "Erased")],
        string="Erasure",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    erased_count = fields.Integer(string="Erased Records", readonly=True, copy=False)
    kept_count = fields.Integer(string="Kept by Law", readonly=True, copy=False)
    refused_count = fields.Integer(
        string="Could Not Be Erased",
        readonly=True,
        copy=False,
        help="The findings say why. Mend it, and press “Erase Again”.",
    )
    certificate_id = fields.Many2one(
        "ir.attachment", readonly=True, copy=False, ondelete="set null"
    )

    unreviewed_count = fields.Integer(
        string="Fields to Be Reviewed", compute="_compute_unreviewed_count"
    )

    @api.depends("erasure_state")
    def _compute_unreviewed_count(self):
        erasures = self.filtered(lambda request: request.kind == "erasure")
        self.unreviewed_count = 0
        if erasures:
            # sudo: a number
            fields_map = self.env["gdpr.field.map"].sudo()
            erasures.unreviewed_count = fields_map._unreviewed_count()

    def _released(self):
        result = super()._released()
        if self.kind == "erasure":
            self._unlocked().write({"erasure_state": "waiting"})
            self._carry_out_or_queue()
        return result

    def _carry_out_or_queue(self):
        # sudo: how many there are
        if len(self.sudo().subject_id.item_ids) <= AT_ONCE:
            self._carry_out()
        else:
            # sudo: whoever released it lets it begin at once
            self.env.ref("legal_gdpr.cron_request_erase").sudo()._trigger()

    @api.model
    def _cron_erase(self):
        """Carry out what waits; the service commits batch by batch."""
        cron = self.env["ir.cron"]
        waiting = self.search([("erasure_state", "=", "waiting")], order="id")
        cron._commit_progress(remaining=len(waiting))
        for request in waiting:
            if not request.try_lock_for_update():
                continue
            request._carry_out()
            if not cron._commit_progress(1):
                return

    @api.model
    def _cron_catch_up(self):
        """What a law kept, and keeps no longer: erased as it was asked for then."""
        cron = self.env["ir.cron"]
        # sudo: the system's own work, behind every wall
        items = self.env["gdpr.subject.item"].sudo()
        over = items.search(
            [
                ("erase_decision", "=", "block"),
                ("erased_on", "=", False),
                ("subject_id.request_ids.erasure_state", "=", "done"),
                "|",
                ("keep_until", "=", False),
                ("keep_until", "<", fields.Date.context_today(self)),
            ]
        )
        subjects = over.subject_id
        cron._commit_progress(remaining=len(subjects))
        for subject in subjects:
            mine = over & subject.item_ids
            mine._legal_unlocked().write({"erase_decision": "pending"})
            for request in subject.request_ids.filtered(
                lambda request: request.erasure_state == "done"
            ):
                request._carry_out()
            if not cron._commit_progress(1):
                return

    def _carry_out(self):
        """Erase what was decided, and make the certificate."""
        self.ensure_one()
        # sudo: the one guarded service judges every record again; the request was
        # released by a second person
        request = self.sudo()
        result = self.env["gdpr.erasure"]._erase_subject(
            request.subject_id, source="request", request_id=self.id
        )
        request._unlocked().write(
            {
                "erasure_state": "done",
                "erased_count": request.erased_count + result["done"],
                "kept_count": result["kept"],
                "refused_count": len(result["refused"]),
            }
        )
        if not request.forgotten_on:
            request._file_certificate()
        if result["refused"]:
            request.activity_schedule(
                "mail.mail_activity_data_warning",
                date_deadline=fields.Date.context_today(self),
                summary=self.env._(
                    "%s records could not be erased", len(result["refused"])
                ),
                user_id=(self.owner_id or self.env.user).id,
            )

    def _file_certificate(self):
        """The certificate as PDF, anew after each go."""
        self.ensure_one()
        texts = self.with_context(lang=self.lang or self.company_id.partner_id.lang).env
        content, _kind = texts["ir.actions.report"]._render_qweb_pdf(
            "legal_gdpr.report_certificate", self.subject_id.ids
        )
        old = self.certificate_id
        certificate = self.env["ir.attachment"].create(
            {
                "name": texts._(
                    "Certificate of erasure %s.pdf", self.name.replace("/", "-")
                ),
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        self._unlocked().write({"certificate_id": certificate.id})
        self.env["gdpr.erasure"]._drop(old)

    def action_erase_again(self):
        """What could not be erased, once more.

        :raises UserError: nothing was refused, or the request is at another point
        """
        for request in self:
            request._need_officer()
            request._need_state("released", "answered")
            if request.erasure_state != "done" or not request.refused_count:
                raise UserError(self.env._("Everything was erased that was decided."))
            request._unlocked().write({"erasure_state": "waiting"})
            request._carry_out_or_queue()

    def action_answer(self):
        if self.kind == "erasure" and self.erasure_state != "done":
            raise UserError(
                self.env._("The erasure is still at work. Answer when it is done.")
            )
        return super().action_answer()
