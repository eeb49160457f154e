from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.gdpr_erasure_guard import ALWAYS
from ..models.gdpr_erasure_run_selective import GROUNDS

#: what an officer deletes most, whether or not the map was made yet
COMMON = ("res.partner", "legal.matter", "legal.communication", "crm.lead")


class GdprSelectiveDeletion(models.TransientModel):
    """One record goes, or some of its fields are emptied.

    Only kinds of records that are guarded, or of which a retention rule speaks, can be
    chosen, and only records that the officer may read. It makes an erasure run of one
    line (``gdpr.erasure.run._choose``).
    """

    _name = "gdpr.selective.deletion"
    _description = "Single Deletion"

    _gdpr_none = "transient, gone within hours"

    record_ref = fields.Reference(
        selection="_select_kinds", string="Record", required=True
    )
    model = fields.Char(compute="_compute_model")
    what = fields.Selection(
        [("record", "The whole record"), ("fields", "Only some of its fields")],
        string="What Goes",
        required=True,
        default="record",
    )
    possible_ids = fields.Many2many(
        "gdpr.field.map", compute="_compute_model", string="Fields That Can Be Emptied"
    )
    field_ids = fields.Many2many(
        "gdpr.field.map", string="Fields", domain="[('id', 'in', possible_ids)]"
    )
    ground = fields.Selection(GROUNDS, string="Reason", required=True)
    stays = fields.Char(string="Why It Stays", compute="_compute_stays")
    verdict = fields.Char(string="What the Rules Say", compute="_compute_stays")
    four_eyes = fields.Boolean(compute="_compute_model")

    @api.model
    def default_get(self, fields_list):
        found = super().default_get(fields_list)
        context = self.env.context
        model, record_id = context.get("active_model"), context.get("active_id")
        if "record_ref" in fields_list and not found.get("record_ref") and record_id:
            if model in dict(self._select_kinds()):
                found["record_ref"] = f"{model},{record_id}"
        return found

    @api.model_create_multi
    def create(self, vals_list):
        self.check_access("create")
        for vals in vals_list:
            self._check_kind(vals)
        return super().create(vals_list)

    def write(self, vals):
        self.check_access("write")
        self._check_kind(vals)
        return super().write(vals)

    @api.model
    def _check_kind(self, vals):
        """:raises UserError: a kind of record that is not offered"""
        value = vals.get("record_ref")
        if value and str(value).partition(",")[0] not in dict(self._select_kinds()):
            raise UserError(self.env._("Records of this kind are not deleted here."))

    # -- what can be chosen ------------------------------------------------------------

    @api.model
    def _select_kinds(self):
        """[(model, label)]: the guarded kinds, and those of which a rule speaks."""
        if not self.env.user.has_group("legal_gdpr.group_dpo"):
            return []
        rules = self.env["gdpr.retention.rule"]._read_group([], ["model"])
        names = {name for (name,) in rules} | {*COMMON, *ALWAYS}
        # sudo: the names of kinds of records
        kinds = self.env["ir.model"].sudo()
        return sorted(
            ((name, kinds._get(name).name) for name in names if self._is_kind(name)),
            key=lambda kind: (kind[0] not in COMMON, kind[1]),
        )

    @api.model
    def _is_kind(self, name):
        return not self.env["gdpr.erasure.guard"]._is_technical(name) and self.env[
            name
        ].has_access("read")

    @api.model
    def _rows(self, model):
        """Its fields that can be emptied, as rows of the map."""
        rows = self.env["gdpr.field.map"].search(
            [("model", "=", model._name), ("role", "!=", "none"), ("gone", "=", False)]
        )
        return rows.filtered(lambda row: self._can_be_empty(model._fields, row.field))

    @api.model
    def _can_be_empty(self, known, name):
        field = known.get(name)
        return bool(
            field
            and field.store
            and not field.required
            and not field.related
            and field.type != "one2many"  # these are records: each on its own
            and (not field.compute or not field.readonly)
        )

    @api.depends("record_ref")
    def _compute_model(self):
        for wizard in self:
            record = wizard._readable()
            wizard.model = record is not None and record._name
            wizard.possible_ids = record is not None and self._rows(record)
            # sudo: a setting of the firm whose record it is
            service = self.env["gdpr.retention"]
            wizard.four_eyes = record is not None and (
                service._company_of(record.sudo()).gdpr_four_eyes
            )

    def _readable(self):
        """The record, or None: a number says nothing of what one may not read."""
        record = self.record_ref
        return record if record and record.has_access("read") else None

    @api.depends("record_ref", "what")
    def _compute_stays(self):
        nothing = self.env._("No approved rule says how long it is kept.")
        for wizard in self:
            wizard.stays = wizard.verdict = False
            record = wizard._readable()
            if record is None:
                continue
            service = self.env["gdpr.retention"]
            verdict = service._judge(record)[record.id]
            wizard.verdict = service._in_words(verdict) or nothing
            stays = self.env["gdpr.erasure"]._would_stay(record, wizard._action())
            wizard.stays = stays.get(record.id)

    @api.onchange("record_ref")
    def _onchange_record(self):
        self.field_ids = False

    # -- doing it ----------------------------------------------------------------------

    def _action(self):
        return "empty" if self.what == "fields" else "delete"

    def _checked(self):
        """The record and the names of its fields.

        :raises UserError, AccessError: nothing is chosen, or what may not be
        """
        self.ensure_one()
        if not self.env.user.has_group("legal_gdpr.group_dpo"):
            raise AccessError(
                self.env._("Single deletions are the data protection officer's.")
            )
        record = self._readable()
        if record is None or not self._is_kind(record._name):
            raise UserError(
                self.env._("There is no such record, or you may not read it.")
            )
        if not self.ground:
            raise UserError(self.env._("Say why it is deleted."))
        if self.what == "record":
            return record, []
        chosen = self.field_ids
        if not chosen:
            raise UserError(self.env._("Which fields are to be emptied?"))
        if wrong := chosen - self._rows(record):
            raise UserError(
                self.env._(
                    "These fields cannot be emptied: %s.",
                    ", ".join(wrong.mapped("display_name")),
                )
            )
        return record, chosen.mapped("field")

    def action_delete(self):
        """Delete, or ask another officer to approve it.

        :raises UserError: it has to stay, and why
        """
        record, names = self._checked()
        run = self.env["gdpr.erasure.run"]._choose(record, names, self.ground)
        # sudo: a setting of the firm
        if not run.company_id.sudo().gdpr_four_eyes:
            run.action_approve()
            # sudo: the reason why it stayed after all
            if reason := run.sudo().line_ids.reason:
                raise UserError(self.env._("This is not deleted: %s", reason))
        return {
            "type": "ir.actions.act_window",
            "res_model": "gdpr.erasure.run",
            "res_id": run.id,
            "view_mode": "form",
        }
