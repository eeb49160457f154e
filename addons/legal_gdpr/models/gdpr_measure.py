from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

RESULTS = [
    ("passed", "Effective"),
    ("partly", "Partly effective"),
    ("failed", "Not effective"),
]
SOON = relativedelta(months=1)


class GdprMeasure(models.Model):
    """A technical or organisational measure (art. 32 GDPR), tested in a cycle.

    Art. 32(1)(d): regularly testing, assessing and evaluating its effectiveness.
    """

    _name = "gdpr.measure"
    _description = "Security Measure"
    _inherit = ["mail.thread", "mail.activity.mixin", "gdpr.due.mixin"]
    _order = "kind, name"

    _gdpr_data = {"owner_id": "employee of the firm"}

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [("technical", "Technical"), ("organisational", "Organisational")],
        required=True,
        default="organisational",
    )
    description = fields.Text(translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    owner_id = fields.Many2one(
        "res.users", string="Responsible", domain="[('share', '=', False)]"
    )
    since = fields.Date(
        string="In Place since", required=True, default=fields.Date.context_today
    )
    test_months = fields.Integer(
        string="Test Every (Months)", required=True, default=12, aggregator=None
    )
    test_ids = fields.One2many("gdpr.measure.test", "measure_id", string="Tests")
    last_test_on = fields.Date(compute="_compute_tests", store=True)
    last_result = fields.Selection(RESULTS, compute="_compute_tests", store=True)
    next_test_on = fields.Date(
        string="Next Test by", compute="_compute_tests", store=True, index=True
    )
    status = fields.Selection(
        [
            ("effective", "Effective"),
            ("untested", "Not tested yet"),
            ("soon", "Test due soon"),
            ("overdue", "Test overdue"),
            ("failed", "Not effective"),
        ],
        compute="_compute_status",
        search="_search_status",
    )
    is_red = fields.Boolean(compute="_compute_status")

    _months_positive = models.Constraint(
        "CHECK (test_months > 0)",
        "A measure is tested every month at the most: enter 1 or more.",
    )

    @api.depends("test_ids.date", "test_ids.result", "test_months", "since")
    def _compute_tests(self):
        for measure in self:
            # the last one noted of the last day
            tests = measure.test_ids.sorted(lambda test: (test.date, test._origin.id))
            last = tests[-1:]
            measure.last_test_on = last.date
            measure.last_result = last.result
            begin = last.date or measure.since
            cycle = relativedelta(months=measure.test_months)
            measure.next_test_on = begin + cycle if begin else False

    @api.depends("next_test_on", "last_result", "last_test_on")
    def _compute_status(self):
        today = fields.Date.context_today(self)
        for measure in self:
            due = measure.next_test_on
            if measure.last_result == "failed":
                status = "failed"
            elif due and due < today:
                status = "overdue"
            elif not measure.last_test_on:
                status = "untested"
            elif due and due <= today + SOON:
                status = "soon"
            else:
                status = "effective"
            measure.status = status
            measure.is_red = status in ("overdue", "failed")

    def _search_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        # few dozens: as the compute says, and nothing that could differ from it
        found = self.search([("kind", "!=", False)]).filtered(
            lambda measure: measure.status in value
        )
        return [("id", "in", found.ids)]

    @api.ondelete(at_uninstall=False)
    def _keep_tested(self):
        if self.test_ids:
            raise UserError(
                self.env._(
                    "A measure that was tested is archived, not deleted: its tests are "
                    "evidence."
                )
            )

    def _due(self):
        self.ensure_one()
        if self.status == "overdue":
            sentence = self.env._("Test the measure %s: it is overdue", self.name)
            return [("test", self.next_test_on, sentence)]
        if self.status == "failed":
            sentence = self.env._("Repair the measure %s: its test failed", self.name)
            return [("failed", self.last_test_on, sentence)]
        return []


class GdprMeasureTest(models.Model):
    """A test of a measure: its day, its evidence and its result. It does not change."""

    _name = "gdpr.measure.test"
    _description = "Test of a Measure"
    _inherit = "gdpr.computed.mixin"
    _order = "date desc, id desc"
    _rec_name = "date"

    _gdpr_data = {
        "user_id": "employee of the firm",
        "evidence": "free text",
        "attachment_ids": "evidence",
    }
    _access_exempt = "is read with its measure"

    measure_id = fields.Many2one(
        "gdpr.measure", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="measure_id.company_id", store=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    user_id = fields.Many2one(
        "res.users",
        string="Tested by",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    result = fields.Selection(RESULTS, required=True)
    evidence = fields.Text(
        string="What Was Done and Seen",
        help="As: “Restored the backup of 3 May, 40 minutes, complete.”",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment", "gdpr_measure_test_file_rel", string="Files"
    )

    @api.constrains("date", "evidence", "attachment_ids")
    def _check_evidence(self):
        today = fields.Date.context_today(self)
        for test in self:
            if test.date > today:
                raise ValidationError(
                    self.env._("A test lies in the past: enter when it was.")
                )
            if not test.attachment_ids and not (test.evidence or "").strip():
                raise ValidationError(
                    self.env._(
                        "A test needs evidence: say what was done and seen, or attach "
                        "a file."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        tests = super().create(vals_list)
        tests.measure_id._tell_due()
        return tests

    def write(self, vals):
        if vals.keys() - {"attachment_ids"}:
            raise UserError(
                self.env._("A test stays as it was noted. Note a new one beside it.")
            )
        before = {test: test.attachment_ids for test in self}
        result = super().write(vals)
        # a file may come, and none goes
        if any(files - test.attachment_ids for test, files in before.items()):
            raise UserError(
                self.env._("A test stays as it was noted. Note a new one beside it.")
            )
        return result

    @api.ondelete(at_uninstall=False)
    def _keep(self):
        raise UserError(
            self.env._("A test stays as it was noted. Note a new one beside it.")
        )
