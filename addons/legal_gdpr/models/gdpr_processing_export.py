import io

import xlsxwriter

from odoo import api, models
from odoo.exceptions import AccessError


class GdprProcessingActivity(models.Model):
    """The register as one hands it to the authority (art. 30(4) GDPR)."""

    _inherit = "gdpr.processing.activity"

    def _transfers(self):
        """Hook: transfers to third countries.

        :return: {id of the activity: [text, one for each transfer]}
        """
        return {
            activity.id: [text for text in (activity.transfer_text,) if text]
            for activity in self
        }

    @api.model
    def _entries(self, company, role):
        """The approved activities of a firm in one role."""
        return self.search(
            [
                ("company_id", "=", company.id),
                ("role", "=", role),
                ("state", "=", "approved"),
            ]
        )

    @api.model
    def _register_head(self, company):
        """Who answers for it (art. 30(1)(a), 30(2)(a)): [(label, text)]"""
        # sudo: the firm's own name and address
        partner = company.sudo().partner_id
        return [
            (self.env._("Firm"), self._contact_text(partner)),
            (self.env._("Representative"), company.gdpr_representative or "–"),
            (
                self.env._("Data Protection Officer"),
                company.gdpr_dpo or self._officers(company),
            ),
        ]

    @api.model
    def _officers(self, company):
        """Names and addresses of those who hold the office in this firm."""
        users = company._gdpr_people()
        return "\n".join(
            ", ".join(filter(None, (user.name, user.email)))
            for user in users
            if not user.share
        )

    @api.model
    def _contact_text(self, partner):
        return "\n".join(
            line
            for line in (
                partner.name,
                *(partner._display_address(without_company=True) or "").splitlines(),
                partner.email,
                partner.phone,
            )
            if line and line.strip()
        )

    @api.model
    def _register_columns(self, role):
        """[(heading with the article, function of an activity and its transfers)]"""
        first = [
            (
                self.env._("Activity"),
                lambda a, _t: f"{a.name}\n({a.code}, {a.version})",
            ),
            (self.env._("Approved on"), lambda a, _t: a._approval_text()),
        ]
        if role == "processor":
            return first + [
                (
                    self.env._("Controllers (Art. 30(2)(a))"),
                    lambda a, _t: a._people("client_ids"),
                ),
                (
                    self.env._("Categories of processing (Art. 30(2)(b))"),
                    lambda a, _t: a.purposes or "",
                ),
                (
                    self.env._("Third countries (Art. 30(2)(c))"),
                    lambda _a, t: "\n".join(t) or "–",
                ),
                (
                    self.env._("Security measures (Art. 30(2)(d))"),
                    lambda a, _t: a._measures(),
                ),
                (
                    self.env._("Sub-processors"),
                    lambda a, _t: a._in_words("processor_ids"),
                ),
            ]
        return first + [
            (
                self.env._("Joint controllers (Art. 30(1)(a))"),
                lambda a, _t: a._people("joint_controller_ids"),
            ),
            (self.env._("Purposes (Art. 30(1)(b))"), lambda a, _t: a.purposes or ""),
            (self.env._("Legal basis (Art. 6, 9, 10)"), lambda a, _t: a._basis_text()),
            (
                self.env._("Data subjects (Art. 30(1)(c))"),
                lambda a, _t: a._in_words("person_category_ids"),
            ),
            (
                self.env._("Categories of data (Art. 30(1)(c))"),
                lambda a, _t: a._in_words("data_category_ids"),
            ),
            (
                self.env._("Recipients (Art. 30(1)(d))"),
                lambda a, _t: a._recipients_text(),
            ),
            (
                self.env._("Third countries (Art. 30(1)(e))"),
                lambda _a, t: "\n".join(t) or "–",
            ),
            (
                self.env._("Time limits (Art. 30(1)(f))"),
                lambda a, _t: a._retention_words(),
            ),
            (
                self.env._("Security measures (Art. 30(1)(g))"),
                lambda a, _t: a._measures(),
            ),
        ]

    @api.model
    def _register_table(self, company, role):
        """:return: (headings, rows), all texts"""
        self._need_register()
        # sudo: whoever may read the register reads all of it: names of processors,
        # clients and measures too
        activities = self._entries(company, role).sudo()
        columns = self._register_columns(role)
        transfers = activities._transfers()
        return (
            [heading for heading, _get in columns],
            [
                [get(activity, transfers.get(activity.id, [])) for _h, get in columns]
                for activity in activities
            ],
        )

    # -- the cells ---------------------------------------------------------------------

    def _approval_text(self):
        day = self.approved_on and self.approved_on.date().isoformat()
        return "\n".join(filter(None, (day, self.approved_by_id.name)))

    def _people(self, name):
        return "\n\n".join(self._contact_text(one) for one in self[name]) or "–"

    def _lines(self, *names):
        return "\n".join(filter(None, (self._in_words(name) for name in names)))

    def _basis_text(self):
        return self._lines(
            "legal_basis", "second_basis", "law", "special_basis", "criminal_basis"
        )

    def _recipients_text(self):
        return self._lines("recipient_category_ids", "processor_ids") or "–"

    def _retention_words(self):
        return self._lines("retention_rule_ids", "retention_text")

    def _measures(self):
        return self._lines("measure_ids", "measure_text")

    # -- the files ---------------------------------------------------------------------

    @api.model
    def _register_xlsx(self, company):
        """:return: the register as a spreadsheet (bytes), a sheet for each role"""
        file = io.BytesIO()
        # strings are data here: what begins with = is no formula, what begins with
        # http no link
        book = xlsxwriter.Workbook(
            file,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
            },
        )
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        roles = dict(self._fields["role"]._description_selection(self.env))
        for role, label in roles.items():
            sheet = book.add_worksheet(label[:31])
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            head = self._register_head(company)
            for line, (name, text) in enumerate(head):
                sheet.write_string(line, 0, name, bold)
                sheet.write_string(line, 1, text, wrap)
            headings, rows = self._register_table(company, role)
            start = len(head) + 1
            sheet.set_column(0, len(headings) - 1, 28)
            for column, heading in enumerate(headings):
                sheet.write_string(start, column, heading, bold)
            for number, row in enumerate(rows, start + 1):
                for column, text in enumerate(row):
                    sheet.write_string(number, column, text or "", wrap)
            sheet.freeze_panes(start + 1, 1)
        book.close()
        return file.getvalue()

    @api.model
    def _need_register(self):
        """:raises AccessError: the user does not read the register as a whole"""
        if not any(
            self.env.user.has_group(group)
            for group in (
                "legal_gdpr.group_dpo",
                "legal_crm.group_partner",
                "legal_crm.group_auditor",
            )
        ):
            raise AccessError(
                self.env._(
                    "The register is for partners, the data protection officer and "
                    "auditors."
                )
            )

    def action_export_xlsx(self):
        self._need_register()
        return {
            "type": "ir.actions.act_url",
            "url": "/gdpr/register.xlsx",
            "target": "download",
        }

    def action_export_pdf(self):
        """The register of the current firm as PDF."""
        self._need_register()
        return self.env.ref("legal_gdpr.action_report_register").report_action(
            self.env.company
        )
