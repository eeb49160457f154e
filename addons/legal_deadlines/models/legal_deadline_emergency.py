import csv
import heapq
import io
import logging
import os
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import config, format_datetime, split_every

from ..tools import folder
from .legal_deadline import RUNNING

_logger = logging.getLogger(__name__)

DAYS = 30  # that the list reaches ahead
KEEP = 14  # days for which files are kept
STALE = timedelta(hours=36)  # a night was missed
_BATCH = 500  # dates read and written at once; rows of one table of the PDF
_MOST_PDF = 20_000  # dates up to which there is a PDF: 26 s of CPU, linear
_MARK = "@@tables@@"
_COLUMNS = (
    "day",
    "hour",
    "kind",
    "what",
    "number",
    "rubrum",
    "responsible",
    "deputy",
    "state",
)


class LegalDeadlineEmergency(models.Model):
    """The emergency list: all dates of the next 30 days, for when the system is down.

    Written every night into a folder, as HTML and CSV that need nothing else to be
    read, and as PDF. It holds what is not done or not checked, of the whole firm. Of a
    matter that not everybody may read it tells number, kind, day and responsible.

    The folder is ``LEGAL_EMERGENCY_FOLDER`` (environment), or
    ``legal_emergency_folder`` (odoo.conf), or ``legal/emergency`` in the data folder.
    One row per firm says when it was written last, and what went wrong.
    """

    _name = "legal.deadline.emergency"
    _description = "Emergency List"
    _order = "company_id"

    _gdpr_none = "when files were written"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    tried_on = fields.Datetime(readonly=True)
    written_on = fields.Datetime(readonly=True)
    date_count = fields.Integer(string="Dates", readonly=True)
    error = fields.Text(readonly=True)

    _company_uniq = models.UniqueIndex("(company_id)", "There is one list per firm.")

    @api.model
    def _folder(self):
        return Path(
            os.environ.get("LEGAL_EMERGENCY_FOLDER")
            or config.get("legal_emergency_folder")
            or Path(config["data_dir"], "legal", "emergency")
        )

    # -- how it stands -----------------------------------------------------------------

    @api.model
    def _emergency_state(self, companies=None):
        """Whether the lists of these firms (all) are there and fresh.

        :return: dict ``ok``, ``written_on`` (the oldest, None if one was never
            written), ``messages`` (sentences for administrators, in his language)
        """
        # sudo: when something was written, for whoever watches it
        companies = companies or self.sudo()._companies()
        domain = [("company_id", "in", companies.ids)]
        rows = {row.company_id.id: row for row in self.sudo().search(domain)}
        written, messages = [], []
        for company in companies:
            row = rows.get(company.id, self.browse())
            written.append(row.written_on or None)
            since = row.written_on or self._installed_on()
            if fields.Datetime.now() - since > STALE:
                messages.append(self._stale_text(company, row))
            if row.error:
                messages.append(row.error)
        return {
            "ok": not messages,
            "written_on": None if None in written else min(written, default=None),
            "messages": messages,
        }

    @api.model
    def _companies(self):
        return self.env["res.company"].search([("active", "=", True)])

    @api.model
    def _installed_on(self):
        """Before its first night nobody expects the list."""
        cron = self.env.ref(
            "legal_deadlines.cron_emergency_list", raise_if_not_found=False
        )
        # sudo: the day on which the scheduled action was made
        return cron.sudo().create_date if cron else fields.Datetime.now()

    @api.model
    def _stale_text(self, company, row):
        if not row.written_on:
            return self.env._(
                "%s: the emergency list was never written. See whether the scheduled "
                "actions run.",
                company.name,
            )
        return self.env._(
            "%(company)s: the emergency list is old, it was written on %(date)s. See "
            "whether the scheduled actions run.",
            company=company.name,
            date=format_datetime(self.env, row.written_on, dt_format="short"),
        )

    # -- writing -----------------------------------------------------------------------

    @api.model
    def _cron_write(self):
        """Write the list of each firm that has none of this night."""
        before = fields.Datetime.now() - timedelta(hours=6)
        done = self.search([("tried_on", ">", before)]).company_id
        todo = self._companies() - done
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(todo))
        for company in todo:
            self._write_list(company)
            if not cron._commit_progress(1):
                return

    @api.model
    def _write_list(self, company):
        """Write the files of one firm, and note how it went.

        An error of the disk or of the PDF is noted, not raised.

        :return: the row of the firm
        """
        # sudo: the list is complete or of no use; see ``_hide`` for what it tells
        lists = self.sudo().with_context(
            lang=company.partner_id.lang or self.env.lang,
            tz=company._legal_office().zone,
            allowed_company_ids=company.ids,
        )
        row = lists.search([("company_id", "=", company.id)])
        row = row or lists.create({"company_id": company.id})
        now = fields.Datetime.now()
        values = {"tried_on": now, "error": False}
        try:
            target = folder.prepare(self._folder())
            path = target / lists._file_name(company)
            values["date_count"], bodies = lists._write_files(company, path)
            values["written_on"] = now
            folder.tidy(target, lists._file_prefix(company), KEEP)
            if bodies:
                lists._write_pdf(bodies, path)
        except OSError as error:
            values["error"] = lists.env._(
                "%(company)s: the emergency list cannot be written to %(folder)s: "
                "%(reason)s. Make the folder writable for the server, or name another "
                "one as legal_emergency_folder in odoo.conf.",
                company=company.name,
                folder=self._folder(),
                reason=error.strerror or error,
            )
        except UserError as error:  # the PDF alone: HTML and CSV are there
            values["error"] = str(error)
        if values["error"]:
            _logger.error("Emergency list: %s", values["error"])
        row.write(values)
        return row

    @api.model
    def _file_prefix(self, company):
        """Databases that share a folder, as a copy for trying does, share no file."""
        database = folder.slug(self.env.cr.dbname)
        return f"deadlines_{database}_{company.id}_{folder.slug(company.name)}"

    @api.model
    def _file_name(self, company):
        return f"{self._file_prefix(company)}_{fields.Date.context_today(self)}"

    @api.model
    def _write_files(self, company, path):
        """Write HTML and CSV together, in batches.

        :return: how many dates there are, and the pages for the PDF (none if there are
            too many for paper)
        :raises OSError: the disk
        """
        before, after = self._page(company)
        count, bodies = 0, []
        with ExitStack() as stack:
            page, table = (
                stack.enter_context(folder.writing(f"{path}.{kind}"))
                for kind in ("html", "csv")
            )
            page.write(before.encode())
            # the mark tells a spreadsheet that it is UTF-8
            table.write("\ufeff".encode() + self._csv([self._csv_head()]))
            for rows in split_every(_BATCH, self._rows(company)):
                part = self._html_table(rows)
                page.write(part.encode())
                table.write(self._csv(self._csv_line(row) for row in rows))
                count += len(rows)
                if count <= _MOST_PDF:
                    bodies.append(before + part + after)
            page.write(after.encode())
        if count > _MOST_PDF:
            _logger.info("Emergency list of %s dates: no PDF, only HTML and CSV", count)
            return count, []
        return count, bodies or [before + after]

    @api.model
    def _write_pdf(self, bodies, path):
        """:raises UserError: it cannot be made; the other files are complete"""
        reports = self.env["ir.actions.report"]
        if reports.get_wkhtmltopdf_state() == "install":
            raise UserError(
                self.env._(
                    "The emergency list has no PDF, since wkhtmltopdf is missing on "
                    "the server. HTML and CSV were written."
                )
            )
        try:
            content = reports._run_wkhtmltopdf(
                bodies,
                landscape=True,
                specific_paperformat_args={"data-report-margin-top": 10},
            )
        except UserError as error:
            raise UserError(
                self.env._(
                    "The emergency list has no PDF: %s. HTML and CSV were written.",
                    str(error),
                )
            ) from error
        with folder.writing(f"{path}.pdf") as file:
            file.write(content)

    # -- what it says -----------------------------------------------------------------

    @api.model
    def _hide(self, record):
        """Whether the paper tells of this date its number alone.

        Whoever opens the folder reads it: what not everybody in the firm may read is
        not told there.
        """
        return bool(record.access_list_id)

    @api.model
    def _rows(self, company):
        """All dates in their order, a batch in memory at a time."""
        today = fields.Date.context_today(self)
        last = today + timedelta(days=DAYS)
        lists = self.env["legal.deadline.list"]
        domain = lists._event_domain(today, last)
        domain &= Domain("matter_id.company_id", "=", company.id)
        events = lists._event_rows(
            self.env["calendar.event"].search(domain, order="start, id"), self._hide
        )
        events = (row._replace(day=max(row.day, today)) for row in events)
        return heapq.merge(
            self._deadline_rows(company, today, last),
            sorted(events, key=lambda row: row.place),
            key=lambda row: row.day,
        )

    @api.model
    def _deadline_rows(self, company, today, last):
        deadlines = self.env["legal.deadline"]
        lists = self.env["legal.deadline.list"]
        domain = Domain("company_id", "=", company.id)
        domain &= Domain("date_deadline", "<=", last)
        domain &= Domain("state", "in", [*RUNNING, "done_unchecked"])
        ids = deadlines.search(domain, order="date_deadline, id").ids
        for part in split_every(_BATCH, ids):
            # flushed before: only what was read is forgotten, so that 20,000 dates
            # need no more memory than 500
            self.env.flush_all()
            self.env.invalidate_all()
            yield from lists._deadline_rows(
                deadlines.browse(part), today, hide=self._hide
            )

    @api.model
    def _page(self, company):
        """(what stands before the tables, what stands after them)."""
        page = self.env["ir.qweb"]._render(
            "legal_deadlines.emergency_page",
            {
                "company": company,
                "now": format_datetime(
                    self.env, fields.Datetime.now(), dt_format="short"
                ),
                "days": DAYS,
                "tables": Markup(_MARK),
            },
        )
        before, _, after = f"<!DOCTYPE html>\n{page}".partition(_MARK)
        return before, after

    @api.model
    def _html_table(self, rows):
        return str(
            self.env["ir.qweb"]._render(
                "legal_deadlines.emergency_table",
                {
                    "rows": rows,
                    "short_day": self.env["legal.deadline.list"]._short_day,
                },
            )
        )

    @api.model
    def _csv_head(self):
        return (
            self.env._("Date"),
            self.env._("Hour"),
            self.env._("Kind"),
            self.env._("What"),
            self.env._("Matter No."),
            self.env._("Matter"),
            self.env._("Responsible"),
            self.env._("Deputy"),
            self.env._("State"),
        )

    @api.model
    def _csv_line(self, row):
        return [_plain(str(getattr(row, name))) for name in _COLUMNS]

    @api.model
    def _csv(self, lines):
        """Lines as spreadsheets of these countries open them: with semicolons."""
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=";").writerows(lines)
        return text.getvalue().encode()


def _plain(text):
    """A cell that a spreadsheet takes for text and never for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
