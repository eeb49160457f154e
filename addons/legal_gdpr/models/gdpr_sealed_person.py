"""Sealed fields in the work on a person: mapped, found, told in clear, erased."""

from odoo import api, models

from ..tools.sealed import SealError


def _plain_name(model, name):
    """The sealed field whose column ``name`` is, or None."""
    plain, _underscore, _end = name.rpartition("_")
    return plain if plain in getattr(model, "_sealed", ()) else None


class GdprFieldMap(models.Model):
    _inherit = "gdpr.field.map"

    def _found(self):
        """Of a sealed value everything is the person's; its index tells nobody."""
        for values in super()._found():
            model = self.env[values["model"]]
            plain = _plain_name(model, values["field"])
            if plain:
                column = values["field"] == f"{plain}_sealed"
                values |= {
                    "role": "content",
                    "category": model._sealed_category,
                    "special": model._sealed_special,
                    "label": model._fields[plain].string,
                    "on_access": "export" if column else "leave",
                    "on_erasure": "empty",
                    "keep_reason": None,
                    "source": "declared",
                }
            yield values


class GdprFinder(models.AbstractModel):
    _inherit = "gdpr.finder"

    @api.model
    def _text_columns(self):
        """In an envelope there is no text; see ``_mentions``."""
        columns = {}
        for model_name, named in super()._text_columns().items():
            model = self.env[model_name]
            kept = [one for one in named if not _plain_name(model, one[0])]
            if kept:
                columns[model_name] = kept
        return columns

    @api.model
    def _mentions(self, subject, found):
        super()._mentions(subject, found)
        sought = self._sought(subject)
        if not sought:
            return
        sealer = self.env["legal.key"]._sealer()
        for model, name in self.env["gdpr.sealing"]._columns():
            column = f"{name}_sealed"
            # sudo: as all of the search
            records = model.sudo().with_context(active_test=False)
            for record in records.search([(column, "!=", False)]):
                try:
                    text = sealer.open(record[column], model._place(name))
                except SealError:
                    continue
                if self._kinds_in(text, sought):
                    found.put(
                        model._name,
                        record.id,
                        "mention",
                        f"{model._name}.{name}",
                        column,
                        confirmed=False,
                    )


class GdprExport(models.Model):
    _inherit = "gdpr.export"

    def _plan(self, item, record):
        """The answer tells what is in an envelope, not the envelope."""
        plan = []
        for field, label, choices in super()._plan(item, record):
            plain = _plain_name(record, field.name)
            if not plain:
                plan.append((field, label, choices))
            elif field.name == f"{plain}_sealed":
                field = record._fields[plain]
                label = field.get_description(record.env, ["string"])["string"]
                if field.type == "selection":
                    choices = dict(field._description_selection(record.env))
                plan.append((field, label, choices))
        return plan


class GdprErasure(models.AbstractModel):
    _inherit = "gdpr.erasure"

    @api.model
    def _text_fields(self, model, names=()):
        return [
            field
            for field in super()._text_fields(model, names)
            if not _plain_name(model, field.name)
        ]

    @api.model
    def _redact_texts(self, records, redactor, names=()):
        """A sealed text that names the person is opened, redacted and sealed again; one
        that cannot be opened is emptied."""
        changed = super()._redact_texts(records, redactor, names)
        if not redactor:
            return changed
        sealer = self.env["legal.key"]._sealer()
        for name in getattr(records, "_sealed", ()):
            column = f"{name}_sealed"
            if names and column not in names:
                continue
            for record in records:
                if not record[column]:
                    continue
                try:
                    text = sealer.open(record[column], record._place(name))
                except SealError:
                    new = False
                else:
                    new = redactor.text(text)
                    if new == text:
                        continue
                    if record._fields[name].type not in ("char", "text"):
                        new = False
                record._store_sealed(name, new)
        return changed

    @api.model
    def _unlink_people(self, records, partner_ids):
        """What is sealed on a record of the person goes with the link to the person."""
        sealed = getattr(records, "_sealed", ())
        if sealed and partner_ids and "partner_id" in records._fields:
            own = records.filtered(lambda record: record.partner_id.id in partner_ids)
            for name in sealed:
                for record in own:
                    record._store_sealed(name, False)
        return super()._unlink_people(records, partner_ids)
