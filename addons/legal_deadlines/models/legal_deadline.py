from odoo import fields, models

from .legal_deadline_rule import DIRECTIONS, UNITS

KINDS = [("deadline", "Deadline"), ("follow_up", "Follow-Up")]
STATES = [
    ("provisional", "Provisional"),
    ("open", "Open"),
    ("done_unchecked", "Done, Unchecked"),
    ("done", "Done"),
    ("cancelled", "Struck"),
]
#: the states in which somebody still has to do something by the date
RUNNING = ("provisional", "open")


class LegalDeadline(models.Model):
    """A date that must not be missed (Frist, délai), or a follow-up (Wiedervorlage).

    Who may do what: assistants enter, and record as done; whoever recorded it cannot
    check it; assistants ask for changes and cancellations, a lawyer accepts. Nobody
    deletes one.
    """

    _name = "legal.deadline"
    _description = "Deadline"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "legal.access.mixin",
        "legal.deadline.question",
    ]
    _order = "date_deadline, id"
    _check_company_auto = True
    _mail_post_access = "read"
    _access_role_always = True  # dates of the firm itself have no matter

    _gdpr_data = {
        "name": "what is due",
        "note": "free text",
        "user_id": "employee of the firm",
        "deputy_id": "employee of the firm",
        "done_what": "what was sent to whom",
        "cancel_reason": "free text",
        "communication_id": "what was served",
        "receipt_ids": "documents",
        "pending_reason": "free text",
    }

    # -- what, where, for whom -----------------------------------------------------
    kind = fields.Selection(KINDS, required=True, default="deadline")
    name = fields.Char(string="What", required=True, index="trigram")
    matter_id = fields.Many2one("legal.matter", ondelete="restrict", check_company=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    user_id = fields.Many2one(
        "res.users", string="Responsible", required=True, ondelete="restrict"
    )
    deputy_id = fields.Many2one(
        "res.users", string="Deputy", index="btree_not_null", ondelete="restrict"
    )
    team_id = fields.Many2one(
        "legal.team",
        string="Department",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    note = fields.Text()
    state = fields.Selection(
        STATES, required=True, default="open", readonly=True, copy=False
    )
    # What it belongs to where that is no matter: set by other applications only.
    origin_model = fields.Char(readonly=True, copy=False)
    origin_id = fields.Many2oneReference(
        model_field="origin_model", readonly=True, copy=False
    )

    # -- what it is computed from --------------------------------------------------
    rule_id = fields.Many2one(
        "legal.deadline.rule", index="btree_not_null", ondelete="restrict"
    )
    regime = fields.Char(string="Law of Counting", copy=False)
    # the length of a period, not of a column
    # pylint: disable-next=attribute-deprecated
    length = fields.Integer(string="Period", copy=False)
    unit = fields.Selection(UNITS, copy=False)
    direction = fields.Selection(DIRECTIONS, copy=False)
    options = fields.Char(copy=False)
    trigger_date = fields.Date(
        string="Served On", help="The day of the event from which it is counted."
    )
    trigger_time = fields.Char(
        string="At", help="The time of the event, for periods of hours: 14:30."
    )
    pronounced_on = fields.Date(
        help="Some periods begin at the latest a while after pronouncement."
    )
    jurisdiction_id = fields.Many2one(
        "legal.jurisdiction", index="btree_not_null", ondelete="restrict"
    )
    court_id = fields.Many2one(
        "res.partner", index="btree_not_null", ondelete="restrict"
    )
    communication_id = fields.Many2one(
        "legal.communication",
        string="Triggered By",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    event_id = fields.Many2one(
        "calendar.event",
        string="Hearing",
        index="btree_not_null",
        ondelete="restrict",
        help="The appointment from which it is counted.",
    )
    previous_id = fields.Many2one(
        "legal.deadline",
        string="Follows",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )
    previous_link = fields.Selection(
        [
            ("trigger", "Counted from the Same Event"),
            ("date", "Counted from Its End"),
        ],
        copy=False,
    )
    next_ids = fields.One2many("legal.deadline", "previous_id", string="Followed By")

    # -- what came out -------------------------------------------------------------
    date_deadline = fields.Date(
        string="Date",
        required=True,
        copy=False,
        help="The date that counts: the safe one where the law is in doubt.",
    )
    moment_deadline = fields.Datetime(
        string="Hour", copy=False, help="For periods of hours: the hour it ends."
    )
    date_computed = fields.Date(
        string="Date by Law",
        readonly=True,
        copy=False,
        help="What the prevailing opinion says. An earlier date counts where the law "
        "is in doubt.",
    )
    result = fields.Text(readonly=True, copy=False, export_string_translation=False)
    basis = fields.Char(
        readonly=True, copy=False, help="The holidays that were looked at."
    )
    manual_reason = fields.Char(
        copy=False, help="Why the date was entered by hand and not computed."
    )
    explanation = fields.Html(compute="_compute_explanation", sanitize=False)
    warning_text = fields.Text(compute="_compute_explanation", string="Doubts")
    warning_days = fields.Char(string="Early Warnings", help="Days before, as 7, 1.")
    warning_date_ids = fields.One2many(
        "legal.deadline.warning", "deadline_id", string="Warnings"
    )
    days_left = fields.Integer(compute="_compute_days_left", search="_search_days_left")

    # -- extension -----------------------------------------------------------------
    extension_state = fields.Selection(
        [
            ("requested", "Requested"),
            ("granted", "Granted"),
            ("refused", "Refused"),
        ],
        string="Extension",
        readonly=True,
        copy=False,
    )
    extension_requested_on = fields.Date(readonly=True, copy=False)
    extension_query_on = fields.Date(
        string="Ask the Court On",
        readonly=True,
        copy=False,
        help="If no answer came by then, somebody asks the court.",
    )
    date_before_extension = fields.Date(readonly=True, copy=False)
    date_requested = fields.Date(
        string="Extended To (Requested)", readonly=True, copy=False
    )

    # -- entry and its check -------------------------------------------------------
    entered_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who entered the deadline, or changed its date last.",
    )
    entered_on = fields.Datetime(readonly=True, copy=False)
    needs_entry_check = fields.Boolean(
        string="Entry to Be Checked", readonly=True, copy=False
    )
    entry_checked_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, ondelete="restrict"
    )
    entry_checked_on = fields.Datetime(readonly=True, copy=False)
    lawyer_checked_by_id = fields.Many2one(
        "res.users",
        string="Date Checked by Lawyer",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    lawyer_checked_on = fields.Datetime(readonly=True, copy=False)

    # -- what an assistant asks for, until a lawyer accepts ------------------------
    pending_kind = fields.Selection(
        [
            ("change", "Change"),
            ("cancel", "Striking"),
            ("reopen", "Reopening"),
            ("extension", "Extension granted"),
        ],
        string="Asked For",
        readonly=True,
        copy=False,
    )
    pending_values = fields.Json(readonly=True, copy=False)
    pending_reason = fields.Char(readonly=True, copy=False)
    pending_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, ondelete="restrict"
    )

    # -- done, checked, cancelled --------------------------------------------------
    done_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, ondelete="restrict"
    )
    done_on = fields.Datetime(string="Recorded On", readonly=True, copy=False)
    done_what = fields.Char(string="What Was Sent", readonly=True, copy=False)
    sent_on = fields.Datetime(readonly=True, copy=False)
    done_communication_id = fields.Many2one(
        "legal.communication",
        string="Sent With",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    receipt_ids = fields.Many2many(
        "ir.attachment",
        "legal_deadline_receipt_rel",
        "deadline_id",
        "attachment_id",
        string="Receipts",
        readonly=True,
        copy=False,
        bypass_search_access=True,
    )
    receipt_names = fields.Char(readonly=True, copy=False)
    checked_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, ondelete="restrict"
    )
    checked_on = fields.Datetime(readonly=True, copy=False)
    cancelled_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, ondelete="restrict"
    )
    cancelled_on = fields.Datetime(readonly=True, copy=False)
    cancel_reason = fields.Char(readonly=True, copy=False)

    sheet_ids = fields.One2many(
        "legal.deadline.sheet", "deadline_id", string="Control Sheets"
    )

    access_list_id = fields.Many2one(index=False)
    _readers_idx = models.Index("(access_list_id, company_id)")
    _order_idx = models.Index("(date_deadline, id)")
    _matter_idx = models.Index("(matter_id, date_deadline, id)")
    _user_idx = models.Index(
        "(user_id, date_deadline, id) WHERE state IN ('provisional', 'open')"
    )
    _running_idx = models.Index(
        "(date_deadline, id) WHERE state IN ('provisional', 'open')"
    )
    _unchecked_idx = models.Index("(date_deadline, id) WHERE state = 'done_unchecked'")
    _entry_check_idx = models.Index(
        "(date_deadline, id) WHERE needs_entry_check AND entry_checked_by_id IS NULL"
    )
    _origin_idx = models.Index("(origin_model, origin_id) WHERE origin_id IS NOT NULL")
