"""Samples of this addon's keyed models for the coverage test of legal_crm."""

from odoo.addons.legal_crm.tests.samples import SAMPLES


def _deadline(test, matter):
    return test.env["legal.deadline"].create(
        {
            "name": "Marker appeal",
            "matter_id": matter.id,
            "user_id": test.lawyer.id,
            "date_deadline": "2030-03-01",
            "manual_reason": "Marker by order of the court",
        }
    )


def _warning(test, matter):
    return test.env["legal.deadline.warning"].create(
        {
            "deadline_id": _deadline(test, matter).id,
            "matter_id": matter.id,
            "date": "2030-02-20",
            "kind": "early",
        }
    )


SAMPLES["legal.deadline"] = _deadline
SAMPLES["legal.deadline.warning"] = _warning


def _agenda(test, matter):
    deadline = _deadline(test, matter)
    return test.env["legal.agenda"].search(
        [("res_model", "=", "legal.deadline"), ("res_id", "=", deadline.id)]
    )


SAMPLES["legal.agenda"] = _agenda
