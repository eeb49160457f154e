from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ConcurrencyError, LockError
from odoo.fields import Domain
from odoo.tools import SQL

#: Given as a context value by the suite's own code to say that it writes a guarded
#: field on purpose. A caller over RPC cannot send this very object.
UNLOCK = object()


class LegalAccessMixin(models.AbstractModel):
    """Need to know: the stored key of who may see a record.

    A model with a matter inherits this, and its one rule is
    ``[("legal_readable", "=", True)]``. The key comes from the matter named by
    ``_access_matter_field``; ``legal.matter`` overrides ``_get_access_lists``.
    """

    _name = "legal.access.mixin"
    _description = "Readers of a Matter"

    #: the many2one that names the matter; None where the record is the matter itself
    _access_matter_field = "matter_id"
    #: who may read something of a matter at all; the key decides on which
    _access_groups = "legal_crm.group_assistant"
    #: whether ``_access_groups`` are asked for records without a matter as well
    _access_role_always = False

    access_list_id = fields.Many2one(
        "legal.access.list",
        string="Readers",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Empty: everybody in the firm with a legal role.",
    )
    legal_readable = fields.Boolean(
        string="Readable by Me",
        compute="_compute_legal_readable",
        compute_sudo=False,
        search="_search_legal_readable",
        export_string_translation=False,
    )

    @api.depends("access_list_id")
    @api.depends_context("uid")
    def _compute_legal_readable(self):
        # Record rules evaluate this as superuser: the user is env.uid all the same.
        records_sudo = self.sudo()
        readable = set(records_sudo.access_list_id._readable_by(self.env.uid)._ids)
        has_role = self._has_access_role()
        for record, record_sudo in zip(self, records_sudo, strict=True):
            list_id = record_sudo.access_list_id.id
            record.legal_readable = (not list_id or list_id in readable) and (
                has_role or not record_sudo._access_needs_role()
            )

    def _search_legal_readable(self, operator, value):
        if operator != "in" or list(value) != [True]:
            return NotImplemented
        readable = Domain("access_list_id", "=", False) | Domain(
            "access_list_id",
            "in",
            self.env["legal.access.list"]._readable_sql(self.env.uid),
        )
        if self._has_access_role():
            return readable
        if self._access_role_always or not self._access_matter_field:
            return Domain.FALSE
        # What belongs to no matter, and seems to belong to none, is not our business.
        return Domain(self._access_matter_field, "=", False) & Domain(
            "access_list_id", "=", False
        )

    # -- what the rules look at is read along with whatever else is ------------------

    @api.model
    def search_fetch(self, domain, field_names=None, *args, **kwargs):
        field_names = self._with_rule_fields(field_names)
        return super().search_fetch(domain, field_names, *args, **kwargs)

    def fetch(self, field_names=None):
        return super().fetch(self._with_rule_fields(field_names))

    @api.model
    def _with_rule_fields(self, field_names):
        """Checking the records later then needs no second query for the same rows."""
        if not field_names or self.env.uid == SUPERUSER_ID:
            return field_names
        rule_fields = ["access_list_id"]
        if "company_id" in self._fields and self._fields["company_id"].store:
            rule_fields.append("company_id")
        return [*field_names, *rule_fields]

    @api.model
    def _has_access_role(self):
        """Whether the user has a role that reads matters (or runs the system)."""
        return self.env.uid == SUPERUSER_ID or self.env.user.has_groups(
            self._access_groups
        )

    def _access_needs_role(self):
        """Whether only people with a role (``_access_groups``) may read the record."""
        field = self._access_matter_field
        record_sudo = self.sudo()  # whether there is a matter, not which
        return bool(
            self._access_role_always
            or not field
            or record_sudo[field]
            or record_sudo.access_list_id
        )

    @api.depends("access_list_id")
    @api.depends_context("uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        self._hide_names()
        return result

    def _hide_names(self):
        """Put the number of the matter in place of names the user must not see.

        Odoo reads the name of a many2one as superuser, so no rule hides it. A model
        that computes its own names calls this at the end, and depends on
        ``access_list_id`` and the context's ``uid``.
        """
        for record in self._name_hidden():
            record.display_name = record._hidden_name()

    def _name_hidden(self):
        """The records whose name the user must not see, wherever it appears."""
        if self.env.uid == SUPERUSER_ID:
            return self.browse()
        return self.filtered(lambda record: not record.legal_readable)

    def _hidden_name(self):
        """What stands in place of a name that is hidden."""
        field = self._access_matter_field
        # sudo: the number alone, which tells nothing of the case
        matter_sudo = self.sudo()[field] if field else self.sudo()
        return matter_sudo.number or self.env._("Confidential")

    def _access_matter_id(self):
        """The id of the matter of this record, or 0."""
        self.ensure_one()
        field = self._access_matter_field
        # sudo: the number is written into logs, whoever reads the matter
        return (self.sudo()[field] if field else self).id or 0

    def _get_access_lists(self):
        """Map each record's id to the id of its list of readers, or False."""
        field = self._access_matter_field
        # The key is copied, not shown: a user who may not read the matter must
        # still not be able to make a child that others can read.
        return {
            record.id: record.sudo()[field].access_list_id.id or False
            for record in self
        }

    def _sync_access_lists(self):
        """Store the key again after the matter, or its readers, changed."""
        by_list = {}
        for record_id, list_id in self._get_access_lists().items():
            by_list.setdefault(list_id, []).append(record_id)
        for list_id, ids in by_list.items():
            stale = self.browse(ids).filtered(
                lambda r, list_id=list_id: r.sudo().access_list_id.id != (list_id)
            )
            if stale:
                stale._store_access_list(list_id)

    def _store_access_list(self, list_id):
        # sudo: the key follows the matter, whatever the writer's rights. This class's
        # own ``write``, which drops a key given from outside, is passed by.
        unlocked = self.sudo().with_context(legal_unlock=UNLOCK)
        return super(LegalAccessMixin, unlocked).write({"access_list_id": list_id})

    @api.model_create_multi
    def create(self, vals_list):
        field = self._access_matter_field
        matter_ids = {v[field] for v in vals_list if field and v.get(field)}
        self._check_target_matters(matter_ids)
        # sudo: the key is copied from the matter, whose readers were just checked
        matters = self.env["legal.matter"].sudo().browse(matter_ids)
        for vals in vals_list:
            vals.pop("access_list_id", None)
            if field and vals.get(field):
                matter = matters.browse(vals[field])
                vals["access_list_id"] = matter.access_list_id.id
        records = super().create(vals_list)
        records._take_defaulted_matters(vals_list)
        return records

    def _take_defaulted_matters(self, vals_list):
        """A matter that nobody named, but that came as a default, counts the same."""
        field = self._access_matter_field
        if not field or not self._fields[field].store:
            return
        # sudo: which matter it is; who makes the record is asked about it next
        defaulted = self.sudo().browse(
            record.id
            for record, vals in zip(self, vals_list, strict=True)
            if not vals.get(field) and record.sudo()[field]
        )
        if defaulted:
            self._check_target_matters(set(defaulted[field].ids))
            defaulted._sync_access_lists()

    def _check_target_matters(self, matter_ids):
        """Nobody puts anything into a matter he may not read.

        A rule looks at a record before a change; the new matter is looked at here.
        """
        if matter_ids:
            self.env["legal.matter"].browse(matter_ids).check_access("read")

    def write(self, vals):
        if "access_list_id" in vals:
            vals = {k: v for k, v in vals.items() if k != "access_list_id"}
        if self._access_matter_field and vals.get(self._access_matter_field):
            self._check_target_matters([vals[self._access_matter_field]])
        result = super().write(vals)
        if self._access_matter_field in vals:
            self._sync_access_lists()
        return result

    def _lock_or_retry(self):
        """Lock these rows, or let the server try the whole request again.

        Two colleagues press the same button at once: the second should read what the
        first did, and not that a lock was busy.
        """
        try:
            self.lock_for_update()
        except LockError as error:
            raise ConcurrencyError(str(error)) from error

    @api.model
    def _access_children(self):
        """The models whose readers are those of their matter, as (model, field).

        The field is the stored one that names the matter. A view of the database
        stores no key: it shows that of the tables below it.
        """
        children = []
        for name in self.env.registry:
            model = self.env[name]
            if (
                isinstance(model, LegalAccessMixin)
                and not model._abstract
                and not model._transient
                and model._auto
                and model._access_matter_field
            ):
                field = model._fields.get(model._access_matter_field)
                if field and field.store:
                    children.append((model, field))
        return children

    @api.model
    def _push_access_list(self, matter_ids, list_id):
        """Give every record of these matters the key ``list_id``, set-wise."""
        for model, field in self._access_children():
            model.flush_model([field.name, "access_list_id"])
            self.env.cr.execute(
                SQL(
                    """UPDATE %s SET access_list_id = %s
                        WHERE %s IN %s AND access_list_id IS DISTINCT FROM %s""",
                    SQL.identifier(model._table),
                    list_id or None,
                    SQL.identifier(field.name),
                    tuple(matter_ids),
                    list_id or None,
                )
            )
            model.invalidate_model(["access_list_id", "legal_readable"])
        for model, _field in self._access_children():
            model._access_list_pushed(matter_ids)
        for name in self.env.registry:
            model = self.env[name]
            if isinstance(model, LegalAccessMixin) and not model._auto:
                model.invalidate_model(["access_list_id", "legal_readable"])

    @api.model
    def _access_list_pushed(self, matter_ids):
        """Hook: the readers of these matters changed, and those of their records.

        A model with records that take their key from a matter they do not (yet) belong
        to stores it here.
        """
