from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, consteq

from .legal_access_mixin import LegalAccessMixin

#: Models that only carry a file on to the document they belong to: the fields that
#: name that document.
_CARRIERS = {
    "ir.attachment": ("res_model", "res_id"),
    "mail.message": ("model", "res_id"),
    "mail.activity": ("res_model", "res_id"),
    "mail.scheduled.message": ("model", "res_id"),
}


class IrAttachment(models.Model):
    """A file of a matter is opened by the readers of the matter, whatever the address.

    Core opens a file to whoever knows one of its tokens. Here a token is worth nothing,
    with one exception: a link that the firm itself sent out by e-mail (large files,
    pictures in the text) opens its file to people who are not signed in, until the
    matter is closed to somebody; then all links of the matter are void.
    """

    _inherit = "ir.attachment"

    legal_sent_on = fields.Datetime(
        string="Link Sent On",
        readonly=True,
        copy=False,
        help="Since then, who holds the link from the e-mail opens the file.",
    )

    # -- whose file it is -------------------------------------------------------------

    def _legal_owners(self):
        """Map each id to the record of a matter the file belongs to, or None."""
        # sudo here and below: whose it is, not what is in it
        return self._legal_owners_at(
            {a.id: (a.res_model, a.res_id) for a in self.sudo()}
        )

    @api.model
    def _legal_owners_at(self, places):
        """As ``_legal_owners``, for ``{key: (model, id)}``, before there is a file."""
        places = dict(places)
        for _step in range(3):  # a thumbnail of a picture of a message of a matter
            carried = {place for place in places.values() if place[0] in _CARRIERS}
            if not carried:
                break
            documents = self._legal_documents(carried)
            for file_id, place in places.items():
                if place in carried:
                    carrier = documents.get(place)
                    places[file_id] = (
                        tuple(carrier[name] for name in _CARRIERS[place[0]])
                        if carrier
                        else (False, 0)
                    )
        keyed = {
            place
            for place in places.values()
            if isinstance(self.env.get(place[0] or ""), LegalAccessMixin)
        }
        documents = self._legal_documents(keyed)
        owners = {}
        for file_id, place in places.items():
            record = documents.get(place)
            owners[file_id] = (
                record.with_env(self.env)
                if record and record._access_needs_role()
                else None
            )
        return owners

    @api.model
    def _legal_documents(self, places):
        """Map (model, id) to its record with superuser rights, if it exists."""
        ids_by_model = {}
        for model, res_id in places:
            if res_id:
                ids_by_model.setdefault(model, []).append(res_id)
        return {
            (model, record.id): record
            for model, ids in ids_by_model.items()
            for record in self.env[model].sudo().browse(ids).exists()
        }

    @api.depends("name", "res_model", "res_id")
    @api.depends_context("uid")
    def _compute_display_name(self):
        """Odoo reads the name behind a many2one as superuser; what a file is called
        often says enough."""
        super()._compute_display_name()
        if self.env.uid == SUPERUSER_ID:
            return
        owners = self._legal_owners()
        for attachment in self:
            owner = owners.get(attachment.id)
            if owner and not owner.legal_readable:
                attachment.display_name = self.env._("Confidential")

    # -- tokens -----------------------------------------------------------------------

    def _legal_link_was_sent(self, token):
        """Whether ``token`` is from a link the firm sent, and the caller may use it."""
        self.ensure_one()
        attachment_sudo = self.sudo()  # the token decides, before any rights
        return bool(
            attachment_sudo.legal_sent_on
            and not self.env.user._is_internal()
            and consteq(attachment_sudo.access_token or "", token)
        )

    def _can_return_content(self, field_name=None, access_token=None):
        if self._legal_owners()[self.id]:
            if access_token and self._legal_link_was_sent(access_token):
                return True
            self.check_access("read")
            return True
        return super()._can_return_content(field_name, access_token)

    def _has_attachments_ownership(self, attachment_tokens):
        """Who once got a token for a file needs the right to read it as well."""
        owners = self.exists()._legal_owners()
        for attachment in self:
            if owners.get(attachment.id) and not attachment.sudo(False).has_access(
                "read"
            ):
                return False
        return super()._has_attachments_ownership(attachment_tokens)

    @api.model
    def _legal_mark_sent(self, attachment_ids):
        """Links to these files just left in an e-mail."""
        # sudo: by the one who sends, or by the queue
        files = self.sudo().browse(attachment_ids).exists()
        fresh = files.filtered(lambda f: f.access_token and not f.legal_sent_on)
        fresh.write({"legal_sent_on": fields.Datetime.now()})

    @api.model
    def _legal_new_tokens(self, matters):
        """The links to the files of these matters open nothing any more."""
        self.flush_model(["access_token", "legal_sent_on", "res_model", "res_id"])
        children = [(model, field.name) for model, field in matters._access_children()]
        for model, name in [(matters, "id"), *children]:
            self.env.cr.execute(
                SQL(
                    """UPDATE ir_attachment SET access_token = gen_random_uuid()::text,
                              legal_sent_on = NULL
                        WHERE access_token IS NOT NULL AND res_model = %s
                          AND res_id IN (SELECT id FROM %s WHERE %s IN %s)""",
                    model._name,
                    SQL.identifier(model._table),
                    SQL.identifier(name),
                    tuple(matters.ids),
                )
            )
        self.invalidate_model(["access_token", "legal_sent_on"])

    # -- for all the world ------------------------------------------------------------

    @api.constrains("public", "res_model", "res_id")
    def _check_legal_public(self):
        public = self.filtered("public")
        owners = public._legal_owners()
        for attachment in public:
            if owners[attachment.id]:
                raise ValidationError(
                    self.env._(
                        "“%s” belongs to a matter and cannot be made public. To give "
                        "it to somebody outside, send it by e-mail from the matter.",
                        attachment.name,
                    )
                )

    # -- searching, and files that belong to nothing yet -------------------------------

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        """A search that looks into files never passes by who may read them.

        Core's link fields do: who put the number of a file into a draft of his own
        could ask for its text, word by word.
        """
        domain = Domain(domain)
        if not self.env.su:
            if not bypass_access:
                if self.env.user._is_system():
                    domain &= self._legal_loose_domain()
            elif any(
                condition.field_expr not in ("id", "res_field")
                for condition in domain.iter_conditions()
            ):
                wall = self.env["legal.document.wall"]
                domain &= wall._document_domain("res_model", "res_id")
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _legal_loose_domain(self):
        """A colleague's file that is not part of anything yet is his own, also for the
        administrator: it may be on its way into a matter."""
        return (
            Domain("res_id", "not in", (False, 0))
            | Domain("public", "=", True)
            | Domain("create_uid", "in", (self.env.uid, SUPERUSER_ID))
        )

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if self.env.su or not self.env.user._is_system():
            return result
        forbidden, error = result or (self.browse(), None)
        loose = (self - forbidden).filtered(
            # sudo: whether it is somebody else's
            lambda a: not a.sudo().filtered_domain(self._legal_loose_domain())
        )
        if not loose:
            return result

        def closed():
            return AccessError(
                self.env._("This file belongs to the colleague who uploaded it.")
            )

        return forbidden | loose, error or closed

    @api.model
    def create_unique(self, values_list):
        """Core answers with the id of an equal file, whoever it belongs to: that tells
        somebody who holds a copy that the firm has it too."""
        ids = []
        for values in values_list:
            found = self.browse(super().create_unique([values]))._filtered_access(
                "read"
            )
            ids += found.ids or self.create(values).ids
        return ids

    @api.model
    def _legal_check_linked(self, records):
        """Nobody takes a file along that he may not read.

        :raises AccessError: one of ``attachment_ids`` is closed to the user
        """
        # sudo: reading the field drops what the user may not read, silently
        files_sudo = records.sudo().attachment_ids
        files_sudo.sudo(False).check_access("read")
