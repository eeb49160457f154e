from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Appointments made from a matter, or from something of one, get its readers."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["calendar.event"]._take_matters_of_documents()
