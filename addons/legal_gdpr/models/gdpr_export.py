import hashlib
import hmac
import json
import logging
import re
import secrets
import tempfile
import zipfile
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS

_logger = logging.getLogger(__name__)

SCHEMA = "legal-gdpr-export/1"
LIFETIME = timedelta(days=30)
BATCH = 500
DISCLOSED = ("disclose", "redact")
#: fields that carry a person's own words or data from the person (Art. 20)
PROVIDED = ("identifier", "content", "free_text")
_MASK = "[…]"


class GdprExport(models.Model):
    """The answer as a file: JSON, the files, and the information of Art. 15(1) as PDF.

    It holds what was decided to be told and nothing else; it is a copy of personal
    data, so it expires. The JSON is::

        {"schema": "legal-gdpr-export/1", "request": "DS/2026/0001",
         "kind": "access" | "portability", "created": "2026-11-25T10:00:00Z",
         "items": [{"kind": "Contact", "model": "res.partner", "id": 7,
                    "redacted": false,
                    "fields": {"email": {"label": "E-mail", "value": "..."}},
                    "file": "files/12 letter.pdf" | null}],
         "withheld": [{"ground": "mandate", "count": 3}]}

    Times are UTC. In ``redacted`` items names of other people read ``[…]``.
    """

    _name = "gdpr.export"
    _description = "Export for a Data Subject"
    _order = "id desc"

    _gdpr_data = {
        "request_id": "the person's request",
        "attachment_id": "copy of the person's data",
    }

    _access_exempt = "its file holds what readers decided to tell, for the officer"

    request_id = fields.Many2one(
        "gdpr.request", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="request_id.company_id", store=True)
    state = fields.Selection(
        [("building", "Being built"), ("ready", "Ready"), ("expired", "Expired")],
        required=True,
        readonly=True,
        default="building",
        index=True,
    )
    attachment_id = fields.Many2one(
        "ir.attachment", string="File", readonly=True, ondelete="set null"
    )
    item_count = fields.Integer(readonly=True, string="Disclosed")
    withheld_count = fields.Integer(readonly=True, string="Withheld")
    left_out = fields.Integer(
        readonly=True,
        string="Files Left Out",
        help="Files that are disclosed without names of others: the file itself shows "
        "them. Hand over a blackened copy.",
    )
    expires_on = fields.Datetime(readonly=True)
    downloads = fields.Integer(readonly=True)
    token_hash = fields.Char(copy=False, groups=NO_ACCESS)

    _token_uniq = models.UniqueIndex("(token_hash) WHERE token_hash IS NOT NULL")

    @api.depends("request_id")
    def _compute_display_name(self):
        for export in self:
            export.display_name = export.request_id.name

    # -- building ----------------------------------------------------------------------

    @api.model
    def _start(self, request):
        """Build the export of a released request, at once or by the scheduled action.

        :return: the export
        """
        export = self.create({"request_id": request.id})
        if len(request.subject_id.item_ids) <= BATCH:
            export._build()
        else:
            # sudo: whoever released it lets it begin at once
            self.env.ref("legal_gdpr.cron_export").sudo()._trigger()
        return export

    @api.model
    def _cron_build(self):
        """Build what waits; destroy what expired. Each file is a transaction."""
        cron = self.env["ir.cron"]
        # sudo: the system's own work
        exports = self.sudo()
        waiting = exports.search([("state", "=", "building")])
        over = exports.search(
            [("state", "=", "ready"), ("expires_on", "<=", fields.Datetime.now())]
        )
        cron._commit_progress(remaining=len(waiting) + len(over))
        for export in over:
            export._expire()
            cron._commit_progress(1)
        for export in waiting:
            try:
                with self.env.cr.savepoint():
                    export._build()
            except Exception:  # one that fails must not hold up the others
                _logger.exception("Export %s could not be built", export.id)
            if not cron._commit_progress(1):
                return

    def _build(self):
        """Write the ZIP to a file, batch by batch, and keep it as attachment.

        Runs as superuser: each finding was decided by somebody who may read it, and
        whoever releases the answer need not be a reader of all of them.
        """
        self.ensure_one()
        request = self.request_id
        items = request.subject_id.item_ids
        told = items.filtered(
            lambda item: item.access_decision in DISCLOSED and item.confirmed
        )
        if request.kind == "portability":
            # what the person provided, and not what the firm wrote
            told = told.filtered(lambda item: item.edge == "owned")
        counts = {}
        for item in items.filtered(lambda item: item.access_decision == "withhold"):
            counts[item.access_ground] = counts.get(item.access_ground, 0) + 1
        left_out = 0
        with tempfile.NamedTemporaryFile(suffix=".zip") as target:
            with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
                with tempfile.TemporaryFile("w+", encoding="utf-8") as text:
                    left_out = self._write_json(text, archive, told, counts)
                    text.seek(0)
                    with archive.open("data.json", "w") as entry:
                        while chunk := text.read(1 << 20):
                            entry.write(chunk.encode())
                archive.writestr("information.pdf", self._information())
            target.flush()
            target.seek(0)
            content = target.read()
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"{request.name.replace('/', '-')}.zip",
                "raw": content,
                "mimetype": "application/zip",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        self._legal_unlocked().write(
            {
                "state": "ready",
                "attachment_id": attachment.id,
                "item_count": len(told),
                "withheld_count": sum(counts.values()),
                "left_out": left_out,
                "expires_on": fields.Datetime.now() + LIFETIME,
            }
        )
        self.env["legal.access.log"]._log(
            "export", self, quantity=len(told), detail="built"
        )

    def _write_json(self, text, archive, told, counts):
        """The items one by one; a batch's cache is dropped before the next.

        :return: how many files were left out
        """
        request = self.request_id
        head = {
            "schema": SCHEMA,
            "request": request.name,
            "kind": request.kind,
            "created": fields.Datetime.now().isoformat() + "Z",
        }
        text.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "items": [\n')
        left_out, first, plans = 0, True, {}
        lang = request.lang or request.company_id.partner_id.lang
        subject = request.subject_id
        own = subject.partner_id | subject._own_partners()
        for model, items in told.with_context(lang=lang).grouped("res_model").items():
            if model not in self.env:
                continue
            # sudo: the name of a kind of record
            kind = self.env["ir.model"].with_context(lang=lang).sudo()._get(model).name
            for start in range(0, len(items), BATCH):
                batch = items[start : start + BATCH]
                records = (
                    self.env[model]
                    .with_context(lang=lang, active_test=False)
                    .browse(batch.mapped("res_id"))
                    .exists()
                )
                by_id = {record.id: record for record in records}
                redacted = batch.filtered(lambda item: item.access_decision == "redact")
                masks = self._masks(
                    records.browse(i for i in redacted.mapped("res_id") if i in by_id),
                    own,
                )
                for item in batch:
                    record = by_id.get(item.res_id)
                    if record is None:
                        continue
                    key = model, item.field_names
                    if key not in plans:
                        plans[key] = self._plan(item, record)
                    row, omitted = self._row(
                        item, record, kind, plans[key], masks.get(record.id), archive
                    )
                    left_out += omitted
                    text.write("" if first else ",\n")
                    text.write(json.dumps(row, ensure_ascii=False, default=str))
                    first = False
                records.invalidate_recordset(flush=False)
        withheld = [
            {"ground": ground, "count": count} for ground, count in counts.items()
        ]
        text.write(f'\n], "withheld": {json.dumps(withheld)}}}\n')
        return left_out

    def _row(self, item, record, kind, plan, mask, archive):
        """({the item for JSON}, whether its file was left out)

        :param kind: the name of the model; ``model_label`` of the item would read the
            names of all records with it
        :param plan: of ``_plan``
        :param mask: of ``_masks``, or None
        """
        redact = item.access_decision == "redact"
        shown = {}
        for field, label, choices in plan:
            value = record[field.name]
            if redact and field.relational and not self._is_subject(item, value):
                continue
            value = self._value(value, field, choices)
            if mask and isinstance(value, str):
                value = mask.sub(_MASK, value)
            if value not in (False, None, "", []):
                shown[field.name] = {"label": label, "value": value}
        path, omitted = None, False
        if record._name == "ir.attachment" and record.type == "binary":
            content = None if redact else self._content_of(record)
            omitted = content is None
            if content is not None:
                safe = re.sub(r"[^\w. -]", "_", record.name)
                path = f"files/{record.id} {safe}"
                archive.writestr(path, content)
        row = {
            "kind": kind,
            "model": record._name,
            "id": record.id,
            "redacted": redact,
            "fields": shown,
            "file": path,
        }
        return row, omitted

    def _content_of(self, record):
        """The bytes of a file, or None where they cannot be read."""
        try:
            return record.raw or b""
        except UserError:
            _logger.warning("%s cannot be opened and is not in the answer", record)
            return None

    def _fields_of(self, item):
        """The fields that the answer tells of a finding: those found and those that
        the map knows as personal data and part of the answer."""
        names = dict.fromkeys(filter(None, re.split(r"[,\s]+", item.field_names or "")))
        rows = self.env["gdpr.field.map"].search(
            [("model", "=", item.res_model), ("role", "!=", "none")]
        )
        left = set(rows.filtered(lambda row: row.on_access == "leave").mapped("field"))
        for row in rows:
            names.setdefault(row.field)
        if self.request_id.kind == "portability":
            given = set(rows.filtered(lambda r: r.role in PROVIDED).mapped("field"))
            names = {name: None for name in names if name in given or not rows}
        secret = ("password", "token", "secret", "access_list", "hash")
        return [
            name
            for name in names
            if name not in left and not any(part in name for part in secret)
        ]

    def _plan(self, item, record):
        """``[(field, label, {choice: its name} or None)]`` of what the answer tells of
        such a finding; asked once for all that are alike."""
        plan = []
        for name in self._fields_of(item):
            field = record._fields.get(name)
            if field is None or field.type == "binary":
                continue
            label = field.get_description(record.env, ["string"])["string"]
            choices = None
            if field.type == "selection":
                choices = dict(field._description_selection(record.env))
            plan.append((field, label, choices))
        return plan

    @staticmethod
    def _value(value, field, choices):
        if field.type == "many2one":
            return value.display_name if value else False
        if field.type in ("many2many", "one2many"):
            return value.mapped("display_name")
        if field.type in ("reference", "many2one_reference"):
            return str(value) if value else False
        return value if choices is None else choices.get(value, value)

    @staticmethod
    def _is_subject(item, value):
        subject = item.subject_id
        return value and value._name == "res.partner" and value == subject.partner_id

    def _masks(self, records, own):
        """``{id: pattern}``: the names and addresses of other people near each record.

        :param records: of one model
        :param own: the contacts that are the person
        """
        links = [
            field
            for field in records._fields.values()
            if field.store and field.comodel_name in ("res.partner", "res.users")
        ]
        matters = self.env["gdpr.subject.item"]._matters_of(records)
        near = {}
        for record in records:
            others = set()
            for field in links:
                value = record[field.name]
                if field.comodel_name == "res.users":
                    value = value.partner_id
                others.update(value._ids)
            parties = matters[record.id].party_ids
            others.update(parties.partner_id._ids, parties.contact_id._ids)
            near[record.id] = frozenset(others.difference(own._ids))
        people = self.env["res.partner"].browse(set().union(*near.values()))
        # many records have the same people near them
        patterns = {
            ids: self._pattern(people.browse(ids).with_prefetch(people._ids))
            for ids in set(near.values())
        }
        return {res_id: patterns[ids] for res_id, ids in near.items()}

    def _pattern(self, others):
        """What matches the names and addresses of these contacts, or None."""
        words = set()
        for partner in others:
            words |= {partner.name, partner.email, partner.phone}
            words |= {word for word in (partner.name or "").split() if len(word) > 2}
        own = {
            word.casefold()
            for word in re.split(r"\W+", self.request_id.subject_id.name or "")
            if word
        }
        words = {w for w in words if w and w.casefold() not in own}
        if not words:
            return None
        longest = sorted(words, key=len, reverse=True)
        either = "|".join(map(re.escape, longest))
        return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)

    def _information(self):
        content, _kind = (
            self.env["ir.actions.report"]
            .with_context(lang=self.request_id.lang or self.env.lang)
            ._render_qweb_pdf("legal_gdpr.report_information", self.request_id.ids)
        )
        return content

    # -- handing over ------------------------------------------------------------------

    @api.model
    def _hash(self, token):
        return hashlib.sha256((token or "").encode()).hexdigest()

    def action_link(self):
        """A new secret link for the person; the one before opens nothing any more.

        :raises UserError: it is not ready, or expired
        """
        self.ensure_one()
        self.request_id._need_officer()
        if self.state != "ready":
            raise UserError(self.env._("There is no file to hand over."))
        self.request_id._need_identity()
        token = secrets.token_urlsafe(32)
        # sudo: nobody writes these rows but these methods
        self.sudo().token_hash = self._hash(token)
        return f"{self.get_base_url()}/privacy/answer/{token}"

    def action_show_link(self):
        """The same, to be copied out of a dialog."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Link for the person, shown once"),
                "message": self.action_link(),
                "sticky": True,
            },
        }

    def action_download(self):
        self.ensure_one()
        self.request_id._need_officer()
        if self.state != "ready":
            raise UserError(self.env._("There is no file to hand over."))
        self.env["legal.access.log"]._log("export", self, detail="officer")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
            "target": "self",
        }

    @api.model
    def _by_token(self, token):
        """The export of a link, as superuser, or none. Expired ones are found too."""
        digest = self._hash(token)
        # sudo: whoever has the secret has no session
        export = self.sudo().search([("token_hash", "=", digest)], limit=1)
        if not export or not hmac.compare_digest(export.token_hash, digest):
            return self.sudo().browse()
        return export

    def _is_over(self):
        return self.state != "ready" or self.expires_on <= fields.Datetime.now()

    def _hand_over(self):
        """The bytes, for whoever has the link; noted."""
        self.ensure_one()
        self.downloads += 1
        self.env["legal.access.log"]._log("export", self, detail="link")
        return self.attachment_id.raw

    def _expire(self):
        """Destroy the file. The row stays, and says that there was one."""
        for export in self:
            self.env["gdpr.erasure"]._drop(export.attachment_id)
            export._legal_unlocked().write({"state": "expired"})
