"""The proof: a person in every application is found, exported, erased, and gone.

Applications that know nothing of the suite are installed beside it. What is left of
the person is read from every table and every file, and each hit has to be one of those
that a law keeps. Somebody else with data in the same places is untouched.

The tests go through one life in order: found, told, erased, and, when the years of the
vouchers and of the request are over, forgotten.
"""

import base64
import io
import json
import zipfile

import pytest
from support import inside, traces

#: applications a firm may install by itself
OTHERS = ("account", "hr_timesheet", "mass_mailing", "hr_recruitment", "data_recycle")
TARGET, DIGITS = "zqtarget", "9174426813"
STRANGER, OTHER_DIGITS = "wvfremder", "6038815527"
#: where a part of a record lies that is found itself, or what waits for a browser
PARTS = {
    "bus_bus": "the queue of notices: emptied with the erasure",
    "legal_communication_proposal": "of its communication",
    "legal_matter_reference": "of its party",
}
#: what keeps naming the person after the erasure, and why
RETAINED = {
    "account_move": "AO § 147: the posted invoice",
    "account_move_line": "AO § 147: its lines",
    "res_partner": "the contact of the invoice, blocked",
    "res_partner_bank": "the account of that contact",
    "gdpr_request": "Art. 5(2) GDPR: proof of the answer, three years",
    "gdpr_request_letter": "its letters",
    "gdpr_subject": "whose request it was, as long as the request",
    "gdpr_subject_identifier": "by what the person was looked for",
    "gdpr_export": "its file",
    "mail_message": "its letters in its own thread",
    "mail_mail": "its letter on the way",
    "ir_attachment": "its certificate and letters",
}


class Life:
    """The server, what was planted, and how far the person's request has come."""

    def __init__(self, server, platform, made):
        self.server, self.platform, self.made = server, platform, made
        self.mine = made[TARGET]

    def run(self, code, **values):
        return inside.run(
            self.platform, self.server.db, f"import asking\n{code}", **values
        )

    def scan(self):
        return traces.in_database(self.server, TARGET, DIGITS)

    def explain(self, found, allowed):
        """The hits that nothing explains, with their columns."""
        return {
            table: [
                (row_id, traces.columns_of(self.server, table, row_id, TARGET, DIGITS))
                for row_id in rows
                if isinstance(row_id, int)
            ]
            or rows
            for table, rows in found.items()
            if table not in allowed
        }


@pytest.fixture(scope="module")
def life(platform, make_server):
    """The demo firm with other applications, and two people in all of them."""
    server = make_server("proof")
    server.stop()
    platform.installer.odoo(
        server.db, "-i", ",".join(OTHERS), "--with-demo", log_name="proof"
    )
    made = {
        token: inside.run(
            platform,
            server.db,
            "import planting; result = planting.plant(env, token, digits)",
            token=token,
            digits=digits,
        )
        for token, digits in ((TARGET, DIGITS), (STRANGER, OTHER_DIGITS))
    }
    life = Life(server, platform, made)
    life.run("env['gdpr.field.map']._cron_discover()")
    life.stranger = traces.rows_of(server, STRANGER, OTHER_DIGITS)
    life.stranger_files = traces.on_disk(traces.file_store(server), STRANGER)
    return life


def test_the_person_is_planted(life):
    found = life.scan()
    for label, (_model, ids) in life.mine.items():
        assert ids, label
    assert len(found) > 20
    assert traces.on_disk(traces.file_store(life.server), TARGET)


def test_everything_is_found(life):
    """Each row that names the person is a finding, or a part of one."""
    there = life.scan()
    assert "gdpr_request" not in there
    life.request = life.run(
        "result = asking.ask(env, 'access', partner)",
        partner=life.mine["contact"][1][0],
    )
    items = life.run("result = asking.found(env, request)", request=life.request)
    listed = {(item[0].replace(".", "_"), item[1]) for item in items}
    missing = {
        table: rows
        for table, rows in there.items()
        if table not in PARTS and any((table, row) not in listed for row in rows)
    }
    assert not life.explain(missing, ())
    for label, (model, ids) in life.mine.items():
        for record_id in ids:
            assert (model.replace(".", "_"), record_id) in listed, label


