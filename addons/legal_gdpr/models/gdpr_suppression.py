from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [("email", "E-mail"), ("phone", "Phone")]


class GdprSuppression(models.Model):
    """Who objected and must not be written to again, although his data is gone.

    What is left is a keyed token of the address (Art. 21(3) GDPR needs it, Art. 17(3)
    allows it): an address can be compared with it, and none can be read from it.
    """

    _name = "gdpr.suppression"
    _description = "Suppression List"
    _order = "date desc, id desc"
    _rec_name = "token"

    _gdpr_none = "keyed tokens only"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    token = fields.Char(required=True, readonly=True)
    date = fields.Datetime(
        string="Since", required=True, readonly=True, default=fields.Datetime.now
    )
    request_id = fields.Integer(
        string="Number of the Request", readonly=True, aggregator=None
    )

    _token_unique = models.UniqueIndex("(token)", "This address is on the list.")

    @api.model
    def _key_of(self, kind, value):
        return self.env["gdpr.subject.identifier"]._key_of(kind, value)

    @api.model
    def _tokens(self, kind, value):
        """All tokens under which an address may stand, the current key's first."""
        key = self._key_of(kind, value)
        ring = self.env["legal.key"]._for_reading()
        return ring.tokens(f"suppression/{kind}", key) if key else []

    @api.model
    def _suppress(self, kind, values, request_id=None):
        """Put addresses on the list; those already there stay as they are.

        :param str kind: email or phone
        :param values: iterable of addresses as they are written
        :return: how many are new
        :raises UserError: there is no usable key
        """
        ring = self.env["legal.key"]._for_writing()
        new = 0
        for key in dict.fromkeys(self._key_of(kind, value) for value in values):
            if key and not self._has(ring.tokens(f"suppression/{kind}", key)):
                # sudo: entries are made by an objection, by nobody's hand
                self.sudo().create(
                    {
                        "kind": kind,
                        "token": ring.token(f"suppression/{kind}", key),
                        "request_id": request_id,
                    }
                )
                new += 1
        return new

    @api.model
    def _has(self, tokens):
        # sudo: whether somebody objected is asked by whatever sends
        return bool(tokens) and bool(
            self.sudo().search_count([("token", "in", tokens)], limit=1)
        )

    @api.model
    def _is_suppressed(self, email):
        """Whether the owner of an e-mail address objected."""
        return self._has(self._tokens("email", email))

    @api.model
    def _is_phone_suppressed(self, phone):
        return self._has(self._tokens("phone", phone))

    @api.model
    def action_look_up(self, kind, value):
        """Whether an address is on the list, for the officer who was asked.

        :raises UserError: no address
        """
        self.check_access("read")
        if not (value or "").strip():
            raise UserError(self.env._("Which address?"))
        return self._has(self._tokens(kind, value))
