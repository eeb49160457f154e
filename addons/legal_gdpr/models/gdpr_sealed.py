import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import NO_ACCESS, Domain

from ..tools.sealed import KeyLost, Sealer, SealError, is_sealed

_logger = logging.getLogger(__name__)


def sealed(kind, name, **options):
    """A field (``kind``, as ``fields.Char``) whose value is sealed; see the mixin."""
    return kind(
        compute="_compute_sealed",
        inverse=lambda records: records._seal(name),
        search=lambda records, operator, value: records._search_sealed(
            name, operator, value
        ),
        copy=False,
        **options,
    )


def envelope():
    """The column that a sealed field stands in."""
    return fields.Text(groups=NO_ACCESS, copy=False, prefetch=True)


def index():
    """The column by which an exact value is found."""
    return fields.Char(groups=NO_ACCESS, copy=False, index="btree_not_null")


class LegalKey(models.AbstractModel):
    _inherit = "legal.key"

    @api.model
    def _sealer(self, writing=False):
        """What seals and opens values of the database.

        :param writing: a new key is made at the first need of an installation
        :raises UserError: for writing, there is no usable key
        """
        if not writing:
            ring = self._for_reading()
        else:
            try:
                ring = self._for_writing()
            except UserError as error:
                raise UserError(
                    self.env._(
                        "What is entered here is stored encrypted, and that is not "
                        "possible now. %s",
                        str(error),
                    )
                ) from error
        return Sealer(ring.keys, ring.current)

    @api.model
    def _was_used(self):
        # no second key file where the first one is only missing
        return super()._was_used() or self.env["gdpr.sealing"]._was_used()


