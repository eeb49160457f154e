from odoo import SUPERUSER_ID, models


class IrActionsReport(models.Model):
    """What is printed of a matter is recorded, on paper or on the screen."""

    _inherit = "ir.actions.report"

    def _render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        result = super()._render_qweb_pdf(report_ref, res_ids=res_ids, data=data)
        self._log_printed(report_ref, res_ids)
        return result

    def _render_qweb_html(self, report_ref, docids, data=None):
        result = super()._render_qweb_html(report_ref, docids, data=data)
        self._log_printed(report_ref, docids)
        return result

    def _render_qweb_text(self, report_ref, docids, data=None):
        result = super()._render_qweb_text(report_ref, docids, data=data)
        self._log_printed(report_ref, docids)
        return result

    def _log_printed(self, report_ref, res_ids):
        if not res_ids or self.env.uid == SUPERUSER_ID:
            return
        report = self._get_report(report_ref)
        model = self.env.get(report.model)
        if model is None:
            return
        ids = [res_ids] if isinstance(res_ids, int) else list(res_ids)
        records = model.browse(ids)
        if hasattr(records, "_access_printed"):
            records = records._access_printed()
        log = self.env["legal.access.log"]
        matters = log._matters_of(records)
        done = self.env.cr.precommit.data.setdefault("legal.access.log.print", set())
        # A PDF is made from the HTML of the same report: that is printed once.
        new = {matter for matter in matters.values() if (report.id, matter) not in done}
        printed = records.browse([r for r, matter in matters.items() if matter in new])
        log._log_by_matter("print", printed, detail=report.report_name)
        done.update((report.id, matter) for matter in new)
