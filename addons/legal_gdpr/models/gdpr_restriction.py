from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK
from odoo.addons.legal_crm.models.legal_erasing import is_erasing

SOURCES = [
    ("request", "Asked for by the person"),
    ("accuracy", "Accuracy is contested (Art. 18(1)(a))"),
    ("unlawful", "Processing is unlawful (Art. 18(1)(b))"),
    ("claims", "Needed for legal claims only (Art. 18(1)(c))"),
    ("objection", "Objection is examined (Art. 18(1)(d))"),
    ("retention", "Retention: waits for its day"),
]


class GdprRestriction(models.Model):
    """A record is blocked (art. 18 GDPR): kept, and otherwise left alone.

    Only ``_block`` and ``_lift`` write here. The record itself carries a flag
    (``gdpr.restrictable``), which its record rule asks.
    """

    _name = "gdpr.restriction"
    _description = "Restriction of Processing"
    _inherit = "mail.thread"
    _order = "lifted_on desc, id desc"

    _gdpr_data = {
        "reason": "free text",
        "lift_reason": "free text",
        "user_id": "employee of the firm",
        "lifted_by_id": "employee of the firm",
    }

    _access_exempt = "the number of what is restricted, for the officer"

    res_model = fields.Char(string="Technical Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Number", model_field="res_model", required=True, readonly=True
    )
    request_id = fields.Many2one(
        "gdpr.request", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    source = fields.Selection(SOURCES, required=True, readonly=True)
    reason = fields.Text(required=True, readonly=True)
    date = fields.Datetime(
        string="Since", required=True, readonly=True, default=fields.Datetime.now
    )
    user_id = fields.Many2one("res.users", string="Blocked by", readonly=True)
    lifted_on = fields.Datetime(readonly=True, tracking=True)
    lifted_by_id = fields.Many2one("res.users", readonly=True)
    lift_reason = fields.Char(readonly=True)
    skipped_mails = fields.Integer(
        string="Mails Held Back", readonly=True, help="Automatic mails that did not go."
    )

    _running_unique = models.UniqueIndex(
        "(res_model, res_id) WHERE lifted_on IS NULL", "It is restricted already."
    )

    @api.depends("res_model", "res_id")
    def _compute_display_name(self):
        for restriction in self:
            restriction.display_name = self.env._(
                "Restricted %s", restriction.res_id or ""
            )

    @api.ondelete(at_uninstall=False)
    def _keep(self):
        raise UserError(self.env._("A restriction is lifted, not deleted."))

    @api.model
    def _need_officer(self):
        if not (self.env.su or self.env.user.has_group("legal_gdpr.group_dpo")):
            raise AccessError(
                self.env._("The data protection officer restricts and lifts.")
            )

    @api.model
    def _block(self, records, reason, source="request", request=None):
        """Restrict records. What is restricted already stays so.

        :param records: of a model that is a ``gdpr.restrictable``
        :return: the new restrictions
        :raises UserError: no reason, or it cannot be restricted
        """
        self._need_officer()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why it is restricted."))
        if not self._can_block(records):
            raise UserError(
                self.env._("“%s” cannot be restricted.", records._description)
            )
        # sudo: what is blocked may lie behind a wall; only the flag is written
        records = records.sudo()
        records._check_restrictable()
        todo = records.filtered(lambda record: not record.gdpr_restricted)
        made = self.sudo().create(
            [
                {
                    "res_model": record._name,
                    "res_id": record.id,
                    "reason": reason.strip(),
                    "source": source,
                    "request_id": request.id if request else False,
                    "user_id": self.env.uid,
                }
                for record in todo
            ]
        )
        todo._legal_unlocked().write({"gdpr_restricted": True})
        return made.with_env(self.env)

    @api.model
    def _can_block(self, model):
        """Whether its records can be restricted: a user has the mark of his contact
        alone, and is no record that is restricted itself."""
        return isinstance(model, self.env.registry["gdpr.restrictable"])

    def _lift(self, reason):
        """End the restriction. The person has to be told before (art. 18(3) GDPR):
        with a request, its letter must have gone out.

        :raises UserError: no reason, or the person was not told
        """
        self._need_officer()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the restriction ends."))
        for restriction in self.filtered(lambda r: not r.lifted_on):
            letters = restriction.request_id.letter_ids
            if restriction.request_id and not letters.filtered(
                lambda letter: letter.kind == "lifted" and letter.sent_on
            ):
                raise UserError(
                    self.env._(
                        "Tell the person before the restriction ends: send the letter "
                        "“Restriction lifted” of %s first.",
                        restriction.request_id.name,
                    )
                )
            # sudo: see _block
            restriction.sudo().write(
                {
                    "lifted_on": fields.Datetime.now(),
                    "lifted_by_id": self.env.uid,
                    "lift_reason": reason.strip(),
                }
            )
            record = self.env[restriction.res_model].sudo().browse(restriction.res_id)
            record.exists()._legal_unlocked().write({"gdpr_restricted": False})

    @api.model
    def _ended_with(self, model_name, ids):
        """What was restricted is gone."""
        # sudo: noted by whatever deleted it
        running = self.sudo().search(
            [
                ("res_model", "=", model_name),
                ("res_id", "in", ids),
                ("lifted_on", "=", False),
            ]
        )
        if running:
            running.write(
                {
                    "lifted_on": fields.Datetime.now(),
                    "lift_reason": self.env._("The record was deleted."),
                }
            )

    @api.model
    def _note_skipped(self, partners):
        """An automatic mail did not go to these restricted contacts."""
        # sudo: the system notes it
        running = self.sudo().search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "in", partners.ids),
                ("lifted_on", "=", False),
            ]
        )
        for restriction in running:
            restriction.skipped_mails += 1


