from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .legal_ledger_verifier import LedgerBroken

FINDINGS = [
    ("changed", "Entry changed"),
    ("missing", "Entry missing"),
    ("added", "Entry added"),
    ("altered", "Block altered"),
    ("chain", "Chain broken"),
    ("gap", "Block missing"),
    ("tail", "End removed"),
    ("anchor", "Not the block of the file"),
    ("key", "Key missing"),
    ("unsealed", "Not sealed"),
    ("anchor_missing", "File of seals missing"),
    ("anchor_stranger", "File of another database"),
    ("filed_changed", "Filed communication changed"),
    ("filed_missing", "Filed communication missing"),
    ("filed_file", "File changed or missing"),
    ("filed_unlogged", "Filed without an entry"),
]
_WARNINGS = {"unsealed", "anchor_missing", "anchor_stranger", "filed_unlogged"}
_READERS = "legal_crm.group_auditor,legal_crm.group_compliance"


class LegalLedgerCheck(models.Model):
    """What a verification of a record found, and what was accepted by whom.

    The nightly check writes one row per record. Auditor and compliance officer read
    them; they are told when something is broken.
    """

    _name = "legal.ledger.check"
    _description = "Check of the Records"
    _order = "id desc"

    _gdpr_data = {
        "user_id": "employee who began a record anew",
        "reason": "why: free text",
    }

    date = fields.Datetime(
        string="Begun", required=True, readonly=True, default=fields.Datetime.now
    )
    ledger = fields.Char(string="Record", required=True, readonly=True)
    ledger_name = fields.Char(string="Record of", compute="_compute_ledger_name")
    state = fields.Selection(
        [
            ("running", "Running"),
            ("ok", "Intact"),
            ("warning", "Look at it"),
            ("broken", "Broken"),
            ("accepted", "Begun anew"),
        ],
        required=True,
        readonly=True,
    )
    entries = fields.Integer(readonly=True)
    blocks = fields.Integer(readonly=True)
    position = fields.Integer(readonly=True, export_string_translation=False)
    finding = fields.Selection(FINDINGS, readonly=True)
    first_broken = fields.Integer(string="First Broken Block", readonly=True)
    low = fields.Integer(string="From Number", readonly=True)
    high = fields.Integer(string="To Number", readonly=True)
    detail = fields.Char(readonly=True)
    user_id = fields.Many2one(
        "res.users", string="By", readonly=True, ondelete="set null", index=True
    )
    reason = fields.Char(readonly=True)
    message = fields.Text(string="Result", compute="_compute_message")

    @api.depends("ledger")
    def _compute_ledger_name(self):
        blocks = self.env["legal.ledger.block"]
        for check in self:
            model = self.env.get(check.ledger)
            check.ledger_name = blocks._ledger_name(model) or check.ledger

    @api.depends("ledger", "date")
    def _compute_display_name(self):
        for check in self:
            date = fields.Datetime.context_timestamp(check, check.date)
            check.display_name = f"{check.ledger_name} {date:%Y-%m-%d %H:%M}"

    @api.depends("state", "finding", "first_broken", "low", "high", "detail", "reason")
    @api.depends_context("lang")
    def _compute_message(self):
        for check in self:
            check.message = check._message()

    def _message(self):
        """What was found, in the reader's language."""
        if self.state == "accepted":
            return self.env._(
                "Accepted as it is, the record begins anew with block %(block)s. "
                "Reason: %(reason)s",
                block=self.first_broken,
                reason=self.reason,
            )
        if self.state == "running":
            return self.env._("Being verified.")
        if not self.finding and not self.blocks:
            return self.env._("Intact: %s entries.", self.entries)
        if not self.finding:
            return self.env._(
                "Intact: %(entries)s entries, %(blocks)s blocks.",
                entries=self.entries,
                blocks=self.blocks,
            )
        values = {
            "block": self.first_broken,
            "before": self.first_broken - 1,
            "low": self.low,
            "high": self.high,
            "detail": self.detail,
            "path": self.env["legal.key"]._path(),
            "file": self.env["legal.ledger.block"]._anchor().path,
        }
        return self._finding_text(values)

    def _finding_text(self, values):  # noqa: C901 - one sentence for each finding
        """The sentence of the finding.

        The words for "from … to …" also fit where both are the same number.
        """
        match self.finding:
            case "changed":
                return self.env._(
                    "Block %(block)s: one of the entries %(low)s to %(high)s was "
                    "changed after it was sealed.",
                    **values,
                )
            case "missing":
                return self.env._(
                    "Block %(block)s: the entries %(low)s to %(high)s were deleted.",
                    **values,
                )
            case "added":
                return self.env._(
                    "Entry %(low)s was added among entries that had long been sealed "
                    "(about block %(block)s).",
                    **values,
                )
            case "altered":
                return self.env._(
                    "Block %(block)s was altered: its seal does not fit what it says.",
                    **values,
                )
            case "chain":
                return self.env._(
                    "Block %(block)s does not follow block %(before)s: one of them "
                    "was replaced.",
                    **values,
                )
            case "gap":
                return self.env._(
                    "The blocks %(low)s to %(high)s are missing in the middle.",
                    **values,
                )
            case "tail":
                return self.env._(
                    "The end is missing: blocks %(block)s to %(detail)s with the "
                    "entries %(low)s to %(high)s. They were removed, or an older "
                    "backup was restored.",
                    **values,
                )
            case "anchor":
                return self.env._(
                    "Block %(block)s is not the one that was written into %(file)s "
                    "when it was sealed.",
                    **values,
                )
            case "key":
                return self.env._(
                    "Block %(block)s was sealed with the key %(detail)s, which is "
                    "not in %(path)s. Put the key file back from the backup.",
                    **values,
                )
            case "unsealed":
                return self.env._(
                    "Entries from %(low)s on are older than a day and not sealed. See "
                    "whether the scheduled action “Seal the records” runs.",
                    **values,
                )
            case "anchor_missing":
                return self.env._(
                    "The file of seals %(file)s was missing and begins anew with "
                    "block %(block)s. That is so after the database was renamed or "
                    "copied; otherwise find out who removed it.",
                    **values,
                )
            case "anchor_stranger":
                return self.env._(
                    "The file of seals %(file)s belongs to another database that had "
                    "this name. It goes on with block %(block)s of this one.",
                    **values,
                )
            case "filed_changed":
                return self.env._(
                    "Communication %(low)s says something else than when it was "
                    "filed: its row, its mail or its list of files was changed behind "
                    "the application's back.",
                    **values,
                )
            case "filed_missing":
                return self.env._(
                    "Communication %(low)s was filed and is gone.", **values
                )
            case "filed_file":
                return self.env._(
                    "A file of communication %(low)s is missing or was changed on "
                    "the disk: document %(high)s.",
                    **values,
                )
            case "filed_unlogged":
                return self.env._(
                    "%(high)s filed communications have no entry, the first is "
                    "%(low)s. They were filed before the record began, or behind the "
                    "application's back.",
                    **values,
                )
        return self.finding

    # -- checking --------------------------------------------------------------------

    @api.model
    def _cron_check(self):
        """Verify every record; a long one over several runs."""
        ledgers = self.env["legal.ledger.mixin"]._ledgers()
        done = self._done_today()
        todo = [ledger for ledger in ledgers if ledger._name not in done]
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(todo))
        for ledger in todo:
            if not self._run(ledger):
                return  # out of time: the server calls again
            if not cron._commit_progress(1):
                return

    @api.model
    def _done_today(self):
        """The records verified within the last hours: a run that goes on skips them."""
        recent = self.search(
            [
                ("date", ">=", fields.Datetime.now() - timedelta(hours=12)),
                ("state", "not in", ["running", "accepted"]),
                ("finding", "not in", ["anchor_missing", "anchor_stranger"]),
                ("user_id", "=", False),
            ]
        )
        return set(recent.mapped("ledger"))

    @api.model
    def _run(self, ledger, asked_by=None):
        """Verify one record and write down what was found.

        :param asked_by: the user who waits for it; the scheduled action if None
        :return: the check, or None if the time of the scheduled action was used up;
            the next call goes on where this one stopped
        """
        check = self._resume(ledger, asked_by)
        cron = self.env["ir.cron"]
        try:
            for number, count in self.env["legal.ledger.verifier"]._verify(
                ledger, check.position
            ):
                check.blocks += 1
                check.entries += count
                check.position = number
                if not asked_by and number % 50 == 0 and not cron._commit_progress():
                    return None
        except LedgerBroken as broken:
            warning = broken.values["finding"] in _WARNINGS
            check.write(broken.values | {"state": "warning" if warning else "broken"})
        else:
            check.state = "ok"
        if check.state == "broken":
            check._tell()
        return check

    @api.model
    def _resume(self, ledger, asked_by=None):
        values = {"ledger": ledger._name, "state": "running"}
        if asked_by:
            return self.create(values | {"user_id": asked_by.id})
        running = self.search(
            [
                ("ledger", "=", ledger._name),
                ("state", "=", "running"),
                ("date", ">=", fields.Datetime.now() - timedelta(hours=12)),
            ],
            limit=1,
        )
        return running or self.create(values)

    @api.model
    def _warn_anchor(self, ledger, block, strangers):
        """The file outside begins anew although the record does not."""
        # sudo: a remark of the system
        return self.sudo().create(
            {
                "ledger": ledger._name,
                "state": "warning",
                "finding": "anchor_stranger" if strangers else "anchor_missing",
                "first_broken": block.number,
            }
        )

    @api.model
    def _readers(self):
        """Auditors and compliance officers."""
        groups = [self.env.ref(name).id for name in _READERS.split(",")]
        # sudo: who is told does not depend on who looks
        return self.env["res.users"].sudo().search([("all_group_ids", "in", groups)])

    def _tell(self):
        """Tell auditors and compliance officers, each in their language."""
        self.ensure_one()
        for user in self._readers():
            check = self.with_context(lang=user.lang)
            self.env["mail.thread"].message_notify(
                partner_ids=user.partner_id.ids,
                subject=check.env._("%s: the record is broken", check.ledger_name),
                body=check.message,
                model=False,
                res_id=False,
            )

    # -- buttons ---------------------------------------------------------------------

    def _check_reader(self):
        if not self.env.user.has_groups(_READERS):
            raise AccessError(
                self.env._("Only auditors and compliance officers verify the records.")
            )

    def action_verify_now(self):
        """Verify all records at once, and say what was found."""
        self._check_reader()
        # sudo: the result is the system's, its reader only asked for it
        checks = self.sudo()
        for ledger in self.env["legal.ledger.mixin"]._ledgers():
            checks |= self.sudo()._run(ledger.sudo(), asked_by=self.env.user)
        sound = all(check.state == "ok" for check in checks)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if sound else "danger",
                "sticky": not sound,
                "message": "\n".join(
                    f"{check.ledger_name}: {check.with_env(self.env).message}"
                    for check in checks
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_accept(self):
        """Ask why this record begins anew as it is."""
        self.ensure_one()
        self._check_reader()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Accept and begin anew"),
            "res_model": "legal.ledger.accept",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ledger": self.ledger},
        }

    @api.model
    def _accept(self, ledger_name, reason):
        """Begin a record anew as it is now, for a reason.

        :raises AccessError: the user is neither auditor nor compliance officer
        :raises UserError: without a reason, or for something that is no record
        """
        self._check_reader()
        if not (reason or "").strip():
            raise UserError(
                self.env._("Say what happened: which backup was restored, and why.")
            )
        ledger = self.env.get(ledger_name)
        if ledger_name not in [
            model._name for model in self.env["legal.ledger.mixin"]._ledgers()
        ]:
            raise UserError(self.env._("Choose the record that begins anew."))
        self.env["legal.key"]._ensure_for_accepting()
        # sudo: the block is the system's; the right was checked above
        block = self.env["legal.ledger.block"].sudo()._accept(ledger.sudo())
        self.env["legal.access.log"]._log(
            "ledger_accepted", detail=f"{ledger_name}:{block.number}"
        )
        # sudo: the remark is the system's, on what its reader decided
        return self.sudo().create(
            {
                "ledger": ledger_name,
                "state": "accepted",
                "first_broken": block.number,
                "user_id": self.env.uid,
                "reason": reason.strip(),
            }
        )
