"""What each role may do with each model of the suite, read from the database.

The table in docs/rights.md is made of it, and the tests hold it against the server.
"""

from suite import paths

PAGE = paths.ROOT / "docs" / "rights.md"

#: role, the group it is made of, somebody of the demo firm who has it
ROLES = (
    ("External portal user", "legal_crm.group_external", "client"),
    ("Employee without a role", "base.group_user", "employee"),
    ("Accountant", "legal_crm.group_accountant", "accountant"),
    ("Assistant", "legal_crm.group_assistant", "assistant"),
    ("Lawyer", "legal_crm.group_lawyer", "lawyer"),
    ("Partner", "legal_crm.group_partner", "partner"),
    ("Compliance officer", "legal_crm.group_compliance", "compliance"),
    ("Auditor", "legal_crm.group_auditor", "auditor"),
    ("Data protection officer", "legal_gdpr.group_dpo", "dpo"),
    ("Administrator", "base.group_system", "admin"),
)
OPERATIONS = (("read", "R"), ("write", "W"), ("create", "C"), ("unlink", "D"))

_RIGHTS = """
WITH RECURSIVE held AS (
    SELECT res_id AS root, res_id AS gid FROM ir_model_data
     WHERE model = 'res.groups' AND module || '.' || name = %s
    UNION
    SELECT held.root, rel.hid FROM held
      JOIN res_groups_implied_rel rel ON rel.gid = held.gid
)
SELECT m.model, bool_or(a.perm_read), bool_or(a.perm_write),
       bool_or(a.perm_create), bool_or(a.perm_unlink)
  FROM ir_model_access a JOIN ir_model m ON m.id = a.model_id
 WHERE a.active AND (a.group_id IS NULL OR a.group_id IN (SELECT gid FROM held))
 GROUP BY m.model
"""

_MODELS = """
SELECT m.model, m.name ->> 'en_US', m.transient,
       EXISTS (SELECT 1 FROM ir_rule r
                WHERE r.model_id = m.id AND r.active AND r.global
                  AND r.domain_force LIKE '%%legal_readable%%')
  FROM ir_model m
 WHERE NOT m.abstract
   AND (m.model LIKE 'legal.%%' OR m.model LIKE 'gdpr.%%'
        OR EXISTS (SELECT 1 FROM ir_model_fields f
                    WHERE f.model_id = m.id AND f.name = 'legal_readable'))
 ORDER BY m.transient, m.model
"""


_OWN = """
SELECT DISTINCT m.model FROM ir_rule r JOIN ir_model m ON m.id = r.model_id
 WHERE r.active AND r.global
   AND r.domain_force ~ 'create_uid"?, "=", user.id'
"""


def models(server):
    """Rows of (model, its name, transient, only for readers of the matter)."""
    return server.psql(_MODELS)


def rights(server):
    """Map role and model to the operations that the role's groups allow."""
    found = {}
    for role, group, _login in ROLES:
        for model, *flags in server.psql(_RIGHTS, group):
            found[role, model] = {
                operation
                for (operation, _letter), flag in zip(OPERATIONS, flags, strict=True)
                if flag
            }
    return found


def render(server):
    """The page as it should be."""
    allowed = rights(server)
    own = {model for (model,) in server.psql(_OWN)}
    rows = []
    for model, name, transient, keyed in models(server):
        if transient:
            continue  # dialogs, gone within hours
        cells = [
            "".join(
                letter
                for operation, letter in OPERATIONS
                if operation in allowed.get((role, model), ())
            )
            or "–"
            for role, _group, _login in ROLES
        ]
        which = "readers of the matter" if keyed else "all"
        which = "one's own" if model in own else which
        rows.append(f"| {name} `{model}` | {which} | {' | '.join(cells)} |")
    roles = " | ".join(role for role, _group, _login in ROLES)
    return "\n".join(
        (
            INTRODUCTION,
            f"| Record | Of these | {roles} |",
            "|---" * (len(ROLES) + 2) + "|",
            *rows,
            "",
        )
    )


INTRODUCTION = """\
# Who may do what

This table is made from the rights and rules of the installed suite, and a test signs in
as each role and tries each cell. After a change of rights
`WRITE_DOCS=1 bin/test tests/test_rights.py` writes it anew.

R reads, W changes, C creates, D deletes, – nothing. Where it says “readers of the
matter”, a role does so only with records of matters that are open to the person: whole
firm, team or restricted, and never behind a wall. A letter does not mean that all is
allowed: filed entries are not changed, numbers stay, a matter is not deleted, the date
of a deadline changes only through its dialogs, and nobody checks what he did himself.
Of calendar links each person sees his own; partners and administrators see that there
are others, to withdraw them.
Appointments and tasks that belong to no matter follow Odoo's own rules.

Roles can be combined (a partner who is compliance officer). An administrator runs the
system and has none of these rights by that. Somebody outside the firm sees nothing of a
matter.
"""
