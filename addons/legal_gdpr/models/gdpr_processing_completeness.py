from markupsafe import Markup

from odoo import api, fields, models


class GdprProcessingActivity(models.Model):
    """What art. 30 GDPR wants of an activity and it does not say yet."""

    _inherit = "gdpr.processing.activity"

    completeness = fields.Integer(
        string="Complete (%)", compute="_compute_completeness", compute_sudo=True
    )
    missing = fields.Text(compute="_compute_completeness", compute_sudo=True)

    @api.depends(lambda self: [*self._content_fields(), "owner_id"])
    @api.depends_context("lang")
    def _compute_completeness(self):
        for activity in self:
            asked = activity._requirements()
            gaps = [text for met, _must, text in asked if not met]
            activity.completeness = round(100 * (len(asked) - len(gaps)) / len(asked))
            activity.missing = "\n".join(gaps)

    def _gaps(self):
        """:return: [(whether it stands against approval, what is missing, in words)]"""
        return [(must, text) for met, must, text in self._requirements() if not met]

    def _requirements(self):
        """Hook: what has to be said.

        :return: [(whether it is said, whether approval needs it, what is missing)]
        """
        self.ensure_one()
        asked = [
            (
                bool((self.purposes or "").strip()),
                True,
                self.env._("The purpose is missing."),
            ),
            (bool(self.owner_id), False, self.env._("Nobody is responsible for it.")),
            (
                bool(self.measure_ids or (self.measure_text or "").strip()),
                False,
                self.env._("No security measure is named (Art. 30(1)(g), 30(2)(d))."),
            ),
        ]
        if self.role == "processor":
            return asked + [
                (
                    bool(self.client_ids),
                    True,
                    self.env._(
                        "It is not said for whom the firm processes (Art. 30(2)(a))."
                    ),
                ),
            ]
        return asked + self._controller_requirements() + self._basis_requirements()

    def _controller_requirements(self):
        return [
            (
                bool(self.person_category_ids),
                True,
                self.env._(
                    "The categories of data subjects are missing (Art. 30(1)(c))."
                ),
            ),
            (
                bool(self.data_category_ids),
                True,
                self.env._(
                    "The categories of personal data are missing (Art. 30(1)(c))."
                ),
            ),
            (
                bool(self.recipient_category_ids or self.processor_ids),
                False,
                self.env._("No recipient is named (Art. 30(1)(d))."),
            ),
            (
                bool(self.retention_rule_ids or (self.retention_text or "").strip()),
                False,
                self.env._("The time limits for erasure are missing (Art. 30(1)(f))."),
            ),
            (
                bool(self.field_map_ids),
                False,
                self.env._("No field of the personal data map belongs to it."),
            ),
        ]

    def _basis_requirements(self):
        asked = [
            (
                bool(self.legal_basis),
                True,
                self.env._("The legal basis is missing (Art. 6)."),
            ),
        ]
        if "f" in (self.legal_basis, self.second_basis):
            asked.append(
                (
                    bool((self.balancing_test or "").strip()),
                    True,
                    self.env._(
                        "Legitimate interests need a balancing test (Art. 6(1)(f))."
                    ),
                )
            )
        if self.special:
            asked.append(
                (
                    bool(self.special_basis),
                    True,
                    self.env._(
                        "Special categories need a basis of their own (Art. 9(2))."
                    ),
                )
            )
        if self.criminal:
            asked.append(
                (
                    bool((self.criminal_basis or "").strip()),
                    True,
                    self.env._(
                        "Data on convictions needs a law that allows it (Art. 10)."
                    ),
                )
            )
        return asked

    # -- versions side by side --------------------------------------------------

    changes = fields.Html(compute="_compute_changes", compute_sudo=True)
    version_count = fields.Integer(
        string="Versions", compute="_compute_changes", compute_sudo=True
    )

    def _versions(self):
        """All versions of the activity, the newest first."""
        self.ensure_one()
        return self.search(
            [("company_id", "=", self.company_id.id), ("code", "=", self.code)],
            order="version desc",
        )

    @api.depends(lambda self: self._content_fields())
    @api.depends_context("lang")
    def _compute_changes(self):
        for activity in self:
            versions = activity._versions() if activity.code else activity.browse()
            before = versions.filtered(lambda v, a=activity: v.version < a.version)
            activity.version_count = len(versions)
            activity.changes = before and activity._differences_table(before[0])

    def _differences(self, before):
        """What this version says otherwise than another one.

        :param before: another version
        :return: [(label, old text, new text)], in the order of the register
        """
        labels = self.fields_get(self._content_fields(), ["string"])
        return [
            (labels[name]["string"], *both)
            for name in self._content_fields()
            if name in labels
            for both in [(before._in_words(name), self._in_words(name))]
            if both[0] != both[1]
        ]

    def _in_words(self, name):
        """A field as the register shows it: one text, several values sorted."""
        field, value = self._fields[name], self[name]
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        if field.relational:
            return "\n".join(sorted(value.mapped("display_name")))
        return value or ""

    def _differences_table(self, before):
        """The differences as a table (Markup); says so when there are none."""
        rows = self._differences(before)
        if not rows:
            return Markup("<p>%s</p>") % self.env._(
                "Nothing differs from version %s.", before.version
            )
        head = Markup("<tr><th></th><th>%s</th><th>%s</th></tr>") % (
            self.env._("Version %s", before.version),
            self.env._("Version %s", self.version),
        )
        cell = Markup("<td style='white-space: pre-line'>%s</td>")
        body = Markup("").join(
            Markup("<tr><th>%s</th>%s%s</tr>") % (label, cell % old, cell % new)
            for label, old, new in rows
        )
        return Markup(
            "<table class='table table-sm'><thead>%s</thead><tbody>%s</tbody></table>"
        ) % (head, body)

    def action_versions(self):
        """All versions of the activity."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Versions"),
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("code", "=", self.code),
            ],
        }
