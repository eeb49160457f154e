import hashlib
import json

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

from .gdpr_processing_category import AUDIENCES
from .gdpr_request_steps import AUTHORITIES

_FIXED = {
    "audience", "company_id", "version", "state", "html", "digest", "processing_ids",
    "published_on", "published_by_id", "replaced_by_id", "outdated", "outdated_on",
    "outdated_reason",
}  # fmt: skip


class GdprNotice(models.Model):
    """What people are told of the processing (art. 13, 14 GDPR), in one version.

    It is written from the approved register, in every language of the installation.
    When the register changes, it is marked outdated; a new one is drafted from it.
    """

    _name = "gdpr.notice"
    _description = "Privacy Notice"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "audience, version desc"

    _gdpr_data = {"published_by_id": "employee who published it"}

    audience = fields.Selection(AUDIENCES, string="For", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    version = fields.Integer(required=True, readonly=True, default=1, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("replaced", "Replaced")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    # A text and not Html: a translated Html is kept term by term, and the terms of an
    # older version would stand in for those of a newer one.
    html = fields.Text(readonly=True, translate=True, copy=False)
    body = fields.Html(compute="_compute_body", string="Notice", sanitize=False)
    digest = fields.Char(readonly=True, copy=False)
    processing_ids = fields.Many2many(
        "gdpr.processing.activity",
        "gdpr_notice_activity_rel",
        string="Rests on",
        readonly=True,
        copy=False,
    )
    published_on = fields.Datetime(readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    replaced_by_id = fields.Many2one("gdpr.notice", readonly=True, copy=False)
    outdated = fields.Boolean(readonly=True, copy=False, tracking=True, index=True)
    outdated_on = fields.Datetime(readonly=True, copy=False)
    outdated_reason = fields.Char(readonly=True, copy=False)
    given_ids = fields.One2many("gdpr.notice.given", "notice_id", readonly=True)
    given_count = fields.Integer(compute="_compute_given_count")

    _version_unique = models.UniqueIndex(
        "(company_id, audience, version)", "This version is there already."
    )
    _published_unique = models.UniqueIndex(
        "(company_id, audience) WHERE state = 'published'",
        "Another notice for these people is published.",
    )

    @api.depends("audience", "version")
    def _compute_display_name(self):
        audiences = dict(self._fields["audience"]._description_selection(self.env))
        for notice in self:
            name = audiences.get(notice.audience, "")
            notice.display_name = f"{name} ({notice.version})"

    @api.depends("html")
    @api.depends_context("lang")
    def _compute_body(self):
        for notice in self:
            # our own template made it, and escaped what it took from the register
            notice.body = Markup(notice.html or "")

    @api.depends("given_ids")
    def _compute_given_count(self):
        counts = dict(
            self.env["gdpr.notice.given"]._read_group(
                [("notice_id", "in", self.ids)], ["notice_id"], ["__count"]
            )
        )
        for notice in self:
            notice.given_count = counts.get(notice, 0)

    # -- versions ----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """A draft for an audience: all it says comes from the register."""
        drafts = []
        counted = {}
        for vals in vals_list:
            company = vals.get("company_id") or self.env.company.id
            key = vals.get("audience"), company
            last = self.search(
                [("audience", "=", key[0]), ("company_id", "=", company)],
                order="version desc",
                limit=1,
            )
            counted[key] = counted.get(key, last.version) + 1
            drafts.append(
                {
                    "audience": key[0],
                    "company_id": company,
                    "version": counted[key],
                    "state": "draft",
                }
            )
        forged = {f"default_{name}" for name in _FIXED}
        clean = {k: v for k, v in self.env.context.items() if k not in forged}
        # keys have to go: the whole context is given
        # pylint: disable-next=context-overridden
        notices = super(GdprNotice, self.with_context(clean)).create(drafts)
        notices._generate()
        return notices.with_env(self.env)

    def write(self, vals):
        if vals.keys() & _FIXED and self.env.context.get("legal_unlock") is not UNLOCK:
            raise UserError(
                self.env._(
                    "What a notice says comes from the register: change the activity, "
                    "have it approved, and write the notice anew."
                )
            )
        return super().write(vals)

    def update_field_translations(self, field_name, translations, *args, **kwargs):
        if field_name == "html" and self.env.context.get("legal_unlock") is not UNLOCK:
            self.write({"html": False})  # refuses
        return super().update_field_translations(
            field_name, translations, *args, **kwargs
        )

    @api.ondelete(at_uninstall=False)
    def _keep_published(self):
        if self.filtered(lambda notice: notice.state != "draft"):
            raise UserError(
                self.env._("A notice that was published is kept: people were given it.")
            )

    def action_publish(self):
        """From now on these people are given this version.

        :raises UserError: nothing in the register is for them, or it is outdated
        """
        self._need_officer()
        for notice in self.filtered(lambda notice: notice.state == "draft"):
            if not notice.processing_ids:
                raise UserError(
                    self.env._(
                        "No approved activity of the register concerns these people: "
                        "there is nothing to tell yet."
                    )
                )
            if notice.outdated or notice.digest != notice._fingerprint():
                raise UserError(
                    self.env._(
                        "The register changed since this draft was written. Press "
                        "“Write Anew” first."
                    )
                )
            before = self.search(
                [
                    ("audience", "=", notice.audience),
                    ("company_id", "=", notice.company_id.id),
                    ("state", "=", "published"),
                ]
            )._legal_unlocked()
            before.write({"state": "replaced", "replaced_by_id": notice.id})
            before.flush_recordset()  # the index of the one that is published
            # what was to be done about the old one is done with this
            before.activity_ids.action_feedback()
            notice._legal_unlocked().write(
                {
                    "state": "published",
                    "published_on": fields.Datetime.now(),
                    "published_by_id": self.env.uid,
                }
            )
        return True

    def action_generate(self):
        """Write the draft anew; of a published one, the draft of the next version."""
        self._need_officer()
        self.ensure_one()
        draft = self
        if self.state != "draft":
            draft = self.search(
                [
                    ("audience", "=", self.audience),
                    ("company_id", "=", self.company_id.id),
                    ("state", "=", "draft"),
                ],
                limit=1,
            ) or self.create(
                {"audience": self.audience, "company_id": self.company_id.id}
            )
        draft._generate()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "view_mode": "form",
        }

    def _need_officer(self):
        self.check_access("write")
        if not self.env.user.has_group("legal_gdpr.group_dpo") and not self.env.su:
            raise AccessError(
                self.env._("Notices are published by the data protection officer.")
            )

    # -- what it says -----------------------------------------------------------

    def _activities(self):
        """The approved activities that concern these people."""
        self.ensure_one()
        return self.env["gdpr.processing.activity"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "approved"),
                ("role", "=", "controller"),
                ("person_category_ids.audience", "=", self.audience),
            ]
        )

    def _generate(self):
        """Write the drafts from the register, in every language."""
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        for notice in self:
            # sudo: names of processors and rules, which the reader of a notice is told
            sudo = notice.sudo()._legal_unlocked()
            activities = sudo._activities()
            for lang in languages:
                translated = sudo.with_context(lang=lang)
                translated.html = translated._render(activities.with_context(lang=lang))
            sudo.write(
                {
                    "processing_ids": [fields.Command.set(activities.ids)],
                    "digest": sudo._fingerprint(),
                    "outdated": False,
                    "outdated_on": False,
                    "outdated_reason": False,
                }
            )

    def _render(self, activities):
        company = self.company_id.with_context(lang=self.env.lang)
        register = self.env["gdpr.processing.activity"]
        return str(
            self.env["ir.qweb"]._render(
                "legal_gdpr.notice_body",
                {
                    "notice": self,
                    "company": company,
                    "activities": activities,
                    "transfers": activities._transfers(),
                    "contact": register._contact_text(company.partner_id),
                    "officer": company.gdpr_dpo or register._officers(company),
                    "authority": company.gdpr_authority
                    or AUTHORITIES.get(company.country_id.code, ""),
                },
                lang=self.env.lang,
            )
        )

    def _fingerprint(self):
        """A hash of what the notice rests on, the same in whatever language."""
        self.ensure_one()
        # sudo: as in _generate
        notice = self.sudo().with_context(lang="en_US")
        activities = notice._activities().sorted("id")
        transfers = activities._transfers()
        facts = [
            [
                activity.id,
                activity.processor_ids.ids,
                activity.retention_rule_ids.ids,
                transfers[activity.id],
            ]
            for activity in activities
        ]
        facts.append(
            [
                notice.company_id.gdpr_dpo,
                notice.company_id.gdpr_representative,
                notice.company_id.gdpr_authority,
            ]
        )
        return hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()

    @api.model
    def _mark_outdated(self, reason):
        """Notices whose facts are others by now; the officer gets an activity.

        :param str reason: what changed, in words
        """
        # sudo: the register changed, whoever changed it
        notices = self.sudo().search(
            [("state", "!=", "replaced"), ("outdated", "=", False)]
        )
        old = notices.filtered(lambda notice: notice.digest != notice._fingerprint())
        if old:
            old._legal_unlocked().write(
                {
                    "outdated": True,
                    "outdated_on": fields.Datetime.now(),
                    "outdated_reason": reason,
                }
            )
        for notice in old.filtered(lambda notice: notice.state == "published"):
            notice._tell_outdated(reason)
        return old

    def _tell_outdated(self, reason):
        """The officer of the firm gets an activity, the one who published it first."""
        self.ensure_one()
        officers = self.company_id._gdpr_people()
        officer = officers & self.published_by_id or officers[:1]
        if not officer:
            return
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=officer.id,
            summary=self.env._("Write the privacy notice anew"),
            note=reason,
        )

    def action_given(self):
        """Who was given this version."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "legal_gdpr.gdpr_notice_given_action"
        )
        return {**action, "domain": [("notice_id", "=", self.id)], "context": {}}


class GdprProcessingActivity(models.Model):
    _inherit = "gdpr.processing.activity"

    def _after_approval(self, before):
        result = super()._after_approval(before)
        self.env["gdpr.notice"]._mark_outdated(
            self.env._("“%s” changed in the register.", self.name)
        )
        return result

    def _after_end(self):
        result = super()._after_end()
        self.env["gdpr.notice"]._mark_outdated(
            self.env._("“%s” ended.", ", ".join(self.mapped("name")))
        )
        return result


class ResCompany(models.Model):
    """Notices name the officer, the representative and the authority of the firm."""

    _inherit = "res.company"

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"gdpr_dpo", "gdpr_representative", "gdpr_authority"}:
            self.env["gdpr.notice"]._mark_outdated(
                self.env._("What the firm says of itself changed.")
            )
        return result


class GdprProcessor(models.Model):
    """A processor that joins or leaves an activity is a recipient more or less."""

    _inherit = "gdpr.processor"

    def write(self, vals):
        result = super().write(vals)
        if "activity_area_ids" in vals:
            self.env["gdpr.notice"]._mark_outdated(
                self.env._("Processor: %s", ", ".join(self.mapped("name")))
            )
        return result
