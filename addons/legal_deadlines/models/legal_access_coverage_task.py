"""What closes the models of Odoo's project application that lead to a task."""

from odoo.addons.legal_crm.models import legal_access_coverage as coverage

coverage.ENDS.update(
    {
        "project.tags": "its list of tasks is searched with the rules of those",
    }
)
