"""Samples of this addon's keyed models for the coverage test of legal_crm."""

from datetime import date

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


def _sheet(test, matter):
    return _deadline(test, matter).sheet_ids


def _recalculation_line(test, matter):
    deadline = _deadline(test, matter)
    run = test.env["legal.deadline.recalculation"].create({"name": "Correction"})
    return test.env["legal.deadline.recalculation.line"].create(
        {
            "recalculation_id": run.id,
            "deadline_id": deadline.id,
            "matter_id": matter.id,
        }
    )


def _control_line(test, matter):
    controls = test.env["legal.deadline.control"]
    control = controls.search([("date", "=", "2030-03-01")], limit=1)
    control = control or controls._start(date(2030, 3, 1), matter.company_id)
    deadline = _deadline(test, matter)
    control._collect()
    return control.line_ids.filtered(lambda line: line.deadline_id == deadline)


SAMPLES["legal.deadline.recalculation.line"] = _recalculation_line
SAMPLES["legal.deadline"] = _deadline
SAMPLES["legal.deadline.sheet"] = _sheet
SAMPLES["legal.deadline.control.line"] = _control_line
SAMPLES["legal.deadline.warning"] = _warning


def _agenda(test, matter):
    deadline = _deadline(test, matter)
    return test.env["legal.agenda"].search(
        [("res_model", "=", "legal.deadline"), ("res_id", "=", deadline.id)]
    )


SAMPLES["legal.agenda"] = _agenda


def _task(test, matter):
    return test.env["project.task"].create(
        {
            "name": "Marker task",
            "matter_id": matter.id,
            "user_ids": [(6, 0, test.lawyer.ids)],
        }
    )


SAMPLES["project.task"] = _task


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


SAMPLES["legal.deadline.notice"] = _notice
