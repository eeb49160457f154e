import base64
import binascii
import json

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

from ..tools import table_file
from .legal_deadline_import_columns import ALIASES, COLUMNS, IGNORED

STATES = [
    ("draft", "File"),
    ("checked", "Checked"),
    ("running", "Coming In"),
    ("done", "Done"),
]
BATCH = 200


class LegalDeadlineImport(models.Model):
    """Deadlines of a file from another system: checked first, then brought in.

    The good lines come in, the bad ones are listed with the reason and can be
    downloaded, mended and imported again. Batches are committed one by one together
    with the number of the next line, so that a run that is killed goes on where it was;
    no line comes in twice. An import is seen by the one who made it alone, and finds
    only matters that he may read.
    """

    _name = "legal.deadline.import"
    _description = "Import of Deadlines"
    _order = "id desc"

    _gdpr_data = {
        "file": "deadlines of matters, names of colleagues",
        "rows": "the same, as read",
        "problem_file": "the lines that could not be brought in",
    }

    name = fields.Char(string="File Name", required=True)
    file = fields.Binary(required=True, attachment=True, copy=False)
    rows = fields.Binary(
        readonly=True, attachment=True, copy=False, export_string_translation=False
    )
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, copy=False
    )
    jurisdiction_id = fields.Many2one(
        "legal.jurisdiction",
        string="Place",
        help="For lines that name none. Leave it empty if the courts differ.",
    )
    total = fields.Integer(string="Lines", readonly=True, copy=False)
    next_line = fields.Integer(string="Lines Read", readonly=True, copy=False)
    good = fields.Integer(string="Good Lines", readonly=True, copy=False)
    bad = fields.Integer(string="Lines with Errors", compute="_compute_bad")
    problem_ids = fields.One2many(
        "legal.deadline.import.problem", "import_id", string="Problems", readonly=True
    )
    problem_file = fields.Binary(readonly=True, attachment=True, copy=False)
    problem_file_name = fields.Char(readonly=True, copy=False)
    done_on = fields.Datetime(readonly=True, copy=False)
    cleared = fields.Boolean(readonly=True, copy=False)

    @api.depends("name")
    @api.depends_context("uid")
    def _compute_display_name(self):
        # The name of a file may say whose deadlines are in it; Odoo reads a name as
        # superuser wherever a record points at this one.
        for record in self:
            creator = record.sudo().create_uid  # sudo: who made it, nothing of it
            own = self.env.uid in (SUPERUSER_ID, creator.id)
            record.display_name = record.name if own else str(record.id or "")

    @api.depends("problem_ids")
    def _compute_bad(self):
        counts = dict(
            self.env["legal.deadline.import.problem"]._read_group(
                [("import_id", "in", self.ids)], ["import_id"], ["__count"]
            )
        )
        for found in self:
            found.bad = counts.get(found._origin, 0)

    # -- reading the file --------------------------------------------------------------

    def action_check(self):
        """Read the file and try every line; nothing is written but what is wrong."""
        self.ensure_one()
        self._refuse_unless("draft", "checked")
        header, lines = self._read_file()
        rows = [
            [
                number,
                {name: cell for name, cell in zip(header, line, strict=True) if name},
            ]
            for number, line in enumerate(lines, start=2)
            if any(line)
        ]
        self.problem_ids.unlink()
        good, bad = self._read_rows(rows)
        self.write(
            {
                "rows": base64.b64encode(json.dumps(rows).encode()),
                "total": len(rows),
                "next_line": 0,
                "good": len(good),
                "state": "checked",
            }
        )
        self._add_problems(bad)
        return True

    def _read_file(self):
        """(names of our columns, "" for those left out; lines) of the file."""
        header, lines = self._read_table()
        names = [self._column_of(title) for title in header]
        unknown = [
            title for title, name in zip(header, names, strict=True) if name is None
        ]
        if unknown:
            raise UserError(
                self.env._(
                    "These columns are not known: %(unknown)s. Known are: %(known)s.",
                    unknown=", ".join(unknown),
                    known=", ".join(self._titles()),
                )
            )
        used = [name for name in names if name]
        twice = {name for name in used if used.count(name) > 1}
        if twice:
            raise UserError(
                self.env._("These columns are there twice: %s.", ", ".join(twice))
            )
        if "matter" not in used or not {"date", "trigger"} & set(used):
            raise UserError(
                self.env._(
                    "The file needs the columns “matter” and “date” or “served on”. "
                    "Their names stand in its first line."
                )
            )
        return names, lines

    def _read_table(self):
        try:
            content = base64.b64decode(self.with_context(bin_size=False).file or b"")
            return table_file.read(content, self.name or "")
        except (table_file.TableError, binascii.Error) as error:
            raise UserError(self._table_error(getattr(error, "code", ""))) from error

    @api.model
    def _table_error(self, code):
        return {
            "empty": self.env._("The file is empty."),
            "too_big": self.env._("The file is too big. Split it."),
            "too_long": self.env._(
                "The file has more than %s lines. Split it.", table_file.MAX_ROWS
            ),
            "not_utf8": self.env._(
                "The file is not UTF-8. Save it as “CSV UTF-8”, or as a workbook "
                "(.xlsx)."
            ),
            "not_xlsx": self.env._(
                "The workbook cannot be read. Save it anew as .xlsx, or as “CSV UTF-8”."
            ),
        }.get(
            code,
            self.env._(
                "The file cannot be read as a table. Save it as “CSV UTF-8”, or as a "
                "workbook (.xlsx)."
            ),
        )

    @api.model
    def _column_of(self, title):
        """Our name of a column, "" for one that is left out, None if not known."""
        word = " ".join(title.replace("_", " ").casefold().split())
        return "" if word in IGNORED else ALIASES.get(word)

    @api.model
    def _titles(self):
        return [words.split("|")[0] for words in COLUMNS.values()]

    # -- bringing it in ----------------------------------------------------------------

    def action_import(self):
        """Bring the good lines in: a batch at once, the rest in the background."""
        self.ensure_one()
        self._refuse_unless("checked")
        self.problem_ids.unlink()
        self.write({"state": "running", "next_line": 0, "good": 0})
        self._import_batch(BATCH)
        if self.state == "running":
            # sudo: starts the scheduled action, which works with this user's rights
            self.env.ref("legal_deadlines.cron_deadline_import").sudo()._trigger()
        return True

    def _import_batch(self, size):
        """Bring in the next lines.

        :return: how many lines were read
        """
        self.ensure_one()
        rows = json.loads(base64.b64decode(self.with_context(bin_size=False).rows))
        batch = rows[self.next_line : self.next_line + size]
        good, bad = self._read_rows(self._without_those_in(batch))
        created = self._create_deadlines(good, bad)
        self._add_problems(bad)
        vals = {"next_line": self.next_line + len(batch), "good": self.good + created}
        if vals["next_line"] >= len(rows):
            vals |= {"state": "done", "done_on": fields.Datetime.now()}
            vals |= self._problem_file_vals()
        self.write(vals)
        return len(batch)

    def _without_those_in(self, rows):
        """The lines of which there is no deadline yet."""
        # sudo: what came in counts, also if its matter was closed to this user since
        there = (
            self.env["legal.deadline"]
            .sudo()
            .search_fetch(
                [
                    ("import_id", "=", self.id),
                    ("import_line", "in", [row[0] for row in rows]),
                ],
                ["import_line"],
            )
        )
        lines = set(there.mapped("import_line"))
        return [row for row in rows if row[0] not in lines]

    def _create_deadlines(self, good, bad):
        """Create what was read; a line that fails goes to ``bad``. Returns how many."""
        # The suite's own way in: the columns were read by name, nothing else gets here.
        deadlines = self.env["legal.deadline"].with_context(legal_unlock=UNLOCK)
        try:
            with self.env.cr.savepoint():
                return len(deadlines.create([vals for _line, vals in good]))
        except UserError:
            return self._create_one_by_one(deadlines, good, bad)

    @api.model
    def _create_one_by_one(self, deadlines, good, bad):
        """One line of the batch fails: the others come in all the same."""
        created = 0
        for line, vals in good:
            try:
                with self.env.cr.savepoint():
                    deadlines.create([vals])
                created += 1
            except UserError as error:
                bad.append((line, str(error)))
        return created

    @api.model
    def _cron_import(self):
        """Go on with imports that run, each with the rights of who started it."""
        cron = self.env["ir.cron"]
        running = self.search([("state", "=", "running")], order="id")
        cron._commit_progress(
            remaining=sum(found.total - found.next_line for found in running)
        )
        for found in running:
            user = found.create_uid
            while found.state == "running":
                if not found.try_lock_for_update():
                    break
                if not user.active or not user.has_group("legal_crm.group_assistant"):
                    found.state = "checked"  # whoever started it works here no more
                    break
                mine = found.with_user(user).with_context(
                    lang=user.lang, tz=user.tz, allowed_company_ids=user.company_ids.ids
                )
                if not cron._commit_progress(mine._import_batch(BATCH)):
                    return

    # -- what is wrong -----------------------------------------------------------------

    def _add_problems(self, bad):
        self.env["legal.deadline.import.problem"].create(
            [
                {"import_id": self.id, "line": line, "reason": reason}
                for line, reason in sorted(bad)
            ]
        )

    def _problem_file_vals(self):
        """The bad lines as they were, each with its reason: to be mended."""
        if not self.problem_ids:
            return {"problem_file": False, "problem_file_name": False}
        header, lines = self._read_table()
        keep = [n for n, title in enumerate(header) if self._column_of(title)]
        rows = [
            [problem.line, problem.reason, *(lines[problem.line - 2][n] for n in keep)]
            for problem in self.problem_ids.sorted("line")
        ]
        titles = ["Line", "Problem", *(header[n] for n in keep)]
        stem = (self.name or "").rpartition(".")[0] or self.name
        return {
            "problem_file": base64.b64encode(table_file.write(titles, rows)),
            "problem_file_name": f"{stem}-problems.csv",
        }

    def action_problem_file(self):
        """Download the bad lines; also after the check, before anything came in."""
        self.ensure_one()
        self.write(self._problem_file_vals())
        if not self.problem_file:
            raise UserError(self.env._("No line is bad."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/problem_file"
            f"/{self.problem_file_name}?download=true",
            "target": "download",
        }

    def action_deadlines(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Deadlines of This File"),
            "res_model": "legal.deadline",
            "view_mode": "list,form",
            "domain": [("import_id", "=", self.id)],
        }

    def _refuse_unless(self, *states):
        if self.state not in states:
            raise UserError(
                self.env._(
                    "This file is already coming in. Take a new import for another one."
                )
                if self.state in ("running", "done")
                else self.env._("Check the file first.")
            )

    def write(self, vals):
        if {"file", "name"} & set(vals):
            for found in self:
                found._refuse_unless("draft", "checked")
            vals = {**vals, "state": "draft"}
        return super().write(vals)

    @api.autovacuum
    def _gc_files(self):
        """Files are for moving in: a month later their contents go."""
        before = fields.Datetime.subtract(fields.Datetime.now(), days=30)
        old = self.search(
            [("done_on", "<", before), ("cleared", "=", False)], limit=100
        )
        old.problem_ids.unlink()
        # past the guard of `write`: the file of a finished import changes only here
        super(LegalDeadlineImport, old).write(
            {"file": False, "rows": False, "problem_file": False, "cleared": True}
        )
        return len(old), len(old) == 100


class LegalDeadlineImportProblem(models.Model):
    """A line of the file that cannot be brought in, and why."""

    _name = "legal.deadline.import.problem"
    _description = "Bad Line of an Import"
    _order = "import_id, line, id"

    _gdpr_data = {"reason": "may repeat a number or a name of the file"}

    import_id = fields.Many2one(
        "legal.deadline.import", required=True, index=True, ondelete="cascade"
    )
    line = fields.Integer(required=True)
    reason = fields.Char(required=True)


class LegalDeadline(models.Model):
    _inherit = "legal.deadline"

    import_id = fields.Many2one(
        "legal.deadline.import",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The file from which it was taken over.",
    )
    import_line = fields.Integer(readonly=True, copy=False, aggregator=False)

    _import_line_uniq = models.UniqueIndex(
        "(import_id, import_line) WHERE import_id IS NOT NULL",
        "That line of the file came in already.",
    )
