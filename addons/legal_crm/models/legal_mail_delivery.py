import re

from odoo import api, fields, models
from odoo.tools import SQL


class LegalMailDelivery(models.Model):
    """How the mails of matters are getting out, for the administrator.

    He reads no mail of a matter, in the queue neither, and still has to see that one
    is stuck, and why. So he sees when, what state, what the mail server answered, and
    of which matter by its number: no text, no subject, no address, no file.
    """

    _name = "legal.mail.delivery"
    _description = "Mail of a Matter on Its Way Out"
    _auto = False
    _order = "id desc"
    _rec_name = "number"

    _gdpr_none = "numbers and states only; the mail itself is a mail.mail"
    #: points at a matter by its number alone, which everybody may see
    _access_exempt = "no content: number of the matter, state and failure of a mail"

    date = fields.Datetime(readonly=True)
    scheduled_date = fields.Datetime(string="Not Before", readonly=True)
    number = fields.Char(string="Matter", readonly=True)
    model = fields.Char(string="Kind of Document", readonly=True)
    state = fields.Selection(
        [
            ("outgoing", "Waiting"),
            ("exception", "Failed"),
            ("cancel", "Cancelled"),
        ],
        readonly=True,
    )
    failure_type = fields.Selection(
        lambda self: self.env["mail.mail"]._fields["failure_type"].selection,
        string="Failure",
        readonly=True,
    )
    failure_reason = fields.Char(
        string="Answer of the Mail Server", compute="_compute_failure_reason"
    )
    recipient_count = fields.Integer(string="Recipients", readonly=True)

    @property
    def _table_query(self):
        documents = self.env["legal.document.wall"]._wall_models()
        return SQL(
            """SELECT mail.id, mail.create_date AS date, mail.scheduled_date,
                      message.model, mail.state, mail.failure_type, matter.number,
                      (SELECT count(*) FROM mail_mail_res_partner_rel rel
                        WHERE rel.mail_mail_id = mail.id)
                      + (CASE WHEN COALESCE(mail.email_to, '') = '' THEN 0 ELSE
                         array_length(string_to_array(mail.email_to, ','), 1) END)
                      AS recipient_count
                 FROM mail_mail mail
                 JOIN mail_message message ON message.id = mail.mail_message_id
            LEFT JOIN legal_matter matter ON matter.id = %s
                WHERE message.model IN %s
                  AND mail.state IN ('outgoing', 'exception', 'cancel')""",
            self._matter_of(documents),
            tuple(documents),
        )

    @api.model
    def _matter_of(self, documents):
        """The id of the matter that the document of a message belongs to.

        Every model with a key says itself by which field it names its matter, so that
        those of other addons are found as well.

        :param documents: dict of the stored models with a key, by name
        :return: ``SQL`` over the alias ``message``
        """
        cases = [SQL("WHEN 'legal.matter' THEN message.res_id")]
        for name, model in documents.items():
            field = model._access_matter_field
            if not field or not model._auto or not model._fields[field].store:
                continue
            table = SQL.identifier(model._table)
            cases.append(
                SQL(
                    "WHEN %s THEN (SELECT %s FROM %s WHERE %s = message.res_id)",
                    name,
                    SQL.identifier(model._table, field, to_flush=model._fields[field]),
                    table,
                    SQL.identifier(model._table, "id"),
                )
            )
        return SQL("(CASE message.model %s END)", SQL(" ").join(cases))

    # so that what is pending is written before the table is asked
    _depends = {
        "mail.mail": [
            "state",
            "failure_type",
            "scheduled_date",
            "mail_message_id",
            "recipient_ids",
            "email_to",
        ],
        "mail.message": ["model", "res_id"],
        "legal.matter": ["number"],
    }

    def _compute_failure_reason(self):
        # sudo: the answer of the server, without the addresses it may repeat
        mails_sudo = self.env["mail.mail"].sudo().browse(self.ids)
        for delivery, mail in zip(self, mails_sudo, strict=True):
            delivery.failure_reason = re.sub(
                r"[^\s<>\"'(,:]+@[^\s<>\"'),:]+", "…", mail.failure_reason or ""
            )

    def action_retry(self):
        """Put failed mails back into the queue."""
        self._mails().filtered(lambda mail: mail.state == "exception").mark_outgoing()

    def action_cancel(self):
        """Give mails up that wait or failed."""
        self._mails().filtered(
            lambda mail: mail.state in ("outgoing", "exception")
        ).cancel()

    def _mails(self):
        self.check_access("read")
        # sudo: the state changes, the mail itself is neither read nor shown
        return self.env["mail.mail"].sudo().browse(self.ids)