class GdprSealedMixin(models.AbstractModel):
    """Fields whose values are sealed in the database (art. 32(1)(a) GDPR).

    A model names them in ``_sealed``; each has two columns beside it, that nobody reads
    or writes over RPC::

        _sealed = ("document_number",)
        document_number = sealed(fields.Char, "document_number", string="Number")
        document_number_sealed = envelope()
        document_number_index = index()

    A text, a day or a choice. Only equal values can be searched for, whatever their
    spaces and case. Nothing of it is tracked.
    """

    _name = "gdpr.sealed.mixin"
    _description = "Record with Sealed Fields"

    _gdpr_none = "stores nothing itself"

    _sealed = ()
    #: what the map says of them: the category, and whether art. 9 GDPR speaks of it
    _sealed_category = "other"
    _sealed_special = False
    #: whether the files of its records are sealed whatever their matter says
    _seal_files = False

    sealed_problem = fields.Char(
        string="Cannot Be Read",
        compute="_compute_sealed_problem",
        help="Why some of what was entered is not shown.",
    )

    def _place(self, name):
        return f"{self._name}.{name}"

    @api.depends(lambda self: tuple(f"{name}_sealed" for name in self._sealed))
    def _compute_sealed(self):
        sealer = self.env["legal.key"]._sealer()
        for record in self:
            # sudo: who may read the field is asked of the field, not of its column
            stored = record.sudo()
            for name in self._sealed:
                record[name] = record._shown(sealer, name, stored[f"{name}_sealed"])

    @api.depends(lambda self: tuple(f"{name}_sealed" for name in self._sealed))
    def _compute_sealed_problem(self):
        sealer = self.env["legal.key"]._sealer()
        for record in self:
            problems = dict.fromkeys(
                self._in_words(error) for error in record._unopened(sealer).values()
            )
            record.sealed_problem = " ".join(problems) or False

    def _unopened(self, sealer):
        """{name of a field: why its value cannot be opened}"""
        self.ensure_one()
        found = {}
        for name in self._sealed:
            # sudo: whether it opens, not what it says
            stored = self.sudo()[f"{name}_sealed"]
            try:
                if stored:
                    sealer.open(stored, self._place(name))
            except SealError as error:
                found[name] = error
        return found

    @api.model
    def _in_words(self, error):
        if isinstance(error, KeyLost):
            return self.env._(
                "Stored encrypted; the key %s is missing. Ask your administrator to "
                "put the key file back from the backup.",
                error.key_id,
            )
        return self.env._(
            "Stored encrypted, and damaged. Ask your administrator to restore it from "
            "the backup."
        )

    def _shown(self, sealer, name, stored):
        """The value; of a text that cannot be opened, words that say so: a form opens
        anyhow. A day or a choice is then empty."""
        if not stored:
            return False
        field = self._fields[name]
        try:
            text = sealer.open(stored, self._place(name))
        except SealError as error:
            if not isinstance(error, KeyLost):
                _logger.error("%s of %s cannot be opened", name, self)
            return self._in_words(error) if field.type in ("char", "text") else False
        if field.type == "date":
            return fields.Date.to_date(text)
        if field.type == "selection" and text not in field.get_values(self.env):
            return False  # a choice that is not offered any more
        return text

    @api.model
    def _to_text(self, value):
        return fields.Date.to_string(value) if hasattr(value, "isoformat") else value

    def _seal(self, name):
        """The inverse of one field: seal what was entered.

        :raises UserError: there is no key; or the old value cannot be read, and would
            be written over
        """
        sealer = self.env["legal.key"]._sealer()
        for record in self:
            value = record[name]
            # sudo: see _compute_sealed
            old = record.sudo()[f"{name}_sealed"]
            if (value or False) == record._shown(sealer, name, old):
                continue
            if old and name in record._unopened(sealer):
                raise UserError(self._not_over(name))
            if is_sealed(value):
                raise UserError(self.env._("This text cannot be entered here."))
            record._store_sealed(name, self._to_text(value))

    def _store_sealed(self, name, text):
        """Put ``text`` in the place of a field of one record; False empties it.

        :raises UserError: there is no key
        """
        sealer = self.env["legal.key"]._sealer(writing=True) if text else None
        place = self._place(name)
        # sudo: see _compute_sealed
        self.sudo().write(
            {
                f"{name}_sealed": sealer.seal(text, place) if text else False,
                f"{name}_index": sealer.index(text, place) if text else False,
            }
        )

    def _not_over(self, name):
        return self.env._(
            "“%s” holds something that cannot be read now, and is not written over. "
            "Ask your administrator to put the key file back from the backup. If the "
            "key is lost for good, choose “Give Up What Cannot Be Read”, and enter it "
            "again.",
            self._fields[name].get_description(self.env, ["string"])["string"],
        )

    def write(self, vals):
        # whoever empties the column (an erasure) leaves no trace of it in the index
        for name in self._sealed:
            if f"{name}_sealed" in vals and not vals[f"{name}_sealed"]:
                vals = {**vals, f"{name}_index": False}
        return super().write(vals)

    def action_give_up_sealed(self):
        """Empty the fields that cannot be opened, and those only, for good.

        :raises AccessError: an assistant asks
        :raises UserError: the key file as a whole is away, which can be put back
        """
        self.check_access("write")
        if not self.env.su and not self.env.user.has_groups(
            "legal_crm.group_lawyer,legal_crm.group_compliance"
        ):
            raise AccessError(
                self.env._(
                    "What cannot be read is given up by a lawyer or the compliance "
                    "officer."
                )
            )
        sealer = self.env["legal.key"]._sealer(writing=True)
        for record in self:
            lost = record._unopened(sealer)
            if lost:
                _logger.warning("Given up by user %s: %s of %s", self.env.uid,
                                ", ".join(lost), record)  # fmt: skip
                # sudo: see _compute_sealed
                record.sudo().write({f"{name}_sealed": False for name in lost})

    def _search_sealed(self, name, operator, value):
        if operator not in ("in", "not in"):
            if "like" in operator:
                raise UserError(
                    self.env._(
                        "“%s” is stored encrypted: only the whole value can be "
                        "searched for, with “is equal to”.",
                        self._fields[name].get_description(self.env, ["string"])[
                            "string"
                        ],
                    )
                )
            return NotImplemented
        sealer = self.env["legal.key"]._sealer()
        place = self._place(name)
        tokens = [
            token
            for one in value
            if isinstance(text := self._to_text(one), str)
            for token in sealer.indexes(text, place)
        ]
        domain = Domain(f"{name}_index", "in", tokens)
        if any(not text for text in value):  # "is not set"
            domain |= Domain(f"{name}_sealed", "=", False)
        # sudo: the column is nobody's to read; who finds what is the record rules'
        found = (
            self.sudo()
            .with_context(active_test=False)
            ._search(~domain if operator == "not in" else domain)
        )
        return [("id", "in", found)]
