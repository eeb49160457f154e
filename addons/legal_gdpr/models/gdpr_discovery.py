import hashlib
import json

from odoo import api, fields, models
from odoo.tools import SQL, ormcache

from ..tools import classify, words

_PARAMETER = "legal_gdpr.map_fingerprint"
#: what discovery proposes; a person's decision on any of them is never overwritten
_PROPOSED = (
    "role", "category", "special", "criminal", "edge", "on_access", "on_erasure",
    "keep_reason", "source", "reason",
)  # fmt: skip


class GdprFieldMap(models.Model):
    """The map is filled from the registry: the program itself says what it stores."""

    _inherit = "gdpr.field.map"

    @api.model
    def _cron_discover(self):
        """What came with a new application: its fields, its retention periods."""
        self._discover()
        # sudo: the catalogue of drafts is the program's
        self.env["gdpr.retention.rule"].sudo()._sync_catalogue()

    @api.model
    def _discover(self):
        """Bring the map up to what is installed.

        New fields arrive unreviewed, except those that the suite declares and Odoo's
        own marks of who entered a record; fields that are not there any more are
        marked gone; a field whose type changed is to be reviewed again. What somebody
        decided stays.

        :return: the new rows
        """
        # sudo: the map is filled by the program, whoever presses the button
        rows = self.sudo()
        rows.flush_model()
        found = [
            {**facts_row, "state": self._first_state(facts_row)}
            for facts_row in rows._found()
        ]
        payload = json.dumps(found)
        now = fields.Datetime.now()
        source = SQL(
            "jsonb_to_recordset(%s::jsonb) AS f(model text, field text, "
            "field_type text, comodel text, application text, label text, "
            "custom boolean, role text, category text, special boolean, "
            "criminal boolean, edge text, on_access text, on_erasure text, "
            "keep_reason text, source text, reason text, state text)",
            payload,
        )
        rows._refresh_rows(source, now)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO gdpr_field_map (
                    model, field, model_label, label, field_type, comodel, application,
                    custom, role, category, special, criminal, edge, on_access,
                    on_erasure, keep_reason, source, reason, state, found_on, gone,
                    create_uid, write_uid, create_date, write_date)
                SELECT f.model, f.field, m.name,
                       COALESCE(i.field_description,
                                jsonb_build_object('en_US', f.label)),
                       f.field_type, f.comodel, f.application, f.custom, f.role,
                       f.category, f.special, f.criminal, f.edge, f.on_access,
                       f.on_erasure, f.keep_reason, f.source, f.reason, f.state,
                       %(now)s, FALSE, %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM %(source)s
                  LEFT JOIN ir_model m ON m.model = f.model
                  LEFT JOIN ir_model_fields i
                         ON i.model = f.model AND i.name = f.field
                ON CONFLICT (model, field) DO NOTHING
                RETURNING id
                """,
                now=now,
                uid=self.env.uid,
                source=source,
            )
        )
        new_ids = [row[0] for row in self.env.cr.fetchall()]
        rows.invalidate_model()
        self.env.registry.clear_cache()
        # sudo: a parameter of the program
        self.env["ir.config_parameter"].sudo().set_param(
            _PARAMETER, self._fingerprint()
        )
        return self.browse(new_ids)

    @api.model
    def _first_state(self, values):
        known = values["source"] == "declared" and not (
            values["role"] not in ("none", "link")
            and values["on_erasure"] == "keep"
            and not values["keep_reason"]
        )
        return "confirmed" if known else "unreviewed"

    def _refresh_rows(self, source, now):
        """What is in the map already: gone, back, changed, or proposed anew."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE gdpr_field_map r SET gone = TRUE, write_date = %s
                 WHERE NOT r.gone AND NOT EXISTS (
                    SELECT 1 FROM %s WHERE f.model = r.model AND f.field = r.field)
                """,
                now,
                source,
            )
        )
        # A proposal nobody has looked at follows the program, and so does what the
        # suite declares. What was decided by hand only follows a change of type.
        self.env.cr.execute(
            SQL(
                """
                UPDATE gdpr_field_map r SET
                    (%(names)s) = (%(values)s),
                    field_type = f.field_type, comodel = f.comodel,
                    application = f.application, gone = FALSE, write_date = %(now)s,
                    reason = CASE WHEN r.field_type <> f.field_type
                                  THEN %(changed)s ELSE f.reason END,
                    state = CASE WHEN r.field_type <> f.field_type
                                 THEN 'unreviewed' ELSE f.state END
                  FROM %(source)s
                 WHERE f.model = r.model AND f.field = r.field
                   AND (r.field_type <> f.field_type
                        OR (r.reviewed_by_id IS NULL AND r.source <> 'manual'
                            AND (r.gone OR (%(old)s) IS DISTINCT FROM (%(values)s))))
                """,
                names=SQL(", ").join(SQL.identifier(n) for n in _PROPOSED[:-1]),
                values=SQL(", ").join(SQL.identifier("f", n) for n in _PROPOSED[:-1]),
                old=SQL(", ").join(SQL.identifier("r", n) for n in _PROPOSED[:-1]),
                changed=self.env._("The type of the field has changed."),
                now=now,
                source=source,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE gdpr_field_map r SET gone = FALSE, write_date = %s
                  FROM %s
                 WHERE r.gone AND f.model = r.model AND f.field = r.field
                """,
                now,
                source,
            )
        )

        # A language that was loaded since, or a name that was changed.
        self.env.cr.execute(
            SQL(
                """
                UPDATE gdpr_field_map r
                   SET model_label = m.name, label = i.field_description
                  FROM ir_model m, ir_model_fields i
                 WHERE m.model = r.model AND i.model = r.model AND i.name = r.field
                   AND (r.model_label IS DISTINCT FROM m.name
                        OR r.label IS DISTINCT FROM i.field_description)
                """
            )
        )

    def _found(self):
        """A dict of the map's values for each stored field of each stored model."""
        stored = {
            name: list(self._stored_fields(model))
            for name, model in self.env.items()
            if model._auto and not (model._abstract or model._transient)
        }
        people = self._people(stored)
        components = self._components(stored, people)
        titles = self._application_titles()
        reasons = self._reasons()
        for name, of_model in stored.items():
            declared, silence = self._declaration(name)
            near = any(self._links_person(field, people) for field in of_model)
            names = {field.name for field in of_model}
            for field in of_model:
                facts = classify.Facts(
                    model=name,
                    field=field.name,
                    type=field.type,
                    label=field.string or "",
                    comodel=field.comodel_name,
                    required=bool(field.required),
                    cascade=getattr(field, "ondelete", None) == "cascade",
                    translate=bool(getattr(field, "translate", False)),
                    custom=bool(field.manual),
                    on_person=name in people,
                    to_person=field.comodel_name in people,
                    component=(name, field.name) in components,
                    near_person=near,
                    polymorphic=bool(self._model_field(field, names)),
                    declared=declared.get(field.name),
                    silent=self._silence(field, declared, silence),
                )
                proposal = classify.classify(facts)
                application = (field._modules or (self.env[name]._original_module,))[0]
                yield {
                    "model": name,
                    "field": field.name,
                    "field_type": field.type,
                    "comodel": field.comodel_name or None,
                    "application": titles.get(application, application),
                    "label": field.string or field.name,
                    "custom": facts.custom,
                    **{key: getattr(proposal, key) for key in _PROPOSED},
                    "reason": reasons.get(proposal.reason, proposal.reason),
                }

    @api.model
    def _stored_fields(self, model):
        for name, field in model._fields.items():
            if name == "id" or not field.store:
                continue
            if field.type == "one2many" and field.comodel_name not in (
                classify.BASE_PEOPLE
            ):
                continue
            yield field

    @api.model
    def _people(self, stored):
        """The names of the models whose records are people."""
        people = set()
        for name, of_model in stored.items():
            links = [
                field.name
                for field in of_model
                if field.type == "many2one"
                and field.comodel_name in classify.BASE_PEOPLE
                and field.name not in classify.MAGIC
            ]
            identifiers = [
                field.name
                for field in of_model
                if field.type == "char"
                and words.identifies(field.name) == "contact"
                and field.name not in ("website", "reply_to")
            ]
            if classify.is_person_model(name, links, identifiers):
                people.add(name)
        return people

    @api.model
    def _links_person(self, field, people):
        return (
            field.comodel_name in people
            and field.type in ("many2one", "many2many")
            and field.name not in classify.MAGIC
        )

    @api.model
    def _components(self, stored, people):
        """``(model, field)`` of the links to a record that may be a person's own, and
        without which their record cannot be: parts of parts too."""
        own = set(people)
        for name, of_model in stored.items():
            names = {field.name for field in of_model}
            if name in ("mail.message", "mail.activity"):
                own.add(name)
            elif name not in classify.SHARED_MODELS and not classify.is_technical(name):
                if any(self._model_field(field, names) for field in of_model):
                    own.add(name)
        own -= classify.BASE_PEOPLE | {"res.company"}
        links = {
            (name, field.name): field.comodel_name
            for name, of_model in stored.items()
            for field in of_model
            if field.type == "many2one"
            and field.ondelete == "cascade"
            and field.name != "parent_id"
            and not classify.is_technical(name)
            and name not in ("gdpr.subject", "mail.message")
        }
        components, before = set(), None
        while before != len(components):
            before = len(components)
            for (name, field), comodel in links.items():
                if comodel in own:
                    components.add((name, field))
                    if name not in classify.SHARED_MODELS:
                        own.add(name)
        return components

    @api.model
    def _model_field(self, field, names):
        """The field with the model's name, of a field with the id of any document."""
        if field.type == "many2one_reference":
            return field.model_field
        if field.type == "integer" and field.name in ("res_id", "rec_id"):
            for candidate in classify.MODEL_FIELDS:
                if candidate in names:
                    return candidate
        return None

    @api.model
    def _declaration(self, name):
        """``({field: words}, why there is nothing)`` of the suite's own declaration.

        Each class that extends a model may declare its own fields, so all are read; a
        model's saying that it has none does not hold for whoever inherits it.
        """
        declared, nothing = {}, None
        for definition in reversed(type(self.env[name]).__mro__):
            own = vars(definition)
            declared.update(own.get("_gdpr_data") or {})
            if own.get("_gdpr_none") and own.get("_name") == name:
                nothing = own["_gdpr_none"]
        return declared, nothing

    @api.model
    def _silence(self, field, declared, nothing):
        """Why a field of the suite's own holds nothing: its model says so."""
        if field.name in declared or field.manual or not field._modules:
            return None
        if not all(module.startswith("legal_") for module in field._modules):
            return None
        if nothing:
            return nothing
        if not declared:
            return None
        return self.env._("Its application declares the others, and not this one.")

    @api.model
    def _application_titles(self):
        # sudo: the names of what is installed
        modules = (
            self.env["ir.module.module"]
            .sudo()
            .search([("state", "!=", "uninstallable")])
        )
        return {module.name: module.shortdesc or module.name for module in modules}

    @api.model
    def _reasons(self):
        """The words for the codes of ``tools/classify.py``."""
        return {
            "type": self.env._(
                "A number, a day or a choice, on a record of no person."
            ),
            "magic": self.env._(
                "Odoo's own mark of who entered or changed the record, when."
            ),
            "technical": self.env._("Part of the program's own definitions."),
            "file": self.env._("A file may hold anything."),
            "secret": self.env._(
                "Opens something: never disclosed, emptied at an erasure."
            ),
            "identifier": self.env._(
                "Its name says that it identifies or reaches somebody."
            ),
            "free_text": self.env._("Free text may hold anything."),
            "char": self.env._("A line of text into which a name can be written."),
            "catalogue": self.env._(
                "The name of a kind of thing, translated for everybody."
            ),
            "on_person": self.env._("A fact on the record of a person."),
            "declared": self.env._("Declared by its application."),
            "not_person": self.env._("Points at something that is no person."),
            "other_side": self.env._("The other side of a link that has its own row."),
            "component": self.env._("The record is a part of what it points at."),
            "staff": self.env._(
                "Points at who is responsible, not at whom it is about."
            ),
            "shared": self.env._("The record is of several people."),
            "cascade": self.env._("The record cannot be without this person."),
            "same_person": self.env._(
                "The record is this person's, in another application."
            ),
            "employee": self.env._("The record is kept on this employee."),
            "known": self.env._("What this link of Odoo's means is known."),
            "polymorphic": self.env._(
                "Hangs on any record: it is whose that record is."
            ),
            "sensitive": self.env._(
                "Its name speaks of a special category or of offences."
            ),
        }

    @api.model
    def _fingerprint(self):
        """A short text that changes when a field comes, goes or changes its type."""
        digest = hashlib.sha256()
        for name in sorted(self.env.registry):
            model = self.env[name]
            if not model._auto or model._abstract or model._transient:
                continue
            for field_name, field in sorted(model._fields.items()):
                if field.store:
                    digest.update(f"{name}.{field_name}:{field.type};".encode())
        return digest.hexdigest()

    @api.model
    def _is_stale(self):
        # sudo: a parameter of the program
        known = self.env["ir.config_parameter"].sudo().get_param(_PARAMETER)
        return known != self._fingerprint()

    @api.model
    def _discover_if_changed(self):
        """As ``_discover`` when the program changed; the new rows."""
        return self._discover() if self._is_stale() else self.browse()

    def _register_hook(self):
        # After each installation and update: the comparison is cheap, the work is the
        # scheduler's, so that no start of a server waits for it.
        result = super()._register_hook()
        cron = self.env.ref("legal_gdpr.cron_gdpr_discover", raise_if_not_found=False)
        if cron and self._is_stale():
            cron._trigger()
        return result

    @api.model
    @ormcache("model_name")
    def _row_ids(self, model_name):
        domain = [("model", "=", model_name), ("gone", "=", False)]
        return tuple(self.sudo().search(domain, order="field").ids)  # sudo: cached

    @api.model
    def _rows(self, model_name):
        """The map's rows of a model that are there, by field."""
        return self.browse(self._row_ids(model_name))

    @api.model
    def _debt(self):
        """``{model: number of fields that nobody has looked at yet}``."""
        groups = self._read_group(
            [("state", "=", "unreviewed"), ("gone", "=", False)],
            ["model"],
            ["__count"],
        )
        return dict(groups)
