from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import numbering
from .legal_matter_type import ACCESS_POLICIES


class ResCompany(models.Model):
    _inherit = "res.company"

    legal_number_pattern = fields.Char(
        string="Matter Number",
        default=numbering.DEFAULT_PATTERN,
        help="{counter:4} the running number with four digits, {year} or {year2}, "
        "{month}, {initials} of the responsible lawyer, {area} and {type} by their "
        "codes. All else stands as written.",
    )
    legal_number_yearly = fields.Boolean(
        string="Restart Every Year",
        default=True,
    )
    legal_number_sequence_id = fields.Many2one(
        "ir.sequence", string="Counter of Matters", readonly=True, copy=False
    )
    legal_rubrum_separator = fields.Char(
        string="Between the Sides", default="./.", help="./. or c/ or gegen"
    )
    legal_rubrum_others = fields.Char(
        string="And Others", default="u. a.", help="u. a. or et al. or et autres"
    )
    legal_default_access_policy = fields.Selection(
        ACCESS_POLICIES, string="New Matters May Be Read By", default="firm"
    )
    legal_filing_threshold = fields.Float(
        string="File Incoming Mail From",
        default=0.70,
        help="How sure the system has to be (0 to 1) to file a mail by itself. Less "
        "sure ones wait with proposals.",
    )
    legal_alias_id = fields.Many2one(
        "mail.alias", string="Address of the Firm", readonly=True, copy=False
    )
    legal_matter_alias_prefix = fields.Char(
        string="Matter Address",
        default="akte",
        help="Each matter has an address of its own: this word, a dash and its number.",
    )

    @api.constrains("legal_number_pattern", "legal_number_yearly")
    def _check_legal_number_pattern(self):
        for company in self:
            error = company._legal_number_pattern_error(
                company.legal_number_pattern, company.legal_number_yearly
            )
            if error:
                raise ValidationError(error)

    @api.constrains("legal_filing_threshold")
    def _check_legal_filing_threshold(self):
        for company in self:
            if not 0 < company.legal_filing_threshold <= 1:
                raise ValidationError(
                    self.env._(
                        "The threshold for filing mail lies above 0 and is 1 at most; "
                        "0.70 is a good start."
                    )
                )

    @api.model
    def _legal_number_pattern_error(self, pattern, yearly):
        """What is wrong with a pattern, in the user's words; empty when right."""
        try:
            numbering.validate(pattern or "", yearly)
        except numbering.PatternError as error:
            return {
                "empty": self.env._("The matter number needs a pattern."),
                "no_counter": self.env._(
                    "The pattern needs {counter}, or two matters would get one number."
                ),
                "two_counters": self.env._("{counter} may stand in it only once."),
                "yearly_without_year": self.env._(
                    "A counter that restarts every year needs {year} or {year2} in "
                    "the pattern, or numbers would come twice."
                ),
                "unknown_placeholder": self.env._(
                    "“%s” is not known. There are {counter}, {year}, {year2}, {month}, "
                    "{initials}, {area} and {type}.",
                    error.detail,
                ),
                "bad_width": self.env._(
                    "“%s” is no width: {counter:4} gives four digits.", error.detail
                ),
                "unbalanced_brace": self.env._(
                    "A brace is open or closed without its twin. Write {{ for a brace "
                    "that should stand in the number."
                ),
                "digits_touch": self.env._(
                    "Put a sign between {counter} and the digits next to it, or "
                    "different numbers would look alike."
                ),
                "too_long": self.env._("The pattern is too long."),
                "ambiguous": self.env._(
                    "With “%s” two matters could get the same number, as initials "
                    "and codes may be empty or hold digits. Use different signs "
                    "between the parts, such as {counter}/{year2}-{initials}.",
                    error.detail,
                ),
            }.get(error.code, str(error))
        return ""

    def _legal_number_preview(self, pattern, yearly):
        """The next number as the pattern would give it today."""
        self.ensure_one()
        if self._legal_number_pattern_error(pattern, yearly):
            return ""
        sequence = self.legal_number_sequence_id.sudo()  # only its next value is read
        today = fields.Date.context_today(self)
        counter = 1
        if sequence:
            ranges = sequence.date_range_ids.filtered(
                lambda r: r.date_from <= today <= r.date_to
            )
            counter = (
                ranges[:1].number_next
                if yearly and ranges
                else (1 if yearly else sequence.number_next)
            )
        area = self.env["legal.practice.area"].search([("code", "!=", False)], limit=1)
        kind = self.env["legal.matter.type"].search([("code", "!=", False)], limit=1)
        return numbering.parse(pattern).format(
            counter,
            today,
            initials=self.env.user._legal_initials() or "MM",
            area=area.code or "ZR",
            matter_type=kind.code or "KL",
        )

    def _legal_next_number(self, day: date, **parts):
        """Take the next number of this firm.

        The counter is locked until the transaction ends: there are no gaps, and two
        matters opened at once wait for (or try again after) each other.
        """
        self.ensure_one()
        # sudo: a counter belongs to the system, staff has no rights on sequences
        company_sudo = self.sudo()
        sequence = company_sudo.legal_number_sequence_id
        if not sequence:
            sequence = (
                self.env["ir.sequence"]
                .sudo()
                .create(
                    {
                        "name": f"Matters of {company_sudo.name}",
                        "code": "legal.matter",
                        "implementation": "no_gap",
                        "company_id": self.id,
                        "use_date_range": company_sudo.legal_number_yearly,
                    }
                )
            )
            company_sudo.legal_number_sequence_id = sequence
        if sequence.use_date_range != company_sudo.legal_number_yearly:
            sequence.use_date_range = company_sudo.legal_number_yearly
        counter = int(sequence.next_by_id(sequence_date=day))
        return numbering.parse(company_sudo.legal_number_pattern).format(
            counter, day, **parts
        )

    def _legal_create_alias(self, name):
        """Give the firm the address to which all mail for the file is sent."""
        for company in self:
            alias = company._make_alias(name, "legal.communication")
            # sudo: aliases belong to the system
            company.sudo().legal_alias_id = alias

    def _make_alias(self, name, model_name):
        """An address of the firm that takes in mail for a model from everybody.

        :param name: its first part; the firm's number is added where it is taken
        :return: ``mail.alias``
        """
        self.ensure_one()
        # sudo: aliases belong to the system
        aliases_sudo = self.env["mail.alias"].sudo()
        domain = self.alias_domain_id
        free = name
        if aliases_sudo.search_count(
            [("alias_name", "=", free), ("alias_domain_id", "=", domain.id)]
        ):
            free = f"{name}-{self.id}"
        return aliases_sudo.create(
            {
                "alias_name": free,
                "alias_domain_id": domain.id,
                "alias_model_id": self.env["ir.model"]._get_id(model_name),
                "alias_contact": "everyone",
            }
        )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._legal_create_alias("akten")
        return companies
