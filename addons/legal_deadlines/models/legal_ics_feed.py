import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import NO_ACCESS, Domain

MOST_LINKS = 10  # of one person: one for each device and program
LAST_USED_EVERY = timedelta(hours=1)


class LegalIcsFeed(models.Model):
    """A secret link under which a calendar program fetches somebody's dates.

    The secret is shown once and stored as its SHA-256 only: 256 random bits need no
    slow hash. The link opens nothing but ``legal.agenda._ics``, and that by the rights
    its owner has at the moment it is fetched.
    """

    _name = "legal.ics.feed"
    _description = "Calendar Link"
    _order = "id desc"

    _gdpr_data = {
        "user_id": "employee of the firm",
        "name": "what the employee calls the device",
        "withdrawn_by_id": "employee of the firm",
    }

    name = fields.Char(string="Used By", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Whose Dates",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    token_hash = fields.Char(required=True, copy=False, groups=NO_ACCESS)
    active = fields.Boolean(default=True, readonly=True)
    last_used = fields.Datetime(readonly=True, help="To the hour.")
    withdrawn_on = fields.Datetime(readonly=True)
    withdrawn_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")

    _token_uniq = models.UniqueIndex("(token_hash)")

    @api.model
    def _hash(self, token):
        return hashlib.sha256(token.encode()).hexdigest()

    @api.model
    def _issue(self, name):
        """Make a link to the current user's own dates.

        :param str name: what it is for, as "Phone"
        :return: (the feed, the address with the secret: nobody can read it again)
        :raises UserError: there is no name, or there are enough links already
        """
        user = self.env.user
        name = (name or "").strip()
        if not name:
            raise UserError(self.env._("Say what the link is for, as “Phone”."))
        if not user._legal_has_feed_role():
            raise AccessError(
                self.env._("Only people with a role in the firm have dates to fetch.")
            )
        # sudo: nobody writes these rows but these methods
        feeds_sudo = self.sudo()
        if feeds_sudo.search_count([("user_id", "=", user.id)]) >= MOST_LINKS:
            raise UserError(
                self.env._(
                    "You have %s calendar links. Withdraw one that you do not use.",
                    MOST_LINKS,
                )
            )
        token = secrets.token_urlsafe(32)
        feed_sudo = feeds_sudo.create(
            {"name": name, "user_id": user.id, "token_hash": self._hash(token)}
        )
        self.env["legal.access.log"]._log("ics_created", feed_sudo, person=user)
        return feed_sudo.sudo(False), f"{self.get_base_url()}/legal/ics/{token}.ics"

    def action_withdraw(self):
        """The links open nothing from now on.

        :raises AccessError: they are somebody else's, and the user neither runs the
            system nor is a partner
        """
        self.check_access("read")  # one's own, or all for those who may withdraw them
        self._withdraw()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _withdraw(self):
        # sudo: who may is checked by the caller; nobody writes these rows otherwise
        feeds_sudo = self.sudo().filtered("active")
        feeds_sudo.write(
            {
                "active": False,
                "withdrawn_on": fields.Datetime.now(),
                "withdrawn_by_id": self.env.uid,
            }
        )
        for feed_sudo in feeds_sudo:
            self.env["legal.access.log"]._log(
                "ics_withdrawn", feed_sudo, person=feed_sudo.user_id
            )

    @api.model
    def _fetch_calendar(self, token):
        """What the link with this secret shows at the moment.

        :return: bytes, or None: no such link, withdrawn, or its owner has no role
        """
        # sudo: whoever has the secret has no session; what it opens is asked as its
        # owner below
        feed_sudo = self.sudo().search(
            Domain("token_hash", "=", self._hash(token)), limit=1
        )
        user = feed_sudo.user_id
        if not feed_sudo or not user._legal_has_feed_role():
            return None
        now = fields.Datetime.now()
        last = feed_sudo.last_used
        if not last or now - last >= LAST_USED_EVERY:
            feed_sudo.last_used = now
        agenda = self.env(user=user.id, su=False)["legal.agenda"]
        return agenda.with_context(lang=user.lang, tz=user.tz)._ics()
