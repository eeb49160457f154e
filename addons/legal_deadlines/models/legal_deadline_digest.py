import logging

import psycopg2

from odoo import api, fields, models
from odoo.tools import format_date

from .legal_deadline import RUNNING

_logger = logging.getLogger(__name__)

#: o'clock, local: a morning mail that did not get out by then is not sent any more
LATEST = 18
LIMIT = 200


class LegalDeadlineDigest(models.Model):
    """The morning mail: what is overdue, ends today or this week, for one person.

    One for each person and day, as the database makes sure; also where there was
    nothing to say, so that nobody looks again. It shows what its reader may read.
    """

    _name = "legal.deadline.digest"
    _description = "Morning Mail of Deadlines"
    _order = "date desc, id desc"

    _gdpr_data = {"user_id": "employee of the firm"}

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    date = fields.Date(required=True)
    sent_on = fields.Datetime(required=True)
    mail_id = fields.Many2one(
        "mail.mail", index="btree_not_null", ondelete="set null", readonly=True
    )

    _once = models.Constraint(
        "UNIQUE (user_id, date)", "This person had the mail of that day already."
    )
    _order_idx = models.Index("(date DESC, id DESC)")

    @api.model
    def _still_coming(self, users, now):
        """Those of ``users`` whose morning mail of today is still to come."""
        users = users.filtered("legal_deadline_digest")
        todays = {user.id: user._legal_today(now) for user in users}
        had = self.search(
            [("user_id", "in", users.ids), ("date", "in", list(set(todays.values())))]
        )
        had = {(digest.user_id.id, digest.date) for digest in had}
        return users.filtered(
            lambda user: (user.id, todays[user.id]) not in had
            and user._legal_hour(now) < LATEST
        )

    @api.model
    def _cron_digest(self):
        """Send each who wants it the mail of this morning; one transaction each."""
        run = self.env["legal.deadline.run"]._begin("digest")
        cron, now = self.env["ir.cron"], fields.Datetime.now()
        users = self._due_users(now)
        cron._commit_progress(remaining=len(users))
        for user in users:
            try:
                with self.env.cr.savepoint():
                    self._send(user, now)
                run._count(told=1)
            except psycopg2.errors.UniqueViolation:
                _logger.info("Another server made the mail of user %s", user.id)
            except psycopg2.OperationalError:
                raise
            except Exception:  # what is wrong with one mail stops no other
                _logger.exception("Morning mail of user %s could not be made", user.id)
                run._count(failed=1)
            if not cron._commit_progress(1):
                return
        run._end()
        cron._commit_progress()

    @api.model
    def _due_users(self, now):
        """Who waits for the mail of this morning, and is there to read it."""
        users = self.env["res.users"].search([("legal_deadline_digest", "=", True)])
        users = self._still_coming(users.filtered("email"), now)
        users = users.filtered(
            lambda user: user._legal_hour(now)
            > user.company_id.legal_deadline_warning_hour
        )
        todays = {user.id: user._legal_today(now) for user in users}
        return users - users._legal_absent_on(todays)

    @api.model
    def _send(self, user, now):
        today = user._legal_today(now)
        digest = self.create({"user_id": user.id, "date": today, "sent_on": now})
        notices = self.env["legal.deadline.notice"].search(
            [
                ("user_id", "=", user.id),
                ("channel", "=", "digest"),
                ("digest_id", "=", False),
            ]
        )
        sections = self._sections(user, today, notices)
        notices.digest_id = digest
        office = self.env["res.users"]._legal_offices([(user, user.company_id)])
        day_off = office[user.id, user.company_id.id].off(today)
        # on a day off only what cannot wait
        pressing = sections[:3] if day_off else sections
        if not any(rows for _title, rows in pressing):
            return digest
        lang = self.with_context(lang=user.lang)
        subject = lang.env._(
            "Your deadlines, %s", format_date(lang.env, today, lang_code=user.lang)
        )
        body = lang.env["ir.qweb"]._render(
            "legal_deadlines.digest_mail",
            {"sections": sections, "user": user, "subject": subject},
            minimal_qcontext=True,
        )
        digest.mail_id = self.env["mail.mail"].create(
            {
                "subject": subject,
                "body_html": body,
                "email_from": user.company_id.email_formatted
                or self.env.user.email_formatted,
                "recipient_ids": [fields.Command.link(user.partner_id.id)],
                "auto_delete": True,
            }
        )
        return digest

    @api.model
    def _sections(self, user, today, notices):
        """What stands in the mail, as ``user`` may read it.

        :return: list of ``(title, rows)``, the most pressing first
        """
        own = self.with_user(user).with_context(
            lang=user.lang, allowed_company_ids=user.company_ids.ids
        )
        deadlines = own.env["legal.deadline"]
        sunday = fields.Date.add(today, days=6 - today.weekday())
        running = deadlines.search(
            [
                ("state", "in", RUNNING),
                ("date_deadline", "<=", sunday),
                *self._of_user_domain(user, today),
            ],
            limit=LIMIT,
        )
        early = deadlines.browse(notices.deadline_id.ids)._filtered_access("read")
        early = early.filtered(lambda d: d.state in RUNNING)
        return [
            (own.env._("Overdue"), running.filtered(lambda d: d.date_deadline < today)),
            (own.env._("Today"), running.filtered(lambda d: d.date_deadline == today)),
            (own.env._("Coming up: early warnings"), early - running),
            (
                own.env._("This week"),
                running.filtered(lambda d: d.date_deadline > today),
            ),
        ]

    @api.model
    def _of_user_domain(self, user, today):
        """The deadlines that a user answers for, also for colleagues who are away."""
        deputised = self.env["legal.deadline"]._read_group(
            [("deputy_id", "=", user.id), ("state", "in", RUNNING)], ["user_id"]
        )
        away = self.env["res.users"].union(*(other for (other,) in deputised))
        away = away._legal_absent_on(today)
        return [
            "|",
            ("user_id", "=", user.id),
            "&",
            ("deputy_id", "=", user.id),
            ("user_id", "in", away.ids),
        ]


class LegalDeadline(models.Model):
    _inherit = "legal.deadline"

    def _digest_line(self):
        """One line of the morning mail; of a restricted matter the number alone."""
        self.ensure_one()
        number = self.matter_id.number or ""
        if self._name_stays_inside():
            return number
        matter = " ".join(filter(None, [number, self.matter_id.name or ""]))
        return " · ".join(filter(None, [self.name, matter]))


class ResUsers(models.Model):
    _inherit = "res.users"

    def _legal_hour(self, moment):
        """The hour at ``moment`` (UTC without a zone) where this user is."""
        return fields.Datetime.context_timestamp(
            self.with_context(tz=self.tz or "UTC"), moment
        ).hour


class LegalMatter(models.Model):
    _inherit = "legal.matter"

    def _shut_out(self, users):
        result = super()._shut_out(users)
        # sudo: see the hook. The mail names matters; what waits in the queue is taken
        # back, and made anew from what its reader may still read.
        digests_sudo = self.env["legal.deadline.digest"].sudo()
        waiting = digests_sudo.search(
            [
                ("user_id", "in", users.ids),
                ("mail_id.state", "in", ("outgoing", "exception")),
            ]
        )
        waiting.mail_id.unlink()
        waiting.unlink()
        return result
