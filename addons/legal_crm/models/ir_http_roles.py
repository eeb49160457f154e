from odoo import models
from odoo.exceptions import ConcurrencyError
from odoo.http import request


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _authenticate(cls, endpoint):
        """A role does not outlive its date because the scheduler is late.

        When one just ended, the request is tried again from its start: this
        transaction still sees the role.
        """
        result = super()._authenticate(endpoint)
        if endpoint.routing["auth"] in ("user", "bearer") and (
            request.env["legal.role.grant"]._end_overdue()
        ):
            raise ConcurrencyError("a role ended; this request starts anew")
        return result
