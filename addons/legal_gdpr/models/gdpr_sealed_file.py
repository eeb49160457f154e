import contextlib
import logging
import os
import secrets

from werkzeug.exceptions import Locked

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.legal_crm.models.legal_access_mixin import LegalAccessMixin
from odoo.addons.legal_crm.models.legal_document_access import _CARRIERS

from ..tools.sealed import Damaged, SealError

_logger = logging.getLogger(__name__)

_MARK = "/sealed-"
_PLACE = {"res_model", "res_id", "db_datas"}


class _Target:
    """Given as a context value: what is written is sealed, under this name.

    A caller over RPC cannot send such an object.
    """

    fname = None


class IrAttachment(models.Model):
    """Files of matters that are marked so are sealed in the store (``encrypt_files``).

    Size, type and checksum stay those of the file itself: finding equal files, caches
    and the seal of filed mails rest on them. A sealed file has a name of its own in the
    store, made of chance, so that it is never taken for its open twin, and no indexed
    text. All reading goes through ``raw``, ``_file_read`` or the stream below.
    """

    _inherit = "ir.attachment"

    gdpr_seal_key = fields.Char(
        string="Encrypted With",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The number of the key; empty: not encrypted.",
    )

    # -- which files -------------------------------------------------------------------

    @api.model
    def _gdpr_sealed_places(self, places):
        """
        :param dict places: ``{key: (model, id)}`` of what files belong to
        :return: set of the keys of those whose files are sealed
        """
        wanted, asked = set(), {}
        for key, (model_name, res_id) in places.items():
            model = self.env.get(model_name or "")
            if model is None or not res_id:
                continue
            if getattr(model, "_seal_files", False):
                wanted.add(key)
            elif model_name in _CARRIERS or isinstance(model, LegalAccessMixin):
                asked[key] = (model_name, res_id)
        if not asked:
            return wanted
        matters = {}
        for key, owner in self._legal_owners_at(asked).items():
            if owner is not None and getattr(owner, "_seal_files", False):
                wanted.add(key)
            elif owner is not None:
                matters[key] = owner._access_matter_id()
        # sudo: whether its files are encrypted, whoever reads it
        marked = self.env["legal.matter"].sudo().browse(filter(None, matters.values()))
        marked = set(marked.filtered("encrypt_files").ids)
        return wanted | {key for key, matter in matters.items() if matter in marked}

    def _gdpr_wanted(self):
        """The ids of those that have to be sealed."""
        # sudo: whose it is, not what is in it
        return self._gdpr_sealed_places(
            {file.id: (file.res_model, file.res_id) for file in self.sudo()}
        )

    # -- writing -----------------------------------------------------------------------

    def _get_datas_related_values(self, data, mimetype):
        values = super()._get_datas_related_values(data, mimetype)
        values["gdpr_seal_key"] = False
        target = self.env.context.get("gdpr_seal")
        if isinstance(target, _Target) and data:
            sealer = self.env["legal.key"]._sealer(writing=True)
            values["gdpr_seal_key"] = sealer.current
            values["index_content"] = False
            if not values["store_fname"]:
                values["db_datas"] = sealer.seal_bytes(
                    data, f"ir.attachment.db_datas/{values['checksum']}"
                )
        return values

    @api.model
    def _index(self, bin_data, file_type, checksum=None):
        if isinstance(self.env.context.get("gdpr_seal"), _Target):
            return None
        return super()._index(bin_data, file_type, checksum=checksum)

    @api.model
    def _get_path(self, bin_data, sha):
        target = self.env.context.get("gdpr_seal")
        if not isinstance(target, _Target):
            return super()._get_path(bin_data, sha)
        if not target.fname:
            name = secrets.token_hex(20)
            target.fname = f"{name[:2]}{_MARK}{name}"
        return target.fname, self._full_path(target.fname)

    @api.model
    def _file_write(self, bin_value, checksum):
        target = self.env.context.get("gdpr_seal")
        if not (isinstance(target, _Target) and target.fname):
            return super()._file_write(bin_value, checksum)
        fname, path = target.fname, self._full_path(target.fname)
        sealer = self.env["legal.key"]._sealer(writing=True)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(sealer.seal_bytes(bin_value, self._gdpr_file_place(fname)))
            # the open file goes when this is committed: it must be there
            file.flush()
            os.fsync(file.fileno())
        self._mark_for_gc(fname)
        return fname

    @api.model
    def _gdpr_file_place(self, fname):
        return f"ir.attachment/{fname}"

    def _set_attachment_data(self, asbytes):
        wanted = self._gdpr_wanted()
        self._gdpr_check_over()
        apart = self.filtered(lambda file: file.id in wanted)
        # sudo: the names of files that are replaced
        replaced = {
            file.store_fname for file in apart.sudo() if not file.gdpr_seal_key
        } - {False}
        for file in apart:
            super(
                IrAttachment, file.with_context(gdpr_seal=_Target())
            )._set_attachment_data(asbytes)
        self._gdpr_drop(replaced)
        rest = (self - apart).with_context(gdpr_seal=None)
        return super(IrAttachment, rest)._set_attachment_data(asbytes)

    def _gdpr_check_over(self):
        """:raises UserError: a file that cannot be read would be written over"""
        sealer = self.env["legal.key"]._sealer()
        for file in self.sudo():  # sudo: which key it needs
            if file.gdpr_seal_key and file.gdpr_seal_key not in sealer.keys:
                raise UserError(
                    self.env._(
                        "“%(name)s” is stored encrypted, and the key %(key)s is "
                        "missing: it is not written over. Ask your administrator to "
                        "put the key file back from the backup. If the key is lost "
                        "for good, delete the file and add the new one.",
                        name=file.name,
                        key=file.gdpr_seal_key,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        context = self.env.context
        vals_list = [
            {name: value for name, value in vals.items() if name != "gdpr_seal_key"}
            for vals in vals_list
        ]
        wanted = self._gdpr_sealed_places(
            {
                number: (
                    vals.get("res_model", context.get("default_res_model")),
                    vals.get("res_id", context.get("default_res_id")),
                )
                for number, vals in enumerate(vals_list)
            }
        )
        plain = self.with_context(gdpr_seal=None) if context.get("gdpr_seal") else self
        if not wanted:
            return super(IrAttachment, plain).create(vals_list)
        ids = []
        for number, vals in enumerate(vals_list):
            model = plain
            if number in wanted:
                model = self.with_context(gdpr_seal=_Target())
            ids += super(IrAttachment, model).create([vals]).ids
        return plain.browse(ids)

    def write(self, vals):
        vals = {name: value for name, value in vals.items() if name != "gdpr_seal_key"}
        moved = _PLACE & vals.keys()
        result = super().write(vals)
        if moved:
            self._gdpr_follow()
        return result

    # -- reading -----------------------------------------------------------------------

    @api.model
    def _file_read(self, fname, size=None):
        if _MARK not in fname:
            return super()._file_read(fname, size)
        raw = super()._file_read(fname)
        if not raw:
            return raw
        try:
            return self._gdpr_open_file(fname, raw)[:size]
        except SealError as error:
            raise UserError(self._gdpr_in_words(error)) from error

    @api.model
    def _gdpr_open_file(self, fname, raw):
        sealer = self.env["legal.key"]._sealer()
        return sealer.open_bytes(raw, self._gdpr_file_place(fname))

    def _gdpr_opened(self):
        """The contents of one sealed file.

        :raises SealError: it cannot be opened
        """
        self = self.with_context(bin_size=False)
        if self.store_fname:
            raw = super()._file_read(self.store_fname)
            return self._gdpr_open_file(self.store_fname, raw) if raw else raw
        sealer = self.env["legal.key"]._sealer()
        return sealer.open_bytes(
            bytes(self.db_datas or b""), f"ir.attachment.db_datas/{self.checksum}"
        )

    @api.model
    def _gdpr_in_words(self, error):
        return self.env["gdpr.sealed.mixin"]._in_words(error)

    @api.depends("gdpr_seal_key")
    def _compute_raw(self):
        sealed = self.filtered("gdpr_seal_key")
        for file in sealed:
            try:
                file.raw = file._gdpr_opened()
            except SealError as error:
                words = self._gdpr_in_words(error)
                if len(self) > 1:
                    # the ORM read others along: it asks for the one alone then
                    raise AccessError(words) from error
                raise UserError(words) from error
        return super(IrAttachment, self - sealed)._compute_raw()

    def _to_http_stream(self):
        stream = super()._to_http_stream()
        if self.gdpr_seal_key:
            stream.type = "data"
            stream.path = None
            try:
                stream.data = self.raw
            except UserError as error:
                # as such it would be a page that says "not found"
                raise Locked(str(error)) from error
            stream.size = len(stream.data)
        return stream

    # -- sealing and opening what is there ---------------------------------------------

    def _gdpr_follow(self):
        """Seal or open the files as what they belong to says now."""
        # sudo: the store follows the matter, whoever moves a file
        files = self.sudo().filtered(lambda f: f.type == "binary" and f.file_size)
        wanted = files._gdpr_wanted()
        for file in files:
            seal = file.id in wanted
            if seal != bool(file.gdpr_seal_key):
                with contextlib.suppress(SealError):
                    file._gdpr_turn(seal)

    def _gdpr_turn(self, seal):
        """Store one file sealed with the current key, or open; nobody changed it.

        :raises SealError: it cannot be opened, or is not what its checksum says
        """
        self.ensure_one()
        self.flush_recordset()
        target = _Target() if seal else None
        file = self.with_context(gdpr_seal=target)
        raw = file._gdpr_opened() if file.gdpr_seal_key else file.raw
        values = file._get_datas_related_values(raw or b"", file.mimetype)
        if values["checksum"] != file.checksum:
            _logger.error("%s is not what its checksum says: left as it is", self)
            raise Damaged("the file is missing or damaged")
        old = file.store_fname
        self.env.cr.execute(
            SQL(
                "UPDATE ir_attachment SET store_fname = %s, db_datas = %s,"
                " index_content = %s, gdpr_seal_key = %s"
                " WHERE id = %s",
                values["store_fname"] or None,
                values["db_datas"] or None,
                values["index_content"] or None,
                values["gdpr_seal_key"] or None,
                self.id,
            )
        )
        self.invalidate_recordset(flush=False)
        if values["store_fname"]:
            file._file_write(raw, values["checksum"])
        if old and old != values["store_fname"]:
            self._file_delete(old)
            self._gdpr_drop({old})

    @api.model
    def _gdpr_drop(self, names):
        """What lay open does not wait a day for the vacuum."""
        if names:
            self.env["gdpr.erasure"]._drop_files_later(names)

    # -- in the background -------------------------------------------------------------

    @api.model
    def _gdpr_turn_all(self, step, batch):
        """Seal the files of marked matters, open those of matters that are not.

        :param step: called after each batch with its size; says whether to go on
        :return: whether all is done
        """
        for seal in (True, False):
            failed = []
            while ids := self._gdpr_to_turn(seal, batch, failed):
                for file in self.browse(ids):
                    with contextlib.suppress(SealError):
                        file._gdpr_turn(seal)
                    if bool(file.gdpr_seal_key) != seal:
                        failed.append(file.id)
                if not step(len(ids)):
                    return False
        return True

    @api.model
    def _gdpr_to_turn(self, seal, limit, without=(), matter_ids=None):
        """The ids of files that are not stored as their matter says."""
        self.env.flush_all()
        state = SQL(
            "a.gdpr_seal_key IS NULL AND a.type = 'binary'"
            " AND (a.store_fname IS NOT NULL OR a.db_datas IS NOT NULL)"
            if seal
            else "a.gdpr_seal_key IS NOT NULL"
        )
        matters = SQL(
            "m.encrypt_files IS TRUE" if seal else "m.encrypt_files IS NOT TRUE"
        )
        if matter_ids is not None:
            matters = SQL("%s AND m.id = ANY(%s)", matters, matter_ids)
        asked = []
        matter = self.env["legal.matter"]
        documents = [
            (model, name)
            for model, name in [
                (matter, "id"),
                *((child, field.name) for child, field in matter._access_children()),
            ]
            if not getattr(model, "_seal_files", False)
        ]
        for model, name in documents:
            inside = SQL(
                "SELECT d.id FROM %s d JOIN legal_matter m ON m.id = d.%s WHERE %s",
                SQL.identifier(model._table),
                SQL.identifier(name),
                matters,
            )
            asked.append(
                SQL("(a.res_model = %s AND a.res_id IN (%s))", model._name, inside)
            )
            for carrier, (model_field, id_field) in _CARRIERS.items():
                if carrier == "ir.attachment":
                    continue
                asked.append(
                    SQL(
                        "(a.res_model = %s AND a.res_id IN (SELECT c.id FROM %s c"
                        " WHERE c.%s = %s AND c.%s IN (%s)))",
                        carrier,
                        SQL.identifier(self.env[carrier]._table),
                        SQL.identifier(model_field),
                        model._name,
                        SQL.identifier(id_field),
                        inside,
                    )
                )
        if matter_ids is None:
            # a small picture of a file goes with it
            asked.append(
                SQL(
                    "(a.res_model = 'ir.attachment' AND EXISTS (SELECT 1"
                    " FROM ir_attachment p WHERE p.id = a.res_id AND %s))",
                    SQL("p.gdpr_seal_key IS NOT NULL" if seal
                        else "p.gdpr_seal_key IS NULL"),
                )
            )  # fmt: skip
            if seal:
                always = [
                    name
                    for name in self.env.registry
                    if getattr(self.env[name], "_seal_files", False)
                ]
                asked.append(SQL("a.res_model = ANY(%s)", always))
        # each by itself: only so are the indexes used
        each = [
            SQL("SELECT a.id FROM ir_attachment a WHERE %s AND %s", state, condition)
            for condition in asked
        ]
        rows = self.env.execute_query(
            SQL(
                "SELECT f.id FROM (%s) f WHERE NOT f.id = ANY(%s)"
                " ORDER BY f.id LIMIT %s",
                SQL(" UNION ").join(each),
                list(without),
                limit,
            )
        )
        return [row[0] for row in rows]


class LegalCommunication(models.Model):
    _inherit = "legal.communication"

    @api.model
    def _is_file_intact(self, name, checksum, size, since):
        """A sealed file is compared as what is in it. With a key that is lost it is not
        judged, as the entries made with it."""
        if _MARK not in name:
            return super()._is_file_intact(name, checksum, size, since)
        files = self.env["ir.attachment"]
        try:
            raw = files._file_read(name)
        except UserError as error:
            return not isinstance(error.__cause__, Damaged)
        return bool(raw) and files._compute_checksum(raw) == checksum


class GdprExport(models.Model):
    """What a person gets holds copies of files, sealed ones among them."""

    _inherit = "gdpr.export"

    _seal_files = True


class GdprRequest(models.Model):
    """Among its files are copies of identity documents."""

    _inherit = "gdpr.request"

    _seal_files = True
