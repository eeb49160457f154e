"""The proof: a person in every application is found, exported, erased, and gone.

Applications that know nothing of the suite are installed beside it. What is left of
the person is read from every table and every file, and each hit has to be one of those
that a law keeps. Somebody else with data in the same places is untouched.
"""

import pytest
from support import inside, traces

#: applications a firm may install by itself
OTHERS = ("account", "hr_timesheet", "mass_mailing", "hr_recruitment", "data_recycle")
TARGET, DIGITS = "zqtarget", "9174426813"
STRANGER, OTHER_DIGITS = "wvfremder", "6038815527"


@pytest.fixture(scope="module")
def wide(platform, make_server):
    """The demo firm with other applications, and two people in all of them."""
    server = make_server("proof")
    server.stop()
    platform.installer.odoo(
        server.db, "-i", ",".join(OTHERS), "--with-demo", log_name="proof"
    )
    server.platform = platform
    server.made = {
        token: inside.run(
            platform,
            server.db,
            "import planting; result = planting.plant(env, token, digits)",
            token=token,
            digits=digits,
        )
        for token, digits in ((TARGET, DIGITS), (STRANGER, OTHER_DIGITS))
    }
    return server


def test_the_person_is_planted(wide):
    found = traces.in_database(wide, TARGET, DIGITS)
    print({table: len(rows) for table, rows in found.items()})
    for label, (_model, ids) in wide.made[TARGET].items():
        assert ids, label
    assert len(found) > 20
    assert traces.on_disk(traces.file_store(wide), TARGET)
