from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

#: the figures of an area, in the order in which they stand on its card
KINDS = ("due", "overdue", "missing")


class GdprOverview(models.Model):
    """The officer's page: of each area what is due, overdue and missing.

    Nothing is stored: the areas come from ``_areas``, each figure is counted when the
    page is looked at, with the rights of who looks, and opens the very records it
    counts.
    """

    _name = "gdpr.overview"
    _description = "Data Protection Overview"
    _auto = False
    _order = "sequence, id"

    _gdpr_none = "counts, nothing is stored"

    sequence = fields.Integer(readonly=True)
    code = fields.Char(readonly=True)
    name = fields.Char(string="Area", compute="_compute_figures")
    due_count = fields.Integer(string="Due", compute="_compute_figures")
    due_label = fields.Char(compute="_compute_figures")
    overdue_count = fields.Integer(string="Overdue", compute="_compute_figures")
    overdue_label = fields.Char(compute="_compute_figures")
    missing_count = fields.Integer(string="Missing", compute="_compute_figures")
    missing_label = fields.Char(compute="_compute_figures")
    worst = fields.Selection(
        [("red", "Act"), ("yellow", "Look"), ("green", "In order")],
        string="Standing",
        compute="_compute_figures",
    )

    @property
    def _table_query(self):
        """One row per area. The number is that of the code, so that a link stays."""
        codes = [area["code"] for area in self._areas()]
        return SQL(
            """SELECT area.number AS id, area.number AS sequence, area.code
                 FROM unnest(%s::varchar[]) WITH ORDINALITY AS area(code, number)""",
            codes,
        )

    # -- areas -------------------------------------------------------------------------

    @api.model
    def _areas(self):
        """The areas of the page, in their order. Addons extend it.

        :return: list of dict: ``code``, ``name``, and for ``due``, ``overdue``,
            ``missing`` the figure from ``_figure``, or None where there is none
        """
        today = fields.Date.context_today(self)
        week, month = fields.Date.add(today, days=7), fields.Date.add(today, days=30)
        open_request = [("state", "not in", ("answered", "refused", "withdrawn"))]
        open_hold = [("released_on", "=", False)]
        areas = [
            self._area(
                "requests",
                self.env._("Requests of data subjects"),
                due=self._figure(
                    self.env._("to be answered within a week"),
                    "gdpr.request",
                    [
                        *open_request,
                        ("date_due", ">=", today),
                        ("date_due", "<=", week),
                    ],
                ),
                overdue=self._figure(
                    self.env._("past their month"),
                    "gdpr.request",
                    [*open_request, ("date_due", "<", today)],
                ),
                missing=self._figure(
                    self.env._("new, not begun"),
                    "gdpr.request",
                    [("state", "=", "received")],
                ),
            ),
            self._area(
                "retention",
                self.env._("Retention"),
                due=self._figure(
                    self.env._("rules to be approved"),
                    "gdpr.retention.rule",
                    [("state", "=", "draft")],
                ),
                missing=self._figure(
                    self.env._("approved rules not compared with the law"),
                    "gdpr.retention.rule",
                    [("state", "=", "approved"), ("source_checked", "!=", "yes")],
                ),
            ),
            self._area(
                "erasure",
                self.env._("Erasure"),
                due=self._figure(
                    self.env._("runs to be approved or begun"),
                    "gdpr.erasure.run",
                    [("state", "in", ("simulated", "approved"))],
                ),
                overdue=self._figure(
                    self.env._("runs that stopped"),
                    "gdpr.erasure.run",
                    [("state", "=", "stopped")],
                ),
            ),
            self._area(
                "holds",
                self.env._("Holds"),
                due=self._figure(
                    self.env._("to be looked at within a month"),
                    "gdpr.legal.hold",
                    [
                        *open_hold,
                        ("review_on", ">=", today),
                        ("review_on", "<=", month),
                    ],
                ),
                overdue=self._figure(
                    self.env._("should have been looked at"),
                    "gdpr.legal.hold",
                    [*open_hold, ("review_on", "<", today)],
                ),
            ),
            self._area(
                "map",
                self.env._("Personal data map"),
                missing=self._figure(
                    self.env._("fields nobody has looked at"),
                    "gdpr.field.map",
                    [("state", "=", "unreviewed")],
                ),
            ),
            *self._areas_of_register(today, month),
            *self._areas_of_incidents(today, month),
            *self._areas_of_review(today, month),
        ]
        return [area for area in areas if any(area[kind] for kind in KINDS)]

    @api.model
    def _areas_of_register(self, today, month):
        return [
            self._area(
                "register",
                self.env._("Register of processing"),
                due=self._figure(
                    self.env._("activities to be approved"),
                    "gdpr.processing.activity",
                    [("state", "=", "draft")],
                ),
                missing=self._figure(
                    self.env._("personal fields in no activity"),
                    "gdpr.field.map",
                    list(self.env["gdpr.field.map"]._drift_domain()),
                ),
            ),
            self._area(
                "notices",
                self.env._("Consent and notices"),
                due=self._figure(
                    self.env._("texts of consent to be published"),
                    "gdpr.consent.text",
                    [("state", "=", "draft")],
                ),
                overdue=self._figure(
                    self.env._("notices outdated"),
                    "gdpr.notice",
                    [("outdated", "=", True), ("state", "!=", "replaced")],
                ),
            ),
            self._area(
                "processors",
                self.env._("Processors"),
                due=self._figure(
                    self.env._("drafts to be completed"),
                    "gdpr.processor",
                    [("state", "=", "draft")],
                ),
                overdue=self._figure(
                    self.env._("contracts that have run out"),
                    "gdpr.processor",
                    [("state", "=", "active"), ("contract_until", "<", today)],
                ),
                missing=self._figure(
                    self.env._("audits overdue"),
                    "gdpr.processor",
                    [("state", "=", "active"), ("next_audit_on", "<", today)],
                ),
            ),
            self._area(
                "transfers",
                self.env._("Transfers to third countries"),
                due=self._figure(
                    self.env._("ending within a month"),
                    "gdpr.transfer",
                    [
                        ("state", "=", "active"),
                        ("valid_until", ">=", today),
                        ("valid_until", "<=", month),
                    ],
                ),
                overdue=self._figure(
                    self.env._("not compliant"),
                    "gdpr.transfer",
                    [("state", "=", "active"), ("compliance", "=", "non_compliant")],
                ),
            ),
            self._area(
                "measures",
                self.env._("Security measures"),
                due=self._figure(
                    self.env._("to be tested within a month"),
                    "gdpr.measure",
                    [("next_test_on", ">=", today), ("next_test_on", "<=", month)],
                ),
                overdue=self._figure(
                    self.env._("tests overdue"),
                    "gdpr.measure",
                    [("next_test_on", "<", today)],
                ),
                missing=self._figure(
                    self.env._("without somebody responsible"),
                    "gdpr.measure",
                    [("owner_id", "=", False)],
                ),
            ),
        ]

    @api.model
    def _areas_of_incidents(self, today, month):
        real = [("is_drill", "=", False)]
        return [
            self._area(
                "breaches",
                self.env._("Incidents"),
                due=self._figure(
                    self.env._("open"),
                    "gdpr.breach",
                    [("state", "!=", "closed"), *real],
                ),
                overdue=self._figure(
                    self.env._("past their 72 hours"),
                    "gdpr.breach",
                    [("is_late", "=", True), *real],
                ),
            )
        ]

    @api.model
    def _areas_of_review(self, today, month):
        return [
            self._area(
                "dpia",
                self.env._("Impact assessments"),
                due=self._figure(
                    self.env._("to be validated or reviewed"),
                    "gdpr.dpia",
                    [("state", "in", ("submitted", "review"))],
                ),
                overdue=self._figure(
                    self.env._("measures overdue"),
                    "gdpr.dpia.action",
                    [
                        ("done_on", "=", False),
                        ("date_due", "<", today),
                        ("dpia_id.state", "!=", "replaced"),
                    ],
                ),
                missing=self._figure(
                    self.env._("approved activities not screened"),
                    "gdpr.processing.activity",
                    [("state", "=", "approved"), ("dpia_ids", "=", False)],
                ),
            ),
            self._area(
                "consultations",
                self.env._("Consultation of the authority"),
                missing=self._figure(
                    self.env._("high risk, authority not asked"),
                    "gdpr.dpia",
                    [
                        ("consultation_needed", "=", True),
                        ("consulted_on", "=", False),
                        ("state", "in", ("validated", "review")),
                    ],
                ),
            ),
            self._area(
                "reviews",
                self.env._("Access reviews"),
                due=self._figure(
                    self.env._("lines to be decided"),
                    "gdpr.access.review.line",
                    [
                        ("state", "=", "open"),
                        ("review_id.state", "in", ("running", "expired")),
                    ],
                ),
                overdue=self._figure(
                    self.env._("reviews past their day"),
                    "gdpr.access.review",
                    [
                        "|",
                        ("state", "=", "expired"),
                        "&",
                        ("state", "=", "running"),
                        ("date_due", "<", today),
                    ],
                ),
                missing=self._figure(
                    self.env._("decisions not carried out"),
                    "gdpr.access.review.line",
                    [
                        ("state", "=", "failed"),
                        ("review_id.state", "in", ("running", "expired")),
                    ],
                ),
            ),
            self._area(
                "training",
                self.env._("Training"),
                due=self._figure(
                    self.env._("due soon"),
                    "gdpr.training.due",
                    [("state", "=", "soon")],
                ),
                overdue=self._figure(
                    self.env._("lapsed"),
                    "gdpr.training.due",
                    [("state", "=", "lapsed")],
                ),
                missing=self._figure(
                    self.env._("never taken"),
                    "gdpr.training.due",
                    [("state", "=", "missing")],
                ),
            ),
            self._area(
                "policies",
                self.env._("Policies"),
                due=self._figure(
                    self.env._("drafts to be published"),
                    "gdpr.policy",
                    [("state", "=", "draft")],
                ),
                missing=self._figure(
                    self.env._("acknowledgements missing"),
                    "gdpr.policy.due",
                    [("state", "=", "open")],
                ),
            ),
            self._area(
                "gates",
                self.env._("Roles and training"),
                due=self._figure(
                    self.env._("roles announced to be withheld"),
                    "gdpr.training.gate",
                    [("state", "=", "warned"), ("obstacle", "=", False)],
                ),
                overdue=self._figure(
                    self.env._("roles that could not be withheld"),
                    "gdpr.training.gate",
                    [("state", "=", "warned"), ("obstacle", "!=", False)],
                ),
            ),
        ]

    @api.model
    def _area(self, code, name, **figures):
        return {
            "code": code,
            "name": name,
            **{kind: figures.get(kind) for kind in KINDS},
        }

    @api.model
    def _figure(self, label, model, domain):
        """A figure of an area: how many records of ``model`` are in ``domain``.

        :return: dict, or None where the model, or a field the domain asks, is not
            there to be searched, or the user may not read it: 0 would not be true
        """
        records = self.env.get(model)
        if records is None or not records.has_access("read"):
            return None
        asked = {
            condition.field_expr.split(".")[0]
            for condition in Domain(domain).iter_conditions()
        }
        fields_asked = [records._fields.get(name) for name in asked]
        if not all(field and (field.store or field.search) for field in fields_asked):
            return None
        return {"label": label, "model": model, "domain": domain}

    # -- counting ----------------------------------------------------------------------

    @api.depends("code")
    def _compute_figures(self):
        areas = {area["code"]: area for area in self._areas()}
        for tile in self:
            area = areas.get(tile.code) or self._area(tile.code, tile.code)
            tile.name = area["name"]
            for kind in KINDS:
                figure = area[kind]
                count = self._count(figure)
                tile[f"{kind}_label"] = count is not None and figure["label"]
                tile[f"{kind}_count"] = count or 0
            if tile.overdue_count or (tile.missing_count and tile.code in _MUST):
                tile.worst = "red"
            elif tile.due_count or tile.missing_count:
                tile.worst = "yellow"
            else:
                tile.worst = "green"

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        """What is red stands first, unless another order is asked for."""
        found = super().search_fetch(domain, field_names, offset, limit, order)
        if order:
            return found
        return found.sorted(lambda tile: _RANK[tile.worst])

    @api.model
    def _count(self, figure):
        """How many there are, for who looks; None where there is no figure."""
        if not figure:
            return None
        return self.env[figure["model"]].search_count(figure["domain"])

    # -- links -------------------------------------------------------------------------

    def action_due(self):
        return self._open("due")

    def action_overdue(self):
        return self._open("overdue")

    def action_missing(self):
        return self._open("missing")

    def _open(self, kind):
        """The records behind a figure, in the list that the area has otherwise."""
        self.ensure_one()
        area = next((a for a in self._areas() if a["code"] == self.code), None)
        figure = area and area[kind]
        if not figure:
            raise UserError(self.env._("There is nothing behind this figure."))
        model = figure["model"]
        # sudo: which list the application itself shows the records in
        own = (
            self.env["ir.actions.act_window"]
            .sudo()
            .search(
                [("res_model", "=", model), ("view_mode", "=like", "list%")],
                order="id",
                limit=1,
            )
        )
        return {
            "type": "ir.actions.act_window",
            "name": f"{area['name']}: {figure['label']}",
            "res_model": model,
            "view_mode": own.view_mode or "list,form",
            "views": [
                [False, view] for view in (own.view_mode or "list,form").split(",")
            ],
            "domain": figure["domain"],
            "context": {"create": False},
            "target": "current",
        }

    # -- the year ----------------------------------------------------------------------

    @api.model
    def _year_figures(self, begin, end):
        """What happened from ``begin`` until before ``end``. Addons extend it.

        :return: list of (area, what, number)
        """
        asked = [
            (
                self.env._("Requests"),
                self.env._("received"),
                "gdpr.request",
                "received_on",
                [],
            ),
            (
                self.env._("Requests"),
                self.env._("closed"),
                "gdpr.request",
                "closed_on",
                [("state", "in", ("answered", "refused", "withdrawn"))],
            ),
            (
                self.env._("Erasure"),
                self.env._("entries of the journal"),
                "gdpr.erasure.journal",
                "date",
                [],
            ),
            (self.env._("Holds"), self.env._("set"), "gdpr.legal.hold", "date", []),
            (
                self.env._("Holds"),
                self.env._("released"),
                "gdpr.legal.hold",
                "released_on",
                [],
            ),
            (
                self.env._("Register"),
                self.env._("activities approved"),
                "gdpr.processing.activity",
                "approved_on",
                [],
            ),
            (
                self.env._("Consent"),
                self.env._("events"),
                "gdpr.consent",
                "noted_on",
                [],
            ),
            (
                self.env._("Incidents"),
                self.env._("reported"),
                "gdpr.breach",
                "create_date",
                [("is_drill", "=", False)],
            ),
            (
                self.env._("Incidents"),
                self.env._("filings sent to the authority"),
                "gdpr.breach.filing",
                "sent_on",
                [("breach_id.is_drill", "=", False)],
            ),
            (
                self.env._("Incidents"),
                self.env._("closed"),
                "gdpr.breach",
                "closed_on",
                [("is_drill", "=", False)],
            ),
            (
                self.env._("Incidents"),
                self.env._("drills"),
                "gdpr.breach",
                "create_date",
                [("is_drill", "=", True)],
            ),
            (
                self.env._("Impact assessments"),
                self.env._("signed or decided"),
                "gdpr.dpia",
                "validated_on",
                [],
            ),
            (
                self.env._("Impact assessments"),
                self.env._("measures done"),
                "gdpr.dpia.action",
                "done_on",
                [],
            ),
            (
                self.env._("Access reviews"),
                self.env._("decisions"),
                "gdpr.access.review.line",
                "decided_on",
                [],
            ),
            (
                self.env._("Access reviews"),
                self.env._("of them revoked or changed"),
                "gdpr.access.review.line",
                "decided_on",
                [("state", "in", ("revoked", "changed"))],
            ),
            (
                self.env._("Training"),
                self.env._("taken"),
                "gdpr.training.record",
                "date",
                [],
            ),
            (
                self.env._("Training"),
                self.env._("policies acknowledged"),
                "gdpr.policy.acknowledgement",
                "date",
                [],
            ),
        ]
        found = []
        for area, what, model, date, domain in asked:
            figure = self._figure(
                what, model, [(date, ">=", begin), (date, "<", end), *domain]
            )
            count = self._count(figure)
            if count is not None:
                found.append((area, what, count))
        return found


#: where what is missing is as bad as what is late
_MUST = ("consultations", "reviews", "training", "policies")
_RANK = {"red": 0, "yellow": 1, "green": 2}
