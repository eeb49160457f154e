import json

from odoo import api, fields, models

#: What a control sheet compares, in the order in which it is printed.
SHEET_FIELDS = (
    "kind name matter_id rule_id regime length unit direction options trigger_date"
    " trigger_time pronounced_on jurisdiction_id court_id communication_id event_id"
    " previous_id date_deadline moment_deadline date_computed manual_reason"
    " warning_days user_id deputy_id team_id note state extension_state"
    " date_requested extension_query_on date_before_extension pending_kind"
    " pending_values pending_reason done_what sent_on done_communication_id"
    " receipt_names done_by_id checked_by_id entry_checked_by_id"
    " lawyer_checked_by_id cancel_reason basis result"
).split()


class LegalDeadline(models.Model):
    """Each event of a deadline leaves a control sheet and an entry in the ledger."""

    _inherit = "legal.deadline"

    sheet_count = fields.Integer(compute="_compute_sheet_count")

    @api.depends("sheet_ids")
    def _compute_sheet_count(self):
        for deadline in self:
            deadline.sheet_count = len(deadline.sheet_ids)

    def action_view_sheets(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Control sheets"),
            "res_model": "legal.deadline.sheet",
            "view_mode": "list,form",
            "domain": [("deadline_id", "=", self.id)],
        }

    def _snapshot(self):
        """{id: {field: text}} of what a control sheet compares; texts say nothing of
        language: dates as 2026-02-28, choices by their code."""
        # sudo: names of people, courts and rules stand on the sheet, whoever writes it
        return {
            deadline.id: {
                name: deadline._sheet_text(name)
                for name in SHEET_FIELDS
                if deadline[name]
            }
            for deadline in self.sudo()
        }

    def _sheet_text(self, name):
        field, value = self._fields[name], self[name]
        if field.type == "many2one":
            return value.number if name == "matter_id" else value.display_name
        if field.type == "json":
            return json.dumps(value, sort_keys=True, ensure_ascii=False)
        return str(value)

    def _record(self, action, before=None, reason=""):
        """Write a control sheet and a ledger entry for each of these deadlines.

        :param action: code of ``legal.deadline.sheet`` ACTIONS
        :param before: ``_snapshot()`` of before, {} for a new one
        :param reason: what the person said
        :return: the sheets; none for deadlines where nothing changed
        """
        before = before or {}
        after = self._snapshot()
        now = fields.Datetime.now()
        vals_list = []
        for deadline in self.sudo():  # sudo: the sheet is the system's, see _snapshot
            old, new = before.get(deadline.id, {}), after[deadline.id]
            if before and old == new and action == "changed":
                continue
            if not before and action != "created":
                old = new  # nothing of the deadline changed, something happened to it
            vals_list.append(
                {
                    "deadline_id": deadline.id,
                    "matter_id": deadline.matter_id.id,
                    "company_id": deadline.company_id.id,
                    "date": now,
                    "user_id": self.env.uid,
                    "action": action,
                    "reason": reason or False,
                    "values": {
                        name: [old.get(name), new.get(name)]
                        for name in SHEET_FIELDS
                        if old.get(name) != new.get(name)
                    },
                }
            )
        if not vals_list:
            return self.env["legal.deadline.sheet"]
        # sudo: nobody has the right to write a sheet, only this method does
        sheets = self.env["legal.deadline.sheet"].sudo()._write_sheets(vals_list)
        self.env["legal.deadline.log"]._append(
            [
                {
                    "date": now,
                    "action": action,
                    "deadline_id": sheet.deadline_id.id,
                    "matter_id": sheet.matter_id.id,
                    "date_before": before.get(sheet.deadline_id.id, {}).get(
                        "date_deadline"
                    ),
                    "date_after": str(sheet.deadline_id.date_deadline),
                    "digest": digest,
                }
                for sheet, digest in zip(sheets, sheets._digests(), strict=True)
            ]
        )
        return sheets


class LegalDeadlineSheet(models.Model):
    _inherit = "legal.deadline.sheet"

    @api.model
    def _write_sheets(self, vals_list):
        """The one way to a new sheet."""
        return self.create(vals_list)

    def _canonical(self):
        """What the sheet says as one text, the same for ever."""
        self.ensure_one()
        return json.dumps(
            [
                self.deadline_id.id,
                self.matter_id.id,
                fields.Datetime.to_string(self.date),
                self.user_id.id,
                self.action,
                self.values or {},
                self.reason or "",
            ],
            sort_keys=True,
            ensure_ascii=False,
        )

    def _digests(self, key_id=None):
        """Keyed hashes of these sheets, with the id of the key."""
        ring = self.env["legal.key"]._for_writing()
        key_id = key_id or ring.current
        return [
            f"{key_id}:{ring.mac(key_id, 'deadline', sheet._canonical())}"
            for sheet in self
        ]
