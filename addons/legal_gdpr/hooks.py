from odoo.exceptions import UserError
from odoo.tools import SQL


def post_init_hook(env):
    """The map and the address for requests are there from the first minute."""
    env["gdpr.field.map"]._discover()
    env["res.company"].search([])._gdpr_create_alias()


#: what nobody can enter again: (model, which of its records)
_PROOF = (
    ("gdpr.erasure.journal", []),
    ("gdpr.subject", []),
    # art. 33(5) GDPR; a drill proves nothing
    ("gdpr.breach", [("is_drill", "=", False)]),
    # art. 7(1) GDPR
    ("gdpr.consent", []),
)


def uninstall_hook(env):
    """Refuse to throw the firm's proof away with one click in the list of apps.

    :raises UserError: as long as there is an entry in the journal of erasures, a
        request, an incident or a consent
    """
    names = {
        model.model: model.name
        for model in env["ir.model"].search(
            [("model", "in", [name for name, _domain in _PROOF])]
        )
    }
    kept = [
        f"{names[name]}: {count}"
        for name, domain in _PROOF
        if (count := env[name].search_count(domain))
    ]
    if kept:
        raise UserError(
            env._(
                "Removing this application would destroy the firm's proof, so it "
                "stays. It holds:\n%s",
                "\n".join(kept),
            )
        )
    for name in _FUNCTIONS:
        env.cr.execute(
            SQL("DROP FUNCTION IF EXISTS %s() CASCADE", SQL.identifier(name))
        )


#: what the models of this addon put into the database beside their tables
_FUNCTIONS = ("gdpr_append_guard",)
