from odoo import api, fields, models


class GdprSubject(models.Model):
    """A person whose data is looked for: by what it is known, and what was found.

    Made for a request or an erasure. Its identifiers and items are personal data
    themselves: ``_forget`` takes them away when the work is done, and leaves the keyed
    token under which the journal knows the person.
    """

    _name = "gdpr.subject"
    _description = "Data Subject"
    _order = "id desc"

    _gdpr_data = {
        "name": "the person",
        "partner_id": "the person's contact",
    }

    name = fields.Char(string="Known as")
    partner_id = fields.Many2one(
        "res.partner", string="Contact", index="btree_not_null", ondelete="set null"
    )
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(), string="Language"
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    identifier_ids = fields.One2many("gdpr.subject.identifier", "subject_id")
    item_ids = fields.One2many("gdpr.subject.item", "subject_id")
    token = fields.Char(
        readonly=True,
        copy=False,
        index=True,
        help="Under which the erasure journal knows the person: keyed, no name.",
    )
    state = fields.Selection(
        [
            ("new", "To be looked for"),
            ("found", "Looked for"),
            ("forgotten", "Forgotten"),
        ],
        required=True,
        readonly=True,
        default="new",
        copy=False,
    )
    searched_on = fields.Datetime(readonly=True, copy=False)

    @api.depends("name", "state")
    def _compute_display_name(self):
        for subject in self:
            number = subject._origin.id  # none yet while it is typed in
            subject.display_name = subject.name or (
                number and self.env._("Data subject %s", number)
            )

    @api.model_create_multi
    def create(self, vals_list):
        subjects = super().create(vals_list)
        for subject in subjects:
            subject._take_token()
        return subjects

    def _take_token(self):
        """The token of the contact, so that two requests of one person share it; of a
        person without a contact, one of its own."""
        ring = self.env["legal.key"]._for_writing()
        if self.partner_id:
            self.token = ring.token("res.partner", self.partner_id.id)
        else:
            self.token = ring.token("gdpr.subject", self.id)
