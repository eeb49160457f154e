"""A record of every keyed model, for the test that no name passes a wall.

``SAMPLES`` maps a model to a function ``(test, matter)`` that gives one record of the
restricted matter, with "Marker" in what must not be read. Another addon of the suite
adds its models when its own tests are imported.
"""


def _wall(test, matter):
    matter._raise_wall(test.lawyer2, "Marker reason")
    return matter.wall_ids


def _reference(test, matter):
    return test.env["legal.matter.reference"].create(
        {"matter_id": matter.id, "value": "Marker 5 O 77/26"}
    )


def _inquiry(test, matter):
    return test.env["crm.lead"].create(
        {"name": "Marker inquiry", "matter_id": matter.id}
    )


def _hearing(test, matter):
    return test.env["calendar.event"].create(
        {
            "name": "Marker hearing",
            "matter_id": matter.id,
            "user_id": test.lawyer.id,
            "partner_ids": [(6, 0, test.lawyer.partner_id.ids)],
        }
    )


def _proposal(test, matter):
    return test.env["legal.communication.proposal"].create(
        {
            "communication_id": test._call(matter, subject="Marker call").id,
            "matter_id": matter.id,
        }
    )


SAMPLES = {
    "legal.matter": lambda test, matter: matter,
    "legal.matter.party": lambda test, matter: matter.party_ids[0],
    "legal.matter.reference": _reference,
    "legal.communication": lambda test, matter: test._call(
        matter, subject="Marker call"
    ),
    "crm.lead": _inquiry,
    "calendar.event": _hearing,
    "legal.wall": _wall,
    "legal.communication.proposal": _proposal,
}
