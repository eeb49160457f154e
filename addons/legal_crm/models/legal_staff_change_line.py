from odoo import api, fields, models
from odoo.exceptions import UserError

from .legal_access_mixin import UNLOCK


class LegalStaffChangeLine(models.Model):
    """One piece of work that passes on, or was passed on, and to whom.

    It keeps numbers, no names: what it is about is shown to those who may read it.
    """

    _name = "legal.staff.change.line"
    _description = "Work Handed Over"
    _order = "change_id, sequence, matter_number, id"

    _access_exempt = (
        "holds the number of the matter; what it is about is read with the rights of "
        "who looks"
    )

    _gdpr_data = {
        "successor_id": "employee of the firm",
        "named_by_id": "employee of the firm",
        "moved_to_id": "employee of the firm",
    }

    change_id = fields.Many2one(
        "legal.staff.change", required=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(related="change_id.user_id", string="Person", store=True)
    kind = fields.Selection(
        selection=lambda self: list(self.env["legal.open.work"]._kinds().items()),
        string="What",
        required=True,
        readonly=True,
    )
    sequence = fields.Integer(compute="_compute_sequence", store=True)
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True, readonly=True
    )
    shown_name = fields.Char(
        string="About", compute="_compute_shown_name", compute_sudo=False
    )
    matter_ref = fields.Integer(readonly=True)
    matter_number = fields.Char(string="Matter No.", readonly=True)
    must_pass = fields.Boolean(
        readonly=True, help="The person cannot keep it in the new post."
    )
    successor_id = fields.Many2one(
        "res.users",
        string="Successor",
        ondelete="restrict",
        domain="[('share', '=', False), ('id', '!=', user_id)]",
    )
    named_by_id = fields.Many2one("res.users", readonly=True)
    state = fields.Selection(
        [
            ("open", "Open"),
            ("moved", "Handed over"),
            ("kept", "Kept"),
            ("gone", "No longer there"),
        ],
        required=True,
        readonly=True,
        default="open",
    )
    moved_to_id = fields.Many2one("res.users", string="Passed To", readonly=True)
    moved_on = fields.Datetime(string="Passed On", readonly=True)

    @api.depends("kind")
    def _compute_sequence(self):
        order = list(self.env["legal.open.work"]._kinds())
        for line in self:
            line.sequence = order.index(line.kind) if line.kind in order else len(order)

    @api.depends("res_model", "res_id")
    @api.depends_context("uid")
    def _compute_shown_name(self):
        self.shown_name = False
        for model, lines in self.grouped("res_model").items():
            if model not in self.env.registry:
                continue
            records = self.env[model].browse(lines.mapped("res_id")).sudo(False)
            readable = records.exists()._filtered_access("read")
            names = {record.id: record.display_name for record in readable}
            for line in lines:
                line.shown_name = names.get(line.res_id, False)

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            raise UserError(self.env._("The open work is found by the button “Check”."))
        return super().create(vals_list)

    def write(self, vals):
        if self.env.context.get("legal_unlock") is UNLOCK:
            return super().write(vals)
        if set(vals) - {"successor_id"}:
            vals = {k: v for k, v in vals.items() if k == "successor_id"}
        self.check_access("write")
        if "successor_id" not in vals:
            return True
        if any(
            line.state != "open"
            or line.change_id.state not in ("checked", "planned", "blocked")
            for line in self
        ):
            raise UserError(
                self.env._("This was handed over already; the record is not changed.")
            )
        super().write(vals)
        # Who may make somebody a reader of a matter is asked of who names him.
        return self._put(
            {"named_by_id": self.env.uid if vals["successor_id"] else False}
        )

    def _put(self, values):
        # sudo: the system writes its own fields; the callers have checked the right
        return self.sudo().with_context(legal_unlock=UNLOCK).write(values)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_system(self):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            raise UserError(
                self.env._("Open work is handed over, not taken from the list.")
            )

    def _label(self):
        """What to call it in a sentence that anybody may read: a number or a kind."""
        self.ensure_one()
        kinds = self.env["legal.open.work"]._kinds()
        return self.matter_number or kinds.get(self.kind, self.kind)

    def _matters(self):
        # sudo: whether a successor may read them is asked by the caller
        matters = self.env["legal.matter"].sudo().with_context(active_test=False)
        return matters.browse([ref for ref in self.mapped("matter_ref") if ref])

    def _let_in(self, successor):
        """Who takes over work in a matter reads it: he joins its team.

        Who may be let in was decided before, see ``_problems``.
        """
        matters = self._matters().exists()
        readable = matters.access_list_id._readable_by(successor.id)
        closed = matters.filtered(
            lambda m: m.access_list_id and m.access_list_id not in readable
        )
        if closed:
            closed.write({"member_ids": [fields.Command.link(successor.id)]})
