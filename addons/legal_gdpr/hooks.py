from odoo.exceptions import UserError
from odoo.tools import SQL


def post_init_hook(env):
    """The map and the address for requests are there from the first minute."""
    env["gdpr.field.map"]._discover()
    env["res.company"].search([])._gdpr_create_alias()


def uninstall_hook(env):
    """Refuse to throw the proof of erasures away with one click in the list of apps.

    :raises UserError: as long as there is an entry in the journal or a request
    """
    entries = env["gdpr.erasure.journal"].search_count([])
    subjects = env["gdpr.subject"].search_count([])
    if entries or subjects:
        raise UserError(
            env._(
                "There are %(entries)s entries in the erasure journal and %(subjects)s "
                "data subjects. Removing this application would destroy the firm's "
                "proof, so it stays.",
                entries=entries,
                subjects=subjects,
            )
        )
    for name in _FUNCTIONS:
        env.cr.execute(
            SQL("DROP FUNCTION IF EXISTS %s() CASCADE", SQL.identifier(name))
        )


#: what the models of this addon put into the database beside their tables
_FUNCTIONS = ("gdpr_append_guard",)
