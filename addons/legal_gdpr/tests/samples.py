"""A record of every keyed model of this addon: no name passes a wall.

See ``legal_crm/tests/samples.py``.
"""

from odoo.addons.legal_crm.tests.samples import SAMPLES

SAMPLES["gdpr.title"] = lambda test, matter: test.env["gdpr.title"].create(
    {"name": "Marker judgment", "matter_id": matter.id}
)
SAMPLES["gdpr.identification"] = lambda test, matter: test.env[
    "gdpr.identification"
].create(
    {
        "partner_id": test.env["res.partner"].create({"name": "Marker client"}).id,
        "matter_id": matter.id,
        "note": "Marker money",
    }
)
