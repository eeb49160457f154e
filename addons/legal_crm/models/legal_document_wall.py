from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

from .legal_access_mixin import LegalAccessMixin


class LegalDocumentWall(models.AbstractModel):
    """What hangs on a document is read by whoever may read the document.

    Messages, activities, followers and their like name their document by its model
    and id. Core lets authors, recipients and assigned people read them whatever
    became of the document, and the administrator all of them. A model of that kind
    inherits this, before its own name in ``_inherit``, and has the one global rule
    ``[("legal_open", "=", True)]``.

    Asked is only what the readers' key says (``legal_readable``): what core's own
    rules say of documents without a matter stays core's affair. Nothing is loaded to
    find out: the question is a condition of the database, on the primary keys of the
    documents.
    """

    _name = "legal.document.wall"
    _description = "Read With Its Document"

    _gdpr_none = "stores nothing"

    #: the fields with the model and the id of the document
    _wall_document = ("res_model", "res_id")
    #: the field with the message that has them, where it is not the record itself
    _wall_message = None

    legal_open = fields.Boolean(
        string="Readable by Me",
        compute="_compute_legal_open",
        compute_sudo=False,
        search="_search_legal_open",
        export_string_translation=False,
    )

    @api.depends(lambda self: self._wall_depends())
    @api.depends_context("uid")
    def _compute_legal_open(self):
        # Rules ask this as superuser: the user is env.uid all the same. A record that
        # is only being typed in says nothing that its author does not know.
        stored = self.filtered("id")
        (self - stored).legal_open = True
        if not stored:
            return
        if self.env.uid == SUPERUSER_ID:
            stored.legal_open = True
            return
        query = (
            stored.sudo()
            .with_context(active_test=False)
            ._search(
                Domain("id", "in", stored.ids) & self._wall_domain(),
                bypass_access=True,
            )
        )
        open_ids = set(query.get_result_ids())
        for record in stored:
            record.legal_open = record.id in open_ids

    @api.model
    def _wall_depends(self):
        return [self._wall_message] if self._wall_message else list(self._wall_document)

    def _search_legal_open(self, operator, value):
        if operator != "in" or list(value) != [True]:
            return NotImplemented
        return self._wall_domain()

    @api.model
    def _wall_domain(self):
        return self._document_domain(*self._wall_document, self._wall_message)

    @api.model
    def _document_domain(self, model_field, id_field, message_field=None):
        """The rows whose document the user may read, also of a model that does not
        inherit this.

        :param str model_field: the field with the model of the document
        :param str id_field: the field with its id
        :param message_field: the many2one to ``mail.message`` that has the two instead
        """
        if self.env.uid == SUPERUSER_ID:
            return Domain.TRUE

        def to_sql(model, alias, query):
            if not message_field:
                return self._wall_condition(
                    model._field_to_sql(alias, model_field, query),
                    model._field_to_sql(alias, id_field, query),
                )
            messages = self.env["mail.message"]
            names = [
                SQL.identifier("wall_message", name, to_flush=messages._fields[name])
                for name in messages._wall_document
            ]
            message_id = model._field_to_sql(alias, message_field, query)
            return SQL(
                "(%s IS NULL OR EXISTS (SELECT 1 FROM mail_message wall_message"
                " WHERE wall_message.id = %s AND %s OFFSET 0))",
                message_id,
                message_id,
                self._wall_condition(*names),
            )

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _wall_condition(self, name, res_id):
        """Whether the current user may read the document ``(name, res_id)``.

        :param SQL name: the expression of the document's model
        :param SQL res_id: the expression of its id
        :return: ``SQL``. A sub-select per model, on the document's primary key: of a
            million matters only those are looked at that the rows point at. A
            document that is gone is nobody's.
        """
        keyed = self._wall_models()
        cases = [
            SQL("%s IS NULL", name),
            SQL("%s NOT IN %s", name, tuple(keyed)),
            SQL("COALESCE(%s, 0) = 0", res_id),
        ]
        for model_name, documents in keyed.items():
            # sudo: as in a rule, the condition itself is for env.uid
            inside = (
                documents.sudo()
                .with_context(active_test=False)
                ._search(
                    documents._search_legal_readable("in", [True]), bypass_access=True
                )
            )
            if inside.is_empty():
                continue
            inside.add_where(SQL("%s = %s", SQL.identifier(inside.table, "id"), res_id))
            # OFFSET: or PostgreSQL reads all matters into a hash, for thirty messages
            cases.append(
                SQL(
                    "(%s = %s AND EXISTS (%s OFFSET 0))",
                    name,
                    model_name,
                    inside.select(SQL("1")),
                )
            )
        return SQL("(%s)", SQL(" OR ").join(cases))

    @api.model
    def _wall_models(self):
        """The stored models with a key, by name: the documents that have a wall."""
        return {name: self.env[name] for name in self._wall_names()[0]}

    @api.model
    @ormcache()
    def _wall_names(self):
        """The names of the keyed models, and of those that hang on them."""
        # Nothing hangs on a row of an SQL view: it is read anew for each question.
        stored = [
            name
            for name in sorted(self.env.registry)
            for model in [self.env[name]]
            if model._auto and not (model._abstract or model._transient)
        ]
        return tuple(
            tuple(name for name in stored if isinstance(self.env[name], kind))
            for kind in (LegalAccessMixin, LegalDocumentWall)
        )

    @api.model
    def _wall_forget(self):
        """Readers changed: what was found out in this transaction is no longer sure."""
        for name in self._wall_names()[1]:
            self.env[name].invalidate_model(["legal_open", "display_name"], flush=False)

    @api.depends("legal_open")
    @api.depends_context("uid")
    def _compute_display_name(self):
        """Odoo reads the name behind a many2one as superuser: no rule hides it."""
        result = super()._compute_display_name()
        for record in self.filtered(lambda record: not record.legal_open):
            record.display_name = self.env._("Confidential")
        return result
