from odoo.exceptions import UserError
from odoo.tests import tagged

from ..hooks import uninstall_hook
from .common import GdprCommon


@tagged("post_install", "-at_install")
class TestHooks(GdprCommon):
    """The application does not go with the proof in it."""

    def _kept(self):
        """What is said to stand against removing the application: {kind: number}"""
        with self.assertRaisesRegex(UserError, "proof") as caught:
            uninstall_hook(self.env)
        lines = str(caught.exception).splitlines()[1:]
        return dict(line.rsplit(": ", 1) for line in lines)

    def test_incidents_and_consents_keep_it(self):
        breaches = self.env["gdpr.breach"].with_user(self.dpo)
        name = self.env["ir.model"]._get("gdpr.breach").name
        breaches.create({"description": "A bag was lost."})
        before = int(self._kept()[name])
        breaches.create({"description": "A drill.", "is_drill": True})
        self.assertEqual(int(self._kept()[name]), before)
        breaches.create({"description": "Another bag was lost."})
        self.assertEqual(int(self._kept()[name]), before + 1)
