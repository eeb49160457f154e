from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

METHODS = [
    ("address", "Answered from the address we know"),
    ("document", "Document was seen (no copy kept)"),
    ("portal", "Signed in to the portal"),
    ("lawyer", "Known to a lawyer of the firm"),
]


class GdprRequest(models.Model):
    """Who asks, and where the answer goes.

    What is answered to the wrong person is itself a breach: nothing is collected
    before the identity is settled, and an answer for somebody else goes to the
    representative only when the power of attorney was seen.
    """

    _inherit = "gdpr.request"

    identity_state = fields.Selection(
        [("open", "Not checked"), ("settled", "Checked")],
        string="Identity",
        required=True,
        default="open",
        readonly=True,
        copy=False,
        tracking=True,
    )
    identity_method = fields.Selection(METHODS, readonly=True, copy=False)
    identity_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    identity_on = fields.Datetime(readonly=True, copy=False)
    identity_note = fields.Char(
        string="Remark on the Identity",
        help="What was compared. No number of a document, no copy.",
    )
    for_other = fields.Boolean(
        string="Asked by Somebody Else",
        help="A parent, a guardian, a lawyer, an heir: with a power of attorney.",
    )
    representative_name = fields.Char()
    representative_email = fields.Char(string="Representative's E-mail")
    representative_address = fields.Text()
    mandate_by_id = fields.Many2one(
        "res.users", string="Power of Attorney Seen by", readonly=True, copy=False
    )
    mandate_on = fields.Datetime(
        string="Power of Attorney Seen on", readonly=True, copy=False
    )
    answer_email = fields.Char(compute="_compute_answer_to", string="Answer Goes to")
    answer_name = fields.Char(compute="_compute_answer_to")
    answer_address = fields.Text(compute="_compute_answer_to")

    @api.depends(
        "for_other", "mandate_on", "requester_email", "requester_name",
        "requester_address", "representative_email", "representative_name",
        "representative_address",
    )  # fmt: skip
    def _compute_answer_to(self):
        for request in self:
            who = "representative" if request.for_other else "requester"
            request.answer_name = request[f"{who}_name"]
            request.answer_email = email_normalize(request[f"{who}_email"] or "")
            request.answer_address = request[f"{who}_address"]

    def _identity_open_again(self, vals):
        """Another person or address came: nobody has compared it yet."""
        for request in self:
            changed = any(
                name in request._fields
                and (
                    request[name].id if name == "partner_id" else request[name] or False
                )
                != (value or False)
                for name, value in vals.items()
                if name.startswith(
                    ("requester_", "representative_", "partner_", "for_")
                )
            )
            if changed and request.identity_state == "settled":
                values = {
                    "identity_state": "open",
                    "identity_method": False,
                    "identity_by_id": False,
                    "identity_on": False,
                    "mandate_by_id": False,
                    "mandate_on": False,
                    "prepared_by_id": False,
                }
                if request.state in ("collecting", "review"):
                    values["state"] = "received"
                request._unlocked().write(values)

    def _settle_identity(self, method, note=""):
        """Somebody made sure who it is.

        :param method: of METHODS
        :raises UserError: the method does not fit, or it is another step's time
        """
        self.ensure_one()
        self._need_officer()
        self._need_state("received", "identity", "clarification")
        if method not in dict(METHODS):
            raise UserError(self.env._("Say how the identity was checked."))
        if method == "address":
            # sudo: whether the address is that of the contact
            known = self.sudo().partner_id.email_normalized
            if not known or known != email_normalize(self.requester_email or ""):
                raise UserError(
                    self.env._(
                        "The address of the request is not the one we know of this "
                        "contact. Choose the contact, or check in another way."
                    )
                )
        if method == "portal" and not self.env.su:
            raise UserError(
                self.env._(
                    "Who signed in to the portal was noted when the request came in. "
                    "Check in another way."
                )
            )
        values = {
            "identity_state": "settled",
            "identity_method": method,
            "identity_by_id": self.env.uid,
            "identity_on": fields.Datetime.now(),
        }
        if note:
            values["identity_note"] = note
        if self.state == "identity":
            self._answered("identity")
        if self.state in ("received", "identity"):
            values["state"] = "collecting"
        self._unlocked().write(values)

    def action_mandate_seen(self):
        """The power of attorney of whoever asks for somebody else was seen."""
        for request in self:
            request._need_officer()
            if not request.for_other or not request.representative_name:
                raise UserError(
                    self.env._("Enter who asks for the person, and tick it.")
                )
            request._unlocked().write(
                {"mandate_by_id": self.env.uid, "mandate_on": fields.Datetime.now()}
            )

    def _need_identity(self):
        """:raises UserError: it is not settled to whom the answer goes"""
        for request in self:
            if request.identity_state != "settled":
                raise UserError(
                    self.env._(
                        "%s: check first who asks. What is told to the wrong person "
                        "cannot be taken back.",
                        request.name,
                    )
                )
            if request.for_other and not request.mandate_on:
                raise UserError(
                    self.env._(
                        "%s was asked for by somebody else: look at the power of "
                        "attorney first.",
                        request.name,
                    )
                )
