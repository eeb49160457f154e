from odoo import api, fields, models
from odoo.tools import SQL

_SHEETS = "legal.deadline.sheet"


class LegalLedgerCheck(models.Model):
    """The nightly check also compares the control sheets with the ledger."""

    _inherit = "legal.ledger.check"

    finding = fields.Selection(
        selection_add=[
            ("sheet_changed", "Control sheet changed"),
            ("sheet_missing", "Control sheet missing"),
            ("sheet_unlogged", "Control sheet without an entry"),
        ]
    )

    @api.model
    def _cron_check(self):
        result = super()._cron_check()
        if _SHEETS not in self._done_today():
            sheets = self.env[_SHEETS]
            self._compare(
                sheets,
                self.env["legal.deadline.log"],
                sheets._verify,
                self._end_sheets,
            )
        return result

    @api.model
    def _end_sheets(self, check):
        """No sheet without an entry."""
        rows = self.env.execute_query(
            SQL(
                """SELECT count(*), min(s.id) FROM legal_deadline_sheet s
                    WHERE NOT EXISTS (SELECT 1 FROM legal_deadline_log l
                                       WHERE l.sheet_id = s.id)"""
            )
        )
        count, first = rows[0]
        if count:
            check.write(
                {
                    "state": "warning",
                    "finding": "sheet_unlogged",
                    "low": first,
                    "high": count,
                }
            )
        else:
            check.state = "ok"

    def _finding_text(self, values):
        match self.finding:
            case "sheet_changed":
                return self.env._(
                    "Control sheet %(low)s of deadline %(high)s says something else "
                    "than when it was written: it was changed behind the "
                    "application's back.",
                    **values,
                )
            case "sheet_missing":
                return self.env._(
                    "Control sheet %(low)s of deadline %(high)s is gone.", **values
                )
            case "sheet_unlogged":
                return self.env._(
                    "%(high)s control sheets have no entry, the first is %(low)s. "
                    "They were written behind the application's back.",
                    **values,
                )
        return super()._finding_text(values)


class LegalDeadlineSheet(models.Model):
    _inherit = "legal.deadline.sheet"

    @api.model
    def _verify(self, entries):
        """Compare control sheets with the digests of their ledger entries.

        :param entries: ``legal.deadline.log`` records
        :return: list of (finding, sheet id, deadline id); entries made with a key that
            is lost are not judged
        """
        ring = self.env["legal.key"]._for_reading()
        # sudo: every sheet is compared, whoever may read it
        sheets = self.sudo().browse([entry.sheet_id.id for entry in entries])
        there = set(sheets.exists().ids)
        found = []
        for entry, sheet in zip(entries, sheets, strict=True):
            key_id = entry.digest.partition(":")[0]
            if sheet.id not in there:
                finding = "sheet_missing"
            elif key_id in ring and entry.digest != sheet._digests(key_id)[0]:
                finding = "sheet_changed"
            else:
                continue
            found.append((finding, sheet.id, entry.deadline_id.id))
        return found
