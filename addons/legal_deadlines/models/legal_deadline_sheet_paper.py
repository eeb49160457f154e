import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime

from ..engine import storage

#: written by the engine for itself; the paper has the explanation in its place
_NOT_SHOWN = ("result",)


class LegalDeadlineSheet(models.Model):
    """The control sheet on paper: old beside new, and how the date was computed."""

    _inherit = "legal.deadline.sheet"

    matter_number = fields.Char(
        string="Matter No.", related="matter_id.number", related_sudo=True
    )
    responsible_id = fields.Many2one(
        related="deadline_id.user_id", related_sudo=False, string="Responsible"
    )
    date_deadline = fields.Date(
        related="deadline_id.date_deadline", related_sudo=False, string="Due On"
    )
    changes = fields.Text(compute="_compute_changes", string="What Changed")
    is_printed = fields.Boolean(
        string="Printed", compute="_compute_is_printed", search="_search_is_printed"
    )

    _not_printed_idx = models.Index("(date, id) WHERE printed_on IS NULL")

    @api.depends("printed_on")
    def _compute_is_printed(self):
        for sheet in self:
            sheet.is_printed = bool(sheet.printed_on)

    def _search_is_printed(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("printed_on", "!=" if True in value else "=", False)]

    @api.depends("values")
    @api.depends_context("lang")
    def _compute_changes(self):
        for sheet in self:
            sheet.changes = "\n".join(
                f"{label}: {old or '–'} → {new or '–'}"
                for label, old, new in sheet._compared()
            )

    # -- what is compared -------------------------------------------------------------

    def _compared(self):
        """What the sheet compares: list of (label, old text, new text)."""
        self.ensure_one()
        return [
            (
                self._label_of(name),
                self._text_of(name, pair[0]),
                self._text_of(name, pair[1]),
            )
            for name, pair in (self.values or {}).items()
            if name not in _NOT_SHOWN
        ]

    @api.model
    def _label_of(self, name):
        field = self.env["legal.deadline"]._fields.get(name)
        return field.get_description(self.env, ["string"])["string"] if field else name

    @api.model
    def _text_of(self, name, text):
        """A stored text as the reader reads it: dates and choices in his language.

        What cannot be read that way is shown as it is stored, never left out.
        """
        field = self.env["legal.deadline"]._fields.get(name)
        if not text or field is None:
            return text or ""
        try:
            if field.type == "date":
                day = fields.Date.to_date(text)
                return format_date(self.env, day, date_format="EEE dd.MM.yyyy")
            if field.type == "datetime":
                moment = fields.Datetime.to_datetime(text)
                return format_datetime(self.env, moment, dt_format="short")
        except ValueError:
            return text
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(text, text)
        if field.type == "boolean":
            return self.env._("yes") if text == "True" else self.env._("no")
        if field.type == "json":
            return self._text_of_json(text)
        return text

    @api.model
    def _text_of_json(self, text):
        """Values that somebody asked for, as "label: value" each."""
        try:
            values = json.loads(text)
        except ValueError:
            return text
        if not isinstance(values, dict):
            return text
        return ", ".join(
            f"{self._label_of(name)}: {self._text_of(name, str(value or ''))}"
            for name, value in values.items()
            if name not in _NOT_SHOWN
        )

    # -- the deadline at that time -----------------------------------------------------

    def _as_of(self):
        """{sheet id: {field: text}}: the deadline as it was after each sheet.

        The sheets of a deadline are its history: each one changes what the ones
        before it said.
        """
        history = self.search(
            [("deadline_id", "in", self.deadline_id.ids)], order="deadline_id, id"
        )
        found, state, deadline = {}, {}, None
        for sheet in history:
            if sheet.deadline_id != deadline:
                deadline, state = sheet.deadline_id, {}
            state = {**state, **{k: v[1] for k, v in (sheet.values or {}).items()}}
            found[sheet.id] = state
        return {sheet.id: found.get(sheet.id, {}) for sheet in self}

    def _papers(self):
        """What the report shows of each sheet.

        :return: list of dicts ``sheet``, ``deadline``, ``what``, ``date``,
            ``responsible``, ``rows`` (see ``_compared``), ``steps``, ``doubts``
            (sentences, holidays are steps) and ``manual`` (why typed by hand)
        """
        as_of = self._as_of()
        deadlines = self.env["legal.deadline"]
        papers = []
        for sheet in self:
            then, deadline = as_of[sheet.id], sheet.deadline_id
            steps, doubts = [], []
            result = then.get("result") or ("" if then else deadline.result)
            if result:
                steps, doubts = deadlines._engine_lines(storage.load(result))
            date = then.get("date_deadline") or str(deadline.date_deadline)
            papers.append(
                {
                    "sheet": sheet,
                    "deadline": deadline,
                    "what": then.get("name") or deadline.name,
                    "date": self._text_of("date_deadline", date),
                    "responsible": then.get("user_id") or deadline.user_id.name,
                    "deputy": then.get("deputy_id") or "",
                    "basis": then.get("basis") or "",
                    "rows": sheet._compared(),
                    "steps": steps,
                    "doubts": doubts,
                    "manual": then.get("manual_reason") or "",
                }
            )
        return papers

    # -- printing ----------------------------------------------------------------------

    def action_print(self):
        """Print these sheets; the first print is written down."""
        self.check_access("read")
        if not self:
            raise UserError(self.env._("Choose the sheets to be printed."))
        return self.env.ref("legal_deadlines.action_report_sheet").report_action(
            self.sorted("id"), config=False
        )

    def action_print_new(self):
        """Print today's sheets that nobody has printed, as far as one may read them,
        whatever is ticked in the list below the button."""
        today = fields.Date.context_today(self)
        start = fields.Datetime.to_string(self.env["legal.deadline.list"]._start(today))
        sheets = self.search([("printed_on", "=", False), ("date", ">=", start)])
        if not sheets:
            raise UserError(self.env._("All control sheets of today are printed."))
        return sheets.action_print()
