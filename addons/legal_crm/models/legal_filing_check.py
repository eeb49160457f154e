from odoo import api, models
from odoo.tools import SQL

_BATCH = 1000
_COMMUNICATION = "legal.communication"


class LegalLedgerCheck(models.Model):
    """The nightly check also compares what is filed with what was filed."""

    _inherit = "legal.ledger.check"

    @api.model
    def _cron_check(self):
        result = super()._cron_check()
        communications = self.env[_COMMUNICATION]
        if _COMMUNICATION not in self._done_today():
            self._run_filed(communications)
        return result

    @api.model
    def _run_filed(self, communications, asked_by=None):
        """Compare every filed communication with its entry; long ones in parts.

        :return: the check, or None if the time of the scheduled action was used up
        """
        return self._compare(
            communications,
            self.env["legal.filing.log"],
            communications._verify_filed,
            self._end_filed,
            asked_by,
        )

    @api.model
    def _compare(self, records, log, verify, end, asked_by=None):
        """Compare records with the digests that a ledger has of them, in parts.

        :param records: empty recordset of the model that is compared
        :param log: empty recordset of the ledger
        :param verify: function of ledger entries that gives a list of (finding, low,
            high), empty if all say what they said
        :param end: function of the check, for what is in no entry; sets its state
        :return: the check, or None if the time of the scheduled action was used up
        """
        check = self._resume(records, asked_by)
        cron = self.env["ir.cron"]
        while True:
            entries = log.search(
                [("id", ">", check.position)], order="id", limit=_BATCH
            )
            if not entries:
                break
            found = verify(entries)
            check.entries += len(entries)
            check.position = entries[-1].id
            if found:
                finding, low, high = found[0]
                check.write(
                    {"state": "broken", "finding": finding, "low": low, "high": high}
                )
                check._tell()
                return check
            entries.invalidate_recordset()
            if not asked_by and not cron._commit_progress(
                remaining=log.search_count([("id", ">", check.position)])
            ):
                return None
        end(check)
        return check

    @api.model
    def _end_filed(self, check):
        """Nothing is filed of which the record knows nothing."""
        rows = self.env.execute_query(
            SQL(
                """SELECT count(*), min(c.id) FROM legal_communication c
                    WHERE c.state <> 'draft' AND NOT EXISTS (
                          SELECT 1 FROM legal_filing_log l
                           WHERE l.communication_id = c.id)"""
            )
        )
        count, first = rows[0]
        if count:
            check.write(
                {
                    "state": "warning",
                    "finding": "filed_unlogged",
                    "low": first,
                    "high": count,
                }
            )
        else:
            check.state = "ok"

    def action_verify_now(self):
        action = super().action_verify_now()
        # What is filed is compared in the background: it may be millions of files.
        # sudo: starting a scheduled action early; the right was checked above
        self.env.ref("legal_crm.cron_ledger_check").sudo()._trigger()
        return action
