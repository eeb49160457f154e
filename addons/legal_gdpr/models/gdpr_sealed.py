import logging

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.sealed import Damaged, KeyLost, Sealer, is_sealed

_logger = logging.getLogger(__name__)

#: rows that are sealed anew in one transaction
BATCH = 500


class LegalKey(models.AbstractModel):
    _inherit = "legal.key"

    @api.model
    def _sealer(self, writing=False):
        """What seals and opens values of the database.

        :param writing: a new key is made at the first need of an installation
        :raises UserError: for writing, there is no usable key
        """
        ring = self._for_writing() if writing else self._for_reading()
        return Sealer(ring.keys, ring.current)


class GdprSealedMixin(models.AbstractModel):
    """Fields whose values are sealed in the database (art. 32(1)(a) GDPR).

    A model names them in ``_sealed``; each has two columns beside it, that nobody reads
    over RPC::

        _sealed = ("document_number",)
        document_number = fields.Char(
            compute="_compute_sealed", inverse="_inverse_document_number",
            search="_search_document_number")
        document_number_sealed = fields.Text(groups=NO_ACCESS, copy=False)
        document_number_index = fields.Char(groups=NO_ACCESS, copy=False, index=True)

    Only equal values can be searched for, whatever their spaces and case.
    """

    _name = "gdpr.sealed.mixin"
    _description = "Record with Sealed Fields"

    _gdpr_none = "stores nothing itself"

    _sealed = ()

    def _place(self, name):
        return f"{self._name}.{name}"

    @api.depends(lambda self: tuple(f"{name}_sealed" for name in self._sealed))
    def _compute_sealed(self):
        sealer = self.env["legal.key"]._sealer()
        for record in self:
            # sudo: who may read the field is asked of the field, not of its column
            stored = record.sudo()
            for name in self._sealed:
                record[name] = record._opened(sealer, name, stored[f"{name}_sealed"])

    def _opened(self, sealer, name, envelope):
        """The value, or words that say why it cannot be shown: a form opens anyhow."""
        if not envelope:
            return False
        try:
            return sealer.open(envelope, self._place(name))
        except KeyLost as error:
            return self.env._("Sealed; the key %s is missing", error.key_id)
        except Damaged:
            _logger.error("%s of %s cannot be opened", name, self)
            return self.env._("Sealed, and damaged")

    def _seal(self, name):
        """The inverse of one field: seal what was entered.

        :raises UserError: there is no key; or the old value cannot be read, and the
            words that say so would be written over it
        """
        sealer = self.env["legal.key"]._sealer(writing=True)
        place = self._place(name)
        for record in self:
            value = record[name]
            # sudo: see _compute_sealed
            stored = record.sudo()
            old = stored[f"{name}_sealed"]
            if value and old and value == record._opened(sealer, name, old):
                continue
            if is_sealed(value):
                raise UserError(self.env._("This text cannot be entered here."))
            stored.write(
                {
                    f"{name}_sealed": sealer.seal(value, place) if value else False,
                    f"{name}_index": sealer.index(value, place) if value else False,
                }
            )

    def _search_sealed(self, name, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        sealer = self.env["legal.key"]._sealer()
        place = self._place(name)
        tokens = [
            token
            for text in value
            if isinstance(text, str)
            for token in sealer.indexes(text, place)
        ]
        domain = Domain(f"{name}_index", "in", tokens)
        if any(not text for text in value):  # "is not set"
            domain |= Domain(f"{name}_sealed", "=", False)
        # sudo: the column is nobody's to read; who finds what is the record rules'
        found = self.sudo()._search(~domain if operator == "not in" else domain)
        return [("id", "in", found)]

    # -- rotation ----------------------------------------------------------------------

    @api.model
    def _sealed_models(self):
        """Names of the models with sealed fields."""
        return sorted(
            name
            for name, model in self.env.items()
            if getattr(model, "_sealed", ()) and model._auto and not model._abstract
        )

    @api.model
    def _reseal(self, batch=BATCH):
        """Seal with the current key what an older one sealed, batch by batch.

        Killed anywhere, the next call goes on: what has the current key is done. What
        cannot be opened stays as it is, and is counted.

        :return: {"done": rows, "lost": rows}
        """
        cron = self.env["ir.cron"]
        sealer = self.env["legal.key"]._sealer(writing=True)
        result = {"done": 0, "lost": 0}
        for model_name in self._sealed_models():
            # sudo: the system's own work
            model = self.env[model_name].sudo().with_context(active_test=False)
            for name in model._sealed:
                after = 0
                while True:
                    rows = model.search(
                        [
                            (f"{name}_sealed", "!=", False),
                            (
                                f"{name}_sealed",
                                "not like",
                                f"sealed:1:{sealer.current}:%",
                            ),
                            ("id", ">", after),
                        ],
                        order="id",
                        limit=batch,
                    )
                    if not rows:
                        break
                    after = rows[-1].id
                    result["done"] += rows._reseal_rows(sealer, name, result)
                    cron._commit_progress(len(rows))
        return result

    def _reseal_rows(self, sealer, name, result):
        done = 0
        place = self._place(name)
        for record in self:
            try:
                value = sealer.open(record[f"{name}_sealed"], place)
            except (KeyLost, Damaged):
                result["lost"] += 1
                continue
            record.write(
                {
                    f"{name}_sealed": sealer.seal(value, place),
                    f"{name}_index": sealer.index(value, place),
                }
            )
            done += 1
        return done
