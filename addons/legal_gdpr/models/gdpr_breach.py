from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, LockError, UserError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

STATES = [
    ("reported", "Reported"),
    ("assessing", "Assessing"),
    ("decided", "Decided"),
    ("notified", "Notified"),
    ("closed", "Closed"),
]
OPEN = ("reported", "assessing", "decided", "notified")
#: what whoever reports may say
REPORT = {"description", "detected_on", "affected"}
#: changed with a reason, never by typing over
TIMES = ("occurred_on", "detected_on", "aware_on", "processor_informed_on")
#: written by the steps alone, whatever comes over RPC
GUARDED = {
    "name", "state", "is_drill", "regime", "company_id", "reported_by_id", *TIMES,
    "clock_id", "clock_problem", "reminded_hours", "risk", "decision",
    "decision_reason", "decided_by_id", "decided_on", "persons_decision",
    "persons_ground", "persons_reason", "closed_on", "closing_note", "due_on",
    "target_on", "next_reminder_on", "score", "band", "filing_ids", "time_ids",
    "journal_ids", "first_sent_on",
}  # fmt: skip
#: said once, with the report
GUARDED_NEW = GUARDED - {"is_drill", "company_id", *TIMES}
#: what the journal holds a keyed hash of
TEXTS = (
    "title", "description", "affected", "nature", "data_categories",
    "person_categories", "consequences", "measures", "decision_reason",
    "persons_reason", "closing_note", "context_reason",
)  # fmt: skip
#: what the journal holds as it is
VALUES = (
    *TIMES, "state", "person_count", "person_count_unknown", "record_count",
    "record_count_unknown", "kind_confidentiality", "kind_integrity",
    "kind_availability", "has_simple", "has_behavioural", "has_financial",
    "has_sensitive", "dpc_context", "identification", "malicious", "unintelligible",
    "score", "band", "risk", "decision", "persons_decision", "persons_ground",
    "processor_id",
)  # fmt: skip
#: what stands still in a closed incident
KNOWN = {
    *TEXTS, *VALUES, "loss_confidentiality", "loss_integrity", "loss_availability",
    "processing_ids", "owner_id",
}  # fmt: skip


