from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from .gdpr_sealed import envelope, index, sealed

KINDS = [
    ("id_card", "Identity card"),
    ("passport", "Passport"),
    ("permit", "Residence permit"),
    ("eid", "Electronic identity"),
    ("register", "Extract from a register"),
    ("statutes", "Articles or founding document"),
    ("other", "Other"),
]
METHODS = [
    ("person", "In person"),
    ("video", "By video"),
    ("eid", "By electronic identity"),
    ("signature", "By qualified electronic signature"),
    ("post", "By the post or another third party"),
    ("letter", "By certified copy"),
    ("register", "From a public register"),
]
PEP = [
    ("no", "No"),
    ("yes", "Yes"),
    ("family", "Family member or close associate"),
    ("former", "Formerly, within the last year"),
]
RISKS = [("low", "Low"), ("medium", "Medium"), ("high", "High")]
#: what runs out within this time is listed
SOON = relativedelta(days=60)


class GdprIdentification(models.Model):
    """Whom the firm acts for, checked and kept: GwG §§ 10-14 and 8, CMF art. L561-5,
    GwG-CH art. 3-7, RAO § 8b. What was found is sealed in the database, and so is the
    copy of the document."""

    _name = "gdpr.identification"
    _description = "Identification"
    _inherit = ["legal.access.mixin", "gdpr.sealed.mixin"]
    _order = "identified_on desc, id desc"
    _rec_names_search = ["partner_id"]
    # The compliance officer has a line in the table of rights, and reads no matters:
    # what was done for one is its readers' alone, what was done for none is his too.
    _seal_files = True
    _sealed = (
        "document_number",
        "issued_by",
        "birth_date",
        "birth_place",
        "nationality",
        "beneficial_owners",
        "pep",
        "pep_detail",
        "source_of_funds",
        "risk",
        "risk_reason",
        "note",
    )
    _sealed_category = "identity"
    _sealed_special = False

    _gdpr_data = {
        "partner_id": "who was identified",
        "kind": "the document that was shown",
        "issued_on": "of the document",
        "valid_until": "of the document",
        "document_copy": "copy of the document",
        "document_back": "its back",
        **{f"{name}_sealed": "encrypted" for name in _sealed},
        **{f"{name}_index": "search index of it" for name in _sealed},
    }

    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        index=True,
        ondelete="cascade",
    )
    matter_id = fields.Many2one(
        "legal.matter",
        index="btree_not_null",
        ondelete="set null",
        help="The mandate it was done for. Who may not read the matter does not see "
        "the identification. Empty: everybody with a legal role.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    kind = fields.Selection(KINDS, string="Document", required=True, default="id_card")
    document_number = sealed(fields.Char, "document_number", string="Document Number")
    document_number_sealed = envelope()
    document_number_index = index()
    issued_by = sealed(fields.Char, "issued_by", string="Issued By")
    issued_by_sealed = envelope()
    issued_by_index = index()
    issued_on = fields.Date()
    valid_until = fields.Date(index="btree_not_null")
    birth_date = sealed(fields.Date, "birth_date", string="Date of Birth")
    birth_date_sealed = envelope()
    birth_date_index = index()
    birth_place = sealed(fields.Char, "birth_place", string="Place of Birth")
    birth_place_sealed = envelope()
    birth_place_index = index()
    nationality = sealed(fields.Char, "nationality", string="Nationality")
    nationality_sealed = envelope()
    nationality_index = index()
    identified_by_id = fields.Many2one(
        "res.users",
        required=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    identified_on = fields.Date(
        required=True, default=fields.Date.context_today, index=True
    )
    method = fields.Selection(METHODS, string="How", required=True, default="person")
    beneficial_owners = sealed(
        fields.Text,
        "beneficial_owners",
        string="Beneficial Owners",
        help="Who owns or controls more than a quarter, and how that was found out.",
    )
    beneficial_owners_sealed = envelope()
    beneficial_owners_index = index()
    pep = sealed(fields.Selection, "pep", selection=PEP, string="Politically Exposed")
    pep_sealed = envelope()
    pep_index = index()
    pep_detail = sealed(fields.Text, "pep_detail", string="Office and Consequence")
    pep_detail_sealed = envelope()
    pep_detail_index = index()
    source_of_funds = sealed(fields.Text, "source_of_funds", string="Source of Funds")
    source_of_funds_sealed = envelope()
    source_of_funds_index = index()
    risk = sealed(fields.Selection, "risk", selection=RISKS, string="Risk")
    risk_sealed = envelope()
    risk_index = index()
    risk_reason = sealed(fields.Text, "risk_reason", string="Reason for the Risk")
    risk_reason_sealed = envelope()
    risk_reason_index = index()
    note = sealed(fields.Text, "note", string="Notes")
    note_sealed = envelope()
    note_index = index()
    next_review = fields.Date(
        index="btree_not_null", help="When the data is brought up to date."
    )
    document_copy = fields.Binary(
        string="Copy", help="The whole document, or its front. Stored encrypted."
    )
    document_copy_name = fields.Char(compute="_compute_names")
    document_back = fields.Binary(string="Back", help="Stored encrypted.")
    document_back_name = fields.Char(compute="_compute_names")
    state = fields.Selection(
        [
            ("valid", "Valid"),
            ("review", "Review due"),
            ("soon", "Runs out soon"),
            ("expired", "Run out"),
        ],
        compute="_compute_state",
        search="_search_state",
    )

    @api.depends("partner_id", "identified_on", "access_list_id")
    @api.depends_context("uid")
    def _compute_display_name(self):
        for record in self:
            record.display_name = self.env._(
                "%(name)s, %(day)s",
                name=record.partner_id.display_name or "",
                day=format_date(self.env, record.identified_on),
            )
        self._hide_names()

    @api.depends("kind")
    def _compute_names(self):
        for record in self:
            record.document_copy_name = self.env._("document")
            record.document_back_name = self.env._("document, back")

    @api.depends("valid_until", "next_review")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for record in self:
            until, review = record.valid_until, record.next_review
            if until and until < today:
                record.state = "expired"
            elif review and review <= today:
                record.state = "review"
            elif until and until <= today + SOON:
                record.state = "soon"
            else:
                record.state = "valid"

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        soon = today + SOON
        expired = fields.Domain("valid_until", "<", today)
        review = fields.Domain("next_review", "<=", today)
        near = fields.Domain("valid_until", "<=", soon)
        domains = {
            "expired": expired,
            "review": ~expired & review,
            "soon": ~expired & ~review & near,
            "valid": ~expired & ~review & ~near,
        }
        return fields.Domain.OR(domains[one] for one in value if one in domains)

    @api.constrains("issued_on", "valid_until", "identified_on")
    def _check_days(self):
        today = fields.Date.context_today(self)
        for record in self:
            if (
                record.issued_on
                and record.valid_until
                and record.valid_until < record.issued_on
            ):
                raise ValidationError(
                    self.env._(
                        "The document runs out before it was issued. Correct one of "
                        "the days."
                    )
                )
            if record.identified_on > today:
                raise ValidationError(
                    self.env._("Nobody was identified on a day that is still to come.")
                )
            if record.valid_until and record.valid_until < record.identified_on:
                raise ValidationError(
                    self.env._(
                        "The document had run out on the day of the identification. "
                        "Ask for a valid one."
                    )
                )

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        if self.partner_id.is_company and self.kind == "id_card":
            self.kind, self.method = "register", "register"


class ResPartner(models.Model):
    _inherit = "res.partner"

    identification_ids = fields.One2many(
        "gdpr.identification", "partner_id", string="Identifications"
    )

    def action_identifications(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "legal_gdpr.gdpr_identification_action"
        )
        return action | {
            "domain": [("partner_id", "=", self.id)],
            "context": {"default_partner_id": self.id},
        }