def test_everything_is_exported(life):
    """What was decided to be told is in the file, and nothing of anybody else."""
    file_id = life.run("result = asking.grant(env, request)", request=life.request)
    [(name,)] = life.server.psql(
        "SELECT store_fname FROM ir_attachment WHERE id = %s", file_id
    )
    assert not zipfile.is_zipfile(traces.file_store(life.server) / name), "sealed"
    content = life.run(
        "import base64\n"
        "raw = env['ir.attachment'].browse(file_id).raw\n"
        "result = base64.b64encode(raw).decode()",
        file_id=file_id,
    )
    archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(content)))
    data = json.loads(archive.read("data.json"))
    told = {(row["model"], row["id"]) for row in data["items"]}
    for label, (model, ids) in life.mine.items():
        for record_id in ids:
            assert (model, record_id) in told, label
    text = json.dumps(data).casefold()
    assert text.count(TARGET) > 100
    assert STRANGER not in text and OTHER_DIGITS not in text
    files = [entry for entry in archive.namelist() if entry.startswith("files/")]
    assert len(files) >= 4
    assert all(row["file"] in files for row in data["items"] if row["file"])
    assert archive.read("information.pdf").startswith(b"%PDF")
    life.run(
        "asking.answer(env, request)\nenv['gdpr.export'].browse(export)._expire()",
        request=life.request,
        export=life.server.psql("SELECT max(id) FROM gdpr_export")[0][0],
    )


def test_what_no_law_keeps_is_erased(life):
    life.run(
        """
asking.close_matters(env, matters, "2015-03-01")
asking.approve_rules(env, "DE-FILE", "DE-VOUCHERS")
""",
        matters=[
            life.mine[f"matter as {role}"][1][0] for role in ("client", "opponent")
        ],
    )  # fmt: skip
    life.erasure = life.run(
        """
result = asking.ask(env, "erasure", partner)
asking.decide(env, result)
asking.collect_again(env, result)
asking.decide(env, result)
""",
        partner=life.mine["contact"][1][0],
    )
    became = life.run("result = asking.release(env, request)", request=life.erasure)
    assert became["refused"] == [], became["refused"]
    says = life.run(
        "result = [env['account.move'].browse(ids).mapped('gdpr_retention'),"
        " env['account.move'].get_view(view_type='form')['arch']]",
        ids=life.mine["invoice"][1],
    )
    assert "AO § 147" in says[0][0], "the form of an invoice says what keeps it"
    assert "gdpr_retention" in says[1]
    assert became["done"] > 40
    sources = {source for _model, _id, source in became["kept_items"]}
    assert any("AO § 147" in source for source in sources)
    assert all(sources)
    left = life.scan()
    assert not life.explain(left, RETAINED)
    kept = {(model.replace(".", "_"), i) for model, i, _law in became["kept_items"]}
    for table in ("account_move", "account_move_line", "res_partner"):
        for row_id in left.get(table, ()):
            assert (table, row_id) in kept, (table, row_id)
    [(blocked,)] = life.server.psql(
        "SELECT gdpr_restricted FROM res_partner WHERE id = %s",
        life.mine["contact"][1][0],
    )
    assert blocked
    for path in traces.on_disk(traces.file_store(life.server), TARGET):
        name = f"{path.parent.name}/{path.name}"
        owners = life.server.psql(
            "SELECT DISTINCT res_model FROM ir_attachment WHERE store_fname = %s", name
        )
        assert owners and all(owner.startswith("gdpr.") for (owner,) in owners), owners


def test_cleaning_of_core_asks_as_well(life):
    """What is kept is not deleted by another application's cleaning."""
    contact = life.mine["contact"][1][0]
    said = life.run("result = asking.recycle(env, contact)", contact=contact)
    assert "This is not deleted" in said
    assert life.server.psql("SELECT 1 FROM res_partner WHERE id = %s", contact)


def test_nobody_else_was_touched(life):
    now = traces.rows_of(life.server, STRANGER, OTHER_DIGITS)
    for table, rows in life.stranger.items():
        if table != "bus_bus":
            assert rows == now.get(table), table
    files = traces.on_disk(traces.file_store(life.server), STRANGER)
    assert files == life.stranger_files


def test_when_the_years_are_over_nothing_is_left(life):
    life.run(
        "asking.answer(env, request)\n"
        "asking.years_pass(env, request, invoices)\n"
        "asking.years_pass(env, first, invoices)\n",
        request=life.erasure,
        first=life.request,
        invoices=life.mine["invoice"][1] + life.mine["draft invoice"][1],
    )
    life.run("asking.jobs(env, 'cron_request_catch_up', 'cron_forget')")
    assert not life.explain(life.scan(), ("bus_bus",))
    assert not traces.on_disk(traces.file_store(life.server), TARGET)
    # what stands in the journal and outside the database names nobody
    test_nobody_else_was_touched(life)
