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
            "date": "2030-02-14",
            "kind": "early",
        }
    )


def _notice(test, matter):
    warning = test.env["legal.deadline.warning"].search(
        [("deadline_id", "=", _deadline(test, matter).id)], limit=1
    )
    return test.env["legal.deadline.notice"].create(
        {
            "warning_id": warning.id,
            "deadline_id": warning.deadline_id.id,
            "matter_id": matter.id,
            "user_id": test.lawyer.id,
            "level": 0,
            "sent_on": "2030-02-20 06:00:00",
            "channel": "activity",
        }
    )


SAMPLES["legal.deadline"] = _deadline
SAMPLES["legal.deadline.warning"] = _warning
SAMPLES["legal.deadline.notice"] = _notice
