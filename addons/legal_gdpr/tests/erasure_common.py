import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from .common import GdprCommon


class ErasureCommon(GdprCommon):
    """With a list of erasures of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.file_path = Path(folder, "erasure.jsonl")
        cls.enterClassContext(
            patch.dict(os.environ, {"LEGAL_ERASURE_FILE": str(cls.file_path)})
        )

    def setUp(self):
        super().setUp()
        self.file_path.unlink(missing_ok=True)
        self.env.cr.postcommit.clear()
        self.addCleanup(self.env.cr.postcommit.clear)
        self.start = self.env["gdpr.erasure.journal"].search([], limit=1).id or 0

    def _destroy(self, records, action="delete", source="selective", **more):
        return self.env["gdpr.erasure"]._destroy(records, action, source, **more)

    def _journal(self):
        return self.env["gdpr.erasure.journal"].search(
            [("id", ">", self.start), ("action", "!=", "file")]
        )

    def _lines(self):
        file = self.env["gdpr.erasure.file"]._open()
        return list(file.read().entries.values())

    def _commit(self):
        """What happens around a commit, without one."""
        self.env.flush_all()
        with (
            self.enter_registry_test_mode(),
            patch.object(
                self.env.registry["gdpr.erasure"], "_drop_files", lambda *args: None
            ),
        ):
            self.env.cr.postcommit.run()

    def _drop_files(self, path):
        root = self.env["ir.attachment"]._full_path("")
        self.env["gdpr.erasure"]._drop_files([os.path.relpath(path, root)])