class GdprRestrictable(models.AbstractModel):
    """A record that can be restricted: nobody but the officer finds or reads it."""

    _name = "gdpr.restrictable"
    _description = "Record That Can Be Restricted"

    _gdpr_none = "a flag"

    gdpr_restricted = fields.Boolean(
        string="Restricted", readonly=True, copy=False, index="btree_not_null"
    )

    def _check_restrictable(self):
        """Hook. :raises UserError: these records cannot do without being used"""

    def _may_see_restricted(self):
        return self.env.uid == SUPERUSER_ID or self.env.user.has_group(
            "legal_gdpr.group_dpo"
        )

    @api.depends("gdpr_restricted")
    @api.depends_context("uid")
    def _compute_display_name(self):
        blocked = self.browse()
        if not self._may_see_restricted():
            # sudo: the flag alone
            blocked = self.filtered(
                lambda record: record.id and record.sudo().gdpr_restricted
            )
        for record in blocked:
            record.display_name = self.env._("Restricted %s", record.id)
        return super(GdprRestrictable, self - blocked)._compute_display_name()

    #: what the system notes of a record by itself
    _RESTRICTED_FREE = frozenset(
        {"message_bounce", "data_bounced", "access_list_id", "message_follower_ids",
         "message_ids", "activity_ids", "message_main_attachment_id"}
    )  # fmt: skip

    def _check_not_restricted(self):
        """:raises UserError: a record is restricted; the system's own work passes"""
        if (
            self.env.context.get("legal_unlock") is UNLOCK
            or self.env.uid == SUPERUSER_ID
            or is_erasing(self)  # judged already: what is evidence does not come here
        ):
            return
        blocked = self.sudo().filtered("gdpr_restricted")  # sudo: the flag alone
        if blocked:
            raise UserError(
                self.env._(
                    "Restricted %s: it is kept as it is, and neither changed nor "
                    "deleted, until the data protection officer lifts the restriction.",
                    ", ".join(map(str, blocked.ids)),
                )
            )

    def write(self, vals):
        if "gdpr_restricted" in vals and (
            self.env.context.get("legal_unlock") is not UNLOCK
        ):
            raise UserError(
                self.env._("Records are restricted by the data protection officer.")
            )
        if vals.keys() - self._RESTRICTED_FREE:
            self._check_not_restricted()
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals.pop("gdpr_restricted", None)
        clean = {
            key: value
            for key, value in self.env.context.items()
            if key != "default_gdpr_restricted"
        }
        if len(clean) == len(self.env.context):
            return super().create(vals_list)
        # keys have to go: the whole context is given
        # pylint: disable-next=context-overridden
        return super(GdprRestrictable, self.with_context(clean)).create(vals_list)

    def unlink(self):
        self._check_not_restricted()
        name, ids = self._name, self.ids
        result = super().unlink()
        self.env["gdpr.restriction"]._ended_with(name, ids)
        return result
