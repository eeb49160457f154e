from unittest.mock import patch

import requests

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestOutsideServices(TransactionCase):
    """Names leave the house only when the firm says so."""

    def test_nothing_calls_out_by_default(self):
        from odoo.addons.iap.tools import iap_tools

        with (
            patch.object(requests, "post") as post,
            patch.object(requests, "get") as get,
        ):
            with self.assertRaises(AccessError):
                iap_tools.iap_jsonrpc("https://outside.example/x", params={})
            self.env["publisher_warranty.contract"].update_notification()
            servers = self.env["mail.ice.server"]._get_ice_servers()
            self.assertEqual(servers, [{"urls": "stun:localhost"}])
            post.assert_not_called()
            get.assert_not_called()

    def test_defaults(self):
        parameters = self.env["ir.config_parameter"].sudo()
        self.assertFalse(parameters._legal_outside_services())
        self.assertEqual(parameters.get_param("mail.link_preview_throttle"), "0")
        self.assertEqual(parameters.get_param("auth_signup.invitation_scope"), "b2b")
        self.assertFalse(self.env.ref("mail.ir_cron_module_update_notification").active)
