from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import references


class LegalWallRaise(models.TransientModel):
    """Who is shut out of which matters and why, and whose open work moves."""

    _name = "legal.wall.raise"
    _description = "Raise an Ethical Wall"

    _gdpr_none = "transient, gone within hours"

    matter_ids = fields.Many2many(
        "legal.matter", string="Matters", groups="legal_crm.group_assistant"
    )
    numbers = fields.Char(
        string="Matter Numbers",
        help="Several with a comma between them. For those who read no matters.",
    )
    user_ids = fields.Many2many(
        "res.users",
        string="Shut Out",
        required=True,
        domain="[('share', '=', False)]",
    )
    reason = fields.Text(required=True)
    heir_id = fields.Many2one(
        "res.users",
        string="Takes Over",
        domain=lambda self: [
            ("all_group_ids", "in", self.env.ref("legal_crm.group_assistant").ids)
        ],
        help="Gets the open work of those shut out, and the matter if one of them "
        "answers for it. Empty: the responsible lawyer gets it.",
    )
    work_ids = fields.One2many(
        "legal.wall.work", "wizard_id", string="Open Work", compute="_compute_work"
    )
    submatter_count = fields.Integer(compute="_compute_work")
    needs_heir = fields.Boolean(compute="_compute_work")

    @api.depends("matter_ids", "numbers", "user_ids")
    def _compute_work(self):
        for wizard in self:
            matters = wizard._matters(strict=False)
            # sudo: how many and whose work is shown, names only of what one may read
            everything_sudo = matters.sudo()._with_submatters()
            users = wizard.user_ids._origin
            rows = everything_sudo.sudo(self.env.su)._open_work(users)
            wizard.submatter_count = len(everything_sudo - matters.sudo())
            wizard.needs_heir = bool(everything_sudo.lawyer_id & users)
            wizard.work_ids = [fields.Command.clear()] + [
                fields.Command.create(
                    {
                        "matter": row["matter"].display_name,
                        "user_id": row["user"].id,
                        "kind": row["kind"],
                        "name": row["name"],
                        "date": row["date"],
                    }
                )
                for row in rows
            ]

    def _matters(self, strict=True):
        """The chosen matters, or those of the numbers typed in.

        :raises UserError: a number is not known (when ``strict``)
        """
        self.ensure_one()
        reads = self.env.user.has_group("legal_crm.group_assistant")
        # sudo: the transient field is the caller's own; its group hides it from others
        matters = self.sudo().matter_ids._origin.sudo(self.env.su) if reads else None
        matters = matters if matters is not None else self.env["legal.matter"]
        if not self.env.user.has_group("legal_crm.group_compliance"):
            # Ids put in from outside tell nothing, not even how much work there is.
            return matters if strict else matters._filtered_access("read")
        unknown = []
        for number in filter(None, map(str.strip, (self.numbers or "").split(","))):
            # sudo: the compliance officer knows numbers and reads no matters
            found = (
                self.env["legal.matter.reference"]
                .sudo()
                .search(
                    [
                        ("kind", "in", ("number", "legacy")),
                        ("key", "=", references.canonical(number)),
                        ("matter_id.company_id", "in", self.env.companies.ids),
                    ]
                )
                .matter_id
            )
            matters |= found.sudo(self.env.su)
            if len(found) != 1:
                unknown.append(number)
        if strict and unknown:
            raise UserError(
                self.env._(
                    "No single matter has the number %s. Write it as it stands on the "
                    "file.",
                    ", ".join(unknown),
                )
            )
        return matters

    def action_apply(self):
        self.ensure_one()
        matters = self._matters()
        if not matters:
            raise UserError(self.env._("Choose the matter."))
        matters._raise_wall(self.user_ids, self.reason, self.heir_id)
        return {"type": "ir.actions.client", "tag": "soft_reload"}


class LegalWallWork(models.TransientModel):
    """A line of the dialog: open work that moves when the wall goes up."""

    _name = "legal.wall.work"
    _description = "Open Work Behind a Wall"

    _gdpr_none = "transient, gone within hours"

    wizard_id = fields.Many2one("legal.wall.raise", ondelete="cascade")
    matter = fields.Char()
    user_id = fields.Many2one("res.users", string="Of")
    kind = fields.Char()
    name = fields.Char(string="What")
    date = fields.Date(string="Due")
