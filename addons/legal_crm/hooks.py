import threading

from odoo import SUPERUSER_ID, api
from odoo.exceptions import AccessError, UserError
from odoo.modules.registry import Registry

from .tools import logmask


def post_init_hook(env):
    """Give the first firm its address, and keep core's helpers inside the house."""
    for company in env["res.company"].search([]):
        if not company.legal_alias_id:
            company._legal_create_alias("akten")
    env["ir.config_parameter"].set_param("mail.link_preview_throttle", "0")
    # Nobody makes himself an account in a law firm: people are invited.
    env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2b")
    env["ir.config_parameter"].set_param("crm.iap.lead.enrich.setting", "manual")


def uninstall_hook(env):
    """Refuse to throw the firm's files away with one click in the list of apps.

    :raises UserError: as long as there is a matter
    """
    count = env["legal.matter"].with_context(active_test=False).search_count([])
    if count:
        raise UserError(
            env._(
                "There are %s matters. Removing this application would destroy them "
                "with all their communications, so it stays.",
                count,
            )
        )
    env.cr.execute("DROP FUNCTION IF EXISTS legal_communication_guard() CASCADE")
    env.cr.execute("DROP FUNCTION IF EXISTS legal_erasing() CASCADE")
    env.cr.execute("DROP FUNCTION IF EXISTS legal_readable_lists(integer)")
    env.cr.execute("DROP FUNCTION IF EXISTS legal_ledger_guard() CASCADE")


def post_load():
    """Keep keys out of the log, and the firm's addresses inside the house."""
    logmask.install()
    _guard_outside_services()


def _guard_outside_services():
    """Close the one door through which core's paid services leave the house.

    Address completion, enrichment, SMS and letters by post are installed by core
    together with contacts and inquiries. All go through one function; without the
    firm's consent it answers as it does without a network.
    """
    from odoo.addons.iap.tools import iap_tools

    original = iap_tools.iap_jsonrpc
    if getattr(original, "legal_guard", False):
        return

    def guarded_jsonrpc(url, *args, **kwargs):
        if not _allowed():
            # The callers catch it, as they do when the network is down.
            # pylint: disable=translation-required
            raise AccessError("Outside services are switched off.")
        return original(url, *args, **kwargs)

    guarded_jsonrpc.legal_guard = True
    iap_tools.iap_jsonrpc = guarded_jsonrpc


def _allowed():
    dbname = getattr(threading.current_thread(), "dbname", None)
    if not dbname:
        return False
    with Registry(dbname).cursor() as cr:
        parameters = api.Environment(cr, SUPERUSER_ID, {})["ir.config_parameter"]
        if not hasattr(parameters, "_legal_outside_services"):
            return True  # a database on this server without the suite
        return parameters._legal_outside_services()
