import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

#: what the buttons say, and what follows from the rest
GUARDED = {"state", "version", "published_on", "digest", "company_id"}


class GdprConsentText(models.Model):
    """The words to which somebody agrees, in one language and one version.

    Published words do not change: the hash of what somebody agreed to is his proof and
    the firm's.
    """

    _name = "gdpr.consent.text"
    _description = "Text of a Consent"
    _order = "purpose_id, lang, version desc"

    _gdpr_none = "the firm's own words"

    purpose_id = fields.Many2one(
        "gdpr.purpose", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="purpose_id.company_id", store=True)
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        required=True,
        default=lambda self: self.env.lang,
    )
    version = fields.Integer(required=True, readonly=True, default=1, copy=False)
    body = fields.Text(string="Text", required=True)
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("replaced", "Replaced")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )
    published_on = fields.Datetime(readonly=True, copy=False)
    digest = fields.Char(
        string="SHA-256",
        readonly=True,
        copy=False,
        compute="_compute_digest",
        store=True,
    )

    _version_unique = models.UniqueIndex(
        "(purpose_id, lang, version)", "This version is there already."
    )
    _published_unique = models.UniqueIndex(
        "(purpose_id, lang) WHERE state = 'published'",
        "Another text of this purpose is published in this language.",
    )

    @api.depends("body")
    def _compute_digest(self):
        for text in self:
            text.digest = hashlib.sha256((text.body or "").encode()).hexdigest()

    @api.depends("purpose_id.name", "lang", "version")
    def _compute_display_name(self):
        for text in self:
            text.display_name = f"{text.purpose_id.name} ({text.lang}, {text.version})"

    @api.model_create_multi
    def create(self, vals_list):
        clean = []
        counted = {}
        for vals in vals_list:
            vals = {name: value for name, value in vals.items() if name not in GUARDED}
            key = vals.get("purpose_id"), vals.get("lang") or self.env.lang
            counted[key] = counted.get(key, self._last_version(*key)) + 1
            clean.append({**vals, "version": counted[key], "state": "draft"})
        return super(GdprConsentText, self._without_defaults(GUARDED)).create(clean)

    def _last_version(self, purpose_id, lang):
        return self.search(
            [("purpose_id", "=", purpose_id), ("lang", "=", lang)],
            order="version desc",
            limit=1,
        ).version

    def write(self, vals):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            if vals.keys() & GUARDED:
                raise UserError(self.env._("A text is published with its button."))
            if vals.keys() & {"body", "lang", "purpose_id"} and self.filtered(
                lambda text: text.state != "draft"
            ):
                raise UserError(
                    self.env._(
                        "People agreed to these words: they do not change. Make a new "
                        "text and publish it."
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _keep_published(self):
        if self.filtered(lambda text: text.state != "draft"):
            raise UserError(
                self.env._("People agreed to these words: a published text is kept.")
            )

    def action_publish(self):
        """From now on people are asked with these words; those before are replaced."""
        self.check_access("write")
        for text in self.filtered(lambda text: text.state == "draft"):
            before = self.search(
                [
                    ("purpose_id", "=", text.purpose_id.id),
                    ("lang", "=", text.lang),
                    ("state", "=", "published"),
                ]
            )._legal_unlocked()
            before.write({"state": "replaced"})
            before.flush_recordset()  # the index of the one that is published
            text._legal_unlocked().write(
                {"state": "published", "published_on": fields.Datetime.now()}
            )
        return True

    @api.model
    def _published(self, purposes, lang):
        """:return: {purpose: its published text in ``lang``, else in any language}"""
        texts = self.search(
            [("purpose_id", "in", purposes.ids), ("state", "=", "published")]
        ).sorted(lambda text: (text.lang != lang, text.lang != "en_US", text.lang))
        found = {}
        for text in texts:
            found.setdefault(text.purpose_id, text)
        return found
