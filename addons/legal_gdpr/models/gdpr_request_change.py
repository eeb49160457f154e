from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

#: what a person can have corrected; the rest is evidence, or the firm's own
_TYPES = ("char", "text", "html", "date", "selection")


class GdprRequestChange(models.Model):
    """One value to be corrected (art. 16 GDPR): what stood there, what shall."""

    _name = "gdpr.request.change"
    _description = "Correction Asked For"
    _order = "request_id, id"

    _gdpr_data = {
        "request_id": "the person's request",
        "old_value": "what was wrong",
        "new_value": "what is right",
    }

    _access_exempt = "its finding is read with the record it names"

    request_id = fields.Many2one(
        "gdpr.request", required=True, index=True, ondelete="cascade"
    )
    item_id = fields.Many2one(
        "gdpr.subject.item",
        string="Finding",
        index="btree_not_null",
        ondelete="set null",
        help="Empty: the contact of the request.",
    )
    field_name = fields.Char(string="Technical Field", required=True, default="name")
    old_value = fields.Text(string="Was", readonly=True)
    new_value = fields.Text(string="Shall Be", required=True)
    applied_on = fields.Datetime(readonly=True)
    applied_by_id = fields.Many2one("res.users", readonly=True)

    def _record(self):
        self.ensure_one()
        if self.item_id:
            return self.env[self.item_id.res_model].browse(self.item_id.res_id)
        return self.request_id.partner_id

    @api.constrains("field_name", "item_id", "request_id")
    def _check_field(self):
        for change in self:
            # sudo: whether the field can be corrected, not what it holds
            record = change.sudo()._record()
            field = record._fields.get(change.field_name)
            if (
                not record
                or field is None
                or not field.store
                or field.readonly
                or (field.type not in _TYPES)
            ):
                raise ValidationError(
                    self.env._(
                        "“%s” cannot be corrected here: choose a finding and one of "
                        "its fields of text or date.",
                        change.field_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            for name in ("old_value", "applied_on", "applied_by_id"):
                vals.pop(name, None)
        changes = super().create(vals_list)
        changes._check_open()
        changes._legal_unlocked().write(
            {"applied_on": False, "applied_by_id": False, "old_value": False}
        )
        return changes

    def write(self, vals):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            if {"old_value", "applied_on", "applied_by_id", "request_id"} & vals.keys():
                raise UserError(
                    self.env._("This is noted when the value is corrected.")
                )
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _keep_applied(self):
        self._check_open()

    def _check_open(self):
        """What a second person releases is what he saw."""
        for change in self:
            request = change.request_id
            if request.prepared_by_id or request.state in (
                "released", "answered", "refused", "withdrawn",
            ):  # fmt: skip
                raise UserError(
                    self.env._(
                        "The officer said the request is ready: send it back before "
                        "you change what is corrected."
                    )
                )

    def _apply(self):
        """Correct. Guards of the record itself hold: filed entries stay.

        :raises UserError: the record refuses
        """
        for change in self.filtered(lambda change: not change.applied_on):
            # sudo: two people stand behind the request; the officer need not have the
            # right to change contacts
            record = change.sudo()._record()
            old = record[change.field_name]
            record.write({change.field_name: change.new_value})
            change._legal_unlocked().sudo().write(
                {
                    "old_value": str(old or ""),
                    "applied_on": fields.Datetime.now(),
                    "applied_by_id": self.env.uid,
                }
            )


class GdprRequest(models.Model):
    """What a released request does."""

    _inherit = "gdpr.request"

    change_ids = fields.One2many(
        "gdpr.request.change", "request_id", string="Corrections"
    )
    restriction_ids = fields.One2many(
        "gdpr.restriction", "request_id", string="Restrictions"
    )

    def action_prepare(self):
        for request in self:
            if request.kind == "rectification" and not request.change_ids:
                raise UserError(self.env._("Enter what is corrected first."))
            if request.kind == "restriction" and not request._contacts_sudo():
                raise UserError(
                    self.env._(
                        "Choose the contact first: there is nothing to restrict."
                    )
                )
        return super().action_prepare()

    def _contacts_sudo(self):
        # sudo: the person's own contacts, whoever may read them
        request = self.sudo()
        return request.partner_id | (
            request.subject_id.partner_id | request.subject_id._own_partners()
        )

    def _released(self):
        result = super()._released()
        if self.kind == "rectification":
            self.change_ids._apply()
        elif self.kind == "restriction":
            # sudo: a partner who releases it acts for the officer who prepared it
            self.env["gdpr.restriction"].sudo()._block(
                self._contacts_sudo(), self.text or self.name, request=self
            )
        elif self.kind in ("objection", "withdrawal"):
            self._suppress()
        return result

    def _suppress(self):
        """Circulars do not reach the person any more: by Odoo's own list as long as the
        addresses are there, by the keyed one also when they are gone."""
        # sudo: the lists are for everybody's mailings
        emails = {self.requester_email} | set(
            self._contacts_sudo().mapped("email_normalized")
        )
        emails = sorted(filter(None, emails))
        for email in emails:
            self.env["mail.blacklist"].sudo()._add(email)
        self.env["gdpr.suppression"]._suppress("email", emails, self.id)

    def action_lift(self):
        """The letter that tells of the end of the restriction; then it ends."""
        self.ensure_one()
        self._need_officer()
        if not self.restriction_ids.filtered(lambda r: not r.lifted_on):
            raise UserError(self.env._("Nothing is restricted."))
        return self.env["gdpr.request.letter"]._draft(self, "lifted")._open()

    def _letter_sent(self, letter):
        result = super()._letter_sent(letter)
        if letter.kind == "lifted":
            self.restriction_ids._lift(self.env._("The person was told."))
        return result
