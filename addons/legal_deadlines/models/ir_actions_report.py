from odoo import models


class IrActionsReport(models.Model):
    """A control sheet that was printed says so, whichever button printed it."""

    _inherit = "ir.actions.report"

    def _render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        result = super()._render_qweb_pdf(report_ref, res_ids=res_ids, data=data)
        report = self._get_report(report_ref)
        if report.model == "legal.deadline.sheet" and res_ids:
            ids = [res_ids] if isinstance(res_ids, int) else list(res_ids)
            self.env["legal.deadline.sheet"].browse(ids)._mark_printed()
        return result
