"""The register from outside: two who approve at once, and what is handed over."""

import io
from concurrent.futures import ThreadPoolExecutor

import openpyxl
import pytest
from support.rpc import RpcError


@pytest.fixture(scope="module")
def draft(server):
    """Makes drafts of the register, written by the officer."""
    dpo = server.rpc("dpo")
    (person,) = dpo.call("gdpr.person.category", "search", [[("code", "=", "client")]])
    (data,) = dpo.call("gdpr.data.category", "search", [[("code", "=", "identity")]])

    def make(name):
        (activity,) = dpo.call(
            "gdpr.processing.activity",
            "create",
            [
                [
                    {
                        "name": name,
                        "purposes": "To invite to talks.",
                        "legal_basis": "a",
                        "person_category_ids": [(6, 0, [person])],
                        "data_category_ids": [(6, 0, [data])],
                    }
                ]
            ],
        )
        return activity

    return make


def approve(rpc, activity):
    """:return: what the user is told if it did not go"""
    try:
        rpc.call("gdpr.processing.activity", "action_approve", [[activity]])
    except RpcError as error:
        return error.message
    return None


def test_two_who_approve_at_once(server, draft):
    people = [server.rpc("partner"), server.rpc("partner")]
    for number in range(5):
        activity = draft(f"Talks {number}")
        with ThreadPoolExecutor(2) as pool:
            told = list(pool.map(lambda rpc, a=activity: approve(rpc, a), people))
        refused = [text for text in told if text]
        assert len(refused) == 1, told
        assert "Reload the page" in refused[0]
        approvals = server.psql(
            """SELECT count(*) FROM mail_tracking_value v
                 JOIN mail_message m ON m.id = v.mail_message_id
                WHERE m.model = 'gdpr.processing.activity' AND m.res_id = %s
                  AND v.new_value_char = 'Approved'""",
            activity,
        )
        assert approvals == [(1,)]


def test_the_register_is_handed_over(server, draft):
    approve(server.rpc("partner"), draft("Handed over"))
    ((firm,),) = server.psql("SELECT id FROM res_company ORDER BY id LIMIT 1")
    for login in ("dpo", "partner", "auditor"):
        web = server.web(login)
        sheet = web.get(f"{server.url}/gdpr/register.xlsx", timeout=120)
        book = openpyxl.load_workbook(io.BytesIO(sheet.content))
        cells = [c.value or "" for row in book.worksheets[0].rows for c in row]
        assert any(cell.startswith("Handed over\n") for cell in cells), login
        pdf = web.get(
            f"{server.url}/report/pdf/legal_gdpr.report_register/{firm}", timeout=300
        )
        assert pdf.content.startswith(b"%PDF"), login


def test_nobody_else_gets_it(server):
    ((firm,),) = server.psql("SELECT id FROM res_company ORDER BY id LIMIT 1")
    web = server.web("lawyer")
    for path in (
        "/gdpr/register.xlsx",
        f"/report/pdf/legal_gdpr.report_register/{firm}",
    ):
        answer = web.get(server.url + path, timeout=120)
        assert answer.status_code != 200, path
        assert b"Art. 30" not in answer.content
