import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

KINDS = [
    ("initial", "Initial"),
    ("supplementary", "Supplementary"),
    ("final", "Final"),
]
#: what the officer may edit in a draft
CONTENT = {
    "authority", "nature", "person_categories", "person_count", "data_categories",
    "record_count", "contact", "consequences", "measures", "late_reason", "remark",
    "transborder",
}  # fmt: skip


class GdprBreach(models.Model):
    _inherit = "gdpr.breach"

    filing_ids = fields.One2many("gdpr.breach.filing", "breach_id", string="Filings")
    first_sent_on = fields.Datetime(
        string="Notified on",
        compute="_compute_first_sent_on",
        store=True,
        compute_sudo=True,  # when, and not what was sent
    )

    @api.depends("filing_ids.sent_on")
    def _compute_first_sent_on(self):
        for breach in self:
            sent = [day for day in breach.filing_ids.mapped("sent_on") if day]
            breach.first_sent_on = min(sent, default=False)


class GdprBreachFiling(models.Model):
    """A notification to the authority (art. 33(3), (4) GDPR): as PDF, and as text to
    paste into the authority's form. What was sent does not change."""

    _name = "gdpr.breach.filing"
    _description = "Filing of an Incident"
    _order = "breach_id, id"

    _gdpr_data = {
        "nature": "free text",
        "consequences": "free text",
        "measures": "free text",
        "contact": "the officer of the firm",
        "late_reason": "free text",
        "remark": "free text",
        "sent_text": "what was sent",
        "attachment_id": "what was sent",
        "sent_by_id": "employee of the firm",
    }
    _access_exempt = "its file is the filing, a document of the incident"

    breach_id = fields.Many2one(
        "gdpr.breach",
        string="Incident",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    is_drill = fields.Boolean(related="breach_id.is_drill")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    state = fields.Selection(
        [("draft", "Draft"), ("sent", "Sent")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )
    authority = fields.Text()
    nature = fields.Text(string="Nature of the Breach")
    person_categories = fields.Char(string="Categories of People")
    person_count = fields.Char(string="Approximate Number of People")
    data_categories = fields.Char(string="Categories of Data")
    record_count = fields.Char(string="Approximate Number of Records")
    contact = fields.Text(string="Contact for More Information")
    consequences = fields.Text(string="Likely Consequences")
    measures = fields.Text(string="Measures Taken or Proposed")
    transborder = fields.Char(
        string="Other Countries", help="People or establishments in other countries."
    )
    remark = fields.Text()
    late_reason = fields.Text(
        string="Reasons for the Delay",
        help="Needed after the 72 hours (Art. 33(1) GDPR).",
    )
    is_late = fields.Boolean(compute="_compute_is_late", string="After the 72 Hours")
    text = fields.Text(string="Text to Paste", compute="_compute_text")
    sent_text = fields.Text(readonly=True, copy=False)
    sent_on = fields.Datetime(readonly=True, copy=False)
    sent_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    sent_how = fields.Selection(
        [
            ("form", "Form of the authority"),
            ("email", "E-mail"),
            ("post", "By post"),
            ("phone", "Phone"),
        ],
        readonly=True,
        copy=False,
    )
    reference = fields.Char(
        string="Reference of the Authority", help="As the authority confirmed it."
    )
    attachment_id = fields.Many2one(
        "ir.attachment",
        string="As Sent",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )

    @api.depends("kind", "breach_id.name")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for filing in self:
            filing.display_name = f"{filing.breach_id.name} {kinds.get(filing.kind)}"

    @api.depends("sent_on", "kind", "breach_id.due_on")
    def _compute_is_late(self):
        for filing in self:
            due = filing.breach_id.due_on
            moment = filing.sent_on or fields.Datetime.now()
            filing.is_late = filing.kind == "initial" and bool(due) and moment > due

    @api.depends("state", "sent_text", *CONTENT)
    def _compute_text(self):
        for filing in self:
            filing.text = filing.sent_text or filing._as_text()

    # -- guards ------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self.env["gdpr.breach"]._need_unlock(self)
        return super().create(vals_list)

    def write(self, vals):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            if vals.keys() - CONTENT - {"reference"}:
                raise UserError(
                    self.env._("A filing is sent with its button, which notes it.")
                )
            # the authority's number comes afterwards, and is no part of what was sent
            if vals.keys() - {"reference"} and any(f.state == "sent" for f in self):
                raise UserError(
                    self.env._(
                        "This was sent to the authority and stays as it is. Draft a "
                        "supplementary filing."
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _keep_sent(self):
        if any(filing.state == "sent" for filing in self):
            raise UserError(
                self.env._("What was sent to the authority is not deleted.")
            )

    # -- drafting ----------------------------------------------------------------------

    @api.model
    def _draft(self, breach, kind=None):
        """The next filing, filled in with what is known now.

        :raises UserError: one is open, the first is missing, or it was closed
        """
        breach._need_officer()
        breach._need_state("assessing", "decided", "notified")
        open_one = breach.filing_ids.filtered(lambda filing: filing.state == "draft")
        if open_one:
            return open_one[:1]
        first = not breach.filing_ids
        if breach.filing_ids.filtered(lambda filing: filing.kind == "final"):
            raise UserError(self.env._("The final filing was sent: none comes after."))
        if first and kind not in (None, "initial"):
            raise UserError(self.env._("The first filing is the initial one."))
        unknown = self.env._("not known yet")
        company = breach.company_id
        officer = breach.owner_id or self.env.user
        contact = [officer.name, company.name, officer.email, company.phone]
        draft = self._legal_unlocked().create(
            {
                "breach_id": breach.id,
                "kind": "initial" if first else kind or "supplementary",
                "state": "draft",
                "authority": breach._authority(),
                "nature": breach.nature or breach.description,
                "person_categories": breach.person_categories,
                "person_count": unknown
                if breach.person_count_unknown
                else str(breach.person_count),
                "data_categories": breach.data_categories,
                "record_count": unknown
                if breach.record_count_unknown
                else str(breach.record_count),
                "contact": "\n".join(filter(None, contact)),
                "consequences": breach.consequences,
                "measures": breach.measures,
            }
        )
        # the key to guarded writes stays here
        return draft.with_env(self.env)

    def _lines(self):
        """(heading, text) of art. 33(3), for the PDF and the text to paste."""
        self.ensure_one()
        breach = self.breach_id
        zone = breach.company_id.partner_id.tz or self.env.user.tz or "UTC"
        record = self.with_context(tz=zone)

        def moment(value):
            if not value:
                return self.env._("not known")
            local = fields.Datetime.context_timestamp(record, value)
            return f"{local:%Y-%m-%d %H:%M} ({zone})"

        label = {
            name: info["string"]
            for name, info in self.fields_get(attributes=["string"]).items()
        }
        kinds = [
            breach._fields[name]._description_string(self.env)
            for name in ("kind_confidentiality", "kind_integrity", "kind_availability")
            if breach[name]
        ]
        said = [
            (self.env._("Controller"), breach.company_id.name),
            (self.env._("Our number"), breach.name),
            (self.env._("Happened on"), moment(breach.occurred_on)),
            (self.env._("Noticed on"), moment(breach.detected_on)),
            (self.env._("Aware since"), moment(breach.aware_on)),
        ]
        if breach.processor_id:
            said += [
                (self.env._("At the processor"), breach.processor_id.name),
                (
                    self.env._("Told by the processor on"),
                    moment(breach.processor_informed_on),
                ),
            ]
        said.append((self.env._("Kind of breach"), ", ".join(kinds)))
        said += [
            (label[name], self[name])
            for name in (
                "nature", "person_categories", "person_count", "data_categories",
                "record_count", "contact", "consequences", "measures", "transborder",
                "late_reason", "remark",
            )
            if self[name]
        ]  # fmt: skip
        if breach.persons_decision:
            words = dict(
                breach._fields["persons_decision"]._description_selection(self.env)
            )
            said.append((self.env._("The people"), words[breach.persons_decision]))
        return said

    def _heading(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        law = (
            self.env._("Art. 24 FADP")
            if self.breach_id.regime == "fadp"
            else self.env._("Art. 33 GDPR")
        )
        return self.env._(
            "Notification of a personal data breach (%(law)s): %(kind)s",
            law=law,
            kind=kinds.get(self.kind),
        )

    def _as_text(self):
        self.ensure_one()
        lines = []
        banner = self.env._("DRILL - NOT A REAL INCIDENT - DO NOT SEND")
        if self.is_drill:
            lines += [banner, ""]
        lines += [self._heading(), ""]
        for heading, said in self._lines():
            lines += [f"{heading}:", str(said or ""), ""]
        if self.is_drill:
            lines.append(banner)
        return "\n".join(lines).strip()

    # -- sending -----------------------------------------------------------------------

    def action_send(self):
        self.ensure_one()
        return self.breach_id._step(
            "send", self.env._("Was Sent"), filing_id=self.id, when=False
        )

    def action_print(self):
        return self.env.ref("legal_gdpr.action_report_filing").report_action(self)

    def _send(self, how, when=None, reference=None):
        """Note that it was sent, and keep what was.

        :param how: as ``sent_how``
        :param when: naive UTC datetime; default: now
        :raises UserError: undecided, incomplete, too late without reasons, or a time
            that cannot be
        """
        self.ensure_one()
        breach = self.breach_id
        breach._need_officer()
        breach._need_state("decided", "notified")
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        if self.state == "sent":
            raise UserError(self.env._("This filing was sent already."))
        if breach.decision != "notify":
            raise UserError(
                self.env._("It was decided not to notify. Decide anew before sending.")
            )
        if how not in dict(self._fields["sent_how"]._description_selection(self.env)):
            raise UserError(self.env._("Say how it was sent."))
        now = fields.Datetime.now()
        when = when or now
        if when > now or when < breach.aware_on:
            raise UserError(
                self.env._(
                    "It was sent after the firm became aware, and not in the future: "
                    "correct the time."
                )
            )
        if not (self.nature or "").strip():
            raise UserError(
                self.env._("Describe the nature of the breach (Art. 33(3)(a) GDPR).")
            )
        late = breach.due_on and when > breach.due_on and self.kind == "initial"
        if late and not (self.late_reason or "").strip():
            raise UserError(
                self.env._(
                    "The 72 hours are over: the filing needs the reasons for the "
                    "delay (Art. 33(1) GDPR)."
                )
            )
        text = self._as_text()
        pdf = self._pdf()
        # sudo: the file belongs to the incident, read with it
        file_sudo = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": f"{self.display_name.replace('/', '-')}.pdf",
                    "raw": pdf,
                    "mimetype": "application/pdf",
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        )
        self._legal_unlocked().write(
            {
                "state": "sent",
                "sent_on": when,
                "sent_by_id": self.env.uid,
                "sent_how": how,
                "sent_text": text,
                "reference": reference or self.reference,
                "attachment_id": file_sudo.id,
            }
        )
        ring = self.env["legal.key"]._for_writing()
        breach._note(
            "filing",
            "filing_ids",
            f"{self.kind}, PDF SHA-256 {hashlib.sha256(pdf).hexdigest()}",
            filing_id=self.id,
            digest=breach._digest(ring, text),
        )
        if breach.state == "decided":
            breach._unlocked().write({"state": "notified"})
        breach._finish_clock(self.env._("Authority notified: %s", breach.name))

    def _pdf(self):
        self.ensure_one()
        # sudo: what the officer wrote, in a form that a report may read
        content, _kind = (
            self.env["ir.actions.report"]
            .sudo()
            ._render_qweb_pdf("legal_gdpr.report_filing", self.ids)
        )
        return content

    def _open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }
