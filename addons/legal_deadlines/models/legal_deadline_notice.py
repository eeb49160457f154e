from odoo import api, fields, models
from odoo.tools import format_date

MAIL = "legal_deadlines.mail_template_warning"


class LegalDeadlineNotice(models.Model):
    """Who was told of a warning, when and how: once, as the database makes sure."""

    _name = "legal.deadline.notice"
    _description = "Notice of a Warning"
    _inherit = "legal.access.mixin"
    _order = "id desc"
    _access_role_always = True

    _gdpr_data = {"user_id": "employee of the firm"}

    warning_id = fields.Many2one(
        "legal.deadline.warning", required=True, index=True, ondelete="cascade"
    )
    deadline_id = fields.Many2one(
        "legal.deadline", required=True, index=True, ondelete="cascade"
    )
    matter_id = fields.Many2one(
        "legal.matter", index="btree_not_null", ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users", string="Told", required=True, index=True, ondelete="restrict"
    )
    level = fields.Integer(required=True, aggregator=None)
    level_name = fields.Char(string="As", compute="_compute_level_name")
    sent_on = fields.Datetime(required=True)
    channel = fields.Selection(
        [
            ("mail", "Mail and Activity"),
            ("digest", "Morning Mail and Activity"),
            ("activity", "Activity"),
        ],
        required=True,
    )
    digest_id = fields.Many2one(
        "legal.deadline.digest", index="btree_not_null", ondelete="set null"
    )
    mail_subject = fields.Char(compute="_compute_mail_texts")
    mail_heading = fields.Char(compute="_compute_mail_texts")
    mail_what = fields.Char(compute="_compute_mail_texts")
    mail_matter = fields.Char(compute="_compute_mail_texts")
    mail_date = fields.Char(compute="_compute_mail_texts")
    mail_link = fields.Char(compute="_compute_mail_texts")

    _once = models.Constraint(
        "UNIQUE (warning_id, level, user_id)",
        "This person was told of this warning already.",
    )
    _digest_idx = models.Index(
        "(user_id) WHERE channel = 'digest' AND digest_id IS NULL"
    )

    @api.depends("level")
    @api.depends_context("lang")
    def _compute_level_name(self):
        names = [
            self.env._("Responsible"),
            self.env._("Deputy"),
            self.env._("Team"),
            self.env._("Partners"),
        ]
        for notice in self:
            notice.level_name = names[notice.level]

    @api.depends("user_id")
    @api.depends_context("lang", "uid")
    def _compute_display_name(self):
        for notice in self:
            notice.display_name = notice.user_id.name
        self._hide_names()

    # -- the mail --------------------------------------------------------------

    @api.depends("warning_id", "deadline_id")
    @api.depends_context("lang")
    def _compute_mail_texts(self):
        """The words of the mail, in the language of the context.

        The subject stands on the screen of a locked telephone: number, kind and date
        alone. Of a restricted matter the text says no more either.
        """
        for notice in self:
            deadline, matter = notice.deadline_id, notice.matter_id
            restricted = deadline._name_stays_inside()
            kind = notice.warning_id._kind_text(deadline)
            day = format_date(self.env, deadline.date_deadline)
            number = matter.number or ""
            notice.mail_heading = kind
            notice.mail_subject = ", ".join(filter(None, [f"{kind}: {day}", number]))
            notice.mail_what = "" if restricted else deadline.name
            notice.mail_matter = (
                number
                if restricted
                else " ".join(filter(None, [number, matter.name or ""]))
            )
            notice.mail_date = format_date(
                self.env, deadline.date_deadline, date_format="full"
            )
            notice.mail_link = deadline._warning_link()

    # -- telling ---------------------------------------------------------------

    @api.model
    def _tell(self, told, absent, now):
        """Write down who is told, and tell them: activities and mails.

        :param told: list of ``(warning, level, user)``
        :param absent: ``res.users`` who are away: they find an activity on return
        """
        if not told:
            return
        users = self.env["res.users"].union(*(user for _w, _l, user in told))
        digest = self.env["legal.deadline.digest"]._still_coming(users, now) - absent
        notices = self.create(
            [
                {
                    "warning_id": warning.id,
                    "deadline_id": warning.deadline_id.id,
                    "matter_id": warning.matter_id.id,
                    "user_id": user.id,
                    "level": level,
                    "sent_on": now,
                    "channel": self._channel(warning, user, absent, digest),
                }
                for warning, level, user in told
            ]
        )
        notices._make_activities()
        mailed = notices.filtered(lambda notice: notice.channel == "mail")
        if mailed:
            self.env.ref(MAIL).send_mail_batch(mailed.ids)

    @api.model
    def _channel(self, warning, user, absent, digest):
        if user in absent or not user.email:
            return "activity"
        if warning.kind in ("early", "query") and user in digest:
            return "digest"
        return "mail"

    def _make_activities(self):
        """One open activity for each person and deadline, on the latest warning."""
        deadline = self.env["legal.deadline"]
        kind = deadline._warning_activity_type()
        activities = self.env["mail.activity"]
        there = {
            (activity.res_id, activity.user_id.id): activity
            for activity in activities.search(
                [
                    ("res_model", "=", deadline._name),
                    ("res_id", "in", self.deadline_id.ids),
                    ("user_id", "in", self.user_id.ids),
                    ("activity_type_id", "=", kind.id),
                    ("automated", "=", True),
                ]
            )
        }
        model_id = self.env["ir.model"]._get_id(deadline._name)
        values = {}
        for notice in self:
            key = notice.deadline_id.id, notice.user_id.id
            summary = notice._activity_summary()
            if key in there:
                there[key].summary = summary
                continue
            values[key] = {
                "res_model_id": model_id,
                "res_id": notice.deadline_id.id,
                "activity_type_id": kind.id,
                "user_id": notice.user_id.id,
                "date_deadline": notice.deadline_id.date_deadline,
                "summary": summary,
                "automated": True,
            }
        activities.with_context(
            mail_activity_quick_update=True, legal_deadline_warning=True
        ).create(list(values.values()))

    def _activity_summary(self):
        self.ensure_one()
        warning = self.warning_id.with_context(lang=self.user_id.lang)
        return warning._kind_text(self.deadline_id)


class LegalDeadlineWarning(models.Model):
    _inherit = "legal.deadline.warning"

    def _kind_text(self, deadline):
        """What a warning is called, in the language of the context."""
        self.ensure_one()
        follow_up = deadline.kind == "follow_up"
        match self.kind:
            case "early":
                return self.env._("Deadline coming up")
            case "query":
                return self.env._("Ask the court about the extension")
            case "overdue":
                return (
                    self.env._("Follow-up overdue")
                    if follow_up
                    else self.env._("Deadline overdue")
                )
        return self.env._("Follow-up due") if follow_up else self.env._("Deadline ends")


class LegalDeadline(models.Model):
    _inherit = "legal.deadline"

    def _warning_link(self):
        """The address that opens this deadline, for whoever may read it."""
        self.ensure_one()
        return f"{self.get_base_url()}/mail/view?model={self._name}&res_id={self.id}"
