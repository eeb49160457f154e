from odoo import api, models


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
        gateway = self.env["legal.mail.gateway"]
        raw = gateway._to_bytes(message)
        ours, others = gateway._addressed_to(raw, model, thread_id)
        result = False
        if others:
            result = super().message_process(
                model,
                raw,
                custom_values=custom_values,
                save_original=save_original,
                strip_attachments=strip_attachments,
                thread_id=thread_id,
            )
        if ours:
            communication = gateway._receive(raw)
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
        return [
            r for r in routes or [] if r[0] not in ("legal.matter", "legal.communication")
        ]
