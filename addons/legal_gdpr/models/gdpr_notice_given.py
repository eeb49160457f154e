from odoo import api, fields, models
from odoo.exceptions import ValidationError

HOW = [
    ("email", "E-mail"),
    ("letter", "Letter"),
    ("hand", "Handed over"),
    ("portal", "Portal"),
    ("website", "Website"),
    ("exempt", "Not given: exemption"),
]
#: Art. 13(4), 14(5) GDPR
EXEMPTIONS = [
    ("known", "The person has it already (Art. 13(4), 14(5)(a))"),
    ("effort", "Impossible or disproportionate (Art. 14(5)(b))"),
    ("law", "A law lays down the obtaining (Art. 14(5)(c))"),
    ("secrecy", "Professional secrecy (Art. 14(5)(d))"),
]
#: what the system writes, whatever a client sends
_SYSTEM = {
    "noted_on", "noted_by_id", "lang", "outdated", "company_id", "audience",
}  # fmt: skip
#: what a person says, or a context or a default of his in his place
_SAID = ["partner_id", "notice_id", "given_on", "how", "exemption", "note"]


class GdprNoticeGiven(models.Model):
    """Who was given which version of a notice, when and how: or why not."""

    _name = "gdpr.notice.given"
    _description = "Notice Given"
    _inherit = "gdpr.append.only"
    _order = "given_on desc, id desc"

    _gdpr_data = {
        "partner_id": "who was told",
        "note": "free text",
        "noted_by_id": "employee who noted it",
    }

    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        index=True,
        ondelete="restrict",
    )
    notice_id = fields.Many2one(
        "gdpr.notice",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('state', '=', 'published')]",
    )
    company_id = fields.Many2one(
        related="notice_id.company_id", store=True, precompute=True
    )
    audience = fields.Selection(
        related="notice_id.audience", store=True, precompute=True
    )
    given_on = fields.Datetime(required=True, default=fields.Datetime.now)
    how = fields.Selection(HOW, required=True, default="email")
    exemption = fields.Selection(EXEMPTIONS)
    note = fields.Text(help="Why the exemption holds, or what proves the handing over.")
    lang = fields.Char(string="Language", readonly=True)
    noted_on = fields.Datetime(required=True, readonly=True)
    noted_by_id = fields.Many2one(
        "res.users", string="Noted by", readonly=True, ondelete="restrict"
    )
    outdated = fields.Boolean(
        string="To Be Given Anew",
        compute="_compute_outdated",
        search="_search_outdated",
        help="The notice changed since, and the person was not given the new one.",
    )

    @api.depends("notice_id", "how")
    def _compute_display_name(self):
        ways = dict(self._fields["how"]._description_selection(self.env))
        for given in self:
            given.display_name = (
                f"{given.notice_id.display_name}: {ways.get(given.how)}"
            )

    def _compute_outdated(self):
        old = self._old_ones([("id", "in", self.ids)])
        for given in self:
            given.outdated = given.id in old

    @api.model
    def _search_outdated(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: ids only, searched again by the caller under his own rules
        old = list(self.sudo()._old_ones([]))
        if len(set(value)) == 2:
            return fields.Domain.TRUE
        return [("id", "in" if True in value else "not in", old)]

    @api.model
    def _old_ones(self, domain):
        """Ids of those among ``domain`` whose notice changed, and whose person has none
        of the new version."""
        old = self.search(
            fields.Domain(domain)
            & fields.Domain("how", "!=", "exempt")
            & (
                fields.Domain("notice_id.outdated", "=", True)
                | fields.Domain("notice_id.state", "=", "replaced")
            )
        )
        current = self._read_group(
            [
                ("partner_id", "in", old.partner_id.ids),
                ("notice_id.outdated", "=", False),
                ("notice_id.state", "=", "published"),
            ],
            ["partner_id", "audience", "company_id"],
        )
        have = {(p.id, audience, c.id) for p, audience, c in current}
        return {
            given.id
            for given in old
            if (given.partner_id.id, given.audience, given.company_id.id) not in have
        }

    @api.model_create_multi
    def create(self, vals_list):
        """:raises ValidationError: no published notice, in the future, or an exemption
        without its ground"""
        notices = self.env["gdpr.notice"]
        said = self.default_get(_SAID)
        done = []
        for vals in vals_list:
            vals = {
                name: value
                for name, value in {**said, **vals}.items()
                if name not in _SYSTEM
            }
            notice = notices.browse(vals.get("notice_id"))
            now = fields.Datetime.now()
            given_on = fields.Datetime.to_datetime(vals.get("given_on")) or now
            if notice.sudo().state == "draft":  # sudo: its state alone
                raise ValidationError(
                    self.env._("This notice is a draft: publish it first.")
                )
            if given_on > now:
                raise ValidationError(
                    self.env._("A notice is not given in the future.")
                )
            exempt = vals.get("how") == "exempt"
            if exempt and not (
                vals.get("exemption") and (vals.get("note") or "").strip()
            ):
                raise ValidationError(
                    self.env._(
                        "Who is not told has to be exempted: choose the ground and say "
                        "why it holds."
                    )
                )
            if not exempt:
                vals["exemption"] = False
            partner = self.env["res.partner"].browse(vals.get("partner_id"))
            done.append(
                {
                    **vals,
                    "given_on": given_on,
                    "noted_on": now,
                    "noted_by_id": self.env.uid,
                    "lang": partner.lang or self.env.lang,
                }
            )
        clean = self._without_defaults(self._fields)
        return super(GdprNoticeGiven, clean).create(done).with_env(self.env)
