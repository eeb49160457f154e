import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.legal_gdpr.models import gdpr_erasure_replay


@tagged("post_install", "-at_install")
class TestErasureClosed(HttpCase):
    """While deleted people are back, only administrators come in."""

    def setUp(self):
        super().setUp()
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.enterContext(
            patch.dict(os.environ, {"LEGAL_ERASURE_FILE": str(Path(folder, "e.jsonl"))})
        )
        gdpr_erasure_replay._KNOWN.clear()
        self.addCleanup(gdpr_erasure_replay._KNOWN.clear)
        for login, groups in (
            ("closed.staff", "base.group_user"),
            ("closed.admin", "base.group_user,base.group_system"),
            ("closed.portal", "base.group_portal"),
        ):
            new_test_user(self.env, login, groups=groups, password=login * 2)

    def _close(self):
        file = self.env["gdpr.erasure.file"]._open()
        entry = {
            "entry": "x", "time": "2026-01-01 00:00:00", "action": "delete",
            "model": "res.partner", "id": 1, "subject": None, "record": "k:1",
            "rule": None, "source": "hand", "fields": [],
        }  # fmt: skip
        file.intend([entry])
        file.finish(["x"])

    def test_staff_and_portal_read_what_to_do(self):
        for login, page in (("closed.staff", "/odoo"), ("closed.portal", "/my")):
            self.authenticate(login, login * 2)
            self.assertEqual(self.url_open(page).status_code, 200)
            self._close()
            answer = self.url_open(page)
            self.assertEqual(answer.status_code, 503)
            for text in ("gdpr_replay", "Sicherung", "sauvegarde"):
                self.assertIn(text, answer.text)
            self.env["gdpr.erasure.file"]._path().unlink()
            self.assertEqual(self.url_open(page).status_code, 200)

    def test_administrators_sign_in_and_work(self):
        self._close()
        self.assertEqual(self.url_open("/web/login").status_code, 200)
        self.authenticate("closed.admin", "closed.admin" * 2)
        self.assertEqual(self.url_open("/odoo").status_code, 200)

    def test_programs_are_refused_as_well(self):
        self.authenticate("closed.staff", "closed.staff" * 2)
        self._close()
        answer = self.make_jsonrpc_request_raw("/web/dataset/call_kw/res.partner/read")
        self.assertIn("error", answer)
        self.assertIn("backup was restored", str(answer["error"]))

    def make_jsonrpc_request_raw(self, path):
        return self.url_open(
            path,
            json={
                "jsonrpc": "2.0",
                "params": {
                    "model": "res.partner", "method": "read", "args": [[1], ["name"]],
                    "kwargs": {},
                },
            },
        ).json()  # fmt: skip
