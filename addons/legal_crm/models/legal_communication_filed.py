from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .legal_access_mixin import UNLOCK
from .legal_erasing import is_erasing
from .own_defaults import own_defaults

# What changes on a filed entry without changing what it says.
_FREE_FIELDS = frozenset(
    {
        "access_list_id",
        "message_main_attachment_id",
        "message_follower_ids",
        "activity_ids",
        "message_ids",
    }
)


class LegalCommunication(models.Model):
    """Filing, and why a filed entry stays as it is."""

    _inherit = "legal.communication"

    def init(self):
        """Refuse changes of filed entries in the database as well.

        The one who works past the application, with SQL, is stopped too. What an
        entry says is compared; its readers and its state may move on (filed to
        corrected, never back).
        """
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION legal_communication_guard() RETURNS trigger AS $$
            BEGIN
                IF OLD.state = 'draft' OR legal_erasing() THEN
                    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                END IF;
                IF TG_OP = 'DELETE' THEN
                    RAISE EXCEPTION
                        'A filed communication is not deleted (id %)', OLD.id;
                END IF;
                IF NEW.state NOT IN ('filed', 'corrected')
                   OR (OLD.state = 'corrected' AND NEW.state <> 'corrected')
                   OR (OLD.matter_id, OLD.channel, OLD.direction, OLD.date,
                       OLD.duration, OLD.subject, OLD.body, OLD.user_id,
                       OLD.message_id, OLD.replaces_id, OLD.original_id,
                       OLD.original_sha256, OLD.email_from, OLD.email_to,
                       OLD.email_cc, OLD.filed_by_id, OLD.filed_on)
                      IS DISTINCT FROM
                      (NEW.matter_id, NEW.channel, NEW.direction, NEW.date,
                       NEW.duration, NEW.subject, NEW.body, NEW.user_id,
                       NEW.message_id, NEW.replaces_id, NEW.original_id,
                       NEW.original_sha256, NEW.email_from, NEW.email_to,
                       NEW.email_cc, NEW.filed_by_id, NEW.filed_on)
                THEN
                    RAISE EXCEPTION
                        'A filed communication is not changed (id %)', OLD.id;
                END IF;
                RETURN NEW;
            END $$ LANGUAGE plpgsql;
            DROP TRIGGER IF EXISTS legal_communication_guard ON legal_communication;
            CREATE TRIGGER legal_communication_guard
                BEFORE UPDATE OR DELETE ON legal_communication
                FOR EACH ROW EXECUTE FUNCTION legal_communication_guard();
            """
        )
        return super().init()

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            for vals in vals_list:
                # Filed by the one way that checks and records it, also over RPC.
                for field in self._guarded_on_create():
                    vals.pop(field, None)
        communications = super(
            LegalCommunication,
            self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True),
        ).create(vals_list)
        return communications.with_env(self.env)

    @api.model
    def default_get(self, fields_list):
        """Nobody files an entry by a default in the context."""
        guarded = [name for name in fields_list if name in self._guarded_on_create()]
        defaults = super().default_get(
            [name for name in fields_list if name not in guarded]
        )
        return defaults | own_defaults(self, guarded)

    @api.model
    def _guarded_on_create(self):
        return (
            "state",
            "filed_by_id",
            "filed_on",
            "replaces_id",
            "correction_reason",
            "message_id",
            "email_from",
            "email_to",
            "email_cc",
        )

    def write(self, vals):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            self._refuse_change(set(vals))
            guarded = set(self._guarded_on_create()) & set(vals)
            if guarded:
                vals = {k: v for k, v in vals.items() if k not in guarded}
        return super().write(vals)

    def _refuse_change(self, changed):
        if changed <= _FREE_FIELDS:
            return
        # sudo: an entry hidden from the caller is protected like any other
        for communication in self.sudo():
            if communication.state != "draft":
                raise UserError(
                    self.env._(
                        "“%s” is filed and stays as it is. Use “Correct”: the new "
                        "entry stands beside the old one.",
                        communication.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_filed(self):
        if is_erasing(self):
            return
        for communication in self:
            if communication.state != "draft":
                raise UserError(
                    self.env._(
                        "“%s” is filed and is not deleted. Use “Correct” instead.",
                        communication.display_name,
                    )
                )
            if communication.original_id or communication.message_id:
                raise UserError(
                    self.env._(
                        "Mail is not deleted. Set “%s” aside with a reason instead: it "
                        "leaves the queue and can still be found.",
                        communication.display_name,
                    )
                )

    def unlink(self):
        # mail.thread deletes the messages first: ask before, not half-way
        self._unlink_except_filed()
        return super().unlink()

    def _file(self):
        """Close drafts: they belong to the file now, and their documents with them."""
        for communication in self:
            communication._adopt_documents()
            if not communication.user_id:  # mail: the one who answers for the matter
                communication.user_id = communication.matter_id.lawyer_id
        self.with_context(legal_unlock=UNLOCK).write(
            {
                "state": "filed",
                "filed_by_id": self.env.uid,
                "filed_on": fields.Datetime.now(),
            }
        )
        return True

    def _adopt_documents(self):
        """Documents of an entry are read by those who may read the entry."""
        self.ensure_one()
        # sudo: the uploader owned them until now; from here on the matter decides
        stray = self.attachment_ids.sudo().filtered(
            lambda a: (a.res_model, a.res_id) != (self._name, self.id)
        )
        mine = stray.filtered(
            # What belongs to another record stays there, also where the same colleague
            # put it: its readers are others.
            lambda a: a.create_uid == self.env.user
            and (not a.res_id or a.res_model in (False, "mail.compose.message"))
        )
        if stray - mine:
            # A document of another record stays there; this entry gets its own copy.
            copies = self.env["ir.attachment"]
            for attachment in stray - mine:
                attachment.sudo(False).check_access("read")
                copies |= attachment.copy(
                    {
                        "res_model": self._name,
                        "res_id": self.id,
                        "name": attachment.name,
                    }
                )
            self.attachment_ids = (self.attachment_ids - (stray - mine)) | copies.sudo(
                False
            )
        mine.write({"res_model": self._name, "res_id": self.id})

    def _correct(self, vals, reason):
        """File a corrected entry in place of this one.

        :param dict vals: what is different; the rest is taken over
        :return: the new entry
        :raises UserError: without a reason, or when it was corrected already
        """
        self.ensure_one()
        self.check_access("write")
        if self.state != "filed":
            raise UserError(self.env._("This entry was corrected already."))
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the entry is corrected."))
        # Two people correcting at once: the second waits here, then sees the first.
        self._lock_or_retry()
        values = {
            "matter_id": self.matter_id.id,
            "channel": self.channel,
            "direction": self.direction,
            "date": self.date,
            "duration": self.duration,
            "subject": self.subject,
            "body": self.body,
            "partner_ids": [fields.Command.set(self.partner_ids.ids)],
            "user_id": self.user_id.id,
            "message_id": self.message_id.id,
            "original_id": self.original_id.id,
            "original_sha256": self.original_sha256,
            "email_from": self.email_from,
            "email_to": self.email_to,
            "email_cc": self.email_cc,
            "rfc_message_id": self.rfc_message_id,
            "is_auto": self.is_auto,
            "replaces_id": self.id,
            "correction_reason": reason.strip(),
            **vals,
        }
        new = self.with_context(legal_unlock=UNLOCK).create(values)
        new = new.with_env(self.env)
        moved = new.matter_id != self.matter_id
        if self.attachment_ids and not moved:
            copies = self.attachment_ids.sudo().copy(  # read with the entry itself
                {"res_model": self._name, "res_id": new.id}
            )
            new.attachment_ids |= copies.sudo(False)
        if moved:
            new._take_mail_along(self)
        self.with_context(legal_unlock=UNLOCK).write({"state": "corrected"})
        new._file()
        return new

    def _take_mail_along(self, wrong):
        """A misfiled mail leaves the wrong matter with its text and its files."""
        self.ensure_one()
        if self.message_id:
            self._move_message(self.message_id, "legal.matter", self.matter_id.id)
        # sudo + unlock: the documents of the wrong file go to the right one
        attachments = (wrong.attachment_ids | wrong.original_id).sudo()
        attachments.with_context(legal_unlock=UNLOCK).write(
            {"res_model": self._name, "res_id": self.id}
        )
        if wrong.attachment_ids:
            self.attachment_ids = wrong.attachment_ids

    @api.model
    def _move_message(self, message, model, res_id):
        """Move a mail and its files to the document it belongs to."""
        # sudo + unlock: moving between the queue and a matter is the suite's own doing,
        # decided after the caller's rights on both were checked
        message_sudo = message.sudo().with_context(legal_unlock=UNLOCK)
        message_sudo.attachment_ids.write({"res_model": model, "res_id": res_id})
        message_sudo.write({"model": model, "res_id": res_id, "parent_id": False})

    @api.model
    def _locked_message_ids(self, message_ids):
        """Which of these mails belong to an entry, filed or waiting to be."""
        if not message_ids:
            return set()
        self.flush_model(["message_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT message_id FROM legal_communication WHERE message_id IN %s",
                tuple(message_ids),
            )
        )
        return {row[0] for row in rows}

    @api.model
    def _locked_attachment_ids(self, attachment_ids):
        """Which of these files belong to a filed entry, or are a mail as it came."""
        if not attachment_ids:
            return set()
        self.flush_model(["message_id", "state", "attachment_ids", "original_id"])
        self.env["mail.message"].flush_model(["attachment_ids"])
        ids = tuple(attachment_ids)
        rows = self.env.execute_query(
            SQL(
                """SELECT rel.attachment_id
                     FROM message_attachment_rel rel
                     JOIN legal_communication c ON c.message_id = rel.message_id
                    WHERE rel.attachment_id IN %s
                    UNION
                   SELECT rel.attachment_id
                     FROM legal_communication_attachment_rel rel
                     JOIN legal_communication c ON c.id = rel.communication_id
                    WHERE rel.attachment_id IN %s AND c.state <> 'draft'
                    UNION
                   SELECT original_id FROM legal_communication
                    WHERE original_id IN %s""",
                ids,
                ids,
                ids,
            )
        )
        return {row[0] for row in rows}