class GdprBreach(models.Model):
    """A breach of personal data (art. 33, 34 GDPR; art. 24 FADP), or a drill of one.

    Who may do what: every employee reports one and sees those he reported; the officer
    assesses, decides and files; audit reads. Nothing is ever deleted: art. 33(5) wants
    all of them documented, also those that nobody had to be told of.
    """

    _name = "gdpr.breach"
    _description = "Incident"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "closed_on desc, id desc"
    #: whoever reported it may add what he remembers
    _mail_post_access = "read"

    _gdpr_data = {
        "title": "free text",
        "description": "free text",
        "affected": "free text",
        "nature": "free text",
        "consequences": "free text",
        "measures": "free text",
        "decision_reason": "free text",
        "persons_reason": "free text",
        "closing_note": "free text",
        "reported_by_id": "employee of the firm",
        "owner_id": "employee of the firm",
        "decided_by_id": "employee of the firm",
    }
    _access_exempt = "its clock has no matter; its filings hold what was filed"

    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, default="/"
    )
    title = fields.Char(string="About", tracking=True)
    is_drill = fields.Boolean(
        string="Drill",
        copy=False,
        help="An exercise. It stays one: nothing is entered in the calendar of the "
        "firm, and nothing goes out.",
    )
    drill_label = fields.Char(string="Drill?", compute="_compute_drill_label")
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="reported",
        copy=False,
        tracking=True,
        index=True,
        group_expand=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    regime = fields.Selection(
        [("gdpr", "GDPR (Art. 33, 34)"), ("fadp", "Swiss FADP (Art. 24)")],
        string="Law",
        required=True,
        readonly=True,
        default="gdpr",
        copy=False,
    )
    description = fields.Text(
        string="What Happened", required=True, tracking=True, copy=False
    )
    affected = fields.Text(
        string="Whose Data",
        tracking=True,
        help="Whose data and which, as far as it is known.",
    )
    reported_by_id = fields.Many2one(
        "res.users", string="Reported by", readonly=True, copy=False
    )
    owner_id = fields.Many2one(
        "res.users",
        string="Officer",
        default=lambda self: self._default_owner(),
        domain="[('share', '=', False)]",
        tracking=True,
        index="btree_not_null",
    )
    processor_id = fields.Many2one(
        "gdpr.processor",
        string="At the Processor",
        index="btree_not_null",
        ondelete="restrict",
        help="Where it happened at a processor (Art. 33(2) GDPR).",
    )
    processing_ids = fields.Many2many(
        "gdpr.processing.activity", string="Processing Activities"
    )
    # -- Art. 33(3) --------------------------------------------------------------------
    kind_confidentiality = fields.Boolean(
        string="Disclosed or Accessed", help="Loss of confidentiality.", tracking=True
    )
    kind_integrity = fields.Boolean(
        string="Altered", help="Loss of integrity.", tracking=True
    )
    kind_availability = fields.Boolean(
        string="Lost or Destroyed", help="Loss of availability.", tracking=True
    )
    nature = fields.Text(
        string="Nature of the Breach",
        tracking=True,
        help="As the authority is told it: what, where, how.",
    )
    person_categories = fields.Char(string="Categories of People", tracking=True)
    person_count = fields.Integer(
        string="Number of People", tracking=True, aggregator="sum"
    )
    person_count_unknown = fields.Boolean(
        string="Number of People Not Known", default=True, tracking=True
    )
    data_categories = fields.Char(string="Categories of Data", tracking=True)
    record_count = fields.Integer(
        string="Number of Records", tracking=True, aggregator="sum"
    )
    record_count_unknown = fields.Boolean(
        string="Number of Records Not Known", default=True, tracking=True
    )
    consequences = fields.Text(string="Likely Consequences", tracking=True)
    measures = fields.Text(string="Measures Taken or Proposed", tracking=True)
    closed_on = fields.Datetime(readonly=True, copy=False)
    closing_note = fields.Text(readonly=True, copy=False)

    _name_unique = models.UniqueIndex("(name)", "This number was given already.")
    _order_idx = models.Index("(closed_on DESC, id DESC)")
    _counts = models.Constraint(
        "CHECK (person_count >= 0 AND record_count >= 0)",
        "A number of people or records is not negative. Enter 0, or tick that it is "
        "not known.",
    )

    @api.model
    def _default_owner(self):
        officers = self.env.company._gdpr_people()
        return officers & self.env.user or officers[:1]

    @api.depends("name", "title", "is_drill")
    def _compute_display_name(self):
        for breach in self:
            new = breach.name in (False, "/")
            name = self.env._("New Incident") if new else breach.name
            breach.display_name = f"{name} {breach.title or ''}".strip()

    @api.depends("is_drill")
    def _compute_drill_label(self):
        for breach in self:
            breach.drill_label = self.env._("DRILL") if breach.is_drill else False

    # -- guards ------------------------------------------------------------------------

    def _is_unlocked(self):
        return self.env.context.get("legal_unlock") is UNLOCK

    def _unlocked(self):
        """For a write of guarded fields, after the step asked who may take it."""
        # sudo: see above; whoever reports has no right to write
        return self.sudo()._legal_unlocked()

    @api.model_create_multi
    def create(self, vals_list):
        unlocked = self._is_unlocked()
        officer = self._is_officer()
        sequences = self.env["ir.sequence"].sudo()  # sudo: the next number
        now = fields.Datetime.now()
        cleaned = []
        for given in vals_list:
            vals = dict(given)
            if not unlocked:
                dropped = GUARDED_NEW if officer else self._fields.keys() - REPORT
                vals = {key: vals[key] for key in vals.keys() - dropped}
            drill = bool(vals.get("is_drill"))
            company = self.env["res.company"].browse(
                vals.get("company_id") or self.env.company.id
            )
            code = "gdpr.breach.drill" if drill else "gdpr.breach"
            vals["name"] = sequences.next_by_code(code)
            vals.setdefault("reported_by_id", self.env.uid)
            vals["detected_on"] = vals.get("detected_on") or now
            # Guidelines 9/2022: the firm knows what its people know; the officer may
            # correct it, with a reason
            vals["aware_on"] = vals.get("aware_on") or vals["detected_on"]
            # sudo: the country of the firm
            swiss = company.sudo().country_id.code == "CH"
            vals["regime"] = "fadp" if swiss else "gdpr"
            lines = (vals.get("description") or "").strip().splitlines()
            vals["title"] = vals.get("title") or (lines[0][:60] if lines else False)
            cleaned.append(vals)
        # a default that came in the context decides nothing
        allowed = self._fields.keys() - GUARDED if officer else REPORT
        plain = {
            key: value
            for key, value in self.env.context.items()
            if not key.startswith("default_") or key[len("default_") :] in allowed
        }
        # keys have to go: the whole context is given
        # pylint: disable-next=context-overridden
        breaches = super(GdprBreach, self.with_context(plain)).create(cleaned)
        breaches._journal(
            "reported", {breach.id: {} for breach in breaches}, breaches._known()
        )
        for breach in breaches:
            breach._start()
        return breaches.with_env(self.env)

    def write(self, vals):
        if "is_drill" in vals and any(
            breach.is_drill != bool(vals["is_drill"]) for breach in self
        ):
            raise UserError(
                self.env._(
                    "A drill stays a drill, and an incident an incident. Report a new "
                    "one."
                )
            )
        if not self._is_unlocked():
            if GUARDED & vals.keys():
                raise UserError(
                    self.env._(
                        "This is changed with the buttons of the incident: they ask "
                        "for the reason, and keep what was."
                    )
                )
            if any(breach.state == "closed" for breach in self) and (
                KNOWN & vals.keys()
            ):
                raise UserError(
                    self.env._(
                        "The incident is closed: what was known stays as it is. Open "
                        "it again first."
                    )
                )
        before = self._known()
        result = super().write(vals)
        self._journal("changed", before, self._known())
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "An incident is not deleted: Art. 33(5) GDPR wants every one of them "
                "documented. Close it, and say what came of it."
            )
        )

    def unlink(self):
        # mail.thread deletes the messages first: ask before, not half-way
        if self:
            self._unlink_never()
        return super().unlink()

    def _is_officer(self):
        return self.env.su or self.env.user.has_group("legal_gdpr.group_dpo")

    def _need_officer(self):
        """:raises AccessError: the user is not the data protection officer"""
        if not self._is_officer():
            raise AccessError(
                self.env._("The data protection officer takes this step.")
            )
        self.check_access("write")

    def _need_state(self, *states):
        """Lock the rows, and make sure where they stand: two press a button at once.

        :raises UserError: the incident is elsewhere
        """
        try:
            self.lock_for_update()
        except LockError as error:
            raise ConcurrencyError(str(error)) from error
        self.invalidate_recordset(["state"])
        words = dict(self._fields["state"]._description_selection(self.env))
        for breach in self:
            if breach.state not in states:
                raise UserError(
                    self.env._(
                        "%(number)s is “%(state)s”: this step comes at another time.",
                        number=breach.name,
                        state=words[breach.state],
                    )
                )

    # -- what was known when -----------------------------------------------------------

    def _known(self):
        """What the journal compares: {id: {field: code or text}}"""
        # sudo: the journal is complete, whoever writes
        return {
            breach.id: {
                name: breach._fields[name].convert_to_write(breach[name], breach) or ""
                for name in (*VALUES, *TEXTS)
            }
            for breach in self.sudo()
        }

    def _journal(self, event, before, after):
        """One entry for each field that is not as it was."""
        ring = None
        rows = []
        for breach in self:
            old = before.get(breach.id, {})
            for name, value in after.get(breach.id, {}).items():
                if value == old.get(name, ""):
                    continue
                what = event
                if event == "changed":
                    what = "time" if name in TIMES else event
                    what = "state" if name == "state" else what
                row = {
                    "event": what,
                    "breach_id": breach.id,
                    "field": name,
                    "drill": breach.is_drill,
                }
                if name in TEXTS:
                    ring = ring or self.env["legal.key"]._for_writing()
                    row["digest"] = self._digest(ring, value)
                else:
                    row["before"] = str(old.get(name, "") or "")
                    row["after"] = str(value or "")
                rows.append(row)
        self.env["gdpr.breach.journal"]._append(rows)

    @api.model
    def _digest(self, ring, text):
        return f"{ring.current}:{ring.mac(ring.current, 'breach', text or '')}"

    def _note(self, event, field=None, after=None, **values):
        """An entry that is no change of a field of the incident itself."""
        self.env["gdpr.breach.journal"]._append(
            [
                {
                    "event": event,
                    "breach_id": breach.id,
                    "field": field,
                    "after": after,
                    "drill": breach.is_drill,
                    **values,
                }
                for breach in self
            ]
        )

    # -- nothing goes out in a drill ---------------------------------------------------

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        if any(breach.is_drill for breach in self):
            # a follower from outside would believe it
            recipients = [
                row for row in recipients if row.get("uid") and not row.get("share")
            ]
        return recipients

    def message_post(self, **kwargs):
        if kwargs.get("outgoing_email_to") and any(b.is_drill for b in self):
            raise UserError(self.env._("This is a drill: nothing leaves the firm."))
        return super().message_post(**kwargs)
