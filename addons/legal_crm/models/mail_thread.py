import functools
import logging

from psycopg2 import OperationalError

from odoo import api, models
from odoo.exceptions import ConcurrencyError
from odoo.service.model import retrying

from .legal_access_mixin import UNLOCK
from .legal_mail_gateway import OUR_MODELS

_logger = logging.getLogger(__name__)


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_process(
        self,
        model,
        message,
        custom_values=None,
        save_original=False,
        strip_attachments=False,
        thread_id=None,
    ):
        """Every incoming mail passes here. What belongs to the file goes its own way.

        Core would ignore a repeated Message-ID, drop what looks like a loop, and bounce
        what has no route. A law firm may lose none of these.
        """
        process = functools.partial(
            self._legal_process,
            model,
            self.env["legal.mail.gateway"]._to_bytes(message),
            custom_values=custom_values,
            save_original=save_original,
            strip_attachments=strip_attachments,
            thread_id=thread_id,
        )
        if self.env.context.get("fetchmail_cron_running"):
            # Fetching ticks a mail off even when it failed: then nobody tries again.
            # Each mail is a transaction of its own there.
            return retrying(process, self.env)
        return process()

    @api.model
    def _legal_process(self, model, raw, thread_id=None, **options):
        gateway = self.env["legal.mail.gateway"]
        incoming = gateway._look_up(raw)
        ours, others = gateway._addressed_to(incoming, model, thread_id)
        process = functools.partial(
            super().message_process, model, raw, thread_id=thread_id, **options
        )
        if not ours and not gateway._may_deliver():
            return process()
        result = False
        if others:
            try:
                with self.env.cr.savepoint():
                    result = process()
            except (OperationalError, ConcurrencyError):
                raise  # somebody was faster: the server tries again
            except Exception:
                # Core cannot read it or finds no route; it waits with the firm's mail.
                _logger.info(
                    "Mail %s left to the file", incoming.mail.digest, exc_info=1
                )
                ours = True
        if ours:
            communication = gateway._receive(incoming)
            result = result or communication.id
        return result

    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        """Leave mail for the file to the suite's own gateway (see above)."""
        routes = super().message_route(
            message, message_dict, model, thread_id, custom_values
        )
        return [r for r in routes or [] if r[0] not in OUR_MODELS]

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        """The followers hear of a mail when it is filed, and not of automatic ones."""
        if self.env.context.get("legal_silent") is UNLOCK:
            return []
        return super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
